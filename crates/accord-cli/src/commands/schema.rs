//! `accord schema`: what each event type takes.

mod markdown;

use crate::catalogue;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use accord_catalogue::{Effect, EventType, Guard, Kind, StreamRule};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Print the JSON Schema of an event type, or the list of types.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The event type; without one, all types are listed
    #[arg(value_name = "TYPE")]
    event_type: Option<String>,
    /// Payload version [default: the newest]
    #[arg(long, requires = "event_type")]
    version: Option<u32>,
    /// Print the whole catalogue as a Markdown document
    #[arg(long, conflicts_with = "event_type")]
    markdown: bool,
    /// The charter whose signers the document names
    #[arg(long, value_name = "FILE", requires = "markdown")]
    charter: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    if args.markdown {
        return document(args.charter, session);
    }
    match args.event_type {
        Some(name) => one(catalogue::find(&name, args.version)?, session),
        None => list(session),
    }
}

fn document(charter: Option<PathBuf>, session: &mut Session) -> Result<Exit, CliError> {
    let charter = charter.map(|path| super::charter::read(&path)).transpose()?;
    let text = markdown::document(charter.as_ref());
    if session.out.is_json() {
        session.out.document(&json!({"accord": "catalogue/1", "markdown": text}))?;
    } else {
        session.out.raw(&text)?;
    }
    Ok(Exit::Fine)
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

/// Which stream its events belong to, in words.
fn stream_words(declared: &EventType) -> String {
    match declared.stream {
        StreamRule::Opens(prefix) => format!("opens `{prefix}/<id>`"),
        StreamRule::Continues(prefix) => format!("continues `{prefix}/…`"),
        StreamRule::Named(prefix, member) => format!("in `{prefix}/<{member}>`"),
        StreamRule::Single(prefix) => format!("in `{prefix}/main`"),
    }
}

/// When it takes effect, in words.
fn effect_word(declared: &EventType) -> String {
    match declared.effect {
        Effect::Occurred => "at the end of `occurred`".to_owned(),
        Effect::Recorded => "when recorded".to_owned(),
        Effect::Payload(member) => format!("at `{member}`"),
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
        "refusals": guards(declared, |section| section.refusals),
        "findings": guards(declared, |section| section.findings),
        "timers": timers(declared),
    })
}

fn guards(declared: &EventType, of: fn(&catalogue::Section) -> &'static [Guard]) -> Vec<Value> {
    let all = catalogue::sections().into_iter().flat_map(|section| of(&section));
    let about = all.filter(|guard| guard.types.contains(&declared.name));
    about.map(|guard| json!({"code": guard.code, "words": guard.words})).collect()
}

fn timers(declared: &EventType) -> Vec<Value> {
    let all = catalogue::sections().into_iter().flat_map(|section| section.timers);
    let started = all.filter(|timer| timer.types.contains(&declared.name));
    started.map(|timer| json!({"clock": timer.clock, "words": timer.words})).collect()
}
