//! An event that is left with a witness and with a mirror, and that the operator keeps out.

use super::cast::{Federation, index_key, wait_for, witness};
use crate::damage::python::{python, script};
use accord_format::event::SignedEvent;
use accord_tests::binary::{self, Run};
use accord_tests::charter::of_one_party;
use accord_tests::site::says;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

impl Federation {
    /// A party, and the charter that it has adopted.
    fn chartered() -> Self {
        let f = Self::new();
        let key = ["--name", "North", "--role", "party", "--key-file", "north.key"];
        f.accord(&["key", "new", "north/desk", "--no-encrypt", "--out", "north.key"], 0);
        let who = ["enrol", "--dir", "L", "--key", "keys/authority-a-seat.key"];
        f.accord(&[&who[..], &key].concat(), 0);
        // What is deposited is to be answered within a second.
        let charter = of_one_party("1s", ("submission", "1s", "deposited"));
        let payload = json!({"charter": charter}).to_string();
        let proposed = f.north("charter.proposed", &["--payload", &payload]);
        let stream = proposed["stream"].as_str().unwrap();
        f.north("charter.adopted", &["--payload", "{}", "--stream", stream]);
        f.publish();
        f
    }

    /// The party appends an event; gives the entry.
    fn north(&self, event_type: &str, more: &[&str]) -> Value {
        let what = ["append", "--dir", "L", "--type", event_type, "--key", "north.key"];
        let answer = self.json(&[&what[..], more].concat(), 0);
        let seq = answer["seq"].to_string();
        self.json(&["show", &seq, "--dir", "L"], 0)
    }

    /// The note of an event that is not handed in.
    fn note(&self, name: &str, event_type: &str, stream: Option<&str>, payload: &Value) -> String {
        let mut draft = json!({"type": event_type, "payload": payload});
        if let Some(stream) = stream {
            draft["stream"] = stream.into();
        }
        let (draft_file, note) = (format!("{name}.draft"), format!("{name}.note"));
        std::fs::write(self.path(&draft_file), draft.to_string()).unwrap();
        let sign = ["sign", &draft_file, "--key", "north.key", "--as", "party"];
        self.accord(&[&sign[..], &["--dir", "L", "--out", &note]].concat(), 0);
        note
    }

    /// Leaves a note at an address, and keeps the answer.
    fn deposit(&self, note: &str, url: &str, vkey: &str, to: &str) {
        let args = ["witness", "deposit", note, "--url", url, "--witness", vkey];
        let deposit = self.accord(&args, 0).out;
        std::fs::write(self.path(to), deposit).unwrap();
    }

    fn check(&self, args: &[&str], code: i32) -> Value {
        self.json(&[&["check"], args].concat(), code)["facts"].take()
    }

    /// What somebody finds who has nothing but these files, on a machine of their own.
    fn elsewhere(&self, files: &[&str], args: &[&str]) -> Run {
        let judge = tempfile::tempdir().unwrap();
        for name in files {
            std::fs::copy(self.path(name), judge.path().join(name)).unwrap();
        }
        binary::run(judge.path(), args, b"")
    }

    /// What the second verifier says to a deposit, in a word; nothing where it cannot run.
    fn second_opinion(&self, deposit: &str, more: &[&str]) -> Option<String> {
        let python = python().inspect_err(|why| println!("SKIPPED: {why}")).ok()?;
        let mut command = Command::new(python);
        command.arg(script()).args(["L", deposit]).args(more).current_dir(self.path(""));
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("DEPOSIT "));
        let word = line.and_then(|line| line.split(':').next()).map(str::to_owned);
        assert!(word.is_some(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        let finding = ["withheld", "not_taken_in", "taken_in_late", "not judged"];
        let found = word.as_deref().is_some_and(|word| finding.contains(&word));
        assert_eq!(output.status.code(), Some(i32::from(found)), "{text}");
        word
    }

    /// Both verifiers say the same of a deposit, and this.
    #[track_caller]
    fn agreed(&self, deposit: &str, more: &[&str], word: &str) {
        if let Some(found) = self.second_opinion(deposit, more) {
            assert_eq!(found, word);
        }
    }

    /// The record reaches beyond the limit of everything that was deposited before.
    fn time_passes(&self, deposit: &str, note: &str) -> Value {
        let found = || {
            self.cosign(0);
            let args = ["check", deposit, "--event", note, "--dir", "L", "--json"];
            let run = binary::run(&self.path(""), &args, b"");
            (run.code == 1).then(|| facts(&run))
        };
        wait_for("the limit passes", || found().is_some());
        found().unwrap()
    }
}

/// What `check` knows of a file.
fn facts(run: &Run) -> Value {
    let mut told: Value = serde_json::from_str(&run.out).unwrap();
    told["facts"].take()
}

fn endorsement(f: &Federation) -> Value {
    json!({"target": f.id})
}

#[test]
fn the_operator_keeps_out_what_was_deposited() {
    let f = Federation::chartered();
    let note = f.note("event", "record.endorsed", None, &endorsement(&f));
    let event = SignedEvent::parse(&std::fs::read(f.path(&note)).unwrap()).unwrap();
    let (w0, m0) = (witness(0).vkey().to_string(), mirror_key(&f, 0));
    f.deposit(&note, &f.witnesses[0].url, &w0, "w0.deposit");
    f.deposit(&note, &f.mirrors[0].url, &m0, "m0.deposit");
    // The record does not reach so far yet.
    let early = f.check(&["w0.deposit", "--event", &note, "--dir", "L"], 0);
    assert_eq!((&early["answer"], &early["finding"]), (&"not-due".into(), &Value::Null));
    f.agreed("w0.deposit", &[&note], "not-due");
    let found = f.time_passes("w0.deposit", &note);
    assert_eq!(found["finding"], "withheld");
    f.agreed("w0.deposit", &[&note], "withheld");
    f.agreed("w0.deposit", &[], "not_taken_in");
    f.agreed("m0.deposit", &[&note], "not judged");
    f.agreed("m0.deposit", &[&note, &m0], "withheld");
    let kept = PathBuf::from(found["evidence"].as_str().unwrap());
    // Somebody who has seen nothing is convinced: the ledger's own policy names the witness.
    says(
        &f.convinces(&kept),
        &["VALID", "WITHHELD", "witness.example/w0", &event.event().hash().to_string()],
    );
    // From a mirror, over HTTP, with a deposit of that mirror's; there the key has to be given.
    // A mirror that holds a checkpoint already takes no later cosignatures of it.
    f.enrol("east");
    f.publish();
    f.mirrored(0);
    let url = ["--url", &f.mirrors[0].url, "--ledger", &f.id];
    let args =
        [&["check", "m0.deposit", "--event", &note, "--out", "m0.withheld"], &url[..]].concat();
    let unknown = f.elsewhere(&["m0.deposit", &note], &args).exits(1);
    says(&unknown.out, &["mirror.example/m0", "--witness"]);
    f.accord(&[&args[..], &["--witness", &m0]].concat(), 1);
    let file = ["check", "m0.withheld", "--ledger", &f.id];
    f.elsewhere(&["m0.withheld"], &file).exits(1);
    let told = f.elsewhere(&["m0.withheld"], &[&file[..], &["--witness", &m0]].concat()).exits(0);
    says(&told.out, &["VALID", "WITHHELD", "whose key you gave"]);
    // A secretary asks the witness for all that it has.
    let list = ["deposits", "--at", &f.witnesses[0].url, "--witness", &w0, "--dir", "L", "--open"];
    let listed = f.accord(&list, 1).out;
    says(
        &listed,
        &[&event.event().hash().to_string(), "not_taken_in", "1 deposits, 1 of them not"],
    );
    // With the note beside it, it is known to be owed.
    std::fs::create_dir(f.path("folder")).unwrap();
    for name in ["w0.deposit", "m0.deposit", &note] {
        std::fs::copy(f.path(name), f.path("folder").join(name)).unwrap();
    }
    let list = ["deposits", "folder", "--dir", "L", "--witness", &m0, "--json"];
    let listed = f.accord(&list, 1).records();
    assert_eq!(listed.iter().filter(|line| line["finding"] == "withheld").count(), 2);
    // It is taken in, late; the evidence goes on saying what it says.
    f.accord(&["append", "--dir", "L", &note], 0);
    assert_eq!(f.cosign(0)["published"], true);
    let late = f.check(&["w0.deposit", "--event", &note, "--dir", "L"], 1);
    assert_eq!(late["finding"], "taken_in_late");
    f.agreed("w0.deposit", &[], "taken_in_late");
    says(&f.convinces(&kept), &["WITHHELD"]);
    let seq = late["seq"].to_string();
    let bundle = f.accord(&["prove", &seq, "--bundle", "--dir", "L"], 0).out;
    std::fs::write(f.path("bundle"), bundle).unwrap();
    let offline = ["check", "w0.deposit", "--bundle", "bundle", "--witness", &w0];
    says(
        &f.elsewhere(&["w0.deposit", "bundle"], &offline).exits(0).out,
        &["taken-in", "after the deposit"],
    );
    let receipt = f.accord(&["prove", &seq, "--dir", "L"], 0).out;
    std::fs::write(f.path("receipt"), receipt).unwrap();
    let vkey = f.checkpoint_key().vkey().to_string();
    let offline = [
        "check",
        "w0.deposit",
        "--receipt",
        "receipt",
        "--event",
        &note,
        "--witness",
        &w0,
        "--vkey",
        &vkey,
    ];
    says(&f.elsewhere(&["w0.deposit", "receipt", &note], &offline).exits(0).out, &["taken-in"]);
}

/// The twin: what is refused with a word is not withheld, and a wrong refusal is found.
#[test]
fn the_operator_refuses_what_was_deposited() {
    let f = Federation::chartered();
    let w0 = witness(0).vkey().to_string();
    let note = f.note("event", "charter.endorsed", Some("charter/nothing"), &json!({}));
    f.deposit(&note, &f.witnesses[0].url, &w0, "deposit");
    let refused = f.json(&["append", "--dir", "L", &note], 3);
    assert_eq!(refused["code"], "stream-unknown");
    std::fs::write(f.path("refusal"), refused["refusal"].as_str().unwrap()).unwrap();
    let found = f.time_passes("deposit", &note);
    assert_eq!(found["finding"], "withheld");
    let evidence = found["evidence"].as_str().unwrap();
    std::fs::copy(evidence, f.path("evidence")).unwrap();
    // With the operator's word it is answered, here and for whoever was shown the evidence.
    let place = ["--event", &note, "--dir", "L", "--refusal", "refusal"];
    let answered = f.check(&[&["deposit"], &place[..]].concat(), 0);
    assert_eq!(
        (&answered["answer"], &answered["code"]),
        (&"refused".into(), &"stream-unknown".into())
    );
    says(answered["says"].as_str().unwrap(), &["the refusal was right"]);
    let args = ["check", "evidence", "--ledger", &f.id, "--refusal", "refusal"];
    let told = f.elsewhere(&["evidence", "refusal"], &args).exits(1);
    says(&told.out, &["NOT VALID", "stream-unknown", "not withheld"]);
    // A guard that does not refuse it: the operator's word is wrong, and anybody can tell.
    let fine = f.note("fine", "record.endorsed", None, &endorsement(&f));
    f.deposit(&fine, &f.witnesses[0].url, &w0, "fine.deposit");
    let wrong = f.false_refusal(&fine, "role-not-held");
    std::fs::write(f.path("wrong"), wrong).unwrap();
    let place = ["--event", &fine, "--dir", "L", "--refusal", "wrong"];
    let found = f.check(&[&["fine.deposit"], &place[..]].concat(), 1);
    assert_eq!(found["finding"], "refused_wrongly");
    // And one of another event is no answer to this.
    let place = ["--event", &note, "--dir", "L", "--refusal", "wrong"];
    let run = f.accord(&[&["check", "deposit"], &place[..]].concat(), 1);
    says(&run.out, &["NOT VALID", "deposited was another"]);
}

impl Federation {
    /// A refusal that the operator signs without any reason.
    fn false_refusal(&self, note: &str, code: &str) -> String {
        let event = SignedEvent::parse(&std::fs::read(self.path(note)).unwrap()).unwrap();
        let record = accord_ledger::Record::open(&self.path("L")).unwrap();
        let head = record.head().unwrap();
        let refusal = accord_format::refusal::Refusal {
            ledger: event.event().ledger.unwrap(),
            event: event.event().hash(),
            code: code.to_owned(),
            size: head.checkpoint().size,
            root: head.checkpoint().root,
        };
        refusal.sign(&self.operator_key()).unwrap().to_text()
    }
}

/// The key with which a mirror cosigns, as it says itself.
fn mirror_key(f: &Federation, n: usize) -> String {
    f.mirrors[n].first["vkeys"][0].as_str().unwrap().to_owned()
}

/// The proof that nothing else is in a stream, vouched for by a mirror, speaks of what was deposited.
#[test]
fn a_mirror_vouches_for_what_is_there() {
    let f = Federation::chartered();
    let note = f.note("event", "record.endorsed", None, &endorsement(&f));
    let event = SignedEvent::parse(&std::fs::read(f.path(&note)).unwrap()).unwrap();
    let w0 = witness(0).vkey().to_string();
    f.deposit(&note, &f.witnesses[0].url, &w0, "deposit");
    let committed = f.json(&["index", "commit", "--dir", "L"], 0);
    f.publish();
    f.mirrored(0);
    let size = committed["size"].to_string();
    let statement = f.path(&format!("m0/mirror/index/{size}"));
    wait_for("the mirror vouches", || statement.exists());
    std::fs::copy(statement, f.path("vouched")).unwrap();
    // Nothing stands in the stream that the event would open.
    let stream = format!("stream/{}", event.event().stream);
    let prove =
        ["prove", "--complete", &stream, "--vouched", "vouched", "--out", "none", "--dir", "L"];
    f.accord(&prove, 0);
    let mine = index_key(0).vkey().to_string();
    let other = index_key(1).vkey().to_string();
    let check = ["check", "none", "--ledger", &f.id, "--index-key"];
    let told = f.elsewhere(&["none"], &[&check[..], &[&mine]].concat()).exits(0);
    says(&told.out, &["There is no entry", "mirror.example/m0/index"]);
    f.elsewhere(&["none"], &[&check[..], &[&other]].concat()).exits(1);
    // The same index stands in the evidence for all but the last entries.
    f.time_passes("deposit", &note);
    let again = f.json(&["index", "commit", "--dir", "L"], 0);
    f.publish();
    f.check(&["deposit", "--event", &note, "--dir", "L", "--out", "evidence"], 1);
    let args = ["check", "evidence", "--ledger", &f.id, "--json"];
    let facts_of = f.elsewhere(&["evidence"], &args).exits(0);
    let facts = facts(&facts_of);
    assert_eq!(facts["indexed"], again["size"]);
    assert!(facts["absent_below"].as_u64() > again["size"].as_u64());
}
