//! Refusals judged again, what authors saw, and proofs checked without a ledger.

use super::*;
use accord_format::refusal::Refusal;
use accord_ledger::Record;

/// Hands an event in; gives the refusal and the event's note as files of the reader.
fn refused(site: &Site, event: &SignedEvent) -> [PathBuf; 2] {
    let args = ["append", "--dir", "L", "-", "--json"];
    let answer = binary::run(site.operator.path(), &args, event.note().as_bytes()).exits(3);
    let refusal = answer.records()[0]["refusal"].as_str().unwrap().to_owned();
    let [refusal_file, note_file] = ["refusal", "note"].map(|name| site.reader.path().join(name));
    std::fs::write(&refusal_file, refusal).unwrap();
    std::fs::write(&note_file, event.note()).unwrap();
    [refusal_file, note_file]
}

fn check(site: &Site, refusal: &Path, note: &Path) -> Run {
    let args = ["check", refusal.to_str().unwrap(), "--event", note.to_str().unwrap()];
    site.reads(&args, "L")
}

#[test]
fn a_refusal_is_judged_again() {
    let mut site = Site::new();
    // A party may not redact what others recorded.
    let (target, party) = (site.pen.id.unwrap(), key("north/liaison", 23));
    let payload =
        json!({"target": target, "reason": "Names", "basis": "personal_data", "scope": "evidence"});
    let event = site.pen.event("record.redacted", "record/", payload, &[(&party, "party")]);
    let [refusal, note] = refused(&site, &event);
    let alone = site.reads(&["check", refusal.to_str().unwrap()], "L").exits(0);
    says(&alone.out, &["VALID", "refused this event by the guard", "--event NOTE"]);
    site.grow("L", 2);
    says(&check(&site, &refusal, &note).exits(0).out, &["VALID", "the refusal was right"]);

    // The operator signs another guard's name, or refuses what it should have let in.
    let operator = key("operator/main", 1);
    let text = std::fs::read_to_string(&refusal).unwrap();
    let honest = Refusal::open(text.as_bytes(), operator.vkey()).unwrap();
    let good = site.note();
    let wrong = [
        (Refusal { code: "key-revoked".to_owned(), ..honest.clone() }, event.note().to_owned()),
        (Refusal { event: good.event().hash(), ..honest.clone() }, good.note().to_owned()),
    ];
    for (lie, about) in wrong {
        std::fs::write(&refusal, lie.sign(&operator).unwrap().to_text()).unwrap();
        std::fs::write(&note, about).unwrap();
        says(&check(&site, &refusal, &note).exits(1).out, &["NOT VALID", "WRONG"]);
    }
    // One that was judged over another history says that there is one.
    let elsewhere = Refusal { root: accord_format::merkle::empty_root(), ..honest };
    std::fs::write(&refusal, elsewhere.sign(&operator).unwrap().to_text()).unwrap();
    std::fs::write(&note, event.note()).unwrap();
    says(&check(&site, &refusal, &note).exits(1).out, &["one of the two histories is forged"]);
}

/// An author who was shown another history signs what it saw; the ledger keeps that, and anybody
/// can see it beside the record.
#[test]
fn what_an_author_saw_is_compared() {
    let mut site = Site::new();
    let record = Record::open(&site.ledger("L")).unwrap();
    let head = record.head().unwrap().checkpoint().clone();
    site.pen.seen.size = head.size;
    site.pen.seen.root = head.root;
    let honest = site.note();
    site.pen.seen.root = accord_format::hash::NodeHash::from_bytes([6; 32]);
    let misled = site.note();
    let [_, note] = refused(&site, &misled);
    let kept = site.ledger("L").join(format!("private/forks/{}.event", misled.event().hash()));
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), misled.note());
    for file in [kept, note.clone()] {
        let run = site.reads(&["check", file.to_str().unwrap()], "L").exits(1);
        says(&run.out, &["north signed", "another history"]);
    }
    std::fs::write(&note, honest.note()).unwrap();
    let run = site.reads(&["check", note.to_str().unwrap()], "L").exits(0);
    says(&run.out, &["this very record"]);
}

/// Receipts and plain proofs under keys that are known from elsewhere, with no ledger at hand.
#[test]
fn proofs_need_no_ledger() {
    let site = Site::new();
    let directory = tempfile::tempdir().unwrap();
    let save =
        |name: &str, bytes: &str| std::fs::write(directory.path().join(name), bytes).unwrap();
    save("receipt", &site.reads(&["prove", "6"], "L").exits(0).out);
    save("entry", &site.reads(&["show", "6", "--raw"], "L").exits(0).out);
    save("note", &site.reads(&["show", "6", "--note"], "L").exits(0).out);
    save("other", &site.reads(&["show", "5", "--raw"], "L").exits(0).out);
    save("checkpoint", &site.reads(&["checkpoint"], "L").exits(0).out);
    let own = key(&site.pen.origin(), 2).vkey().to_string();
    let stranger = key(&site.pen.origin(), 9).vkey().to_string();
    let check = |args: &[&str], vkey: &str| {
        let args = [&["check"], args, &["--vkey", vkey]].concat();
        binary::run(directory.path(), &args, b"")
    };
    for (args, says_what) in [
        (&["receipt", "--event", "note"][..], "took this event in as entry 6"),
        (&["receipt", "--entry", "entry"], "are entry 6 of 9"),
        (&["checkpoint"], "has 9 entries under this root"),
    ] {
        says(&check(args, &own).exits(0).out, &["VALID", says_what]);
        says(&check(args, &stranger).exits(1).out, &["NOT VALID"]);
    }
    check(&["receipt", "--entry", "other"], &own).exits(1);
    let missing = check(&["receipt"], &own).exits(2);
    says(&missing.err, &["--event FILE"]);
    // Without its header it is a tlog-proof as any log makes it.
    let receipt = std::fs::read_to_string(directory.path().join("receipt")).unwrap();
    let plain: String = receipt
        .lines()
        .filter(|line| !line.starts_with("extra "))
        .flat_map(|l| [l, "\n"])
        .collect();
    save("plain", &plain);
    says(
        &check(&["plain", "--entry", "entry"], &own).exits(0).out,
        &["tlog-proof", "entry 6 of 9"],
    );
    says(&check(&["plain"], &own).exits(2).err, &["--entry FILE"]);
}
