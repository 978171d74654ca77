//! Exchanges of prisoners, and who says how many are held.

use super::super::script::{HOUR, MADE_UP, Said, Script, Side, at, count, digest};
use crate::error::CliError;
use serde_json::{Value, json};

/// The category that is exchanged.
const CATEGORY: &str = "pow";
/// Persons whom each party holds when the ceasefire begins.
const HELD: u64 = 1_800;

/// An exchange, the same number for the same number.
#[derive(Clone, Copy)]
struct Plan {
    day: i64,
    stages: u64,
    /// Persons whom each party releases in each stage.
    each: u64,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Reconciled,
    /// In the last stage one who was listed is not brought and another comes; that is settled.
    Disputed,
    /// The party at that place ends it before anybody is handed over.
    Cancelled(usize),
    /// It is under way, and put off.
    Postponed,
}

const PLANS: [Plan; 7] = [
    Plan { day: 95, stages: 1, each: 60, end: End::Reconciled },
    Plan { day: 160, stages: 3, each: 50, end: End::Disputed },
    Plan { day: 290, stages: 2, each: 80, end: End::Cancelled(0) },
    Plan { day: 380, stages: 4, each: 75, end: End::Reconciled },
    Plan { day: 460, stages: 2, each: 80, end: End::Cancelled(1) },
    Plan { day: 520, stages: 2, each: 90, end: End::Disputed },
    Plan { day: 660, stages: 3, each: 40, end: End::Postponed },
];

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    for plan in PLANS {
        exchange(script, plan)?;
    }
    let intermediary = script.one("intermediary")?;
    for day in [90, 180, 270, 360, 450, 540, 630, 720] {
        let released: u64 = PLANS.iter().map(|plan| plan.released_by(day)).sum();
        for side in script.sides()? {
            let held = HELD.saturating_sub(released);
            for (by, over) in [(side.by, 0), (side.other_by, 250), (intermediary, 110)] {
                let count = if over == 0 {
                    json!({"value": held, "qualifier": "exact"})
                } else {
                    json!({"value": held + over, "qualifier": "at_least", "word": "more than"})
                };
                let payload = json!({
                    "side": side.code, "category": CATEGORY, "count": count, "method": MADE_UP,
                });
                script.say(at(day, 12), "detention.tally_declared", &[by], payload)?;
            }
        }
    }
    Ok(())
}

impl Plan {
    /// The day of a stage.
    const fn stage(&self, stage: u64) -> i64 {
        self.day + 18 + 5 * stage.cast_signed()
    }

    /// The stages that take place.
    const fn held(&self) -> u64 {
        match self.end {
            End::Cancelled(_) => 0,
            End::Postponed => 1,
            End::Reconciled | End::Disputed => self.stages,
        }
    }

    /// Those whom each party has released before that day; one who was not brought is made up for
    /// by the one who came.
    fn released_by(&self, day: i64) -> u64 {
        (1..=self.held()).filter(|stage| self.stage(*stage) < day).count() as u64 * self.each
    }
}

fn exchange(script: &mut Script<'_>, plan: Plan) -> Result<(), CliError> {
    let together = script.together()?;
    let sides = script.sides()?;
    let codes: Vec<_> = sides.iter().map(|side| side.code).collect();
    let total = plan.each * plan.stages;
    let planned = each_side(&sides, |_| count(total));
    let payload = json!({
        "formula": "n_for_n", "parties": codes, "categories": [CATEGORY], "planned": planned,
        "text_digest": digest(&format!("proposal of day {}", plan.day)),
    });
    let exchange = script.say(at(plan.day, 9), "exchange.proposed", &together, payload)?;
    let lists = lists(script, &exchange, &sides, plan, total)?;
    let payload = json!({
        "lists": lists, "counts": each_side(&sides, |_| json!({CATEGORY: total})),
        "place_class": "line",
    });
    script.go_on(&exchange, at(plan.day + 12, 9), "exchange.agreed", &together, payload)?;
    for stage in 1..=plan.held() {
        stage_of(script, &exchange, &sides, plan, stage)?;
    }
    finish(script, &exchange, &sides, plan)
}

fn each_side(sides: &[Side<'_>], value: impl Fn(&Side<'_>) -> Value) -> Value {
    sides
        .iter()
        .map(|side| (side.code.to_owned(), value(side)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Each party hands in a list, whose first version has mistakes; gives the roots of the last.
fn lists<'a>(
    script: &mut Script<'a>,
    exchange: &Said,
    sides: &[Side<'a>],
    plan: Plan,
    total: u64,
) -> Result<Vec<String>, CliError> {
    let intermediary = script.one("intermediary")?;
    let mut roots = Vec::new();
    for side in sides {
        for version in 1..=2 {
            let root = digest(&format!("list {} {} {version}", plan.day, side.code));
            let day = plan.day + 3 * version;
            let payload = json!({
                "list": CATEGORY, "version": version, "role": "to_release", "category": CATEGORY,
                "count": total, "root": root,
            });
            let submitted = "exchange.list_submitted";
            script.go_on(exchange, at(day, 9), submitted, &[side.by], payload)?;
            let wrong = if version == 1 { [2, 3, 4, 5] } else { [0; 4] };
            let [duplicate, released, category, identity] = wrong;
            let payload = json!({
                "root": root, "matched": total - wrong.iter().sum::<u64>(), "unmatched": 0,
                "errors": {
                    "duplicate": duplicate, "already_released": released,
                    "wrong_category": category, "identity_error": identity,
                },
            });
            let checked = "exchange.list_checked";
            script.go_on(exchange, at(day + 1, 9), checked, &[intermediary], payload)?;
            if version == 2 {
                roots.push(root);
            }
        }
    }
    Ok(roots)
}

/// One stage: both hand over, both receive, and an intermediary looks on.
fn stage_of<'a>(
    script: &mut Script<'a>,
    exchange: &Said,
    sides: &[Side<'a>],
    plan: Plan,
    stage: u64,
) -> Result<(), CliError> {
    let day = plan.stage(stage);
    let odd = u64::from(plan.end == End::Disputed && stage == plan.stages);
    for side in sides {
        let payload = json!({"stage": stage, "to": side.other, "counts": {CATEGORY: plan.each}});
        let handed = "exchange.handover_recorded";
        script.go_on(exchange, at(day, 12), handed, &[side.by], payload)?;
        let payload = json!({
            "stage": stage, "from": side.code,
            "account": {
                "listed": plan.each, "received_listed": plan.each - odd, "not_delivered": odd,
                "refused_return": 0, "died": 0, "substituted": odd,
                "counts": {CATEGORY: plan.each},
            },
        });
        let received = "exchange.receipt_confirmed";
        script.go_on(exchange, at(day, 14), received, &[side.other_by], payload)?;
    }
    let intermediary = script.one("intermediary")?;
    let payload = json!({
        "stage": stage, "present": true, "seen": each_side(sides, |_| count(plan.each)),
    });
    script.go_on(exchange, at(day, 16), "exchange.attested", &[intermediary], payload)?;
    Ok(())
}

fn finish<'a>(
    script: &mut Script<'a>,
    exchange: &Said,
    sides: &[Side<'a>],
    plan: Plan,
) -> Result<(), CliError> {
    let last = plan.stage(plan.held());
    let together = script.together()?;
    match plan.end {
        End::Cancelled(place) => {
            let reason = json!({"reason": MADE_UP});
            let by: Vec<_> = sides.iter().map(|side| side.by).skip(place).take(1).collect();
            script.go_on(exchange, at(last, 9), "exchange.cancelled", &by, reason)?;
            return Ok(());
        }
        End::Postponed => {
            for side in sides {
                let payload = json!({"reason": MADE_UP});
                let after = at(last + 2, 9);
                script.go_on(exchange, after, "exchange.postponed", &[side.by], payload)?;
            }
            return Ok(());
        }
        End::Disputed => {
            for side in sides {
                let payload = json!({
                    "stage": plan.stages, "kind": "identity", "summary": MADE_UP,
                });
                let raised = "exchange.discrepancy_raised";
                let raised =
                    script.go_on(exchange, at(last + 1, 9), raised, &[side.other_by], payload)?;
                let payload = json!({
                    "discrepancy": raised.hash(), "outcome": "accepted", "reason": MADE_UP,
                });
                let (after, resolved) = (at(last + 9, 9), "exchange.discrepancy_resolved");
                script.go_on(exchange, after, resolved, &together, payload)?;
            }
        }
        End::Reconciled => {}
    }
    let secretariat = script.one("secretariat")?;
    let totals = each_side(sides, |_| json!(plan.each * plan.stages));
    let (after, payload) = (at(last + 12, 9) + HOUR, json!({"totals": totals}));
    script.go_on(exchange, after, "exchange.reconciled", &[secretariat], payload)?;
    Ok(())
}
