//! Commitments: what stands in an entry for what must not be public.

use crate::hash::ContentHash;

/// Length of the random salt, in bytes.
pub const SALT_LEN: usize = 32;

/// BLAKE3 `derive_key("accord commitment v1 <kind>")` over the salt, then the content.
///
/// The salt makes the value useless to whoever guesses the content; disclosure hands over both.
pub fn commit(kind: &str, salt: &[u8; SALT_LEN], content: &[u8]) -> ContentHash {
    let mut hasher = blake3::Hasher::new_derive_key(&format!("accord commitment v1 {kind}"));
    hasher.update(salt).update(content);
    ContentHash::from_bytes(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_salt_and_content_all_count() {
        let one = commit("person", &[1; 32], b"x");
        assert_ne!(one, commit("file", &[1; 32], b"x"));
        assert_ne!(one, commit("person", &[2; 32], b"x"));
        assert_ne!(one, commit("person", &[1; 32], b"y"));
        assert_ne!(one, ContentHash::of(b"x"));
    }
}
