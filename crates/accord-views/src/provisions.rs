//! On which provisions events bear, by the charter in force.

use accord_charter::Charter;
use accord_format::event::Event;
use std::collections::BTreeMap;

/// What was asked before of the charter in force. It says so by an event's type and by what stands
/// before the slash of its stream; a type that this software does not know may be in any stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provisions {
    known: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Provisions {
    /// Another charter is in force.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }

    /// The provisions of `charter` that the event bears on.
    pub(crate) fn of(&mut self, charter: &Charter, event: &Event) -> &[String] {
        let prefix = event.stream.split('/').next().unwrap_or_default();
        if !self.known.get(&event.event_type).is_some_and(|of_type| of_type.contains_key(prefix)) {
            let on = charter.provisions_of(&event.event_type, &event.stream);
            let on = on.map(ToOwned::to_owned).collect();
            let of_type = self.known.entry(event.event_type.clone()).or_default();
            of_type.insert(prefix.to_owned(), on);
        }
        let found = self.known.get(&event.event_type).and_then(|of_type| of_type.get(prefix));
        found.map_or(&[], Vec::as_slice)
    }
}
