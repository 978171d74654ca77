//! `accord check` of a proof that entries are all of their stream, type or signer.

use super::Args;
use crate::cli::Session;
use crate::commands::ledger::signers;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Output, Style};
use accord_format::completeness::Key;
use accord_format::key::VKey;
use accord_ledger::completeness::{Complete, check};
use serde_json::{Value, json};

/// First line of such a proof.
pub(super) const FIRST_LINE: &[u8] = b"accord.completeness/v1";

/// Runs the command.
pub(super) fn run(args: &Args, bytes: &[u8], session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let ledger = args.dir.ledger.ok_or_else(|| {
        CliError::Usage(
            "a proof of completeness is checked against a ledger id that you know from elsewhere: give --ledger ID"
                .to_owned(),
        )
    })?;
    match check(bytes, &ledger, &args.index_keys) {
        Ok(complete) => {
            let shown = args.operators_word || !complete.vouched.is_empty();
            if out.is_json() {
                let facts = facts(&complete);
                out.document(&json!({"accord": "check/1", "valid": shown, "facts": facts}))?;
            } else {
                print(&complete, out)?;
            }
            Ok(if shown { Exit::Fine } else { Exit::Found })
        }
        Err(why) => {
            super::not_valid(&why.to_string(), out)?;
            Ok(Exit::Found)
        }
    }
}

fn print(complete: &Complete, out: &mut Output) -> Result<(), CliError> {
    let (style, word) = if complete.vouched.is_empty() {
        (Style::Warn, "THE OPERATOR SAYS, and nobody else whose key you gave:")
    } else {
        (Style::Good, "VALID")
    };
    out.line(out.paint(style, word))?;
    out.line(claim(complete))?;
    for entry in &complete.entries {
        let (seq, recorded, event) = (entry.header.seq, entry.header.recorded, entry.event());
        let (name, stream, who) = (&event.event_type, &event.stream, signers(entry));
        out.line(format_args!("{seq:>7}  {recorded}  {name:<32} {stream}  {who}"))?;
    }
    out.line(format_args!("Nothing recorded after {} is covered.", complete.recorded))?;
    let assurance = assurance(complete);
    out.line(out.paint(style, assurance))?;
    out.line(
        "An entry that is void or disputed is an entry; what corrects or redacts one stands in a stream of its own.",
    )
}

/// What is proven, in a sentence.
fn claim(complete: &Complete) -> String {
    let Complete { origin, size, .. } = complete;
    let what = match &complete.key {
        Key::Stream(stream) => format!("in stream {stream}"),
        Key::Type(name) => format!("of type {name}"),
        Key::Signer(code) => format!("signed by {code}"),
    };
    let where_ = format!("{what} among the first {size} entries of {origin}");
    match complete.entries.len() {
        0 => format!("There is no entry {where_}."),
        1 => format!("This is the only entry {where_}:"),
        count => format!("These {count} are all entries {where_}:"),
    }
}

/// On whose word it rests that nothing is left out.
fn assurance(complete: &Complete) -> String {
    if complete.vouched.is_empty() {
        return "That nothing is left out is the operator's word: nobody whose key you gave \
                (--index-key) has computed the index again. Whoever has the entries can refute it."
            .to_owned();
    }
    let names: Vec<String> = complete.vouched.iter().map(VKey::id_string).collect();
    format!(
        "That nothing is left out was computed again from all {} entries by {}.",
        complete.size,
        names.join(", ")
    )
}

fn facts(complete: &Complete) -> Value {
    let entry = |entry: &accord_format::entry::Entry| {
        let event = entry.event();
        json!({
            "seq": entry.header.seq, "recorded": entry.header.recorded.to_string(),
            "type": event.event_type, "stream": event.stream, "event": event.hash(),
            "payload": event.payload,
        })
    };
    json!({
        "kind": "completeness", "origin": complete.origin, "key": complete.key.to_string(),
        "claim": claim(complete), "assurance": assurance(complete),
        "size": complete.size, "recorded": complete.recorded.to_string(),
        "count": complete.entries.len(),
        "entries": complete.entries.iter().map(entry).collect::<Vec<_>>(),
        "tree": complete.shown.tree, "index": complete.shown.index,
        "checkpoint_size": complete.checkpoint,
        "vouched": complete.vouched.iter().map(VKey::id_string).collect::<Vec<_>>(),
    })
}
