//! Rows that restate what rows of another table said: each becomes a `record.corrected`.

use super::mapping::{Mapping, PatchRule, Target};
use super::table::{Row, Table};
use super::{BadRow, ImportError, MAPPING_MAX, TABLE_MAX, convert, row_id};
use crate::error::CliError;
use crate::files;
use accord_format::event::Occurred;
use accord_format::hash::EventHash;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Where events are found by the id that an import gave them.
pub(crate) trait Targets {
    /// The event with this id, or nothing when the ledger has none.
    fn event_of(&self, id: &str) -> Option<EventHash>;
}

/// The table that is corrected, with its mapping.
#[derive(Debug)]
pub(super) struct Corrected {
    rule: Target,
    table: Table,
    mapping: Mapping,
}

impl Corrected {
    /// Reads table and mapping from beside the mapping at `path`.
    pub(super) fn read(path: &Path, rule: &Target) -> Result<Self, CliError> {
        let beside = |name: &Path| path.parent().unwrap_or_else(|| Path::new("")).join(name);
        let (at, mapping_at) = (beside(&rule.table), beside(&rule.mapping));
        let table = Table::read(&at, &files::read(&at, TABLE_MAX)?)?;
        let mapping = Mapping::parse(&mapping_at, &files::read_text(&mapping_at, MAPPING_MAX)?)?;
        mapping.check_columns(&mapping_at, &table)?;
        if mapping.is_correction() {
            let why = "corrections of corrections are not imported".to_owned();
            return Err(ImportError::Mapping { path: mapping_at, why }.into());
        }
        for column in rule.columns.values() {
            table
                .check_column(column)
                .map_err(|why| ImportError::Mapping { path: path.to_owned(), why })?;
        }
        Ok(Self { rule: rule.clone(), table, mapping })
    }

    /// The payload of the correction that `row` makes.
    pub(super) fn payload(
        &self,
        mapping: &Mapping,
        row: &Row<'_>,
        targets: &dyn Targets,
    ) -> Result<Value, BadRow> {
        let target = self.find(row)?;
        let old = convert::payload(&self.mapping, &target)?;
        let event = self.event(row, &target, targets)?;
        let mut payload = convert::payload(mapping, row)?;
        let patches =
            mapping.patch.iter().map(|rule| patch(rule, row, &old)).collect::<Result<_, _>>()?;
        if let Some(members) = payload.as_object_mut() {
            members.insert("target".to_owned(), event.to_string().into());
            members.insert("patches".to_owned(), Value::Array(patches));
            let file = row.table().digest.to_string();
            members.insert("source".to_owned(), json!({"file": file, "row": row.number}));
        }
        Ok(payload)
    }

    /// The one row of the other table that this one is about.
    fn find(&self, row: &Row<'_>) -> Result<Row<'_>, BadRow> {
        let columns = &self.rule.columns;
        let is_it = |other: &Row<'_>| {
            columns.iter().all(|(here, there)| row.field(here) == other.field(there))
        };
        let mut found = self.table.rows().filter(is_it);
        let column = columns.keys().next().map_or("", String::as_str);
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(row.bad(column, format!("no row of {} fits", self.table.name()))),
            (Some(one), Some(other)) => Err(row.bad(
                column,
                format!("rows {} and {} of {} fit", one.number, other.number, self.table.name()),
            )),
        }
    }

    fn event(
        &self,
        row: &Row<'_>,
        target: &Row<'_>,
        targets: &dyn Targets,
    ) -> Result<EventHash, BadRow> {
        let missing = || {
            let (number, name) = (target.number, self.table.name());
            row.bad(
                "target",
                format!("row {number} of {name} is not in the ledger; import that file first"),
            )
        };
        let rule = self.mapping.occurred.as_ref().ok_or_else(missing)?;
        let occurred = convert::occurred(rule, target)?;
        let from = Occurred::from_value(&occurred).map_err(|e| row.bad("target", e.to_string()))?;
        let id = row_id(&self.table.digest, target.number, from.from.timestamp());
        targets.event_of(&id).ok_or_else(missing)
    }
}

fn patch(rule: &PatchRule, row: &Row<'_>, old: &Value) -> Result<Value, BadRow> {
    let pointer = format!("/{}", rule.into);
    let stands = old.pointer(&pointer);
    if let Some(column) = &rule.old {
        let said = row.field(column);
        let number = stands.map(|v| v.get("value").unwrap_or(v).to_string()).unwrap_or_default();
        if number.trim_matches('"') != said {
            let problem = format!("{said:?} is not what was recorded, which is {number}");
            return Err(row.bad(column, problem));
        }
    }
    let new = convert::value(&rule.field(), row)?;
    let mut patch = Map::new();
    patch.insert("pointer".to_owned(), json!(format!("/payload{pointer}")));
    for (name, value) in [("old", stands.cloned()), ("new", new)] {
        if let Some(value) = value {
            patch.insert(name.to_owned(), value);
        }
    }
    Ok(Value::Object(patch))
}
