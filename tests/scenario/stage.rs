//! The ledger of one story, kept by the real binary.

use super::cast::{Cast, Signer};
use super::fill::Made;
use super::founding;
use super::story::Report;
use super::writer::Writer;
use accord_catalogue::EventType;
use accord_format::entry::Entry;
use accord_format::event::{Draft, Evidence, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::{ContentHash, LedgerId};
use accord_format::key::NoteSigner;
use accord_format::merkle;
use accord_format::time::{Instant, Timestamp};
use accord_ledger::Record;
use accord_tests::binary::{self, Run, repository};
use serde_json::Value;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LEDGER: &str = "L";

/// What one event is made of, beside who signs it.
#[derive(Debug)]
pub(super) struct Saying<'a> {
    /// Its type.
    pub(super) declared: &'a EventType,
    /// When it is signed.
    pub(super) at: Timestamp,
    /// The stream that it continues.
    pub(super) about: Option<&'a str>,
    /// When it happened; else then.
    pub(super) occurred: Option<Occurred>,
    /// The texts that it rests on.
    pub(super) evidence: &'a [String],
    /// What it says.
    pub(super) payload: Value,
}

impl<'a> Saying<'a> {
    /// What opens a stream, of that moment.
    pub(super) const fn new(declared: &'a EventType, at: Timestamp, payload: Value) -> Self {
        Self { declared, at, about: None, occurred: None, evidence: &[], payload }
    }
}

/// A ledger in a directory of its own.
pub(super) struct Stage {
    directory: TempDir,
    ledger: LedgerId,
    writer: Option<Writer>,
    /// How many events were signed.
    signed: u64,
}

impl Stage {
    /// Founds the ledger, enrols everybody and has the charter adopted.
    pub(super) fn open(cast: &Cast, at: Timestamp) -> Result<Self, String> {
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let grants = directory.path().join("grants.json");
        let written = std::fs::write(&grants, founding::bootstrap(cast).to_string());
        written.map_err(|e| e.to_string())?;
        let grants = grants.display().to_string();
        let at_text = at.to_seconds_string();
        let mut args: Vec<String> = [
            "init",
            "--dir",
            LEDGER,
            "--name",
            "ledger.example/scenario",
            "--simulated-clock",
            "--at",
            &at_text,
            "--grants",
            &grants,
            "--no-encrypt",
            "--json",
        ]
        .map(str::to_owned)
        .to_vec();
        for code in cast.holders(&cast.founding.authority) {
            let path = write_key(directory.path(), &cast.key(code)?.1)?;
            args.extend(["--authority".to_owned(), path.display().to_string()]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = binary::run(directory.path(), &args, b"");
        let ledger = document(&run)?["ledger"].as_str().and_then(|id| id.parse().ok());
        let ledger = ledger.ok_or_else(|| format!("no ledger was founded: {}", run.err))?;
        let mut stage = Self { directory, ledger, writer: None, signed: 0 };
        founding::enrol(&mut stage, cast, at)?;
        founding::adopt(&mut stage, cast, at)?;
        Ok(stage)
    }

    /// Says what has to be accepted; gives its stream.
    pub(super) fn must(
        &mut self,
        saying: &Saying<'_>,
        signers: &[Signer],
    ) -> Result<String, String> {
        let signed = self.sign(saying, signers)?;
        match self.submit(std::slice::from_ref(&signed))?.as_slice() {
            [answer] if answer["outcome"] == "accepted" => Ok(signed.event().stream.clone()),
            answers => Err(format!("{}: {answers:?}", saying.declared.name)),
        }
    }

    /// The ledger's id.
    pub(super) const fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// Signs an event.
    pub(super) fn sign(
        &mut self,
        saying: &Saying<'_>,
        signers: &[Signer],
    ) -> Result<SignedEvent, String> {
        let Saying { declared, at, about, occurred, evidence, payload } = saying;
        self.signed += 1;
        let id = id(*at, self.signed);
        let stream = about.map(str::to_owned).or_else(|| declared.stream.determined(&id, payload));
        let continues = || format!("{} continues a stream: say what it is about", declared.name);
        let point = Instant::new(*at);
        let now = Occurred { from: point, until: None, precision: Precision::Second };
        let evidence = (1..).zip(evidence.iter()).map(|(number, text)| Evidence::Open {
            blake3: ContentHash::of(text.as_bytes()),
            bytes: text.len() as u64,
            media_type: "text/plain".to_owned(),
            name: format!("{number}.txt"),
        });
        let draft = Draft {
            ledger: Some(self.ledger),
            id,
            event_type: declared.name.to_owned(),
            version: declared.version,
            stream: stream.ok_or_else(continues)?,
            signers: signers.iter().map(|s| (s.key.id_string(), s.role.clone())).collect(),
            issued: point,
            occurred: occurred.unwrap_or(now),
            seen: Seen { size: 0, root: merkle::empty_root() },
            expects: None,
            evidence: evidence.collect(),
            relates: Vec::new(),
            payload: payload.clone(),
        };
        let keys: Vec<&NoteSigner> = signers.iter().map(|s| &s.key).collect();
        let line = draft.to_line().map_err(|e| e.to_string())?;
        SignedEvent::sign(&line, &keys).map_err(|e| e.to_string())
    }

    /// Hands events in, and gives the answers in order. With a simulated clock and no other word,
    /// each is recorded when it was issued.
    pub(super) fn submit(&mut self, events: &[SignedEvent]) -> Result<Vec<Value>, String> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(Writer::start(self.directory.path(), LEDGER)?),
        };
        writer.submit(events)
    }

    /// Lets the writer end.
    pub(super) fn close(&mut self) -> Result<(), String> {
        self.writer.take().map_or(Ok(()), Writer::close)
    }

    /// Imports a table of the repository with the mapping beside it; an error's code when it does
    /// not take place.
    pub(super) fn import(
        &mut self,
        table: &str,
        signers: &[Signer],
        at: Timestamp,
    ) -> Result<Result<(), String>, String> {
        self.close()?;
        let table = repository().join(table);
        let mapping = table.with_extension("toml");
        let at = at.to_seconds_string();
        let mut args: Vec<String> =
            ["import", "--dir", LEDGER, "--at", &at, "--json"].map(str::to_owned).to_vec();
        args.push(table.display().to_string());
        args.extend(["--mapping".to_owned(), mapping.display().to_string()]);
        for signer in signers {
            let path = write_key(self.directory.path(), &signer.key)?;
            args.extend(["--key".to_owned(), path.display().to_string()]);
            args.extend(["--as".to_owned(), signer.role.clone()]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = binary::run(self.directory.path(), &args, b"");
        if run.code == 0 {
            return Ok(Ok(()));
        }
        // Bad rows are listed above what came of it all.
        let documents = serde_json::Deserializer::from_str(&run.out).into_iter::<Value>();
        let last = documents.map_while(Result::ok).last().unwrap_or_default();
        match (last["accord"].as_str(), last["code"].as_str()) {
            (Some("error/1"), Some(code)) => Ok(Err(code.to_owned())),
            (Some("import/1"), _) => Ok(Err("rows-refused".to_owned())),
            _ => Err(format!("accord import: {}{}", run.out, run.err)),
        }
    }

    /// What is in the ledger from this position on.
    pub(super) fn events(&self, from: u64) -> Result<Vec<Made>, String> {
        let record = Record::open(&self.directory.path().join(LEDGER));
        let record = record.map_err(|e| e.to_string())?;
        let made = |entry: Entry| Made {
            hash: entry.event().hash(),
            stream: entry.event().stream.clone(),
            seq: Some(entry.header.seq),
        };
        record.entries(from).map(|entry| entry.map(made).map_err(|e| e.to_string())).collect()
    }

    /// A view of a moment.
    pub(super) fn view(
        &self,
        name: &str,
        known_at: &str,
        as_of: Timestamp,
    ) -> Result<Value, String> {
        let as_of = as_of.to_seconds_string();
        let args = [
            "replay",
            "--dir",
            LEDGER,
            "--view",
            name,
            "--known-at",
            known_at,
            "--as-of",
            &as_of,
            "--json",
        ];
        document(&binary::run(self.directory.path(), &args, b"")).map(|mut d| d["view"].take())
    }

    /// Has a report written of what is known up to `last`, and gives the payload that issues it.
    pub(super) fn report(
        &self,
        report: &Report,
        freeze: &[String],
        last: u64,
    ) -> Result<Value, String> {
        let Report { number, period, as_of, .. } = report;
        // One for each: the tool replaces no report that was written before.
        let out = format!("report-{}", self.signed);
        std::fs::create_dir(self.directory.path().join(&out)).map_err(|e| e.to_string())?;
        let (last, payload) = (last.to_string(), format!("{out}/payload.json"));
        let as_of = as_of.map(|at| at.start().to_seconds_string());
        let mut args = vec!["report", "--dir", LEDGER, "--period", period, "--known-at", &last];
        args.extend(["--number", number, "--payload", &payload, "--out", &out, "--json"]);
        args.extend(as_of.iter().flat_map(|at| ["--as-of", at]));
        args.extend(freeze.iter().flat_map(|figure| ["--freeze", figure]));
        document(&binary::run(self.directory.path(), &args, b""))?;
        let text = std::fs::read_to_string(self.directory.path().join(payload));
        text.map_err(|e| e.to_string())
            .and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()))
    }

    /// Verifies the ledger; what is wrong with it when something is.
    pub(super) fn verify(&self) -> Result<(), String> {
        let run = binary::run(self.directory.path(), &["verify", "--dir", LEDGER], b"");
        if run.code == 0 { Ok(()) } else { Err(format!("verify: {}{}", run.out, run.err)) }
    }
}

/// What a run that went well says.
fn document(run: &Run) -> Result<Value, String> {
    if run.code != 0 {
        return Err(format!("exit code {}: {}{}", run.code, run.out, run.err));
    }
    serde_json::from_str(&run.out).map_err(|e| format!("{e}: {}", run.out))
}

/// The declaration of a type, in its latest version.
pub(super) fn find(name: &str) -> Result<&'static EventType, String> {
    let kernel = accord_ledger::kernel::types::TYPES.iter();
    let families = accord_views::Families::new().map_err(|e| e.to_string())?.event_types();
    kernel
        .chain(families)
        .filter(|declared| declared.name == name)
        .max_by_key(|declared| declared.version)
        .ok_or_else(|| format!("there is no event type {name:?}"))
}

/// A UUID v7 of that instant.
fn id(at: Timestamp, number: u64) -> String {
    let millis = u64::try_from(at.micros() / 1000).unwrap_or_default();
    format!("{:08x}-{:04x}-7000-8000-{number:012x}", millis >> 16, millis & 0xffff)
}

/// Writes a key as a file that its owner alone may read.
fn write_key(directory: &Path, key: &NoteSigner) -> Result<PathBuf, String> {
    let path = directory.join(format!("{}.key", key.vkey().name().replace('/', "-")));
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let text = format!("{}\n", *key.to_private_text());
    let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| e.to_string())?;
    Ok(path)
}
