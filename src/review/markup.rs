//! HTML that is made of texts: whatever a text says, it is text.
//!
//! Names of elements and attributes are those of the program; all else is escaped where it is put in. So
//! nothing that stands in a document is ever markup, and no control character or mark of direction acts.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

use crate::script::is_invisible;

/// A piece of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// Text, with what is not seen, and what acts on what is around it, spelled out.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\r' => {}
                c if acts(c) => {
                    let _ = write!(self.0, "<b class=\"unseen\">U+{:04X}</b>", u32::from(c));
                }
                c => self.0.push(c),
            }
        }
    }

    /// Begin an element. One whose name is not closed by [`Markup::close`] is void.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        let _ = write!(self.0, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.0, " {attribute}=\"{}\"", escaped(&legible(value)));
        }
        self.0.push('>');
    }

    pub(super) fn close(&mut self, name: &'static str) {
        let _ = write!(self.0, "</{name}>");
    }

    /// An element with nothing but text in it.
    pub(super) fn element(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close(name);
    }
}

/// Whether a character is not seen, or acts on those around it.
fn acts(c: char) -> bool {
    !matches!(c, '\n' | '\t') && (c.is_control() || is_invisible(c))
}

/// `text` with what is not seen, and what acts on what is around it, spelled out; for where no markup can be.
pub(super) fn legible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut legible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => {}
            c if acts(c) => {
                let _ = write!(legible, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => legible.push(c),
        }
    }
    Cow::Owned(legible)
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Cow::Owned(text.replace('"', "&quot;").replace('\'', "&#39;"))
}

/// An address that a reader may be led to: of the web or of a mailbox, and nothing else.
pub(super) fn may_be_followed(address: &str) -> bool {
    has_scheme(address, &["http://", "https://", "mailto:"])
}

/// An address that a picture may be shown from: of the web, or beside the page.
pub(super) fn may_be_shown(address: &str) -> bool {
    let is_relative = !address.is_empty() && !address.starts_with(['/', '\\', '#']) && !address.contains(':');
    has_scheme(address, &["http://", "https://"]) || is_relative && !address.contains(is_odd)
}

fn has_scheme(address: &str, schemes: &[&str]) -> bool {
    let begins = |scheme: &&str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    schemes.iter().any(begins) && !address.contains(is_odd)
}

/// What has no place in an address, and browsers read past.
fn is_odd(c: char) -> bool {
    c.is_whitespace() || acts(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        let mut markup = Markup::default();
        markup.open("a", &[("title", "\" onclick='alert(1)' \u{202e}<")]);
        markup.text("</a><script>{{ 7*7 }} &amp;\u{202e}猫\u{0}\r\n");
        markup.close("a");
        let expected = "<a title=\"&quot; onclick=&#39;alert(1)&#39; ⟨U+202E⟩&lt;\">&lt;/a&gt;&lt;script&gt;{{ 7*7 }} \
             &amp;amp;<b class=\"unseen\">U+202E</b>猫<b class=\"unseen\">U+0000</b>\n</a>";
        assert_eq!(markup, Markup(expected.to_owned()));
    }

    #[test]
    fn addresses_lead_to_the_web_or_a_mailbox_only() {
        for address in ["https://a.example/?q=1&b", "HTTP://a.example", "mailto:neko@a.example"] {
            assert!(may_be_followed(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            " https://a.example",
            "https://a.example/\u{202e}gpj",
            "data:text/html,x",
            "vbscript:x",
            "//a.example",
            "猫",
            "",
        ] {
            assert!(!may_be_followed(address), "{address}");
        }
        for address in ["https://a.example/猫.png", "图/a.png", "../a.png"] {
            assert!(may_be_shown(address), "{address}");
        }
        for address in ["data:image/svg+xml,x", "/etc/a.png", "\\\\a.example\\b", "file:///a.png", "mailto:a", ""] {
            assert!(!may_be_shown(address), "{address}");
        }
    }
}
