//! Text and code in Markdown that nobody's words can turn into markup.

/// `text` so that it reads as it is: no markup, no HTML, no address to click on, and nobody mentioned.
///
/// ```
/// # use nekoyaku::formats::plain;
/// assert_eq!(plain("**粗** <b> @neko #56"), r"\*\*粗\*\* &lt;b&gt; @&#8203;neko #&#8203;56");
/// ```
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '&' => plain += "&amp;",
            '<' => plain += "&lt;",
            '>' => plain += "&gt;",
            // A forge looks for names and numbers in the text that is shown, where escapes are gone: what
            // parts them has to be shown too, and nobody sees a blank without width.
            '@' => plain += "@&#8203;",
            '#' => plain += "#&#8203;",
            // Of `https://`, and of an emoji's name.
            ':' => plain += "&#58;",
            // Of `www.`.
            '.' if before.eq_ignore_ascii_case(&'w') => plain += "&#46;",
            // Formulas are found in what is shown, too.
            '$' => plain += "&#36;",
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' => plain.extend(['\\', c]),
            c => plain.push(c),
        }
        before = c;
    }
    plain
}

/// `text`, of one line, as a code span.
pub fn code(text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    // One blank at each end is taken off where there is one at both.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// The text of a list item with `markdown` in it, if there is nothing but text and code.
    fn shown(markdown: &str) -> Option<String> {
        let item = format!("- x {markdown}");
        let mut text = String::new();
        // As forges have them; quotes and dashes that are made round are not theirs.
        let forge = Options::ENABLE_GFM
            | Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_MATH;
        for event in Parser::new_ext(&item, forge) {
            match event {
                Event::Text(part) | Event::Code(part) => text += &part,
                Event::Start(Tag::List(None) | Tag::Item) | Event::End(TagEnd::List(_) | TagEnd::Item) => {}
                _ => return None,
            }
        }
        Some(text)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_reads_as_it_is(text in r"[!-~猫][ -~猫“（、]{0,30}[!-~猫]") {
            let read = shown(&plain(&text)).map(|read| read.replace('\u{200b}', ""));
            prop_assert_eq!(read.as_deref().and_then(|read| read.strip_prefix("x ")), Some(text.as_str()));
        }

        #[test]
        fn code_is_code(text in "[ -~猫`]{1,20}[!-~`]") {
            let read = shown(&code(&text));
            prop_assert_eq!(read.as_deref().and_then(|read| read.strip_prefix("x ")), Some(text.as_str()));
        }
    }

    #[test]
    fn an_address_is_no_link() {
        assert_eq!(plain("https://www.a.example"), "https&#58;//www&#46;a.example");
        let mut options = comrak::Options::default();
        options.extension.autolink = true;
        for address in ["https://a.example/x", "www.a.example", "WWW.a.example", "a@b.example", "猫ftp://x.example"] {
            let html = comrak::markdown_to_html(&plain(address), &options);
            assert!(!html.contains("<a "), "{html}");
        }
        assert_eq!(code("a``b`"), "``` a``b` ```");
    }
}
