//! The lines of docs/publication.md, run in order: a ledger is pushed to a folder, served by a server
//! that knows nothing of it, and checked with tools of others. Those that are not installed are
//! skipped, and said to be.

use crate::damage::python::python;
use crate::readme::{fits, shell, steps};
use accord_tests::binary::{repository, run};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Stops the server whatever becomes of the test.
struct Stop<'a>(&'a Path);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        if let Ok(pid) = std::fs::read_to_string(self.0.join("server.pid")) {
            let _gone = Command::new("kill").arg(pid.trim()).output();
        }
    }
}

/// A ledger of two entries in `L`, its id in `id`.
fn found(directory: &Path) {
    let accord = |args: &[&str]| run(directory, args, b"").exits(0).out;
    let founding = [
        "init",
        "--dir",
        "L",
        "--name",
        "ledger.example/agreement",
        "--new-authority",
        "authority-a/seat",
        "--keys",
        "keys",
        "--no-encrypt",
        "--json",
    ];
    let document: serde_json::Value = serde_json::from_str(&accord(&founding)).unwrap();
    std::fs::write(directory.join("id"), document["ledger"].as_str().unwrap()).unwrap();
    accord(&["key", "new", "north/desk", "--no-encrypt", "--out", "north.key"]);
    let mut args = vec!["enrol", "--dir", "L", "--key", "keys/authority-a-seat.key"];
    args.extend(["--name", "A body", "--role", "observer", "--key-file", "north.key"]);
    accord(&args);
    accord(&["checkpoint", "--publish", "--dir", "L"]);
    std::os::unix::fs::symlink(repository(), directory.join("accord-source")).unwrap();
}

/// What runs a line here, or why nothing does.
struct Tools {
    go: Result<(), String>,
    pypi: Result<String, String>,
    second: Result<String, String>,
}

impl Tools {
    fn find() -> Self {
        let has = Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir();
        let runs = Command::new("go").arg("version").output().is_ok();
        let own = std::env::var("ACCORD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let found = Command::new(&own).args(["-c", "import metamorphic_log"]).output();
        let found = found.is_ok_and(|output| output.status.success());
        Self {
            go: if has && runs { Ok(()) } else { Err("no Go with golang.org/x/mod".to_owned()) },
            pypi: if found { Ok(own) } else { Err("no metamorphic-log".to_owned()) },
            second: python(),
        }
    }

    fn command(&self, line: &str) -> Result<String, String> {
        if line.contains("c2sp_check.py") {
            Ok(line.replacen("python3", self.pypi.as_ref().map_err(Clone::clone)?, 1))
        } else if line.contains("verify.py") {
            Ok(line.replacen("python3", self.second.as_ref().map_err(Clone::clone)?, 1))
        } else if line.contains("c2sp_check") {
            self.go.clone().map(|()| line.to_owned())
        } else {
            Ok(line.to_owned())
        }
    }
}

#[test]
fn the_page_does_what_it_says() {
    let page = std::fs::read_to_string(repository().join("docs/publication.md")).unwrap();
    let steps = steps(&page);
    assert!(steps.len() > 15);
    let home = tempfile::tempdir().unwrap();
    let directory = home.path();
    found(directory);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let _stop = Stop(directory);
    let tools = Tools::find();
    for step in &steps {
        let line = step.line;
        let command = match tools.command(&step.command) {
            Ok(command) => command.replace("8080", &port),
            Err(why) => {
                println!("SKIPPED: docs/publication.md:{line}: {why}");
                continue;
            }
        };
        let output =
            shell(directory, &command).env("GOCACHE", directory.join("go-cache")).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "docs/publication.md:{line}: {command}\n{out}{err}");
        let printed: Vec<&str> = out.lines().collect();
        let expected = &step.expected;
        assert!(
            expected.is_empty() || fits(expected, &printed),
            "docs/publication.md:{line}: {command}\nsays:\n{}\nprints:\n{out}",
            expected.join("\n")
        );
    }
}
