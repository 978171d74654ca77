//! The judgement of one event at one place in the record: the code that append and verify share.

use crate::admission::{Admission, Candidate, Context, Finding, History, Rejection};
use crate::kernel::types::{self, KernelPayload};
use crate::kernel::{self, Kernel};
use accord_catalogue::{EventType, StreamRule};
use accord_format::entry::{Entry, Header};
use accord_format::event::Event;
use accord_format::hash::NodeHash;
use accord_format::time::Timestamp;

/// The longest plausible time between two entries when no charter says so, in seconds.
const SILENCE_DEFAULT: i64 = 366 * 86_400;
/// After how long an event counts as late when no charter says so, in seconds.
const LATE_DEFAULT: i64 = 30 * 86_400;

/// Which of the two judgements turned an event down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Court {
    /// Keys, roles, thresholds and the kernel's own rules.
    Authority,
    /// The rules of the domain.
    Admission,
}

/// An event turned down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedDown {
    /// By which judgement.
    pub court: Court,
    /// Why.
    pub rejection: Rejection,
}

impl Court {
    /// The stable word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Admission => "admission",
        }
    }
}

/// What came of judging an event that is let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Worth a reader's attention.
    pub findings: Vec<Finding>,
    /// False when this software does not know the type, or has no admission to ask.
    pub interpreted: bool,
}

/// Roots of earlier sizes of this ledger, to compare with what authors say they have seen.
pub trait Roots {
    /// The root at `size`, or nothing when the ledger is not that large.
    fn root_at(&self, size: u64) -> Option<NodeHash>;
}

/// The state of the record just before a candidate, with the means to judge it.
pub struct Bench {
    /// Kernel state.
    pub kernel: Kernel,
    admission: Option<Box<dyn Admission>>,
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("size", &self.kernel.size()).finish_non_exhaustive()
    }
}

impl Bench {
    /// The state before the genesis.
    pub fn new(admission: Option<Box<dyn Admission>>) -> Self {
        Self { kernel: Kernel::default(), admission }
    }

    /// The domain's judges.
    pub fn admission(&self) -> Option<&dyn Admission> {
        self.admission.as_deref()
    }

    /// The domain's judges, to restore a snapshot into.
    pub fn admission_mut(&mut self) -> Option<&mut (dyn Admission + 'static)> {
        self.admission.as_deref_mut()
    }

    /// The declaration of a type in a version, the families' included.
    pub fn event_type(&self, name: &str, version: u32) -> Option<EventType> {
        lookup(self.admission.as_deref(), name, version)
    }

    /// Judges a candidate whose signatures are valid.
    pub fn judge(
        &mut self,
        candidate: &Candidate<'_>,
        history: &dyn History,
        roots: &dyn Roots,
    ) -> Result<Judged, TurnedDown> {
        let Candidate { header, event } = *candidate;
        let by = |court| move |rejection| TurnedDown { court, rejection };
        let declared = self.event_type(&event.event_type, event.version);
        let always_heard = declared.is_some_and(|t| t.always_heard);
        self.check_envelope(event, header, roots, always_heard).map_err(by(Court::Authority))?;
        if kernel::owns(event) && declared.is_none() {
            // Whose signature it takes, only newer software can say.
            let findings = self.notice(event, header);
            return Ok(Judged { findings, interpreted: false });
        }
        if event.event_type != "ledger.initialised" {
            self.kernel.check_signers(event, header.recorded).map_err(by(Court::Authority))?;
        }
        let mut judged = Judged { findings: self.notice(event, header), interpreted: true };
        if kernel::owns(event) {
            judged.interpreted = kernel::is_understood(event);
            if judged.interpreted {
                self.judge_kernel(candidate, history, roots).map_err(by(Court::Authority))?;
                if let Some(admission) = self.admission.as_mut() {
                    let context = Context { kernel: &self.kernel, history };
                    judged.findings.extend(admission.remark(candidate, &context));
                }
            }
            return Ok(judged);
        }
        let (Some(declared), Some(admission)) = (declared, self.admission.as_mut()) else {
            judged.interpreted = false;
            return Ok(judged);
        };
        let context = Context { kernel: &self.kernel, history };
        check_shape(event, &declared, history)
            .and_then(|()| admission.judge(candidate, &context))
            .map(|findings| {
                judged.findings.extend(findings);
                judged
            })
            .map_err(by(Court::Admission))
    }

    /// Takes note of an entry that was let in, and of what was said of it then.
    pub fn apply(&mut self, entry: &Entry, findings: &[Finding], history: &dyn History) {
        self.kernel.apply(entry);
        if let Some(admission) = self.admission.as_mut() {
            admission.said(entry.header.seq, findings);
            admission.applied(entry, &Context { kernel: &self.kernel, history });
        }
    }

    /// Takes note of a void entry: it has a place, and no effect.
    pub fn pass(&mut self, entry: &Entry) {
        self.kernel.pass(entry);
    }

    fn judge_kernel(
        &self,
        candidate: &Candidate<'_>,
        history: &dyn History,
        roots: &dyn Roots,
    ) -> Result<(), Rejection> {
        let Candidate { header, event } = *candidate;
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload)
            .ok_or_else(|| {
                let detail = format!(
                    "this software does not know {} version {}",
                    event.event_type, event.version
                );
                Rejection::new("type-unknown", detail)
            })?
            .map_err(|e| Rejection::new("payload-invalid", e.to_string()))?;
        if let Some(declared) = types::event_type(&event.event_type, event.version) {
            check_stream(event, declared, history)?;
        }
        let admission = self.admission.as_deref();
        let types = |name: &str, version| lookup(admission, name, version);
        self.kernel.judge(event, &payload, header.recorded, history, &types)?;
        match &payload {
            KernelPayload::CheckpointAnchored(p) => self.kernel.judge_anchors(p, header.seq, roots),
            _ => Ok(()),
        }
    }

    /// What holds for every event, whatever its type.
    fn check_envelope(
        &self,
        event: &Event,
        header: &Header,
        roots: &dyn Roots,
        always_heard: bool,
    ) -> Result<(), Rejection> {
        let refuse = |code, detail: String| Err(Rejection::new(code, detail));
        let own = self.kernel.ledger();
        if event.ledger != own {
            let named = event.ledger.map_or_else(|| "no ledger".to_owned(), |l| l.to_string());
            let own = own.map_or_else(|| "an empty directory".to_owned(), |l| l.to_string());
            return refuse("ledger-wrong", format!("the event is for {named}, this is {own}"));
        }
        if own.is_none() && event.event_type != "ledger.initialised" {
            return refuse("genesis-missing", "the first entry is ledger.initialised".to_owned());
        }
        let seen = roots.root_at(event.seen.size);
        if seen != Some(event.seen.root) {
            let found =
                seen.map_or_else(|| "is not that large".to_owned(), |r| format!("has {r} there"));
            let detail = format!(
                "the author saw root {} at size {}, this ledger {found}: keep both checkpoints, one history is forged",
                event.seen.root, event.seen.size
            );
            return refuse("seen-elsewhere", detail);
        }
        if always_heard {
            return Ok(());
        }
        if let Some(expected) = event.expects.filter(|e| *e != header.revision) {
            let detail = format!(
                "the author expects {expected} entries in {}, there are {}; read them and sign again",
                event.stream, header.revision
            );
            return refuse("expects-mismatch", detail);
        }
        let latest = self.kernel.latest(header.recorded);
        if event.issued.timestamp() > latest {
            return refuse(
                "issued-in-future",
                format!("issued {} is after {}", event.issued, header.recorded),
            );
        }
        if event.occurred.from.timestamp() > latest {
            let detail =
                format!("occurred from {} is after {}", event.occurred.from, header.recorded);
            return refuse("occurred-in-future", detail);
        }
        Ok(())
    }

    /// The longest plausible time between two entries, in seconds.
    pub(crate) fn silence(&self) -> i64 {
        self.limit(|limits| limits.silence.get(), SILENCE_DEFAULT)
    }

    fn limit(&self, of: fn(&accord_charter::Limits) -> u64, default: i64) -> i64 {
        self.kernel.charter().map_or(default, |c| i64::try_from(of(&c.limits)).unwrap_or(i64::MAX))
    }

    fn notice(&self, event: &Event, header: &Header) -> Vec<Finding> {
        let mut findings = Vec::new();
        let end: Timestamp = event.occurred.end();
        let late_after = self.limit(|limits| limits.late_after.get(), LATE_DEFAULT);
        if header.recorded.seconds().saturating_sub(end.seconds()) > late_after {
            let days = (header.recorded.seconds() - end.seconds()) / 86_400;
            findings.push(Finding {
                code: "late",
                detail: format!("recorded {days} days after it occurred"),
            });
        }
        // Others are refused for this; what is always heard is recorded and marked.
        if end.micros().max(event.issued.timestamp().micros())
            > self.kernel.latest(header.recorded).micros()
        {
            let detail = format!("dated after {}, when it was recorded", header.recorded);
            findings.push(Finding { code: "future_dated", detail });
        }
        findings
    }
}

fn lookup(admission: Option<&dyn Admission>, name: &str, version: u32) -> Option<EventType> {
    let of_kernel = types::event_type(name, version).copied();
    of_kernel.or_else(|| admission.and_then(|a| a.event_type(name, version)).copied())
}

fn check_shape(
    event: &Event,
    declared: &EventType,
    history: &dyn History,
) -> Result<(), Rejection> {
    (declared.check)(&event.payload)
        .map_err(|e| Rejection::new("payload-invalid", e.to_string()))?;
    check_stream(event, declared, history)
}

fn check_stream(
    event: &Event,
    declared: &EventType,
    history: &dyn History,
) -> Result<(), Rejection> {
    let Event { stream, id, payload, .. } = event;
    if !declared.stream.allows(stream, id, payload) {
        let expected = declared.stream.determined(id, payload).unwrap_or_else(|| {
            format!("{}/<id of the event that opened it>", declared.stream.prefix())
        });
        let detail = format!("{} belongs to stream {expected}, not {stream}", event.event_type);
        return Err(Rejection::new("stream-wrong", detail));
    }
    match declared.stream {
        StreamRule::Continues(_) if !history.has_stream(stream) => {
            Err(Rejection::new("stream-unknown", format!("no event has opened {stream}")))
        }
        // An id is unique within its participant only: another's event of the same id must not take
        // over what this one opened.
        StreamRule::Opens(_) if history.has_stream(stream) => {
            let detail = format!("another event has opened {stream}; give this one a new id");
            Err(Rejection::new("stream-exists", detail))
        }
        _ => Ok(()),
    }
}
