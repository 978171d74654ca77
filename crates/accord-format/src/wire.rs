//! Small strict readers shared by the textual formats.

use crate::hash::NodeHash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 with padding, as C2SP asks.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Canonical standard base64 only: right padding, no stray bits, no white space.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A hash in base64.
pub(crate) fn node_hash(text: &str) -> Option<NodeHash> {
    from_base64(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(NodeHash::from_bytes)
}

/// A decimal without sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0"
        || (text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && !text.is_empty());
    if canonical { text.parse().ok() } else { None }
}

/// Cuts one line off `rest`; the line comes without its LF.
pub(crate) fn take_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (line, after) = rest.split_once('\n')?;
    *rest = after;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_base64_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "00", "01", "+1", "-1", "1 ", "18446744073709551616", "１"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
        assert_eq!(from_base64("YQ=="), Some(b"a".to_vec()));
        for bad in ["YQ", "YQ=", "YR==", " YQ==", "YQ==\n", "Y-=="] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
    }
}
