//! Reports in print: a small record whose every byte is fixed, and one full of hostile words.

use super::{html, markdown, period};
use accord_catalogue::EventType;
use accord_charter::Charter;
use accord_format::key::NoteSigner;
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_ledger::kernel::types;
use accord_projection::testing::Log;
use accord_views::report::{Material, Report, ReportFile, ReportForm, payload};
use accord_views::{Known, Replay, Snapshot};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const HOSTILE: &str = "</td><script>alert(1)</script>\" onload=\"x' | [x](javascript:alert(1)) `y` <!-- ![](http://e.example/)";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn charter(title: Option<&str>) -> Charter {
    let text = std::fs::read_to_string(repository().join("agreements/twelve-point.toml")).unwrap();
    let mut charter = Charter::from_toml(&text).unwrap();
    if let Some(title) = title {
        title.clone_into(&mut charter.title);
        for provision in charter.provisions.values_mut() {
            title.clone_into(&mut provision.title);
        }
    }
    charter
}

/// A record in memory; nothing in it is judged.
struct Record {
    log: Log,
}

impl Record {
    /// Founded in December 2025, the charter in force.
    fn of(charter: &Charter) -> Self {
        let mut log = Log::default();
        log.at("2025-12-20T05:00:00Z");
        let mut record = Self { log };
        let key =
            |name: &str, seed| NoteSigner::from_seed(name, &[seed; 32]).unwrap().vkey().clone();
        let checkpoint = key("checkpoint", 1).to_string();
        record.kernel(
            "ledger.initialised",
            json!({
                "name": "ledger.example/test",
                "checkpoint_keys": [checkpoint.rsplit('+').next().unwrap()],
                "operator": key("operator/main", 2),
                "key_authority": {"keys": [key("authority/seat", 3)], "threshold": 1},
                "suites": ["ed25519", "blake3", "rfc6962-sha256"], "clock_policy": "simulated",
                "suspension_hours": 72, "witness_policy": [], "grants": [],
            }),
        );
        let proposed = record.kernel("charter.proposed", json!({"charter": charter}));
        let stream = record.stream(proposed);
        let adopted = types::event_type("charter.adopted", 1).unwrap();
        record.log.write("secretariat", adopted, &stream, json!({}));
        record
    }

    fn kernel(&mut self, name: &str, payload: Value) -> u64 {
        self.log.write("secretariat", types::event_type(name, 1).unwrap(), "", payload)
    }

    fn declared(name: &str) -> &'static EventType {
        crate::catalogue::find(name, None).unwrap()
    }

    fn says(&mut self, author: &str, name: &str, payload: Value) -> u64 {
        self.log.write(author, Self::declared(name), "", payload)
    }

    fn tells(&mut self, name: &str, from: &str, until: &str, payload: Value) -> u64 {
        let occurred = json!({"from": format!("{from}T00:00:00Z"), "until": format!("{until}T00:00:00Z"), "precision": "day"});
        self.log.write_of("mission", Self::declared(name), "", occurred, payload)
    }

    fn stream(&self, seq: u64) -> String {
        self.log.entries()[usize::try_from(seq).unwrap()].event().stream.clone()
    }

    fn snapshot(&self, as_of: Timestamp) -> Snapshot {
        let entries = self.log.entries().iter().map(|entry| (entry.clone(), false));
        Replay::run(entries, &self.log, Known::All, as_of).unwrap()
    }

    fn report(&self, period: &str) -> Report {
        self.report_of(period, &[])
    }

    fn report_of(&self, period: &str, views: &[&str]) -> Report {
        let period = period::parse(period).unwrap();
        let mut closing = self.snapshot(period.until.min(self.log.now()));
        closing.compare_reports(&self.log).unwrap();
        let opening = self.snapshot(period.from);
        let leaves = self.log.entries().iter().map(|e| merkle::leaf_hash(&e.to_bytes()));
        let root = merkle::root_of(&leaves.collect::<Vec<_>>());
        let views: Vec<String> = views.iter().map(|view| (*view).to_owned()).collect();
        let (opening, views, frozen) = (&opening, &views[..], &[][..]);
        let material = Material { closing: &closing, root, opening, views, frozen };
        Report::compose(period, &material).unwrap()
    }
}

fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

/// A quarter with a report, an erratum of it, and the quarter after.
fn story() -> Record {
    let mut record = Record::of(&charter(None));
    record.log.at("2026-02-03T05:00:00Z");
    let batch = "observation.batch_recorded";
    let counted = |value| json!({"area": "donetsk", "ceasefire_violations": count(value)});
    let first = record.tells(batch, "2026-01-05", "2026-01-19", counted(253));
    record.tells(batch, "2026-01-19", "2026-02-02", counted(80));
    for (from, until, killed) in [("2026-01-10", "2026-01-11", 12), ("2026-02-01", "2026-02-02", 3)]
    {
        let persons = json!({"men": 1, "women": killed - 1, "boys": 0, "girls": 0, "unknown": 0});
        let payload = json!({
            "area": "donetsk", "killed": killed, "injured": 0, "persons": persons,
            "cause": "shelling", "corroborated": true,
        });
        record.tells("casualty.recorded", from, until, payload);
    }
    record.says("observer", "violation.alleged", json!({"category": "A2", "against": "ru"}));
    record.log.at("2026-04-02T05:00:00Z");
    let report = record.report("2026-Q1");
    let digest = accord_catalogue::unit::Digest::new("cd".repeat(32)).unwrap();
    let files = vec![ReportFile { form: ReportForm::Html, digest }];
    let issued = payload(&report, "2026-q1", files, &[]).unwrap();
    record.says("secretariat", "report.issued", serde_json::to_value(issued).unwrap());
    record.log.at("2026-05-03T05:00:00Z");
    let target = record.log.hash(first);
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 253, "new": 238}]);
    record.kernel(
        "record.corrected",
        json!({"target": target, "patches": patches, "reason": "late_info", "note": "of the night"}),
    );
    record.log.at("2026-07-01T05:00:00Z");
    record.says("secretariat", "board.seat_vacated", json!({"seat": "chair"}));
    record
}

/// The report of the second quarter is, to the byte, what is kept beside this file; with
/// `ACCORD_BLESS=1` it is written there instead.
#[test]
fn a_report_is_a_function_of_its_record() {
    // A few views have every form there is; what the others say is theirs to test.
    let views = ["ceasefire", "civilians", "reports"];
    let report = story().report_of("2026-Q2", &views);
    assert_eq!(report, story().report_of("2026-Q2", &views));
    for (name, text) in [("report.md", markdown(&report)), ("report.html", html(&report))] {
        let path = repository().join("crates/accord-cli/src/report/golden").join(name);
        if std::env::var_os("ACCORD_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        let differs = kept.lines().zip(text.lines()).enumerate().find(|(_, (a, b))| a != b);
        assert_eq!(differs, None, "{name}; see that it should, then ACCORD_BLESS=1");
        assert_eq!(kept.len(), text.len(), "{name}");
    }
}

#[test]
fn a_printed_report_tells_of_errata() {
    let report = story().report("2026-Q2");
    let (markdown, html) = (markdown(&report), html(&report));
    let line = markdown.lines().find(|l| l.contains("/ceasefire\\_violations | 253")).unwrap();
    assert!(line.contains("| 238 [") && line.contains("| seq 9 | not yet |"), "{line}");
    assert!(html.contains("<span class=\"mark\">changed</span>"));
    assert!(markdown.contains("restated from 253 to 238 by secretariat"));
    assert!(html.contains("The clock of this ledger is simulated"));
    assert!(html.contains("fewer than 10"), "a small number of people is not shown");
}

#[test]
fn a_printed_report_says_what_it_leaves_out_and_that_its_period_goes_on() {
    let mut record = story();
    for _ in 0..50 {
        let payload = json!({"category": "A2", "against": "ru"});
        record.says("observer", "violation.alleged", payload);
    }
    let report = record.report("2026-Q3");
    assert!(report.unfinished);
    let (markdown, html) = (markdown(&report), html(&report));
    for text in [&markdown, &html] {
        assert!(text.contains("The period is unfinished"), "{text}");
        assert!(text.contains("and 11 more rows, which this command shows:"));
        assert!(text.contains("--view violations"));
    }
    assert!(markdown.starts_with("# Report 2026-Q3, unfinished\n"));
    let closed = self::markdown(&record.report("2026-Q2"));
    assert!(!closed.contains("unfinished") && closed.contains("| when it ended |"));
}

/// The elements' starts in an HTML text: name, and attributes by name.
fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let body = html.split("</style>").nth(1).unwrap();
    let starts = body.split('<').skip(1).filter(|part| !part.starts_with('/'));
    let element = |part: &str| {
        let tag = part.split('>').next().unwrap().trim_end_matches('/');
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((attribute, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').unwrap();
            attributes.push((attribute.trim().to_owned(), value.to_owned()));
            rest = after;
        }
        assert_eq!(rest.trim(), "", "<{tag}>");
        (name.to_owned(), attributes)
    };
    starts.map(element).collect()
}

/// Everything that whoever signs can put into words is words.
fn hostile() -> Record {
    let mut record = Record::of(&charter(Some(HOSTILE)));
    record.log.at("2026-02-03T05:00:00Z");
    let words = HOSTILE;
    let digest = "ab".repeat(32);
    record.says("chair", "board.constituted", json!({"holders": {"chair": "chair"}}));
    record.says(
        "chair",
        "board.resolution_tabled",
        json!({"kind": "other", "title": words, "text_digest": digest}),
    );
    record.says(
        "mission",
        "import.batch_recorded",
        json!({"source": words, "file_digest": digest, "rows": 1, "licence": words}),
    );
    for (from, until) in [("2026-01-05", "2026-01-19"), ("2026-01-19", "2026-02-02")] {
        let payload = json!({
            "area": "javascript.alert", "report": words,
            "ceasefire_violations": {"value": 9_007_199_254_740_991_u64, "qualifier": "about", "word": words},
        });
        let target = record.tells("observation.batch_recorded", from, until, payload);
        let target = record.log.hash(target);
        let patches = json!([
            {"pointer": "/payload/ceasefire_violations/word", "old": words, "new": format!("{words}{words}")},
            {"pointer": "/payload/report", "old": words, "new": "x"},
        ]);
        record.kernel(
            "record.corrected",
            json!({"target": target, "patches": patches, "reason": "typing", "note": words}),
        );
    }
    record
}

#[test]
fn hostile_words_stay_words_in_html() {
    let html = html(&hostile().report("2026-Q1"));
    let allowed: BTreeSet<&str> = [
        "a",
        "body",
        "br",
        "caption",
        "code",
        "dd",
        "desc",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "header",
        "li",
        "line",
        "main",
        "nav",
        "ol",
        "p",
        "rect",
        "section",
        "span",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
    .into();
    let elements = elements(&html);
    let mut ids = BTreeSet::new();
    let mut targets = BTreeSet::new();
    for (name, attributes) in &elements {
        assert!(allowed.contains(name.as_str()), "<{name}>");
        for (attribute, value) in attributes {
            assert!(!attribute.starts_with("on") && attribute != "style" && attribute != "src");
            if attribute == "href" {
                assert!(targets.insert(value.strip_prefix('#').unwrap()) || !value.is_empty());
            }
            if attribute == "id" {
                assert!(ids.insert(value.as_str()), "{value} twice");
            }
        }
    }
    assert!(targets.is_subset(&ids), "{:?}", targets.difference(&ids));
    assert!(html.matches("&lt;script&gt;").count() > 20, "the words are there");
    let images = elements.iter().filter(|(name, _)| name == "svg").count();
    assert!(images > 0);
}

#[test]
fn the_policy_allows_the_one_style_and_nothing_else() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let html = html(&hostile().report("2026-Q1"));
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(style));
    let policy = html.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split("\">").next().unwrap();
    assert_eq!(
        policy,
        format!(
            "default-src &#39;none&#39;; style-src &#39;sha256-{hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"
        )
    );
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert_eq!(html.matches("<style").count(), 1);
}

#[test]
fn hostile_words_stay_words_in_markdown() {
    let markdown = markdown(&hostile().report("2026-Q1"));
    let mut columns = 0;
    let mut seen = 0;
    for line in markdown.lines() {
        // A block of code has no markup.
        if line.starts_with("    ") {
            continue;
        }
        let bare = |mark: &str| {
            line.match_indices(mark)
                .filter(|(at, _)| {
                    let before = line[..*at].chars().rev();
                    before.take_while(|c| *c == '\\').count() % 2 == 0
                })
                .count()
        };
        if line.starts_with('|') {
            let cells = bare("|");
            assert!(columns == 0 || cells == columns, "{line}");
            columns = cells;
        } else {
            columns = 0;
        }
        for mark in ["<", "](", "!["] {
            assert_eq!(bare(mark), 0, "{line}");
        }
        assert!(!line.contains("http://"), "{line}");
        seen += line.matches("script\\>").count();
    }
    assert!(seen > 20, "the words are there");
}
