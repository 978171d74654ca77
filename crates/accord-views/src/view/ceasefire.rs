//! The ceasefire: what the monitors counted, and whether they can work.

use super::figure::day;
use super::{View, observations};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("ceasefire", "Ceasefire", snapshot);
    if let Some(mission) = mission(snapshot) {
        view.notes.push(mission);
    }
    observations::add(&mut view, snapshot);
    view
}

fn mission(snapshot: &Snapshot) -> Option<String> {
    let state = snapshot.families().monitoring().state("mission/main")?;
    let MonitoringState::Mission(mission) = &*state else { return None };
    Some(format!("The mission is {} since {}.", mission.status.as_str(), day(mission.since)))
}
