//! The mapping file: which columns make which members, in TOML.

use super::{ImportError, Table};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The first member of every mapping.
const FORMAT: &str = "accord.mapping/v1";

/// How the rows of a table become events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mapping {
    /// `accord.mapping/v1`.
    format: String,
    /// The event type that a row becomes.
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    /// What the table is and where it comes from.
    pub(crate) source: String,
    /// Under which licence, and whom to credit.
    pub(crate) licence: String,
    /// Rows that are no data.
    #[serde(default)]
    pub(crate) skip: Vec<Skip>,
    /// When what a row tells happened; without it, when the batch was issued.
    pub(crate) occurred: Option<OccurredRule>,
    /// The members of the payload.
    #[serde(default)]
    pub(crate) field: Vec<Field>,
    /// For corrections: the table and the mapping of what is corrected.
    pub(crate) target: Option<Target>,
    /// For corrections: what is corrected.
    #[serde(default)]
    pub(crate) patch: Vec<PatchRule>,
}

/// Rows that are no data: those whose field starts with a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skip {
    /// Column.
    pub(crate) column: String,
    /// Text with which the field starts, such as `#`.
    pub(crate) starts_with: String,
}

/// When what a row tells happened.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OccurredRule {
    /// Column with the first day or instant.
    pub(crate) from: String,
    /// Column with the end.
    pub(crate) until: Option<String>,
    /// True when the end is the last day, and so belongs to the span.
    #[serde(default)]
    pub(crate) until_inclusive: bool,
    /// How exactly the bounds are known.
    pub(crate) precision: PrecisionRule,
}

/// How exactly the bounds are known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrecisionRule {
    /// The same for every row.
    pub(crate) constant: Option<String>,
    /// Column that says it.
    pub(crate) column: Option<String>,
    /// Its values and their meaning.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
}

/// How a member is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum As {
    /// The field as it stands, line breaks and runs of spaces as one space.
    Text,
    /// A whole number.
    Integer,
    /// A count, its word in `qualifier`.
    Count,
    /// A calendar day.
    Date,
    /// An instant.
    Instant,
    /// Degrees.
    MicroDegrees,
    /// What `words` says of the field.
    Words,
    /// `value`.
    Constant,
    /// Numbers summed by the code that `words` says of their column's neighbour.
    Tally,
    /// The file's digest and the row's number.
    SourceRow,
}

/// What becomes of a blank field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Blank {
    /// The row is bad.
    #[default]
    Error,
    /// The member is left out.
    Skip,
}

/// One member of the payload.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// The member, `/` between levels.
    pub(crate) into: String,
    /// How it is made.
    #[serde(rename = "as")]
    pub(crate) how: As,
    /// Column.
    pub(crate) column: Option<String>,
    /// Column with the source's word for a count.
    pub(crate) qualifier: Option<String>,
    /// The value of a constant, or the word of every count.
    pub(crate) value: Option<toml::Value>,
    /// Values of the column and their meaning.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    /// Pairs of columns, code and number, of a tally.
    #[serde(default)]
    pub(crate) parts: Vec<Part>,
    /// What becomes of a blank field.
    #[serde(default)]
    pub(crate) blank: Blank,
}

/// One number of a tally.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Column with the name of whom it counts for.
    pub(crate) of: String,
    /// Column with the number.
    pub(crate) column: String,
}

/// The table that corrections apply to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// The table, beside the mapping.
    pub(crate) table: PathBuf,
    /// Its mapping, beside this one.
    pub(crate) mapping: PathBuf,
    /// Columns here, and the columns there that they must equal; exactly one row must fit.
    #[serde(rename = "match")]
    pub(crate) columns: BTreeMap<String, String>,
}

/// One corrected value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatchRule {
    /// The member of the target's payload that is corrected.
    pub(crate) into: String,
    /// How the new value is made, as for a field.
    #[serde(rename = "as")]
    pub(crate) how: As,
    /// Column with the new value.
    pub(crate) column: String,
    /// Column with the source's word for a count.
    pub(crate) qualifier: Option<String>,
    /// The word of every count.
    pub(crate) value: Option<toml::Value>,
    /// Column with the old number, which must be what the record says.
    pub(crate) old: Option<String>,
}

impl PatchRule {
    /// The rule for the new value, as a field.
    pub(crate) fn field(&self) -> Field {
        Field {
            into: self.into.clone(),
            how: self.how,
            column: Some(self.column.clone()),
            qualifier: self.qualifier.clone(),
            value: self.value.clone(),
            words: BTreeMap::new(),
            parts: Vec::new(),
            blank: Blank::Error,
        }
    }
}

impl Mapping {
    /// Reads a mapping and checks that it makes sense by itself.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, ImportError> {
        let wrong = |why: String| ImportError::Mapping { path: path.to_owned(), why };
        let mapping: Self = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        mapping.check().map_err(wrong)?;
        Ok(mapping)
    }

    /// True when rows correct what other rows said.
    pub(crate) const fn is_correction(&self) -> bool {
        self.target.is_some()
    }

    fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("format is {:?}, not {FORMAT:?}", self.format));
        }
        let corrects = self.event_type == "record.corrected";
        if corrects != self.target.is_some() || corrects == self.patch.is_empty() {
            return Err("[target] and [[patch]] belong to type record.corrected, and that to them"
                .to_owned());
        }
        if let Some(rule) = &self.occurred
            && rule.precision.constant.is_some() == rule.precision.column.is_some()
        {
            return Err("occurred.precision has either constant or column".to_owned());
        }
        let mut members = std::collections::BTreeSet::new();
        for field in &self.field {
            if !members.insert(&field.into) {
                return Err(format!("{:?} is made twice", field.into));
            }
            field.check().map_err(|why| format!("field {:?}: {why}", field.into))?;
        }
        for patch in &self.patch {
            patch.field().check().map_err(|why| format!("patch {:?}: {why}", patch.into))?;
        }
        Ok(())
    }

    /// Says so when the table lacks a column that the mapping reads.
    pub(crate) fn check_columns(&self, path: &Path, table: &Table) -> Result<(), ImportError> {
        let mut columns: Vec<&str> = self.skip.iter().map(|s| s.column.as_str()).collect();
        if let Some(rule) = &self.occurred {
            columns.push(&rule.from);
            columns.extend(rule.until.iter().chain(&rule.precision.column).map(String::as_str));
        }
        for field in &self.field {
            columns.extend(field.column.iter().chain(&field.qualifier).map(String::as_str));
            for part in &field.parts {
                columns.extend([part.of.as_str(), part.column.as_str()]);
            }
        }
        for patch in &self.patch {
            columns.push(&patch.column);
            columns.extend(patch.qualifier.iter().chain(&patch.old).map(String::as_str));
        }
        if let Some(target) = &self.target {
            columns.extend(target.columns.keys().map(String::as_str));
        }
        columns
            .into_iter()
            .try_for_each(|column| table.check_column(column))
            .map_err(|why| ImportError::Mapping { path: path.to_owned(), why })
    }
}

impl Field {
    fn check(&self) -> Result<(), String> {
        if self.into.split('/').any(str::is_empty) {
            return Err("into is a member, or members with / between them".to_owned());
        }
        let has = |what: bool, name: &str| {
            if what { Ok(()) } else { Err(format!("as = {:?} needs {name}", self.how)) }
        };
        match self.how {
            As::Text | As::Integer | As::Date | As::Instant | As::MicroDegrees => {
                has(self.column.is_some(), "column")
            }
            As::Count => {
                has(self.column.is_some(), "column")?;
                if self.qualifier.is_some() && self.value.is_some() {
                    return Err("a count's word is in the column qualifier or is value".to_owned());
                }
                Ok(())
            }
            As::Words => {
                has(self.column.is_some(), "column")?;
                has(!self.words.is_empty(), "words")
            }
            As::Constant => has(self.value.is_some(), "value"),
            As::Tally => {
                has(!self.parts.is_empty(), "parts")?;
                has(!self.words.is_empty(), "words")
            }
            As::SourceRow => Ok(()),
        }
    }
}
