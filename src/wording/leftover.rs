//! Chinese left standing: the signs R1 to R8 of `EDITION` §5, with their recall and false alarms.
//!
//! The sure signs come first, and what they report is not reported again: a sentence that stayed
//! Chinese is one finding, however many signs it has.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

use super::chinese;
use super::friends::Finder;
use super::ground::{Covered, Ground};
use super::mask::FILLER;
use crate::finding::{Finding, Fix, Sign, What};
use crate::glossary::Category;
use crate::inline::MarkKind;
use crate::rules::Severity;
use crate::script::{han_count, has_han, has_kana, is_compatibility, is_foreign_han, is_han, is_kana, is_simplified};
use crate::visible::Visible;

/// R3: so many Han characters in the text of a link, without kana.
const LINK_HAN: usize = 5;
/// R3: so many in a passage.
const PASSAGE_HAN: usize = 6;
/// Names of institutions may be as long as this.
const NAME_HAN: usize = 12;
/// R8: of ten editions, five have runs of four in common with the source that are right, none of five.
const COPIED_HAN: usize = 5;

/// What finds Chinese words.
#[derive(Clone, Debug)]
pub(super) struct Words {
    finder: AhoCorasick,
    // The patterns before this one are words, the others forms in which there is none.
    words: usize,
}

impl Words {
    pub(super) fn new() -> Result<Self, BuildError> {
        let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
        let (forms, mut patterns): (Vec<&str>, Vec<&str>) =
            lines.flat_map(str::split_whitespace).partition(|word| word.starts_with('-'));
        let words = patterns.len();
        patterns.extend(forms.iter().map(|form| form.trim_start_matches('-')));
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)?;
        Ok(Self { finder, words })
    }

    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.finder.find_iter(text).filter(|found| found.pattern().as_usize() < self.words);
        found.map(|found| found.range()).collect()
    }
}

/// Signs that leave no doubt: R1, R2, R3, and what is as in the source.
pub(super) fn sure(ground: &mut Ground<'_, '_>, friends: &Finder, found: &mut Vec<Finding>) {
    if untranslated(ground, found) {
        return;
    }
    let mut done = Vec::new();
    let mut covered: Vec<Range<usize>> = Vec::new();
    for stretch in stretches(&ground.bare) {
        let text = &ground.text()[stretch.clone()];
        let foreign = || text.chars().filter(|c| is_foreign_han(*c));
        let mut finding = leftover(ground, friends, stretch.clone(), Sign::Foreign);
        // A character or two that traditional Chinese has as well may be part of a name.
        if foreign().count() <= 2 && !foreign().any(is_simplified) {
            finding.severity = Severity::Warning;
        }
        found.push(finding);
        covered.push(stretch);
    }
    done.extend(covered.iter().cloned());
    let covered = Covered::new(covered);
    for range in without_kana(ground) {
        if !covered.touches(&range) {
            let mut finding = leftover(ground, friends, range.clone(), Sign::NoKana);
            if han_count(&ground.bare[range.clone()]) <= NAME_HAN {
                finding.severity = Severity::Warning;
            }
            found.push(finding);
            done.push(range);
        }
    }
    compatibility(ground, found);
    for range in done {
        ground.done(&range);
    }
}

/// Signs that a person has to judge: R4, R5, R6, R7, R8.
pub(super) fn likely(ground: &mut Ground<'_, '_>, words: &Words, friends: &Finder, found: &mut Vec<Finding>) {
    punctuation(ground, found);
    for range in copied(ground) {
        let mut finding = leftover(ground, friends, range.clone(), Sign::Copied);
        // A name may be the same in both.
        if han_count(&ground.text()[range.clone()]) < PASSAGE_HAN + 2 {
            finding.severity = Severity::Warning;
        }
        found.push(finding);
        ground.done(&range);
    }
    for range in words.places(&ground.bare) {
        found.push(leftover(ground, friends, range.clone(), Sign::Word));
        ground.done(&range);
    }
    for (range, sign) in chinese::signs(&ground.bare) {
        found.push(leftover(ground, friends, range, sign));
    }
}

fn leftover(ground: &Ground<'_, '_>, friends: &Finder, range: Range<usize>, sign: Sign) -> Finding {
    let text = ground.text()[range.clone()].to_owned();
    let term = || ground.terms.iter().find(|(term, _)| term.source == text && term.target != text);
    let hint = term().map(|(term, _)| term.target.clone()).or_else(|| friends.right(&text).map(str::to_owned));
    // No paragraph is as long as that, and a text may have many findings.
    let source = ground.passage.source.filter(|source| source.text.len() < 1 << 14);
    let place = source.and_then(|source| source.text.find(&text));
    let place = place.map(|at| at..at + text.len());
    ground.finding_in_both(What::Leftover { text, sign, hint }, range, place.as_ref())
}

/// Whether all of the passage is as in the source, or a link's text is.
fn untranslated(ground: &mut Ground<'_, '_>, found: &mut Vec<Finding>) -> bool {
    let Some(source) = ground.passage.source.filter(|_| !ground.passage.is_note) else { return false };
    let text = ground.text();
    let same = text.trim() == source.text.trim() && has_han(&ground.bare);
    if same && (reads_as_chinese(&ground.bare, PASSAGE_HAN) || has_translation(ground)) {
        let whole = 0..text.len();
        let what = What::Untranslated { text: text.trim().to_owned() };
        found.push(ground.finding_in_both(what, whole.clone(), None));
        ground.done(&whole);
        return true;
    }
    let theirs: HashMap<&str, Range<usize>> = links(source).map(|range| (&source.text[range.clone()], range)).collect();
    for range in links(ground.passage.edition).collect::<Vec<_>>() {
        if let Some(place) = theirs.get(&text[range.clone()])
            && reads_as_chinese(&ground.bare[range.clone()], LINK_HAN)
        {
            let what = What::Untranslated { text: text[range.clone()].to_owned() };
            found.push(ground.finding_in_both(what, range.clone(), Some(place)));
            ground.done(&range);
        }
    }
    false
}

fn links(visible: &Visible) -> impl Iterator<Item = Range<usize>> {
    visible.marks.iter().filter(|(kind, _)| *kind == MarkKind::Link).map(|(_, range)| range.clone())
}

fn reads_as_chinese(bare: &str, han: usize) -> bool {
    bare.chars().any(is_simplified) || (han_count(bare) >= han && !has_kana(bare))
}

/// Whether the termbase says that the source's words become others.
fn has_translation(ground: &Ground<'_, '_>) -> bool {
    ground.terms.iter().any(|(term, _)| {
        let stays = term.target == term.source || term.variants.contains(&term.source);
        !stays && !term.keep && has_han(&term.source) && term.category != Category::Label
    })
}

/// R1: stretches without kana that have characters Japanese does not use, sentences that have none
/// taken off at both ends.
fn stretches(bare: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // What has a foreign character, and the sentence that is being read, from its first Han character to the last.
    let (mut stretch, mut sentence): (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
    let mut foreign = false;
    for (at, c) in bare.char_indices().chain([(bare.len(), '\n')]) {
        if is_han(c) {
            foreign |= is_foreign_han(c);
            sentence = Some(sentence.map_or(at, |sentence| sentence.start)..at + c.len_utf8());
            continue;
        }
        let ends_stretch = is_kana(c) || matches!(c, '\n' | '、' | '「' | '」' | '『' | '』' | '・');
        if !ends_stretch && !matches!(c, '。' | '！' | '？') {
            continue;
        }
        if let Some(sentence) = sentence.take().filter(|_| foreign) {
            stretch = Some(stretch.map_or(sentence.start, |stretch| stretch.start)..sentence.end);
        }
        foreign = false;
        if ends_stretch {
            found.extend(stretch.take());
        }
    }
    found
}

/// R3: links, and passages, of Han characters without kana.
fn without_kana(ground: &Ground<'_, '_>) -> Vec<Range<usize>> {
    let bare = &ground.bare;
    let is_chinese = |range: &Range<usize>, han| {
        let text = &bare[range.clone()];
        han_count(text) >= han && !has_kana(text)
    };
    let whole = 0..bare.len();
    if is_chinese(&whole, PASSAGE_HAN) {
        return vec![whole];
    }
    links(ground.passage.edition).filter(|range| is_chinese(range, LINK_HAN)).collect()
}

/// R2: they look like kanji and are none.
fn compatibility(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    for (at, c) in ground.text().char_indices().filter(|(_, c)| is_compatibility(*c)) {
        let range = at..at + c.len_utf8();
        let proper = chinese::proper(c);
        let finding = ground.finding(What::CompatChar { found: c, proper }, range);
        found.push(match (proper, finding.edition) {
            (Some(proper), Some(span)) => finding.mended_by(Fix::safe(span, proper)),
            _ => finding,
        });
    }
}

/// R5: the source's punctuation.
fn punctuation(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    for (at, c) in ground.masked.char_indices() {
        let expected = match c {
            '，' => "、",
            '；' => "。",
            '“' => "「",
            '”' => "」",
            '《' => "『",
            '》' => "』",
            _ => continue,
        };
        // What was masked between the brackets is Chinese on purpose, and so are they.
        let beside = |text: Option<char>| text == Some(FILLER);
        let quoted = match c {
            '《' => beside(ground.masked[at..].chars().nth(1)),
            '》' => beside(ground.masked[..at].chars().next_back()),
            _ => false,
        };
        if quoted {
            continue;
        }
        let range = at..at + c.len_utf8();
        let what = What::Punctuation { found: c.to_string(), expected: expected.to_owned() };
        let finding = ground.finding(what, range);
        // `；` may be a full stop or a comma.
        found.push(match finding.edition.filter(|_| c != '；') {
            Some(span) => finding.mended_by(Fix::style(span, expected)),
            None => finding,
        });
    }
}

/// R8: long runs of Han characters that stand so in the source.
fn copied(ground: &Ground<'_, '_>) -> Vec<Range<usize>> {
    let Some(source) = ground.passage.source else { return Vec::new() };
    let mut theirs: Option<HashSet<&str>> = None;
    let mut found: Vec<Range<usize>> = Vec::new();
    for run in han_runs(&ground.bare).filter(|run| run.len() >= COPIED_HAN * 3) {
        let theirs = theirs.get_or_insert_with(|| {
            let runs = han_runs(&source.text).collect::<Vec<_>>();
            runs.into_iter().flat_map(|run| windows(&source.text, run)).map(|window| &source.text[window]).collect()
        });
        for window in windows(&ground.bare, run) {
            if theirs.contains(&ground.bare[window.clone()]) {
                match found.last_mut() {
                    Some(last) if last.end >= window.start => last.end = window.end,
                    _ => found.push(window),
                }
            }
        }
    }
    found
}

fn han_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(is_han)?;
        let end = text[start..].find(|c| !is_han(c)).map_or(text.len(), |end| start + end);
        from = end;
        Some(start..end)
    })
}

/// The stretches of so many characters in `run`.
fn windows(text: &str, run: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let start = run.start;
    let ends = text[run.clone()].char_indices().map(move |(at, _)| start + at).chain([run.end]).skip(COPIED_HAN);
    text[run].char_indices().map(move |(at, _)| start + at).zip(ends).map(|(start, end)| start..end)
}
