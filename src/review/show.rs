//! The rows of a review as the template has them: words in the reader's language, texts as markup.

use serde::Serialize;

use crate::diff::{Tongue, tongue};
use crate::finding::Finding;
use crate::glossary::Term;
use crate::inline::Inline;
use crate::rules::{Language, Severity};
use crate::source::{Places, Span};
use crate::visible::Visible;

use super::digest::digest_of;
use super::group::Group;
use super::marks::{Kind as Pointed, LONGEST, Overlay, Overlays, raw, rendered};
use super::markup::{Markup, legible};
use super::rows::{Folded, Kind, Row};
use super::{Review, Text, words};

/// Neighbouring rows that are shown or folded together.
#[derive(Serialize)]
pub(super) struct Stretch {
    /// What is said of those that are folded; empty where they are not.
    pub(super) folded: String,
    pub(super) rows: Vec<Shown>,
}

/// A row.
#[derive(Serialize)]
pub(super) struct Shown {
    pub(super) number: usize,
    class: &'static str,
    label: &'static str,
    /// The element's class, for its form: `h2`, `item`, `code`.
    form: &'static str,
    reference: String,
    /// What it is known by where it was read: its two texts.
    mark: String,
    source_line: String,
    edition_line: String,
    source: Markup,
    edition: Markup,
    source_raw: Markup,
    edition_raw: Markup,
    changes: Markup,
    worst: &'static str,
    findings: Vec<Told>,
}

/// A finding.
#[derive(Clone, Serialize)]
pub(super) struct Told {
    id: String,
    severity: &'static str,
    name: &'static str,
    sign: &'static str,
    rule: &'static str,
    line: String,
    message: String,
    fixes: Vec<Mend>,
}

/// What mends it: what stands before, what goes, what comes, what stands behind.
#[derive(Clone, Serialize)]
struct Mend {
    before: String,
    old: String,
    new: String,
    after: String,
}

/// A group of the queue.
#[derive(Serialize)]
pub(super) struct Listed {
    name: &'static str,
    title: &'static str,
    findings: Vec<Told>,
}

/// What a browser calls the language of a text.
pub(super) fn language_of(text: &str) -> &'static str {
    match tongue(text) {
        // A browser that is told only `zh` may choose the characters of another country.
        Tongue::Chinese => "zh-CN",
        other => other.tag(),
    }
}

impl Review<'_> {
    pub(super) fn listed(&self, language: Language) -> Vec<Listed> {
        let mut places = self.edition.file.source.places();
        let mut of_source = self.source.file.source.places();
        let mut ids = vec![String::new(); self.outcome.findings.len()];
        for (number, row) in self.rows.iter().enumerate() {
            for (place, finding) in row.findings.iter().enumerate() {
                ids[*finding] = id(number, place);
            }
        }
        let mut told = |number: &usize| self.told(*number, &ids[*number], language, &mut places, &mut of_source);
        let groups = Group::ALL.into_iter().zip(&self.queue.groups).filter(|(_, findings)| !findings.is_empty());
        let listed = groups.map(|(group, findings)| Listed {
            name: group.name(),
            title: words::group(group, language),
            findings: findings.iter().map(&mut told).collect(),
        });
        listed.collect()
    }

    pub(super) fn stretches(&self, language: Language) -> Vec<Stretch> {
        let mut shower = Shower {
            review: self,
            language,
            ours: self.source.file.source.places(),
            theirs: self.edition.file.source.places(),
        };
        let mut stretches = Vec::new();
        for (start, rows) in chunks(&self.rows) {
            let folded = rows[0].folded.map_or_else(String::new, |why| words::folded(why, rows.len(), language));
            let rows = rows.iter().enumerate().filter(|(_, row)| row.is_shown());
            let rows = rows.map(|(place, row)| shower.row(start + place, row)).collect();
            stretches.push(Stretch { folded, rows });
        }
        stretches
    }

    fn told(
        &self,
        number: usize,
        id: &str,
        language: Language,
        theirs: &mut Places<'_>,
        ours: &mut Places<'_>,
    ) -> Told {
        let finding = &self.outcome.findings[number];
        let line = match (finding.edition, finding.source) {
            (Some(span), _) => format!("L{}", theirs.position(span.start()).line),
            (None, Some(span)) => format!("{} L{}", words::words(language).source, ours.position(span.start()).line),
            (None, None) => String::new(),
        };
        Told {
            id: id.to_owned(),
            severity: finding.severity.name(),
            name: words::severity(finding.severity, language),
            sign: words::sign(finding.severity),
            rule: finding.rule().id(),
            line,
            message: legible(&finding.message(language)).into_owned(),
            fixes: self.mends(finding),
        }
    }

    fn mends(&self, finding: &Finding) -> Vec<Mend> {
        /// So much is shown around a change, in characters.
        const AROUND: usize = 12;
        /// So many changes of one finding, of so many characters.
        const MOST: usize = 5;
        const LONG: usize = 200;
        let text = self.edition.text();
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).take(MOST);
        let mend = |edit: &crate::finding::Edit| {
            let (before, after) = (&text[..edit.span.start()], &text[edit.span.end()..]);
            let line = |text: &str| text.contains(['\n', '\r']);
            let start = before.char_indices().rev().take(AROUND).find(|(at, _)| line(&before[*at..]));
            let start = start.map(|(at, c)| at + c.len_utf8());
            let start = start.or_else(|| before.char_indices().rev().nth(AROUND - 1).map(|(at, _)| at)).unwrap_or(0);
            let after: String = after.chars().take(AROUND).take_while(|c| !matches!(c, '\n' | '\r')).collect();
            let long = |text: &str| legible(&text.chars().take(LONG).collect::<String>()).into_owned();
            Mend {
                before: legible(&before[start..]).into_owned(),
                old: long(&text[edit.span.range()]),
                new: long(&edit.text),
                after: legible(&after).into_owned(),
            }
        };
        edits.map(mend).collect()
    }
}

/// Neighbours that are folded for one reason, or not folded, each with the place of the first.
fn chunks(rows: &[Row]) -> impl Iterator<Item = (usize, &[Row])> {
    let mut start = 0;
    rows.chunk_by(|a, b| a.folded == b.folded).map(move |chunk: &[Row]| {
        let at = start;
        start += chunk.len();
        (at, chunk)
    })
}

struct Shower<'r> {
    review: &'r Review<'r>,
    language: Language,
    ours: Places<'r>,
    theirs: Places<'r>,
}

impl Shower<'_> {
    fn row(&mut self, number: usize, row: &Row) -> Shown {
        let review = self.review;
        let found = |side: fn(&Finding) -> Option<Span>| {
            let of = row.findings.iter().map(|number| &review.outcome.findings[*number]);
            let spans = of.filter_map(move |finding| Some((side(finding)?, finding.severity)));
            let short = spans.filter(|(span, _)| span.len() <= LONGEST);
            short.map(|(span, severity)| Overlay { span, kind: Pointed::Found(severity) }).collect::<Vec<_>>()
        };
        let mut of_source = found(|finding| finding.source.filter(|span| !span.is_empty()));
        let mut of_edition = found(|finding| finding.edition);
        if row.folded != Some(Folded::AsInSource) {
            of_source.extend(self.terms(row));
        }
        for overlays in [&mut of_source, &mut of_edition] {
            overlays.sort_by_key(|one| (one.span.start(), one.span.end()));
        }
        let (class, label) = words::kind(row.kind, self.language);
        let worst = row.findings.iter().map(|number| review.outcome.findings[*number].severity).max();
        let source_line = line(&mut self.ours, row.source, review.source.text());
        let edition_line = line(&mut self.theirs, row.edition, review.edition.text());
        let (ours, theirs) = (&review.source, &review.edition);
        let of = if row.edition.is_empty() && !row.source.is_empty() {
            (ours, &source_line)
        } else {
            (theirs, &edition_line)
        };
        let reference = format!("{}:{}", legible(of.0.name()), if of.1.is_empty() { "1" } else { of.1 });
        let findings = row.findings.iter().enumerate().map(|(place, finding)| {
            let (theirs, ours) = (&mut self.theirs.clone(), &mut self.ours.clone());
            review.told(*finding, &id(number, place), self.language, theirs, ours)
        });
        let written = [ours.text(), theirs.text()].into_iter().zip([row.source, row.edition]);
        let written = written.map(|(text, span)| &text[span.range()]).collect::<Vec<_>>().join("\0");
        Shown {
            number,
            class,
            label,
            form: form(row, ours, theirs),
            reference,
            mark: digest_of(&written),
            source: text(ours, row.sources.clone(), row, row.source, &of_source),
            edition: text(theirs, row.editions.clone(), row, row.edition, &of_edition),
            source_raw: raw(ours.text(), row.source, Overlays(&of_source)),
            edition_raw: raw(theirs.text(), row.edition, Overlays(&of_edition)),
            changes: review.changes.as_ref().map_or_else(Markup::default, |changes| changes.of(row, &theirs.side)),
            worst: worst.map_or("", Severity::name),
            findings: findings.collect(),
            source_line,
            edition_line,
        }
    }

    /// The terms in the source of a row, with what the termbase says of them.
    fn terms(&self, row: &Row) -> Vec<Overlay> {
        let source = &self.review.source;
        let mut overlays = Vec::new();
        for unit in row.sources.clone() {
            let Some(inline) = source.side.inline(unit as usize) else { continue };
            let visible = Visible::new(&inline, source.side.text, source.file.body_start);
            for (term, range) in self.review.glossary.matches(&visible.text) {
                let span = visible.span(range);
                if span.len() <= LONGEST {
                    overlays.push(Overlay { span, kind: Pointed::Term(self.entry(term)) });
                }
            }
        }
        overlays
    }

    fn entry(&self, term: &Term) -> String {
        let [also, not, stays] = words::of_terms(self.language);
        let mut entry = format!("{} → ", term.source);
        entry.push_str(if term.keep && term.target.is_empty() { stays } else { &term.target });
        for (word, forms) in [(also, &term.variants), (not, &term.forbidden)] {
            if !forms.is_empty() {
                entry.push_str(&format!("\n{word}: {}", forms.join(", ")));
            }
        }
        if !term.note.is_empty() {
            entry.push_str(&format!("\n{}", term.note));
        }
        entry
    }
}

/// The name of a finding on the page: what is found elsewhere does not change it.
fn id(row: usize, place: usize) -> String {
    format!("f{row}-{place}")
}

fn line(places: &mut Places<'_>, span: Span, text: &str) -> String {
    if span.is_empty() {
        return String::new();
    }
    // A tile may begin with blank lines.
    let blank = text[span.range()].len() - text[span.range()].trim_start().len();
    places.position(span.start() + blank).line.to_string()
}

/// The units of a row as a reader sees them; what is no text as it is written.
fn text(of: &Text<'_>, units: std::ops::Range<u32>, row: &Row, whole: Span, overlays: &[Overlay]) -> Markup {
    let overlays = Overlays(overlays);
    if row.kind == Kind::Front {
        return raw(of.text(), whole, overlays);
    }
    let mut out = Markup::default();
    for unit in units {
        if !out.is_empty() {
            out.open("br", &[]);
        }
        let base = of.file.body_start;
        let inline: Option<Inline<'_>> = of.side.inline(unit as usize);
        out.push(&match inline {
            Some(inline) => rendered(&inline, of.text(), base, overlays),
            None => raw(of.text(), of.side.units[unit as usize].span.shifted(base), overlays),
        });
    }
    out
}

/// How a row looks: by what its first unit is.
fn form(row: &Row, source: &Text<'_>, edition: &Text<'_>) -> &'static str {
    use crate::align::UnitKind as K;
    let first = if row.editions.is_empty() {
        row.sources.clone().next().map(|unit| source.side.units[unit as usize].kind)
    } else {
        row.editions.clone().next().map(|unit| edition.side.units[unit as usize].kind)
    };
    match first {
        _ if row.kind == Kind::Front => "code",
        Some(K::Heading(1 | 2)) => "h2",
        Some(K::Heading(_)) => "h3",
        Some(K::Item) => "item",
        Some(K::Code | K::Tags | K::Rule) => "code",
        _ => "text",
    }
}
