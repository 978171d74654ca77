//! A directory with a ledger and keys in it, and the binary to work on them.

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A run of the binary.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Fails the test unless the exit code is this.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}:\n{}", self.out))
    }

    /// Standard output as one JSON document a line.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A working directory.
pub(crate) struct Bench {
    dir: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the binary in the directory.
    pub(crate) fn accord(&self, args: &[&str]) -> Run {
        self.with_input(args, "")
    }

    /// Runs the binary in the directory, with something on standard input.
    pub(crate) fn with_input(&self, args: &[&str], input: &str) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // Written beside, or both sides would wait once the pipes are full.
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run::of(&output)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_accord"));
        command.current_dir(self.dir.path()).args(args).env_remove("NO_COLOR");
        // What is remembered of ledgers is the test's own.
        command.env("ACCORD_STATE", self.path("state"));
        command
    }

    /// A ledger in `L` with a simulated clock, under the twelve-point charter, with the keys of
    /// `ua`, `ru`, `mission` and `secretariat` in files of these names.
    pub(crate) fn chartered() -> Self {
        let bench = Self::new();
        bench.found();
        for code in ["ua", "ru", "mission", "secretariat"] {
            bench
                .accord(&["key", "new", &format!("{code}/desk"), "--no-encrypt", "-o", code])
                .exits(0);
        }
        for (code, role) in [
            ("ua", "party"),
            ("ru", "party"),
            ("mission", "mission"),
            ("secretariat", "secretariat"),
        ] {
            bench
                .accord(&[
                    "enrol",
                    "--dir",
                    "L",
                    "-k",
                    "keys/authority-a-seat.key",
                    "-k",
                    "keys/authority-b-seat.key",
                    "--key-file",
                    code,
                    "--name",
                    code,
                    "--role",
                    role,
                    "--at",
                    "2026-01-12 09:00",
                ])
                .exits(0);
        }
        let charter = repository().join("agreements/twelve-point.toml");
        let payload = bench.accord(&["charter", "payload", charter.to_str().unwrap()]).exits(0).out;
        bench.says("secretariat", "secretariat", "charter.proposed", None, &payload, "2026-01-13");
        let stream = bench.accord(&["show", "--dir", "L", "5", "--json"]).exits(0).json()["stream"]
            .as_str()
            .unwrap()
            .to_owned();
        bench
            .accord(&[
                "append",
                "--dir",
                "L",
                "-k",
                "ua",
                "-k",
                "ru",
                "--as",
                "party",
                "--type",
                "charter.adopted",
                "--stream",
                &stream,
                "--payload",
                "{}",
                "--at",
                "2026-01-15",
            ])
            .exits(0);
        bench
    }

    /// A ledger of nothing but its genesis, in `L`.
    pub(crate) fn found(&self) -> Run {
        self.found_with(&[])
    }

    /// The same, with more on the command line.
    pub(crate) fn found_with(&self, more: &[&str]) -> Run {
        let args = [
            "init",
            "--dir",
            "L",
            "--name",
            "ledger.example/test",
            "--new-authority",
            "authority-a/seat",
            "--new-authority",
            "authority-b/seat",
            "--keys",
            "keys",
            "--simulated-clock",
            "--at",
            "2026-01-12 08:00",
            "--no-encrypt",
            "--json",
        ];
        self.accord(&[&args, more].concat()).exits(0)
    }

    /// Appends one event.
    pub(crate) fn says(
        &self,
        key: &str,
        role: &str,
        event_type: &str,
        stream: Option<&str>,
        payload: &str,
        at: &str,
    ) -> Run {
        let mut args = vec![
            "append",
            "--dir",
            "L",
            "-k",
            key,
            "--as",
            role,
            "--type",
            event_type,
            "--payload",
            payload,
            "--at",
            at,
            "--json",
        ];
        args.extend(stream.iter().flat_map(|s| ["--stream", s]));
        self.accord(&args)
    }

    /// Number of entries in `L`.
    pub(crate) fn size(&self, ledger: &str) -> u64 {
        accord_ledger::Record::open(&self.path(ledger)).unwrap().size()
    }

    /// The note of an entry.
    pub(crate) fn note(&self, ledger: &str, seq: u64) -> String {
        let record = accord_ledger::Record::open(&self.path(ledger)).unwrap();
        record.entry(seq).unwrap().signed().note().to_owned()
    }
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Copies a directory.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
