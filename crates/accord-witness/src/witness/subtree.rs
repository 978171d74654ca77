//! `sign-subtree`, in the words of tlog-witness. It rests on nothing but the witness's own line under
//! the checkpoint: whatever it cosigned is consistent with all that it cosigned, and so is a part of it.

use super::Witness;
use crate::refusal::Refusal;
use accord_format::witnessing::{SignSubtree, cosignatures_to_text, origin_hash};

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
        match self.keys.sign_subtree(&request) {
            Ok(lines) => {
                let (start, end) = (request.subtree.start, request.subtree.end);
                self.tell("subtree-signed", Some(log), size, format!("entries [{start}, {end})"));
                Ok(cosignatures_to_text(&lines))
            }
            Err(refusal) => Err(self.tell_refusal(Some(log), size, refusal)),
        }
    }
}
