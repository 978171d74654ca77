//! Event ids: UUID version 7 (RFC 9562), 48 bits of time and 74 others.

use crate::error::CliError;
use accord_format::time::Timestamp;

/// A new id for an event signed at `at`.
pub(crate) fn random(at: Timestamp) -> Result<String, CliError> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(CliError::Entropy)?;
    Ok(from_parts(at, bytes))
}

/// The id with the time of `at`, in milliseconds (0 before 1970), and 74 of the bits of `rest`.
pub(crate) fn from_parts(at: Timestamp, rest: [u8; 10]) -> String {
    let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid().hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_time_version_and_variant() {
        // RFC 9562, appendix A.6: the same instant and random bits.
        let at = Timestamp::from_micros(1_645_557_742_000_000);
        let id = from_parts(at, [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
        assert_eq!(id, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        let early = from_parts(Timestamp::from_seconds(-5), [0xff; 10]);
        assert_eq!(early, "00000000-0000-7fff-bfff-ffffffffffff");
        assert_ne!(random(at).unwrap(), random(at).unwrap());
    }
}
