//! Opening a ledger, for reading or for writing, and naming its entries.

use crate::error::CliError;
use crate::keys::{self, Passphrase, PassphraseArgs};
use crate::pinning::{self, PinArgs, Purpose};
use crate::witnesses::{self, Network};
use accord_format::entry::Entry;
use accord_format::hash::{EntryHash, EventHash, LedgerId};
use accord_format::time::Timestamp;
use accord_ledger::admission::Admission;
use accord_ledger::clock::SystemClock;
use accord_ledger::cosigners::Cosigners as _;
use accord_ledger::{Ledger, LedgerError, Opened, OperatorKeys, Options, Record};
use accord_store::disk::{Disk, RealDisk};
use accord_store::index::SortedIndex;
use accord_store::layout;
use accord_views::Families;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How long a witness has to answer whether this copy is the newest.
pub(crate) const SECONDS: u64 = 10;
/// The operator's keys, below the ledger's directory.
pub(crate) const OPERATOR_KEY: &str = "private/operator.key";

/// Which ledger.
#[derive(Args, Clone, Debug)]
pub(crate) struct DirArgs {
    /// The ledger's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// The id of the ledger that is meant, known from elsewhere: a directory only says itself which
    /// ledger it holds
    #[arg(long, value_name = "ID")]
    pub(crate) ledger: Option<LedgerId>,
    #[command(flatten)]
    pub(crate) pins: PinArgs,
}

impl DirArgs {
    /// Opens it for reading, seen to agree with what was verified of it before.
    pub(crate) fn record(&self) -> Result<Record, CliError> {
        self.record_to(Purpose::Read)
    }

    /// Opens it for reading by what is going to write.
    fn record_to(&self, purpose: Purpose) -> Result<Record, CliError> {
        let record = Record::open(&self.dir)?;
        self.is_meant(&record)?;
        if self.ledger.is_none() {
            pinning::tell_namesakes(&record, &self.pins);
        }
        pinning::observe(&record, &self.pins, purpose)?;
        Ok(record)
    }

    /// Fails if another ledger is meant. Names are free to take; the id follows from the genesis.
    fn is_meant(&self, record: &Record) -> Result<(), CliError> {
        let Some(expected) = self.ledger else { return Ok(()) };
        let found = record.entry(0).map(|genesis| genesis.event().hash());
        match found {
            Ok(found) if found == expected => Ok(()),
            Ok(found) => Err(CliError::OtherLedger { expected, found: found.to_string() }),
            Err(why) => Err(CliError::OtherLedger { expected, found: why.to_string() }),
        }
    }
}

/// Which ledger, and what is needed to write it.
#[derive(Args, Clone, Debug)]
pub(crate) struct WriteArgs {
    #[command(flatten)]
    pub(crate) dir: DirArgs,
    /// The operator's key file [default: private/operator.key in the ledger's directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) operator_key: Option<PathBuf>,
    /// Append although the clock is more than a year ahead of the last entry
    #[arg(long)]
    pub(crate) accept_gap: bool,
    #[command(flatten)]
    pub(crate) newest: NewestArgs,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
}

impl WriteArgs {
    /// Opens it for taking in events; says what had to be recovered. Under a witness policy the
    /// witnesses are asked first whether this copy is the newest.
    pub(crate) fn ledger(&self, passphrase: &mut Passphrase) -> Result<(Ledger, Opened), CliError> {
        let (mut ledger, opened) = self.open(passphrase)?;
        self.newest.confirm(&mut ledger)?;
        Ok((ledger, opened))
    }

    /// Opens it for publishing what is in it.
    pub(crate) fn open(&self, passphrase: &mut Passphrase) -> Result<(Ledger, Opened), CliError> {
        let default = self.dir.dir.join(OPERATOR_KEY);
        let path = self.operator_key.as_deref().unwrap_or(&default);
        // A directory that holds no ledger is to be said before a key that is not there, and one
        // that lacks what was verified of it before whoever sees it appends a second history.
        drop(self.dir.record_to(Purpose::Write)?);
        let keys = OperatorKeys::new(keys::read_all(path, passphrase)?);
        let (ledger, opened) =
            Ledger::open(disk(&self.dir.dir), keys, options(&self.dir.dir, self.accept_gap)?)?;
        report(&opened);
        Ok((ledger, opened))
    }
}

/// How it is known that a copy is the newest, where a witness policy asks for that.
#[derive(Args, Clone, Debug)]
pub(crate) struct NewestArgs {
    /// The newest checkpoint that a witness has cosigned, as a file that came from it; for
    /// witnesses that cannot be asked over the network (may be repeated)
    #[arg(long, value_name = "FILE")]
    witnessed: Vec<PathBuf>,
    /// Append although too few witnesses could be asked whether this copy is the newest: on your
    /// word that it was not restored from a backup, and that nobody else writes
    #[arg(long)]
    unasked: bool,
}

impl NewestArgs {
    fn confirm(&self, ledger: &mut Ledger) -> Result<(), CliError> {
        let policies = ledger.bench().kernel.policies();
        let Some(policy) = policies.at(ledger.size()).filter(|_| ledger.is_unconfirmed()).cloned()
        else {
            return Ok(());
        };
        let origin = ledger.bench().kernel.origin();
        let mut answers = Network::new(SECONDS).newest(&origin, &policy);
        answers.extend(witnesses::answers(&self.witnessed, &policy)?);
        match ledger.confirm_with(&answers) {
            Err(LedgerError::Unconfirmed { silent }) if self.unasked => {
                crate::output::note(format_args!(
                    "not asked whether this copy is the newest: {}",
                    silent.join(", ")
                ));
                ledger.confirm_unasked();
                Ok(())
            }
            other => Ok(other?),
        }
    }
}

/// The domain's judges.
pub(crate) fn admission() -> Result<Box<dyn Admission>, CliError> {
    Ok(Box::new(Families::new()?))
}

pub(crate) fn disk(dir: &Path) -> Arc<dyn Disk> {
    Arc::new(RealDisk::new(dir))
}

/// What a writer is opened with.
pub(crate) fn options(dir: &Path, accept_gap: bool) -> Result<Options, CliError> {
    let (index, recreated) = SortedIndex::open_or_recreate(&dir.join(layout::INDEX))?;
    if let Some(why) = recreated {
        crate::output::note(format_args!(
            "of the index something was of no use ({why}); it is made anew from the entries"
        ));
    }
    Ok(Options {
        admission: Some(admission()?),
        index: Box::new(index),
        clock: Box::new(SystemClock),
        accept_gap,
    })
}

fn report(opened: &Opened) {
    use crate::output::note;
    if let Some(dropped) = &opened.recovered.dropped {
        note(format_args!(
            "recovered: a batch of {} bytes that was never acknowledged was dropped from the tail",
            dropped.bytes
        ));
    }
    if opened.index_rebuilt {
        note("the index was of another history; it is made anew from the entries");
    }
}

/// Finds an entry by seq, event hash, entry hash or event id.
pub(crate) fn find(record: &Record, name: &str) -> Result<Entry, CliError> {
    let missing = || {
        CliError::Usage(format!(
            "no entry {name:?}; give a seq, an event hash, an entry hash or an event id"
        ))
    };
    if let Ok(seq) = name.parse::<u64>() {
        if seq >= record.size() {
            let size = record.size();
            return Err(CliError::Usage(format!(
                "there is no entry {seq}: the ledger has {size}, from 0 on"
            )));
        }
        return Ok(record.entry(seq)?);
    }
    let found =
        if let (Ok(event), Ok(hash)) = (name.parse::<EventHash>(), name.parse::<EntryHash>()) {
            record.find(|e| e.event().hash() == event || e.hash() == hash)?
        } else {
            record.find(|e| e.event().id == name)?
        };
    found.ok_or_else(missing)
}

/// An instant on the command line: RFC 3339 in UTC, or a day.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    let day = format!("{text}T00:00:00Z");
    Timestamp::parse_seconds(text)
        .or_else(|_| Timestamp::parse_micros(text))
        .or_else(|_| Timestamp::parse_seconds(&day))
        .map_err(|_| "write 2026-03-01T05:00:00Z or 2026-03-01".to_owned())
}

/// Who signed, for a line.
pub(crate) fn signers(entry: &Entry) -> String {
    let each = entry.event().signers.iter().map(|s| format!("{} as {}", s.key_name(), s.role()));
    each.collect::<Vec<_>>().join(", ")
}
