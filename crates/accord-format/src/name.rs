//! Names: participants, labels, roles, types and streams.
//!
//! ASCII `[a-z0-9._-]`, so that no two names look alike on a screen and any of them can stand in
//! a file name or a URL unescaped.

/// The longest code, in bytes.
pub const CODE_MAX: usize = 64;

/// True for 1 to 64 of `[a-z0-9._-]`, starting with a letter or a digit.
pub fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= CODE_MAX
        && bytes.first().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.iter().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
        })
}

/// True for a code with a family and a name: `violation.alleged`.
pub fn is_event_type(text: &str) -> bool {
    is_code(text) && text.split('.').count() >= 2 && text.split('.').all(|part| !part.is_empty())
}

/// True for two codes joined by `/`: a stream (`violation/0198…`) or a key name (`mission/field-3`).
pub fn is_pair(text: &str) -> bool {
    text.split_once('/').is_some_and(|(first, second)| is_code(first) && is_code(second))
}

/// The participant of a key name `<participant>/<label>`.
pub fn participant_of(key_name: &str) -> &str {
    key_name.split_once('/').map_or(key_name, |(participant, _)| participant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_ascii() {
        for good in ["a", "0", "field-3", "a.b_c-d", &"x".repeat(64)] {
            assert!(is_code(good), "{good}");
        }
        for bad in ["", ".", "-a", "A", "a/b", "a b", "ä", &"x".repeat(65)] {
            assert!(!is_code(bad), "{bad}");
        }
        assert!(is_event_type("violation.alleged"));
        for bad in ["violation", "violation.", "a..b", ".a"] {
            assert!(!is_event_type(bad), "{bad}");
        }
        assert!(is_pair("mission/field-3"));
        for bad in ["mission", "/", "a/", "/b", "a/b/c"] {
            assert!(!is_pair(bad), "{bad}");
        }
    }
}
