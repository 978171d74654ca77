//! `accord index commit`: the operator commits to the index of everything so far.

use crate::cli::Session;
use crate::commands::ledger::WriteArgs;
use crate::commands::submit;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use crate::{files, uuid7};
use accord_format::completeness::Commitment;
use accord_format::entry::Entry;
use accord_ledger::Outcome;
use serde_json::json;

/// Runs the command.
pub(super) fn run(write: &WriteArgs, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let record = write.dir.record()?;
    let last = record.size().checked_sub(1).map(|seq| record.entry(seq)).transpose()?;
    if let Some(last) = last.filter(|last| Commitment::is_claimed_by(last.event())) {
        return told(&last, "nothing was recorded since the last commitment", session);
    }
    let (mut ledger, _) = write.ledger(&mut Passphrase::new(&write.passphrase))?;
    submit::simulated(&ledger, out);
    let id = uuid7::random(files::now()?)?;
    let submission = ledger.index_commitment(&id)?;
    let size = ledger.size();
    let outcome = ledger.append(&[submission])?.pop();
    ledger.close()?;
    match outcome {
        Some(Outcome::Accepted { .. }) => {
            let entry = write.dir.record()?.entry(size)?;
            told(&entry, "committed", session)
        }
        Some(other) => {
            submit::print(&other, out)?;
            Ok(Exit::Refused)
        }
        None => Ok(Exit::Refused),
    }
}

fn told(entry: &Entry, what: &str, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let (size, recorded) = (entry.header.seq, entry.header.recorded);
    let root = Commitment::of(entry.event()).map(|commitment| commitment.root);
    if out.is_json() {
        out.document(&json!({
            "accord": "index-commit/1", "size": size, "root": root,
            "recorded": recorded.to_string(), "event": entry.event().hash(),
        }))?;
    } else {
        let root = root.map_or_else(|| "none".to_owned(), |root| root.to_string());
        out.line(format_args!(
            "{what}: entry {size}, recorded {recorded}, covers the {size} entries before it"
        ))?;
        out.line(format_args!("index root {root}"))?;
    }
    Ok(Exit::Fine)
}
