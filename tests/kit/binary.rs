//! The tool `accord`, run as its users run it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The binary, built as the tests themselves were.
///
/// Cargo builds a package's own binaries before its tests, but not those of other packages, so this
/// asks it to; when the binary is there already, that takes no time. It is when the whole workspace
/// is tested: the same is asked for, since a package built by itself may have its dependencies with
/// other features, and all would be built twice.
pub fn accord() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(repository());
        if profile.ends_with("release") {
            build.args(["build", "--release", "-p", "accord-cli"]);
        } else {
            build.args(["test", "--workspace", "--no-run"]);
        }
        build.arg("--quiet").arg("--target-dir").arg(profile.parent().unwrap());
        // What the outer cargo says of this package, build scripts would take as said of theirs, and
        // run again each time.
        let of_package =
            |name: &str| name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MAN");
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(of_package) {
                build.env_remove(name);
            }
        }
        let status = build.stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "the binary cannot be built");
        profile.join("accord")
    })
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; -1 for a run that a signal ended.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// What came of it.
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Fails the test unless the exit code is this.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "to ask is often all there is to it")]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Standard output as JSON documents, one a line.
    #[track_caller]
    pub fn records(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Where what is read from a directory is remembered: never in the home of whoever runs the tests.
pub fn state(directory: &Path) -> PathBuf {
    directory.join("state-of-the-tests")
}

/// The binary in a directory, not yet started, all its streams piped.
pub fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(accord());
    command.current_dir(directory).args(args).env("ACCORD_STATE", state(directory));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the binary in a directory, with `input` on its standard input.
pub fn run(directory: &Path, args: &[&str], input: &[u8]) -> Run {
    finish(command(directory, args).spawn().unwrap(), input)
}

/// Gives a started program its input and waits for its end.
pub fn finish(mut child: Child, input: &[u8]) -> Run {
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Written beside, or both sides would wait once the pipes are full; a program that does not
    // want to hear any more is free to end.
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run::of(&output)
}
