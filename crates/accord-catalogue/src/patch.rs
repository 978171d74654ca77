//! Corrections as data: which value stands where another stood.

use accord_format::event::Occurred;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One corrected value. A member that was absent has no `old`; one to be removed has no `new`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// RFC 6901 pointer into the event: `/payload/…` or `/occurred/…`.
    #[schemars(example = "/payload/violations/value")]
    pub pointer: String,
    /// The value that stands there now; must be what the record says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The value that should stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// Why a patch does not apply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The pointer leaves what may be corrected.
    #[error("{0:?} is not below /payload or /occurred, which is all that a correction reaches")]
    OutOfReach(String),
    /// There is no such place.
    #[error("there is nothing at {0:?} that could be corrected")]
    NoSuchPlace(String),
    /// What stands there is not what the correction says.
    #[error("at {pointer:?} stands {found}, not {old}")]
    OldDiffers {
        /// Where.
        pointer: String,
        /// As the patch says.
        old: String,
        /// As found.
        found: String,
    },
    /// Digests and commitments bind what is elsewhere; a wrong one is retracted, never replaced.
    #[error("{0:?} holds a digest or commitment, which no correction may touch")]
    Digest(String),
    /// Old and new are the same.
    #[error("the patch at {0:?} changes nothing")]
    NoChange(String),
}

/// The parts of an event that corrections reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Correctable {
    value: Value,
}

impl Correctable {
    /// What the event says as signed.
    pub fn of(payload: &Value, occurred: &Occurred) -> Self {
        let mut span = serde_json::json!({
            "from": occurred.from.to_string(),
            "precision": occurred.precision.as_str(),
        });
        if let (Some(until), Some(members)) = (occurred.until, span.as_object_mut()) {
            members.insert("until".to_owned(), until.to_string().into());
        }
        Self { value: serde_json::json!({"payload": payload, "occurred": span}) }
    }

    /// The payload as corrected.
    pub fn payload(&self) -> &Value {
        &self.value["payload"]
    }

    /// When it happened, as corrected; nothing when a correction left no valid span.
    pub fn occurred(&self) -> Option<Occurred> {
        Occurred::from_value(&self.value["occurred"]).ok()
    }

    /// Applies all of `patches`, or none.
    pub fn apply(&mut self, patches: &[Patch]) -> Result<(), PatchError> {
        *self = self.clone().corrected(patches)?;
        Ok(())
    }

    /// The same with all of `patches` applied.
    pub fn corrected(mut self, patches: &[Patch]) -> Result<Self, PatchError> {
        for patch in patches {
            apply_one(&mut self.value, patch)?;
        }
        Ok(self)
    }
}

fn apply_one(value: &mut Value, patch: &Patch) -> Result<(), PatchError> {
    let Patch { pointer, old, new } = patch;
    if !["/payload/", "/occurred/"].iter().any(|root| pointer.starts_with(root)) {
        return Err(PatchError::OutOfReach(pointer.clone()));
    }
    if old == new {
        return Err(PatchError::NoChange(pointer.clone()));
    }
    if old.iter().chain(new).any(holds_digest) {
        return Err(PatchError::Digest(pointer.clone()));
    }
    let nowhere = || PatchError::NoSuchPlace(pointer.clone());
    let found = value.pointer(pointer);
    if found != old.as_ref() {
        let shown = |v: Option<&Value>| v.map_or_else(|| "nothing".to_owned(), Value::to_string);
        return Err(PatchError::OldDiffers {
            pointer: pointer.clone(),
            old: shown(old.as_ref()),
            found: shown(found),
        });
    }
    let (parent, last) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
    let member = last.replace("~1", "/").replace("~0", "~");
    match (value.pointer_mut(parent).ok_or_else(nowhere)?, new) {
        (Value::Object(members), Some(new)) => {
            members.insert(member, new.clone());
        }
        (Value::Object(members), None) => {
            members.remove(&member);
        }
        // An item can be replaced; adding or removing items would move its neighbours.
        (Value::Array(items), Some(new)) => {
            let at: usize = last.parse().map_err(|_| nowhere())?;
            *items.get_mut(at).ok_or_else(nowhere)? = new.clone();
        }
        _ => return Err(nowhere()),
    }
    Ok(())
}

fn holds_digest(value: &Value) -> bool {
    match value {
        Value::String(text) => text.parse::<accord_format::hash::ContentHash>().is_ok(),
        Value::Array(items) => items.iter().any(holds_digest),
        Value::Object(members) => members.values().any(holds_digest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn subject() -> Correctable {
        let occurred = Occurred::from_value(
            &json!({"from": "2019-02-11T00:00:00Z", "until": "2019-02-25T00:00:00Z", "precision": "day"}),
        );
        Correctable::of(
            &json!({"n": 15_800, "list": [1, 2], "digest": "ab".repeat(32)}),
            &occurred.unwrap(),
        )
    }

    fn patch(pointer: &str, old: Option<Value>, new: Option<Value>) -> Vec<Patch> {
        vec![Patch { pointer: pointer.to_owned(), old, new }]
    }

    #[test]
    fn corrects_what_may_be_corrected() {
        let mut subject = subject();
        subject.apply(&patch("/payload/n", Some(json!(15_800)), Some(json!(23_000)))).unwrap();
        subject.apply(&patch("/payload/list/1", Some(json!(2)), Some(json!(3)))).unwrap();
        subject.apply(&patch("/payload/note", None, Some(json!("x")))).unwrap();
        subject
            .apply(&patch("/occurred/until", Some(json!("2019-02-25T00:00:00Z")), None))
            .unwrap();
        assert_eq!(subject.payload()["n"], 23_000);
        assert_eq!(subject.payload()["list"], json!([1, 3]));
        assert_eq!(subject.occurred().unwrap().until, None);
    }

    #[test]
    fn refuses_the_rest_and_changes_nothing() {
        let zeros = json!("00".repeat(32));
        for (pointer, old, new) in [
            ("/signers/0", Some(json!(1)), Some(json!(2))),
            ("/payload", Some(json!({})), Some(json!({}))),
            ("/payload/n", Some(json!(1)), Some(json!(2))),
            ("/payload/n", Some(json!(15_800)), Some(json!(15_800))),
            ("/payload/digest", Some(json!("ab".repeat(32))), Some(zeros.clone())),
            ("/payload/other", None, Some(zeros)),
            ("/payload/list/2", None, Some(json!(1))),
            ("/payload/list/0", Some(json!(1)), None),
            ("/payload/a/b", None, Some(json!(1))),
        ] {
            let mut changed = subject();
            assert!(changed.apply(&patch(pointer, old, new)).is_err(), "{pointer}");
            assert_eq!(changed, subject());
        }
    }
}
