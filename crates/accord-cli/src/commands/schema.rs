//! `accord schema`: what each event type takes.

use crate::catalogue;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use accord_catalogue::{Effect, EventType, Kind, StreamRule};
use serde_json::{Value, json};

/// Print the JSON Schema of an event type, or the list of types.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The event type; without one, all types are listed
    #[arg(value_name = "TYPE")]
    event_type: Option<String>,
    /// Payload version [default: the newest]
    #[arg(long)]
    version: Option<u32>,
}

/// Runs it.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    match args.event_type {
        Some(name) => one(catalogue::find(&name, args.version)?, session),
        None => list(session),
    }
}

fn one(declared: &EventType, session: &mut Session) -> Result<Exit, CliError> {
    let schema = (declared.schema)();
    if session.out.is_json() {
        let mut document = describe(declared);
        if let Some(members) = document.as_object_mut() {
            members.insert("accord".to_owned(), "schema/1".into());
            members.insert("schema".to_owned(), schema.to_value());
        }
        session.out.document(&document)?;
    } else {
        session.out.document(schema.as_value())?;
    }
    Ok(Exit::Fine)
}

fn list(session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if out.is_json() {
        let types: Vec<Value> = catalogue::all().map(describe).collect();
        out.document(&json!({"accord": "types/1", "types": types}))?;
        return Ok(Exit::Fine);
    }
    let width = catalogue::all().map(|t| t.name.len()).max().unwrap_or(0);
    let mut family = "";
    for declared in catalogue::all() {
        if declared.family() != family {
            if !family.is_empty() {
                out.line("")?;
            }
            family = declared.family();
            let heading = out.paint(Style::Bold, family);
            out.line(heading)?;
        }
        let kind = kind(declared);
        out.line(format_args!("  {:<width$}  {kind:<6}  {}", declared.name, declared.title()))?;
    }
    Ok(Exit::Fine)
}

const fn kind(declared: &EventType) -> &'static str {
    match declared.kind {
        Kind::Report => "report",
        Kind::Act => "act",
    }
}

fn describe(declared: &EventType) -> Value {
    let stream = match declared.stream {
        StreamRule::Opens(prefix) => json!({"rule": "opens", "prefix": prefix}),
        StreamRule::Continues(prefix) => json!({"rule": "continues", "prefix": prefix}),
        StreamRule::Named(prefix, member) => {
            json!({"rule": "named", "prefix": prefix, "member": member})
        }
        StreamRule::Single(prefix) => json!({"rule": "single", "prefix": prefix}),
    };
    let effect = match declared.effect {
        Effect::Occurred => "occurred".to_owned(),
        Effect::Recorded => "recorded".to_owned(),
        Effect::Payload(member) => format!("payload.{member}"),
    };
    json!({
        "type": declared.name,
        "version": declared.version,
        "kind": kind(declared),
        "stream": stream,
        "effect": effect,
        "always_heard": declared.always_heard,
        "title": declared.title(),
    })
}
