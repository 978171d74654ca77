//! `accord prove --complete`: that entries are all of their stream, type or signer.

use super::Args;
use crate::cli::Session;
use crate::commands::ledger::admission;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::completeness::{FILE_MAX, Key, Proof, SignedStatement};
use accord_ledger::Record;
use accord_ledger::completeness::{Proven, Survey, prove, vouched};
use serde_json::json;
use std::path::Path;

/// Runs the command.
pub(super) fn run(args: &Args, key: &str, session: &mut Session) -> Result<Exit, CliError> {
    let key: Key = key.parse().map_err(|e| CliError::Usage(format!("--complete: {e}")))?;
    let record = args.dir.record()?;
    let published = record.published()?.ok_or_else(|| {
        CliError::Usage("nothing is published yet; run `accord checkpoint --publish`".to_owned())
    })?;
    let proof = proof(&record, &key, args.at.unwrap_or(u64::MAX), &published)?;
    let proof = match &args.vouched {
        Some(path) => with_statement(proof, path)?,
        None => proof,
    };
    let bytes = proof.to_bytes();
    if bytes.len() > FILE_MAX {
        return Err(too_many(&key, proof.listed().count()));
    }
    write(args, &proof, &bytes, session)
}

fn proof(
    record: &Record,
    key: &Key,
    at: u64,
    published: &SignedCheckpoint,
) -> Result<Proof, CliError> {
    let kernel = record.kernel(Some(admission()?))?;
    match prove(record, &kernel, key, at, published)? {
        Proven::Proof(proof) => Ok(*proof),
        Proven::NotCommitted(survey) => Err(not_committed(&survey)),
        Proven::TooMany(count) => Err(too_many(key, count)),
    }
}

fn not_committed(survey: &Survey) -> CliError {
    let mut text = "the operator has committed to no index there that is published; it does so by \
                    `accord index commit`"
        .to_owned();
    if let Some(first) = survey.wrong.first() {
        text =
            format!("{text}. The commitment in entry {first} is false: `accord verify` says how");
    }
    CliError::Usage(text)
}

fn too_many(key: &Key, count: usize) -> CliError {
    CliError::Usage(format!(
        "{count} entries under {key} are more than one file holds; ask for less: by stream or signer, or --at a smaller size"
    ))
}

fn with_statement(proof: Proof, path: &Path) -> Result<Proof, CliError> {
    let bytes = files::read(path, NOTE_MAX as u64)?;
    let wrong = |why: String| CliError::Usage(format!("{}: {why}", path.display()));
    let statement = SignedStatement::parse(&bytes).map_err(|e| wrong(e.to_string()))?;
    let about = *statement.statement();
    let size = proof.size;
    vouched(proof, statement).ok_or_else(|| {
        wrong(format!(
            "it vouches for index {} at size {}, this proof is by the commitment at {size}; choose --at {}",
            about.index, about.size, about.size
        ))
    })
}

fn write(
    args: &Args,
    proof: &Proof,
    bytes: &[u8],
    session: &mut Session,
) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if let Some(path) = &args.out {
        files::create(path, bytes, false).map_err(CliError::file("create", path))?;
    }
    let (key, size, count) = (proof.key.to_string(), proof.size, proof.listed().count());
    let text = String::from_utf8_lossy(bytes);
    if out.is_json() {
        let text = args.out.is_none().then_some(&text);
        out.document(&json!({
            "accord": "proof/1", "kind": "completeness", "key": key, "size": size, "count": count,
            "vouched": proof.statement.is_some(), "file": args.out, "text": text,
        }))?;
    } else if let Some(path) = &args.out {
        let all = match count {
            0 => "no entry is".to_owned(),
            1 => "1 entry is".to_owned(),
            n => format!("these {n} entries are all"),
        };
        let path = path.display();
        out.line(format_args!("{all} under {key} among the first {size}: {path}"))?;
    } else {
        out.raw(&text)?;
    }
    Ok(Exit::Fine)
}
