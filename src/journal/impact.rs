//! What a change of the termbase has translated anew, before it is paid for.

use std::collections::HashMap;

use super::key::{Asked, serialized};
use crate::align::{Side, align};
use crate::check::File;
use crate::glossary::Term;
use crate::issue::{Issue, Origin};
use crate::source::Span;

/// A segment that would be asked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Its index in the issue.
    pub segment: usize,
    /// Its bytes in the source's file.
    pub source: Span,
    /// The bytes of its translation in the edition's file; none where the edition does not have it.
    pub edition: Option<Span>,
    /// How many characters it has.
    pub characters: usize,
    /// The terms because of which, in the order of the old termbase and then of the new one.
    pub changes: Vec<Change>,
}

/// A term of a segment, as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The term before; none where it was not found here.
    pub old: Option<Term>,
    /// The term now; none where it is not found here: it is gone, or a longer one is there.
    pub new: Option<Term>,
}

impl Change {
    /// The term, as the source has it.
    pub fn source(&self) -> &str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |term| &term.source)
    }
}

/// The segments of `issue` whose keys are not the same for `old` and `new`: exactly those for which what
/// was paid for with the one is no answer to the other.
pub fn impact(issue: &Issue, edition: &File, old: &Asked<'_>, new: &Asked<'_>) -> Vec<Touched> {
    let (before, after) = (old.keys(issue), new.keys(issue));
    let mut touched = Vec::new();
    for (segment, index) in issue.segments().zip(0..) {
        if before[index] == after[index] {
            continue;
        }
        let text = segment.plain_text();
        touched.push(Touched {
            segment: index,
            source: issue.span_in_file(&segment),
            edition: None,
            characters: text.chars().count(),
            changes: changes(&old.glossary.found_in(&text), &new.glossary.found_in(&text)),
        });
    }
    if !touched.is_empty() {
        place(issue, edition, &mut touched);
    }
    touched
}

fn changes(old: &[&Term], new: &[&Term]) -> Vec<Change> {
    let same =
        |term: &Term, others: &[&Term]| others.iter().find(|other| other.source == term.source).copied().cloned();
    let mut changes: Vec<Change> =
        old.iter().map(|term| Change { old: Some((*term).clone()), new: same(term, new) }).collect();
    let added = new.iter().filter(|term| same(term, old).is_none());
    changes.extend(added.map(|term| Change { old: None, new: Some((*term).clone()) }));
    let written = |term: &Option<Term>| term.as_ref().map(serialized);
    changes.retain(|change| written(&change.old) != written(&change.new));
    changes
}

/// Find the translations in the edition.
fn place(issue: &Issue, edition: &File, touched: &mut [Touched]) {
    let ours = Side::new(issue.body(), &issue.document);
    let theirs = Side::new(edition.body(), &edition.document);
    let alignment = align(&ours, &theirs);
    let units: HashMap<Span, usize> = ours.units.iter().enumerate().map(|(place, unit)| (unit.span, place)).collect();
    for touched in touched {
        let segment = issue.segment(touched.segment);
        touched.edition = match segment.origin {
            Origin::Title => edition.front.as_ref().and_then(|front| front.place("title")),
            Origin::Leaf(_) => units.get(&segment.span).and_then(|unit| {
                let there = alignment.pairs[alignment.of_source(*unit)].editions();
                let first = theirs.units.get(there.start as usize).filter(|_| !there.is_empty())?;
                Some(first.span.shifted(edition.body_start))
            }),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glossary::Glossary;
    use crate::profile::Profile;
    use crate::prompts::Prompts;
    use crate::source::Source;

    const OLD: &str =
        "[[term]]\nsource = \"模型\"\ntarget = \"モデル\"\n[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n";

    fn told(new: &str) -> Vec<(String, String, Vec<String>)> {
        let source = "# 猫和模型\n\n一个函数。\n\n語言模型很大。\n\n没有。\n";
        let edition = "> 翻訳です。\n\n# 猫とモデル\n\n関数です。\n\n言語モデルは大きい。\n\nありません。\n";
        let profile = Profile::default();
        let issue = Issue::new(Source::new("a.md", source), &profile).unwrap();
        let file = File::new(Source::new("ja/a.md", edition), &profile);
        let (prompts, old, new) =
            (Prompts::built_in().unwrap(), Glossary::parse(OLD).unwrap(), Glossary::parse(new).unwrap());
        let asked = |glossary| Asked { model: "m", parameters: "", prompts: &prompts, glossary };
        let touched = impact(&issue, &file, &asked(&old), &asked(&new));
        let terms = |touched: &Touched| touched.changes.iter().map(|change| change.source().to_owned()).collect();
        let text = |text: &str, span: Span| text[span.range()].trim().to_owned();
        let all = touched.iter().map(|touched| {
            (
                text(source, touched.source),
                touched.edition.map_or_else(String::new, |span| text(edition, span)),
                terms(touched),
            )
        });
        all.collect()
    }

    #[test]
    fn a_change_touches_what_has_the_term_and_nothing_else() {
        assert_eq!(told(OLD), []);
        let row = |source: &str, edition: &str, terms: &[&str]| {
            (source.to_owned(), edition.to_owned(), terms.iter().map(|term| (*term).to_owned()).collect::<Vec<_>>())
        };
        let function = row("一个函数。", "関数です。", &["函数"]);
        assert_eq!(told(&OLD.replace("関数", "ファンクション")), [function]);
        // A longer term takes the place of the shorter one, in traditional characters, too.
        let longer = format!("{OLD}[[term]]\nsource = \"语言模型\"\ntarget = \"LLM\"\n");
        assert_eq!(told(&longer), [row("語言模型很大。", "言語モデルは大きい。", &["模型", "语言模型"])]);
        // Another order is no change.
        let (_, second) = OLD.rsplit_once("[[term]]").unwrap();
        let first = OLD.strip_suffix(second).unwrap();
        assert_eq!(told(&format!("[[term]]{second}{}", first.strip_suffix("[[term]]").unwrap())), []);
    }
}
