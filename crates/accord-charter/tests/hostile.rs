//! Texts made to break the reader. Each is read on a small stack, so that any recursion by the
//! text's depth would end the test.

#![expect(clippy::unwrap_used, reason = "a test whose reader died has failed")]

use accord_charter::{MAX_TOML_BYTES, Severity, check};

/// The codes of the problems, read on a stack of 512 KiB.
fn codes(text: String) -> Vec<&'static str> {
    let reader = std::thread::Builder::new().stack_size(512 * 1024);
    let found = reader.spawn(move || {
        let report = check(&text);
        assert!(report.charter.is_none());
        assert!(report.problems.len() <= 500);
        assert!(report.problems.iter().any(|problem| problem.severity == Severity::Error));
        let mut codes: Vec<&str> = report.problems.iter().map(|p| p.code.as_str()).collect();
        codes.dedup();
        codes
    });
    found.unwrap().join().unwrap()
}

#[test]
fn deep_nesting() {
    let many = 60_000;
    for text in [
        "a = ".to_owned() + &"[".repeat(many),
        "a = ".to_owned() + &"[".repeat(many) + &"]".repeat(many),
        "a = ".to_owned() + &"{a=".repeat(many),
        "a.".repeat(many) + "a = 1",
        format!("[{}a]", "a.".repeat(many)),
        format!("[[{}a]]", "a.".repeat(many)),
        // Both at their own limits multiply.
        "a = ".to_owned() + &format!("{{{}a=", "a.".repeat(78)).repeat(79),
        "a = ".to_owned() + &format!("{{{}a=", "a.".repeat(78)).repeat(79) + "1" + &"}".repeat(79),
        // Hidden behind what might be mistaken for a string or a comment.
        format!("a = x\"\"\" {}", "[".repeat(many)),
        format!("a = '#' {}", "[".repeat(many)),
        format!("a = \"\\\"\" {}", "{b=".repeat(many)),
        format!("a = '\\' {}", "{b=".repeat(many)),
    ] {
        assert_eq!(codes(text.clone()), ["too_deep"], "{}", &text[..20]);
    }
    assert_eq!(codes("a = ".to_owned() + &"[}".repeat(many)), ["syntax"]);
    assert_eq!(codes("a = \"".to_owned() + &"[".repeat(many)), ["syntax"]);
    assert_eq!(codes("a = \"\"\"".to_owned() + &"[".repeat(many)), ["syntax"]);
    assert_eq!(codes("]".repeat(many)), ["syntax"]);
}

#[test]
fn bulk() {
    assert_eq!(codes("#".repeat(MAX_TOML_BYTES + 1)), ["text_too_large"]);
    assert_eq!(codes("#".repeat(MAX_TOML_BYTES)), ["missing_member"]);
    let many: String = (0..20_000).flat_map(|n| [n.to_string(), " = 1\n".to_owned()]).collect();
    assert!(codes(many).contains(&"unknown_member"));
    let many: String = "[[grants]]\ntypes = ['a.b']\nany_of = []\n".repeat(5_000);
    assert!(codes(many).contains(&"missing_member"));
    let tables: String =
        (0..20_000).flat_map(|n| ["[".to_owned(), n.to_string(), "]\n".to_owned()]).collect();
    assert!(codes(tables).contains(&"unknown_member"));
}

#[test]
fn odd_characters() {
    for text in
        ["\0", "a = \"\0\"", "a = '\u{1}'", "\u{FEFF}\u{FEFF}", "a = \"\\ud800\"", "\r", "="]
    {
        assert_eq!(codes(text.to_owned()), ["syntax"], "{text:?}");
    }
    assert!(codes("\u{202E} = 1".to_owned()).contains(&"syntax"));
    assert!(codes("\"\u{202E}\" = 1".to_owned()).contains(&"unknown_member"));
    assert!(codes("\"\" = 1".to_owned()).contains(&"unknown_member"));
}

#[test]
fn repetition() {
    for text in ["a = 1\na = 2", "[a]\n[a]", "a = {b = 1, b = 2}", "a.b = 1\n[a]", "a = 1\n[[a]]"] {
        assert_eq!(codes(text.to_owned()), ["syntax"], "{text:?}");
    }
}

#[test]
fn a_message_neither_echoes_bulk_nor_control_characters() {
    let text = format!("\"{}\\u001b[31m\" = 1\n\"\\u001b[31m\" = 2", "x".repeat(50_000));
    for problem in check(&text).problems {
        let shown = problem.to_string();
        assert!(!shown.contains('\u{1b}'), "{shown}");
        assert!(shown.len() < 1_000, "{} bytes", shown.len());
    }
}
