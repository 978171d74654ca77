//! No act carries out a resolution that rests on a key in other hands.

use crate::families::Families;
use accord_format::event::Event;
use accord_projection::{Guard, Refusal, Selector};
use serde_json::Value;

/// What the rule refuses, of any act that names a resolution.
pub(super) const REFUSAL: Guard = Guard {
    code: "resolution-suspect",
    types: &[],
    words: "A vote or another entry of the resolution that it names is under suspicion.",
};

/// Refuses an act that names a resolution with suspect entries.
pub(super) fn judge(families: &Families, event: &Event) -> Result<(), Refusal> {
    let named = ["resolution", "by_resolution"]
        .into_iter()
        .filter_map(|member| event.payload.get(member).and_then(Value::as_str));
    for resolution in named {
        let entries = families.enumerate(&Selector::new("oversight", resolution));
        let suspects = families.basis().amendments.suspects();
        let suspects: Vec<u64> = entries.into_iter().filter(|seq| suspects.contains(seq)).collect();
        if !suspects.is_empty() {
            let detail = format!(
                "entries {suspects:?} of {resolution} were signed with a key in other hands; their authors have to reaffirm them first"
            );
            return Err(Refusal::new(REFUSAL.code, detail));
        }
    }
    Ok(())
}
