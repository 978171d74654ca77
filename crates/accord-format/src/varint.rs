//! Numbers in groups of seven bits, the lowest first; every group but the last has the eighth bit set.
//!
//! For what this software keeps for itself: indexes and saved states. No normative format has such
//! numbers, so that a number may be spelled longer than it need be is of no matter.
//!
//! ```
//! use accord_format::varint;
//!
//! let mut bytes = Vec::new();
//! varint::push(&mut bytes, 300);
//! assert_eq!(bytes, [0xac, 0x02]);
//! assert_eq!(varint::pop(&mut bytes.as_slice()), Some(300));
//! ```

/// Writes a number: one byte for each seven bits that it has.
pub fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Reads a number from the front; nothing if it ends early or has more than 64 bits.
pub fn pop(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (first, behind) = rest.split_first()?;
        *rest = behind;
        let group = u64::from(first & 0x7f);
        let shifted = group << shift;
        if shifted >> shift != group {
            return None;
        }
        number |= shifted;
        if *first < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes_of(number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        push(&mut bytes, number);
        bytes
    }

    #[test]
    fn a_group_for_every_seven_bits() {
        for (number, length) in [
            (0, 1),
            (0x7f, 1),
            (0x80, 2),
            (0x3fff, 2),
            (0x4000, 3),
            (u64::MAX >> 1, 9),
            (u64::MAX, 10),
        ] {
            assert_eq!(bytes_of(number).len(), length, "{number:#x}");
        }
    }

    #[test]
    fn more_than_64_bits_are_no_number() {
        let most = bytes_of(u64::MAX);
        assert_eq!(pop(&mut most.as_slice()), Some(u64::MAX));
        let mut more = most;
        more[9] = 2;
        assert_eq!(pop(&mut more.as_slice()), None);
        // An eleventh group has no place.
        assert_eq!(pop(&mut [[0x80; 10].as_slice(), &[0]].concat().as_slice()), None);
    }

    #[test]
    fn a_number_that_ends_early_is_none() {
        for number in [0x80, u64::MAX] {
            let bytes = bytes_of(number);
            for cut in 0..bytes.len() {
                assert_eq!(pop(&mut &bytes[..cut]), None, "{number:#x} cut at {cut}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(numbers in proptest::collection::vec(any::<u64>(), 0..20)) {
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| bytes_of(*number)).collect();
            let mut rest = bytes.as_slice();
            let read: Vec<u64> = std::iter::from_fn(|| pop(&mut rest)).collect();
            prop_assert_eq!(read, numbers);
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut rest = bytes.as_slice();
            if let Some(number) = pop(&mut rest) {
                prop_assert!(bytes.len() - rest.len() >= bytes_of(number).len());
            }
        }
    }
}
