//! State digests: one hash by which distrusting parties compare what they made of the record.

use crate::canonical::{CanonicalError, to_canonical};
use crate::hash::{ContentHash, LedgerId, NodeHash};
use crate::time::Timestamp;
use serde_json::Value;

const FIRST_LINE: &str = "accord.state/v1";

/// What a state is the state of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateId<'a> {
    /// The ledger.
    pub ledger: LedgerId,
    /// Number of entries folded (transaction time).
    pub size: u64,
    /// Root over them.
    pub root: NodeHash,
    /// The as-of instant (valid time).
    pub as_of: Timestamp,
    /// The family.
    pub family: &'a str,
    /// Version of the family's fold.
    pub fold_version: u32,
}

/// BLAKE3 over the lines `accord.state/v1`, ledger id, size, root, as-of instant, family, fold
/// version and the state as RFC 8785 JSON, each with its LF.
pub fn state_digest(id: &StateId<'_>, state: &Value) -> Result<ContentHash, CanonicalError> {
    let StateId { ledger, size, root, as_of, family, fold_version } = id;
    let state = to_canonical(state)?;
    let text = format!(
        "{FIRST_LINE}\n{ledger}\n{size}\n{root}\n{as_of}\n{family}\n{fold_version}\n{state}\n"
    );
    Ok(ContentHash::of(text.as_bytes()))
}
