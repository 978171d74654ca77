//! Forged proofs: every hash counts, and so does every number that says how many there are.

use super::*;
use accord_format::fraud::FraudProof;
use accord_format::merkle::leaf_hash;
use accord_tests::forge;
use accord_tests::site::says;

/// A proof, and what it is checked with.
struct Proof {
    what: &'static str,
    text: String,
    args: Vec<String>,
}

impl Proof {
    fn check(&self, text: &str) -> Run {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        check(text.as_bytes(), &args)
    }
}

/// One of each kind that carries hashes.
fn proofs(site: &mut Site) -> Vec<Proof> {
    let id = site.id();
    let vkey = checkpoint_key(site).vkey().to_string();
    site.grow("L", 4);
    let run = ["index", "commit", "--dir", "L", "--no-pin"];
    binary::run(site.operator.path(), &run, b"").exits(0);
    site.copy("L", "other");
    site.grow("L", 3);
    site.grow("other", 5);
    let out = |args: &[&str], name: &str| site.reads(args, name).exits(0).out;
    let entry = site.reader.path().join("entry");
    std::fs::write(&entry, out(&["show", "6", "--raw", "--no-pin"], "L")).unwrap();
    let by_id = || vec!["--ledger".to_owned(), id.clone()];
    let of_entry = vec!["--vkey", &vkey, "--entry", entry.to_str().unwrap()];
    let of_entry = of_entry.into_iter().map(str::to_owned).collect();
    // What is asked is whether it proves what the operator committed to.
    let of_operator = [by_id(), vec!["--operators-word".to_owned()]].concat();
    let receipt = out(&["prove", "6", "--no-pin"], "L");
    let bundle = out(&["prove", "6", "--bundle", "--no-pin"], "L");
    let complete = ["prove", "--complete", "type/participant.enrolled", "--no-pin"];
    let complete = out(&complete, "L");
    out(&["log"], "L");
    site.reads(&["log"], "other").exits(1);
    let fraud = std::fs::read_to_string(site.evidence()).unwrap();
    vec![
        Proof { what: "receipt", text: receipt, args: of_entry },
        Proof { what: "bundle", text: bundle, args: by_id() },
        Proof { what: "completeness", text: complete, args: of_operator },
        Proof { what: "fraud", text: fraud, args: by_id() },
    ]
}

/// A line that is a hash, but for the third line of a checkpoint, which is a root that is signed.
fn hashes(lines: &[&str]) -> Vec<usize> {
    let is_hash = |line: &str| line.len() == 44 && line.ends_with('=') && !line.contains(' ');
    (2..lines.len())
        .filter(|at| is_hash(lines[*at]))
        .filter(|at| !lines[at - 1].bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

/// CVE-2022-36111: of the linear part of a proof only the two ends were looked at, so that what lay
/// between could be anything. Here each hash of each proof is changed, left out, doubled and exchanged
/// with its neighbour, first, middle and last.
#[test]
fn every_hash_of_a_proof_counts() {
    let mut site = Site::new();
    for proof in proofs(&mut site) {
        assert!(!proof.check(&proof.text).exits(0).out.contains("NOT VALID"));
        let lines: Vec<&str> = proof.text.lines().collect();
        let hashes = hashes(&lines);
        assert!(hashes.len() > 2, "{}: {hashes:?}", proof.what);
        for at in hashes {
            let first = if lines[at].starts_with('A') { "B" } else { "A" };
            let flipped = format!("{first}{}", &lines[at][1..]);
            let mut changed = lines.clone();
            changed[at] = &flipped;
            let mut fewer = lines.clone();
            fewer.remove(at);
            let mut more = lines.clone();
            more.insert(at, lines[at]);
            let mut exchanged = lines.clone();
            exchanged.swap(at, if at + 1 < lines.len() { at + 1 } else { at - 1 });
            for (how, lines) in
                [("changed", changed), ("fewer", fewer), ("more", more), ("exchanged", exchanged)]
            {
                // Empty halves of an index have one hash, and two of them are no exchange.
                let text = lines.join("\n") + "\n";
                if text == proof.text {
                    continue;
                }
                let run = proof.check(&text);
                assert_eq!(run.code, 1, "{} line {at} {how}: {run:?}", proof.what);
                says(&run.out, &["NOT VALID"]);
            }
        }
    }
}

/// The same in a whole ledger: an entry in the middle is another one, while both ends of the chain,
/// all tiles and the signed root are the true ones; and the chain made anew under them.
#[test]
fn an_entry_in_the_middle_of_a_true_chain() {
    let mut site = Site::new();
    let other = site.note();
    let (true_entries, note) = (entries(&site.ledger("L")), published(&site.ledger("L")).to_text());
    let (origin, key) = (site.pen.origin(), checkpoint_key(&site));
    let mut links = forge::links(&true_entries);
    links[5].note = other.note().to_owned();
    let chained = forge::chain(&links);
    let mut swapped = true_entries.clone();
    swapped[5].clone_from(&chained[5]);
    // The bundle is another's, the tiles are the true ones, and so is the checkpoint.
    let save = |name: &str, entries: &[Vec<u8>], tiles: &[Vec<u8>]| {
        let mut files = forge::public(tiles, &note);
        let bundle = forge::public(entries, &note);
        let path = "public/tile/entries/000.p/9";
        files.put(path, bundle.get(path).to_vec());
        files.save(&site.ledger(name));
    };
    save("twin", &true_entries, &true_entries);
    named(&site, "twin", &[], &[]);
    save("swapped", &swapped, &true_entries);
    named(&site, "swapped", &[], &["prev-wrong", "tile-wrong", "checkpoint-root"]);
    save("chained", &chained, &true_entries);
    named(&site, "chained", &[], &["tile-wrong", "checkpoint-root"]);
    save("tiled", &chained, &chained);
    named(&site, "tiled", &[], &["checkpoint-root"]);
    // Signed as well it is whole in itself, and what was held of it shows it.
    let held = site.reader.path().join("held");
    std::fs::write(&held, &note).unwrap();
    forge::directory(&chained, &origin, &[&key]).save(&site.ledger("signed"));
    named(&site, "signed", &[], &[]);
    named(&site, "signed", &["--against", held.to_str().unwrap()], &["history-rewritten"]);
}

/// A forged proof of fraud: two honest checkpoints, and hashes that are to make a fork of them.
#[test]
fn an_operator_is_not_framed() {
    let mut site = Site::new();
    let proof = proofs(&mut site).pop().unwrap();
    let told = proof.check(&proof.text).exits(0).out;
    says(&told, &["FORK"]);
    let proof = FraudProof::parse(proof.text.as_bytes()).unwrap();
    // The larger head with an honest smaller one of its own history.
    let (larger, origin) = (proof.heads.larger().clone(), site.pen.origin());
    let of =
        if larger.size() == published(&site.ledger("L")).checkpoint().size { "L" } else { "other" };
    let history = entries(&site.ledger(of));
    let leaves: Vec<_> = history.iter().map(|e| leaf_hash(e)).collect();
    let smaller = head(&history[..8], &origin).sign(&[&checkpoint_key(&site)]).unwrap();
    let smaller = accord_format::head::Head::bare(smaller);
    let heads = accord_format::head::Pair::new(smaller, larger).unwrap();
    let Ok(mut forged) = FraudProof::between(heads, leaves.as_slice());
    let id = site.id();
    let refused = |proof: &FraudProof| {
        let run = check(&proof.to_bytes(), &["--ledger", &id]).exits(1);
        says(&run.out, &["NOT VALID"]);
        run.out
    };
    says(&refused(&forged), &["agree"]);
    forged.over[0] = leaves[0];
    refused(&forged);
}

/// Numbers that promise more than there is, and more than there can be: refused, and at once.
#[test]
fn huge_proofs() {
    let mut site = Site::new();
    let hash = format!("{}\n", "A".repeat(43) + "=");
    for proof in proofs(&mut site) {
        proof.check(&proof.text).exits(0);
        let mut forged = vec![
            // More hashes than a tree has levels, or a proof has keys.
            proof.text.clone() + &hash.repeat(200_000),
            proof.text.repeat(50),
        ];
        let numbers = ["18446744073709551615", "18446744073709551616", "4294967296", "99999999"];
        for word in
            ["index ", "checkpoint ", "entry 0 ", "map ", "tree ", "subtrees ", "key-entry "]
        {
            let Some(at) = proof.text.find(&format!("\n{word}")) else { continue };
            let line = proof.text[at + 1..].lines().next().unwrap();
            let words: Vec<&str> = line.split(' ').collect();
            for (position, _) in words.iter().enumerate().filter(|(_, w)| w.parse::<u64>().is_ok())
            {
                for number in numbers {
                    let mut words = words.clone();
                    words[position] = number;
                    forged.push(proof.text.replacen(line, &words.join(" "), 1));
                }
            }
        }
        // As many hashes before the first that is there.
        let lines: Vec<&str> = proof.text.lines().collect();
        let first = hashes(&lines)[0];
        for count in [65, 257, 100_000] {
            let many = hash.repeat(count);
            let (before, after) = (lines[..first].join("\n"), lines[first..].join("\n"));
            forged.push(format!("{before}\n{many}{after}\n"));
        }
        assert!(forged.len() > 8);
        for text in forged {
            let run = proof.check(&text).exits(1);
            says(&run.out, &["NOT VALID"]);
        }
        // Beyond what any file of this tool can be: not even read.
        let run = proof.check(&proof.text.repeat((65 << 20) / proof.text.len() + 1)).exits(2);
        says(&run.err, &["is larger than"]);
    }
}
