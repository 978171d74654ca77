//! Composing events: the envelope around a payload, as one line of JSON, and its signatures.

use crate::error::CliError;
use crate::human::{self, Input, instant};
use crate::{catalogue, uuid7};
use accord_catalogue::{EventType, StreamRule};
use accord_format::event::{FIRST_LINE, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::merkle;
use accord_format::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// A signer as the envelope names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Signer {
    /// `<participant>/<label>+<8 hex>`.
    pub(crate) key: String,
    /// The role.
    #[serde(rename = "as")]
    pub(crate) role: String,
}

/// The checkpoint that the author has last verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SeenAt {
    size: u64,
    root: String,
}

impl SeenAt {
    /// A checkpoint.
    pub(crate) fn new(size: u64, root: impl std::fmt::Display + Copy) -> Self {
        Self { size, root: root.to_string() }
    }

    /// None yet.
    pub(crate) fn nothing() -> Self {
        Self::new(0, merkle::empty_root())
    }
}

/// An event's members in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Envelope {
    /// Absent in the genesis event only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ledger: Option<String>,
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    pub(crate) version: u32,
    pub(crate) stream: String,
    pub(crate) signers: Vec<Signer>,
    pub(crate) issued: String,
    pub(crate) occurred: Value,
    pub(crate) seen: SeenAt,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expects: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relates: Option<Value>,
    pub(crate) payload: Value,
}

impl Envelope {
    /// The one line of JSON that is signed.
    pub(crate) fn to_line(&self) -> Result<String, CliError> {
        serde_json::to_string(self).map_err(|e| CliError::Output(e.into()))
    }

    /// The text that is signed: the first line and the line of JSON.
    pub(crate) fn to_text(&self) -> Result<String, CliError> {
        Ok(format!("{FIRST_LINE}\n{}\n", self.to_line()?))
    }

    /// Signs with `keys`, which are those of the signers, in their order.
    pub(crate) fn sign(&self, keys: &[&NoteSigner]) -> Result<SignedEvent, CliError> {
        Ok(SignedEvent::sign(&self.to_line()?, keys)?)
    }
}

/// What surrounds a payload, as far as the author says it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The ledger that the event is for; absent for a genesis.
    pub(crate) ledger: Option<LedgerId>,
    /// What the author last verified.
    pub(crate) seen: SeenAt,
    /// When it is signed.
    pub(crate) issued: Timestamp,
    /// Who signs.
    pub(crate) signers: Vec<Signer>,
    /// The stream, where the type leaves a choice.
    pub(crate) stream: Option<String>,
    /// When it happened, as the members of `occurred`; else the second of `issued`.
    pub(crate) occurred: Option<Value>,
    /// The id; else a new one.
    pub(crate) id: Option<String>,
}

impl Frame {
    /// A frame of nothing but who, where and when.
    pub(crate) fn new(
        ledger: Option<LedgerId>,
        seen: SeenAt,
        issued: Timestamp,
        signers: Vec<Signer>,
    ) -> Self {
        Self { ledger, seen, issued, signers, stream: None, occurred: None, id: None }
    }

    /// The envelope around a payload of `declared`, which is checked strictly.
    pub(crate) fn around(self, declared: &EventType, payload: Value) -> Result<Envelope, CliError> {
        (declared.check)(&payload)
            .map_err(|why| CliError::Payload { event_type: declared.name.to_owned(), why })?;
        self.unchecked(declared, payload)
    }

    /// The same without a look at the payload, for drafts that are yet to be filled in.
    pub(crate) fn unchecked(
        self,
        declared: &EventType,
        payload: Value,
    ) -> Result<Envelope, CliError> {
        let id = self.id.map_or_else(|| uuid7::random(self.issued), Ok)?;
        let stream = stream(declared, &id, &payload, self.stream)?;
        let occurred = self.occurred.unwrap_or_else(|| {
            instant::occurred(self.issued, None, accord_format::event::Precision::Second)
        });
        Ok(Envelope {
            ledger: self.ledger.map(|l| l.to_string()),
            id,
            event_type: declared.name.to_owned(),
            version: declared.version,
            stream,
            signers: self.signers,
            issued: self.issued.to_seconds_string(),
            occurred,
            seen: self.seen,
            expects: None,
            evidence: None,
            relates: None,
            payload,
        })
    }
}

/// The stream that the type's rule gives, or the one asked for where it leaves a choice.
fn stream(
    declared: &EventType,
    id: &str,
    payload: &Value,
    asked: Option<String>,
) -> Result<String, CliError> {
    let rule = declared.stream;
    match (asked, rule.determined(id, payload)) {
        (Some(asked), _) if rule.allows(&asked, id, payload) => Ok(asked),
        (Some(asked), determined) => Err(CliError::Usage(format!(
            "{} belongs to {}, not {asked}",
            declared.name,
            determined.unwrap_or_else(|| format!("a stream {}/…", rule.prefix()))
        ))),
        (None, Some(determined)) => Ok(determined),
        (None, None) => Err(CliError::Usage(match rule {
            StreamRule::Named(_, member) => {
                format!("{} needs the payload member {member:?}", declared.name)
            }
            _ => format!(
                "{} continues a stream: name it with --stream {}/<id>",
                declared.name,
                rule.prefix()
            ),
        })),
    }
}

/// The signers that `keys` make, each in its role: one role for all of them, or one for each.
pub(crate) fn signers(keys: &[NoteSigner], roles: &[String]) -> Result<Vec<Signer>, CliError> {
    let role_of = |at: usize| match roles {
        [only] => Ok(only.clone()),
        _ => roles.get(at).cloned().ok_or_else(|| {
            CliError::Usage(format!(
                "{} keys and {} roles: give --as once for all keys, or once for each",
                keys.len(),
                roles.len()
            ))
        }),
    };
    if keys.is_empty() || roles.len() > keys.len() {
        return Err(CliError::Usage("give --key for each signer, and --as ROLE".to_owned()));
    }
    keys.iter()
        .enumerate()
        .map(|(at, key)| Ok(Signer { key: key.id_string(), role: role_of(at)? }))
        .collect()
}

/// A payload as an author wrote it, made into what `declared` takes. The notes say what was
/// changed.
pub(crate) fn payload(declared: &EventType, text: &str) -> Result<human::Conversion, CliError> {
    Ok(human::convert((declared.schema)().as_value(), &human::parse(text)?)?)
}

/// What surrounds a draft's members: taken where the draft is silent.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    /// The ledger.
    pub(crate) ledger: Option<LedgerId>,
    /// What was last verified of it.
    pub(crate) seen: SeenAt,
    /// When it is signed.
    pub(crate) issued: Timestamp,
    /// Who signs.
    pub(crate) signers: Vec<Signer>,
}

/// An event read from a draft, with notes about what was changed.
#[derive(Debug)]
pub(crate) struct Composed {
    /// The event.
    pub(crate) envelope: Envelope,
    /// One line for each value signed in another form than written.
    pub(crate) notes: Vec<String>,
}

/// The members that a draft may have.
const MEMBERS: [&str; 13] = [
    "ledger", "id", "type", "version", "stream", "signers", "issued", "occurred", "seen",
    "expects", "evidence", "relates", "payload",
];

/// Makes an event of a draft. Only `type` and `payload` must be there.
pub(crate) fn from_draft(text: &str, defaults: Defaults) -> Result<Composed, CliError> {
    let draft = human::parse(text)?;
    let Input::Members(members) = &draft else {
        return Err(CliError::Usage(
            "a draft is a JSON object; `accord draft TYPE` prints one".into(),
        ));
    };
    if let Some((unknown, _)) = members.iter().find(|(m, _)| !MEMBERS.contains(&m.as_str())) {
        return Err(CliError::Usage(format!(
            "{unknown:?} is no member of an event; members are {}",
            MEMBERS.join(", ")
        )));
    }
    let required = |member: &str| {
        draft.get(member).ok_or_else(|| CliError::Usage(format!("the draft has no {member:?}")))
    };
    let plain =
        |member: &str| draft.get(member).map(|v| v.plain(&format!("/{member}"))).transpose();
    let name = required("type")?.as_text().unwrap_or_default().to_owned();
    let number = |member: &str| {
        let wrong = || CliError::Usage(format!("{member} must be a whole number, 0 or more"));
        plain(member)?.map(|v| v.as_u64().ok_or_else(wrong)).transpose()
    };
    let version = number("version")?.map(|v| u32::try_from(v).unwrap_or(u32::MAX));
    let declared = catalogue::find(&name, version)?;
    let conversion = human::convert((declared.schema)().as_value(), required("payload")?)?;
    let issued = match draft.get("issued").map(Input::spelled) {
        Some(text) => human_instant("/issued", &text)?,
        None => defaults.issued,
    };
    let frame = Frame {
        stream: draft.get("stream").and_then(Input::as_text).map(str::to_owned),
        occurred: draft.get("occurred").map(instant::occurred_of).transpose()?,
        id: draft.get("id").and_then(Input::as_text).map(str::to_owned),
        ..Frame::new(defaults.ledger, defaults.seen, issued, defaults.signers)
    };
    let mut envelope = frame.around(declared, conversion.value)?;
    if let Some(ledger) = draft.get("ledger") {
        envelope.ledger = Some(ledger.spelled());
    }
    if let Some(signers) = plain("signers")? {
        envelope.signers = signers_of(&signers)?;
    }
    if let Some(seen) = plain("seen")? {
        let size = seen.get("size").and_then(Value::as_u64);
        let root = seen.get("root").and_then(Value::as_str);
        let (Some(size), Some(root)) = (size, root) else {
            return Err(CliError::Usage("seen must be {\"size\":N,\"root\":\"<64 hex>\"}".into()));
        };
        envelope.seen = SeenAt::new(size, root);
    }
    envelope.expects = number("expects")?;
    envelope.evidence = plain("evidence")?;
    envelope.relates = plain("relates")?;
    Ok(Composed { envelope, notes: conversion.notes })
}

fn signers_of(value: &Value) -> Result<Vec<Signer>, CliError> {
    let signer = |v: &Value| {
        let text = |m: &str| v.get(m).and_then(Value::as_str).map(str::to_owned);
        Some(Signer { key: text("key")?, role: text("as")? })
    };
    let signers: Option<Vec<Signer>> =
        value.as_array().and_then(|l| l.iter().map(signer).collect());
    signers.filter(|s| !s.is_empty()).ok_or_else(|| {
        let form = json!([{"key": "participant/label+keyid", "as": "role"}]);
        CliError::Usage(format!("signers must be {form}"))
    })
}

/// An instant from an option or a member called `at`.
pub(crate) fn human_instant(at: &str, text: &str) -> Result<Timestamp, CliError> {
    instant::moment(text).map_err(|problem| {
        human::HumanError::Value { at: at.to_owned(), found: text.to_owned(), problem }.into()
    })
}

/// When it happened, from an option.
pub(crate) fn human_span(text: &str) -> Result<Value, CliError> {
    instant::span(text).map_err(|problem| {
        let (at, found) = ("--occurred".to_owned(), text.to_owned());
        human::HumanError::Value { at, found, problem }.into()
    })
}

#[cfg(test)]
mod tests;
