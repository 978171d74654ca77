//! Imports, assessments, audits and the mission, as the judges see them.

use super::world::{World, refused};
use crate::view::{Cell, view};
use serde_json::{Value, json};

fn batch(rows: u64) -> Value {
    json!({"source": "a table", "file_digest": "ab".repeat(32), "rows": rows, "licence": "CC BY 4.0"})
}

#[test]
fn a_file_is_imported_once_and_resumed_by_who_began_it() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let name = "import.batch_recorded";
    let (first, _) = world.submit("mission", name, "", batch(3)).unwrap();
    assert_eq!(refused(world.submit("mission", name, "", batch(3))), "import-file-known");
    assert_eq!(refused(world.submit("secretariat", name, "", batch(2))), "import-file-known");
    let resume = |rows| {
        let mut payload = batch(rows);
        payload["resumes"] = world.log.hash(first).into();
        payload
    };
    let (same, other) = (resume(3), resume(4));
    assert_eq!(refused(world.submit("mission", name, "", other)), "import-differs");
    assert_eq!(refused(world.submit("secretariat", name, "", same.clone())), "import-differs");
    world.submit("mission", name, "", same).unwrap();
    let mut unknown = batch(3);
    unknown["file_digest"] = "cd".repeat(32).into();
    unknown["resumes"] = "ef".repeat(32).into();
    assert_eq!(refused(world.submit("mission", name, "", unknown)), "import-unknown");
    assert_eq!(
        refused(world.submit("mission", name, "", {
            let mut large = batch(1_000_000);
            large["file_digest"] = "01".repeat(32).into();
            large
        })),
        "import-too-large"
    );

    for row in 1..=3 {
        let payload = json!({
            "area": "donetsk", "by": "undetermined", "form": "denied",
            "source": {"file": "ab".repeat(32), "row": row},
        });
        world.submit("mission", "access.restricted", "", payload).unwrap();
        let imports = world.view("imports");
        let figure =
            |name: &str| imports.figure(&format!("file/{}/{name}", "ab".repeat(32))).unwrap().value;
        assert_eq!((figure("rows"), figure("events"), figure("missing")), (3, row, 3 - row));
        let marks = &imports.tables[0].rows[0].marks;
        assert_eq!(marks, &[if row < 3 { "incomplete" } else { "complete" }, "resumed"]);
    }
    world.check_replay();
}

#[test]
fn the_rows_of_a_file_of_restatements_are_corrections() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (file, own) = ("cd".repeat(32), "ef".repeat(32));
    let payload = |form: &str, file: &str, row: u64| json!({"area": "donetsk", "by": "undetermined", "form": form, "source": {"file": file, "row": row}});
    let import = |world: &mut World, by: &str, file: &str, rows: u64| {
        let mut batch = batch(rows);
        batch["file_digest"] = file.into();
        world.submit(by, "import.batch_recorded", "", batch).unwrap()
    };
    import(&mut world, "mission", &own, 2);
    let reports = [1, 2].map(|row| {
        world.submit("mission", "access.restricted", "", payload("denied", &own, row)).unwrap().0
    });
    import(&mut world, "secretariat", &file, 2);
    let shown = |world: &World, file: &str| {
        let view = world.view("imports");
        let figure = |name: &str| view.figure(&format!("file/{file}/{name}")).unwrap().clone();
        let marks =
            view.tables[0].rows.iter().find(|r| r.key.ends_with(file)).unwrap().marks.clone();
        let missing = figure("missing").value;
        (figure("events").value, figure("corrections"), missing, marks)
    };
    assert_eq!(shown(&world, &file).3, ["no rows"]);
    for (at, target) in reports.iter().enumerate() {
        let patches = json!([{"pointer": "/payload/form", "old": "denied", "new": "delayed"}]);
        let correction = json!({
            "target": world.log.hash(*target), "patches": patches, "reason": "late_info",
            "source": {"file": file, "row": at + 1},
        });
        let by = world.kernel_event("record.corrected", "", correction);
        let (events, corrections, missing, marks) = shown(&world, &file);
        assert_eq!((events, corrections.value, missing), (0, at as u64 + 1, 1 - at as u64));
        assert_eq!(marks, [if at == 0 { "incomplete" } else { "complete" }]);
        let selector = &corrections.provenance.as_ref().unwrap().selector;
        assert_eq!(world.now().families().enumerate(selector).last(), Some(&by));
    }
    // Another's claim to be a row of it changes nothing but is seen, as is a row twice.
    world.submit("observer", "access.restricted", "", payload("denied", &file, 9)).unwrap();
    assert_eq!(shown(&world, &file).3, ["complete", "rows by others"]);
    world.submit("mission", "access.restricted", "", payload("denied", &own, 2)).unwrap();
    assert_eq!(shown(&world, &own).3, ["complete", "a row more than once"]);
    world.submit("mission", "access.restricted", "", payload("denied", &own, 3)).unwrap();
    world.retract(reports[0]);
    let (events, _, missing, marks) = shown(&world, &own);
    assert_eq!((events, missing), (4, 0), "what was taken back was there");
    assert_eq!(marks, ["more rows than stated", "a row more than once"]);
    super::provenance::check(&world, "imports");
    world.check_replay();
}

#[test]
fn stipulations_are_scored() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let stipulation = |provision: &str| json!({"code": "lists", "provision": provision, "title": "Hand over lists", "responsible": ["ua", "ru"], "due_on": "2026-03-01"});
    let name = "stipulation.registered";
    assert_eq!(
        refused(world.submit("secretariat", name, "", stipulation("P99"))),
        "provision-unknown"
    );
    world.submit("secretariat", name, "", stipulation("P04")).unwrap();
    assert_eq!(refused(world.submit("secretariat", name, "", stipulation("P04"))), "wrong-state");
    let score = |world: &mut World, code: &str, score: u8| {
        let payload = json!({"stipulation": code, "score": score});
        let (_, findings) = world.submit("auditor", "assessment.recorded", "", payload).unwrap();
        findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(score(&mut world, "lists", 2), Vec::<&str>::new());
    assert_eq!(score(&mut world, "lists", 0), ["score_drops"]);
    assert_eq!(score(&mut world, "nothing", 1), ["unknown_stipulation"]);
    assert_eq!(score(&mut world, "lists", 2), Vec::<&str>::new());
    let overview = world.view("overview");
    let figure = |key: &str| overview.figure(key).unwrap().value;
    assert_eq!((figure("P04/score"), figure("P04/overdue")), (66, 0));
    world.log.at("2026-03-02T00:00:00Z");
    assert_eq!(world.view("overview").figure("P04/overdue").unwrap().value, 1);
    world.check_replay();
}

#[test]
fn an_audit_covers_what_is_there() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let audit = |to: u64| json!({"from_seq": 0, "to_seq": to, "opinion": "qualified", "findings_digest": "ab".repeat(32)});
    assert_eq!(
        refused(world.submit("auditor", "audit.opinion_recorded", "", audit(2))),
        "range-unknown"
    );
    world.submit("auditor", "audit.opinion_recorded", "", audit(1)).unwrap();
}

#[test]
fn a_closed_mission_stays_closed() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let name = "mission.status_changed";
    let closed = json!({"status": "closed", "archive_custodian": "vault"});
    world.submit("mission", name, "", closed).unwrap();
    assert_eq!(
        refused(world.submit("mission", name, "", json!({"status": "active"}))),
        "wrong-state"
    );
}

#[test]
fn reports_are_taken_in_with_what_is_wrong_about_them() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let count = |n: u64| json!({"value": n, "qualifier": "exact"});
    for (name, payload, codes) in [
        (
            "observation.batch_recorded",
            json!({"area": "atlantis", "ceasefire_violations": count(2), "explosions": count(3)}),
            vec!["unknown_area", "does_not_add_up"],
        ),
        (
            "observation.recorded",
            json!({"area": "donetsk", "position": {"lat": 1, "lon": 1}, "means": "heard", "kind": "burst", "count": count(3), "side": "xx"}),
            vec!["unknown_side", "side_without_method"],
        ),
        (
            "casualty.recorded",
            json!({"area": "donetsk", "killed": 1, "injured": 0, "persons": {"men": 0, "women": 0, "boys": 0, "girls": 0, "unknown": 0}, "cause": "shelling", "corroborated": false}),
            vec!["does_not_add_up", "uncorroborated"],
        ),
    ] {
        let (_, findings) = world.submit("mission", name, "", payload).unwrap();
        assert_eq!(findings.into_iter().map(|f| f.code).collect::<Vec<_>>(), codes, "{name}");
    }
    let overview = world.view("overview");
    assert_eq!(overview.figure("P01/entries").unwrap().value, 3);
}

#[test]
fn small_numbers_of_people_are_not_shown() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let payload = json!({"area": "donetsk", "killed": 1, "injured": 12, "persons": {"men": 11, "women": 0, "boys": 2, "girls": 0, "unknown": 0}, "cause": "shelling", "corroborated": true});
    world.submit("mission", "casualty.recorded", "", payload).unwrap();
    let shown = view("civilians", &world.now()).unwrap();
    let persons = shown.tables.iter().find(|t| t.key == "persons").unwrap();
    let cells = &persons.rows[0].cells;
    assert!(matches!(&cells[0], Cell::Figure(f) if f.value == 11));
    assert_eq!(cells[2], Cell::Suppressed { below: 10 });
    assert_eq!(shown.figure("casualty/2026-03/injured").unwrap().value, 12);
}
