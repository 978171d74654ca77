//! What is said of acts when a record changes on which they rest.

use super::board::{adjudicate, constitute, declare, table, vote};
use super::cases::{allege, attribute, step};
use super::suspicion::enrol;
use super::world::{World, submit_kernel};
use crate::replay::Known;
use accord_ledger::admission::Admission;
use serde_json::json;

/// The acts of which it is said that their basis changed, with what is said, at the size `known`.
fn changed(world: &World, known: Known) -> Vec<(u64, String)> {
    let findings = world.replay(known, world.log.now()).families().findings();
    let changed = findings.into_iter().filter(|(_, f)| f.code == "basis_changed");
    let mut changed: Vec<_> = changed.map(|(_, f)| (f.seq, f.detail)).collect();
    changed.sort();
    changed
}

fn acts(world: &World, known: Known) -> Vec<u64> {
    let mut acts: Vec<_> = changed(world, known).into_iter().map(|(seq, _)| seq).collect();
    acts.dedup();
    acts
}

/// A resolution about `subjects` is adopted; gives its stream and the seq of the declaration.
fn adopt(world: &mut World, subjects: &[&str]) -> (String, u64) {
    let resolution = table(world, subjects);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(world, &resolution, seat, "for").unwrap();
    }
    declare(world, &resolution, "adopted").unwrap();
    (resolution, world.size() - 1)
}

/// A case with everything that leads to a decision; gives its stream and the seq of its allegation.
fn case(world: &mut World) -> (String, u64) {
    let case = allege(world, "observer", "ru");
    let alleged = world.size() - 1;
    attribute(world, &case);
    (case, alleged)
}

#[test]
fn a_retraction_is_said_of_the_resolution_and_of_what_carries_it_out() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let (other, _) = self::case(&mut world);
    let (resolution, declared) = adopt(&mut world, &[&case, &other]);
    adjudicate(&mut world, &other, &resolution, "ru").unwrap();
    let carried_out = world.size() - 1;
    let by = world.retract(alleged);

    assert_eq!(acts(&world, Known::Size(by)), [] as [u64; 0], "not known yet");
    let said = changed(&world, Known::All);
    let direct = format!("seq {by} changed what seq {alleged} says, which it rested on");
    assert!(said.contains(&(declared, format!("{direct} by way of {case}"))), "{said:?}");
    assert!(said.contains(&(carried_out, format!("{direct} by way of {resolution}"))), "{said:?}");
    // The steps of the case itself, each once, and nothing of the other case before the decision.
    let steps: Vec<u64> = (alleged + 1..=alleged + 4).collect();
    assert_eq!(acts(&world, Known::All), [&steps[..], &[declared, carried_out]].concat());
    assert_eq!(said.len(), 6);
    // The resolution stands.
    assert_eq!(world.view("board").figure("outcomes/adopted").unwrap().value, 1);
    let figure = world.view("integrity");
    assert_eq!(figure.figure("findings/basis_changed").unwrap().value, 6);
    assert_eq!(figure.figure("findings/changes_basis").unwrap().value, 1);
    world.check_replay();
}

#[test]
fn what_changed_before_the_vote_was_known_to_the_board() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let patch = json!([{"pointer": "/payload/area", "old": "donetsk", "new": "luhansk"}]);
    world.correct(alleged, &patch);
    let (_, declared) = adopt(&mut world, &[&case]);
    // Neither before it, nor for what was recorded only after it.
    let payload = json!({"stance": "deny"});
    let (answer, _) = world.submit("ru", "violation.response_filed", &case, payload).unwrap();
    let stance = json!([{"pointer": "/payload/stance", "old": "deny", "new": "partial"}]);
    world.correct(answer, &stance);
    assert!(!acts(&world, Known::All).contains(&declared));
    let back = json!([{"pointer": "/payload/area", "old": "luhansk", "new": "donetsk"}]);
    let by = world.correct(alleged, &back);
    assert!(!acts(&world, Known::Size(by)).contains(&declared));
    assert!(acts(&world, Known::All).contains(&declared));
    world.check_replay();
}

#[test]
fn a_resolution_that_was_not_adopted_rests_on_nothing() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let failed = table(&mut world, &[&case]);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &failed, seat, "abstain").unwrap();
    }
    declare(&mut world, &failed, "failed").unwrap();
    let declared = world.size() - 1;
    table(&mut world, &[&case]);
    world.retract(alleged);
    let acts = acts(&world, Known::All);
    assert_eq!(acts, (alleged + 1..=alleged + 4).collect::<Vec<_>>(), "the case's own alone");
    assert!(!acts.contains(&declared));
}

#[test]
fn an_observation_bears_on_the_case_that_names_it() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let payload = json!({
        "area": "donetsk", "position": {"lat": 1, "lon": 1}, "means": "heard", "kind": "burst",
        "count": {"value": 2, "qualifier": "exact"}, "side": "undetermined",
    });
    let mut observe = || {
        let outcome = world.submit("mission", "observation.recorded", "", payload.clone());
        outcome.unwrap().0
    };
    let (first, second, unnamed) = (observe(), observe(), observe());
    let alleged = json!({
        "category": "A2", "against": "ru", "area": "donetsk",
        "observations": [world.log.hash(first), world.log.hash(second)],
    });
    let (seq, _) = world.submit("observer", "violation.alleged", "", alleged).unwrap();
    let case = world.stream(seq);
    attribute(&mut world, &case);
    let (_, declared) = adopt(&mut world, &[&case]);
    let expected: Vec<u64> = (seq + 1..=seq + 4).chain([declared]).collect();
    world.retract(unnamed);
    assert_eq!(acts(&world, Known::All), [] as [u64; 0]);
    let (target, canonical) = (world.log.hash(second), world.log.hash(first));
    let mark = json!({"target": target, "canonical": canonical});
    let by = world.kernel_event("record.duplicate_marked", "", mark);
    assert_eq!(acts(&world, Known::All), expected);
    assert!(changed(&world, Known::All).iter().all(|(_, said)| said.ends_with(&case)));
    world.retract(first);
    assert_eq!(acts(&world, Known::Size(by + 1)), expected);
    // Once for each act, whatever changed before; and each change for itself names the acts.
    let said = changed(&world, Known::All);
    assert_eq!(said.len(), expected.len());
    let latest = format!("seq {} changed what seq {first} says", world.size() - 1);
    assert!(said.iter().all(|(_, said)| said.starts_with(&latest)), "{said:?}");
    let findings = world.now().families().findings();
    let changes = findings.iter().filter(|(_, f)| f.code == "changes_basis");
    assert_eq!(changes.map(|(_, f)| f.seq).collect::<Vec<_>>(), [by, by + 1]);
    // The duplicate counts for nothing now, and it is said.
    let findings = world.now().families().findings();
    let gone: Vec<_> = findings.iter().filter(|(_, f)| f.code == "canonical_retracted").collect();
    assert_eq!((gone.len(), gone[0].1.seq), (1, by));
    world.check_replay();
}

#[test]
fn suspicion_and_its_end_are_said_on_any_stream() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "mission");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let (resolution, declared) = adopt(&mut world, &[&case]);
    adjudicate(&mut world, &case, &resolution, "ru").unwrap();
    let decided = world.size() - 1;
    let revoke = |world: &mut World, since: u64| {
        let since = world.log.entries()[usize::try_from(since).unwrap()].header.recorded;
        let payload = json!({"participant": "mission", "key": key, "reason": "compromised", "compromised_since": since.to_seconds_string()});
        world.kernel_event("key.revoked", "", payload)
    };
    // The attribution alone; then, as it turns out, the finding before it as well.
    let attributed = alleged + 4;
    let first = revoke(&mut world, attributed);
    assert_eq!(acts(&world, Known::Size(first)), [] as [u64; 0]);
    assert_eq!(acts(&world, Known::All), [declared, decided]);
    let second = revoke(&mut world, attributed - 1);
    assert_eq!(acts(&world, Known::Size(second)), [declared, decided]);
    assert_eq!(acts(&world, Known::All), [attributed, declared, decided]);
    let said = changed(&world, Known::All);
    let suspect = |by: u64, target: u64| {
        format!("seq {by} put seq {target} under suspicion, which it rested on")
    };
    assert!(said.contains(&(decided, suspect(second, attributed - 1))), "{said:?}");
    assert!(!said.iter().any(|(_, s)| s.starts_with(&suspect(second, attributed))), "not again");
    let then = changed(&world, Known::Size(second));
    assert!(then.contains(&(decided, suspect(first, attributed))), "{then:?}");
    let targets = [world.log.hash(attributed)];
    let by = world.kernel_event("record.reaffirmed", "", json!({ "targets": targets }));
    let end = format!("seq {by} took the suspicion from seq {attributed}, which it rested on");
    assert!(changed(&world, Known::All).contains(&(decided, end.clone())));
    assert!(!changed(&world, Known::Size(by)).contains(&(decided, end)));
    world.check_replay();
}

#[test]
fn at_an_earlier_t_an_act_that_was_not_there_has_no_basis() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let (other, _) = self::case(&mut world);
    let first = world.log.now();
    world.log.at("2026-03-05T05:00:00Z");
    let (resolution, declared) = adopt(&mut world, &[&case, &other]);
    let second = world.log.now();
    world.log.at("2026-03-09T05:00:00Z");
    adjudicate(&mut world, &other, &resolution, "ru").unwrap();
    let carried_out = world.size() - 1;
    world.retract(alleged);
    let at = |as_of| {
        let findings = world.replay(Known::All, as_of).families().findings();
        let said = |act| findings.iter().any(|(_, f)| f.code == "basis_changed" && f.seq == act);
        (said(declared), said(carried_out))
    };
    assert_eq!(at(first), (false, false));
    assert_eq!(at(second), (true, false));
    assert_eq!(at(world.log.now()), (true, true));
}

/// The family says it already: the merger is on the subject of both cases, and names one.
#[test]
fn nothing_is_said_twice() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let from = allege(&mut world, "observer", "ru");
    let into = allege(&mut world, "observer", "ru");
    let alleged = world.size() - 1;
    step(&mut world, &from, "merged", json!({ "into": into })).unwrap();
    let merged = world.size() - 1;
    let patch = json!([{"pointer": "/payload/area", "old": "donetsk", "new": "luhansk"}]);
    let by = world.correct(alleged, &patch);
    let detail = format!("seq {by} changed what seq {alleged} says, which it rested on");
    assert_eq!(changed(&world, Known::All), [(merged, detail)]);
}

#[test]
fn what_rests_on_what_survives_a_snapshot() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let (_, declared) = adopt(&mut world, &[&case]);
    world.retract(alleged);
    let saved = Admission::snapshot(&world.families);
    let mut restored = crate::Families::new().unwrap();
    restored.restore(&saved).unwrap();
    world.families = restored;
    assert!(acts(&world, Known::All).contains(&declared));
    world.check_replay();
    // One that lacks anything is not taken for another.
    let cut = &saved[..saved.len() - 1];
    assert!(crate::Families::new().unwrap().restore(cut).is_err(), "then it is replayed");
}

#[test]
fn whoever_takes_back_what_others_rest_on_is_told() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let (_, declared) = adopt(&mut world, &[&case]);
    let loose = allege(&mut world, "observer", "ru");
    let loose = (world.size() - 1, loose);
    let retraction = |world: &World, seq| json!({"target": world.log.hash(seq), "reason": "x"});
    let payload = retraction(&world, loose.0);
    assert_eq!(submit_kernel(&mut world, "record.retracted", payload), []);
    let payload = retraction(&world, alleged);
    let findings = submit_kernel(&mut world, "record.retracted", payload);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.code, "changes_basis");
    assert!(finding.detail.contains(&declared.to_string()), "{}", finding.detail);
    // The same is said of the entry for good.
    let by = world.size() - 1;
    let all = world.now().families().findings();
    let kept: Vec<_> = all.iter().filter(|(_, f)| f.code == "changes_basis").collect();
    assert_eq!((kept.len(), kept[0].1.seq), (1, by));
    assert!(kept[0].1.detail.contains(&declared.to_string()));
    assert!(step(&mut world, &case, "closed", json!({"reason": "x"})).is_err());
    world.check_replay();
}

#[test]
fn disputes_are_settled_by_a_resolution_where_there_is_a_board() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (case, alleged) = case(&mut world);
    let mut dispute = || {
        let payload = json!({"target": world.log.hash(alleged), "ground": "it was not so"});
        let seq = world.kernel_event("record.disputed", "", payload);
        world.stream(seq)
    };
    let streams = [dispute(), dispute(), dispute(), dispute()];
    let mut settle = |stream: &str, resolution: Option<&str>| {
        let mut payload = json!({"outcome": "it stands"});
        if let Some(resolution) = resolution {
            payload["resolution"] = resolution.into();
        }
        world.kernel_event("record.dispute_settled", stream, payload)
    };
    let alone = settle(&streams[0], None);
    let early = settle(&streams[1], Some("resolution/0198f3c2-0000-7000-8000-00000000ffff"));
    let integrity = world.view("integrity");
    let figure = |key: &str| integrity.figure(key).unwrap();
    assert_eq!((figure("record/disputes").value, figure("record/disputes/settled").value), (2, 2));
    assert_eq!(figure("record/disputes/settled").provenance.as_ref().unwrap().count, 4);
    let resolution = table(&mut world, &[&case]);
    let payload = json!({"outcome": "it stands", "resolution": resolution});
    let hasty = world.kernel_event("record.dispute_settled", &streams[2], payload.clone());
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    declare(&mut world, &resolution, "adopted").unwrap();
    world.kernel_event("record.dispute_settled", &streams[3], payload);
    let findings = world.now().families().findings();
    let of = |code: &str| {
        let all = findings.iter().filter(|(_, f)| f.code == code);
        all.map(|(_, f)| f.seq).collect::<Vec<_>>()
    };
    assert_eq!(of("settled_without_resolution"), [alone]);
    assert_eq!(of("resolution_not_adopted"), [early, hasty]);
    world.check_replay();
}
