//! C2SP signed-note v1.0.0: a text and the signature lines under it.

use crate::key::KeyId;
use crate::wire;

/// The most signature lines a note may carry here, as in Go's note package (C2SP demands that at
/// least 16 be accepted).
pub const SIGNATURES_MAX: usize = 100;
const LINE_START: &str = "\u{2014} ";

/// Why bytes are not a signed note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not UTF-8.
    #[error("not UTF-8, first bad byte at {0}")]
    Utf8(usize),
    /// A control character other than LF.
    #[error("control character 0x{byte:02x} at byte {at}; a note holds none but line feeds")]
    Control {
        /// The byte found.
        byte: u8,
        /// Where, from 0.
        at: usize,
    },
    /// The text does not end in LF, or nothing stands after the last blank line.
    #[error("no blank line followed by signature lines; a note ends with at least one")]
    NoSignatures,
    /// The last line has no LF.
    #[error("the last line does not end with a line feed; the note may be cut off")]
    Truncated,
    /// A signature line that is not `— name base64`.
    #[error("signature line {line} is not of the form \"\u{2014} name base64\"")]
    SignatureLine {
        /// From 1.
        line: usize,
    },
    /// Too many signature lines.
    #[error("more than {SIGNATURES_MAX} signature lines")]
    TooManySignatures,
}

/// One signature line: who claims to have signed, and the bytes behind the key id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Key name.
    pub name: String,
    /// Key id.
    pub id: KeyId,
    /// What follows the key id; its length depends on the algorithm.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// The line, with its LF.
    pub fn to_line(&self) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.signature);
        format!("{LINE_START}{} {}\n", self.name, wire::to_base64(&bytes))
    }

    /// True for a line as long as one of an ML-DSA-44 key: a time and a signature.
    pub const fn is_ml_dsa(&self) -> bool {
        self.signature.len() == 8 + crate::mldsa::SIGNATURE_LEN
    }

    /// Reads a line, without its LF.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix(LINE_START)?.split_once(' ')?;
        let bytes = wire::from_base64(base64)?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        (is_key_name(name) && !signature.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: KeyId::from_bytes(*id),
            signature: signature.to_vec(),
        })
    }
}

/// True for a key name as signed-note asks: not empty, no Unicode space, no plus.
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c.is_control())
}

/// A signed note, parsed but not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// Splits a note at its last blank line.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let all = std::str::from_utf8(bytes).map_err(|e| NoteError::Utf8(e.valid_up_to()))?;
        let is_control = |byte: u8| byte.is_ascii_control() && byte != b'\n';
        // All bytes at once, which takes less than to look for the first of them.
        if bytes.iter().fold(false, |any, byte| any | is_control(*byte))
            && let Some((at, byte)) = bytes.iter().enumerate().find(|(_, b)| is_control(**b))
        {
            return Err(NoteError::Control { byte: *byte, at });
        }
        if !all.ends_with('\n') {
            return Err(NoteError::Truncated);
        }
        let split = all.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, rest) = all.split_at(split + 1);
        let lines = rest.get(1..).unwrap_or_default();
        if lines.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let mut signatures = Vec::new();
        for (at, line) in lines.trim_end_matches('\n').split('\n').enumerate() {
            if at == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            signatures
                .push(NoteSignature::parse(line).ok_or(NoteError::SignatureLine { line: at + 1 })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// A note of `text`, which must end in LF, and signature lines made for it.
    pub fn new(text: &str, signatures: &[NoteSignature]) -> Result<Self, NoteError> {
        Self::parse(render(text, signatures).as_bytes())
    }

    /// The signed text, with its final LF.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The same, without the text.
    pub fn into_signatures(self) -> Vec<NoteSignature> {
        self.signatures
    }

    /// The note's bytes: those that it was read from, since a note has one spelling.
    pub fn to_text(&self) -> String {
        render(&self.text, &self.signatures)
    }
}

fn render(text: &str, signatures: &[NoteSignature]) -> String {
    let mut out = format!("{text}\n");
    for signature in signatures {
        out.push_str(&signature.to_line());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_last_blank_line() {
        let note = Note::parse("a\n\nb\n\n\u{2014} n AAAAAAE=\n".as_bytes()).unwrap();
        assert_eq!(note.text(), "a\n\nb\n");
        assert_eq!(note.signatures().len(), 1);
        assert_eq!(note.to_text(), "a\n\nb\n\n\u{2014} n AAAAAAE=\n");
    }

    /// Whatever is read is written as it was, so nothing needs to be written to know how.
    #[test]
    fn a_note_has_one_spelling() {
        let honest = "a\n\nb\n\n\u{2014} n AAAAAAE=\n\u{2014} m/1 AAAAAAECAw==\n".as_bytes();
        let mut read = 0;
        for at in 0..=honest.len() {
            let (before, behind) = honest.split_at(at);
            let mut others = vec![[before, behind.get(1..).unwrap_or_default()].concat()];
            for byte in *b"\n =A+/\r\xe2" {
                others.push([before, &[byte], behind].concat());
                others.push([before, &[byte], behind.get(1..).unwrap_or_default()].concat());
            }
            for bytes in others {
                if let Ok(note) = Note::parse(&bytes) {
                    assert_eq!(note.to_text().as_bytes(), bytes);
                    read += 1;
                }
            }
        }
        assert!(read > 50, "{read}");
    }

    #[test]
    fn refuses_what_is_not_a_note() {
        assert_eq!(Note::parse(b"a\xff\n"), Err(NoteError::Utf8(1)));
        assert_eq!(Note::parse(b"a\t\n\n"), Err(NoteError::Control { byte: 9, at: 1 }));
        assert_eq!(Note::parse(b"a\n"), Err(NoteError::NoSignatures));
        assert_eq!(Note::parse(b"a\n\n"), Err(NoteError::NoSignatures));
        assert_eq!(Note::parse("a\n\n\u{2014} n AAAAAAE=".as_bytes()), Err(NoteError::Truncated));
        for line in [
            "- n AAAAAAE=",
            "\u{2014} n+m AAAAAAE=",
            "\u{2014} n AAAA",
            "\u{2014} n AAAAAAE",
            "\u{2014}  AAAAAAE=",
            "\u{2014} n AAAAAAF=",
            "\u{2014} n AAAAAAE= ",
            "\u{2014} n  AAAAAAE=",
            " \u{2014} n AAAAAAE=",
        ] {
            let note = format!("a\n\n{line}\n");
            assert_eq!(
                Note::parse(note.as_bytes()),
                Err(NoteError::SignatureLine { line: 1 }),
                "{line}"
            );
        }
        let lines = |count| format!("a\n\n{}", "\u{2014} n AAAAAAE=\n".repeat(count));
        assert!(Note::parse(lines(SIGNATURES_MAX).as_bytes()).is_ok());
        let many = lines(SIGNATURES_MAX + 1);
        assert_eq!(Note::parse(many.as_bytes()), Err(NoteError::TooManySignatures));
    }
}
