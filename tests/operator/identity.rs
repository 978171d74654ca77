//! Who a ledger is: known beforehand, never told by whoever serves it.

use super::*;
use accord_tests::binary::command;
use accord_tests::forge;
use accord_tests::site::{NAME, says};

/// Another ledger of the same name, made by whoever serves it, in the directory `name`.
fn impostor(site: &Site, name: &str) -> String {
    let keys = format!("{name}-keys");
    let args = [
        "init",
        "--dir",
        name,
        "--name",
        NAME,
        "--new-authority",
        "authority-a/seat",
        "--keys",
        &keys,
        "--no-encrypt",
        "--json",
    ];
    let run = binary::run(site.operator.path(), &args, b"").exits(0);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    document["ledger"].as_str().unwrap().to_owned()
}

/// CVE-2022-39199: a client that kept what it verified by the identity that the server named could be
/// handed another history under another identity, and compared it with nothing. Here every reading
/// command can be told which ledger is meant.
#[test]
fn a_server_that_names_its_own_identity() {
    let site = Site::new();
    let own = site.id();
    let other = impostor(&site, "impostor");
    site.reads(&["verify"], "L").exits(0);
    for command in [
        &["verify"][..],
        &["log"],
        &["show", "0"],
        &["replay"],
        &["checkpoint"],
        &["checkpoint", "status"],
        &["prove", "0"],
        &["witness", "log"],
    ] {
        let asked = [command, &["--ledger", &own]].concat();
        let refused = site.reads(&asked, "impostor").exits(1);
        says(&refused.err, &["this is not ledger", &own, &other]);
        assert_eq!(refused.out, "", "{command:?}");
        // The twin: the ledger that is meant, and the other one where that is meant.
        site.reads(&asked, "L").exits(0);
        site.reads(&[command, &["--ledger", &other]].concat(), "impostor").exits(0);
    }
    let run = site.reads(&["log", "--json", "--ledger", &own], "impostor").exits(1);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["code"], "other-ledger");
    // Where a first entry cannot be read, nobody is taken at their word.
    site.copy("L", "headless");
    let bundle = site.ledger("headless").join("public/tile/entries");
    std::fs::remove_dir_all(bundle).unwrap();
    std::fs::remove_file(site.ledger("headless").join("private/tail")).unwrap();
    site.reads(&["log", "--ledger", &own], "headless").exits(1);
}

/// What the impostor makes is no proof about the ledger that is meant, even under its origin.
#[test]
fn proofs_of_an_impostor() {
    let site = Site::new();
    let own = site.id();
    let other = impostor(&site, "impostor");
    let bundle = site.reads(&["prove", "0", "--bundle"], "impostor").exits(0).out;
    says(&check(bundle.as_bytes(), &["--ledger", &own]).exits(1).out, &["it is of ledger", &other]);
    check(bundle.as_bytes(), &["--ledger", &other]).exits(0);
    // Its checkpoint under the other's name: no key of that ledger has signed it.
    let false_origin = published(&site.ledger("impostor")).to_text();
    let false_origin =
        false_origin.replace(&format!("{NAME}/{}", &other[..32]), &site.pen.origin());
    let vkey = checkpoint_key(&site).vkey().to_string();
    says(&check(false_origin.as_bytes(), &["--vkey", &vkey]).exits(1).out, &["NOT VALID"]);
    let true_one = published(&site.ledger("L")).to_text();
    check(true_one.as_bytes(), &["--vkey", &vkey]).exits(0);
    // A bundle whose entries are the true ones, and whose checkpoint is the impostor's key's.
    let honest = site.reads(&["prove", "2", "--bundle"], "L").exits(0).out;
    check(honest.as_bytes(), &["--ledger", &own]).exits(0);
    let thief = key(&site.pen.origin(), 77);
    let note = forge::checkpoint(&entries(&site.ledger("L")), &site.pen.origin(), &[&thief]);
    let forged = honest.replacen(&true_one, &note, 1);
    assert_ne!(forged, honest);
    says(&check(forged.as_bytes(), &["--ledger", &own]).exits(1).out, &["the checkpoint", "sign"]);
}

/// The first entry is exchanged, and everything behind it left, or chained and signed anew.
#[test]
fn a_replaced_genesis() {
    let site = Site::new();
    impostor(&site, "impostor");
    let held = site.reader.path().join("held");
    std::fs::write(&held, published(&site.ledger("L")).to_text()).unwrap();
    let against = ["--against", held.to_str().unwrap()];
    named(&site, "L", &against, &[]);
    let mut links = forge::links(&entries(&site.ledger("L")));
    links[0] = forge::links(&entries(&site.ledger("impostor"))).remove(0);
    let key = checkpoint_key(&site);
    let replaced = forge::chain(&links);
    let directory = site.ledger("replaced");
    forge::directory(&replaced, &site.pen.origin(), &[&key]).save(&directory);
    // Inside: events of a ledger that is not the genesis', under a checkpoint of no key of it.
    let (code, report) = verdict(&site, "replaced", &[]);
    assert_eq!(code, 1);
    let found = codes(&report);
    assert!(found.iter().any(|c| c == "ledger-wrong"), "{found:?}");
    assert!(found.iter().any(|c| c == "checkpoint-signature"), "{found:?}");
    // Outside: against what was held, and against the id.
    let (_, report) = verdict(&site, "replaced", &against);
    assert_eq!(report["held_elsewhere_not_compared"][0]["code"], "held-not-of-ledger");
    site.reads(&["verify", "--ledger", &site.id()], "replaced").exits(1);
    // A member of the genesis changed where it stands: its signatures are not valid any more.
    let mut changed = entries(&site.ledger("L"));
    let text = String::from_utf8(changed[0].clone()).unwrap();
    changed[0] =
        text.replacen("\"suspension_hours\":72", "\"suspension_hours\":71", 1).into_bytes();
    assert_ne!(changed[0], text.into_bytes());
    let directory = site.ledger("changed");
    forge::directory(&changed, &site.pen.origin(), &[&key]).save(&directory);
    let (_, report) = verdict(&site, "changed", &[]);
    assert_eq!(codes(&report)[0], "genesis-invalid");
}

/// The twin of it all: two ledgers of one name, both honest, one in the place of the other, as when
/// a demonstration is built twice. Nobody is accused.
#[test]
fn two_demonstrations_of_one_name() {
    let site = Site::new();
    // Both at once: each takes a while.
    let demos = ["one", "two"]
        .map(|name| command(site.operator.path(), &["demo", name, "--json"]).spawn().unwrap());
    let [one, two] = demos.map(|demo| {
        let run = binary::finish(demo, b"").exits(0);
        let document: Value = serde_json::from_str(&run.out).unwrap();
        document["ledger"].as_str().unwrap().to_owned()
    });
    assert_ne!(one, two);
    let origin = |name: &str| published(&site.ledger(name)).checkpoint().origin.clone();
    let name = |origin: &str| origin.rsplit_once('/').unwrap().0.to_owned();
    assert_eq!(name(&origin("one")), name(&origin("two")));
    for (name, id) in [("one", &one), ("two", &two)] {
        let run = site.reads(&["log", "--strict", "--ledger", id], name).exits(0);
        assert_eq!(run.err, "");
    }
    // To a reader who knows the first alone, and does not say which is meant, the second is named.
    let stranger = tempfile::tempdir().unwrap();
    let reads = |name: &str, id: &[&str]| {
        let path = site.ledger(name);
        let args = [&["log", "--strict", "--dir", path.to_str().unwrap()], id].concat();
        let mut command = command(site.reader.path(), &args);
        command.env("ACCORD_STATE", stranger.path());
        binary::finish(command.spawn().unwrap(), b"").exits(0).err
    };
    assert_eq!(reads("one", &[]), "");
    let told = reads("two", &[]);
    assert!(told.contains(&one) && told.contains("of the same name"), "{told}");
    assert_eq!(reads("two", &[]), "", "it is known from then on");
    std::fs::rename(site.ledger("one"), site.ledger("away")).unwrap();
    std::fs::rename(site.ledger("two"), site.ledger("one")).unwrap();
    for name in ["one", "away", "one"] {
        let run = site.reads(&["log", "--strict"], name).exits(0);
        assert_eq!(run.err, "", "{name}");
    }
    assert!(!binary::state(site.reader.path()).join("evidence").exists());
    // Their checkpoints do not go together into a fraud proof either: a checkpoint of the one is
    // nothing that the other has to agree with, and no evidence comes of it.
    let held = site.reader.path().join("held");
    std::fs::write(&held, published(&site.ledger("away")).to_text()).unwrap();
    let (code, report) = verdict(&site, "one", &["--against", held.to_str().unwrap()]);
    assert_eq!((code, codes(&report)), (1, vec![]));
    assert_eq!(report["held_elsewhere_not_compared"][0]["code"], "held-not-of-ledger");
    assert_eq!(report["evidence"], serde_json::json!([]));
}
