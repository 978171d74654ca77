//! Rules across families, one file each.

pub(crate) mod basis;
mod kind;
mod records;
mod recusal;
pub(crate) mod report;
mod result;
mod suspect;

pub(crate) use recusal::recused;

use crate::families::Families;
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_projection::{Finding, Guard, Refusal, Remark};

/// What the rules refuse that no family declares, because the charter says of which types.
pub const REFUSALS: &[Guard] = &[kind::REFUSAL, suspect::REFUSAL];

/// Judges an act by the rules that more than one family has a part in, and says what is to be said
/// of it.
pub(crate) fn judge(
    families: &Families,
    header: &Header,
    event: &Event,
) -> Result<Vec<Remark>, Refusal> {
    kind::judge(families, header, event)?;
    suspect::judge(families, event)?;
    recusal::judge(families, header, event)?;
    result::judge(families, header, event).map(|remark| remark.into_iter().collect())
}

/// What is to be said about entries across families; `said` is what the families say by themselves.
pub(crate) fn findings(families: &Families, said: &[(&'static str, Finding)]) -> Vec<Finding> {
    let mut findings = basis::findings(families, said);
    findings.extend(records::findings(families));
    findings
}
