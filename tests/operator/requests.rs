//! Lies told to a witness over HTTP: each gets the status that tlog-witness has for it, nothing is
//! cosigned, and the next honest request is.

use super::*;
use accord_format::hash::NodeHash;
use accord_format::key::KeyId;
use accord_format::merkle::{consistency_proof, leaf_hash};
use accord_format::note::NoteSignature;
use accord_format::witnessing::{
    AddCheckpoint, BODY_MAX, PROOF_MAX, parse_cosignatures, parse_size,
};
use accord_tests::forge;
use accord_tests::process::Server;
use accord_witness::http::{Ask, Limits, Response, Tls, Url, exchange};
use std::time::Duration;

/// A witness of one log, that of a site's ledger, and that log's entries.
struct Watched {
    server: Server,
    site: Site,
    entries: Vec<Vec<u8>>,
    _directory: tempfile::TempDir,
}

impl Watched {
    fn new() -> Self {
        let mut site = Site::new();
        site.grow("L", 8);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("w.key");
        std::fs::write(&path, format!("{}\n", *witness_key().to_private_text())).unwrap();
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let vkey = checkpoint_key(&site).vkey().to_string();
        let args = ["witness", "--new", "--state", "state", "--key", "w.key", "--log", &vkey];
        let server = Server::start(directory.path(), &args);
        let entries = entries(&site.ledger("L"));
        Self { server, site, entries, _directory: directory }
    }

    fn post(&self, body: Vec<u8>) -> Response {
        let limits = Limits { time: Duration::from_mins(1), answer_bytes: 1 << 20 };
        let url: Url = self.server.url.parse().unwrap();
        exchange(&url.join("add-checkpoint").unwrap(), Ask::Post(body), &Tls::system(), limits)
            .unwrap()
    }

    /// The history with two entries exchanged.
    fn forked(&self) -> Vec<Vec<u8>> {
        let mut links = forge::links(&self.entries);
        links.swap(6, 7);
        forge::chain(&links)
    }

    fn request(&self, entries: &[Vec<u8>], old: u64, size: usize) -> AddCheckpoint {
        let leaves: Vec<NodeHash> = entries.iter().map(|e| leaf_hash(e)).collect();
        let Ok(proof) = consistency_proof(leaves.as_slice(), old.min(size as u64), size as u64);
        let head = head(&entries[..size], &self.site.pen.origin());
        AddCheckpoint { old, proof, checkpoint: head.sign(&[&checkpoint_key(&self.site)]).unwrap() }
    }

    /// It refuses with this status and code, and keeps nothing of it.
    #[track_caller]
    fn refuses(&self, body: String, status: u16, code: &str) {
        let answer = self.post(body.into_bytes());
        assert_eq!(answer.status, status, "{code}: {}", answer.excerpt());
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(said.starts_with(code), "{code}: {said}");
    }

    /// It cosigns the honest history from one size to another.
    #[track_caller]
    fn cosigns(&self, old: u64, size: usize) {
        let request = self.request(&self.entries, old, size);
        self.takes(&request, &request.to_text());
    }

    #[track_caller]
    fn takes(&self, request: &AddCheckpoint, body: &str) {
        let answer = self.post(body.as_bytes().to_vec());
        assert_eq!(answer.status, 200, "{}", answer.excerpt());
        let lines = parse_cosignatures(&answer.body).unwrap();
        assert_eq!(lines.len(), 1);
        let time = witness_key().vkey().verify(request.checkpoint.checkpoint(), &lines[0]);
        assert!(time.is_some_and(|time| time > 0));
    }
}

#[test]
fn an_old_size_that_lies() {
    let watched = Watched::new();
    watched.cosigns(0, 9);
    // Not what was cosigned last: the answer is the size that was, whatever is claimed.
    for old in [0, 1, 8, 10] {
        let answer = watched.post(watched.request(&watched.entries, old, 12).to_text().into());
        assert_eq!((answer.status, parse_size(&answer.body)), (409, Some(9)), "{old}");
    }
    // Beyond the new one, and beyond all numbers.
    for old in [13, u64::MAX] {
        watched.refuses(
            watched.request(&watched.entries, old, 12).to_text(),
            400,
            "old-beyond-new",
        );
    }
    let huge = watched.request(&watched.entries, 9, 12).to_text();
    watched.refuses(huge.replacen("old 9", "old 18446744073709551616", 1), 400, "malformed");
    watched.refuses(huge.replacen("old 9", "old 09", 1), 400, "malformed");
    // The right one, over the proof for another.
    for other in [0, 4, 8, 10] {
        let mut request = watched.request(&watched.entries, other, 12);
        request.old = 9;
        watched.refuses(request.to_text(), 422, "inconsistent");
    }
    assert_eq!(watched.server.said("cosigned").len(), 1);
    watched.cosigns(9, 12);
}

#[test]
fn another_history() {
    let watched = Watched::new();
    watched.cosigns(0, 9);
    let forked = watched.forked();
    // Of the same size, a larger one with its own proof, and with the honest one.
    watched.refuses(watched.request(&forked, 9, 9).to_text(), 422, "contradiction");
    watched.refuses(watched.request(&forked, 9, 12).to_text(), 422, "inconsistent");
    let mut mixed = watched.request(&forked, 9, 12);
    mixed.proof = watched.request(&watched.entries, 9, 12).proof;
    watched.refuses(mixed.to_text(), 422, "inconsistent");
    // What proves two histories was kept.
    let kept = || watched.server.said("evidence-kept").len();
    while kept() < 3 {
        std::thread::yield_now();
    }
    // The end cut off: smaller than what was cosigned.
    watched.refuses(watched.request(&watched.entries, 9, 8).to_text(), 400, "old-beyond-new");
    let back = watched.post(watched.request(&watched.entries, 8, 8).to_text().into());
    assert_eq!((back.status, parse_size(&back.body)), (409, Some(9)));
    watched.cosigns(9, 12);
    // The same head again is no lie.
    watched.cosigns(12, 12);
}

/// Each hash of a consistency proof is looked at, not those at its ends alone.
#[test]
fn every_hash_of_a_consistency_proof_counts() {
    let watched = Watched::new();
    watched.cosigns(0, 11);
    let honest = watched.request(&watched.entries, 11, 17);
    assert!(honest.proof.len() > 3);
    for at in 0..honest.proof.len() {
        let refused = |change: &dyn Fn(&mut Vec<NodeHash>)| {
            let mut request = honest.clone();
            change(&mut request.proof);
            watched.refuses(request.to_text(), 422, "inconsistent");
        };
        refused(&|proof| proof[at] = leaf_hash(b"another"));
        refused(&|proof| {
            proof.remove(at);
        });
        refused(&|proof| proof.insert(at, proof[at]));
        if at > 0 {
            refused(&|proof| proof.swap(at - 1, at));
        }
    }
    watched.takes(&honest, &honest.to_text());
}

#[test]
fn huge_requests() {
    let watched = Watched::new();
    let honest = watched.request(&watched.entries, 0, 9);
    let with = |count: usize| {
        let hash = "A".repeat(43) + "=\n";
        honest.to_text().replacen("old 0\n", &format!("old 0\n{}", hash.repeat(count)), 1)
    };
    // As many hashes as a proof can have are read, and are no proof.
    watched.refuses(with(PROOF_MAX), 422, "inconsistent");
    watched.refuses(with(PROOF_MAX + 1), 400, "malformed");
    let answer = watched.post(vec![b'A'; BODY_MAX + 1]);
    assert_eq!(answer.status, 413);
    watched.takes(&honest, &honest.to_text());
}

#[test]
fn notes_with_more_in_them() {
    let watched = Watched::new();
    let honest = watched.request(&watched.entries, 0, 9);
    let (head, key) = (honest.checkpoint.checkpoint(), checkpoint_key(&watched.site));
    let body = |text: &str, lines: &str| format!("old 0\n\n{text}\n{lines}");
    // Lines below the root, validly signed.
    let extended = format!("{}below the root\n", head.to_text());
    watched.refuses(body(&extended, &key.sign(&extended).to_line()), 400, "malformed");
    // A log that nobody set up, and the right one by another key.
    let elsewhere = head.to_text().replacen(NAME_START, "ledger.example/another", 1);
    watched.refuses(body(&elsewhere, &key.sign(&elsewhere).to_line()), 404, "log-unknown");
    let thief = accord_tests::world::key(&watched.site.pen.origin(), 66);
    watched.refuses(body(&head.to_text(), &thief.sign(&head.to_text()).to_line()), 403, "unsigned");
    // A false line under the log's name and id beside the true one.
    let own = key.sign(&head.to_text());
    let mut false_line = own.clone();
    false_line.signature[9] ^= 1;
    let both = own.to_line() + &false_line.to_line();
    watched.refuses(body(&head.to_text(), &both), 403, "signature-invalid");
    // Ninety-nine lines that say nothing, and one more.
    let junk = |n: usize| {
        let name = format!("junk.example/{n}");
        NoteSignature { name, id: KeyId::from_bytes([1, 2, 3, 4]), signature: vec![7; 64] }
            .to_line()
    };
    let lines: String = (0..99).map(junk).collect();
    watched.refuses(body(&head.to_text(), &(junk(99) + &lines + &own.to_line())), 400, "malformed");
    watched.takes(&honest, &body(&head.to_text(), &(lines + &own.to_line())));
}

/// How the origin of the log begins.
const NAME_START: &str = accord_tests::site::NAME;
