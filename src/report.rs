//! What a person should know after a run: first what is wrong, then what only a person can decide,
//! then the figures.

use crate::edition::Edition;
use crate::issue::{Issue, Origin};
use crate::protected::{Protected, Reason, protected};
use crate::rules::{Rule, Severity};
use crate::script::without_controls;
use crate::source::{Position, Source, Span};
use crate::tags::plain_text;
use crate::translate::{Outcome, Provenance, Run};
use crate::verify::Fault;

/// Something to look at, with its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// Where the source has it.
    pub source: Option<Place>,
    /// Where the edition has it.
    pub edition: Option<Place>,
}

/// A place in a file, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: String,
    /// Line and column, from one.
    pub position: Position,
    /// The text there, shortened, on one line.
    pub text: String,
}

/// What came of an issue, for people.
#[derive(Clone, Debug)]
pub struct Report {
    /// What to look at, the gravest first, then in the order of the text.
    pub findings: Vec<Finding>,
    /// Segments the model translated.
    pub translated: usize,
    /// Segments the model translated in an earlier run.
    pub earlier: usize,
    /// Segments the memory knew.
    pub reused: usize,
    /// Segments of an edition that was brought up to date, and is there as it was.
    pub kept: usize,
    /// Segments that stay in the source language.
    pub left: usize,
}

impl Report {
    /// Sum up a run; `edition_name` is what messages call the edition.
    pub fn new(issue: &Issue, run: &Run, edition: &Edition, edition_name: &str) -> Self {
        let written = Source::new(edition_name, edition.text.as_str());
        let mut report = Self { findings: Vec::new(), translated: 0, earlier: 0, reused: 0, kept: 0, left: 0 };
        for Fault { rule, severity, message } in &edition.faults {
            let (severity, message) = (*severity, message.clone());
            report.findings.push(Finding { rule: *rule, severity, message, source: None, edition: None });
        }
        for (index, outcome) in run.outcomes.iter().enumerate() {
            let segment = &issue.segment(index);
            let has_place = segment.origin != Origin::Title || issue.front.is_some();
            let source = has_place.then(|| place(&issue.source, issue.span_in_file(segment)));
            let here = Some(place(&written, edition.segments[index]));
            let mut find = |fault: &Fault| {
                report.findings.push(Finding {
                    rule: fault.rule,
                    severity: fault.severity,
                    message: one_line(&fault.message, 300),
                    source: source.clone(),
                    edition: here.clone(),
                });
            };
            match outcome {
                Outcome::Left(faults) => {
                    report.left += 1;
                    let errors: Vec<&Fault> = faults.iter().filter(|fault| fault.severity == Severity::Error).collect();
                    let why = errors.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ");
                    let rule = errors.first().map_or(Rule::Untranslated, |fault| fault.rule);
                    find(&Fault::error(rule, format!("left in Chinese: {why}")));
                }
                Outcome::Translated { .. } if edition.is_reverted(index) => {
                    report.left += 1;
                    let message = "left in Chinese: its translation cannot be put in without changing something else";
                    find(&Fault::error(Rule::MarkdownShape, message));
                }
                Outcome::Translated { warnings, pieces, from, .. } => {
                    *match from {
                        Provenance::Model => &mut report.translated,
                        Provenance::Journal => &mut report.earlier,
                        Provenance::Memory => &mut report.reused,
                        Provenance::Edition => &mut report.kept,
                    } += 1;
                    warnings.iter().for_each(&mut find);
                    if !matches!(from, Provenance::Memory | Provenance::Edition) {
                        questions(&segment.plain_text(), &plain_text(pieces)).iter().for_each(&mut find);
                    }
                }
            }
        }
        report.not_segments(issue);
        report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        report
    }

    /// Chinese that is no segment: it stays, and that is said.
    fn not_segments(&mut self, issue: &Issue) {
        for Protected { reason, span } in protected(issue) {
            let (severity, message) = match reason {
                Reason::Opaque => (Severity::Warning, "this text cannot be taken apart safely; it stays in Chinese"),
                Reason::LinkTitle => {
                    (Severity::Info, "the title of this link goes over several lines; it stays in Chinese")
                }
                Reason::Html => {
                    (Severity::Info, "HTML that is not safe to translate stays as it is; there is Chinese in it")
                }
                // As it was asked for, and as it is promised.
                Reason::FrontMatter | Reason::Skipped | Reason::Kept | Reason::Code => continue,
            };
            self.findings.push(Finding {
                rule: Rule::Untranslated,
                severity,
                message: message.to_owned(),
                source: Some(place(&issue.source, span)),
                edition: None,
            });
        }
    }

    /// Whether there is something that has to be looked at. Questions are no faults.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Info)
    }
}

/// What only a person can answer.
fn questions(source: &str, translation: &str) -> Vec<Fault> {
    let mut questions = Vec::new();
    let mut rest = source;
    while let Some((_, after)) = rest.split_once('《') {
        let Some((title, behind)) = after.split_once('》') else { break };
        rest = behind;
        let series = title.ends_with("系列") || behind.starts_with("系列");
        if !series && !title.is_empty() {
            let message = format!("《{title}》: has the book or programme a Japanese title of its own?");
            questions.push(Fault { rule: Rule::BookTitle, severity: Severity::Info, message });
        }
    }
    if source.contains("国内") && translation.replace("中国国内", "").contains("国内") {
        let message = "国内 reads as \"in Japan\": is 中国国内 meant?".to_owned();
        questions.push(Fault { rule: Rule::FalseFriend, severity: Severity::Info, message });
    }
    questions
}

fn place(text: &Source, span: Span) -> Place {
    Place { path: text.name().to_owned(), position: text.position(span.start()), text: one_line(text.slice(span), 60) }
}

/// `text` on one line, without control characters, of at most `limit` characters.
pub fn one_line(text: &str, limit: usize) -> String {
    let text = without_controls(text, "").replace('\n', " ");
    if text.chars().count() <= limit {
        return text;
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_and_deixis_are_questions() {
        let rules = |source, translation| {
            questions(source, translation).into_iter().map(|fault| fault.rule.id()).collect::<Vec<_>>()
        };
        assert_eq!(rules("推荐《流畅的 Python》和《算法系列》", "『Fluent Python』"), ["book-title"]);
        assert_eq!(rules("国内外", "国内外"), ["false-friend"]);
        assert_eq!(rules("国内", "中国国内"), [""; 0]);
        assert_eq!(rules("《没有结尾", "x"), [""; 0]);
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        assert_eq!(one_line("一\n二\u{1b}[31m三", 100), "一 二[31m三");
        assert_eq!(one_line("一二三四", 3), "一二…");
    }
}
