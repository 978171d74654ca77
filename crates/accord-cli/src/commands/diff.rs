//! `accord diff`: what a view said at one moment and says at another, and which entries made the
//! difference.

use super::ledger::{DirArgs, instant};
use super::replay::names;
use super::state::{Moment, known, moment};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::pinning;
use accord_format::time::Timestamp;
use accord_views::Known;
use accord_views::view::{Figure, View, text};
use clap::Args as ClapArgs;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Compare a view between two moments, figure by figure
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// The view
    #[arg(long, value_name = "NAME", value_parser = names())]
    view: String,
    /// Before: what was known, a seq or an instant
    #[arg(long, value_name = "SEQ|INSTANT", value_parser = known)]
    known_at: Option<Known>,
    /// Before: the moment asked about
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Timestamp>,
    /// After: what was known [default: everything]
    #[arg(long, value_name = "SEQ|INSTANT", value_parser = known)]
    to_known_at: Option<Known>,
    /// After: the moment asked about [default: that of before, or now]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    to_as_of: Option<Timestamp>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    if args.known_at.is_none() && args.as_of.is_none() {
        return Err(CliError::Usage(
            "say what to compare with: --known-at, --as-of or both".to_owned(),
        ));
    }
    let record = args.dir.record()?;
    let kept = pinning::states(&record, &args.dir.pins);
    let mut before = moment(&record, kept.as_ref(), args.known_at, args.as_of, session.progress)?;
    let mut after = moment(
        &record,
        kept.as_ref(),
        args.to_known_at,
        args.to_as_of.or(args.as_of),
        session.progress,
    )?;
    let (old, new) = (before.view(&args.view, &record)?, after.view(&args.view, &record)?);
    let changes = changes(&old, &new);
    let out = &mut session.out;
    if out.is_json() {
        let changes: Vec<_> = changes
            .iter()
            .map(|(key, old, new)| {
                let entries = entries(*old, &before, *new, &after);
                json!({"figure": key, "before": old, "after": new, "entries": entries})
            })
            .collect();
        out.document(&json!({"accord": "diff/1", "view": args.view, "changes": changes}))?;
        return Ok(Exit::Fine);
    }
    let moment = |v: &View| {
        format!("as of {}, known from {} entries up to {}", v.as_of, v.known, v.recorded)
    };
    out.line(format_args!("{}", new.title))?;
    out.line(format_args!("before  {}", moment(&old)))?;
    out.line(format_args!("after   {}", moment(&new)))?;
    out.line("")?;
    if changes.is_empty() {
        out.line("no figure differs")?;
    }
    let starred = changes
        .iter()
        .any(|(_, old, new)| [old, new].into_iter().flatten().any(|f| text::is_starred(f)));
    for (key, old_figure, new_figure) in changes {
        let shown = |f: Option<&Figure>| f.map_or_else(|| "-".to_owned(), text::write_figure);
        let seqs = entries(old_figure, &before, new_figure, &after);
        let seqs: Vec<String> = seqs.iter().map(u64::to_string).collect();
        let because =
            if seqs.is_empty() { String::new() } else { format!("   entries {}", seqs.join(", ")) };
        out.line(format_args!("{key}  {} -> {}{because}", shown(old_figure), shown(new_figure)))?;
    }
    if starred {
        out.line("")?;
        out.line(text::ASTERISK)?;
    }
    Ok(Exit::Fine)
}

type Change<'a> = (String, Option<&'a Figure>, Option<&'a Figure>);

fn changes<'a>(old: &'a View, new: &'a View) -> Vec<Change<'a>> {
    let by_key = |view: &'a View| -> BTreeMap<&'a str, &'a Figure> {
        view.figures().map(|f| (f.key.as_str(), f)).collect()
    };
    let (before, after) = (by_key(old), by_key(new));
    let keys: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let differing = keys.into_iter().filter_map(|key| {
        let (old, new) = (before.get(key).copied(), after.get(key).copied());
        let says = |f: Option<&Figure>| f.map(|f| (f.value, f.qualifier, f.suspect));
        (says(old) != says(new)).then(|| (key.to_owned(), old, new))
    });
    differing.collect()
}

/// The entries behind one of the two figures and not behind the other.
fn entries(
    old: Option<&Figure>,
    before: &Moment,
    new: Option<&Figure>,
    after: &Moment,
) -> Vec<u64> {
    let of = |figure: Option<&Figure>, moment: &Moment| -> BTreeSet<u64> {
        let selector = figure.and_then(|f| f.provenance.as_ref()).map(|p| &p.selector);
        selector
            .map(|s| moment.snapshot.families().enumerate(s).into_iter().collect())
            .unwrap_or_default()
    };
    of(old, before).symmetric_difference(&of(new, after)).copied().collect()
}
