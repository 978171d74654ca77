//! Servers of the tool, each a process of its own that ends with its owner.

use crate::binary::{Run, command};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// What it said when it began to listen.
    pub first: Value,
    /// Where it listens.
    pub url: String,
    said: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    /// Starts `accord <args> --json` on a free port and waits until it listens.
    pub fn start(directory: &Path, args: &[&str]) -> Self {
        Self::start_on(directory, args, "127.0.0.1:0")
    }

    /// The same, on this address.
    pub fn start_on(directory: &Path, args: &[&str], listen: &str) -> Self {
        let args = [args, &["--json", "--listen", listen]].concat();
        let mut child = command(directory, &args).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(Vec::new()));
        let first = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["code"] == "listening" {
                return Some(line);
            }
            push(&said, line);
            None
        });
        let Some(first) = first else { not_started(child) };
        let url = format!("http://{}", first["address"].as_str().unwrap());
        let kept = Arc::clone(&said);
        // It must never wait for somebody who reads what it says.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Ok(line) = serde_json::from_str(&line) {
                    push(&kept, line);
                }
            }
        });
        Self { child, first, url, said }
    }

    /// What it has said so far under this code.
    pub fn said(&self, code: &str) -> Vec<Value> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().filter(|line| line["code"] == code).cloned().collect()
    }

    /// Ends it without a warning, as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(told.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn push(said: &Mutex<Vec<Value>>, line: Value) {
    said.lock().unwrap_or_else(PoisonError::into_inner).push(line);
}

#[expect(clippy::panic, reason = "a server that does not start fails its test")]
fn not_started(child: Child) -> ! {
    let run = Run::of(&child.wait_with_output().unwrap());
    panic!("it did not start: {}", run.err)
}
