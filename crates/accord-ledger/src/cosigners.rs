//! Where cosignatures come from: the trait through which the ledger asks witnesses. It does no
//! network I/O of its own; whoever opens a ledger brings something that can ask.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::policy::Policy;
use accord_store::Reader;
use accord_store::disk::Disk;
use std::sync::Arc;

/// Makes the consistency proof from a size to that of the checkpoint asked about, or says why
/// there is none.
pub type Prove<'a> = dyn Fn(u64) -> Result<Vec<NodeHash>, String> + Sync + 'a;

/// Somebody who can ask witnesses.
pub trait Cosigners: Send {
    /// Asks each witness of `policy` to cosign `note`. `prove` gives consistency proofs from sizes
    /// that a witness says it knows.
    fn collect(&mut self, note: &SignedCheckpoint, policy: &Policy, prove: &Prove<'_>)
    -> Collected;

    /// Asks each witness of `policy` for the newest checkpoint of the log `origin` that it has
    /// cosigned.
    fn newest(&mut self, origin: &str, policy: &Policy) -> Vec<Answer>;
}

/// What came of asking for cosignatures. None of it is believed before it is checked.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Signature lines.
    pub lines: Vec<NoteSignature>,
    /// Witnesses without one, and why.
    pub without: Vec<Without>,
    /// Checkpoints of this log with which witnesses answered, because they hold these.
    pub others: Vec<SignedCheckpoint>,
}

/// A witness that gave no cosignature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Without {
    /// What the policy calls it.
    pub witness: String,
    /// Why, in words.
    pub why: String,
    /// True when its answer speaks of another history, or of more than this copy has.
    pub alarming: bool,
}

/// What a witness says of the newest checkpoint that it has cosigned.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the policy calls it.
    pub witness: String,
    /// The checkpoint; nothing if it has cosigned none of this log; or why it gave no answer.
    pub newest: Result<Option<SignedCheckpoint>, String>,
}

/// A round of asking that can be done beside the writer, on a thread of its own.
#[derive(Clone, Debug)]
pub struct Asking {
    pub(crate) note: SignedCheckpoint,
    pub(crate) policies: Vec<Policy>,
    pub(crate) disk: Arc<dyn Disk>,
}

impl Asking {
    /// The checkpoint to be cosigned.
    pub const fn note(&self) -> &SignedCheckpoint {
        &self.note
    }

    /// Asks the witnesses of every policy that the checkpoint must meet.
    pub fn run(&self, cosigners: &mut dyn Cosigners) -> Collected {
        let mut all = Collected::default();
        let prove = |old: u64| {
            let reader = Reader::open(Arc::clone(&self.disk)).map_err(|e| e.to_string())?;
            let size = self.note.checkpoint().size;
            merkle::consistency_proof(&reader.view(), old, size).map_err(|e| e.to_string())
        };
        for policy in &self.policies {
            let collected = cosigners.collect(&self.note, policy, &prove);
            all.lines.extend(collected.lines);
            all.without.extend(collected.without);
            all.others.extend(collected.others);
        }
        all
    }
}
