//! What this user remembers of the ledgers that were read, and what is said when one of them no
//! longer is what it was.

use crate::error::CliError;
use crate::files;
use crate::output;
use crate::states::States;
use accord_format::entry::Entry;
use accord_format::hash::LedgerId;
use accord_ledger::Record;
use accord_ledger::evidence::Evidence;
use accord_ledger::pins::{self, LEDGERS_MAX, Pin, Pins, Standing, Verified};
use accord_ledger::verify::{Examined, Kept, KeptOf};
use accord_store::disk::RealDisk;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Once;

/// Whether what was verified before is looked at.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PinArgs {
    /// Neither compare the ledger with what was verified of it before, nor remember it, nor go on from
    /// states that are kept of it
    #[arg(long)]
    pub(crate) no_pin: bool,
    /// Exit with 1 also for what is only warned of: a ledger that is older than what was verified
    /// of it before, a verdict that is not established, a suspect entry
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What a command is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Read: an older copy is as good as it is old.
    Read,
    /// Write: what is appended to an older copy makes a second history.
    Write,
}

/// The user's state directory: `ACCORD_STATE`, or `accord` in `XDG_STATE_HOME` or in
/// `~/.local/state`. Nothing if none of these is set.
fn directory() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(own) = variable("ACCORD_STATE") {
        return Some(own.into());
    }
    // As the XDG specification asks, a relative path is none.
    let shared = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let shared = shared.or_else(|| Some(Path::new(&variable("HOME")?).join(".local/state")));
    shared.map(|shared| shared.join("accord"))
}

/// The pins, whether or not their directory is there yet.
pub(crate) fn open() -> Result<(Pins, PathBuf), CliError> {
    let directory = directory().ok_or_else(|| {
        CliError::Usage("there is no state directory: set ACCORD_STATE, or HOME".to_owned())
    })?;
    Ok((Pins::new(Arc::new(RealDisk::new(&directory))), directory))
}

/// Compares a record with what was verified of its ledger before, and remembers what is new.
///
/// What cannot be compared or remembered is said, and keeps nobody from reading: a damaged ledger
/// is for `accord verify` to judge.
pub(crate) fn observe(record: &Record, args: &PinArgs, purpose: Purpose) -> Result<(), CliError> {
    if args.no_pin || record.size() == 0 {
        return Ok(());
    }
    let (pins, directory) = match open() {
        Ok(opened) => opened,
        Err(why) => return doubt(args, &why),
    };
    let ledger = match record.entry(0) {
        Ok(genesis) => genesis.event().hash(),
        Err(why) => return doubt(args, &why),
    };
    let remembered = match pins.of(&ledger) {
        Ok(remembered) => remembered,
        Err(why) => return doubt(args, &why),
    };
    if let Some((path, why)) = remembered.damaged.first() {
        let path = directory.join(path).display().to_string();
        return Err(CliError::DamagedPin { path, why: why.to_string() });
    }
    judge(record, &remembered.pins, args, purpose)?;
    if purpose == Purpose::Read {
        return remember(record, &pins, &directory, &ledger, remembered.pins, args);
    }
    Ok(())
}

/// Says so when a ledger that was never seen here bears the name of one that was: whoever puts
/// another ledger in the place of the one that is meant gives it the same name.
pub(crate) fn tell_namesakes(record: &Record, args: &PinArgs) {
    if args.no_pin || record.size() == 0 {
        return;
    }
    let Ok((pins, _)) = open() else { return };
    let Ok(genesis) = record.entry(0) else { return };
    let (ledger, name) = (genesis.event().hash(), name_of(&genesis));
    if name.is_none() || pins.of(&ledger).is_ok_and(|known| !known.pins.is_empty()) {
        return;
    }
    let others = pins.ledgers().unwrap_or_default().into_iter().filter(|other| *other != ledger);
    for other in others {
        let Ok(known) = pins.of(&other) else { continue };
        let namesake = known.pins.last().filter(|pin| {
            pin.head.keys.first().and_then(|genesis| name_of(&genesis.entry)) == name
        });
        if let Some(pin) = namesake {
            output::note(format_args!(
                "note: this ledger is {ledger}; another ledger of the same name, {other}, was verified here on {}. If that one is meant, this is not it: --ledger ID tells them apart",
                pin.seen
            ));
        }
    }
}

/// What a genesis calls its ledger.
fn name_of(genesis: &Entry) -> Option<String> {
    genesis.event().payload.get("name")?.as_str().map(str::to_owned)
}

/// Says, or fails with, what a record is beside what is known of it.
fn judge(record: &Record, known: &[Pin], args: &PinArgs, purpose: Purpose) -> Result<(), CliError> {
    let standing = match pins::compare(record, known) {
        Ok(standing) => standing,
        Err(why) if why.is_contradiction() => return Err(CliError::Contradicts(why.to_string())),
        Err(why) => return doubt(args, &why),
    };
    match standing {
        Standing::First | Standing::Agrees => Ok(()),
        Standing::Stale { size, known, agrees } => {
            let stale = stale(size, known, agrees);
            if args.strict || purpose == Purpose::Write {
                let writing = purpose == Purpose::Write;
                return Err(CliError::Stale { detail: stale, writing });
            }
            output::note(format_args!("stale: {stale}"));
            Ok(())
        }
        Standing::Fork(proof) => {
            let [small, large] = [proof.heads.smaller(), proof.heads.larger()]
                .map(|head| head.checkpoint.checkpoint().clone());
            let detail = format!(
                "the head of {} entries verified here before (root {}) and the head of {} entries shown now (root {}) cannot both be true",
                small.size, small.root, large.size, large.root
            );
            let evidence = keep_evidence(&Evidence::Fraud(proof));
            Err(CliError::Fork { detail, evidence })
        }
    }
}

fn stale(size: u64, known: u64, agrees: Option<u64>) -> String {
    let compared = match agrees {
        Some(agrees) if agrees == size => "All that it has agrees with that.".to_owned(),
        Some(agrees) => format!(
            "Its first {agrees} agree with that; whether the others do cannot be told from it."
        ),
        None => "Whether these agree with that cannot be told from it.".to_owned(),
    };
    format!("this copy has {size} entries, {known} were verified here before. {compared}")
}

/// Something kept the comparison from being made.
fn doubt(args: &PinArgs, why: &dyn std::fmt::Display) -> Result<(), CliError> {
    static SAID: Once = Once::new();
    if args.strict {
        return Err(CliError::NotCompared(why.to_string()));
    }
    SAID.call_once(|| {
        output::note(format_args!(
            "warning: this ledger was not compared with what was verified of it before: {why}; --no-pin does without"
        ));
    });
    Ok(())
}

fn remember(
    record: &Record,
    pins: &Pins,
    directory: &Path,
    ledger: &LedgerId,
    mut known: Vec<Pin>,
    args: &PinArgs,
) -> Result<(), CliError> {
    let pin = match pins::newer(record, &known, files::now()?) {
        Ok(None) => return Ok(()),
        Ok(Some(pin)) => pin,
        Err(why) => {
            return doubt(args, &format!("its published checkpoint is not vouched for: {why}"));
        }
    };
    let kept = create_private(directory)
        .map_err(|e| e.to_string())
        .and_then(|()| pins.remember(ledger, &pin).map_err(|e| e.to_string()));
    match kept {
        Ok(true) => {}
        Ok(false) => {
            let most = LEDGERS_MAX;
            unkept(&format!("{most} ledgers are remembered; `accord pin forget` makes room"));
        }
        Err(why) => unkept(&why),
    }
    // Another command may have remembered another history in the meantime.
    known.push(pin);
    let Ok(now) = pins.of(ledger) else { return Ok(()) };
    for other in now.pins.into_iter().filter(|pin| !known.iter().any(|k| k.head == pin.head)) {
        judge(record, &[other], args, Purpose::Read)?;
    }
    Ok(())
}

fn unkept(why: &str) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        output::note(format_args!(
            "warning: what was verified is not remembered: {why}; --no-pin does without"
        ));
    });
}

/// Makes a directory and those above it, the new ones for their owner alone.
fn create_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)
}

/// Keeps evidence in the state directory or, where that cannot be, in the current one; gives its
/// path, or why it could not be kept.
pub(crate) fn keep_evidence(evidence: &Evidence) -> Result<PathBuf, String> {
    keep_file(&evidence.file_name(), &evidence.to_bytes())
}

/// The same, of evidence as a file.
pub(crate) fn keep_file(name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    let in_state = || -> Result<PathBuf, String> {
        let (pins, directory) = open().map_err(|e| e.to_string())?;
        create_private(&directory).map_err(|e| e.to_string())?;
        let kept = pins.keep_evidence(name, bytes).map_err(|e| e.to_string())?;
        Ok(directory.join(kept))
    };
    in_state().or_else(|why| {
        let here = PathBuf::from(name);
        files::place(&here, bytes, files::Place::Replace)
            .map(|()| here)
            .map_err(|error| format!("{why}; {error}"))
    })
}

/// The states that are kept of a record; nothing if they are not to be used, or there is nowhere to
/// keep them.
pub(crate) fn states(record: &Record, args: &PinArgs) -> Option<States> {
    let directory = if args.no_pin { None } else { directory() };
    Some(States::of(&directory?, &record.entry(0).ok()?.event().hash()))
}

/// What the largest verification of a record kept to go on from, by this version, if it has as many
/// entries; else why there is nothing.
pub(crate) fn kept(record: &Record) -> Result<Kept, String> {
    let found = open().and_then(|(pins, _)| Ok(pins.kept(&record.entry(0)?.event().hash())?));
    let mut why = None;
    for kept in found.map_err(|e| e.to_string())? {
        let useless = match kept {
            Ok(kept) if kept.of().size > record.size() => {
                format!("it is of {} entries, here are {}", kept.of().size, record.size())
            }
            Ok(kept) if kept.of().software != env!("CARGO_PKG_VERSION") => {
                format!("accord {} kept it, whose judgement may be another", kept.of().software)
            }
            Ok(kept) => return Ok(kept),
            Err(why) => why.to_string(),
        };
        why.get_or_insert(useless);
    }
    Err(why.unwrap_or_else(|| "nothing is kept of a sound one".to_owned()))
}

/// Keeps what the next verification can go on from.
pub(crate) fn keep(examined: Examined, of: &KeptOf, args: &PinArgs) {
    if args.no_pin {
        return;
    }
    if let Ok((pins, _)) = open()
        && let Err(why) = pins.keep(examined, of)
    {
        output::note(format_args!(
            "warning: the next verification cannot go on from this one, which is not kept: {why}"
        ));
    }
}

/// Keeps what a verification found beside the pins.
pub(crate) fn keep_verified(ledger: &LedgerId, found: &Verified, args: &PinArgs) {
    if args.no_pin {
        return;
    }
    // Whoever has no state directory has been told so.
    if let Ok((pins, _)) = open()
        && let Err(why) = pins.keep_verified(ledger, found)
    {
        unkept(&why.to_string());
    }
}
