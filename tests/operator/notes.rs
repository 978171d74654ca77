//! Checkpoints and policies with more in them than there should be.

use super::*;
use accord_format::key::KeyId;
use accord_format::note::NoteSignature;
use accord_tests::forge;
use accord_tests::site::says;
use serde_json::json;

/// Lines below the root, which cosignatures with ML-DSA-44 would not cover.
#[test]
fn extension_lines() {
    let site = Site::new();
    let ledger = site.ledger("L");
    let honest = published(&ledger);
    let key = checkpoint_key(&site);
    let vkey = key.vkey().to_string();
    check(honest.to_text().as_bytes(), &["--vkey", &vkey]).exits(0);
    for extension in ["and all before it", "9", "— a dash"] {
        let text = format!("{}{extension}\n", honest.checkpoint().to_text());
        let signed = format!("{text}\n{}", key.sign(&text).to_line());
        let run = check(signed.as_bytes(), &["--vkey", &vkey]).exits(1);
        says(&run.out, &["NOT VALID", "extension"]);
        publish(&ledger, &signed);
        named(&site, "L", &[], &["checkpoint-malformed"]);
    }
    publish(&ledger, &honest.to_text());
    named(&site, "L", &[], &[]);
}

fn junk(count: usize) -> Vec<String> {
    let line = |n: usize| {
        let name = format!("junk.example/{n}");
        let bytes = vec![u8::try_from(n % 251).unwrap(); 64];
        NoteSignature { name, id: KeyId::from_bytes([1, 2, 3, 4]), signature: bytes }.to_line()
    };
    (0..count).map(line).collect()
}

/// A hundred lines may stand under a note. What nobody knows the key of says nothing; what bears the
/// name and id of a key must be its own.
#[test]
fn a_hundred_signatures() {
    let site = Site::new();
    let ledger = site.ledger("L");
    let honest = published(&ledger);
    let text = honest.checkpoint().to_text();
    let own = checkpoint_key(&site).sign(&text);
    let vkey = checkpoint_key(&site).vkey().to_string();
    let note = |lines: &[String]| format!("{text}\n{}", lines.concat());
    let mut lines = junk(99);
    lines.push(own.to_line());
    for (code, twin) in [(0, true), (1, false)] {
        let full = note(&lines);
        assert_eq!(check(full.as_bytes(), &["--vkey", &vkey]).code, code);
        publish(&ledger, &full);
        named(&site, "L", &[], if twin { &[] } else { &["checkpoint-malformed"] });
        // One more than there may be.
        lines.insert(0, junk(100).pop().unwrap());
    }
    // Lines under the log's own name and id that are not its own.
    let mut false_line = own.clone();
    false_line.signature[5] ^= 1;
    let mut lines = junk(97);
    lines.insert(50, false_line.to_line());
    lines.push(own.to_line());
    says(&check(note(&lines).as_bytes(), &["--vkey", &vkey]).exits(1).out, &["NOT VALID"]);
    publish(&ledger, &note(&lines));
    named(&site, "L", &[], &["checkpoint-signature"]);
    // Nothing but junk.
    publish(&ledger, &note(&junk(100)));
    named(&site, "L", &[], &["checkpoint-signature"]);
}

/// Two keys of one name whose ids are equal, found by trying some 100,000 seeds.
fn colliding() -> [CosignerSigner; 2] {
    [59_301_u32, 153_389].map(|n| {
        CosignerSigner::from_seed("witness.example/w1", Algorithm::Ed25519, &seed(n)).unwrap()
    })
}

fn seed(n: u32) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&n.to_be_bytes());
    seed
}

/// A witness with a second key of the same name and id: a line of the one is not one of the other,
/// and no policy can hold both.
#[test]
fn cosigners_whose_key_ids_collide() {
    let site = Site::new();
    let ledger = site.ledger("L");
    let [one, other] = colliding();
    assert_eq!(one.vkey().id(), other.vkey().id());
    assert_ne!(one.vkey(), other.vkey());
    let path = site.reader.path().join("policy");
    let policy = |text: &str| std::fs::write(&path, text).unwrap();
    let args = ["--policy", path.to_str().unwrap()];
    let note = published(&ledger);
    policy(&format!("witness w {}\nquorum w\n", one.vkey()));
    publish(&ledger, &cosigned(&note, &other, now()));
    named(&site, "L", &args, &["policy-cosignature", "policy-quorum"]);
    publish(&ledger, &cosigned(&note, &one, now()));
    named(&site, "L", &args, &[]);
    let both = format!(
        "witness a {}\nwitness b {}\ngroup g any a b\nquorum g\n",
        one.vkey(),
        other.vkey()
    );
    policy(&both);
    let run = site.reads(&["verify", args[0], args[1]], "L").exits(2);
    says(&run.err, &["line 2", &one.vkey().id_string()]);
    // A ledger takes neither both at once nor one after the other.
    let mut site = site;
    publish(&ledger, &note.to_text());
    let refused = |site: &mut Site, lines: &str, code: &str, exit: i32| {
        let lines: Vec<&str> = lines.lines().collect();
        let payload = json!({"witness_policy": lines});
        let event = site.pen.authority("ledger.witness_policy_changed", "ledger/main", payload);
        let args = ["append", "--dir", "L", "-", "--json", "--no-pin", "--unasked"];
        let run = binary::run(site.operator.path(), &args, event.note().as_bytes()).exits(exit);
        if exit == 3 {
            assert_eq!(run.records()[0]["code"], code, "{}", run.out);
        }
    };
    refused(&mut site, &both, "witness-policy-invalid", 3);
    refused(&mut site, &format!("witness a {}\nquorum none\n", one.vkey()), "", 0);
    refused(&mut site, &format!("witness a {}\nquorum none\n", other.vkey()), "key-reused", 3);
}

/// The same of keys that sign events.
#[test]
fn authors_whose_key_ids_collide() {
    let mut site = Site::new();
    let keys = [571, 106_840].map(|n| NoteSigner::from_seed("south/desk", &seed(n)).unwrap());
    assert_eq!(keys[0].vkey().id(), keys[1].vkey().id());
    assert_ne!(keys[0].vkey(), keys[1].vkey());
    let append = |site: &Site, note: &str, exit: i32| {
        let args = ["append", "--dir", "L", "-", "--json", "--no-pin"];
        binary::run(site.operator.path(), &args, note.as_bytes()).exits(exit)
    };
    let id = site.pen.id.unwrap();
    let proof = |key: &NoteSigner| accord_format::possession::prove(&id, "south", key);
    let payload = json!({"participant": "south", "name": "A body", "kind": "body",
        "roles": ["party"], "vkey": keys[0].vkey(), "possession": proof(&keys[0])});
    let enrolled = site.pen.authority("participant.enrolled", "participant/south", payload);
    append(&site, enrolled.note(), 0);
    let payload =
        json!({"participant": "south", "vkey": keys[1].vkey(), "possession": proof(&keys[1])});
    let added = site.pen.authority("key.added", "participant/south", payload);
    let run = append(&site, added.note(), 3);
    assert_eq!(run.records()[0]["code"], "key-reused");
    // An operator that lets it in all the same, and an event by the second under the first's name.
    let mut links = forge::links(&entries(&site.ledger("L")));
    let recorded = links.last().unwrap().recorded.plus_seconds(3600);
    let target = json!({"target": id});
    let event =
        site.pen.event("record.endorsed", "record/", target.clone(), &[(&keys[1], "party")]);
    let twin = site.pen.event("record.endorsed", "record/", target, &[(&keys[0], "party")]);
    let forged = |links: Vec<forge::Link>, name: &str| {
        let entries = forge::chain(&links);
        let (origin, key) = (site.pen.origin(), checkpoint_key(&site));
        forge::directory(&entries, &origin, &[&key]).save(&site.ledger(name));
    };
    let with = |event: &accord_format::event::SignedEvent| {
        let mut links = links.clone();
        links.push(forge::Link::new(event.note(), recorded));
        links
    };
    forged(with(&twin), "twin");
    named(&site, "twin", &[], &[]);
    forged(with(&event), "as-the-first");
    named(&site, "as-the-first", &[], &["signature-invalid"]);
    links.push(forge::Link::new(added.note(), recorded));
    links.push(forge::Link::new(event.note(), recorded));
    forged(links, "added");
    named(&site, "added", &[], &["signature-invalid"]);
}
