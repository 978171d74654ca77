//! Whom to ask: one address, and the policy's witnesses behind it.

use super::answer::Outcome;
use super::{Limits, Report, Request};
use crate::http::{Response, Url};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::CosignerVKey;
use accord_format::note::NoteSignature;
use accord_format::policy::PolicyWitness;
use accord_format::witnessing::parse_cosignatures;

/// One address, and whose lines are expected from it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    /// Where entries are handed in, if it is a mirror.
    pub(super) entries_url: Url,
    /// By place in the policy.
    witnesses: Vec<(usize, CosignerVKey)>,
    /// The size to ask from first.
    pub(super) old: u64,
}

impl Target {
    /// Sorts the policy's witnesses: whom to ask, and a first report of those who need not or cannot
    /// be asked.
    pub(super) fn sort(request: &Request<'_>) -> (Vec<Self>, Vec<Option<Outcome>>) {
        let mut targets: Vec<Self> = Vec::new();
        let mut outcomes = Vec::new();
        for (place, witness) in request.policy.witnesses().iter().enumerate() {
            let (url, entries_url) = match address(request.checkpoint, witness) {
                Ok(urls) => urls,
                Err(outcome) => {
                    outcomes.push(Some(outcome));
                    continue;
                }
            };
            outcomes.push(None);
            let known = request.known.get(&witness.name).copied().unwrap_or(0);
            let size = request.checkpoint.checkpoint().size;
            let member = (place, witness.vkey.clone());
            if let Some(target) = targets.iter_mut().find(|target| target.url == url) {
                target.old = target.old.max(known.min(size));
                target.witnesses.push(member);
            } else {
                let (witnesses, old) = (vec![member], known.min(size));
                targets.push(Self { url, entries_url, witnesses, old });
            }
        }
        (targets, outcomes)
    }

    /// The places in the policy of the witnesses behind this address.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.witnesses.iter().map(|(place, _)| *place)
    }

    /// Gives the same outcome to every witness behind this address.
    pub(super) fn all(&self, mut outcome: impl FnMut() -> Outcome) -> Vec<(usize, Outcome)> {
        self.witnesses.iter().map(|(place, _)| (*place, outcome())).collect()
    }

    /// Judges the lines of a successful answer.
    pub(super) fn judge(
        &self,
        response: &Response,
        request: &Request<'_>,
    ) -> (Vec<NoteSignature>, Vec<(usize, Outcome)>) {
        let lines = match parse_cosignatures(&response.body) {
            Ok(lines) => lines,
            Err(error) => {
                return (Vec::new(), self.all(|| Outcome::NotCosignatures(error.clone())));
            }
        };
        let (mut good, mut outcomes) = (Vec::new(), Vec::new());
        for (place, key) in &self.witnesses {
            let (line, outcome) = judge_lines(key, &lines, request);
            good.extend(line);
            outcomes.push((*place, outcome));
        }
        (good, outcomes)
    }
}

/// Where to ask a witness, and where to hand entries to a mirror; or why not to.
fn address(checkpoint: &SignedCheckpoint, witness: &PolicyWitness) -> Result<(Url, Url), Outcome> {
    let lines = checkpoint.note().signatures().iter();
    let mut times = lines.filter_map(|line| witness.vkey.verify(checkpoint.checkpoint(), line));
    if let Some(time) = times.find(|time| *time > 0) {
        return Err(Outcome::Already { time });
    }
    let url = witness.url.as_ref().ok_or(Outcome::NoUrl)?;
    let below = |prefix: Url| Ok((prefix.join("add-checkpoint")?, prefix.join("add-entries")?));
    url.parse().and_then(below).map_err(Outcome::BadUrl)
}

/// The first of a key's lines that is good, or what is wrong with the first that is not.
fn judge_lines(
    key: &CosignerVKey,
    lines: &[NoteSignature],
    request: &Request<'_>,
) -> (Option<NoteSignature>, Outcome) {
    let mut wrong = None;
    for line in lines.iter().filter(|line| key.is_named_by(line)) {
        match judge_line(key, line, request) {
            Ok(time) => return (Some(line.clone()), Outcome::Cosigned { time }),
            Err(outcome) => wrong = wrong.or(Some(outcome)),
        }
    }
    (None, wrong.unwrap_or(Outcome::NoLine))
}

fn judge_line(
    key: &CosignerVKey,
    line: &NoteSignature,
    request: &Request<'_>,
) -> Result<u64, Outcome> {
    let time = key.verify(request.checkpoint.checkpoint(), line).ok_or(Outcome::BadLine)?;
    let Limits { clock_skew, .. } = request.limits;
    match time.abs_diff(request.now) {
        _ if time == 0 => Err(Outcome::Undated),
        seconds if seconds > clock_skew.as_secs() => Err(Outcome::WrongTime { time, seconds }),
        _ => Ok(time),
    }
}

/// One report for each of the policy's witnesses.
pub(super) fn reports(
    request: &Request<'_>,
    sizes: &[Option<u64>],
    outcomes: Vec<Option<Outcome>>,
    unanswered: impl Fn() -> Outcome,
) -> Vec<Report> {
    let witnesses = request.policy.witnesses().iter();
    let sizes = sizes.iter().copied().chain(std::iter::repeat(None));
    let report = |((witness, outcome), size): ((&PolicyWitness, Option<Outcome>), _)| Report {
        witness: witness.name.clone(),
        url: witness.url.clone(),
        size,
        outcome: outcome.unwrap_or_else(&unanswered),
    };
    witnesses.zip(outcomes).zip(sizes).map(report).collect()
}
