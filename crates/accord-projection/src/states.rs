//! Declaring what a family's state consists of.

/// Declares the state of a family's subjects: which kinds there are, each with the function that
/// reads it. A subject that nothing has happened to yet is `Empty`.
///
/// ```text
/// accord_projection::states! {
///     /// The state of one subject.
///     pub enum MapsState {
///         /// A map.
///         Map(Box<Map>) = map: Map;
///     }
/// }
/// ```
#[macro_export]
macro_rules! states {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$of:meta])* $variant:ident($held:ty) = $get:ident: $state:ty;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            /// Nothing yet.
            #[default]
            Empty,
            $($(#[$of])* $variant($held),)+
        }

        impl $name {
            $(
                $(#[$of])*
                ///
                /// Nothing when the subject is another one.
                pub fn $get(&self) -> Option<&$state> {
                    match self {
                        Self::$variant(state) => Some(state),
                        _ => None,
                    }
                }
            )+
        }
    };
}
