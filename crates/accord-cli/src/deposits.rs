//! What `check` and `deposits` share: whose deposits count, which record they are held against, and
//! what it says to them.

use crate::commands::ledger::{DirArgs, disk};
use crate::commands::mirror::follow::source;
use crate::error::CliError;
use accord_format::cosignature::CosignerVKey;
use accord_format::deposit::{self, Deposit};
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::refusal::Refusal;
use accord_ledger::Record;
use accord_ledger::brackets::Bracket;
use accord_ledger::deposits::{Answer, Due, Reached, Timing, Word};
use accord_mirror::mirror::{Mirror, STEP_BUNDLES, Setup};
use accord_witness::witness::system_clock;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The key that somebody signs deposits with, as a policy names the witness or as it is.
#[derive(Clone, Debug)]
pub(crate) struct Depositary(pub(crate) VKey);

impl FromStr for Depositary {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(cosigner) = text.parse::<CosignerVKey>() {
            let key = deposit::depositary(&cosigner);
            let no = "an ML-DSA-44 key signs no deposits: give the Ed25519 key of the same name";
            return key.map(Self).ok_or_else(|| no.to_owned());
        }
        text.parse().map(Self).map_err(|e: accord_format::key::KeyError| e.to_string())
    }
}

/// Which record is asked, and whose deposits count.
#[derive(Args, Clone, Debug)]
pub(crate) struct HeldArgs {
    /// For deposits: the Ed25519 key of the witness or mirror that signed them, as a policy names it
    /// (may be repeated); those that the ledger's own policies name are known
    #[arg(long, value_name = "VKEY")]
    pub(crate) witness: Vec<Depositary>,
    /// For deposits: the ledger or a mirror of it at this address, in place of --dir; it is fetched
    /// whole, verified, and not kept
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl HeldArgs {
    /// The keys given.
    pub(crate) fn keys(&self) -> Vec<VKey> {
        self.witness.iter().map(|key| key.0.clone()).collect()
    }

    /// Whether the record is to be fetched.
    pub(crate) const fn is_remote(&self) -> bool {
        self.url.is_some()
    }

    /// The record to hold deposits against.
    pub(crate) fn record(&self, dir: &DirArgs, ledger: &LedgerId) -> Result<Held, CliError> {
        let Some(url) = &self.url else {
            return Ok(Held { record: dir.record()?, _copy: None });
        };
        let copy = Copy::fetch(url, dir.ledger.unwrap_or(*ledger))?;
        let dir = DirArgs { dir: copy.0.clone(), ..dir.clone() };
        Ok(Held { record: dir.record()?, _copy: Some(copy) })
    }
}

/// A record, and the copy that it is read from while it is.
pub(crate) struct Held {
    pub(crate) record: Record,
    _copy: Option<Copy>,
}

/// A copy of somebody else's ledger that is gone when it is dropped.
struct Copy(PathBuf);

impl Copy {
    fn fetch(url: &str, ledger: LedgerId) -> Result<Self, CliError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(CliError::Entropy)?;
        let name = format!("accord-copy-{:016x}", u64::from_be_bytes(random));
        let copy = Self(std::env::temp_dir().join(name));
        create(&copy.0).map_err(CliError::file("create", &copy.0))?;
        let mut source = source(url, SECONDS)?;
        let setup = Setup {
            ledger,
            cosigners: Vec::new(),
            index_key: None,
            step: STEP_BUNDLES,
            clock: system_clock(),
        };
        Mirror::open(disk(&copy.0), setup)?.follow(&mut *source)?;
        Ok(copy)
    }
}

/// How long one answer may take to its last byte.
const SECONDS: u64 = 60;

/// Makes a directory where none is, for its owner alone.
fn create(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

impl Drop for Copy {
    fn drop(&mut self) {
        // What is left behind is a public record.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Opens a deposit under the first of these keys that signed it.
pub(crate) fn open(bytes: &[u8], keys: &[VKey]) -> Result<(Deposit, VKey), String> {
    let (_, note) = Deposit::read(bytes).map_err(|error| error.to_string())?;
    let opened = keys.iter().find_map(|key| Some((Deposit::open(bytes, key).ok()?, key.clone())));
    opened.ok_or_else(|| {
        let by: Vec<&str> = note.signatures().iter().map(|line| line.name.as_str()).collect();
        format!(
            "no key that is known has validly signed it. It names {}: if you know that depositary, give its key by --witness VKEY",
            by.join(", ")
        )
    })
}

/// An answer in a word.
pub(crate) const fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::TakenIn { .. } => "taken-in",
        Answer::Refused(_) => "refused",
        Answer::NotOwed(_) => "not-owed",
        Answer::NoLimit => "no-limit",
        Answer::NotDue { .. } => "not-due",
        Answer::Withheld { .. } => "overdue",
    }
}

/// An answer in a sentence or two.
pub(crate) fn says(answer: &Answer) -> String {
    match answer {
        Answer::TakenIn { seq, recorded, bracket, timing } => {
            format!("It is in the record, as entry {seq}, recorded at {recorded}{}. {}", bracketed(bracket), timed(timing))
        }
        Answer::Refused(Refusal { code, size, .. }) => format!(
            "The operator signed that it refused this event by the guard {code}, judging over the first {size} entries."
        ),
        Answer::NotOwed(why) => format!(
            "It is not in the record, and need not be answered: {why}. Nobody is known to have asked."
        ),
        Answer::NoLimit => "It is not in the record. No charter that was in force when it was deposited says within what time that is to be answered.".to_owned(),
        Answer::NotDue { due, reached } => format!(
            "It is not in the record, which reaches {}. Not due until {}, {} after the deposit, and clocks may differ by {}: ask a newer copy then.",
            reached.as_ref().map_or_else(|| "no time that anybody vouches for".to_owned(), reach),
            due.at,
            lasting(due.limit),
            lasting(due.skew.unsigned_abs()),
        ),
        Answer::Withheld { due, reached, shown } => {
            let answer = if *shown {
                "Whether it was handed to the operator too, a deposit does not say: hand it over again, and ask for the receipt or the signed refusal."
            } else {
                "Whether it is one that must be answered, its note shows: --event NOTE."
            };
            format!(
                "It is neither in the record nor refused. It was to be answered by {}, {} after the deposit, and the record reaches {}. {answer}",
                due.at,
                lasting(due.limit),
                reach(reached)
            )
        }
    }
}

fn bracketed(bracket: &Bracket) -> String {
    match (bracket.after, bracket.by) {
        (None, None) => ", by the operator's clock".to_owned(),
        (Some(after), None) => format!(", by witnesses after {}", after.at),
        (None, Some(by)) => format!(", by witnesses no later than {}", by.at),
        (Some(after), Some(by)) => {
            format!(", by witnesses after {} and no later than {}", after.at, by.at)
        }
    }
}

fn timed(timing: &Timing) -> String {
    match timing {
        Timing::NoLimit => {
            "No charter that was in force when it was deposited sets a limit.".to_owned()
        }
        Timing::InTime(due) => {
            format!("That was in time, by the witnesses' word: it was due at {}.", due.at)
        }
        Timing::SaidInTime(due) => format!(
            "That was in time by the operator's word alone: it was due at {}, and no witness says that it was there by then.",
            due.at
        ),
        Timing::Late(due, reached) => format!(
            "That was too late: it was due at {}, {} after the deposit, and it was recorded {}.",
            due.at,
            lasting(due.limit),
            match reached.by {
                Word::Operator(_) => "later by the operator's own word".to_owned(),
                Word::Anchored(_) | Word::Published(_) => {
                    format!("after {} by the witnesses' word", reached.at)
                }
            }
        ),
    }
}

/// How far a record reaches, and who says so.
pub(crate) fn reach(reached: &Reached) -> String {
    let at = reached.at;
    match reached.by {
        Word::Operator(seq) => {
            format!("{at}, when by the operator's own word entry {seq} was recorded")
        }
        Word::Anchored(size) => format!(
            "{at}, when a quorum of witnesses cosigned the checkpoint of {size} entries that stands in it"
        ),
        Word::Published(size) => format!(
            "{at}, when a quorum of witnesses cosigned the checkpoint of {size} entries as the newest"
        ),
    }
}

/// A length of time in the largest unit that divides it.
fn lasting(seconds: u64) -> String {
    for (unit, name) in [(86_400, "days"), (3_600, "hours"), (60, "minutes")] {
        if seconds >= 2 * unit && seconds.is_multiple_of(unit) {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{seconds} second{}", if seconds == 1 { "" } else { "s" })
}

/// What is known of a deposit and its answer, for programs.
pub(crate) fn facts(deposit: &Deposit, depositary: &VKey, answer: &Answer) -> Value {
    let mut facts = json!({
        "kind": "deposit", "ledger": deposit.ledger, "event": deposit.event,
        "time": deposit.time, "depositary": depositary.id_string(), "answer": word(answer),
        "finding": answer.finding(), "says": says(answer),
    });
    let mut add = |name: &str, value: Value| facts[name] = value;
    let due = match answer {
        Answer::TakenIn { seq, recorded, bracket, timing } => {
            add("seq", json!(seq));
            add("recorded", json!(recorded.to_string()));
            let at =
                |bound: Option<accord_ledger::brackets::Bound>| bound.map(|b| b.at.to_string());
            add("recorded_bracket", json!({"after": at(bracket.after), "by": at(bracket.by)}));
            match timing {
                Timing::NoLimit => None,
                Timing::InTime(due) | Timing::SaidInTime(due) | Timing::Late(due, _) => Some(due),
            }
        }
        Answer::Refused(refusal) => {
            add("code", json!(refusal.code));
            add("size", json!(refusal.size));
            None
        }
        Answer::NotDue { due, reached } => {
            add("reached", json!(reached.map(|r| r.at.to_string())));
            Some(due)
        }
        Answer::Withheld { due, reached, .. } => {
            add("reached", json!(reached.at.to_string()));
            Some(due)
        }
        Answer::NotOwed(_) | Answer::NoLimit => None,
    };
    if let Some(Due { limit, at, charter, skew }) = due {
        add("due", json!(at.to_string()));
        add("limit_seconds", json!(limit));
        add("skew_seconds", json!(skew));
        add("charter", json!(charter));
    }
    facts
}
