//! What a running witness says: a line for each thing that happened.

use crate::output::Output;
use accord_format::time::Timestamp;
use accord_witness::witness::{Happened, Witness, system_clock};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Lines that wait to be written; strangers who cause more wait for nobody.
const WAITING: usize = 256;
/// Lines a second. Strangers cause them too, and must not fill a disk with them.
const PER_SECOND: u32 = 20;

/// Something to be written, or the end.
#[derive(Debug)]
pub(super) enum Line {
    Happened(Happened),
    Stop,
}

/// Where lines come from.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    sender: SyncSender<Line>,
    left_out: Arc<AtomicU64>,
}

impl Journal {
    pub(super) fn new() -> (Self, Receiver<Line>) {
        let (sender, lines) = sync_channel(WAITING);
        (Self { sender, left_out: Arc::default() }, lines)
    }

    pub(super) fn sender(&self) -> SyncSender<Line> {
        self.sender.clone()
    }

    /// What the witness tells, from its own threads, without waiting.
    pub(super) fn listener(&self) -> accord_witness::witness::Journal {
        let journal = self.clone();
        Arc::new(move |happened| {
            if journal.sender.try_send(Line::Happened(happened.clone())).is_err() {
                journal.left_out.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// Writes lines until the end is told.
    pub(super) fn follow(&self, lines: &Receiver<Line>, out: &mut Output) {
        let (mut second, mut written) = (0, 0);
        while let Ok(Line::Happened(happened)) = lines.recv() {
            let this_second = system_clock()().seconds();
            if second != this_second {
                (second, written) = (this_second, 0);
                self.confess(out);
            }
            if written < PER_SECOND {
                written += 1;
                write(&happened, out);
            } else {
                self.left_out.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes what still waits, and that this is the end.
    pub(super) fn stopped(&self, lines: &Receiver<Line>, out: &mut Output) {
        while let Ok(line) = lines.try_recv() {
            if let Line::Happened(happened) = line {
                write(&happened, out);
            }
        }
        self.confess(out);
        if out.is_json() {
            say(out, &json!({"accord": "witness/1", "code": "stopped", "at": now()}));
        } else {
            tell(out, "stopped");
        }
    }

    /// Says how many lines were left out, if any.
    fn confess(&self, out: &mut Output) {
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        if left_out == 0 {
            return;
        }
        if out.is_json() {
            say(
                out,
                &json!({"accord": "witness/1", "code": "lines-left-out", "at": now(), "count": left_out}),
            );
        } else {
            tell(out, format_args!("{left_out} lines left out"));
        }
    }
}

/// Says where the witness listens, under which keys, and where each log stands.
pub(super) fn listening(address: SocketAddr, witness: &Witness, out: &mut Output) {
    let vkeys: Vec<String> = witness.keys().vkeys().map(ToString::to_string).collect();
    let deposits: Vec<String> = witness.keys().deposit_vkeys().map(ToString::to_string).collect();
    let logs = witness.logs();
    if out.is_json() {
        let logs: Vec<Value> =
            logs.iter().map(|(origin, size)| json!({"origin": origin, "size": size})).collect();
        say(
            out,
            &json!({"accord": "witness/1", "code": "listening", "at": now(), "address": address.to_string(), "vkeys": vkeys, "deposit_vkeys": deposits, "logs": logs}),
        );
        return;
    }
    tell(out, format_args!("listening on http://{address}"));
    for vkey in vkeys {
        tell(out, format_args!("cosigns as {vkey}"));
    }
    for (origin, size) in logs {
        match size {
            Some(size) => tell(out, format_args!("goes on from {origin} at size {size}")),
            None => tell(out, format_args!("has cosigned nothing of {origin} yet")),
        }
    }
}

fn now() -> String {
    let now: Timestamp = system_clock()();
    now.to_seconds_string()
}

fn write(happened: &Happened, out: &mut Output) {
    let Happened { code, origin, size, detail } = happened;
    if out.is_json() {
        say(
            out,
            &json!({"accord": "witness/1", "code": code, "at": now(), "origin": origin, "size": size, "detail": detail}),
        );
        return;
    }
    let origin = origin.as_deref().unwrap_or("-");
    let size = size.map_or_else(|| "-".to_owned(), |size| size.to_string());
    // What strangers sent may be quoted in it.
    tell(out, format_args!("{} {code} {origin} {size} {}", now(), detail.escape_debug()));
}

/// A witness goes on cosigning when nobody reads its lines any longer.
fn say(out: &mut Output, line: &Value) {
    drop(out.record(line));
}

fn tell(out: &mut Output, line: impl std::fmt::Display) {
    drop(out.line(line).and_then(|()| out.flush()));
}
