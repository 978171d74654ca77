//! Single questions to one witness.

use crate::http::{self, Ask, HttpError, Limits, Response, Tls, Url, UrlError};
use accord_format::checkpoint::{CheckpointError, NOTE_MAX, SignedCheckpoint};
use accord_format::cosignature::CosignerVKey;
use accord_format::deposit::{Deposit, DepositError, PAGE_BYTES, depositary, parse_page};
use accord_format::event::SignedEvent;
use accord_format::hash::EventHash;
use accord_format::key::VKey;
use accord_format::note::{Note, NoteSignature};
use accord_format::witnessing::{AnswerError, SignSubtree, origin_hash, parse_cosignatures};
use std::time::Duration;

/// Why a question has no good answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// It does not do what it is asked.
    #[error("the witness answers {status}: {excerpt}")]
    Refused {
        /// The status code.
        status: u16,
        /// The start of the body.
        excerpt: String,
    },
    /// The answer is no checkpoint.
    #[error("the witness's answer is no checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The witness's own line is missing or does not verify.
    #[error("the witness's answer is not cosigned by {0}")]
    NotCosigned(String),
    /// The answer is no deposit by this witness.
    #[error("the witness's answer is no deposit: {0}")]
    Deposit(#[from] DepositError),
    /// No line of the key that was asked for vouches for the subtree.
    #[error("the answer has no line by {0} that vouches for this subtree")]
    NotSigned(String),
    /// The answer is not signature lines.
    #[error("the answer is no signature: {0}")]
    NotLines(#[from] AnswerError),
    /// A deposit of something else.
    #[error("the witness's answer is the deposit of another event")]
    OtherEvent,
    /// The key cannot sign deposits.
    #[error("{0} signs no deposits; give the witness's Ed25519 key")]
    NoDepositary(String),
}

impl From<UrlError> for AskError {
    fn from(error: UrlError) -> Self {
        Self::Http(error.into())
    }
}

fn ask(url: &Url, ask: Ask, tls: &Tls, time: Duration) -> Result<Response, AskError> {
    Ok(http::exchange(url, ask, tls, Limits { time, answer_bytes: NOTE_MAX })?)
}

fn refused(response: &Response) -> AskError {
    AskError::Refused { status: response.status, excerpt: response.excerpt() }
}

/// The last checkpoint of the log `origin` that the witness has cosigned, from its monitoring prefix;
/// nothing if it has cosigned none. The line of `witness` is verified; the log's own is the caller's
/// to verify.
pub fn latest(
    monitoring: &Url,
    origin: &str,
    witness: &CosignerVKey,
    tls: &Tls,
    time: Duration,
) -> Result<Option<SignedCheckpoint>, AskError> {
    let url = monitoring.join(&format!("{}/checkpoint", origin_hash(origin)))?;
    let response = ask(&url, Ask::Get, tls, time)?;
    match response.status {
        200 => {}
        404 => return Ok(None),
        _ => return Err(refused(&response)),
    }
    let signed = SignedCheckpoint::parse(&response.body)?;
    let head = signed.checkpoint();
    if head.origin != origin {
        let (expected, found) = (origin.to_owned(), head.origin.clone());
        return Err(CheckpointError::Origin { expected, found }.into());
    }
    let mut lines = signed.note().signatures().iter();
    if !lines.any(|line| witness.verify(head, line).is_some_and(|time| time > 0)) {
        return Err(AskError::NotCosigned(witness.id_string()));
    }
    Ok(Some(signed))
}

/// Asks a witness or a mirror to sign a subtree of a checkpoint that it has cosigned; gives back the
/// line of `cosigner`, which must be an ML-DSA-44 key of it, verified.
pub fn sign_subtree(
    submission: &Url,
    request: &SignSubtree,
    cosigner: &CosignerVKey,
    tls: &Tls,
    time: Duration,
) -> Result<NoteSignature, AskError> {
    let url = submission.join("sign-subtree")?;
    // "The checkpoint SHOULD only include signatures from the witness's key(s)."
    let note = request.checkpoint.note();
    let own = |line: &&NoteSignature| line.name == cosigner.name();
    let own: Vec<NoteSignature> = note.signatures().iter().filter(own).cloned().collect();
    let text = Note::new(note.text(), &own)
        .map_err(|_| AskError::NotCosigned(cosigner.id_string()))?
        .to_text();
    let checkpoint = SignedCheckpoint::parse(text.as_bytes())?;
    let body = SignSubtree { checkpoint, ..request.clone() }.to_text().into_bytes();
    let response = ask(&url, Ask::Post(body), tls, time)?;
    if response.status != 200 {
        return Err(refused(&response));
    }
    let origin = &request.checkpoint.checkpoint().origin;
    let mut lines = parse_cosignatures(&response.body)?.into_iter();
    lines
        .find(|line| cosigner.verify_subtree(origin, &request.subtree, line))
        .ok_or_else(|| AskError::NotSigned(cosigner.id_string()))
}

/// Deposits an event's note, and gives back the witness's signed deposit: to be kept.
pub fn deposit(
    submission: &Url,
    event: &SignedEvent,
    witness: &CosignerVKey,
    tls: &Tls,
    time: Duration,
) -> Result<(Deposit, String), AskError> {
    let key = depositary(witness).ok_or_else(|| AskError::NoDepositary(witness.id_string()))?;
    let url = submission.join("deposit")?;
    let response = ask(&url, Ask::Post(event.note().as_bytes().to_vec()), tls, time)?;
    if response.status != 200 {
        return Err(refused(&response));
    }
    let deposit = Deposit::open(&response.body, &key)?;
    if deposit.event != event.event().hash() || Some(deposit.ledger) != event.event().ledger {
        return Err(AskError::OtherEvent);
    }
    read(deposit, &response)
}

/// The deposit of an event, from the witness's monitoring prefix; nothing if there is none.
pub fn deposited(
    monitoring: &Url,
    origin: &str,
    event: &EventHash,
    witness: &CosignerVKey,
    tls: &Tls,
    time: Duration,
) -> Result<Option<(Deposit, String)>, AskError> {
    let key = depositary(witness).ok_or_else(|| AskError::NoDepositary(witness.id_string()))?;
    let url = monitoring.join(&format!("{}/deposit/{event}", origin_hash(origin)))?;
    let response = ask(&url, Ask::Get, tls, time)?;
    match response.status {
        200 => {}
        404 => return Ok(None),
        _ => return Err(refused(&response)),
    }
    let deposit = Deposit::open(&response.body, &key)?;
    if deposit.event == *event {
        read(deposit, &response).map(Some)
    } else {
        Err(AskError::OtherEvent)
    }
}

/// The deposits whose events come after `after` in the order of their hashes, each with its note,
/// from a depositary's monitoring prefix; none when there are no more. Each is verified.
pub fn deposits_after(
    monitoring: &Url,
    origin: &str,
    after: &EventHash,
    key: &VKey,
    tls: &Tls,
    time: Duration,
) -> Result<Vec<(Deposit, String)>, AskError> {
    let url = monitoring.join(&format!("{}/deposits/{after}", origin_hash(origin)))?;
    let limits = Limits { time, answer_bytes: PAGE_BYTES };
    let response = http::exchange(&url, Ask::Get, tls, limits)?;
    if response.status != 200 {
        return Err(refused(&response));
    }
    let mut last = *after;
    let verified = |(deposit, note): (Deposit, Note)| {
        let text = note.to_text();
        Deposit::open(text.as_bytes(), key)?;
        // Whoever lists the same again would be asked for ever.
        if deposit.event <= last {
            return Err(DepositError::Page);
        }
        last = deposit.event;
        Ok((deposit, text))
    };
    let page = parse_page(&response.body)?;
    Ok(page.into_iter().map(verified).collect::<Result<_, _>>()?)
}

fn read(found: Deposit, response: &Response) -> Result<(Deposit, String), AskError> {
    let (_, note) = Deposit::read(&response.body)?;
    Ok((found, note.to_text()))
}
