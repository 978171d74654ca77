//! Judging commitments to the index. That the root is right takes all entries to tell: the writer
//! sees to it before it takes one in, and verification names a false one.

use super::{Judge, Judgement, refuse};
use crate::kernel::types::IndexCommitted;

impl Judge<'_> {
    pub(super) fn index(&self, p: &IndexCommitted) -> Judgement {
        let expected = self.kernel.size();
        if p.size == expected {
            return Ok(());
        }
        let detail = format!(
            "a commitment is to everything before it: expected size {expected}, found {}; make it again",
            p.size
        );
        refuse("index-size", detail)
    }
}
