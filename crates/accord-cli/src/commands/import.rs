//! `accord import`: the rows of a table go into the ledger as signed events.

use super::KeyArgs;
use super::ledger::WriteArgs;
use super::submit::{self, Counts, ReceiptArgs, Submitter, head, now_in};
use crate::cli::Session;
use crate::compose::{self, Envelope, SeenAt, Signer};
use crate::error::CliError;
use crate::exit::Exit;
use crate::import::{
    self, BATCH_TYPE, BadRow, Frame, ImportError, MAPPING_MAX, Mapping, Plan, Planned, Subject,
    TABLE_MAX, Table, Targets,
};
use crate::keys::Passphrase;
use crate::output::Output;
use crate::progress::Progress;
use crate::{catalogue, files, output};
use accord_format::entry::Entry;
use accord_format::hash::{ContentHash, EventHash};
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::{Outcome, Record, Submission};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Import the rows of a table as signed events
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// The table, CSV with a header
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How its rows become events, TOML
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    #[command(flatten)]
    keys: KeyArgs,
    /// Leave out rows that do not map, list them, and exit with 1
    #[arg(long)]
    skip_bad_rows: bool,
    /// Say what would be imported, and import nothing
    #[arg(long)]
    dry_run: bool,
    /// When the rows are recorded, for ledgers with a simulated clock
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

/// A table and its mapping, read.
pub(crate) struct Source {
    pub(crate) table: Table,
    mapping: Mapping,
    mapping_path: PathBuf,
    mapping_digest: ContentHash,
}

impl Source {
    /// Reads both files.
    pub(crate) fn read(file: &Path, mapping_path: &Path) -> Result<Self, CliError> {
        let mapping_bytes = files::read_text(mapping_path, MAPPING_MAX)?;
        Ok(Self {
            table: Table::read(file, &files::read(file, TABLE_MAX)?)?,
            mapping: Mapping::parse(mapping_path, &mapping_bytes)?,
            mapping_path: mapping_path.to_owned(),
            mapping_digest: import::digest(mapping_bytes.as_bytes()),
        })
    }

    /// Every event of the import.
    pub(crate) fn plan(&self, frame: &Frame, targets: &dyn Targets) -> Result<Plan, CliError> {
        let subject = Subject {
            table: &self.table,
            mapping: &self.mapping,
            mapping_path: &self.mapping_path,
            mapping_digest: self.mapping_digest,
            batch_type: catalogue::find(BATCH_TYPE, None)?,
            row_type: catalogue::find(&self.mapping.event_type, None)?,
        };
        import::plan(subject, frame, targets)
    }
}

/// What the ledger already holds of this and other imports.
#[derive(Default)]
pub(crate) struct Held {
    events: BTreeMap<String, EventHash>,
    batch: Option<Box<Entry>>,
}

impl Held {
    /// Reads the record: every event by its id, and the batch of the file with `digest`.
    pub(crate) fn of(record: &Record, digest: &ContentHash) -> Result<Self, CliError> {
        let digest = digest.to_string();
        let mut held = Self::default();
        for entry in record.entries(0) {
            let entry = entry?;
            let event = entry.event();
            held.events.insert(event.id.clone(), event.hash());
            let is_batch = event.event_type == BATCH_TYPE
                && event.payload.get("file_digest").is_some_and(|d| *d == digest);
            if is_batch && held.batch.is_none() {
                held.batch = Some(Box::new(entry));
            }
        }
        Ok(held)
    }
}

impl Targets for Held {
    fn event_of(&self, id: &str) -> Option<EventHash> {
        self.events.get(id).copied()
    }
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let at = args.at.as_deref().map(|t| compose::human_instant("--at", t)).transpose()?;
    let source = Source::read(&args.file, &args.mapping)?;
    let mut passphrase = Passphrase::new(&args.write.passphrase);
    let (keys, signers) = args.keys.signers(&mut passphrase)?;
    let held = Held::of(&args.write.dir.record()?, &source.table.digest)?;
    let (ledger, _) = args.write.ledger(&mut passphrase)?;
    submit::simulated(&ledger, &session.out);
    let issued = now_in(&ledger, at)?;
    let id = ledger.bench().kernel.ledger();
    let ledger_id = id.ok_or_else(|| CliError::Usage("the ledger has no genesis".to_owned()))?;
    let fresh = Frame { ledger: ledger_id, seen: head(&ledger), issued, signers };
    let frame = resumed(&held, fresh)?;
    let plan = source.plan(&frame, &held)?;
    refuse_other(&held, &plan)?;
    if !plan.bad.is_empty() && (!args.skip_bad_rows || args.dry_run) {
        list(&plan.bad, &mut session.out)?;
        return Err(ImportError::BadRows { count: plan.bad.len() }.into());
    }
    if args.dry_run {
        summary(&plan, None, &held, session)?;
        return Ok(Exit::Fine);
    }
    let submitter = Submitter::new(ledger);
    let counts =
        submit_plan(&plan, &keys.iter().collect::<Vec<_>>(), at, &submitter, session, |outcome| {
            submit::keep(outcome, &args.receipts)
        });
    // What was taken in is published whatever else happened.
    let finished = submitter.finish();
    let counts = counts?;
    finished?;
    list(&plan.bad, &mut session.out)?;
    summary(&plan, Some(counts), &held, session)?;
    Ok(if plan.bad.is_empty() { counts.exit() } else { counts.exit().max(Exit::Found) })
}

/// The frame of the import that was begun before, if there is one: its rows must come out the
/// same, byte for byte.
fn resumed(held: &Held, fresh: Frame) -> Result<Frame, ImportError> {
    let Some(batch) = &held.batch else { return Ok(fresh) };
    let event = batch.event();
    let signers: Vec<Signer> = event
        .signers
        .iter()
        .map(|s| Signer { key: s.key().to_owned(), role: s.role().to_owned() })
        .collect();
    if signers != fresh.signers {
        let named: Vec<&str> = signers.iter().map(|s| s.key.as_str()).collect();
        let why = format!("signed by {}; complete it with the same keys", named.join(", "));
        return Err(ImportError::Other { batch: event.hash().to_string(), why });
    }
    Ok(Frame {
        seen: SeenAt::new(event.seen.size, event.seen.root),
        issued: event.issued.timestamp(),
        ..fresh
    })
}

/// Refuses a file whose rows are all there, or whose batch says something else.
fn refuse_other(held: &Held, plan: &Plan) -> Result<(), ImportError> {
    let Some(batch) = &held.batch else { return Ok(()) };
    let event = batch.event();
    let hash = event.hash().to_string();
    if event.payload != plan.batch.payload {
        let why = format!(
            "with another mapping or other rows left out: it says {}, this would say {}",
            event.payload, plan.batch.payload
        );
        return Err(ImportError::Other { batch: hash, why });
    }
    if plan.rows.iter().all(|row| held.events.contains_key(&row.envelope.id)) {
        return Err(ImportError::Complete { batch: hash, rows: plan.rows.len() as u64 });
    }
    output::note(format_args!("completing the import begun by event {hash}"));
    Ok(())
}

/// Signs and submits the batch and all rows.
pub(crate) fn submit_plan(
    plan: &Plan,
    keys: &[&NoteSigner],
    at: Option<Timestamp>,
    submitter: &Submitter,
    session: &mut Session,
    mut each: impl FnMut(&Outcome) -> Result<(), CliError>,
) -> Result<Counts, CliError> {
    let submission = |envelope: &Envelope| -> Result<Submission, CliError> {
        let note = envelope.sign(keys)?.note().as_bytes().to_vec();
        Ok(Submission { note, at })
    };
    // Rows without their batch would be figures without a source.
    let mut counts = Counts::default();
    submitter.run(std::iter::once(submission(&plan.batch)), |outcome| {
        counts.count(&outcome);
        each(&outcome)?;
        refused(&outcome, 0, &mut session.out)
    })?;
    if counts.refused == 0 && counts.malformed == 0 {
        let total = Some(plan.rows.len() as u64);
        let mut progress = Progress::new("rows", total, session.progress);
        let mut rows = plan.rows.iter();
        let result = submitter.run(plan.rows.iter().map(|r| submission(&r.envelope)), |outcome| {
            progress.step();
            counts.count(&outcome);
            each(&outcome)?;
            let row = rows.next().map_or(0, |r| r.row);
            refused(&outcome, row, &mut session.out)
        });
        progress.finish();
        result?;
    }
    Ok(counts)
}

/// Says what was not taken in; row 0 is the batch.
fn refused(outcome: &Outcome, row: u64, out: &mut Output) -> Result<(), CliError> {
    match outcome {
        Outcome::Refused { .. } | Outcome::Malformed(_) => {
            if !out.is_json() {
                out.line(format_args!("row {row}:"))?;
            }
            submit::print(outcome, out)
        }
        Outcome::Accepted { .. } | Outcome::Repeated { .. } => Ok(()),
    }
}

fn list(bad: &[BadRow], out: &mut Output) -> Result<(), CliError> {
    for row in bad {
        if out.is_json() {
            let mut document = json!(row);
            if let Some(members) = document.as_object_mut() {
                members.insert("accord".to_owned(), "bad-row/1".into());
            }
            out.record(&document)?;
        } else {
            out.line(row)?;
        }
    }
    Ok(())
}

/// What became of the rows; without counts, what would.
fn summary(
    plan: &Plan,
    counts: Option<Counts>,
    held: &Held,
    session: &mut Session,
) -> Result<(), CliError> {
    let out = &mut session.out;
    let resumed = held.batch.is_some();
    let is_there = |row: &&Planned| held.events.contains_key(&row.envelope.id);
    let there = plan.rows.iter().filter(is_there).count() as u64 + u64::from(resumed);
    let Counts { accepted, repeated, refused, malformed } = counts.unwrap_or_default();
    if out.is_json() {
        return out.record(&json!({
            "accord": "import/1",
            "type": plan.rows.first().map(|r| &r.envelope.event_type),
            "rows": plan.rows.len(),
            "no_data": plan.skipped,
            "bad": plan.bad.len(),
            "resumed": resumed,
            "dry_run": counts.is_none(),
            "accepted": accepted,
            "repeated": repeated,
            "refused": refused + malformed,
        }));
    }
    out.line(format_args!(
        "{} rows become events, {} hold no data, {} do not map",
        plan.rows.len(),
        plan.skipped,
        plan.bad.len()
    ))?;
    if counts.is_none() {
        let new = (plan.rows.len() as u64 + 1).saturating_sub(there);
        return out.line(format_args!(
            "dry run: nothing was imported; without --dry-run {new} events are submitted (the batch is one), and {there} are in the ledger already"
        ));
    }
    out.line(format_args!(
        "accepted {accepted} (the batch is one), in the ledger before {repeated}, refused {}",
        refused + malformed
    ))
}
