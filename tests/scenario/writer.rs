//! A running `accord append -`, to which events are handed one after another.

use accord_format::event::SignedEvent;
use accord_tests::binary;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

/// The process and its pipes.
pub(super) struct Writer {
    child: Child,
    notes: ChildStdin,
    answers: Receiver<String>,
    reader: JoinHandle<()>,
    /// What it says beside its answers.
    errors: PathBuf,
}

impl Writer {
    /// Starts it in `directory`, on the ledger of that name.
    pub(super) fn start(directory: &Path, ledger: &str) -> Result<Self, String> {
        let errors = directory.join("errors");
        let kept = File::options().create(true).append(true).open(&errors);
        let mut command = binary::command(directory, &["append", "--dir", ledger, "-", "--json"]);
        command.stderr(Stdio::from(kept.map_err(|e| e.to_string())?));
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let (Some(notes), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("accord append has no pipes".to_owned());
        };
        let (sender, answers) = channel();
        // Read beside, or both sides would wait once the pipes are full.
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(out).lines().map_while(Result::ok);
            lines.map(|line| sender.send(line)).take_while(Result::is_ok).for_each(drop);
        });
        Ok(Self { child, notes, answers, reader, errors })
    }

    /// Hands events in, and gives the answers in order.
    pub(super) fn submit(&mut self, events: &[SignedEvent]) -> Result<Vec<Value>, String> {
        let handed = events.iter().try_for_each(|e| self.notes.write_all(e.note().as_bytes()));
        handed.and_then(|()| self.notes.flush()).map_err(|e| self.broken(&e.to_string()))?;
        let answer = |_| {
            let line = self.answers.recv().map_err(|_| self.broken("it stopped"))?;
            serde_json::from_str(&line).map_err(|e| format!("{line}: {e}"))
        };
        events.iter().map(answer).collect()
    }

    fn broken(&self, why: &str) -> String {
        let said = std::fs::read_to_string(&self.errors).unwrap_or_default();
        format!("accord append: {why}: {said}")
    }

    /// Lets it end.
    pub(super) fn close(self) -> Result<(), String> {
        let Self { mut child, notes, answers, reader, errors } = self;
        drop(notes);
        let status = child.wait().map_err(|e| e.to_string())?;
        drop((answers, reader.join()));
        // Refusals show in the exit code as well.
        if let Some(0 | 3) = status.code() {
            return Ok(());
        }
        let said = std::fs::read_to_string(errors).unwrap_or_default();
        Err(format!("accord append: {status}: {said}"))
    }
}
