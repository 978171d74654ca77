//! Which subjects an event bears on.

use crate::event::{Monitored, SourceRow};
use accord_format::time::Timestamp;
use accord_projection::Item;

/// Subject of the mission.
pub(crate) const MISSION: &str = "mission/main";

pub(crate) fn of(item: &Item<'_, Monitored>, out: &mut Vec<String>) {
    let from = item.occurred.from.timestamp();
    let source = match &item.payload {
        Monitored::Observation(p) => {
            out.push(format!("day/{}/{}", p.area, day(from)));
            &p.source
        }
        Monitored::Batch(p) => {
            // The seq keeps two reports of one period apart.
            let (start, end) = (instant(from), instant(item.occurred.end()));
            out.push(format!("period/{}/{start}/{end}/{}", p.area, item.seq));
            &p.source
        }
        Monitored::Lethal(p) => {
            out.push(format!("lethal/{}", month(from)));
            &p.source
        }
        Monitored::Access(p) => {
            out.push(format!("access/{}", month(from)));
            &p.source
        }
        Monitored::Casualty(p) => {
            out.push(format!("casualty/{}", month(from)));
            &p.source
        }
        Monitored::Mission(_) => {
            out.push(MISSION.to_owned());
            &None
        }
    };
    if let Some(SourceRow { file, .. }) = source {
        out.push(format!("file/{file}"));
    }
}

/// `2019-02`, the UTC month of an instant.
pub(crate) fn month(at: Timestamp) -> String {
    let (year, month, _) = at.date();
    format!("{year:04}-{month:02}")
}

fn day(at: Timestamp) -> String {
    let (year, month, day) = at.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day alone for a midnight, else the whole instant.
fn instant(at: Timestamp) -> String {
    if at.seconds().rem_euclid(86_400) == 0 { day(at) } else { at.to_seconds_string() }
}
