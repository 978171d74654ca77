//! Keys, schemas, drafts and signatures.

use crate::kit::Bench;
use accord_format::event::SignedEvent;
use serde_json::{Value, json};

const LEDGER: &str = "abababababababababababababababababababababababababababababababab";

#[test]
fn keys_are_made_shown_and_never_replaced() {
    let bench = Bench::new();
    let made = bench.accord(&["key", "new", "mission/field-3", "--no-encrypt", "--json"]).exits(0);
    assert_eq!(made.json()["file"], "mission-field-3.key");
    let shown = bench.accord(&["key", "show", "mission-field-3.key", "--json"]).exits(0);
    assert_eq!(shown.json(), made.json());
    let again = bench.accord(&["key", "new", "mission/field-3", "--no-encrypt"]).exits(4);
    assert!(again.err.contains("never replaced"), "{}", again.err);
    let proof = bench.accord(&["key", "prove", "mission-field-3.key", "--ledger", LEDGER]).exits(0);
    let vkey = made.json()["vkey"].as_str().unwrap().parse().unwrap();
    let ledger = LEDGER.parse().unwrap();
    assert_eq!(
        accord_format::possession::verify(proof.out.trim(), &ledger, "mission", &vkey),
        Ok(())
    );
}

#[test]
fn keys_of_every_kind_are_made_and_shown() {
    let bench = Bench::new();
    let new = |name: &str, kind: &str| {
        bench.accord(&["key", "new", name, "--kind", kind, "--no-encrypt", "--json"])
    };
    for (name, kind, signature_type, participant, file) in [
        ("mission/field-3", "event", "ed25519", json!("mission"), "mission-field-3.key"),
        ("ledger.example/a/b", "checkpoint", "ed25519", Value::Null, "ledger.example-a-b.key"),
        ("w.example/1", "cosigner", "ed25519-cosignature", Value::Null, "w.example-1.key"),
        ("w.example/2", "ml-dsa-44", "ml-dsa-44-cosignature", Value::Null, "w.example-2.key"),
        (
            "w.example/~..\u{e9}",
            "cosigner",
            "ed25519-cosignature",
            Value::Null,
            "w.example--..-.key",
        ),
    ] {
        let made = new(name, kind).exits(0).json();
        let shown = bench.accord(&["key", "show", file, "--json"]).exits(0).json();
        assert_eq!(made, shown);
        assert_eq!((&made["type"], &made["participant"]), (&json!(signature_type), &participant));
        let key = made["key"].as_str().unwrap();
        assert!(key.starts_with(&format!("{name}+")), "{key}");
        assert!(made["vkey"].as_str().unwrap().starts_with(&format!("{key}+")));
        let text = bench.accord(&["key", "show", file]).exits(0).out;
        assert!(text.contains(if participant.is_null() { signature_type } else { "mission" }));
    }
    // Names that a kind cannot have, and a kind that there is not.
    for (name, kind) in
        [("a/b/c", "event"), ("a b", "cosigner"), ("a+b", "ml-dsa-44"), ("", "checkpoint")]
    {
        assert!(new(name, kind).exits(2).err.contains("is no key name"), "{name}");
    }
    assert!(new(&"n".repeat(256), "ml-dsa-44").exits(2).err.contains("at most 255"));
    new("w.example/3", "rsa").exits(2);
    // What does not sign events is refused where an event is signed.
    let proof = ["key", "prove", "w.example-1.key", "--ledger", &"00".repeat(32)];
    assert!(bench.accord(&proof).exits(2).err.contains("0x04"));
}

#[test]
fn a_passphrase_comes_from_a_file_or_not_at_all() {
    let bench = Bench::new();
    bench.write("phrase", "a long passphrase\n");
    let open = bench.accord(&["key", "new", "a/b", "-o", "k", "--passphrase-file", "phrase"]);
    if cfg!(unix) {
        // Made readable by others above.
        assert!(open.exits(4).err.contains("chmod 600"));
        std::process::Command::new("chmod")
            .args(["600", "phrase"])
            .current_dir(bench.path(""))
            .status()
            .unwrap();
    }
    bench.accord(&["key", "new", "a/b", "-o", "k", "--passphrase-file", "phrase"]).exits(0);
    assert!(bench.read("k").starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
    let shown =
        bench.accord(&["key", "show", "k", "--passphrase-file", "phrase", "--json"]).exits(0);
    assert_eq!(shown.json()["encrypted"], true);
    assert!(!bench.accord(&["key", "new", "--help"]).out.contains("--passphrase <"));
}

#[test]
fn every_type_has_a_schema_and_a_template() {
    let bench = Bench::new();
    let types = bench.accord(&["schema", "--json"]).exits(0).json();
    let types = types["types"].as_array().unwrap().clone();
    assert!(types.len() > 30);
    // One of each way to find its stream; the templates themselves are the catalogue's.
    for rule in ["opens", "continues", "named", "single"] {
        let of_rule = types.iter().find(|t| t["stream"]["rule"] == rule).unwrap();
        let name = of_rule["type"].as_str().unwrap();
        let schema = bench.accord(&["schema", name, "--json"]).exits(0).json();
        assert_eq!(schema["type"], name);
        let draft = bench.accord(&["draft", name]).exits(0).json();
        assert_eq!(draft["type"], name);
        assert!(draft["payload"].is_object());
    }
    let error = bench.accord(&["schema", "violation.aleged", "--json"]).exits(2).json();
    assert_eq!(error["code"], "type-unknown");
    assert!(error["message"].as_str().unwrap().contains("did you mean violation.alleged?"));
}

#[test]
fn a_draft_as_people_write_is_signed_as_the_ledger_reads() {
    let bench = Bench::new();
    bench.accord(&["key", "new", "mission/x", "--no-encrypt", "-o", "k"]).exits(0);
    bench.write(
        "draft.json",
        r#"{"type": "violation.alleged", "occurred": "2026-03-01 05:00",
            "payload": {"category": "A3", "against": "undetermined",
                        "place": {"lat": "48°00'57\"N", "lon": 37.8}}}"#,
    );
    let args = ["sign", "draft.json", "-k", "k", "--as", "mission", "--ledger", LEDGER];
    let signed = bench.accord(&args).exits(0);
    assert!(signed.err.contains("/place/lat: 48°00'57\"N is signed as 48015833"), "{}", signed.err);
    let event = SignedEvent::parse(signed.out.as_bytes()).unwrap();
    let event = event.event();
    assert_eq!(event.payload["place"]["lon"], 37_800_000);
    assert_eq!(event.occurred.precision.as_str(), "minute");
    assert_eq!(event.stream, format!("violation/{}", event.id));
    bench.write("draft.json", &bench.read("draft.json").replace("37.8", "37"));
    let error = bench.accord(&args).exits(2);
    assert!(error.err.contains("/place/lon") && error.err.contains("37.0"), "{}", error.err);
}

#[test]
fn several_sign_one_after_another() {
    let bench = Bench::new();
    for name in ["a", "b", "c"] {
        bench.accord(&["key", "new", &format!("{name}/x"), "--no-encrypt", "-o", name]).exits(0);
    }
    let id = |name: &str| {
        let shown = bench.accord(&["key", "show", name, "--json"]).json();
        shown["key"].as_str().unwrap().to_owned()
    };
    let (a, b) = (format!("{}=party", id("a")), format!("{}=party", id("b")));
    let draft = bench.accord(&[
        "draft",
        "charter.adopted",
        "--signer",
        &a,
        "--signer",
        &b,
        "--ledger",
        LEDGER,
        "--stream",
        "charter/0198f3c2-0000-7000-8000-000000000001",
    ]);
    bench.write("draft.json", &draft.exits(0).out);
    let second = bench.accord(&["sign", "draft.json", "-k", "b"]).exits(0);
    assert!(second.err.contains(&format!("{} has yet to sign", id("a"))), "{}", second.err);
    assert!(SignedEvent::parse(second.out.as_bytes()).is_err());
    bench.write("half", &second.out);
    let stranger = bench.accord(&["sign", "half", "-k", "c"]).exits(2);
    assert!(stranger.err.contains("no signer of this event"), "{}", stranger.err);
    let whole = bench.accord(&["sign", "half", "-k", "a", "--out", "whole", "--json"]).exits(0);
    assert_eq!(whole.json()["missing"], Value::Array(Vec::new()));
    let event = SignedEvent::parse(bench.read("whole").as_bytes()).unwrap();
    assert_eq!(event.event().signers.len(), 2);
}

#[test]
fn mistakes_in_the_command_line_say_what_to_write() {
    let bench = Bench::new();
    bench.accord(&["key", "new", "mission/x", "--no-encrypt", "-o", "k"]).exits(0);
    bench.write("d", r#"{"type": "charter.endorsed", "stream": "charter/x", "payload": {}}"#);
    for (args, hint) in [
        (vec!["sign", "d", "-k", "k"], "--as ROLE"),
        (vec!["sign", "d", "-k", "k", "--as", "r"], "--ledger ID"),
        (vec!["sign", "d", "--as", "r"], "--key FILE"),
        (vec!["sign", "d", "-k", "k", "--as", "r", "--ledger", LEDGER, "--seen", "5"], "SIZE:ROOT"),
        (vec!["key", "new", "nobody"], "participant/label"),
        (vec!["draft", "charter.endorsed", "--payload", "{"], "not JSON"),
        (vec!["frobnicate"], "unrecognized subcommand"),
    ] {
        let run = bench.accord(&args).exits(2);
        assert!(run.err.contains(hint), "{args:?}: {}", run.err);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let bench = Bench::new();
    let mut child = bench
        .command(&["schema", "charter.proposed"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
