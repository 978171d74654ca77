//! Charts of bars, as inline SVG. Lengths are whole tenths of a pixel, so that the same figures
//! always make the same bytes.

use super::page::Page;
use accord_views::report::{Bar, Chart};
use accord_views::view::text;

const WIDTH: u64 = 7_600;
const HEIGHT: u64 = 2_600;
const LEFT: u64 = 700;
const RIGHT: u64 = 100;
const TOP: u64 = 150;
const BOTTOM: u64 = 700;
const PLOT_WIDTH: u64 = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT: u64 = HEIGHT - TOP - BOTTOM;
/// Lines across the plot, the base not counted.
const LINES: u64 = 4;
/// How many bars have something written under them.
const LABELS_MAX: usize = 12;
const LABEL_WIDTH: usize = 10;

/// Draws a chart; `id` is unique in the document.
pub(super) fn draw(page: &mut Page, chart: &Chart, id: &str) {
    let (title, describes) = (format!("{id}-title"), format!("{id}-description"));
    let (width, height) = (WIDTH / 10, HEIGHT / 10);
    page.open(
        "svg",
        &[
            ("viewBox", &format!("0 0 {width} {height}")),
            ("role", "img"),
            ("aria-labelledby", &format!("{title} {describes}")),
        ],
    );
    page.element("title", &[("id", &title)], &chart.title);
    page.element("desc", &[("id", &describes)], &description(chart));
    let top = ceiling(chart.highest());
    axis(page, top);
    let bars = chart.bars.len().max(1) as u64;
    let slot = PLOT_WIDTH / bars;
    let every = chart.bars.len().div_ceil(LABELS_MAX).max(1);
    for (at, bar) in chart.bars.iter().enumerate() {
        let x = LEFT + slot * at as u64;
        draw_bar(page, bar, (x, slot), top);
        if at % every == 0 {
            label(page, bar, x + slot / 2);
        }
    }
    page.close("svg");
}

/// What somebody who does not see the chart is told of it.
fn description(chart: &Chart) -> String {
    let highest = chart.bars.iter().max_by_key(|bar| bar.figure.value);
    let highest = highest.map_or_else(String::new, |bar| {
        format!("; the highest is {} for {}", text::write_figure(&bar.figure), bar.label)
    });
    let (first, last) = (chart.bars.first(), chart.bars.last());
    let label = |bar: Option<&Bar>| bar.map_or_else(String::new, |bar| bar.label.clone());
    format!(
        "{} bars of {}, from {} to {}{highest}. The table below has every figure.",
        chart.bars.len(),
        chart.unit,
        label(first),
        label(last)
    )
}

/// The next of 1, 2, 4, 5 or 10 times a power of ten, and at least [`LINES`], so that the lines
/// across stand at whole numbers.
fn ceiling(highest: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for times in [4, 8, 20, 40] {
            let limit = unit.saturating_mul(times);
            if limit >= highest {
                return limit;
            }
        }
        unit = unit.saturating_mul(10);
        if unit == u64::MAX {
            return u64::MAX;
        }
    }
}

fn axis(page: &mut Page, top: u64) {
    for line in 0..=LINES {
        let y = TOP + PLOT_HEIGHT - PLOT_HEIGHT * line / LINES;
        let class = if line == 0 { "base" } else { "grid" };
        page.empty(
            "line",
            &[
                ("class", class),
                ("x1", &pixels(LEFT)),
                ("x2", &pixels(WIDTH - RIGHT)),
                ("y1", &pixels(y)),
                ("y2", &pixels(y)),
            ],
        );
        let value = top / LINES * line;
        page.element(
            "text",
            &[
                ("class", "tick"),
                ("x", &pixels(LEFT - 60)),
                ("y", &pixels(y + 40)),
                ("text-anchor", "end"),
            ],
            &text::grouped(value),
        );
    }
}

fn draw_bar(page: &mut Page, bar: &Bar, (x, slot): (u64, u64), top: u64) {
    let gap = slot / 6;
    let scaled = u128::from(bar.figure.value) * u128::from(PLOT_HEIGHT) / u128::from(top.max(1));
    let height = u64::try_from(scaled).unwrap_or(PLOT_HEIGHT).min(PLOT_HEIGHT);
    // What is there is to be seen, be it ever so little.
    let height = if bar.figure.value > 0 { height.max(10) } else { height };
    let class = if bar.baseline { "bar baseline" } else { "bar" };
    page.open(
        "rect",
        &[
            ("class", class),
            ("x", &pixels(x + gap)),
            ("y", &pixels(TOP + PLOT_HEIGHT - height)),
            ("width", &pixels(slot.saturating_sub(2 * gap).max(5))),
            ("height", &pixels(height)),
        ],
    );
    let told = format!("{}: {} {}", bar.label, text::write_figure(&bar.figure), bar.figure.unit);
    page.element("title", &[], &told);
    page.close("rect");
}

fn label(page: &mut Page, bar: &Bar, middle: u64) {
    let word = bar.label.split(' ').next().unwrap_or_default();
    let short: String = word.chars().take(LABEL_WIDTH).collect();
    let (x, y) = (pixels(middle), pixels(TOP + PLOT_HEIGHT + 150));
    page.element(
        "text",
        &[
            ("class", "tick"),
            ("x", &x),
            ("y", &y),
            ("text-anchor", "end"),
            ("transform", &format!("rotate(-40 {x} {y})")),
        ],
        &short,
    );
}

/// Tenths of a pixel as pixels.
fn pixels(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_above_the_highest_bar_at_a_round_number() {
        for (highest, top) in
            [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (253, 400), (15_800, 20_000)]
        {
            assert_eq!(ceiling(highest), top);
            assert_eq!(top % LINES, 0);
        }
        assert_eq!(ceiling(u64::MAX), u64::MAX);
        assert_eq!(pixels(1_234), "123.4");
    }
}
