//! What a check found, as text for programs: one function for each format.
//!
//! Texts are made from the findings and the two files alone: no clock, no path of the machine, the same
//! in, the same out. Whatever stands in the files, nothing of it is markup, a command or a control
//! character where it is written.

mod github;
mod json;
mod junit;
mod markdown;
mod places;
mod rdjson;
mod sarif;
mod summary;

pub use github::github;
pub use json::{escaped, json, jsonl};
pub use junit::junit;
pub use markdown::{code, plain};
pub use places::{Located, Place, Stretch, located};
pub use rdjson::rdjsonl;
pub use sarif::sarif;
pub use summary::summary;

use crate::finding::Finding;
use crate::rules::{Language, Severity};
use crate::script::is_invisible;
use crate::source::Source;

/// A pair of files, or what there is of one, with what was found in it.
#[derive(Clone, Debug)]
pub struct Checked<'a> {
    /// The source; its name is the path that formats give.
    pub source: Option<&'a Source>,
    /// The edition.
    pub edition: Option<&'a Source>,
    /// What was found, in the order in which formats give it.
    pub findings: Vec<Finding>,
}

impl Checked<'_> {
    /// What people call the pair: the edition's name, or the source's where there is no edition.
    pub fn name(&self) -> &str {
        self.edition.or(self.source).map_or("", Source::name)
    }
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pairs of files.
    pub files: usize,
    /// Findings that are wrong.
    pub errors: usize,
    /// Findings a person should look at.
    pub warnings: usize,
    /// Findings that are good to know.
    pub infos: usize,
}

impl Tally {
    /// Count a run.
    pub fn of(run: &[Checked<'_>]) -> Self {
        let mut tally = Self { files: run.len(), ..Self::default() };
        for finding in run.iter().flat_map(|checked| &checked.findings) {
            match finding.severity {
                Severity::Error => tally.errors += 1,
                Severity::Warning => tally.warnings += 1,
                Severity::Info => tally.infos += 1,
            }
        }
        tally
    }
}

/// What people call the source.
fn source_name(language: Language) -> &'static str {
    match language {
        Language::En => "source",
        Language::Ja | Language::Zh => "原文",
    }
}

/// The most characters of a file that a format quotes for a finding.
const EXCERPT: usize = 200;

/// The beginning of `text`, on one line, without what acts or is not seen, of at most `limit` characters.
///
/// ```
/// # use nekoyaku::formats::excerpt;
/// assert_eq!(excerpt("一\r\n二\u{1b}[31m三", 100), "一 二[31m三");
/// assert_eq!(excerpt("一二三四", 3), "一二…");
/// ```
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut seen = text.chars().filter_map(|c| match c {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() || is_invisible(c) => None,
        c => Some(c),
    });
    // Not all of a long text is looked at.
    let mut short: String = seen.by_ref().take(limit).collect();
    if seen.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::finding::{Fix, Thing, What};
    use crate::source::Span;

    pub(crate) const SOURCE: &str = "# 周刊\r\n\r\n见[文章](https://a.example/%9D%A2)，共 22K 订阅。\r\n";
    pub(crate) const EDITION: &str = "# 週刊\n\n[記事](https://a.example/%9D%A3)を参照。購読者は 2 万です。\u{1b}[2J\n";

    fn span(text: &str, part: &str) -> Span {
        let at = text.find(part).unwrap();
        Span::new(at, at + part.len())
    }

    /// A pair with one finding of each weight, a fix, and a place on one side only.
    pub(crate) fn pair() -> (Source, Source, Vec<Finding>) {
        let (source, edition) = (Source::new("docs/周刊.md", SOURCE), Source::new("docs/ja/周刊.md", EDITION));
        let (from, to) = ("https://a.example/%9D%A2", "https://a.example/%9D%A3");
        let link = What::Altered { thing: Thing::Link, from: from.into(), to: to.into() };
        let end = span(EDITION, to).end();
        let findings = vec![
            Finding::new(link)
                .in_source(span(SOURCE, from))
                .in_edition(span(EDITION, to))
                .mended_by(Fix::safe(Span::new(end - 1, end), "2")),
            Finding::new(What::NumberMissing("22K".into()))
                .in_source(span(SOURCE, "22K"))
                .in_edition(span(EDITION, "購読者は 2 万です。\u{1b}[2J")),
            Finding::new(What::SourceLink { url: from.into(), why: "`**` in it" }).in_source(span(SOURCE, from)),
        ];
        (source, edition, findings)
    }

    #[test]
    fn a_run_is_counted() {
        let (source, edition, findings) = pair();
        let run = [
            Checked { source: Some(&source), edition: Some(&edition), findings },
            Checked { source: None, edition: Some(&edition), findings: vec![Finding::new(What::SourceMissing)] },
        ];
        assert_eq!(Tally::of(&run), Tally { files: 2, errors: 2, warnings: 1, infos: 1 });
    }
}
