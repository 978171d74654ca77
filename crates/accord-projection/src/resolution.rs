//! What families tell each other about resolutions of the board, and what an act asks of one that it
//! carries out.

use crate::finding::Refusal;
use crate::projector::Projector;
use crate::scene::Scene;
use accord_catalogue::Guard;
use serde::{Deserialize, Serialize};

/// Name of the fact [`Adopted`], about the stream of a resolution. Whoever asks for it has it among
/// [`Projector::READS`].
pub const RESOLUTION_ADOPTED: &str = "resolution.adopted";

/// The fact about a resolution while it is adopted, in effect and not rescinded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// Its kind.
    pub kind: String,
    /// The streams that it decides on.
    pub subjects: Vec<String>,
    /// Since when, in microseconds since the epoch.
    pub effective_at: Option<i64>,
    /// The entry that put it to the board; its text was fixed by then.
    pub tabled: u64,
    /// The entry that declared it adopted.
    pub declared: u64,
}

/// For the acts that carry out a resolution: it has to be adopted and in effect.
pub const fn not_adopted(types: &'static [&'static str]) -> Guard {
    let words = "The resolution that it names is not adopted and in effect.";
    Guard::new("resolution-not-adopted", types, words)
}

/// For the acts that carry out a resolution on their own stream.
pub const fn elsewhere(types: &'static [&'static str]) -> Guard {
    Guard::new("resolution-elsewhere", types, "The resolution does not decide on the stream.")
}

/// For the acts that carry out a resolution on something that was on record when it was tabled.
pub const fn too_early(types: &'static [&'static str]) -> Guard {
    let words = "The resolution was tabled before what it decides on was on record.";
    Guard::new("resolution-too-early", types, words)
}

impl<P: Projector> Scene<'_, P> {
    /// The resolution, or a refusal unless it is adopted and in effect.
    pub fn adopted(&self, resolution: &str) -> Result<Adopted, Refusal> {
        let fact = self.fact(RESOLUTION_ADOPTED, resolution);
        fact.and_then(|fact| serde_json::from_value(fact).ok()).ok_or_else(|| {
            let detail = format!("{resolution} is no resolution that is adopted and in effect");
            Refusal::new("resolution-not-adopted", detail)
        })
    }

    /// The same, refused also unless it decides on `stream`.
    pub fn decided(&self, resolution: &str, stream: &str) -> Result<Adopted, Refusal> {
        let adopted = self.adopted(resolution)?;
        if adopted.subjects.iter().any(|subject| subject == stream) {
            return Ok(adopted);
        }
        let detail =
            format!("{resolution} does not decide on {stream}; it has to name it as a subject");
        Err(Refusal::new("resolution-elsewhere", detail))
    }

    /// The same, refused also unless it was tabled after the entry at `ground`: nobody decides on
    /// what is not on record.
    pub fn decided_after(
        &self,
        resolution: &str,
        stream: &str,
        ground: u64,
    ) -> Result<Adopted, Refusal> {
        let adopted = self.decided(resolution, stream)?;
        if adopted.tabled > ground {
            return Ok(adopted);
        }
        let detail = format!(
            "{resolution} was tabled at seq {}, before seq {ground}, on which it would decide; table another one",
            adopted.tabled
        );
        Err(Refusal::new("resolution-too-early", detail))
    }
}
