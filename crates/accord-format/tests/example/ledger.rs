//! The ledger of the worked example in `docs/format.md`: three entries under fixed keys.

use accord_format::bundle::ProvenEntry;
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint, origin_of};
use accord_format::cosignature::Algorithm;
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::{EntryHash, LedgerId, NodeHash};
use accord_format::head::Head;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_format::merkle::{self, leaf_hash};
use accord_format::possession;
use accord_format::time::Timestamp;

/// The name under which the example's ledger is known.
pub(crate) const NAME: &str = "ledger.example/agreement";

/// Keys and entries of the example.
pub(crate) struct Example {
    pub(crate) operator: NoteSigner,
    pub(crate) authority: NoteSigner,
    pub(crate) mission: NoteSigner,
    pub(crate) checkpoint_key: NoteSigner,
    /// A checkpoint key of ML-DSA-44, if the ledger is founded with one.
    pub(crate) second_key: Option<LogSigner>,
    pub(crate) ledger: LedgerId,
    pub(crate) possession: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) leaves: Vec<NodeHash>,
}

fn key(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_seed(name, &[seed; 32]).unwrap()
}

fn signers(keys: &[(&NoteSigner, &str)]) -> String {
    let one = |(key, role): &(&NoteSigner, &str)| {
        format!(r#"{{"key":"{}","as":"{role}"}}"#, key.id_string())
    };
    keys.iter().map(one).collect::<Vec<_>>().join(",")
}

fn genesis(
    operator: &NoteSigner,
    authority: &NoteSigner,
    checkpoint_keys: &[String],
) -> SignedEvent {
    let suite = if checkpoint_keys.len() > 1 { r#","ml-dsa-44""# } else { "" };
    let json = format!(
        concat!(
            r#"{{"id":"019ca7c3-5d80-7000-8000-000000000001","type":"ledger.initialised","version":1,"#,
            r#""stream":"ledger/main","signers":[{signers}],"issued":"2026-03-01T04:58:00Z","#,
            r#""occurred":{{"from":"2026-03-01T04:58:00Z","precision":"second"}},"#,
            r#""seen":{{"size":0,"root":"{empty}"}},"#,
            r#""payload":{{"name":"{name}","checkpoint_keys":["{checkpoint_keys}"],"operator":"{operator}","#,
            r#""key_authority":{{"keys":["{authority}"],"threshold":1}},"#,
            r#""suites":["ed25519","blake3","rfc6962-sha256"{suite}],"clock_policy":"system","suspension_hours":72,"#,
            r#""witness_policy":[],"grants":[{{"types":["violation.alleged"],"any_of":[{{"all":[{{"role":"mission"}}]}}]}}]}}}}"#,
        ),
        signers = signers(&[(operator, "operator"), (authority, "key_authority")]),
        empty = merkle::empty_root(),
        name = NAME,
        suite = suite,
        checkpoint_keys = checkpoint_keys.join(r#"",""#),
        operator = operator.vkey(),
        authority = authority.vkey(),
    );
    SignedEvent::sign(&json, &[operator, authority]).unwrap()
}

fn enrolment(example: &Example) -> SignedEvent {
    let json = format!(
        concat!(
            r#"{{"ledger":"{ledger}","id":"019ca7c4-47e0-7000-8000-000000000002","type":"participant.enrolled","version":1,"#,
            r#""stream":"participant/mission","signers":[{signers}],"issued":"2026-03-01T04:59:00Z","#,
            r#""occurred":{{"from":"2026-03-01T04:59:00Z","precision":"second"}},"#,
            r#""seen":{{"size":1,"root":"{root}"}},"expects":0,"#,
            r#""payload":{{"participant":"mission","name":"Monitoring Mission","kind":"mission","roles":["mission"],"#,
            r#""vkey":"{vkey}","possession":"{possession}"}}}}"#,
        ),
        ledger = example.ledger,
        signers = signers(&[(&example.authority, "key_authority")]),
        root = merkle::root_of(&example.leaves),
        vkey = example.mission.vkey(),
        possession = example.possession,
    );
    SignedEvent::sign(&json, &[&example.authority]).unwrap()
}

fn allegation(example: &Example) -> SignedEvent {
    let id = "019ca7c5-3240-7000-8000-000000000003";
    let json = format!(
        concat!(
            r#"{{"ledger":"{ledger}","id":"{id}","type":"violation.alleged","version":1,"#,
            r#""stream":"violation/{id}","signers":[{signers}],"issued":"2026-03-01T05:00:00Z","#,
            r#""occurred":{{"from":"2026-03-01T04:00:00Z","until":"2026-03-01T04:30:00Z","precision":"minute"}},"#,
            r#""seen":{{"size":2,"root":"{root}"}},"#,
            r#""evidence":[{{"blake3":"{photo}","bytes":5,"media_type":"image/png","name":"crater.png"}}],"#,
            r#""payload":{{"text":"Two impacts close to the bridge – \u00ab zone 4 \u00bb."}}}}"#,
        ),
        ledger = example.ledger,
        id = id,
        signers = signers(&[(&example.mission, "mission")]),
        root = merkle::root_of(&example.leaves),
        photo = accord_format::hash::ContentHash::of(b"photo"),
    );
    SignedEvent::sign(&json, &[&example.mission]).unwrap()
}

impl Example {
    pub(crate) fn new() -> Self {
        Self::founded(false)
    }

    /// The same under two checkpoint keys, the second of ML-DSA-44.
    #[allow(dead_code, reason = "not every test that includes this file founds such a ledger")]
    pub(crate) fn hybrid() -> Self {
        Self::founded(true)
    }

    fn founded(hybrid: bool) -> Self {
        let second =
            |origin: &str| LogSigner::from_seed(origin, Algorithm::MlDsa44, &[4; 32]).unwrap();
        let (operator, authority) = (key("operator/main", 1), key("guarantor/head", 2));
        let mission = key("mission/field-3", 3);
        let mut typed = vec![key("origin", 4).vkey().typed_base64()];
        typed.extend(hybrid.then(|| second("origin").vkey().typed_base64()));
        let genesis = genesis(&operator, &authority, &typed);
        let ledger = genesis.event().hash();
        let origin = origin_of(NAME, &ledger);
        let checkpoint_key = key(&origin, 4);
        let second_key = hybrid.then(|| second(&origin));
        let possession = possession::prove(&ledger, "mission", &mission);
        let (entries, leaves) = (Vec::new(), Vec::new());
        let mut example = Self {
            operator,
            authority,
            mission,
            checkpoint_key,
            second_key,
            ledger,
            possession,
            entries,
            leaves,
        };
        example.append(genesis, "2026-03-01T04:58:00.000000Z");
        example.append(enrolment(&example), "2026-03-01T04:59:00.250000Z");
        example.append(allegation(&example), "2026-03-01T05:00:00.123456Z");
        example
    }

    fn append(&mut self, signed: SignedEvent, recorded: &str) {
        let header = Header {
            seq: self.entries.len() as u64,
            revision: 0,
            prev: self.entries.last().map_or(EntryHash::ZERO, Entry::hash),
            recorded: Timestamp::parse_micros(recorded).unwrap(),
        };
        let entry = Entry::new(header, signed);
        self.leaves.push(leaf_hash(&entry.to_bytes()));
        self.entries.push(entry);
    }

    pub(crate) fn origin(&self) -> String {
        origin_of(NAME, &self.ledger)
    }

    /// The signed checkpoint of all entries.
    pub(crate) fn checkpoint(&self) -> SignedCheckpoint {
        self.checkpoint_at(self.entries.len())
    }

    /// The signed checkpoint of the first entries.
    pub(crate) fn checkpoint_at(&self, size: usize) -> SignedCheckpoint {
        self.sign(size, merkle::root_of(&self.leaves[..size]))
    }

    /// A checkpoint of size 2 over a history in which entry 1 is another.
    pub(crate) fn forged_checkpoint(&self) -> SignedCheckpoint {
        self.sign(2, merkle::root_of(&[self.leaves[0], leaf_hash(b"another entry")]))
    }

    fn sign(&self, size: usize, root: NodeHash) -> SignedCheckpoint {
        let head = Checkpoint { origin: self.origin(), size: size as u64, root };
        let signed = head.clone().sign(&[&self.checkpoint_key]).unwrap();
        let second = self.second_key.iter().map(|key| key.sign(&head, 1_772_341_200).unwrap());
        signed.with_signatures(&second.collect::<Vec<_>>()).unwrap()
    }

    /// The head of all entries, with its key history.
    pub(crate) fn head(&self) -> Head {
        self.head_at(self.entries.len())
    }

    /// The head of the first entries, with its key history.
    pub(crate) fn head_at(&self, size: usize) -> Head {
        let Ok(hashes) = merkle::inclusion_proof(&self.leaves[..size], 0, size as u64);
        let genesis = ProvenEntry { entry: self.entries[0].clone(), hashes };
        Head { checkpoint: self.checkpoint_at(size), keys: vec![genesis] }
    }
}
