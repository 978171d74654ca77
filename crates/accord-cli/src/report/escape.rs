//! Words out of the record, made harmless.

/// What Markdown or its common extensions give a meaning to, anywhere in a line.
const MARKS: &str = "\\`*_[]<>|~&#!@$^{}";

/// Characters that change how others read, or that no text has: replaced, so that nobody is shown
/// something else than what is there.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// One line of text: white space is a space, and what is harmful a replacement character.
pub(super) fn clean(text: &str) -> String {
    let one = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_harmful(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(one).collect()
}

/// For the text of an element or the value of a quoted attribute, in HTML and SVG.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// For a line of Markdown, a table's cell included: everything that could be markup, a link or HTML
/// stands behind a backslash.
pub(super) fn markdown(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    let numbered = text.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0);
    for (at, c) in text.char_indices() {
        let marks = MARKS.contains(c);
        // At the beginning of a line these begin a list, a rule or a heading.
        let begins = (at == 0 && matches!(c, '-' | '+' | '='))
            || (numbered == Some(at) && matches!(c, '.' | ')'));
        let links = (c == '.' && ends_with_www(&out))
            || (c == ':' && text.get(at..).is_some_and(|rest| rest.starts_with("://")));
        if marks || begins || links {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// True before the full stop of an address without a scheme, which some renderers make a link of.
fn ends_with_www(text: &str) -> bool {
    let last = text.len().checked_sub(3).and_then(|from| text.get(from..));
    last.is_some_and(|last| last.eq_ignore_ascii_case("www"))
}

/// For a span of code in Markdown: its fence is longer than any run of backticks in it.
pub(super) fn code(text: &str) -> String {
    // A pipe would end the cell of a table even within code, and is escaped there.
    let text = clean(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Spaces next to the fence are not part of the code.
    if longest > 0 || text.trim().len() != text.len() || text.is_empty() {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_could_be_markup() {
        let hostile = "<script>alert(1)</script>\"' onload=x & \u{202e}drow\nnext\u{0}";
        let safe = html(hostile);
        assert_eq!(
            safe,
            "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x &amp; \u{fffd}drow next\u{fffd}"
        );
        for (text, escaped) in [
            ("a|b", "a\\|b"),
            ("[x](http://e)", "\\[x\\](http\\://e)"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("<b>", "\\<b\\>"),
            ("`rm`", "\\`rm\\`"),
            ("a\n\n# b", "a  \\# b"),
            ("at 08:00:00", "at 08:00:00"),
            ("- item", "\\- item"),
            ("a - b", "a - b"),
            ("1. item", "1\\. item"),
            ("12) item", "12\\) item"),
            ("2026-03-01", "2026-03-01"),
            ("www.example.org and WWW.example", "www\\.example.org and WWW\\.example"),
            ("~~x~~ **y** __z__", "\\~\\~x\\~\\~ \\*\\*y\\*\\* \\_\\_z\\_\\_"),
            ("a\\", "a\\\\"),
            ("me@example.org", "me\\@example.org"),
            ("===", "\\==="),
        ] {
            assert_eq!(markdown(text), escaped);
        }
        for (text, escaped) in [
            ("a", "`a`"),
            ("a`b", "`` a`b ``"),
            ("``", "``` `` ```"),
            ("a|b", "`a\\|b`"),
            ("", "`  `"),
        ] {
            assert_eq!(code(text), escaped);
        }
    }
}
