//! Numbers in groups of seven bits.

/// Writes a number.
pub(crate) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Reads one; nothing if it ends early or has more than 64 bits.
pub(crate) fn pop(rest: &mut &[u8]) -> Option<u64> {
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
