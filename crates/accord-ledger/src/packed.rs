//! Saved state as bytes: small, quick to read, and the same for the same state.
//!
//! What is written this way is never evidence and never exchanged: it is read by the software that
//! wrote it, or thrown away and made again. It says itself what it consists of, as JSON does, so that
//! whatever has a JSON form has this one. A text that came before is only pointed at: names of
//! members and of streams, which make up most of a state, are there once.
//!
//! One byte says what follows:
//!
//! | byte | what |
//! |---|---|
//! | 0, 1, 2 | nothing, false, true |
//! | 3, 4 | a number ≥ 0; a number below, as what it lacks to −1 |
//! | 5 | a fraction, eight bytes |
//! | 6 | a text: its length and bytes |
//! | 7 | a text that came before, by its number |
//! | 8 | a text of digits 0-9a-f: half its length, and the bytes that it spells |
//! | 9, 10 | a list, a map: its length, and what is in it |
//! | 11, 12, 13 | a list, a map of unknown length, and the end of it |
//! | 14 | bytes: their length, and they |
//! | 32 to 127 | text number 0 to 95 |
//! | 128 to 255 | number 0 to 127 |
//!
//! Numbers are little-endian in groups of seven bits, the last below 128.

mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};

/// Why something cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PackedError(String);

impl PackedError {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl serde::ser::Error for PackedError {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        Self(why.to_string())
    }
}

impl serde::de::Error for PackedError {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        Self(why.to_string())
    }
}

/// The bytes of a value.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, PackedError> {
    let mut writer = write::Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.finish())
}

/// The value of which these are the bytes, all of them.
pub fn from_bytes<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, PackedError> {
    let mut reader = read::Reader::of(bytes);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

const NOTHING: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const NEGATIVE: u8 = 4;
const FRACTION: u8 = 5;
const TEXT: u8 = 6;
const AGAIN: u8 = 7;
const HEX: u8 = 8;
const LIST: u8 = 9;
const MAP: u8 = 10;
const OPEN_LIST: u8 = 11;
const OPEN_MAP: u8 = 12;
const END: u8 = 13;
const BYTES: u8 = 14;
/// From here on texts that came before, in one byte.
const NEAR: u8 = 32;
/// How many they are.
const NEAR_TEXTS: u8 = SMALL - NEAR;
/// From here on small numbers, in one byte.
const SMALL: u8 = 128;
/// How deep lists and maps may lie in each other.
const DEPTH_MAX: u32 = 128;
/// Shortest text that is looked at for hexadecimal digits.
const HEX_LEAST: usize = 16;

/// Whether a text gets a number, to be pointed at. To point at a shorter one takes as much as to
/// write it again, and longer ones hardly come again.
const fn is_numbered(text: &str) -> bool {
    text.len() > 2 && text.len() <= 256
}
