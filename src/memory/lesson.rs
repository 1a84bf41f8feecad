//! What a pair of issue and edition teaches.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use crate::align::{Pairing, Side, align, begins_note};
use crate::blocks::{Document, Reading};
use crate::check::{self, Settings, check};
use crate::front::{Front, FrontError, mark_length};
use crate::inline::Inline;
use crate::issue::{self, Issue, Segment};
use crate::profile::Profile;
use crate::rules::Severity;
use crate::source::{Source, Span};
use crate::tags::{Piece, Tagged};

use super::unit::{Origin, Unit};

/// What a pair of issue and edition teaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The segments whose translations are known.
    pub units: Vec<Unit>,
    /// Those whose are not.
    pub left_out: Vec<LeftOut>,
    /// The title of the issue.
    pub title: Option<Title>,
    /// How many segments the issue has.
    pub segments: usize,
}

/// A segment that is not learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its line in the source, from one.
    pub line: u32,
    /// How it begins.
    pub text: String,
    /// Why it is not.
    pub why: String,
}

/// The title of an issue, without the newsletter's name and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The issue's number.
    pub number: u32,
    /// In the source.
    pub source: String,
    /// In the edition.
    pub target: String,
}

/// So much of a text is shown where it is spoken of, in characters.
const SHOWN: usize = 30;

impl Lesson {
    /// Learn from a pair, with `check`'s alignment; what has an error is not learned.
    ///
    /// # Errors
    ///
    /// Where the front matter of one of them cannot be read.
    ///
    /// ```
    /// # use nekoyaku::{check::Settings, glossary::Glossary, memory::Lesson, profile::Profile};
    /// # use nekoyaku::{source::Source, wording::Friends};
    /// let (profile, glossary) = (Profile::default(), Glossary::built_in()?);
    /// let settings = Settings::new(&profile, &glossary, &Friends::built_in()?)?;
    /// let source = Source::new("a.md", "[猫](u)在这里。\n\n见[文章](https://a.example/2)。\n");
    /// let edition = Source::new("ja/a.md", "ここに[ネコ](u)がいます。\n\n[記事](https://a.example/3)を参照。\n");
    ///
    /// let lesson = Lesson::of(&source, &edition, &settings)?;
    /// assert_eq!(lesson.units[0].target, "ここに<a1>ネコ</a1>がいます。");
    /// assert!(lesson.left_out[0].why.starts_with("link-altered"), "{:?}", lesson.left_out);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(source: &Source, edition: &Source, settings: &Settings<'_>) -> Result<Self, FrontError> {
        let profile = settings.profile;
        let issue = Issue::new(source.clone(), profile)?;
        let theirs = Theirs::new(edition, profile)?;
        let errors = Errors::of(source, edition, settings);
        let ours = Side::new(issue.body(), &issue.document);
        let side = Side::new(theirs.body(edition), &theirs.document);
        let alignment = align(&ours, &side);
        let places: HashMap<Span, usize> =
            ours.units.iter().enumerate().map(|(place, unit)| (unit.span, place)).collect();
        let texts: Vec<String> = issue.segments().map(|segment| segment.tagged().text().to_owned()).collect();
        let text = |place: Option<usize>| place.and_then(|place| texts.get(place)).cloned().unwrap_or_default();
        let mut lesson = Self { segments: texts.len(), ..Self::default() };
        let (mut our_lines, mut their_lines) = (source.places(), edition.places());
        for (place, segment) in issue.segments().enumerate() {
            let span = issue.span_in_file(&segment);
            let source_line = line(our_lines.position(span.start()).line);
            let found = match segment.origin {
                issue::Origin::Title => theirs.title(profile, &errors),
                issue::Origin::Leaf(_) => match places.get(&segment.span).map(|unit| alignment.of_source(*unit)) {
                    Some(pair) => match &alignment.pairs[pair] {
                        Pairing::Same { edition, .. } | Pairing::Moved { edition, .. } => {
                            let unit = &side.units[*edition as usize];
                            let there = unit.span.shifted(theirs.body_start);
                            match errors.at(span, there) {
                                Some(why) => Err(why),
                                None => unit
                                    .inline(side.text, side.document)
                                    .and_then(|inline| translation(&segment, inline))
                                    .map(|text| (text, there.start()))
                                    .ok_or_else(|| "its links or other marks are not those of the source".to_owned()),
                            }
                        }
                        Pairing::Missing { .. } => Err("the edition does not have it".to_owned()),
                        _ => Err("the edition has it in other paragraphs".to_owned()),
                    },
                    None => Err("it is no unit of the alignment".to_owned()),
                },
            };
            match found {
                Ok((target, start)) => lesson.units.push(Unit {
                    source: texts[place].clone(),
                    target,
                    tags: names(&segment),
                    kind: segment.name().to_owned(),
                    before: text(place.checked_sub(1)),
                    after: text(Some(place + 1)),
                    origin: Origin {
                        source: source.name().to_owned(),
                        source_line,
                        edition: edition.name().to_owned(),
                        edition_line: line(their_lines.position(start).line),
                    },
                }),
                Err(why) => {
                    let text = segment.plain_text().chars().take(SHOWN).collect();
                    lesson.left_out.push(LeftOut { line: source_line, text, why });
                }
            }
        }
        let title = |issue: &Issue| Some(profile.source_title(issue.title.as_deref()?)?.rest.to_owned());
        lesson.title = issue.number.zip(title(&issue)).and_then(|(number, source)| {
            let (target, _) = theirs.title(profile, &errors).ok()?;
            Some(Title { number, source, target })
        });
        Ok(lesson)
    }
}

fn line(number: NonZeroUsize) -> u32 {
    u32::try_from(number.get()).unwrap_or(u32::MAX)
}

/// The names of a segment's tags, in the order in which they are opened.
pub(super) fn names(segment: &Segment<'_>) -> Vec<String> {
    let tagged = segment.tagged();
    (0..segment.inline.marks().len()).map(|mark| tagged.name(mark)).collect()
}

/// An edition, taken apart.
struct Theirs {
    title: Option<(String, usize)>,
    body_start: usize,
    document: Document,
}

impl Theirs {
    fn new(edition: &Source, profile: &Profile) -> Result<Self, FrontError> {
        let text = edition.text();
        let front = Front::find(text)?;
        let body_start = front.as_ref().map_or_else(|| mark_length(text), |front| front.span.end());
        let keep = |text: &str| profile.keep.find(text);
        let mut reading = Reading::new(profile.markdown);
        if !profile.keep.is_empty() {
            reading.keep = Some(&keep);
        }
        let document = reading.parse(&text[body_start..]);
        let of_front = front.as_ref().and_then(|front| Some((front.get("title")?, front.place("title")?.start())));
        let heading = || {
            let is_heading =
                |kind| matches!(kind, crate::blocks::LeafKind::Atx(_) | crate::blocks::LeafKind::Setext(_));
            let (first, _) = document.leaves.iter().enumerate().find(|(_, leaf)| is_heading(leaf.kind))?;
            let inline = document.inline(&text[body_start..], first);
            Some((inline.plain_text().replace('\n', " "), body_start + inline.span().start()))
        };
        let title = of_front.or_else(heading);
        Ok(Self { title, body_start, document })
    }

    fn body<'t>(&self, edition: &'t Source) -> &'t str {
        &edition.text()[self.body_start..]
    }

    /// The title, without the newsletter's name and number, and where it stands.
    fn title(&self, profile: &Profile, errors: &Errors) -> Result<(String, usize), String> {
        let (title, start) = self.title.as_ref().ok_or_else(|| "the edition has no title".to_owned())?;
        if let Some(why) = errors.at(Span::default(), Span::new(*start, start + title.len())) {
            return Err(why);
        }
        let rest = profile.target_title(title).map_or(title.as_str(), |title| title.rest);
        Ok((rest.trim().to_owned(), *start))
    }
}

/// What is wrong with an edition, by place.
struct Errors {
    of_source: Vec<(Span, String)>,
    of_edition: Vec<(Span, String)>,
}

impl Errors {
    fn of(source: &Source, edition: &Source, settings: &Settings<'_>) -> Self {
        let file = |text: &Source| check::File::new(text.clone(), settings.profile);
        let mut errors = Self { of_source: Vec::new(), of_edition: Vec::new() };
        for finding in check(&file(source), &file(edition), settings).findings {
            if finding.severity < Severity::Error {
                continue;
            }
            let why = || format!("{}: {}", finding.rule().id(), finding.message(crate::rules::Language::En));
            // What only the source can show is at its place there; else the edition's place is the one.
            match (finding.edition, finding.source) {
                (Some(span), _) => errors.of_edition.push((span, why())),
                (None, Some(span)) => errors.of_source.push((span, why())),
                (None, None) => {}
            }
        }
        errors
    }

    /// What is wrong with a pair of texts.
    fn at(&self, source: Span, edition: Span) -> Option<String> {
        // A place between two characters is in the text that it stands in, or at the end of.
        let meet = |a: Span, b: Span| {
            a.start() <= b.end() && b.start() <= a.end() && (a.end() > b.start() || b.start() == b.end())
        };
        let first = |all: &[(Span, String)], span: Span| {
            all.iter().find(|(place, _)| meet(span, *place)).map(|(_, why)| why.clone())
        };
        first(&self.of_edition, edition)
            .or_else(|| if source == Span::default() { None } else { first(&self.of_source, source) })
    }
}

/// The text of an edition's unit, with the tags of the source's segment.
fn translation(segment: &Segment<'_>, edition: Inline<'_>) -> Option<String> {
    let source = segment.inline;
    let mut free: Vec<bool> = vec![true; source.marks().len()];
    let pieces = without_notes(Tagged::new(edition).pieces());
    let pieces = adopt(pieces, None, &source, &edition, &mut free)?;
    if free.contains(&true) {
        return None;
    }
    Some(segment.tagged().write(&pieces))
}

/// What a translator says in lines below a paragraph is no part of its translation.
fn without_notes(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let begins = |pieces: &[Piece]| matches!(pieces, [Piece::Line, Piece::Text(text), ..] if begins_note(text));
    if let Some(at) = (0..pieces.len()).find(|at| begins(&pieces[*at..])) {
        pieces.truncate(at);
    }
    pieces
}

fn adopt(
    pieces: Vec<Piece>,
    parent: Option<usize>,
    source: &Inline<'_>,
    edition: &Inline<'_>,
    free: &mut [bool],
) -> Option<Vec<Piece>> {
    let adopted = pieces.into_iter().map(|piece| match piece {
        Piece::Mark(mark, inside) => {
            let same = (0..free.len()).find(|place| {
                free[*place]
                    && source.marks()[*place].kind == edition.marks()[mark].kind
                    && source.target(*place) == edition.target(mark)
                    && source.title(*place) == edition.title(mark)
                    && source.parent(*place) == parent
            })?;
            free[same] = false;
            Some(Piece::Mark(same, adopt(inside, Some(same), source, edition, free)?))
        }
        other => Some(other),
    });
    adopted.collect()
}
