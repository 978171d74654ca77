//! An item of evidence: its content, how it was captured, and where it comes from.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest media type, in bytes, as RFC 6838 has it: two names of 127 and a slash.
const MEDIA_TYPE_MAX: usize = 255;
/// Longest name, in bytes.
const NAME_MAX: usize = 255;

/// Content that anyone may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenContent {
    /// BLAKE3 of the content.
    pub blake3: Digest,
    /// Length in bytes.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub bytes: u64,
    /// Media type, `image/jpeg`.
    #[schemars(example = "image/jpeg")]
    pub media_type: String,
    /// File name or title, without slashes and without personal data.
    pub name: Text,
}

/// Content of which only a salted commitment is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedContent {
    /// Commitment to salt and content.
    pub commitment: Digest,
    /// Padded length in bytes.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub bytes: u64,
}

/// How an item came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Captured {
    /// When.
    pub at: At,
    /// How, such as `photograph`, `satellite` or `download`.
    pub method: Code,
    /// With what kind of device; never which one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_kind: Option<Code>,
}

/// Where an item comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The monitors made it.
    Mission,
    /// A party handed it in.
    Party,
    /// It was published, and anyone could have found it.
    OpenSource,
    /// Somebody from the public sent it.
    Public,
}

impl Origin {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Party => "party",
            Self::OpenSource => "open_source",
            Self::Public => "public",
        }
    }
}

/// Whether it is the thing itself.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// The item as it was captured or received, which is kept and not worked on.
    Original,
    /// A copy that may be worked on.
    Working,
}

impl CopyKind {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Working => "working",
        }
    }
}

/// An item of evidence is registered; whoever does so is its first custodian. Its content is open
/// or sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRegistered {
    /// The content, when anyone may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenContent>,
    /// The content, when only a commitment is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedContent>,
    /// How it came to be.
    pub captured: Captured,
    /// Code of the body or team that collected it; never a person.
    pub collector: Code,
    /// Where it comes from.
    pub origin: Origin,
    /// Original or working copy.
    pub copy: CopyKind,
    /// The item that a working copy was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<StreamRef>,
}

impl EvidenceRegistered {
    /// What the content is known by: digest or commitment.
    pub fn content(&self) -> Option<&Digest> {
        self.open.as_ref().map(|o| &o.blake3).or(self.sealed.as_ref().map(|s| &s.commitment))
    }

    /// Length in bytes; padded when sealed.
    pub fn bytes(&self) -> u64 {
        self.open.as_ref().map(|o| o.bytes).or(self.sealed.as_ref().map(|s| s.bytes)).unwrap_or(0)
    }
}

impl Payload for EvidenceRegistered {
    fn contradiction(&self) -> Option<String> {
        if self.open.is_some() == self.sealed.is_some() {
            return Some("the content is either open or sealed; give one of the two".to_owned());
        }
        if self.bytes() == 0 {
            return Some("content of no bytes is no evidence".to_owned());
        }
        if let Some(original) = &self.original {
            if self.copy == CopyKind::Original {
                return Some("an original is not made of another item".to_owned());
            }
            if !original.as_str().starts_with("evidence/") {
                return Some(format!("{original} is no item of evidence (evidence/…)"));
            }
        }
        self.open.as_ref().and_then(|open| {
            if !is_media_type(&open.media_type) {
                let found = &open.media_type;
                return Some(format!("{found:?} is no media type: type/subtype in lower case"));
            }
            let name = open.name.as_str();
            (name.len() > NAME_MAX || name.contains('/'))
                .then(|| format!("a name has no slash and at most {NAME_MAX} bytes"))
        })
    }
}

fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
            && part.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
    };
    text.len() <= MEDIA_TYPE_MAX && text.split_once('/').is_some_and(|(a, b)| name(a) && name(b))
}
