//! Checkpoints and entries that are handed in, over HTTP, as C2SP tlog-mirror has it.

use crate::kit::*;
use crate::world;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::Subtree;
use accord_format::hash::NodeHash;
use accord_format::merkle::{self, leaf_hash};
use accord_format::mirroring::{EntriesHead, MirrorInfo, Package, subtree_start};
use accord_format::policy::Policy;
use accord_format::witnessing::{AddCheckpoint, SignSubtree, origin_hash, parse_cosignatures};
use accord_mirror::mirror::{Mirror, Took};
use accord_mirror::submission::Submissions;
use accord_mirror::{found, server};
use accord_store::disk::sim::Stop;
use accord_store::disk::{Disk, SimDisk};
use accord_witness::client::{self, Entries};
use accord_witness::http::{Ask, Limits as AskLimits, Response, Tls, Url, exchange};
use accord_witness::server::{Limits, Server};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

fn leaves() -> &'static [NodeHash] {
    static LEAVES: OnceLock<Vec<NodeHash>> = OnceLock::new();
    LEAVES.get_or_init(|| world().entries.iter().map(|entry| leaf_hash(entry)).collect())
}

fn leaves_of(entries: &[Vec<u8>]) -> Vec<NodeHash> {
    entries.iter().map(|entry| leaf_hash(entry)).collect()
}

/// A mirror that is handed things, and its address.
struct Bench {
    disk: SimDisk,
    /// Where the pending checkpoint is kept.
    state: SimDisk,
    submissions: Arc<Submissions>,
    url: Url,
    _server: Server,
}

impl Bench {
    fn new(size: usize) -> Self {
        let disk = SimDisk::new(1);
        drop(mirror_of(&disk, size));
        Self::on(disk, SimDisk::new(2))
    }

    fn on(disk: SimDisk, state: SimDisk) -> Self {
        let clock = setup(world().id).clock;
        let kept: Arc<dyn Disk> = Arc::new(state.clone());
        let submissions = Submissions::begin(open(&disk).unwrap(), kept, clock, Arc::new(|_| {}));
        let submissions = Arc::new(submissions.unwrap());
        let listen = ["127.0.0.1:0".parse().unwrap()];
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let server =
            server::start(&listen, shared, None, Some(&submissions), Limits::default()).unwrap();
        let url = format!("http://{}", server.address()).parse().unwrap();
        Self { disk, state, submissions, url, _server: server }
    }

    fn ask(&self, path: &str, ask: Ask) -> Response {
        let limits = AskLimits { time: Duration::from_mins(1), answer_bytes: 1 << 20 };
        exchange(&self.url.join(path).unwrap(), ask, &Tls::system(), limits).unwrap()
    }

    fn add_checkpoint(&self, old: usize, note: &SignedCheckpoint) -> Response {
        let Ok(proof) = merkle::consistency_proof(leaves(), old as u64, note.checkpoint().size);
        let request = AddCheckpoint { old: old as u64, proof, checkpoint: note.clone() };
        self.ask("add-checkpoint", Ask::Post(request.to_text().into_bytes()))
    }

    /// Makes the checkpoint of `size` pending.
    #[track_caller]
    fn pending(&self, old: usize, size: usize) {
        let answer = self.add_checkpoint(old, &head(size));
        assert_eq!((answer.status, answer.body.as_slice()), (200, &[][..]), "{}", answer.excerpt());
    }

    fn add_entries(&self, body: impl AsRef<[u8]>) -> Response {
        let body = pack(body.as_ref());
        self.ask("add-entries", Ask::PostGzip { content_type: "application/octet-stream", body })
    }

    fn size(&self) -> u64 {
        self.submissions.with_mirror(Mirror::size).unwrap()
    }

    /// Hands in everything.
    #[track_caller]
    fn upload(&self, start: usize, end: usize) {
        let answer = self.add_entries(body(&world().entries, start, end, usize::MAX));
        assert_whole(&answer, &head(end));
    }
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn entries_head(start: usize, end: usize) -> EntriesHead {
    let (start, end) = (start as u64, end as u64);
    EntriesHead { origin: world().origin.clone(), start, end, ticket: Vec::new() }
}

fn package(entries: &[Vec<u8>], range: Range<u64>, size: u64) -> Package {
    let leaves = leaves_of(&entries[..usize::try_from(size).unwrap()]);
    let Ok(proof) =
        merkle::subtree_proof(leaves.as_slice(), (subtree_start(range.start), range.end), size);
    let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
    Package { entries: entries[start..end].to_vec(), proof }
}

/// The first packages of an upload.
fn body(entries: &[Vec<u8>], start: usize, end: usize, packages: usize) -> Vec<u8> {
    let head = entries_head(start, end);
    let mut body = head.to_bytes().unwrap();
    for range in head.packages().take(packages) {
        body.extend(package(entries, range, end as u64).to_bytes().unwrap());
    }
    body
}

/// All of the mirror's lines, valid and dated, and nothing else.
#[track_caller]
fn assert_whole(answer: &Response, note: &SignedCheckpoint) {
    assert_eq!(answer.status, 200, "{}", answer.excerpt());
    let lines = parse_cosignatures(&answer.body).unwrap();
    let now = u64::try_from(NOW).unwrap();
    let times: Vec<_> = cosigners()
        .iter()
        .zip(&lines)
        .map(|(key, line)| key.vkey().verify(note.checkpoint(), line))
        .collect();
    assert_eq!((times, lines.len()), (vec![Some(now); 2], 2));
}

#[track_caller]
fn assert_info(answer: &Response, status: u16, size: usize, next: usize) {
    assert_eq!(answer.status, status, "{}", answer.excerpt());
    assert_eq!(answer.content_type.as_deref(), Some("text/x.tlog.mirror-info"));
    let (size, next) = (size as u64, next as u64);
    assert_eq!(MirrorInfo::parse(&answer.body), Some(MirrorInfo { size, next, ticket: vec![] }));
}

#[track_caller]
fn assert_refused(answer: &Response, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.excerpt());
    assert!(answer.excerpt().starts_with(&format!("{code}: ")), "{}", answer.excerpt());
}

#[test]
fn what_is_handed_in_is_held_shown_and_cosigned() {
    for (held, size) in [(1, 2), (250, 256), (300, 301), (300, 512), (300, 700), (512, 513)] {
        let bench = Bench::new(held);
        bench.pending(held, size);
        // \"The mirror cosigner MUST NOT sign the checkpoint in this process.\"
        assert_eq!(bench.size(), held as u64);
        assert_info(&bench.add_entries(body(&[], size, size, 0)), 409, size, held);
        bench.upload(held, size);
        let monitoring = format!("{}/checkpoint", origin_hash(&world().origin));
        let answer = bench.ask(&monitoring, Ask::Get);
        let note = SignedCheckpoint::parse(&answer.body).unwrap();
        assert_eq!(note.checkpoint(), head(size).checkpoint());
        assert_eq!(note.note().signatures().len(), 3);
        // The ledger as published is what it was, until its keeper shows more.
        let published = SignedCheckpoint::parse(&bench.ask("checkpoint", Ask::Get).body).unwrap();
        assert_eq!(published.checkpoint().size, held as u64);
        let waits = SignedCheckpoint::parse(&bench.ask("checkpoint.pending", Ask::Get).body);
        assert_eq!(waits.unwrap(), note);
        // Again: nothing is missing, and nothing is written.
        let calls = bench.disk.calls();
        let again = bench.add_entries(body(&[], size, size, 0));
        assert_whole(&again, &head(size));
        assert!(bench.disk.calls() - calls < 20);
        let files = bench.disk.fork(2);
        drop(bench);
        files.restart(Stop::PowerCut);
        assert_eq!(open(&files).unwrap().size(), size as u64);
        let mut mirror = open(&files).unwrap();
        assert_eq!(follow(&mut mirror, at(size)).unwrap().code, "published");
        for path in at(size).paths().filter(|path| path.contains("tile")) {
            assert_eq!(shown(&files).get(path), at(size).get(path), "{path}");
        }
    }
}

#[test]
fn an_upload_goes_on_where_it_broke_off() {
    let bench = Bench::new(300);
    bench.pending(300, 700);
    let whole = body(&world().entries, 300, 700, usize::MAX);
    let one = body(&world().entries, 300, 700, 1);
    // In the middle of the first package, of the second, at the first one's end.
    assert_refused(&bench.add_entries(&whole[..one.len() - 1]), 400, "malformed");
    assert_info(&bench.add_entries(&whole[..one.len() + 500]), 202, 700, 512);
    assert_info(&bench.add_entries(one), 202, 700, 512);
    assert_eq!(bench.size(), 300);
    // What is there already is proven and not stored again; what is behind it is.
    assert_info(&bench.add_entries(body(&world().entries, 100, 700, 2)), 202, 700, 512);
    bench.upload(400, 700);
    // Bytes behind the last package are not read.
    bench.pending(700, 700);
    let more = [body(&world().entries, 690, 700, 1), vec![7; 1000]].concat();
    assert_whole(&bench.add_entries(more), &head(700));
}

#[test]
fn heads_are_judged_as_the_text_says() {
    let bench = Bench::new(300);
    let refused = |head: EntriesHead| bench.add_entries(head.to_bytes().unwrap());
    let other = EntriesHead { origin: "log.example/other".into(), ..entries_head(0, 0) };
    assert_refused(&refused(other), 404, "log-unknown");
    // Neither pending nor held; then pending, and too far ahead; then less than is held.
    assert_info(&refused(entries_head(300, 400)), 409, 300, 300);
    bench.pending(300, 400);
    assert_info(&refused(entries_head(301, 400)), 409, 400, 300);
    assert_whole(&refused(entries_head(300, 300)), &head(300));
    bench.upload(300, 400);
    assert_info(&refused(entries_head(250, 300)), 409, 400, 400);
    // An older pending checkpoint is known for a while, and by its entries no longer.
    bench.pending(400, 500);
    bench.pending(500, 600);
    assert_info(&refused(entries_head(450, 500)), 409, 500, 400);
    assert_info(&refused(entries_head(450, 550)), 409, 600, 400);
    bench.upload(400, 500);
    bench.upload(500, 600);
    for bad in [vec![], vec![0], body(&[], 5, 5, 0)[..20].to_vec(), vec![0, 1, 0xff]] {
        assert_refused(&bench.add_entries(bad), 400, "malformed");
    }
    let mut reversed = entries_head(5, 5).to_bytes().unwrap();
    let at = reversed.len() - 3;
    reversed[at] = 4;
    assert_refused(&bench.add_entries(reversed), 400, "malformed");
    let plain = bench.ask("add-entries", Ask::Post(body(&[], 600, 600, 0)));
    assert_refused(&plain, 415, "media-type");
    assert_eq!(bench.ask("add-entries", Ask::Get).status, 405);
    let garbled = Ask::PostGzip { content_type: "application/octet-stream", body: vec![1; 50] };
    assert_refused(&bench.ask("add-entries", garbled), 400, "malformed");
}

#[test]
fn entries_that_are_not_proven_are_not_taken() {
    let bench = Bench::new(300);
    bench.pending(300, 700);
    let files = shown(&bench.disk);
    let begin = entries_head(300, 700).to_bytes().unwrap();
    let good = package(&world().entries, 300..512, 700);
    let with = |package: &Package| [begin.clone(), package.to_bytes().unwrap()].concat();
    let changed = |change: &dyn Fn(&mut Package)| {
        let mut package = good.clone();
        change(&mut package);
        with(&package)
    };
    for bad in [
        changed(&|p| p.entries[3][50] ^= 1),
        changed(&|p| p.entries.swap(0, 1)),
        changed(&|p| p.proof[0] = leaf_hash(b"other")),
        changed(&|p| p.proof.truncate(1)),
        changed(&|p| p.proof.push(leaf_hash(b"more"))),
        changed(&|p| p.entries[211].push(b'x')),
        changed(&|p| p.entries[0] = Vec::new()),
    ] {
        assert_refused(&bench.add_entries(bad), 422, "unproven");
    }
    let many = [
        &begin[..],
        &good.to_bytes().unwrap()[..good.to_bytes().unwrap().len() - 32 * good.proof.len() - 1],
        &[64],
    ]
    .concat();
    assert_refused(&bench.add_entries(many), 400, "malformed");
    // A later package that is wrong ends it; the one before stays.
    let second = Package { proof: Vec::new(), ..package(&world().entries, 512..700, 700) };
    let half = [with(&good), second.to_bytes().unwrap()].concat();
    assert_refused(&bench.add_entries(half), 422, "unproven");
    assert_eq!(shown(&bench.disk).get("public/checkpoint"), files.get("public/checkpoint"));
    bench.upload(512, 700);
    assert_eq!(found::kept(&bench.disk).unwrap(), Vec::<String>::new());
}

#[test]
fn what_the_log_signed_and_no_ledger_holds_is_not_cosigned() {
    // An entry of the tree that is no entry: the log's own doing.
    let bench = Bench::new(300);
    let mut entries = world().entries[..400].to_vec();
    entries[350] = b"no entry".to_vec();
    let note = SignedCheckpoint::parse(note(&entries).as_bytes()).unwrap();
    let leaves = leaves_of(&entries);
    let Ok(proof) = merkle::consistency_proof(leaves.as_slice(), 300, 400);
    let request = AddCheckpoint { old: 300, proof, checkpoint: note };
    let answer = bench.ask("add-checkpoint", Ask::Post(request.to_text().into_bytes()));
    assert_eq!(answer.status, 200);
    assert_refused(&bench.add_entries(body(&entries, 300, 400, 1)), 422, "entry-wrong");
    assert_eq!(bench.size(), 300);
    assert!(!found::kept(&bench.disk).unwrap().is_empty());
}

#[test]
fn add_checkpoint_is_a_witnesss_without_its_line() {
    let bench = Bench::new(300);
    // What is held is pending from the start.
    let conflict = bench.add_checkpoint(200, &head(400));
    assert_eq!((conflict.status, conflict.body.as_slice()), (409, b"300\n".as_slice()));
    assert_eq!(conflict.content_type.as_deref(), Some("text/x.tlog.size"));
    let key = world::key(&world().origin, 66);
    let forged = crate::forge::checkpoint(&world().entries[..400], &world().origin, &[&key]);
    let forged = SignedCheckpoint::parse(forged.as_bytes()).unwrap();
    assert_eq!(bench.add_checkpoint(300, &forged).status, 403);
    let fork = SignedCheckpoint::parse(note(&other_history(250, 400)).as_bytes()).unwrap();
    assert_eq!(bench.add_checkpoint(300, &fork).status, 422);
    bench.pending(300, 400);
    // It is remembered, whatever happens.
    let (disk, state) = (bench.disk.clone(), bench.state.clone());
    drop(bench);
    disk.restart(Stop::PowerCut);
    state.restart(Stop::PowerCut);
    let bench = Bench::on(disk, state);
    assert_eq!(bench.add_checkpoint(300, &head(500)).body, b"400\n");
    bench.upload(300, 400);
}

#[test]
fn rotated_keys_count_from_where_they_are_held() {
    let (before, after) = (rotated() - 1, rotated() + 5);
    let bench = Bench::new(before - 5);
    // The new key is not known yet.
    assert_eq!(bench.add_checkpoint(before - 5, &head(after)).status, 403);
    // A head that the old key signed where the new one counts is not cosigned.
    let old = crate::forge::checkpoint(
        &world().entries[..after],
        &world().origin,
        &[&world::key(&world().origin, 2)],
    );
    let old = SignedCheckpoint::parse(old.as_bytes()).unwrap();
    assert_eq!(bench.add_checkpoint(before - 5, &old).status, 200);
    let answer = bench.add_entries(body(&world().entries, before - 5, after, usize::MAX));
    assert_refused(&answer, 422, "checkpoint-unsigned");
    assert_eq!(bench.size(), (before - 5) as u64);
    // By following what waits the mirror learns of the rotation, and goes on.
    let mut source = origin(waiting(before - 5, after + 1));
    assert_eq!(bench.submissions.follow(&mut source).unwrap().code, "advanced");
    bench.pending(after + 1, after + 9);
    bench.upload(after + 1, after + 9);
    drop(bench);
}

#[test]
fn rounds_and_submissions_share_one_copy() {
    let bench = Bench::new(300);
    bench.pending(300, 700);
    let part = body(&world().entries, 300, 700, 1);
    assert_info(&bench.add_entries(part), 202, 700, 512);
    // A round that takes over more forgets what was handed in, and goes on.
    let mut source = origin(at(400));
    assert_eq!(bench.submissions.follow(&mut source).unwrap().to, 400);
    assert_info(&bench.add_entries(body(&[], 700, 700, 0)), 409, 700, 400);
    bench.upload(400, 700);
    // One that is behind leaves it.
    assert_eq!(bench.submissions.follow(&mut source).unwrap().code, "unchanged");
    assert_eq!(bench.size(), 700);
    // What is held by following is pending at once.
    let bench = Bench::new(300);
    bench.submissions.follow(&mut origin(at(400))).unwrap();
    assert_eq!(bench.add_checkpoint(300, &head(500)).body, b"400\n");
    bench.pending(400, 500);
}

#[test]
fn a_smaller_upload_may_end_within_what_a_larger_one_brought() {
    for end in [350, 512] {
        let bench = Bench::new(300);
        bench.pending(300, end);
        bench.pending(end, 700);
        assert_info(&bench.add_entries(body(&world().entries, 300, 700, 1)), 202, 700, 512);
        bench.upload(310, end);
        assert_eq!(bench.size(), end as u64);
        bench.upload(end, 700);
        assert_eq!(bench.size(), 700);
    }
}

#[test]
fn uploads_beside_each_other_bring_one_copy_about() {
    let bench = Bench::new(300);
    for (old, size) in [(300, 400), (400, 600), (600, 700)] {
        bench.pending(old, size);
    }
    std::thread::scope(|scope| {
        for end in [400, 600, 700, 700] {
            let bench = &bench;
            scope.spawn(move || {
                let mut start = 300;
                loop {
                    let answer = bench.add_entries(body(&world().entries, start, end, 1));
                    match answer.status {
                        200 => break,
                        202 | 409 => {
                            let info = MirrorInfo::parse(&answer.body).unwrap();
                            if info.size != end as u64 {
                                break;
                            }
                            start = usize::try_from(info.next).unwrap().min(end);
                        }
                        429 | 503 => {}
                        _ => panic!("{} {}", answer.status, answer.excerpt()),
                    }
                }
            });
        }
    });
    assert_eq!(bench.size(), 700);
    bench.submissions.follow(&mut origin(at(700))).unwrap();
    let report = world::verify(&shown(&bench.disk), Vec::new()).unwrap();
    assert_eq!((report.size, report.problems), (700, Vec::new()));
}

#[test]
fn another_history_that_was_pending_is_a_fork() {
    let bench = Bench::new(300);
    // The fork becomes pending first; what is published is another.
    let fork = other_history(450, 500);
    let note = SignedCheckpoint::parse(note(&fork).as_bytes()).unwrap();
    let Ok(proof) = merkle::consistency_proof(leaves_of(&fork).as_slice(), 300, 500);
    let request = AddCheckpoint { old: 300, proof, checkpoint: note };
    let answer = bench.ask("add-checkpoint", Ask::Post(request.to_text().into_bytes()));
    assert_eq!(answer.status, 200);
    // Up to the place where they part, nobody can tell.
    bench.submissions.follow(&mut origin(at(400))).unwrap();
    let told = bench.submissions.follow(&mut origin(at(550))).unwrap_err();
    assert_eq!(told.code(), "fork");
    let proof = bench.disk.read(&found::forks(&bench.disk).unwrap()[0], 1 << 20).unwrap();
    let fork = accord_ledger::check::fraud(&proof, &world().id).unwrap();
    assert_eq!((fork.smaller.size, fork.larger.size), (500, 550));
    // Nothing is cosigned any longer.
    bench.pending_fails(500, 600);
}

impl Bench {
    /// After a fork nothing is taken, whatever is asked.
    fn pending_fails(&self, old: usize, size: usize) {
        assert_eq!(self.add_checkpoint(old, &head(size)).status, 422);
        let followed = self.submissions.follow(&mut origin(at(700))).unwrap_err();
        assert_eq!(followed.code(), "forked");
    }
}

#[test]
fn subtrees_are_signed_by_the_keys_that_cosigned() {
    let bench = Bench::new(300);
    let hash = origin_hash(&world().origin);
    let note = bench.ask(&format!("{hash}/checkpoint"), Ask::Get).body;
    let checkpoint = SignedCheckpoint::parse(&note).unwrap();
    let Ok(root) = merkle::subtree_root(leaves(), 256, 300);
    let Ok(proof) = merkle::subtree_proof(leaves(), (256, 300), 300);
    let subtree = Subtree { start: 256, end: 300, root: root.unwrap() };
    let request = SignSubtree { subtree, proof, checkpoint };
    let key = cosigners()[1].vkey().clone();
    let time = Duration::from_secs(30);
    let line = client::sign_subtree(&bench.url, &request, &key, &Tls::system(), time).unwrap();
    assert!(key.verify_subtree(&world().origin, &subtree, &line));
    // What is merely pending is vouched for by nobody, nor is what only the log has signed.
    bench.pending(300, 400);
    let bare = SignSubtree { checkpoint: head(300), ..request.clone() };
    let answer = bench.ask("sign-subtree", Ask::Post(bare.to_text().into_bytes()));
    assert_refused(&answer, 403, "not-cosigned");
    let other = request.to_text().replacen(&world().origin, "log.example/other", 1);
    let answer = bench.ask("sign-subtree", Ask::Post(other.into_bytes()));
    assert_refused(&answer, 404, "log-unknown");
    let answer = bench.ask("sign-subtree", Ask::Post(b"subtree".to_vec()));
    assert_refused(&answer, 400, "malformed");
}

/// The ledger's own entries, as whoever keeps it reads them.
#[derive(Debug)]
struct Own;

impl Entries for Own {
    fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, String> {
        let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
        Ok(world().entries[start..end].to_vec())
    }

    fn proof(&self, subtree: Range<u64>, size: u64) -> Result<Vec<NodeHash>, String> {
        let Ok(proof) = merkle::subtree_proof(leaves(), (subtree.start, subtree.end), size);
        Ok(proof)
    }
}

fn collect(bench: &Bench, size: usize, entries: bool) -> client::Collected {
    let url = &bench.url;
    let [ed25519, ml_dsa] = [0, 1].map(|at| cosigners()[at].vkey().clone());
    let policy = format!(
        "witness a {ed25519} {url}\nwitness b {ml_dsa} {url}\ngroup both all a b\nquorum both\n"
    );
    let policy = Policy::parse(&policy).unwrap();
    let own: Arc<dyn Entries> = Arc::new(Own);
    let request = client::Request {
        checkpoint: &head(size),
        policy: &policy,
        known: &BTreeMap::new(),
        now: u64::try_from(NOW).unwrap(),
        tls: &Tls::system(),
        limits: client::Limits {
            request: Duration::from_mins(1),
            overall: Duration::from_mins(2),
            ..client::Limits::default()
        },
        entries: entries.then_some(&own),
    };
    let prove = |old: u64| merkle::consistency_proof(leaves(), old, size as u64);
    client::collect(&request, prove).unwrap()
}

#[test]
fn the_asking_side_hands_in_what_a_mirror_lacks() {
    let bench = Bench::new(300);
    for size in [301, 690, 690, 700] {
        let collected = collect(&bench, size, true);
        let codes: Vec<_> = collected.reports.iter().map(|r| r.outcome.code()).collect();
        assert_eq!((codes, collected.quorum.met), (vec!["cosigned"; 2], true), "{size}");
        assert_eq!(bench.size(), size as u64);
    }
    // Whoever has no entries to give gets no line, and is told so.
    let bench = Bench::new(20);
    let collected = collect(&bench, 30, false);
    let codes: Vec<_> = collected.reports.iter().map(|r| r.outcome.code()).collect();
    assert_eq!((codes, collected.quorum.met), (vec!["not-cosignatures"; 2], false));
}

/// Hands everything to a mirror, without a server; tells whether it is cosigned.
fn hand_in(mirror: &mut Mirror, start: usize, end: usize) -> bool {
    for range in entries_head(start, end).packages() {
        let package = package(&world().entries, range.clone(), end as u64);
        match mirror.take_package(&head(end), &range, package) {
            Ok(Took::Next(_)) => {}
            Ok(Took::Whole(lines)) => return lines.len() == 2,
            Err(_) => return false,
        }
    }
    false
}

#[test]
fn a_crash_at_any_operation_of_an_upload_takes_nothing_back() {
    let (from, to) = (250, 530);
    let disk = SimDisk::new(5);
    drop(mirror_of(&disk, from));
    let calls = disk.calls();
    let steps = {
        let disk = disk.fork(5);
        assert!(hand_in(&mut open(&disk).unwrap(), from, to));
        disk.calls() - calls
    };
    assert!(steps > 40, "{steps}");
    for stop in [Stop::Kill, Stop::PowerCut] {
        for call in 0..steps {
            let disk = disk.fork(5 + call);
            disk.crash_at(Some(disk.calls() + call));
            let done = open(&disk).is_ok_and(|mut mirror| hand_in(&mut mirror, from, to));
            if disk.crashed().is_none() {
                continue;
            }
            disk.crash_at(None);
            disk.restart(stop);
            let mut mirror = open(&disk).unwrap();
            let sizes: &[u64] = if done { &[to as u64] } else { &[from as u64, to as u64] };
            assert!(sizes.contains(&mirror.size()), "{call}: {}", mirror.size());
            let from = usize::try_from(mirror.size()).unwrap();
            assert!(from == to || hand_in(&mut mirror, from, to), "{call}");
            drop(mirror);
            disk.restart(Stop::PowerCut);
            let mut mirror = open(&disk).unwrap();
            assert_eq!(follow(&mut mirror, at(to)).unwrap().code, "published");
            let report = world::verify(&shown(&disk), Vec::new()).unwrap();
            let damage = report.problems.iter().filter(|p| p.code != "file-unexpected");
            assert_eq!((damage.count(), report.size), (0, to as u64), "{:?}", report.problems);
        }
    }
}
