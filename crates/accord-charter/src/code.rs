//! Codes of provisions and categories, which may have capitals: they are known as `P01`, `A1`.

use accord_format::name::CODE_MAX;

/// True for 1 to 64 of `[A-Za-z0-9._-]`, starting with a letter or a digit.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= CODE_MAX
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_plain_ascii() {
        for good in ["P01", "a", "0", "field-3", "a.b_c-D", &"X".repeat(64)] {
            assert!(is_label(good), "{good}");
        }
        for bad in ["", ".", "-a", "a/b", "a b", "ä", &"x".repeat(65)] {
            assert!(!is_label(bad), "{bad}");
        }
    }
}
