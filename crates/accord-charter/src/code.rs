//! What codes, event types and labels look like.

/// The longest code, in bytes.
pub(crate) const CODE_MAX: usize = 64;

/// True for 1 to 64 of `[a-z0-9._-]`, starting with a letter or a digit.
pub(crate) fn is_code(text: &str) -> bool {
    is_label(text) && !text.bytes().any(|b| b.is_ascii_uppercase())
}

/// True for a code that may have capitals: provisions and categories are known as `P01`, `A1`.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= CODE_MAX
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// True for a code of two or more non-empty parts: `violation.alleged`.
pub(crate) fn is_event_type(text: &str) -> bool {
    is_code(text) && text.contains('.') && text.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain_ascii() {
        for good in ["a", "0", "field-3", "a.b_c-d", &"x".repeat(64)] {
            assert!(is_code(good), "{good}");
        }
        for bad in ["", ".", "-a", "A", "a/b", "a b", "ä", &"x".repeat(65)] {
            assert!(!is_code(bad), "{bad}");
        }
        assert!(is_label("P01"));
        assert!(!is_label("P 1"));
        for bad in ["violation", "violation.", "a..b", ".a", "A.b"] {
            assert!(!is_event_type(bad), "{bad}");
        }
    }
}
