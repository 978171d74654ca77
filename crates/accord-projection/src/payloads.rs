//! A family's event types as one enum, declared once.

use accord_catalogue::{EventType, PayloadError};
use serde_json::Value;

/// Reads a payload of one type.
pub type Reader<P> = fn(&Value) -> Result<P, PayloadError>;

/// The payloads of a family: one variant for each type and version. Made by [`events!`].
///
/// [`events!`]: crate::events
pub trait Payloads: Sized + 'static {
    /// The declarations, in the order of the variants.
    const TYPES: &'static [EventType];

    /// The readers, in the same order.
    ///
    /// They do not repeat the checks of [`EventType::check`], which an entry passed before it was
    /// taken in and a correction passes before it is applied.
    const READERS: &'static [Reader<Self>];

    /// Position of a type in [`Payloads::TYPES`].
    fn position(name: &str, version: u32) -> Option<usize> {
        Self::TYPES.iter().position(|t| t.name == name && t.version == version)
    }
}

/// Reads a payload whose spelling has been checked before.
pub fn read<P: serde::de::DeserializeOwned>(value: &Value) -> Result<P, PayloadError> {
    P::deserialize(value).map_err(|e| PayloadError::Shape(e.to_string()))
}

/// Declares a family's events: an enum of payloads with one line for each type.
///
/// A line reads `Variant(Payload) = "family.type", Kind, StreamRule;`, with `, effect Recorded`
/// before the semicolon where the type takes effect at another instant than its kind says, and
/// ` and always_heard` after that where nothing may keep it out.
///
/// A type whose payload has changed says `version 2` behind its name, and a list `older { … }` behind
/// the enum keeps the form that it had: `Variant(Old) = "family.type" version 1;`. Events of the older
/// version are read as `Old` and upcast by `From<Old> for Payload`, which is pure and total; their
/// check, their schema and their corrections stay those of the version that was signed.
///
/// ```
/// # mod example {
/// use accord_catalogue::{Payload, unit::Code};
/// use accord_projection::Payloads;
///
/// /// A hotline call was made.
/// #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// pub struct CallLogged {
///     /// Whom it asked to stop.
///     pub to: Code,
/// }
/// impl Payload for CallLogged {}
///
/// accord_projection::events! {
///     /// The hotline's events.
///     pub enum Call {
///         /// A call.
///         Logged(CallLogged) = "hotline.call_logged", Report, Opens("hotline");
///     }
/// }
/// # pub fn types() -> usize { Call::TYPES.len() }
/// # }
/// # assert_eq!(example::types(), 1);
/// ```
#[macro_export]
macro_rules! events {
    (
        $(#[$outer:meta])*
        $vis:vis enum $family:ident {
            $(
                $(#[$inner:meta])*
                $variant:ident($payload:ty) = $name:literal $(version $version:literal)?,
                    $kind:ident, $rule:ident($($part:literal),+)
                    $(, effect $effect:ident $(($member:literal))? $(and $heard:ident)?)?;
            )+
        }
        $(older {
            $($newer:ident($old:ty) = $old_name:literal version $older:literal;)+
        })?
    ) => {
        $(#[$outer])*
        #[derive(Debug)]
        $vis enum $family {
            $( $(#[$inner])* $variant($payload), )+
        }

        impl $crate::Payloads for $family {
            const TYPES: &'static [$crate::catalogue::EventType] = {
                const NEWEST: &[$crate::catalogue::EventType] = &[$(
                    $crate::catalogue::EventType::new::<$payload>(
                        $name,
                        $crate::catalogue::Kind::$kind,
                        $crate::catalogue::StreamRule::$rule($($part),+),
                    )
                    $(.with_version($version))?
                    $(
                        .with_effect($crate::catalogue::Effect::$effect $(($member))?)
                        $(.$heard())?
                    )?,
                )+];
                &[
                    $($crate::catalogue::EventType::named($name, NEWEST),)+
                    $($(
                        $crate::catalogue::EventType::named($old_name, NEWEST)
                            .older::<$old>($older),
                    )+)?
                ]
            };

            const READERS: &'static [$crate::Reader<Self>] = &[
                $(|value| $crate::read::<$payload>(value).map($family::$variant),)+
                $($(|value| {
                    $crate::read::<$old>(value).map(|old| $family::$newer(old.into()))
                },)+)?
            ];
        }
    };
}
