use super::super::cast::Cast;
use super::super::script::{DAY, Line, MADE_UP, Script};
use super::super::{build, data};
use super::{END, write};
use accord_charter::Charter;
use accord_format::hash::LedgerId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn told<T>(look: impl FnOnce(&Charter, &[Line<'_>]) -> T) -> T {
    let charter = data::charter().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let cast = Cast::make(&charter, &directory.path().join("keys")).unwrap();
    let ledger = LedgerId::from_bytes([7; 32]);
    let mut script = Script::new(&charter, &cast, ledger, build::begin().unwrap());
    write(&mut script).unwrap();
    look(&charter, &script.take())
}

/// Calls `see` with the path of every text in `value`.
fn texts<'v>(path: &str, value: &'v Value, see: &mut impl FnMut(&str, &'v str)) {
    match value {
        Value::String(text) => see(path, text),
        Value::Array(items) => items.iter().for_each(|item| texts(path, item, see)),
        Value::Object(members) => {
            for (name, member) in members {
                texts(&format!("{path}/{name}"), member, see);
            }
        }
        _ => {}
    }
}

/// How often each party stands in one place.
type Named = BTreeMap<String, BTreeMap<String, u64>>;

fn assert_even(charter: &Charter, named: &Named) {
    for (place, by_party) in named {
        let counts: BTreeSet<u64> =
            charter.parties.keys().map(|p| by_party.get(p).copied().unwrap_or(0)).collect();
        assert_eq!(counts.len(), 1, "{place} takes a side: {by_party:?}");
    }
}

#[test]
fn whatever_one_party_says_or_is_said_to_do_so_does_every_other() {
    told(|charter, lines| {
        let (mut signed, mut named) = (Named::new(), Named::new());
        for line in lines {
            for (code, party) in &charter.parties {
                let key = |by: &super::super::cast::By<'_>| {
                    by.key.id_string().starts_with(&format!("{}/", party.participant))
                };
                let count = line.by.iter().filter(|by| key(by)).count() as u64;
                let by_party = signed.entry(line.event_type.to_owned()).or_default();
                *by_party.entry(code.clone()).or_default() += count;
            }
            // Who is responsible for a provision, and who holds a seat, is the charter's to say.
            if ["stipulation.registered", "board.constituted"].contains(&line.event_type) {
                continue;
            }
            texts(line.event_type, &line.payload, &mut |path, text| {
                if charter.parties.contains_key(text) {
                    let by_party = named.entry(path.to_owned()).or_default();
                    *by_party.entry(text.to_owned()).or_default() += 1;
                }
            });
        }
        assert_even(charter, &signed);
        assert_even(charter, &named);
        assert!(named.len() > 20, "{named:?}");
    });
}

#[test]
fn counts_are_the_same_for_every_party() {
    told(|charter, lines| {
        let mut sums = Named::new();
        for line in lines {
            let members = ["by", "side", "control", "from", "claimed_side", "belongs_to"];
            for (member, party) in
                members.iter().filter_map(|m| Some((m, line.payload.get(m)?.as_str()?)))
            {
                let counts = ["count", "minutes", "containers", "persons", "rounds", "area_m2"];
                for counted in counts {
                    let count = line.payload.get(counted);
                    let value = count.and_then(|c| c.get("value").unwrap_or(c).as_u64());
                    let place = format!("{} {member} {counted}", line.event_type);
                    let sum = sums.entry(place).or_default().entry(party.to_owned()).or_default();
                    *sum += value.unwrap_or(0);
                }
            }
        }
        assert_even(charter, &sums);
    });
}

#[test]
fn every_text_says_that_it_is_made_up() {
    told(|_, lines| {
        let words = ["summary", "statement", "reason", "words", "note", "title", "basis", "ground"];
        let mut seen = 0;
        for line in lines {
            texts(line.event_type, &line.payload, &mut |path, text| {
                let member = path.rsplit('/').next().unwrap_or_default();
                let coded = path.starts_with("key.") || path.starts_with("sensor.");
                let coded =
                    coded || ["record.corrected/reason", "record.redacted/basis"].contains(&path);
                if words.contains(&member) && !coded {
                    assert!(text.contains(MADE_UP), "{path}: {text}");
                    seen += 1;
                }
            });
        }
        assert!(seen > 200, "{seen}");
    });
}

#[test]
fn no_place_is_finer_than_a_region_of_the_charter() {
    told(|charter, lines| {
        let named = charter.areas.as_ref().map(|areas| &areas.named).unwrap();
        for line in lines {
            texts(line.event_type, &line.payload, &mut |path, text| {
                if path.ends_with("/area") {
                    assert!(named.contains_key(text), "{path}: {text}");
                }
            });
            let place = line.payload.get("position").or_else(|| line.payload.get("place"));
            for degrees in ["lat", "lon"].iter().filter_map(|d| place?.get(d)?.as_i64()) {
                assert_eq!(degrees % 1_000_000, 0, "{}", line.event_type);
            }
        }
    });
}

#[test]
fn two_runs_tell_the_same_in_the_same_time() {
    let run = || {
        told(|_, lines| {
            assert!(lines.iter().all(|line| line.after < END * DAY));
            lines.iter().map(|l| (l.after, l.event_type, l.id.clone())).collect::<Vec<_>>()
        })
    };
    assert_eq!(run(), run());
}
