//! That a mirror has a name and keys of its own.
//!
//! "This witness service MUST be a distinct cosigner from the mirror cosigner, with a distinct name": a
//! line under one name must not say now this, now more. The ledger's own policy lists mirrors and
//! witnesses alike, so what can be seen is a key in it that has our name and is not ours, or our key under another name:
//! an Ed25519 cosignature does not cover the name, and would count as that witness's.

use accord_format::cosignature::CosignerSigner;
use accord_format::policy::Policy;

/// What the ledger's policy knows that a mirror cannot have as its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameTaken {
    /// A key of somebody else under the name of a mirror's key.
    #[error(
        "the ledger's policy knows a cosigner {witness} with the key {theirs}, which is none of this mirror's, under the name of its key {ours}: a mirror's key has a name that no witness has; give this mirror keys of another name, or that key too if it is this mirror's own"
    )]
    Name {
        /// What the policy calls the other.
        witness: String,
        /// Its key, by name and id.
        theirs: String,
        /// Our key, by name and id.
        ours: String,
    },
    /// A mirror's key under another name.
    #[error(
        "the ledger's policy knows the cosigner {witness} by the key {theirs}, and this mirror's {ours} is the same key under another name: what one of them signs would count for the other; make a key for the mirror alone"
    )]
    Key {
        /// What the policy calls the other.
        witness: String,
        /// Its key, by name and id.
        theirs: String,
        /// Our key, by name and id.
        ours: String,
    },
}

/// Fails if a key in `policy` has the name of one of `keys` and is none of them, or is one of them
/// under another name.
pub(super) fn check(keys: &[CosignerSigner], policy: Option<&Policy>) -> Result<(), NameTaken> {
    for witness in policy.map(Policy::witnesses).unwrap_or_default() {
        let theirs = &witness.vkey;
        if keys.iter().any(|key| key.vkey() == theirs) {
            continue;
        }
        let (name, id) = (witness.name.clone(), theirs.id_string());
        let same = |key: &&CosignerSigner| key.vkey().key().as_bytes() == theirs.key().as_bytes();
        if let Some(ours) = keys.iter().find(same) {
            let ours = ours.vkey().id_string();
            return Err(NameTaken::Key { witness: name, theirs: id, ours });
        }
        if let Some(ours) = keys.iter().find(|key| key.vkey().name() == theirs.name()) {
            let ours = ours.vkey().id_string();
            return Err(NameTaken::Name { witness: name, theirs: id, ours });
        }
    }
    Ok(())
}
