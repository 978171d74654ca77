//! Imports: rows of a table become signed events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {}
impl ImportError {
    pub(crate) const fn exit(&self) -> crate::exit::Exit {
        crate::exit::Exit::Usage
    }
}
