//! What is wrong in the source already, and what changed in it: told apart, for its author.

use crate::finding::{Finding, Thing, What};
use crate::hash::hash64;

use super::{File, Pair};

pub(super) fn check(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    for mentions in &pair.source.mentions {
        for mention in mentions.iter().filter(|mention| matches!(mention.thing, Thing::Link | Thing::Image)) {
            if let Some(why) = broken(&mention.target) {
                let what = What::SourceLink { url: mention.target.clone(), why };
                found.push(Finding::new(what).in_source(mention.span));
            }
        }
    }
    changed(pair, found);
}

/// What can be wrong with an address without asking anybody.
fn broken(url: &str) -> Option<&'static str> {
    if url.trim().is_empty() {
        return Some("empty");
    }
    if url.contains(char::is_whitespace) || url.contains("%20http") {
        return Some("a blank in it");
    }
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(&*scheme.to_ascii_lowercase(), "http" | "https" | "ftp") {
        return Some("no such scheme");
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    if host.starts_with('[') {
        return None;
    }
    if name.is_empty() || !name.chars().all(is_name) || !(name.contains('.') || name == "localhost") {
        return Some("no such host");
    }
    if rest.contains("://http") || url.contains("](") || url.contains(['（', '）', '，', '。', '、']) {
        return Some("more than an address");
    }
    None
}

/// The comment that says of which source an edition is.
const RECORD: &str = "<!-- nekoyaku: source ";

/// An edition may say which source it was made of: a digest of the source's body.
fn changed(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let text = pair.edition.file.source.text();
    let Some(at) = text.find(RECORD) else { return };
    let recorded: String = text[at + RECORD.len()..].chars().take_while(char::is_ascii_hexdigit).collect();
    let now = digest(pair.source.file.body());
    if !recorded.is_empty() && recorded != now {
        let span = crate::source::Span::new(at, at + RECORD.len() + recorded.len());
        found.push(Finding::new(What::SourceChanged { recorded, now }).in_edition(span));
    }
}

/// The text of an edition with a comment, at its end or where it was, that says which source it is of.
///
/// ```
/// # use nekoyaku::{check::{File, recorded}, profile::Profile, source::Source};
/// let source = File::new(Source::new("a.md", "第一段。\n"), &Profile::default());
/// let edition = recorded(&source, "一つ目。\n");
/// assert!(edition.starts_with("一つ目。\n\n<!-- nekoyaku: source ") && edition.ends_with(" -->\n"));
/// assert_eq!(recorded(&source, &edition), edition);
/// ```
pub fn recorded(source: &File, edition: &str) -> String {
    let digest = digest(source.body());
    if let Some(at) = edition.find(RECORD).map(|at| at + RECORD.len()) {
        let old = edition[at..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(edition.len() - at);
        return format!("{}{digest}{}", &edition[..at], &edition[at + old..]);
    }
    let newline = if edition.contains("\r\n") { "\r\n" } else { "\n" };
    format!("{}{newline}{newline}{RECORD}{digest} -->{newline}", edition.trim_end())
}

/// A digest of a text, the same with line ends of any kind.
pub(crate) fn digest(text: &str) -> String {
    format!("{:016x}", hash64(text.bytes().filter(|byte| *byte != b'\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be_are_told() {
        for url in
            ["", "https://", "https://read.engineerscode%2A%2A/p/x", "https://a.example/x，见", "htps://a.example"]
        {
            assert!(broken(url).is_some(), "{url}");
        }
        for url in [
            "https://a.example/%E7%8C%AB?q=1#x",
            "#top",
            "../a.md",
            "mailto:a@b.example",
            "https://日本語.example/",
            "http://localhost:8080/",
            "https://[::1]/",
            "https://en.wikipedia.org/wiki/Cat_(animal)",
        ] {
            assert_eq!(broken(url), None, "{url}");
        }
    }

    #[test]
    fn line_ends_make_no_other_text() {
        assert_eq!(digest("一\r\n二"), digest("一\n二"));
        assert_ne!(digest("一\n二"), digest("一\n三"));
    }

    #[test]
    fn a_digest_that_an_edition_records_is_that_of_the_same_text() {
        assert_eq!(digest("一\r\n二"), "c196ca601b366acb");
    }
}
