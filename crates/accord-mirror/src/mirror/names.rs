//! That a mirror has a name of its own.
//!
//! "This witness service MUST be a distinct cosigner from the mirror cosigner, with a distinct name": a
//! line under one name must not say now this, now more. The ledger's own policy lists mirrors and
//! witnesses alike, so what can be seen is a key in it that has our name and is not ours.

use accord_format::cosignature::CosignerSigner;
use accord_format::policy::Policy;

/// A key of somebody else under the name of a mirror's key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the ledger's policy knows a cosigner {witness} with the key {theirs}, which is none of this mirror's, under the name of its key {ours}: a mirror's key has a name that no witness has; give this mirror keys of another name, or that key too if it is this mirror's own"
)]
pub struct NameTaken {
    /// What the policy calls the other.
    pub witness: String,
    /// Its key, by name and id.
    pub theirs: String,
    /// Our key, by name and id.
    pub ours: String,
}

/// Fails if a key in `policy` has the name of one of `keys` and is none of them.
pub(super) fn check(keys: &[CosignerSigner], policy: Option<&Policy>) -> Result<(), NameTaken> {
    for witness in policy.map(Policy::witnesses).unwrap_or_default() {
        let is_ours = |key: &CosignerSigner| *key.vkey() == witness.vkey;
        let named = keys.iter().find(|key| key.vkey().name() == witness.vkey.name());
        if let Some(named) = named.filter(|_| !keys.iter().any(is_ours)) {
            return Err(NameTaken {
                witness: witness.name.clone(),
                theirs: witness.vkey.id_string(),
                ours: named.vkey().id_string(),
            });
        }
    }
    Ok(())
}
