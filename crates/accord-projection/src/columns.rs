//! Rows of numbers that differ little from one to the next, in few bytes: for what a saved state has
//! most of.

use accord_format::varint;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Rows of `N` numbers as bytes: each number as what it has more than the one above it, in groups of
/// seven bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<u8>);

impl Columns {
    /// The bytes of some rows.
    pub fn of<const N: usize>(rows: impl IntoIterator<Item = [i64; N]>) -> Self {
        let (mut bytes, mut above) = (Vec::new(), [0_i64; N]);
        for row in rows {
            for (number, above) in row.iter().zip(&above) {
                // Modulo 2^64 there is a difference between any two.
                let difference = number.wrapping_sub(*above);
                varint::push(&mut bytes, (difference << 1 ^ difference >> 63).cast_unsigned());
            }
            above = row;
        }
        Self(bytes)
    }

    /// The rows; nothing if these are bytes of no rows of `N` numbers.
    pub fn rows<const N: usize>(&self) -> Option<Vec<[i64; N]>> {
        let (mut rest, mut row) = (self.0.as_slice(), [0_i64; N]);
        let mut rows = Vec::with_capacity(rest.len().checked_div(N.saturating_mul(3))?);
        while !rest.is_empty() {
            for number in &mut row {
                let folded = varint::pop(&mut rest)?;
                let difference = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
                *number = number.wrapping_add(difference);
            }
            rows.push(row);
        }
        Some(rows)
    }
}

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Columns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Columns, E> {
                Ok(Columns(bytes.to_vec()))
            }

            // Where bytes are a list, as in JSON.
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Columns, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = list.next_element()? {
                    bytes.push(byte);
                }
                Ok(Columns(bytes))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// What can stand in a list that is saved as [`Columns`]:
/// `#[serde(serialize_with = "columns::write", deserialize_with = "columns::read")]`.
pub trait Row<const N: usize>: Sized {
    /// Its numbers.
    fn numbers(&self) -> [i64; N];
    /// The row with these numbers, if there is one.
    fn of(numbers: [i64; N]) -> Option<Self>;
}

impl Row<2> for (u64, u64) {
    fn numbers(&self) -> [i64; 2] {
        [self.0.cast_signed(), self.1.cast_signed()]
    }

    fn of([one, other]: [i64; 2]) -> Option<Self> {
        Some((one.cast_unsigned(), other.cast_unsigned()))
    }
}

/// Writes rows in the place of which their numbers stand.
pub fn write<const N: usize, R: Row<N>, S: Serializer>(
    rows: &[R],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Columns::of(rows.iter().map(Row::numbers)).serialize(serializer)
}

/// Reads what [`write()`] wrote.
pub fn read<'de, const N: usize, R: Row<N>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<R>, D::Error> {
    let rows = Columns::deserialize(deserializer)?.rows::<N>();
    let read = rows.and_then(|rows| rows.into_iter().map(R::of).collect());
    read.ok_or_else(|| D::Error::custom("numbers that make no rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_read_as_they_were_written(rows in proptest::collection::vec(any::<[i64; 3]>(), 0..50)) {
            let columns = Columns::of(rows.iter().copied());
            prop_assert_eq!(columns.rows::<3>().unwrap(), rows);
            let text = serde_json::to_string(&columns).unwrap();
            prop_assert_eq!(serde_json::from_str::<Columns>(&text).unwrap(), columns);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            let columns = Columns(bytes);
            if let Some(rows) = columns.rows::<2>() {
                prop_assert_eq!(Columns::of(rows.iter().copied()).rows::<2>().unwrap(), rows);
            }
        }
    }

    #[test]
    fn what_differs_little_takes_little() {
        let rows = (0..1_000).map(|n| [1_700_000_000_000_000 + n * 60_000_000, n * 3]);
        assert!(Columns::of(rows).0.len() < 6_000);
        // Half a row is none.
        assert_eq!(Columns::of([[1], [2], [3]]).rows::<2>(), None);
    }
}
