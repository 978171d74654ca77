//! Programs in other languages, asked on the command line.

use super::{Question, Tool};
use accord_format::key::VKey;
use accord_tests::binary::repository;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that takes `LOG VKEY [consistent OLDER PROOF | included PROOF ENTRY | cosigned WITNESS]`.
pub(crate) struct Program {
    name: &'static str,
    command: Vec<PathBuf>,
    reads_tiles: bool,
    needs_proof: bool,
    reads_cosignatures: bool,
    /// Holds what was built for it.
    _directory: Option<tempfile::TempDir>,
}

impl Tool for Program {
    fn name(&self) -> &'static str {
        self.name
    }

    fn reads_tiles(&self) -> bool {
        self.reads_tiles
    }

    fn reads_cosignatures(&self) -> bool {
        self.reads_cosignatures
    }

    fn ask(&self, public: &Path, vkey: &VKey, question: Question<'_>) -> Result<(), String> {
        let (program, args) = self.command.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(args).arg(public).arg(vkey.to_string());
        match question {
            Question::Whole => {}
            Question::Consistent(older, proof) => {
                command.arg("consistent").arg(older);
                if self.needs_proof {
                    command.arg(proof);
                }
            }
            Question::Cosigned(witness) => {
                command.args(["cosigned", witness]);
            }
            Question::Included(proof, entry) => {
                command.arg("included").arg(proof).arg(entry);
            }
        }
        let output = command.output().map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match output.status.code() {
            Some(0) => Ok(()),
            Some(1) if said.starts_with("DOES NOT HOLD") => Err(said),
            code => {
                panic!("{}: {code:?} {said} {}", self.name, String::from_utf8_lossy(&output.stderr))
            }
        }
    }
}

/// Go's own transparency-log packages, as Debian installs them, outside any module.
pub(crate) fn go() -> Result<Program, String> {
    let path = std::env::var("ACCORD_GOPATH").unwrap_or_else(|_| "/usr/share/gocode".to_owned());
    let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
    let program = directory.path().join("c2sp_check");
    let output = Command::new("go")
        .env("GO111MODULE", "off")
        .env("GOPATH", path)
        .env("GOCACHE", directory.path().join("cache"))
        .arg("build")
        .arg("-o")
        .arg(&program)
        .arg(repository().join("tests/interop/c2sp_check.go"))
        .output()
        .map_err(|e| format!("Go is not installed: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Without the package this machine cannot say anything; with it, our program is wrong.
        assert!(said.contains("cannot find package"), "{said}");
        return Err(format!("Go's package golang.org/x/mod is not installed: {said}"));
    }
    Ok(Program {
        name: "Go sumdb",
        command: vec![program],
        reads_tiles: true,
        needs_proof: false,
        reads_cosignatures: true,
        _directory: Some(directory),
    })
}

/// A Python that has the verifier from PyPI.
pub(crate) fn python() -> Result<Program, String> {
    let python = std::env::var("ACCORD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python)
        .args(["-c", "import metamorphic_log"])
        .output()
        .map_err(|e| format!("Python is not installed: {e}"))?;
    if !found.status.success() {
        return Err("Python has no metamorphic-log".to_owned());
    }
    Ok(Program {
        name: "Python metamorphic-log",
        command: vec![python.into(), repository().join("tests/interop/c2sp_check.py")],
        reads_tiles: false,
        needs_proof: true,
        reads_cosignatures: false,
        _directory: None,
    })
}
