//! What a mirror finds wrong with what it follows, and the evidence that it keeps.
//!
//! Below `mirror/evidence/`, a finding consists of up to three files of one name: `.checkpoint`, the
//! signed checkpoint under which something was asked for; `.answer`, what came, byte for byte; `.json`,
//! what was asked and what is wrong with the answer. A contradiction between two signed checkpoints is
//! one file, `.fraud`, and a record that ends before what had been published another, `.rollback`;
//! `accord check` checks both from the ledger id alone.
//!
//! That somebody did not answer cannot be proved to others; what came and does not fit what was signed
//! can.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::{ContentHash, LedgerId};
use accord_format::time::Timestamp;
use accord_store::StoreResult;
use accord_store::disk::{Access, Disk};
use accord_store::replica::OWN;
use serde_json::{Value, json};

/// Most findings of one code kept that prove nothing to others, so that a source cannot fill the disk,
/// and nothing that it can make come often keeps out what comes rarely.
const KEPT_MAX: usize = 64;
const FRAUD: &str = ".fraud";
const ROLLBACK: &str = ".rollback";

/// Something that the source shows and should not, or should show and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// The file asked for, if one was.
    pub path: Option<String>,
    /// Size of the checkpoint under which it was asked for.
    pub size: Option<u64>,
    /// What was expected, and what was found.
    pub detail: String,
    /// The file in which evidence is kept, below the mirror's directory.
    pub evidence: Option<String>,
    /// What came.
    pub(crate) came: Option<Vec<u8>>,
}

impl Problem {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { code, path: None, size: None, detail, evidence: None, came: None }
    }

    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(crate) fn came(mut self, bytes: Vec<u8>) -> Self {
        self.came = Some(bytes);
        self
    }

    /// Whether it shows that the operator tells two histories.
    pub fn is_fork(&self) -> bool {
        matches!(self.code, "fork" | "forked")
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        if let Some(size) = self.size {
            write!(f, " (size {size})")?;
        }
        write!(f, ": {}", self.detail)?;
        match &self.evidence {
            Some(path) => write!(f, "; kept in {path}"),
            None => Ok(()),
        }
    }
}

fn dir() -> String {
    format!("{OWN}/evidence")
}

/// Puts a file beside the copy, durably, replacing one of this name.
pub(crate) fn place(disk: &dyn Disk, path: &str, bytes: &[u8]) -> StoreResult<()> {
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    if disk.kind(parent)?.is_none() {
        disk.create_dir(parent, Access::Public)?;
        disk.sync_dir(parent.rsplit_once('/').map_or("", |(above, _)| above))?;
    }
    let temporary = format!("{OWN}/incoming.tmp");
    if disk.kind(&temporary)?.is_some() {
        disk.remove_file(&temporary)?;
    }
    let mut file = disk.create(&temporary, Access::Public)?;
    file.append(bytes)?;
    file.sync_data()?;
    disk.rename(&temporary, path)?;
    Ok(disk.sync_dir(parent)?)
}

/// The names of all evidence kept, sorted.
pub fn kept(disk: &dyn Disk) -> StoreResult<Vec<String>> {
    if disk.kind(&dir())?.is_none() {
        return Ok(Vec::new());
    }
    Ok(disk.list(&dir())?)
}

/// The fraud proofs kept, by their paths below the mirror's directory.
pub fn forks(disk: &dyn Disk) -> StoreResult<Vec<String>> {
    let names = kept(disk)?.into_iter().filter(|name| name.ends_with(FRAUD));
    Ok(names.map(|name| format!("{}/{name}", dir())).collect())
}

fn last_file() -> String {
    format!("{OWN}/last")
}

/// Notes how the last round went.
pub(crate) fn note_last(disk: &dyn Disk, code: &str, at: Timestamp, size: u64) -> StoreResult<()> {
    let document = json!({"accord": "mirror-last/1", "code": code, "at": at.to_seconds_string(), "size": size});
    place(disk, &last_file(), format!("{document}\n").as_bytes())
}

/// How the last round went, if one is noted: `code`, `at`, `size`.
pub fn last(disk: &dyn Disk) -> StoreResult<Option<Value>> {
    match disk.read(&last_file(), 4096) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Keeps a fraud proof; tells where.
pub(crate) fn keep_fraud(disk: &dyn Disk, sizes: (u64, u64), proof: &[u8]) -> StoreResult<String> {
    let path = format!("{}/{}-{}-{}{FRAUD}", dir(), sizes.0, sizes.1, short(proof));
    if disk.kind(&path)?.is_none() {
        place(disk, &path, proof)?;
    }
    Ok(path)
}

/// Keeps a rollback; tells where, or nothing when enough are kept.
pub(crate) fn keep_rollback(
    disk: &dyn Disk,
    sizes: (u64, u64),
    bytes: &[u8],
) -> StoreResult<Option<String>> {
    let name = format!("{}-{}-{}{ROLLBACK}", sizes.0, sizes.1, short(bytes));
    let names = kept(disk)?;
    let path = format!("{}/{name}", dir());
    if names.contains(&name) {
        return Ok(Some(path));
    }
    if names.iter().filter(|name| name.ends_with(ROLLBACK)).count() >= KEPT_MAX {
        return Ok(None);
    }
    place(disk, &path, bytes)?;
    Ok(Some(path))
}

/// Keeps what came, with what was asked; tells where, or nothing when enough is kept.
pub(crate) fn keep(
    disk: &dyn Disk,
    ledger: &LedgerId,
    source: &str,
    at: Timestamp,
    checkpoint: Option<&SignedCheckpoint>,
    problem: &Problem,
) -> StoreResult<Option<String>> {
    let note = checkpoint.map(SignedCheckpoint::to_text).unwrap_or_default();
    let path = problem.path.as_deref().unwrap_or_default();
    let mut told = format!("{}\n{path}\n{note}", problem.code).into_bytes();
    told.extend(problem.came.iter().flatten());
    let stem = format!("{}-{}-{}", problem.code, problem.size.unwrap_or(0), short(&told));
    let names = kept(disk)?;
    let report = format!("{stem}.json");
    if names.contains(&report) {
        return Ok(Some(format!("{}/{report}", dir())));
    }
    // Behind the code stand size and digest.
    let code =
        |name: &str| Some(name.strip_suffix(".json")?.rsplitn(3, '-').nth(2)? == problem.code);
    if names.iter().filter(|name| code(name) == Some(true)).count() >= KEPT_MAX {
        return Ok(None);
    }
    let answer = problem.came.as_deref();
    let document = json!({
        "accord": "mirror-evidence/1", "code": problem.code, "ledger": ledger, "source": source,
        "asked": problem.path, "size": problem.size, "detail": problem.detail,
        "at": at.to_seconds_string(),
        "answer": answer.map(|bytes| json!({"bytes": bytes.len(), "blake3": ContentHash::of(bytes)})),
    });
    if let Some(bytes) = answer {
        place(disk, &format!("{}/{stem}.answer", dir()), bytes)?;
    }
    if checkpoint.is_some() {
        place(disk, &format!("{}/{stem}.checkpoint", dir()), note.as_bytes())?;
    }
    // Last, so that it never stands without the others.
    let path = format!("{}/{report}", dir());
    place(disk, &path, format!("{document:#}\n").as_bytes())?;
    Ok(Some(path))
}

fn short(bytes: &[u8]) -> String {
    let digest = ContentHash::of(bytes).to_string();
    digest.get(..16).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord_store::disk::SimDisk;

    /// What a source can show again and again keeps nothing else out.
    #[test]
    fn junk_of_one_code_leaves_room_for_others() {
        let disk = SimDisk::new(1);
        disk.create_dir(OWN, Access::Public).unwrap();
        let ledger = LedgerId::from_bytes([1; 32]);
        let at = Timestamp::from_seconds(1_780_000_000);
        let found = |code: &'static str, n: u32| {
            let problem = Problem::new(code, "x").came(n.to_string().into_bytes());
            keep(&disk, &ledger, "s", at, None, &problem).unwrap()
        };
        for n in 0..64 {
            assert!(found("not-signed", n).is_some(), "{n}");
        }
        assert_eq!(found("not-signed", 64), None);
        // What is known is told again.
        assert!(found("not-signed", 63).is_some());
        assert!(found("not-signed-twice", 0).is_some() && found("not", 0).is_some());
    }
}
