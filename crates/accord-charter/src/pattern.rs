//! Patterns over event types: an exact type, or everything under a prefix.

use accord_format::name::{is_code, is_event_type};

/// A pattern over event types, as grants and provisions write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// One type: `violation.alleged`.
    Exact(&'a str),
    /// Every type that starts with this prefix and a dot: `violation` from `violation.*`.
    Under(&'a str),
}

impl<'a> Pattern<'a> {
    /// Reads a pattern; `None` where the text is neither an event type nor `prefix.*`.
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Some(prefix) = text.strip_suffix(".*") {
            let sound = is_code(prefix) && prefix.split('.').all(|part| !part.is_empty());
            return sound.then_some(Self::Under(prefix));
        }
        is_event_type(text).then_some(Self::Exact(text))
    }

    /// Reads a pattern if it covers `event_type`. What cannot is told by a glance, without reading
    /// it: every event's type is looked up among all patterns of a charter.
    pub fn covering(text: &'a str, event_type: &str) -> Option<Self> {
        let may =
            text.strip_suffix('*').map_or(text == event_type, |to| event_type.starts_with(to));
        may.then(|| Self::parse(text)).flatten().filter(|pattern| pattern.covers(event_type))
    }

    /// True where the pattern covers `event_type`.
    pub fn covers(self, event_type: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == event_type,
            Self::Under(prefix) => {
                event_type.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
            }
        }
    }

    /// How closely it aims: an exact type before every prefix, a longer prefix before a shorter.
    pub(crate) fn closeness(self) -> usize {
        match self {
            Self::Exact(_) => usize::MAX,
            Self::Under(prefix) => prefix.len(),
        }
    }

    /// The first part of the types covered: `violation` for `violation.alleged`.
    pub fn head(self) -> &'a str {
        let (Self::Exact(text) | Self::Under(text)) = self;
        text.split_once('.').map_or(text, |(head, _)| head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_refuses() {
        assert_eq!(Pattern::parse("a.b"), Some(Pattern::Exact("a.b")));
        assert_eq!(Pattern::parse("a.*"), Some(Pattern::Under("a")));
        assert_eq!(Pattern::parse("a.b.*"), Some(Pattern::Under("a.b")));
        for bad in ["", "*", ".*", "a", "a.", "a*", "a.*.b", "A.b", "a..*", "a b.*", "a.**"] {
            assert_eq!(Pattern::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn covering_is_reading_and_then_covering() {
        for text in ["", "*", ".*", "a", "a.", "a.b", "a.*", "a.b.*", "a.b*", "a.b.c", "ab.*"] {
            for event_type in ["", "a", "a.", "a.b", "a.b.c", "ab.c", "a.*", "*"] {
                let read = Pattern::parse(text).filter(|pattern| pattern.covers(event_type));
                assert_eq!(Pattern::covering(text, event_type), read, "{text} {event_type}");
            }
        }
    }

    #[test]
    fn a_prefix_ends_at_a_dot() {
        let under = Pattern::Under("line");
        assert!(under.covers("line.moved"));
        assert!(!under.covers("lines.moved"));
        assert!(!under.covers("line"));
        assert_eq!(under.head(), "line");
        assert_eq!(Pattern::Exact("line.moved").head(), "line");
    }
}
