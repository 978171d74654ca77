//! Writing HTML and SVG so that no text gets in unescaped: names of elements and attributes are
//! words of this program, everything else goes through [`escape`].

use super::escape;

/// Attributes: name and value.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// HTML under construction.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Markup of this program itself.
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// An element's start.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.0.push('>');
    }

    /// An element's end, and a new line where that changes nothing.
    pub(super) fn close(&mut self, name: &'static str) {
        for part in ["</", name, ">"] {
            self.0.push_str(part);
        }
        let inline = ["a", "code", "span", "td", "th", "title", "desc", "dt"].contains(&name);
        if !inline {
            self.0.push('\n');
        }
    }

    /// An SVG element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.0.push_str("/>\n");
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        self.0.push_str(&escape::html(text));
    }

    /// An element that holds text alone.
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close(name);
    }

    /// The HTML.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn start(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes {
            for part in [" ", attribute, "=\"", &escape::html(value), "\""] {
                self.0.push_str(part);
            }
        }
    }
}
