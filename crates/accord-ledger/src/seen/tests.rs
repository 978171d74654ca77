use super::*;
use proptest::prelude::*;
use std::collections::HashMap;

/// What is told, and what it must be known by.
#[derive(Default)]
struct Model {
    entries: Vec<(EventHash, String, String)>,
    streams: HashMap<String, Vec<(u64, u64)>>,
}

fn event_hash(number: u8) -> EventHash {
    EventHash::from_bytes([number; 32])
}

/// One with so few places to wait that much is merged, and with hashes that begin alike.
fn small(alike: bool) -> Seen {
    let mut seen = Seen {
        events: Table::with_waiting(3),
        ids: Table::with_waiting(3),
        streams: Table::with_waiting(3),
        ..Seen::default()
    };
    seen.keys.alike = alike;
    seen
}

impl Seen {
    fn tell_of(&mut self, model: &mut Model, event: u8, id: u8, stream: u8, revision: Option<u64>) {
        let seq = model.entries.len() as u64;
        let stream = format!("s/{stream}");
        let (hash, id) = (event_hash(event), format!("id-{id}"));
        let of_stream = model.streams.entry(stream.clone()).or_default();
        let revision = revision.unwrap_or(of_stream.len() as u64);
        of_stream.push((seq, revision));
        self.events.insert(record(self.keys.event(&hash), seq), ());
        self.ids.insert(record(self.keys.id("a", &id), seq), ());
        self.note_stream(&stream, seq, revision);
        model.entries.push((hash, id, stream));
    }

    fn agrees_with(&self, model: &Model) -> Result<(), TestCaseError> {
        for number in 0..=u8::MAX {
            let hash = event_hash(number);
            let is = |seq: u64| model.entries[usize::try_from(seq).unwrap()].0 == hash;
            let expected = model.entries.iter().rposition(|(known, ..)| *known == hash);
            prop_assert_eq!(self.event(&hash, is), expected.map(|at| at as u64));
            let id = format!("id-{number}");
            let is = |seq: u64| model.entries[usize::try_from(seq).unwrap()].1 == id;
            let expected = model.entries.iter().position(|(_, known, _)| *known == id);
            prop_assert_eq!(self.id("a", &id, is), expected.map(|at| at as u64));
            prop_assert_eq!(self.id("b", &id, |_| false), None);
            let stream = format!("s/{number}");
            let expected = model.streams.get(&stream);
            let seqs: Vec<u64> = expected.iter().flat_map(|s| s.iter().map(|e| e.0)).collect();
            prop_assert_eq!(self.stream(&stream), seqs);
            prop_assert_eq!(self.last_of(&stream), expected.and_then(|s| s.last().copied()));
            prop_assert_eq!(self.has_stream(&stream), expected.is_some());
        }
        Ok(())
    }
}

fn told() -> impl Strategy<Value = Vec<(u8, u8, u8, Option<u64>)>> {
    let odd = prop_oneof![9 => Just(None), 1 => (0_u64..9).prop_map(Some)];
    proptest::collection::vec((any::<u8>(), any::<u8>(), 0_u8..40, odd), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_knows_what_was_told_and_nothing_else(entries in told(), alike: bool) {
        let (mut seen, mut model) = (small(alike), Model::default());
        for (event, id, stream, revision) in entries {
            seen.tell_of(&mut model, event, id, stream, revision);
        }
        seen.agrees_with(&model)?;
    }
}

/// Many merges, over several pieces, with the same event and id far apart.
#[test]
fn repeats_at_any_distance_are_found() {
    let (mut seen, mut places) = (small(false), Vec::new());
    let number = 20_000_u64;
    for seq in 0..number {
        // Every thousandth is the first again.
        let what = if seq % 1_000 == 999 { 0 } else { seq };
        let hash = EventHash::from_bytes(*blake3::hash(&what.to_be_bytes()).as_bytes());
        seen.events.insert(record(seen.keys.event(&hash), seq), ());
        seen.ids.insert(record(seen.keys.id("a", &hash.to_string()), seq), ());
        places.push(hash);
    }
    let is = |hash: EventHash| {
        let places = &places;
        move |seq: u64| places[usize::try_from(seq).unwrap()] == hash
    };
    assert_eq!(seen.events.len() as u64, number);
    assert_eq!(seen.event(&places[0], is(places[0])), Some(number - 1));
    assert_eq!(seen.id("a", &places[0].to_string(), is(places[0])), Some(0));
    for seq in (1..number - 1).step_by(977).filter(|seq| seq % 1_000 != 999) {
        let hash = places[usize::try_from(seq).unwrap()];
        assert_eq!(seen.event(&hash, is(hash)), Some(seq));
        assert_eq!(seen.id("a", &hash.to_string(), is(hash)), Some(seq));
        assert_eq!(seen.id("b", &hash.to_string(), is(hash)), None);
    }
}

/// The bound that `docs/performance.md` gives: so many bytes an entry, and no piece with room in it.
#[test]
fn an_entry_takes_41_bytes() {
    let sizes = [SHORT + SEQ, SHORT + SEQ, STREAM + SEQ];
    assert_eq!(sizes.iter().sum::<usize>(), 41);
}
