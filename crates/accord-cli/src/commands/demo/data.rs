//! The data of the demonstration, built into the program: the same files as in `examples/data`.

use crate::error::CliError;
use crate::files;
use accord_charter::Charter;
use std::path::Path;

/// The charter.
const CHARTER: &str = include_str!("../../../../../agreements/twelve-point.toml");
/// Fortnights of the OSCE SMM.
pub(super) const FORTNIGHTS: &str = "osce_smm_biweekly_series";
/// What later reports of the OSCE SMM restated.
pub(super) const RESTATEMENTS: &str = "osce_smm_restatements";
/// The area that the tables of the OSCE SMM are about.
pub(super) const AREA: &str = "donetsk-luhansk";
/// Lethal events of UCDP.
pub(super) const LETHAL_EVENTS: &str = "ucdp_ged_ukraine_2014_2021";

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../../../examples/data/", $name)))),+]
    };
}

const FILES: &[(&str, &[u8])] = shipped![
    "README.md",
    "osce_smm_biweekly_series.csv",
    "osce_smm_biweekly_series.toml",
    "osce_smm_restatements.csv",
    "osce_smm_restatements.toml",
    "ucdp_ged_ukraine_2014_2021.csv",
    "ucdp_ged_ukraine_2014_2021.toml",
];

/// Writes tables, mappings and their provenance into `dir`, for imports by hand.
pub(super) fn write(dir: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(dir).map_err(CliError::file("create", dir))?;
    for (name, bytes) in FILES {
        let path = dir.join(name);
        files::create(&path, bytes, false).map_err(CliError::file("create", &path))?;
    }
    Ok(())
}

/// The charter built in.
pub(crate) fn charter() -> Result<Charter, CliError> {
    Charter::from_toml(CHARTER).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        CliError::Usage(format!("the charter built in: {first}"))
    })
}
