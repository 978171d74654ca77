//! `accord log`: the entries, a line each.

use super::ledger::{DirArgs, instant, signers};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;
use clap::Args as ClapArgs;
use serde_json::json;

/// List entries, oldest first
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Only this type, or every type of a family as `violation.*`
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<String>,
    /// Only this stream
    #[arg(long, value_name = "STREAM")]
    stream: Option<String>,
    /// Only what this participant, or this key, signed
    #[arg(long, value_name = "PARTICIPANT|KEY")]
    by: Option<String>,
    /// Only from this seq on
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    from: u64,
    /// Only what was recorded at or after this instant
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    since: Option<Timestamp>,
    /// Only what was recorded before this instant
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<Timestamp>,
    /// At most so many
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
}

/// Runs the command. With `--json`, one document a line.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let record = args.dir.record()?;
    let mut shown = 0;
    for entry in record.entries(args.from) {
        let entry = entry?;
        if args.limit.is_some_and(|limit| shown >= limit) {
            break;
        }
        if !matches(args, &entry) {
            continue;
        }
        shown += 1;
        if out.is_json() {
            out.record(&summary(&entry))?;
        } else {
            let event = entry.event();
            let (seq, recorded) = (entry.header.seq, entry.header.recorded);
            let who = signers(&entry);
            out.line(format_args!(
                "{seq:>7}  {recorded}  {:<32} {}  {who}",
                event.event_type, event.stream
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn matches(args: &Args, entry: &Entry) -> bool {
    let event = entry.event();
    let of_type = args.event_type.as_deref().is_none_or(|wanted| match wanted.strip_suffix(".*") {
        Some(family) => event.family() == family,
        None => event.event_type == wanted,
    });
    let by = args.by.as_deref().is_none_or(|wanted| {
        event.signers.iter().any(|s| [s.participant(), s.key_name(), s.key()].contains(&wanted))
    });
    of_type
        && by
        && args.stream.as_deref().is_none_or(|wanted| event.stream == wanted)
        && args.since.is_none_or(|since| entry.header.recorded >= since)
        && args.until.is_none_or(|until| entry.header.recorded < until)
}

/// What `log --json` says of an entry.
pub(super) fn summary(entry: &Entry) -> serde_json::Value {
    let event = entry.event();
    json!({
        "accord": "log/1",
        "seq": entry.header.seq,
        "recorded": entry.header.recorded.to_string(),
        "entry": entry.hash(),
        "event": event.hash(),
        "id": event.id,
        "type": event.event_type,
        "version": event.version,
        "stream": event.stream,
        "revision": entry.header.revision,
        "signers": event.signers.iter().map(|s| json!({"key": s.key(), "as": s.role()})).collect::<Vec<_>>(),
        "issued": event.issued,
        "occurred": event.occurred.to_value(),
    })
}
