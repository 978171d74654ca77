//! Acts that carry out a resolution.

use super::Setting;
use crate::RESOLUTION_ADOPTED;
use accord_catalogue::unit::StreamRef;
use accord_projection::Refusal;
use serde_json::Value;

/// Refuses unless the board has adopted `resolution` and it decides on `stream`.
pub(super) fn adopted(
    resolution: &StreamRef,
    stream: &str,
    scene: &Setting<'_>,
) -> Result<(), Refusal> {
    let Some(adopted) = scene.fact(RESOLUTION_ADOPTED, resolution.as_str()) else {
        let detail = format!("{resolution} is not an adopted resolution");
        return Err(Refusal::new("resolution-not-adopted", detail));
    };
    let subjects = adopted.get("subjects").and_then(Value::as_array);
    if subjects.is_some_and(|all| all.iter().any(|s| s.as_str() == Some(stream))) {
        return Ok(());
    }
    let detail = format!("{resolution} does not decide on {stream}; it has to name that stream");
    Err(Refusal::new("resolution-elsewhere", detail))
}
