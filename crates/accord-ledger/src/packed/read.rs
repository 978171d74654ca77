//! Reading.

use super::{
    AGAIN, BYTES, DEPTH_MAX, END, FALSE, FRACTION, HEX, LIST, MAP, NEAR, NEGATIVE, NOTHING, NUMBER,
    OPEN_LIST, OPEN_MAP, PackedError, SMALL, TEXT, TRUE, is_numbered,
};
use accord_format::varint;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What is left to be read, and the texts that came before.
#[derive(Debug)]
pub(super) struct Reader<'de> {
    rest: &'de [u8],
    texts: Vec<&'de str>,
    depth: u32,
}

impl<'de> Reader<'de> {
    pub(super) const fn of(bytes: &'de [u8]) -> Self {
        Self { rest: bytes, texts: Vec::new(), depth: 0 }
    }

    /// Fails if there is anything left.
    pub(super) fn end(&self) -> Result<(), PackedError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(PackedError::new(format!("{} bytes follow its end", self.rest.len())))
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn byte(&mut self) -> Result<u8, PackedError> {
        let (first, rest) = self.rest.split_first().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*first)
    }

    fn take(&mut self, len: u64) -> Result<&'de [u8], PackedError> {
        let len = usize::try_from(len).map_err(|_| cut())?;
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, PackedError> {
        varint::pop(&mut self.rest)
            .ok_or_else(|| PackedError::new("a number has no end, or too many bits"))
    }

    fn text(&mut self) -> Result<&'de str, PackedError> {
        let len = self.varint()?;
        let text = std::str::from_utf8(self.take(len)?);
        let text = text.map_err(|_| PackedError::new("a text is not UTF-8"))?;
        if is_numbered(text) {
            self.texts.push(text);
        }
        Ok(text)
    }

    fn again(&self, number: u64) -> Result<&'de str, PackedError> {
        let known = usize::try_from(number).ok().and_then(|at| self.texts.get(at));
        known.copied().ok_or_else(|| PackedError::new(format!("there is no text {number} before")))
    }

    fn hex(&mut self) -> Result<String, PackedError> {
        let len = self.varint()?;
        let bytes = self.take(len)?;
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        Ok(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, PackedError>,
    ) -> Result<T, PackedError> {
        if self.depth >= DEPTH_MAX {
            return Err(PackedError::new(format!("it is nested deeper than {DEPTH_MAX}")));
        }
        self.depth = self.depth.saturating_add(1);
        let value = read(self);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    /// Reads a list or map with `read`, and sees that nothing of it is left.
    fn within<T>(
        &mut self,
        len: Option<u64>,
        read: impl FnOnce(&mut Within<'_, 'de>) -> Result<T, PackedError>,
    ) -> Result<T, PackedError> {
        self.deeper(|reader| {
            let mut within = Within { reader, left: len };
            let value = read(&mut within)?;
            if within.is_over()? { Ok(value) } else { Err(PackedError::new("it has more members")) }
        })
    }
}

fn cut() -> PackedError {
    PackedError::new("it ends early")
}

/// A list or map that is being read.
struct Within<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: Option<u64>,
}

impl Within<'_, '_> {
    /// True when nothing is left; then its end has been read.
    fn is_over(&mut self) -> Result<bool, PackedError> {
        match self.left {
            Some(left) => Ok(left == 0),
            None if self.reader.peek() == Some(END) => {
                self.reader.byte()?;
                self.left = Some(0);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn next(&mut self) -> Result<bool, PackedError> {
        if self.is_over()? {
            return Ok(false);
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(true)
    }

    /// As many as may be there: what is left has at least a byte for each.
    fn hint(&self) -> Option<usize> {
        let left = usize::try_from(self.left?).unwrap_or(usize::MAX);
        Some(left.min(self.reader.rest.len()))
    }
}

impl<'de> SeqAccess<'de> for &mut Within<'_, 'de> {
    type Error = PackedError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, PackedError> {
        if !self.next()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> MapAccess<'de> for &mut Within<'_, 'de> {
    type Error = PackedError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, PackedError> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, PackedError> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = PackedError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PackedError> {
        match self.byte()? {
            NOTHING => visitor.visit_unit(),
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            NUMBER => visitor.visit_u64(self.varint()?),
            NEGATIVE => match self.varint()?.cast_signed() {
                number @ 0.. => visitor.visit_i64(!number),
                _ => Err(PackedError::new("a number has no end, or too many bits")),
            },
            FRACTION => {
                let (bytes, rest) = self.rest.split_first_chunk::<8>().ok_or_else(cut)?;
                self.rest = rest;
                visitor.visit_f64(f64::from_le_bytes(*bytes))
            }
            TEXT => visitor.visit_borrowed_str(self.text()?),
            AGAIN => {
                let number = self.varint()?;
                visitor.visit_borrowed_str(self.again(number)?)
            }
            HEX => visitor.visit_string(self.hex()?),
            LIST => {
                let len = self.varint()?;
                self.within(Some(len), |within| visitor.visit_seq(within))
            }
            OPEN_LIST => self.within(None, |within| visitor.visit_seq(within)),
            MAP => {
                let len = self.varint()?;
                self.within(Some(len), |within| visitor.visit_map(within))
            }
            OPEN_MAP => self.within(None, |within| visitor.visit_map(within)),
            BYTES => {
                let len = self.varint()?;
                visitor.visit_borrowed_bytes(self.take(len)?)
            }
            small @ SMALL.. => visitor.visit_u64(u64::from(small - SMALL)),
            near @ NEAR..SMALL => visitor.visit_borrowed_str(self.again(u64::from(near - NEAR))?),
            other => Err(PackedError::new(format!("no value begins with the byte {other}"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PackedError> {
        if self.peek() == Some(NOTHING) {
            self.byte()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, PackedError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PackedError> {
        if self.peek() != Some(MAP) {
            return visitor.visit_enum(Variant { reader: self, unit: true });
        }
        self.byte()?;
        if self.varint()? != 1 {
            return Err(PackedError::new("a choice has one member"));
        }
        self.deeper(|reader| visitor.visit_enum(Variant { reader, unit: false }))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A choice that is being read.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    unit: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = PackedError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), PackedError> {
        let name = String::deserialize(&mut *self.reader)?;
        let value = seed.deserialize(IntoDeserializer::<PackedError>::into_deserializer(name))?;
        Ok((value, self))
    }
}

impl Variant<'_, '_> {
    fn has_content(&self, has: bool) -> Result<(), PackedError> {
        if self.unit == has {
            return Err(PackedError::new("a choice has another content than is expected"));
        }
        Ok(())
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = PackedError;

    fn unit_variant(self) -> Result<(), PackedError> {
        self.has_content(false)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, PackedError> {
        self.has_content(true)?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, PackedError> {
        self.has_content(true)?;
        self.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PackedError> {
        self.has_content(true)?;
        self.reader.deserialize_struct("", fields, visitor)
    }
}
