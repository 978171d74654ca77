//! The catalogue as a document: every type, what it takes, who may sign it, and what is said of it.

use super::{effect_word, kind, stream_words};
use crate::catalogue::{self, Section};
use accord_catalogue::{EventType, Guard};
use accord_charter::{Charter, Grant, Need};
use serde_json::Value;
use std::fmt::Write as _;

/// Writes the document; with a charter it says who may sign what.
pub(super) fn document(charter: Option<&Charter>) -> String {
    let mut out = String::from("# Catalogue of event types\n\n");
    let signers = charter.map_or_else(
        || "Who may sign what is the charter's to say.".to_owned(),
        |c| {
            format!(
                "Who may sign what is the charter's to say; the signers below are those of `{}`.",
                c.code
            )
        },
    );
    let sections = catalogue::sections();
    let types: usize = sections.iter().map(|s| s.types.len()).sum();
    say(
        &mut out,
        format_args!(
            "Written from the code by `accord schema --markdown`: {types} types. {signers}\n"
        ),
    );
    out.push_str(PREFACE);
    for guard in accord_views::REFUSALS {
        say(
            &mut out,
            format_args!("Any act may be refused as `{}`: {}\n", guard.code, guard.words),
        );
    }
    table(&mut out, &["part", "types", "publishes", "reads"], &["---", "--:", "---", "---"]);
    for section in &sections {
        let link = format!("[{0}](#{0})", section.name);
        let count = section.types.len().to_string();
        row(&mut out, &[&link, &count, &codes(section.publishes), &codes(section.reads)]);
    }
    for section in &sections {
        say(&mut out, format_args!("\n## {}\n", section.name));
        let general = section.refusals.iter().filter(|guard| guard.types.is_empty());
        bullets(&mut out, "Any event may be refused as", general);
        for declared in &section.types {
            entry(&mut out, declared, section, charter);
        }
    }
    out
}

const PREFACE: &str = "\
A *report* says that something happened; it is always taken in when its author may sign it, and what is \
wrong with it becomes a finding. An *act* is a step of a procedure and may be refused. Every event may \
also be refused for what holds for all of them, which stands first below. A member marked * must be there.

An act that does not fit the state is refused as `wrong-state` unless another code is named; a report \
that does not is taken in and found `out_of_order`. A correction that does not apply is found \
`correction_not_applied`, an act whose basis was corrected later `basis_changed`, and what is marked \
`historical` and happened under the agreement `not_historical`: it counts.

";

fn say(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{text}");
}

fn table(out: &mut String, titles: &[&str], rules: &[&str]) {
    row(out, titles);
    say(out, format_args!("|{}|", rules.join("|")));
}

fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
    say(out, format_args!("| {} |", cells.join(" | ")));
}

fn codes(all: &[&str]) -> String {
    all.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

fn entry(out: &mut String, declared: &EventType, section: &Section, charter: Option<&Charter>) {
    let version = if declared.version == 1 {
        String::new()
    } else {
        format!(" version {}", declared.version)
    };
    say(out, format_args!("### {}{version}\n", declared.name));
    let schema = (declared.schema)();
    let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    say(out, format_args!("{}\n", one_line(words)));
    let heard = if declared.always_heard { "; always heard" } else { "" };
    let (kind, stream, effect) = (kind(declared), stream_words(declared), effect_word(declared));
    say(out, format_args!("{kind}; {stream}; takes effect {effect}{heard}.\n"));
    if let Some(charter) = charter {
        let signers = match charter.grants.find(declared.name) {
            Some((grant, _)) => signers(grant),
            None => "nobody".to_owned(),
        };
        say(out, format_args!("Signed by: {signers}.\n"));
    }
    members(out, schema.as_value());
    remarks(out, "Refused", section.refusals, declared.name);
    remarks(out, "Found", section.findings, declared.name);
    for timer in section.timers.iter().filter(|t| t.types.contains(&declared.name)) {
        let clock = timer.clock.map_or_else(String::new, |clock| format!(" `{clock}`"));
        say(out, format_args!("Starts a clock{clock}: {}\n", timer.words));
    }
}

fn remarks(out: &mut String, title: &str, guards: &[Guard], name: &str) {
    bullets(out, title, guards.iter().filter(|g| g.types.contains(&name)));
}

fn bullets<'a>(out: &mut String, title: &str, guards: impl Iterator<Item = &'a Guard>) {
    let lines: Vec<String> = guards.map(|g| format!("- `{}`: {}", g.code, g.words)).collect();
    if !lines.is_empty() {
        say(out, format_args!("{title}:\n\n{}\n", lines.join("\n")));
    }
}

fn members(out: &mut String, schema: &Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    if properties.is_empty() {
        say(out, format_args!("No payload members.\n"));
        return;
    }
    table(out, &["member", "type", ""], &["---", "---", "---"]);
    let mut nested = Vec::new();
    rows(out, schema, schema, "", &mut nested);
    out.push('\n');
}

/// One row for each member, those of nested objects behind the name of the outer one.
fn rows(out: &mut String, root: &Value, object: &Value, prefix: &str, within: &mut Vec<String>) {
    let Some(properties) = object.get("properties").and_then(Value::as_object) else { return };
    let required: Vec<&str> = object
        .get("required")
        .and_then(Value::as_array)
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    for (name, member) in properties {
        let must = if required.contains(&name.as_str()) { "*" } else { "" };
        let (target, name_of_type) = resolve(root, member);
        let words = member
            .get("description")
            .or_else(|| target.get("description"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let path = format!("{prefix}{name}");
        row(out, &[&format!("`{path}`{must}"), &type_words(root, member), &one_line(words)]);
        let (inner, array) = match target.get("items") {
            Some(items) => (resolve(root, items), "[]"),
            None => ((target, name_of_type), ""),
        };
        let (inner, named) = inner;
        // The charter is described on a page of its own, and a type may hold itself.
        let known = named.as_ref().is_some_and(|n| n == "Charter" || within.contains(n));
        if inner.get("properties").is_some() && !known {
            within.extend(named.clone());
            rows(out, root, inner, &format!("{path}{array}."), within);
            if named.is_some() {
                within.pop();
            }
        }
    }
}

/// What a member's schema refers to, without the null that stands for absence, and its name.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> (&'a Value, Option<String>) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let name = target.rsplit('/').next().map(str::to_owned);
        return (found.unwrap_or(schema), name);
    }
    let some = schema.get("anyOf").and_then(Value::as_array);
    match some.and_then(|all| all.iter().find(|s| s.get("type") != Some(&"null".into()))) {
        Some(inner) => resolve(root, inner),
        None => (schema, None),
    }
}

/// The type of a member, in a word or by the words that it may be.
fn type_words(root: &Value, schema: &Value) -> String {
    let (target, name) = resolve(root, schema);
    if let Some(items) = target.get("items") {
        return format!("list of {}", type_words(root, items));
    }
    let words = |all: &Value, pick: fn(&Value) -> Option<&Value>| -> Option<String> {
        let all: Option<Vec<&str>> =
            all.as_array()?.iter().map(|w| pick(w).and_then(Value::as_str)).collect();
        all.map(|all| codes(&all))
    };
    let of_one = target.get("oneOf").and_then(|all| words(all, |w| w.get("const")));
    let of_enum = || target.get("enum").and_then(|all| words(all, |w| (!w.is_null()).then_some(w)));
    if let Some(words) = of_one.or_else(of_enum) {
        return words;
    }
    if let Some(name) = name {
        return name;
    }
    let plain = match target.get("type") {
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => {
            let some = words.iter().filter_map(Value::as_str).find(|w| *w != "null");
            some.unwrap_or("any").to_owned()
        }
        _ => "any".to_owned(),
    };
    let limit = |name: &str| target.get(name).map(ToString::to_string);
    match (plain.as_str(), limit("minimum"), limit("maximum")) {
        ("integer", Some(low), Some(high)) => format!("integer {low} to {high}"),
        ("integer", Some(low), None) => format!("integer from {low}"),
        _ => plain,
    }
}

fn signers(grant: &Grant) -> String {
    let alternatives: Vec<String> = grant
        .any_of
        .iter()
        .map(|alternative| alternative.all.iter().map(need).collect::<Vec<_>>().join(" with "))
        .collect();
    let others = if grant.co_signers == accord_charter::CoSigners::Allowed {
        "; others may sign too"
    } else {
        ""
    };
    format!("{}{others}", alternatives.join(", or "))
}

fn need(need: &Need) -> String {
    let role = format!("`{}`", need.role);
    let of = need.binding.as_ref().map_or_else(String::new, |b| format!(" of `{b}`"));
    match (need.count, need.from.is_some()) {
        (_, true) => format!("{role} of each party{of}"),
        (Some(count), false) if count > 1 => format!("{count} × {role}{of}"),
        _ => format!("{role}{of}"),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
