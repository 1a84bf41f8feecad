//! Segments, for people.

use std::collections::BTreeMap;
use std::io;

use nekoyaku::inline::{Inline, MarkKind};
use nekoyaku::issue::Issue;
use nekoyaku::passages::estimated_tokens;
use nekoyaku::protected::{Protected, Reason, protected};
use nekoyaku::source::{Places, Position};

use super::super::terminal::{Style, Terminal};
use super::Part;

/// Columns of a value: with what stands before it, it fits into a line of a terminal.
const COLUMNS: usize = 64;

/// What was shown, in figures.
#[derive(Default)]
pub(super) struct Sum {
    files: usize,
    segments: usize,
    characters: usize,
    tokens: usize,
    marks: BTreeMap<MarkKind, usize>,
}

impl Sum {
    pub(super) fn print(&self, terminal: &mut Terminal) -> io::Result<()> {
        let Self { files, segments, characters, tokens, marks } = self;
        let files = match files {
            0 => return Ok(()),
            1 => String::new(),
            files => format!("{files} files, "),
        };
        let marks: Vec<String> = marks.iter().map(|(kind, count)| format!("{} {count}", kind.name())).collect();
        let marks = if marks.is_empty() { "none".to_owned() } else { marks.join(", ") };
        let sum = format!("{files}{segments} segments, {characters} characters, about {tokens} tokens; marks: {marks}");
        terminal.line(false, &[(None, &sum)])
    }
}

/// Show what is translated of an issue, and what is not; whether there was something.
pub(super) fn put(issue: &Issue, part: Part, sum: &mut Sum, terminal: &mut Terminal) -> io::Result<bool> {
    sum.files += 1;
    let mut places = issue.source.places();
    let mut something = false;
    for segment in issue.segments() {
        let span = issue.span_in_file(&segment);
        if !part.has(span) {
            continue;
        }
        if terminal.is_closed() {
            return Ok(true);
        }
        something = true;
        let tagged = segment.tagged();
        let place = named(issue, places.position(span.start()));
        terminal.show(&[(Some(Style::Strong), &place), (None, "  "), (Some(Style::Dim), segment.name())])?;
        for line in tagged.text().lines() {
            terminal.show(&[(None, "    "), (None, line)])?;
        }
        let inline = &segment.inline;
        let name = |mark: usize| tagged.name(mark);
        let width = behind(inline).map(|mark| name(mark).len()).max().unwrap_or_default();
        for mark in behind(inline) {
            let (name, kind) = (format!("{:width$}", name(mark)), inline.marks()[mark].kind.name());
            let value = value(inline, mark);
            // No blanks at the end of a line.
            let kind = if value.is_empty() { kind.to_owned() } else { format!("{kind:8}  ") };
            let pieces = [
                (None, "      "),
                (Some(Style::Info), &*name),
                (None, "  "),
                (Some(Style::Dim), &kind),
                (None, &value),
            ];
            terminal.show(&pieces)?;
        }
        terminal.show(&[])?;
        sum.segments += 1;
        sum.characters += tagged.text().chars().count();
        sum.tokens += estimated_tokens(tagged.text());
        for mark in inline.marks() {
            *sum.marks.entry(mark.kind).or_default() += 1;
        }
    }
    let mut stays = protected(issue);
    stays.retain(|protected| part.has(protected.span));
    something |= !stays.is_empty();
    put_protected(issue, stays, &mut places, terminal)?;
    Ok(something)
}

fn put_protected(
    issue: &Issue,
    mut stays: Vec<Protected>,
    places: &mut Places<'_>,
    terminal: &mut Terminal,
) -> io::Result<()> {
    if stays.is_empty() {
        return Ok(());
    }
    stays.sort_by_key(|protected| protected.reason);
    let title = format!("{}: Chinese that stays, and why", issue.source.name());
    terminal.show(&[(Some(Style::Strong), &title)])?;
    for group in stays.chunk_by(|a, b| a.reason == b.reason) {
        let reason = group[0].reason;
        let why = format!("{} ({}): {}", reason.name(), group.len(), why(reason));
        terminal.show(&[(None, "  "), (Some(Style::Info), &why)])?;
        // There is a lot of it, and nobody expects it to be translated.
        if reason == Reason::Code {
            continue;
        }
        for Protected { span, .. } in group {
            let place = places.position(span.start()).to_string();
            let text = excerpt(issue.source.slice(*span));
            terminal.show(&[(None, "    "), (None, &place), (None, "  "), (None, &text)])?;
        }
    }
    terminal.show(&[])
}

fn named(issue: &Issue, position: Position) -> String {
    format!("{}:{position}", issue.source.name())
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Opaque => "text that cannot be taken apart safely",
        Reason::Html => "HTML outside of the text that is safe to translate",
        Reason::LinkTitle => "titles of links that go over several lines",
        Reason::FrontMatter => "of front matter only a title in YAML is translated",
        Reason::Skipped => "between <!-- nekoyaku: skip --> and <!-- nekoyaku: end -->",
        Reason::Kept => "what the settings keep",
        Reason::Code => "code and formulas; --format json shows them",
    }
}

/// The marks that stand for more than what is between their tags.
fn behind<'d>(inline: &Inline<'d>) -> impl Iterator<Item = usize> + use<'d> {
    let marks = inline.marks();
    (0..marks.len()).filter(|mark| !marks[*mark].kind.is_emphasis() && marks[*mark].kind != MarkKind::Title)
}

/// What a mark stands for, shortened.
fn value(inline: &Inline<'_>, mark: usize) -> String {
    let (target, title) = (inline.target(mark), inline.title(mark));
    match inline.marks()[mark].kind {
        MarkKind::Html if !inline.marks()[mark].is_void() => excerpt(&format!("{target}…{}", inline.closing(mark))),
        _ if title.is_empty() => excerpt(target),
        _ => excerpt(&format!("{target} \"{title}\"")),
    }
}

/// The beginning of `text`, on one line.
fn excerpt(text: &str) -> String {
    let mut short = String::new();
    let mut columns = 0;
    for c in text.chars() {
        // From Hangul on, nearly all letters are two columns wide.
        columns += if c >= '\u{1100}' { 2 } else { 1 };
        if columns > COLUMNS {
            short.push('…');
            break;
        }
        short.push(if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_as_wide_as_it_looks() {
        assert_eq!(excerpt("一\n二"), "一 二");
        assert_eq!(excerpt(&"猫".repeat(33)), "猫".repeat(32) + "…");
        assert_eq!(excerpt(&"a".repeat(65)), "a".repeat(64) + "…");
    }
}
