//! A figure, what bounds it, and what it is to reach.

use serde::Serialize;

/// Which way a ratio is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// At least the target.
    More,
    /// At most the target.
    Less,
}

/// What a figure cannot do without, measured in the same run.
#[derive(Clone, Debug, Serialize)]
pub struct Bound {
    /// What it is.
    pub what: String,
    /// In the figure's unit.
    pub value: f64,
}

/// What the ratio of figure and bound is to be.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Target {
    /// The ratio.
    pub ratio: f64,
    /// Whether more or less of it is better.
    pub better: Better,
}

/// Whether a figure reaches its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does.
    Met,
    /// It does not.
    Missed,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What of: the part, then what sets it apart.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// What it is to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

impl Figure {
    /// A figure beside nothing.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, bound: None, target: None }
    }

    /// The same beside a bound.
    #[must_use]
    pub fn beside(self, what: impl Into<String>, value: f64) -> Self {
        Self { bound: Some(Bound { what: what.into(), value }), ..self }
    }

    /// The same with a target for its ratio to the bound, or for itself if it has none.
    #[must_use]
    pub fn to_be(self, better: Better, ratio: f64) -> Self {
        Self { target: Some(Target { ratio, better }), ..self }
    }

    /// Figure to bound; nothing without a bound, or with one of zero.
    pub fn ratio(&self) -> Option<f64> {
        let bound = self.bound.as_ref().filter(|bound| bound.value > 0.0)?;
        Some(self.value / bound.value)
    }

    /// Whether it reaches its target; nothing if it has none.
    pub fn verdict(&self) -> Option<Verdict> {
        let target = self.target?;
        let reached = if self.bound.is_some() { self.ratio()? } else { self.value };
        let met = match target.better {
            Better::More => reached >= target.ratio,
            Better::Less => reached <= target.ratio,
        };
        Some(if met { Verdict::Met } else { Verdict::Missed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_of_the_ratio_or_of_the_figure_itself() {
        let plain = Figure::new("x", 3.0, "ms");
        assert_eq!((plain.ratio(), plain.verdict()), (None, None));
        let beside = plain.clone().beside("y", 2.0);
        assert_eq!((beside.ratio(), beside.verdict()), (Some(1.5), None));
        for (better, ratio, met) in [
            (Better::More, 1.5, Verdict::Met),
            (Better::More, 1.6, Verdict::Missed),
            (Better::Less, 1.5, Verdict::Met),
            (Better::Less, 1.4, Verdict::Missed),
        ] {
            assert_eq!(
                beside.clone().to_be(better, ratio).verdict(),
                Some(met),
                "{better:?} {ratio}"
            );
        }
        assert_eq!(plain.clone().to_be(Better::Less, 3.0).verdict(), Some(Verdict::Met));
        assert_eq!(plain.to_be(Better::More, 3.1).verdict(), Some(Verdict::Missed));
    }

    #[test]
    fn without_a_bound_to_compare_with_nothing_is_met() {
        let figure = Figure::new("x", 3.0, "ms").beside("y", 0.0).to_be(Better::More, 0.0);
        assert_eq!((figure.ratio(), figure.verdict()), (None, None));
    }
}
