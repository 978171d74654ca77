//! The members around the payload, read strictly: none unknown, none missing, one spelling each.

use super::members::Members;
use super::{Event, EventError, SIGNERS_MAX, event_hash};
use crate::hash::{self, ContentHash, EventHash, NodeHash};
use crate::key::KeyId;
use crate::name;
use crate::time::{Instant, Timestamp};
use serde_json::Value;

/// One signer: `{"key":"<participant>/<label>+<8 hex>","as":"<role>"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerRef {
    key: String,
    name_len: usize,
    id: KeyId,
    role: String,
}

impl SignerRef {
    /// Key name and id, `<participant>/<label>+<8 hex>`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Key name, `<participant>/<label>`.
    pub fn key_name(&self) -> &str {
        self.key.split_at(self.name_len).0
    }

    /// Key id.
    pub const fn key_id(&self) -> KeyId {
        self.id
    }

    /// The participant that the key belongs to.
    pub fn participant(&self) -> &str {
        name::participant_of(self.key_name())
    }

    /// The role in which it signs.
    pub fn role(&self) -> &str {
        &self.role
    }
}

/// How exactly an instant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// Not known.
    Unknown,
}

impl Precision {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Second, "second"),
        (Self::Minute, "minute"),
        (Self::Hour, "hour"),
        (Self::Day, "day"),
        (Self::Month, "month"),
        (Self::Year, "year"),
        (Self::Unknown, "unknown"),
    ];

    /// The word in the event.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(p, _)| *p == self).map_or("unknown", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(p, _)| *p)
    }
}

/// When something happened: the half-open span `[from, until)`, and how exactly it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurred {
    /// Start.
    pub from: Instant,
    /// End, not included; absent when it is a point of the given precision.
    pub until: Option<Instant>,
    /// How exactly the bounds are known.
    pub precision: Precision,
}

impl Occurred {
    /// Reads the member's value, for instance after a correction has been applied to it.
    pub fn from_value(value: &Value) -> Result<Self, EventError> {
        occurred(value)
    }

    /// The end: `until`, or else the end of the unit of `precision` that begins at `from`.
    pub fn end(&self) -> Timestamp {
        let from = self.from.timestamp();
        self.until.map_or_else(
            || match self.precision {
                Precision::Second | Precision::Unknown => from,
                Precision::Minute => from.plus_seconds(60),
                Precision::Hour => from.plus_seconds(3_600),
                Precision::Day => from.plus_seconds(86_400),
                Precision::Month => months_later(from, 1),
                Precision::Year => months_later(from, 12),
            },
            Instant::timestamp,
        )
    }
}

/// The same moment `months` later, at the latest on the last day of that month.
fn months_later(from: Timestamp, months: i64) -> Timestamp {
    let (year, month, day) = from.date();
    let index = year * 12 + i64::from(month) - 1 + months;
    let (year, month) =
        (index.div_euclid(12), u8::try_from(index.rem_euclid(12) + 1).unwrap_or(12));
    let start = (1..=day).rev().find_map(|day| Timestamp::from_date(year, month, day));
    let since_midnight = from.seconds().rem_euclid(86_400);
    start.map_or(Timestamp::MAX, |start| start.plus_seconds(since_midnight))
}

/// A checkpoint that the author had verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Tree size.
    pub size: u64,
    /// Root hash.
    pub root: NodeHash,
}

/// Evidence kept outside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Anyone may read it.
    Open {
        /// BLAKE3 of the content.
        blake3: ContentHash,
        /// Length in bytes.
        bytes: u64,
        /// RFC 6838 media type.
        media_type: String,
        /// File name or title.
        name: String,
    },
    /// Only a salted commitment is public.
    Sealed {
        /// Commitment, see [`crate::commitment`].
        commitment: ContentHash,
        /// Padded length in bytes.
        bytes: u64,
    },
}

/// How two events are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rel {
    /// An answer to it.
    RespondsTo,
    /// Speaks for it.
    Supports,
    /// Speaks against it.
    Contradicts,
    /// Brought it about.
    Causes,
    /// Puts it right.
    Corrects,
    /// Stands behind it.
    Endorses,
}

impl Rel {
    const ALL: [(Self, &'static str); 6] = [
        (Self::RespondsTo, "responds_to"),
        (Self::Supports, "supports"),
        (Self::Contradicts, "contradicts"),
        (Self::Causes, "causes"),
        (Self::Corrects, "corrects"),
        (Self::Endorses, "endorses"),
    ];

    /// The word in the event.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(r, _)| *r == self).map_or("", |(_, word)| word)
    }
}

/// A relation to another event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The other event.
    pub event: EventHash,
    /// How this one is related to it.
    pub rel: Rel,
}

pub(super) fn parse(text: &str, json: &str) -> Result<Event, EventError> {
    let mut value = crate::json::parse(json)?;
    let mut m = Members::of("", &value)?;
    let ledger = m.optional("ledger").is_some().then(|| m.parsed("ledger")).transpose()?;
    let id = m.checked("id", is_uuid_v7, "must be a UUID v7 in lower case")?;
    let event_type =
        m.checked("type", name::is_event_type, "must be family.name of [a-z0-9._-]")?;
    let version = m.number("version")?;
    let version = u32::try_from(version).ok().filter(|v| *v >= 1);
    let version = version.ok_or_else(|| m.wrong("version", "must be 1 or more"))?;
    let stream = m.checked("stream", name::is_pair, "must be prefix/id of [a-z0-9._-]")?;
    let signers = signers(m.required("signers")?)?;
    let issued = m.parsed("issued")?;
    let occurred = occurred(m.required("occurred")?)?;
    let seen = seen(m.required("seen")?)?;
    let expects = m.optional("expects").is_some().then(|| m.number("expects")).transpose()?;
    let evidence = list(&mut m, "evidence", evidence)?;
    let relates = list(&mut m, "relates", relation)?;
    let payload = m.required("payload")?;
    if !payload.is_object() {
        return Err(m.wrong("payload", "must be an object"));
    }
    m.finish()?;
    let payload = value.get_mut("payload").map(Value::take).unwrap_or_default();
    let (text, hash) = (text.to_owned(), event_hash(text));
    Ok(Event {
        text,
        hash,
        ledger,
        id,
        event_type,
        version,
        stream,
        signers,
        issued,
        occurred,
        seen,
        expects,
        evidence,
        relates,
        payload,
    })
}

/// An optional array that, when present, is not empty (so that absence has one spelling).
fn list<T>(
    members: &mut Members<'_>,
    member: &'static str,
    item: fn(&Value) -> Result<T, EventError>,
) -> Result<Vec<T>, EventError> {
    match members.optional(member) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) if !items.is_empty() => items.iter().map(item).collect(),
        Some(_) => {
            Err(members.wrong(member, "must be an array with at least one item, or be left out"))
        }
    }
}

fn signers(value: &Value) -> Result<Vec<SignerRef>, EventError> {
    let items = value.as_array().filter(|items| (1..=SIGNERS_MAX).contains(&items.len()));
    let items = items.ok_or_else(|| {
        EventError::member("signers", format!("must be an array of 1 to {SIGNERS_MAX}"))
    })?;
    let mut signers: Vec<SignerRef> = Vec::with_capacity(items.len());
    for item in items {
        let signer = signer(item)?;
        if signers.iter().any(|s| s.key == signer.key) {
            return Err(EventError::member("signers", format!("{} signs twice", signer.key)));
        }
        signers.push(signer);
    }
    Ok(signers)
}

fn signer(value: &Value) -> Result<SignerRef, EventError> {
    let mut m = Members::of("signers", value)?;
    let key = m.text("key")?.to_owned();
    let role = m.checked("as", name::is_code, "must be a role of [a-z0-9._-]")?;
    let parts = key.split_once('+').and_then(|(name, id)| {
        let id = hash::from_hex::<4>(id).ok()?;
        name::is_pair(name).then_some((name.len(), KeyId::from_bytes(id)))
    });
    let (name_len, id) = parts
        .ok_or_else(|| m.wrong("key", "must be participant/label+keyid, the id 8 hex digits"))?;
    m.finish()?;
    Ok(SignerRef { key, name_len, id, role })
}

fn occurred(value: &Value) -> Result<Occurred, EventError> {
    let mut m = Members::of("occurred", value)?;
    let from: Instant = m.parsed("from")?;
    let until: Option<Instant> =
        m.optional("until").is_some().then(|| m.parsed("until")).transpose()?;
    let precision = Precision::parse(m.text("precision")?).ok_or_else(|| {
        m.wrong("precision", "must be second, minute, hour, day, month, year or unknown")
    })?;
    if until.is_some_and(|until| until <= from) {
        return Err(m.wrong("until", "must be after from (the span is half-open)"));
    }
    m.finish()?;
    Ok(Occurred { from, until, precision })
}

fn seen(value: &Value) -> Result<Seen, EventError> {
    let mut m = Members::of("seen", value)?;
    let (size, root) = (m.number("size")?, m.parsed("root")?);
    if size == 0 && root != crate::merkle::empty_root() {
        return Err(m.wrong("root", "at size 0 must be the hash of the empty tree"));
    }
    m.finish()?;
    Ok(Seen { size, root })
}

fn evidence(value: &Value) -> Result<Evidence, EventError> {
    let mut m = Members::of("evidence", value)?;
    let item = if value.get("commitment").is_some() {
        Evidence::Sealed { commitment: m.parsed("commitment")?, bytes: m.number("bytes")? }
    } else {
        let (blake3, bytes) = (m.parsed("blake3")?, m.number("bytes")?);
        let media_type =
            m.checked("media_type", is_media_type, "must be type/subtype in lower case")?;
        let name = m.checked("name", is_title, "must have 1 to 255 bytes and no slash")?;
        Evidence::Open { blake3, bytes, media_type, name }
    };
    m.finish()?;
    Ok(item)
}

fn relation(value: &Value) -> Result<Relation, EventError> {
    let mut m = Members::of("relates", value)?;
    let event = m.parsed("event")?;
    let word = m.text("rel")?;
    let rel = Rel::ALL.iter().find(|(_, w)| *w == word).map(|(r, _)| *r).ok_or_else(|| {
        m.wrong("rel", "must be responds_to, supports, contradicts, causes, corrects or endorses")
    })?;
    m.finish()?;
    Ok(Relation { event, rel })
}

/// RFC 9562 version 7, variant 10, in its canonical lower-case spelling.
pub(super) fn is_uuid_v7(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            14 => *byte == b'7',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        (1..=127).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

fn is_title(text: &str) -> bool {
    (1..=255).contains(&text.len()) && !text.contains('/')
}
