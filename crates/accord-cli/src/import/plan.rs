//! The plan of an import: every event, before any of them is signed.

use super::correction::{Corrected, Targets};
use super::mapping::Mapping;
use super::table::{Row, Table};
use super::{BadRow, convert, row_id};
use crate::compose::{self, Envelope, SeenAt, Signer};
use crate::error::CliError;
use accord_catalogue::EventType;
use accord_format::event::{Occurred, Precision};
use accord_format::hash::{ContentHash, LedgerId};
use accord_format::time::Timestamp;
use serde_json::{Value, json};
use std::path::Path;

/// What all events of an import share.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The ledger.
    pub(crate) ledger: LedgerId,
    /// What the author has seen of it.
    pub(crate) seen: SeenAt,
    /// When it is signed: the same instant for every event, that of the batch.
    pub(crate) issued: Timestamp,
    /// Who signs.
    pub(crate) signers: Vec<Signer>,
}

/// What is imported and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The table.
    pub(crate) table: &'a Table,
    /// Its mapping.
    pub(crate) mapping: &'a Mapping,
    /// The mapping's file.
    pub(crate) mapping_path: &'a Path,
    /// BLAKE3 of the mapping's bytes.
    pub(crate) mapping_digest: ContentHash,
    /// The declaration of the batch event.
    pub(crate) batch_type: &'a EventType,
    /// The declaration of the rows' type.
    pub(crate) row_type: &'a EventType,
}

/// One row's event.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The row's number.
    pub(crate) row: u64,
    /// The event.
    pub(crate) envelope: Envelope,
}

/// Every event of an import, and the rows that make none.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The event before all others.
    pub(crate) batch: Envelope,
    /// The rows' events, in order.
    pub(crate) rows: Vec<Planned>,
    /// How many rows are no data.
    pub(crate) skipped: u64,
    /// Rows that do not map.
    pub(crate) bad: Vec<BadRow>,
}

/// Makes the events of a whole table.
pub(crate) fn plan(
    subject: Subject<'_>,
    frame: &Frame,
    targets: &dyn Targets,
) -> Result<Plan, CliError> {
    let Subject { table, mapping, mapping_path, .. } = subject;
    mapping.check_columns(mapping_path, table)?;
    let corrected =
        mapping.target.as_ref().map(|rule| Corrected::read(mapping_path, rule)).transpose()?;
    let (mut rows, mut bad, mut skipped) = (Vec::new(), Vec::new(), 0);
    for row in table.rows() {
        if mapping.skip.iter().any(|s| row.field(&s.column).starts_with(&s.starts_with)) {
            skipped += 1;
            continue;
        }
        match event(subject, &row, frame, corrected.as_ref(), targets) {
            Ok(envelope) => rows.push(Planned { row: row.number, envelope }),
            Err(row) => bad.push(*row),
        }
    }
    let batch = batch(subject, frame, rows.len())?;
    Ok(Plan { batch, rows, skipped, bad })
}

fn event(
    subject: Subject<'_>,
    row: &Row<'_>,
    frame: &Frame,
    corrected: Option<&Corrected>,
    targets: &dyn Targets,
) -> Result<Envelope, Box<BadRow>> {
    let Subject { table, mapping, row_type, .. } = subject;
    let payload = match corrected {
        None => convert::payload(mapping, row)?,
        Some(corrected) => corrected.payload(mapping, row, targets)?,
    };
    let occurred = match &mapping.occurred {
        Some(rule) => convert::occurred(rule, row)?,
        None => at(frame.issued),
    };
    let from = Occurred::from_value(&occurred)
        .map_err(|e| row.bad("occurred", e.to_string()))?
        .from
        .timestamp();
    let id = row_id(&table.digest, row.number, from);
    let whole = |problem: String| Box::new(row.bad("(the whole row)", problem));
    (row_type.check)(&payload).map_err(|e| whole(e.to_string()))?;
    frame.compose(row_type, payload, occurred, id).map_err(|e| whole(e.to_string()))
}

fn batch(subject: Subject<'_>, frame: &Frame, rows: usize) -> Result<Envelope, CliError> {
    let Subject { table, mapping, batch_type, mapping_digest, .. } = subject;
    let payload = json!({
        "source": mapping.source,
        "file_digest": table.digest.to_string(),
        "rows": rows,
        "mapping_digest": mapping_digest.to_string(),
        "licence": mapping.licence,
    });
    let id = row_id(&table.digest, 0, frame.issued);
    frame.compose(batch_type, payload, at(frame.issued), id)
}

fn at(issued: Timestamp) -> Value {
    crate::human::instant::occurred(issued, None, Precision::Second)
}

impl Frame {
    fn compose(
        &self,
        declared: &EventType,
        payload: Value,
        occurred: Value,
        id: String,
    ) -> Result<Envelope, CliError> {
        let frame = compose::Frame {
            occurred: Some(occurred),
            id: Some(id),
            ..compose::Frame::new(
                Some(self.ledger),
                self.seen.clone(),
                self.issued,
                self.signers.clone(),
            )
        };
        frame.unchecked(declared, payload)
    }
}
