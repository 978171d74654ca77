//! Taking events in: durable, included and answered.

use super::bounds::{Machine, sync};
use super::ledger::found;
use super::timing::{length, median, millis, rate};
use super::{Bench, Better, Figure, Scale, remove};
use crate::error::BenchError;
use crate::found::Recipe;
use crate::story::{Made, Story};
use crate::{fill, taken};
use accord_ledger::handle::{self, Handle};
use accord_ledger::{Ledger, LedgerError};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;

/// Submissions that may wait for the writer.
const QUEUE: usize = 1_024;
/// Keys of the mission: the most signers.
const FIELDS: u16 = 256;
/// Entries before those that are measured: participants, charter, board, and a day.
const BEFORE: u64 = 1_024;
/// Who submits at once, and how many sign.
const CASES: [(usize, usize); 7] =
    [(1, 1), (16, 1), (16, 256), (256, 1), (256, 16), (256, 256), (1_024, 16)];
/// What the writer may take for one submission beside two syncs.
const ALONE_MS: f64 = 0.3;

pub(super) fn measure(
    bench: &Bench<'_>,
    scale: &Scale,
    machine: &Machine,
    figures: &mut Vec<Figure>,
    hear: &mut dyn FnMut(&str),
) -> Result<(), BenchError> {
    let recipe = Recipe { fields: FIELDS, observers: 0, ..Recipe::new(bench.charter, bench.seed) };
    for (submitters, signers) in CASES {
        hear(&format!("measuring append: {submitters} submitters, {signers} signers"));
        let dir = bench.path("append");
        let mut ledger = found(&recipe, &dir)?;
        let mut story = Story::of(&recipe)?;
        fill(&mut ledger, &mut story, BEFORE, &mut |_| {})?;
        let alone = submitters == 1;
        let number = if alone { scale.alone } else { scale.events };
        let made = (0..number).map(|nth| {
            let nth = usize::try_from(nth).unwrap_or(0);
            story.observation(nth.checked_rem(signers).unwrap_or(0))
        });
        let made = made.collect::<Result<Vec<Made>, _>>()?;
        let events = length(&made);
        let run = submit(ledger, made, submitters)?;
        remove(&dir)?;
        let name = format!("append/{submitters} submitters/{signers} signers");
        if alone {
            // F again: the disk is shared, and what it is worth changes within minutes.
            let bound = 2.0 * millis(sync(&bench.path("sync"))?) + ALONE_MS;
            let figure = Figure::new(format!("{name}, median"), millis(median(run.waits)), "ms");
            figures.push(figure.beside("2 F + 0.3 ms", bound).to_be(Better::Less, 1.0));
        } else {
            let figure = Figure::new(name, rate(events, run.all), "entries/s");
            let figure = figure.beside("cores × S", machine.all_cores());
            let many = submitters >= 256;
            figures.push(if many { figure.to_be(Better::More, 0.8) } else { figure });
        }
    }
    Ok(())
}

/// How long everything took, and how long each had to wait.
struct Run {
    all: Duration,
    waits: Vec<Duration>,
}

type Shared<T> = Rc<RefCell<T>>;

/// Submits everything; each submitter waits for its answer before it takes the next.
fn submit(ledger: Ledger, made: Vec<Made>, submitters: usize) -> Result<Run, BenchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| BenchError::Wrong(format!("no runtime: {e}")))?;
    let (handle, writer) = handle::spawn(ledger, QUEUE);
    let waiting: Shared<VecDeque<Made>> = Rc::new(RefCell::new(made.into()));
    let waits: Shared<Vec<Duration>> = Rc::default();
    let local = LocalSet::new();
    let start = Instant::now();
    let outcome = local.block_on(&runtime, async {
        let mut tasks = Vec::with_capacity(submitters);
        for _ in 0..submitters {
            let (waiting, waits) = (Rc::clone(&waiting), Rc::clone(&waits));
            tasks.push(tokio::task::spawn_local(one(handle.clone(), waiting, waits)));
        }
        for task in tasks {
            task.await.map_err(|e| BenchError::Wrong(format!("a submitter stopped: {e}")))??;
        }
        Ok::<_, BenchError>(start.elapsed())
    });
    drop((local, handle));
    let joined = writer.join();
    let all = outcome?;
    joined?;
    Ok(Run { all, waits: waits.take() })
}

async fn one(
    handle: Handle,
    waiting: Shared<VecDeque<Made>>,
    waits: Shared<Vec<Duration>>,
) -> Result<(), BenchError> {
    loop {
        let next = waiting.borrow_mut().pop_front();
        let Some(made) = next else { return Ok(()) };
        let start = Instant::now();
        let answer = handle.append(made.submission).await;
        waits.borrow_mut().push(start.elapsed());
        let outcome = answer.map_err(|e| LedgerError::Stopped(e.to_string()))?;
        taken(made.event_type, outcome)?;
    }
}
