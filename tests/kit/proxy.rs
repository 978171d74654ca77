//! A network between two programs that can be cut: a proxy for TCP in the test's own process.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Line {
    /// It gets there.
    Whole = 0,
    /// Connections end, and new ones end as soon as they are made.
    Cut = 1,
    /// Connections stand, and nothing gets through: as when packets are dropped.
    Silent = 2,
}

/// A way to a server, until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Where it is entered.
    pub url: String,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    line: AtomicU8,
    open: Mutex<Vec<TcpStream>>,
}

impl State {
    fn is(&self, line: Line) -> bool {
        self.line.load(Ordering::SeqCst) == line as u8
    }

    fn close_all(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in open.drain(..) {
            let _gone = stream.shutdown(Shutdown::Both);
        }
    }

    fn keep(&self, stream: &TcpStream) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.extend(stream.try_clone());
    }
}

impl Proxy {
    /// A way to the server at `url`.
    pub fn to(url: &str) -> Self {
        let target = url.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            line: AtomicU8::new(Line::Whole as u8),
            open: Mutex::new(Vec::new()),
        });
        let own = Arc::clone(&state);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for from in listener.incoming().flatten() {
                if own.is(Line::Cut) {
                    let _gone = from.shutdown(Shutdown::Both);
                    continue;
                }
                let Ok(to) = TcpStream::connect(&target) else { continue };
                own.keep(&from);
                own.keep(&to);
                for (from, to) in [(&from, &to), (&to, &from)] {
                    if let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) {
                        let own = Arc::clone(&own);
                        std::thread::spawn(move || carry(from, to, &own));
                    }
                }
            }
        });
        Self { url, state }
    }

    /// Puts the line into this state.
    pub fn set(&self, line: Line) {
        self.state.line.store(line as u8, Ordering::SeqCst);
        if line == Line::Cut {
            self.state.close_all();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Line::Cut);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = [0; 16_384];
    while let Ok(read) = from.read(&mut buffer) {
        let part = buffer.get(..read).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        // What was sent into the silence is lost.
        if !state.is(Line::Silent) && to.write_all(part).is_err() {
            break;
        }
    }
    let _gone = to.shutdown(Shutdown::Both);
}
