//! `sign-subtree`, in the words of tlog-witness. It rests on nothing but the cosigner's own line under
//! the checkpoint: whatever it cosigned is consistent with all that it cosigned, and so is a part of it.

use super::Witness;
use crate::refusal::Refusal;
use accord_format::cosignature::{Algorithm, CosignerSigner, Subtree};
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::witnessing::{SignSubtree, cosignatures_to_text, origin_hash};
use std::collections::BTreeSet;

impl Witness {
    /// Answers a `sign-subtree` request: with signature lines without a time, or with the reason why
    /// not.
    pub fn sign_subtree(&self, body: &[u8]) -> Result<String, Refusal> {
        let request = match SignSubtree::parse(body) {
            Ok(request) => request,
            Err(error) => return Err(self.tell_refusal(None, None, error.into())),
        };
        let head = request.checkpoint.checkpoint();
        let size = Some(head.size);
        let Some(log) = self.logs.get(&origin_hash(&head.origin)) else {
            let unknown = Refusal::UnknownLog(head.origin.clone());
            return Err(self.tell_refusal(None, size, unknown));
        };
        match sign_subtree(self.keys.cosigners(), &request) {
            Ok(lines) => {
                let (start, end) = (request.subtree.start, request.subtree.end);
                self.tell("subtree-signed", Some(log), size, format!("entries [{start}, {end})"));
                Ok(cosignatures_to_text(&lines))
            }
            Err(refusal) => Err(self.tell_refusal(Some(log), size, refusal)),
        }
    }
}

/// Signs a subtree of the tree of a checkpoint under which a line of one of `keys` must stand. That
/// the checkpoint is of a log that these keys cosign, that line says.
///
/// "The signatures SHOULD be from one or more of the same witness key(s) that signed the checkpoint":
/// those of its names that can sign subtrees sign, or if there is none, all that can. All keys of a
/// cosigner sign alike, so that each vouches for the same trees.
pub fn sign_subtree(
    keys: &[CosignerSigner],
    request: &SignSubtree,
) -> Result<Vec<NoteSignature>, Refusal> {
    let able: Vec<&CosignerSigner> =
        keys.iter().filter(|key| key.vkey().algorithm() == Algorithm::MlDsa44).collect();
    if able.is_empty() {
        return Err(Refusal::NoSubtrees);
    }
    let (head, lines) = (request.checkpoint.checkpoint(), request.checkpoint.note().signatures());
    let mut names = BTreeSet::new();
    for key in keys.iter().map(CosignerSigner::vkey) {
        for line in lines.iter().filter(|line| key.is_named_by(line)) {
            if key.verify(head, line).is_none() {
                return Err(Refusal::BadSignature(key.id_string()));
            }
            names.insert(key.name());
        }
    }
    if names.is_empty() {
        return Err(Refusal::NotCosigned);
    }
    let Subtree { start, end, root } = &request.subtree;
    merkle::verify_subtree((*start, *end, root), (head.size, &head.root), &request.proof)
        .map_err(Refusal::NotOfTree)?;
    let has_vouched = |key: &&&CosignerSigner| names.contains(key.vkey().name());
    let mut signing: Vec<&CosignerSigner> = able.iter().filter(has_vouched).copied().collect();
    if signing.is_empty() {
        signing = able;
    }
    let signed = signing.iter().map(|key| key.cosign_subtree(&head.origin, &request.subtree));
    signed.collect::<Result<_, _>>().map_err(|error| Refusal::Signing(error.to_string()))
}
