//! Notes one after another, as `append` reads them from a file or a pipe.
//!
//! A note needs no separator: its JSON line says how many signatures follow. That lets a program
//! at the other end of a pipe wait for one receipt before it sends the next note. Blank lines
//! between notes are allowed.

use accord_format::event::{Event, FIRST_LINE, NOTE_MAX};
use std::io::{self, BufRead};

/// Splits a stream into notes. What is no note is passed on as well, up to where the next one
/// begins, so that it gets an answer of its own.
#[derive(Debug)]
pub(crate) struct Notes<R> {
    input: R,
    /// A line read that belongs to the next note.
    ahead: Option<Vec<u8>>,
}

impl<R: BufRead> Notes<R> {
    /// Reads from `input`.
    pub(crate) const fn new(input: R) -> Self {
        Self { input, ahead: None }
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        // A line longer than any note comes in pieces, which then are no note.
        let limit = NOTE_MAX as u64 + 1;
        let read = io::Read::take(&mut self.input, limit).read_until(b'\n', &mut line)?;
        Ok((read > 0).then_some(line))
    }

    fn note(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut first = self.line()?;
        while first.as_deref() == Some(b"\n") {
            first = self.line()?;
        }
        let Some(first) = first else { return Ok(None) };
        let mut note = first;
        let mut expected = None;
        let mut lines = 1_usize;
        loop {
            if expected.is_some_and(|expected| lines == expected) {
                return Ok(Some(note));
            }
            let Some(line) = self.line()? else { return Ok(Some(note)) };
            if is_first(&line) {
                self.ahead = Some(line);
                return Ok(Some(note));
            }
            // What is too long is refused for it; the rest of it is not kept.
            if note.len() <= NOTE_MAX {
                note.extend_from_slice(&line);
            }
            lines = lines.saturating_add(1);
            if lines == 2 {
                // First line, JSON, blank line, one line for each signer.
                let event =
                    std::str::from_utf8(&note).ok().and_then(|text| Event::parse(text).ok());
                expected = event.map(|event| 3 + event.signers.len());
            }
        }
    }
}

fn is_first(line: &[u8]) -> bool {
    line.strip_suffix(b"\n") == Some(FIRST_LINE.as_bytes())
}

impl<R: BufRead> Iterator for Notes<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.note().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord_format::event::SignedEvent;
    use accord_format::key::NoteSigner;
    use proptest::prelude::*;

    fn note(n: u32) -> String {
        let (one, two) = (
            NoteSigner::from_seed("a/k", &[1; 32]).unwrap(),
            NoteSigner::from_seed("b/k", &[2; 32]).unwrap(),
        );
        let line = format!(
            r#"{{"id":"0198f3c2-0000-7000-8000-{n:012}","type":"a.b","version":1,"stream":"a/b","signers":[{{"key":"{}","as":"x"}},{{"key":"{}","as":"x"}}],"issued":"2026-03-01T05:00:00Z","occurred":{{"from":"2026-03-01T04:00:00Z","precision":"hour"}},"seen":{{"size":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},"payload":{{}}}}"#,
            one.id_string(),
            two.id_string()
        );
        SignedEvent::sign(&line, &[&one, &two]).unwrap().note().to_owned()
    }

    fn split(text: &str) -> Vec<String> {
        let notes = Notes::new(text.as_bytes()).map(Result::unwrap);
        notes.map(|n| String::from_utf8(n).unwrap()).collect()
    }

    #[test]
    fn notes_follow_each_other_with_or_without_blank_lines() {
        let (a, b) = (note(1), note(2));
        assert_eq!(split(&format!("{a}{b}")), [a.clone(), b.clone()]);
        assert_eq!(split(&format!("\n{a}\n\n{b}\n")), [a, b]);
        assert_eq!(split(""), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_note_does_not_take_its_neighbours_with_it() {
        let (a, b) = (note(1), note(2));
        assert_eq!(
            split(&format!("rubbish\nmore\n{a}")),
            ["rubbish\nmore\n".to_owned(), a.clone()]
        );
        let broken = a.replace("\"version\":1", "\"version\":0");
        assert_eq!(split(&format!("{broken}{b}")), [broken, b.clone()]);
        let cut = &a[..a.len() - 40];
        assert_eq!(split(&format!("{cut}\n{b}")).last(), Some(&b));
        let long = format!("{FIRST_LINE}\n{}\n", "x".repeat(300_000));
        let parts = split(&format!("{long}{a}"));
        assert_eq!(parts.len(), 2);
        assert!(parts[0].len() > NOTE_MAX && parts[0].len() < 3 * NOTE_MAX);
        assert_eq!(parts[1], a);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_is_endless(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            prop_assert!(Notes::new(bytes.as_slice()).count() <= bytes.len());
        }
    }
}
