//! One round of following: the checkpoint that the source has published, then the one that waits.

use super::{FollowError, Mirror, Round, forked};
use crate::found::{self, Problem};
use crate::remote::{self, Failure};
use crate::source::Source;
use accord_format::checkpoint::{SignedCheckpoint, origin_of};
use accord_format::merkle;

/// How often a round is begun anew because the source moved on in the middle of it.
const ATTEMPTS: u32 = 3;

/// What a checkpoint that the source shows is for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The one that it has published.
    Published,
    /// A newer one, which waits for its quorum.
    Waits,
}

impl Standing {
    /// The checkpoint of this standing that the source shows now.
    fn of(self, source: &mut dyn Source) -> Option<SignedCheckpoint> {
        match self {
            Self::Published => remote::checkpoint(source).ok(),
            Self::Waits => remote::pending(source).ok().flatten(),
        }
    }
}

impl Mirror {
    /// One round.
    pub(super) fn round(&mut self, source: &mut dyn Source) -> Result<Round, FollowError> {
        if let Some(path) = found::forks(&**self.disk())?.into_iter().next() {
            return Err(forked(path).into());
        }
        let shown = remote::checkpoint(source);
        let waiting = waiting(source);
        let mut round = match (shown, &waiting) {
            (Ok(shown), _) => self.take_up(source, shown, Standing::Published)?,
            // Of a ledger whose first quorum was never met there is none yet.
            (Err(Failure::Found(problem)), Ok(Some(waiting)))
                if problem.code == "checkpoint-missing" && self.replica.shown().is_none() =>
            {
                self.take_up(source, waiting.clone(), Standing::Waits)?
            }
            (Err(failure), _) => return Err(self.keep(failure.into(), source, None)?),
        };
        match waiting {
            Ok(Some(waiting)) if waiting.checkpoint().size > round.shown => {
                match self.take_up(source, waiting, Standing::Waits) {
                    Ok(more) => {
                        round.to = more.to;
                        if more.code == "advanced" {
                            round.code = more.code;
                        }
                        round.problems.extend(more.problems);
                    }
                    // Nobody has to show all of what is not published yet; two histories are two.
                    Err(FollowError::Found(problem)) if !problem.is_fork() => {
                        round.problems.push(*problem);
                    }
                    Err(failed) => return Err(failed),
                }
            }
            Ok(_) => {}
            Err(mut problem) => {
                self.keep_problem(&mut problem, &source.name(), None)?;
                round.problems.push(*problem);
            }
        }
        for mut problem in self.follow_witnessed(source, &round)? {
            self.keep_problem(&mut problem, &source.name(), None)?;
            round.problems.push(problem);
        }
        for mut problem in self.vouch()? {
            problem.size = Some(round.shown);
            self.keep_problem(&mut problem, &source.name(), None)?;
            round.problems.push(problem);
        }
        Ok(round)
    }

    /// Brings the copy up to one checkpoint, or to the one that has taken its place meanwhile.
    fn take_up(
        &mut self,
        source: &mut dyn Source,
        mut shown: SignedCheckpoint,
        standing: Standing,
    ) -> Result<Round, FollowError> {
        let mut attempt = 1;
        loop {
            let failed = match self.attempt(source, &shown, standing) {
                Ok(mut round) => {
                    for problem in &mut round.problems {
                        problem.size = problem.size.or(Some(shown.checkpoint().size));
                        self.keep_problem(problem, &source.name(), Some(&shown))?;
                    }
                    return Ok(round);
                }
                Err(failed) => failed,
            };
            self.forget_uploads();
            let FollowError::Found(problem) = &failed else { return Err(failed) };
            // A source that publishes while it is read may have replaced what was asked for.
            let again = (!problem.is_fork() && attempt < ATTEMPTS)
                .then(|| standing.of(source))
                .flatten()
                .filter(|now| *now != shown);
            match again {
                Some(now) => shown = now,
                None => return Err(self.keep(failed, source, Some(&shown))?),
            }
            attempt += 1;
        }
    }

    /// One attempt at one checkpoint.
    fn attempt(
        &mut self,
        source: &mut dyn Source,
        shown: &SignedCheckpoint,
        standing: Standing,
    ) -> Result<Round, FollowError> {
        let head = shown.checkpoint();
        if !head.origin.ends_with(&origin_of("", &self.ledger)) {
            let detail =
                format!("the checkpoint is of {:?}, not of ledger {}", head.origin, self.ledger);
            return Err(Problem::new("other-ledger", detail).into());
        }
        let before = self.size();
        let round =
            |code, to| Round { code, from: before, to, shown: head.size, problems: Vec::new() };
        if head.size == 0 {
            // Every ledger has its genesis entry from the beginning.
            return Err(Problem::new("checkpoint-empty", "a ledger is never empty").into());
        }
        if head.size > before {
            let problems = self.extend(source, shown, standing)?;
            return Ok(Round { problems, ..round("advanced", head.size) });
        }
        self.check_signed(shown)?;
        if merkle::root(&self.view(), head.size)? != head.root {
            return Err(self.contradicts(shown, &self.view())?.into());
        }
        if standing == Standing::Waits {
            return Ok(round("unchanged", before));
        }
        let published = self.replica.shown().map_or(0, |shown| shown.size);
        if head.size < published {
            let problems = self.rolled_back(shown)?;
            return Ok(Round { problems, ..round("stale", before) });
        }
        self.renew(shown)?;
        let code = if head.size > published { "published" } else { "unchanged" };
        Ok(round(code, before))
    }
}

/// The newer checkpoint that waits for its quorum, if the source shows one. That it shows none,
/// or does not answer for it, is no fault.
fn waiting(source: &mut dyn Source) -> Result<Option<SignedCheckpoint>, Box<Problem>> {
    match remote::pending(source) {
        Ok(waiting) => Ok(waiting),
        Err(Failure::Unreachable(_)) => Ok(None),
        Err(Failure::Found(problem)) => Err(problem),
    }
}
