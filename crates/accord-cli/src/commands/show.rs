//! `accord show`: one entry, with what later records say of it.

use super::ledger::{DirArgs, admission, find, signers};
use super::log::summary;
use super::verify::witnesses;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Output, Style};
use accord_format::entry::Entry;
use accord_ledger::kernel::Kernel;
use clap::Args as ClapArgs;
use serde_json::{Value, json};

/// Show one entry, and what later records say of it
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Seq, event hash, entry hash or event id
    #[arg(value_name = "ENTRY")]
    entry: String,
    /// Print the entry's bytes and nothing else
    #[arg(long, conflicts_with = "note")]
    raw: bool,
    /// Print the event note as its author signed it, and nothing else
    #[arg(long)]
    note: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let record = args.dir.record()?;
    let entry = find(&record, &args.entry)?;
    if args.raw {
        out.raw(&String::from_utf8_lossy(&entry.to_bytes()))?;
        return Ok(Exit::Fine);
    }
    if args.note {
        out.raw(entry.signed().note())?;
        return Ok(Exit::Fine);
    }
    let kernel = record.kernel(Some(admission()?))?;
    if out.is_json() {
        let mut document = summary(&entry);
        document["accord"] = "entry/1".into();
        document["payload"] = entry.event().payload.clone();
        document["evidence"] =
            entry.event().evidence.iter().map(accord_format::event::Evidence::to_value).collect();
        document["marks"] = marks(&entry, &kernel);
        let bracket = record.brackets(&kernel)?.of(entry.header.seq);
        document["recorded_bracket"] = witnesses::bracket_document(&bracket);
        document["recorded_outside"] =
            bracket.excludes(entry.header.recorded, kernel.skew_at(entry.header.seq)).into();
        document["simulated_clock"] = kernel.is_simulated().into();
        out.document(&document)?;
        return Ok(Exit::Fine);
    }
    print(&entry, &kernel, out)?;
    let bracket = record.brackets(&kernel)?.of(entry.header.seq);
    if let Some(words) = witnesses::words(&bracket) {
        out.line(format_args!("  {:<11} {words}", "bracket"))?;
    }
    let skew = kernel.skew_at(entry.header.seq);
    if let Some(code) = bracket.excludes(entry.header.recorded, skew) {
        let text = format!("{code}: it says that it was recorded outside of that");
        out.line(format_args!("  {}", out.paint(Style::Warn, text)))?;
    }
    Ok(Exit::Fine)
}

fn marks(entry: &Entry, kernel: &Kernel) -> Value {
    let (records, event) = (kernel.records(), entry.event().hash());
    let corrections: Vec<Value> =
        records.corrections(&event).map(|c| json!({"seq": c.seq, "patches": c.patches})).collect();
    let effective = records.effective(entry).ok().map(|value| value.payload().clone());
    let disputes: Vec<Value> = records
        .disputes()
        .values()
        .filter(|d| d.target == event)
        .map(|d| json!({"seq": d.seq, "settled": d.settled}))
        .collect();
    json!({
        "corrections": corrections,
        "payload_as_corrected": if corrections.is_empty() { None } else { effective },
        "retracted_by": records.retracted(&event),
        "duplicate_of": records.duplicate_of(&event),
        "redacted_by": records.redactions(&event).collect::<Vec<u64>>(),
        "endorsed_by": records.endorsements(&event).map(|(who, seq)| json!({"participant": who, "seq": seq})).collect::<Vec<Value>>(),
        "disputes": disputes,
        "suspect": kernel.is_suspect(entry),
    })
}

fn print(entry: &Entry, kernel: &Kernel, out: &mut Output) -> Result<(), CliError> {
    let (header, event) = (&entry.header, entry.event());
    let title = out.paint(Style::Bold, format_args!("Entry {}  {}", header.seq, event.event_type));
    out.line(title)?;
    if kernel.is_simulated() {
        out.line(out.paint(Style::Warn, "This ledger keeps a SIMULATED clock."))?;
    }
    let occurred = event.occurred;
    let until = occurred.until.map_or_else(String::new, |until| format!(" until {until}"));
    for (name, value) in [
        ("stream", format!("{} (revision {})", event.stream, header.revision)),
        ("signed by", signers(entry)),
        ("occurred", format!("{}{until}, to the {}", occurred.from, occurred.precision.as_str())),
        ("issued", event.issued.to_string()),
        ("recorded", header.recorded.to_string()),
        ("event id", event.id.clone()),
        ("event hash", event.hash().to_string()),
        ("entry hash", entry.hash().to_string()),
        ("prev", header.prev.to_string()),
        ("author saw", format!("{} entries, root {}", event.seen.size, event.seen.root)),
    ] {
        out.line(format_args!("  {name:<11} {value}"))?;
    }
    for item in &event.evidence {
        out.line(format_args!("  {:<11} {}", "evidence", item.to_value()))?;
    }
    for relation in &event.relates {
        out.line(format_args!("  {:<11} {}", relation.rel.as_str(), relation.event))?;
    }
    out.line("  payload")?;
    let payload = serde_json::to_string_pretty(&event.payload).unwrap_or_default();
    for line in payload.lines() {
        out.line(format_args!("    {line}"))?;
    }
    print_marks(entry, kernel, out)
}

fn print_marks(entry: &Entry, kernel: &Kernel, out: &mut Output) -> Result<(), CliError> {
    let (records, event) = (kernel.records(), entry.event().hash());
    let shown =
        |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    for correction in records.corrections(&event) {
        for patch in &correction.patches {
            let (old, new) = (shown(patch.old.as_ref()), shown(patch.new.as_ref()));
            let text = format!(
                "corrected by entry {}: {} from {old} to {new}",
                correction.seq, patch.pointer
            );
            out.line(format_args!("  {}", out.paint(Style::Warn, text)))?;
        }
    }
    for (participant, seq) in records.endorsements(&event) {
        out.line(format_args!("  endorsed by {participant} in entry {seq}"))?;
    }
    let mut say = |text: String| out.line(format_args!("  {}", out.paint(Style::Warn, text)));
    if let Some(seq) = records.retracted(&event) {
        say(format!("retracted by entry {seq}"))?;
    }
    if let Some(canonical) = records.duplicate_of(&event) {
        say(format!("a duplicate of event {canonical}"))?;
    }
    for seq in records.redactions(&event) {
        say(format!("redacted by entry {seq}"))?;
    }
    for dispute in records.disputes().values().filter(|d| d.target == event) {
        let settled = dispute
            .settled
            .map_or_else(|| "open".to_owned(), |seq| format!("settled by entry {seq}"));
        say(format!("disputed by entry {} ({settled})", dispute.seq))?;
    }
    if kernel.is_suspect(entry) {
        say("SUSPECT: signed by a key that was, by what is known now, in other hands".to_owned())?;
    }
    Ok(())
}
