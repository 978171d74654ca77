//! Views of a ledger that are not all of it, or not the only one.

use super::*;
use accord_tests::forge;
use accord_tests::site::says;

/// Two readers are shown two histories; they compare what each remembers.
#[test]
fn a_split_view() {
    let mut site = Site::new();
    site.copy("L", "other");
    site.grow("L", 3);
    site.grow("other", 3);
    site.reads(&["log"], "L").exits(0);
    let id = site.id();
    let told = binary::run(site.reader.path(), &["pin", "checkpoint", &id], b"").exits(0).out;
    let second = site.read_by_another();
    let held = second.reader.path().join("told");
    std::fs::write(&held, told).unwrap();
    let against = ["verify", "--against", held.to_str().unwrap(), "--json"];
    let run = second.reads(&against, "other").exits(1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(codes(&report), ["history-rewritten"]);
    let file = report["evidence"][0].as_str().unwrap();
    let told = second.convinces(Path::new(file));
    says(&told, &["FORK", "the same 12", &checkpoint_key(&second).vkey().id_string()]);
    // The twin: both were shown one history, at two times.
    second.reads(&["verify", "--no-pin", "--against", held.to_str().unwrap()], "L").exits(0);
    let mut second = second;
    second.grow("L", 5);
    second.reads(&["verify", "--no-pin", "--against", held.to_str().unwrap()], "L").exits(0);
}

/// An old head, honest in its day, is shown as the newest to somebody who has read nothing before.
#[test]
fn a_stale_view() {
    let site = Site::new();
    let ledger = site.ledger("L");
    let note = published(&ledger);
    let policy = site.reader.path().join("policy");
    let text = format!("witness w {}\nquorum w\n", witness_key().vkey());
    std::fs::write(&policy, text).unwrap();
    let policy = policy.to_str().unwrap();
    let (young, old) = (["--policy", policy, "--max-age", "1h"], ["--policy", policy]);
    publish(&ledger, &cosigned(&note, &witness_key(), now() - 2 * 3600));
    named(&site, "L", &young, &["checkpoint-stale"]);
    named(&site, "L", &old, &[]);
    // A time that is not said is no time, and no witness at all no quorum.
    publish(&ledger, &cosigned(&note, &witness_key(), 0));
    named(&site, "L", &young, &["checkpoint-stale"]);
    publish(&ledger, &note.to_text());
    named(&site, "L", &old, &["policy-quorum"]);
    // The twin: the same head, cosigned again since then.
    publish(&ledger, &cosigned(&note, &witness_key(), now()));
    named(&site, "L", &young, &[]);
}

/// The head is shown, and some of what is under it is not.
#[test]
fn withheld_bundles_and_tiles() {
    let mut site = Site::new();
    site.grow("L", 300);
    named(&site, "L", &[], &[]);
    for (name, file, codes) in [
        ("genesis", "entries/000", &["entry-missing", "genesis-invalid"][..]),
        ("end", "entries/001.p/53", &["entry-missing"]),
        ("tile", "0/000", &["tile-missing"]),
    ] {
        site.copy("L", name);
        // As a reader gets it: what was published.
        std::fs::remove_dir_all(site.ledger(name).join("private")).unwrap();
        named(&site, name, &[], &[]);
        std::fs::remove_file(site.ledger(name).join("public/tile").join(file)).unwrap();
        named(&site, name, &[], codes);
    }
    site.reads(&["show", "3", "--no-pin"], "genesis").exits(4);
    site.reads(&["show", "300", "--no-pin"], "genesis").exits(0);
    site.reads(&["show", "300", "--no-pin"], "end").exits(4);
}

/// The end is cut off and grown again, by somebody who has the disk and no key, and by the operator.
#[test]
fn a_tail_cut_and_grown_again() {
    let mut site = Site::new();
    let mut receipts = site.grow("L", 1);
    receipts.extend(site.grow("L", 3));
    let whole = entries(&site.ledger("L"));
    let (origin, key) = (site.pen.origin(), checkpoint_key(&site));
    let mut links = forge::links(&whole);
    links.swap(10, 11);
    let earlier = links[11].recorded;
    links[11].recorded = links[10].recorded;
    links[10].recorded = earlier;
    let regrown = forge::chain(&links);
    let thief = accord_tests::world::key(&origin, 66);
    forge::directory(&regrown, &origin, &[&thief]).save(&site.ledger("stolen"));
    let (_, report) = verdict(&site, "stolen", &[]);
    assert_eq!(codes(&report), ["checkpoint-signature"; 2], "{report:#}");
    // With the key, only what others hold shows it: here the receipt of an author.
    forge::directory(&regrown, &origin, &[&key]).save(&site.ledger("regrown"));
    let receipt = site.reader.path().join("receipt");
    let file = receipt.to_str().unwrap();
    for (at, expected) in [
        (1, &["receipt-entry", "history-rewritten"][..]),
        // What was given out for an entry before the cut holds in both.
        (0, &[]),
    ] {
        std::fs::write(&receipt, &receipts[at]).unwrap();
        named(&site, "regrown", &["--against", file], expected);
        named(&site, "L", &["--against", file], &[]);
    }
}
