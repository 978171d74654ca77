//! `accord draft`: a template of an event.

use crate::cli::Session;
use crate::compose::{self, Signer};
use crate::error::CliError;
use crate::exit::Exit;
use crate::{catalogue, output};
use accord_catalogue::{EventType, StreamRule, template};
use accord_format::hash::LedgerId;
use serde::Serialize;
use serde_json::Value;

/// A stream of the right prefix that no event has opened.
const NO_STREAM: &str = "00000000-0000-7000-8000-000000000000";

/// Print a template of an event to fill in.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The event type
    #[arg(value_name = "TYPE")]
    event_type: String,
    /// Payload version [default: the newest]
    #[arg(long)]
    version: Option<u32>,
    /// Stream that the event continues
    #[arg(long, value_name = "STREAM")]
    stream: Option<String>,
    /// Payload as JSON, in place of the template's
    #[arg(long, value_name = "JSON")]
    payload: Option<String>,
    /// When it happened: 2026-03-01, "2026-03-01 05:00", 2026-03, FROM..UNTIL or FROM..=LAST
    #[arg(long, value_name = "TIME")]
    occurred: Option<String>,
    /// Signer of an event that several sign: participant/label+keyid=role; once for each
    #[arg(long = "signer", value_name = "KEY=ROLE")]
    signers: Vec<String>,
    /// Id of the ledger that the event is for
    #[arg(long, value_name = "ID")]
    ledger: Option<LedgerId>,
}

/// The members that an author fills in. `sign` adds the others.
#[derive(Serialize)]
struct Draft {
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<String>,
    #[serde(rename = "type")]
    event_type: &'static str,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signers: Vec<Signer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurred: Option<Value>,
    payload: Value,
}

/// Runs it.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    let declared = catalogue::find(&args.event_type, args.version)?;
    let given = args.payload.is_some();
    let payload = match args.payload {
        None => filled(declared),
        Some(text) => {
            let conversion = compose::payload(declared, &text)?;
            conversion.notes.iter().for_each(output::note);
            (declared.check)(&conversion.value)
                .map_err(|why| CliError::Payload { event_type: declared.name.to_owned(), why })?;
            conversion.value
        }
    };
    let stream = args.stream.or_else(|| match declared.stream {
        StreamRule::Continues(prefix) => Some(format!("{prefix}/{NO_STREAM}")),
        _ => None,
    });
    let draft = Draft {
        ledger: args.ledger.map(|l| l.to_string()),
        event_type: declared.name,
        version: declared.version,
        stream,
        signers: args.signers.iter().map(|s| signer(s)).collect::<Result<_, _>>()?,
        occurred: args.occurred.as_deref().map(compose::human_span).transpose()?,
        payload,
    };
    session.out.document(&draft)?;
    if !given && !session.out.is_json() {
        output::note(
            "replace the examples, remove members that do not apply, then: accord sign FILE --key KEYFILE --as ROLE",
        );
    }
    Ok(Exit::Fine)
}

/// The template of a type, with a word in angle brackets where only the author knows the value.
fn filled(declared: &EventType) -> Value {
    let mut payload = template(&(declared.schema)());
    name_blanks(&mut payload, "value");
    payload
}

fn name_blanks(value: &mut Value, name: &str) {
    match value {
        Value::String(text) if text.is_empty() => *text = format!("<{name}>"),
        Value::Array(items) => items.iter_mut().for_each(|item| name_blanks(item, name)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, member)| name_blanks(member, name));
        }
        _ => {}
    }
}

fn signer(text: &str) -> Result<Signer, CliError> {
    let (key, role) = text.split_once('=').ok_or_else(|| {
        CliError::Usage(format!("{text:?}: write a signer as participant/label+keyid=role"))
    })?;
    Ok(Signer { key: key.to_owned(), role: role.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord_catalogue::PayloadError;

    #[test]
    fn every_template_passes_but_for_its_blanks() {
        for declared in catalogue::all() {
            let payload = filled(declared);
            let blanks = payload.to_string().contains("\"<");
            match (declared.check)(&payload) {
                Ok(()) | Err(PayloadError::Content(_)) => {}
                // A charter is written as TOML, of which `charter payload` makes the payload.
                Err(error) => {
                    assert!(
                        blanks || declared.name == "charter.proposed",
                        "{}: {error}",
                        declared.name
                    );
                }
            }
        }
    }
}
