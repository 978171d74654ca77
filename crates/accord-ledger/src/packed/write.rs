//! Writing.

use super::{
    AGAIN, BYTES, END, FALSE, FRACTION, HEX, HEX_LEAST, LIST, MAP, NEAR, NEAR_TEXTS, NEGATIVE,
    NOTHING, NUMBER, OPEN_LIST, OPEN_MAP, PackedError, SMALL, TEXT, TRUE, is_numbered,
};
use accord_format::varint;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::collections::HashMap;

/// What has been written, and the number of each text in it.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    texts: HashMap<Box<str>, u64>,
}

impl Writer {
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn tagged(&mut self, tag: u8, number: u64) {
        self.bytes.push(tag);
        varint::push(&mut self.bytes, number);
    }

    fn number(&mut self, number: u64) {
        match u8::try_from(number) {
            Ok(small) if small < SMALL => self.bytes.push(SMALL | small),
            _ => self.tagged(NUMBER, number),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(known) = self.texts.get(text) {
            return match u8::try_from(*known) {
                // Below 128, since there are no more of them.
                Ok(near) if near < NEAR_TEXTS => self.bytes.push(NEAR.saturating_add(near)),
                _ => self.tagged(AGAIN, *known),
            };
        }
        if text.len() >= HEX_LEAST
            && let Some(spelt) = spelt(text)
        {
            self.tagged(HEX, spelt.len() as u64);
            self.bytes.extend_from_slice(&spelt);
            return;
        }
        self.tagged(TEXT, text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
        if is_numbered(text) {
            self.texts.insert(text.into(), self.texts.len() as u64);
        }
    }

    fn begin(&mut self, tag: u8, open: u8, len: Option<usize>) -> Within<'_> {
        match len {
            Some(len) => self.tagged(tag, len as u64),
            None => self.bytes.push(open),
        }
        Within { writer: self, open: len.is_none() }
    }

    /// A map with one member.
    fn variant(&mut self, name: &str) {
        self.tagged(MAP, 1);
        self.text(name);
    }
}

/// The bytes that a text spells in pairs of digits, if it consists of them.
fn spelt(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// A list or map that is being written.
#[derive(Debug)]
pub(super) struct Within<'w> {
    writer: &'w mut Writer,
    open: bool,
}

impl Within<'_> {
    fn close(self) {
        if self.open {
            self.writer.bytes.push(END);
        }
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = PackedError;
    type SerializeSeq = Within<'w>;
    type SerializeTuple = Within<'w>;
    type SerializeTupleStruct = Within<'w>;
    type SerializeTupleVariant = Within<'w>;
    type SerializeMap = Within<'w>;
    type SerializeStruct = Within<'w>;
    type SerializeStructVariant = Within<'w>;

    fn serialize_bool(self, value: bool) -> Result<(), PackedError> {
        self.bytes.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), PackedError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), PackedError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), PackedError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), PackedError> {
        match u64::try_from(value) {
            Ok(number) => self.number(number),
            Err(_) => self.tagged(NEGATIVE, (!value).cast_unsigned()),
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), PackedError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), PackedError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), PackedError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), PackedError> {
        self.number(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), PackedError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), PackedError> {
        self.bytes.push(FRACTION);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), PackedError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), PackedError> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), PackedError> {
        self.tagged(BYTES, value.len() as u64);
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), PackedError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), PackedError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), PackedError> {
        self.bytes.push(NOTHING);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), PackedError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), PackedError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), PackedError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), PackedError> {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Within<'w>, PackedError> {
        Ok(self.begin(LIST, OPEN_LIST, len))
    }

    fn serialize_tuple(self, len: usize) -> Result<Within<'w>, PackedError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        len: usize,
    ) -> Result<Within<'w>, PackedError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Within<'w>, PackedError> {
        self.variant(variant);
        self.serialize_seq(Some(len))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Within<'w>, PackedError> {
        Ok(self.begin(MAP, OPEN_MAP, len))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Within<'w>, PackedError> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Within<'w>, PackedError> {
        self.variant(variant);
        self.serialize_map(Some(len))
    }
}

impl SerializeMap for Within<'_> {
    type Ok = ();
    type Error = PackedError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), PackedError> {
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackedError> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), PackedError> {
        self.close();
        Ok(())
    }
}

/// Lists by any name.
macro_rules! elements {
    ($($kind:ident $element:ident),+) => {
        $(impl $kind for Within<'_> {
            type Ok = ();
            type Error = PackedError;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackedError> {
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<(), PackedError> {
                self.close();
                Ok(())
            }
        })+
    };
}

elements!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

/// Maps whose keys are the names of members.
macro_rules! members {
    ($($kind:ident),+) => {
        $(impl $kind for Within<'_> {
            type Ok = ();
            type Error = PackedError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), PackedError> {
                self.writer.text(key);
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<(), PackedError> {
                self.close();
                Ok(())
            }
        })+
    };
}

members!(SerializeStruct, SerializeStructVariant);
