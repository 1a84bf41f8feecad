//! What is known and let be: in the settings, or in a comment beside the text it is about.
//!
//! Either is bound to a rule and to what stands there, with a reason. Once that is another text, the
//! waiver waives nothing, and that is said; so is one that was never needed.
//!
//! ```markdown
//! <!-- nekoyaku: allow link-extra 3f9a01c2: the sponsor asked for it -->
//!
//! 提供は[この会社](https://a.example)です。
//! ```
//!
//! The eight digits are of the block's text. Without them, or with others, the right ones are told.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::align::UnitKind;
use crate::finding::{Finding, What};
use crate::profile::WaiverSettings;
use crate::rules::{Language, Rule};
use crate::source::Span;

use super::origin::digest;
use super::{Pair, Waived};

const ALLOW: &str = "<!-- nekoyaku: allow ";
const END: &str = "-->";

/// A comment, read.
struct Comment {
    rules: Vec<Rule>,
    content: String,
    reason: String,
    /// Its bytes in the file.
    span: Span,
    /// The bytes in the file of the block it is about.
    about: Span,
    /// The digits of that block.
    is: String,
    used: Vec<bool>,
}

/// Take the findings that are let be out of `found`, and put in what is wrong with the waivers.
pub(super) fn apply(pair: &Pair<'_>, found: &mut Vec<Finding>) -> Vec<Waived> {
    let mut problems = Vec::new();
    let mut comments = comments(pair, &mut problems);
    let path = pair.edition.file.source.name().replace('\\', "/");
    let ours = pair.profile.check.waiver.iter().filter(|waiver| is_of(&path, &waiver.file));
    let mut settings: Vec<(&WaiverSettings, bool)> = ours.map(|waiver| (waiver, false)).collect();
    let places = Places::new(&comments);
    let mut waived = Vec::new();
    let findings = std::mem::take(found);
    for finding in findings {
        let by_comment = places.of(&finding).map(|(comment, rule)| {
            comments[comment].used[rule] = true;
            comments[comment].reason.clone()
        });
        match by_comment.or_else(|| reason(pair, &finding, &mut settings)) {
            Some(reason) => waived.push(Waived { finding, reason }),
            None => found.push(finding),
        }
    }
    for comment in comments {
        for (rule, used) in comment.rules.iter().zip(&comment.used) {
            if comment.content != comment.is {
                let content = format!("allow {rule} {}: {}", comment.is, comment.reason);
                problems.push(Finding::new(What::WaiverStale { rule: *rule, content }).in_edition(comment.span));
            } else if !used {
                let what = What::WaiverUnused { rule: *rule, text: comment.reason.clone() };
                problems.push(Finding::new(what).in_edition(comment.span));
            }
        }
    }
    for (waiver, used) in settings {
        if !used {
            problems.push(Finding::new(What::WaiverUnused { rule: waiver.rule, text: waiver.text.clone() }));
        }
    }
    found.extend(problems);
    waived
}

/// Whether a path is meant by another: the whole of it, or its end.
fn is_of(path: &str, file: &str) -> bool {
    let file = file.trim_start_matches("./");
    path.strip_suffix(file).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// The comments that hold, by rule and by the first byte of the block that they are about: the last byte
/// of it, the comment, and the rule's place in it. The first of several is the one that is needed.
struct Places(HashMap<Rule, BTreeMap<usize, (usize, usize, usize)>>);

impl Places {
    fn new(comments: &[Comment]) -> Self {
        let mut places: HashMap<Rule, BTreeMap<usize, (usize, usize, usize)>> = HashMap::new();
        for (number, comment) in comments.iter().enumerate().filter(|(_, comment)| comment.content == comment.is) {
            for (place, rule) in comment.rules.iter().enumerate() {
                let blocks = places.entry(*rule).or_default();
                blocks.entry(comment.about.start()).or_insert((comment.about.end(), number, place));
            }
        }
        Self(places)
    }

    /// The comment that lets a finding be, and the rule in it.
    fn of(&self, finding: &Finding) -> Option<(usize, usize)> {
        let span = finding.edition?;
        let (_, (end, comment, rule)) = self.0.get(&finding.rule())?.range(..=span.start()).next_back()?;
        (span.end() <= *end).then_some((*comment, *rule))
    }
}

/// The reason of the settings to let a finding be.
fn reason(pair: &Pair<'_>, finding: &Finding, settings: &mut [(&WaiverSettings, bool)]) -> Option<String> {
    let text = |file: &super::File, span: Option<Span>| {
        let span = span?;
        Some(file.source.slice(span).to_owned())
    };
    for (waiver, used) in settings.iter_mut().filter(|(waiver, _)| waiver.rule == finding.rule()) {
        let there = text(pair.edition.file, finding.edition).is_some_and(|text| text.contains(&waiver.text))
            || text(pair.source.file, finding.source).is_some_and(|text| text.contains(&waiver.text))
            || finding.message(Language::En).contains(&waiver.text);
        if there {
            *used = true;
            return Some(waiver.reason.clone());
        }
    }
    None
}

fn comments(pair: &Pair<'_>, problems: &mut Vec<Finding>) -> Vec<Comment> {
    let edition = &pair.edition;
    let body = edition.file.body();
    let units = &edition.side.units;
    let written = written(body);
    if written.is_empty() {
        return Vec::new();
    }
    // By unit, itself or the next that is no comment of ours: several may stand above each other.
    let mut next: Vec<usize> = (0..=units.len()).collect();
    for unit in (0..units.len()).rev() {
        if units[unit].kind == UnitKind::Tags && edition.side.slice(unit).starts_with(ALLOW) {
            next[unit] = next[unit + 1];
        }
    }
    let mut digests: HashMap<usize, String> = HashMap::new();
    let mut comments = Vec::new();
    for here in &written {
        // A comment that is a block is about the block behind it; one in a block about that block.
        let place = units.partition_point(|unit| unit.span.end() <= here.start);
        let within = units.get(place).filter(|unit| unit.span.start() <= here.start);
        if within.is_some_and(|unit| unit.kind == UnitKind::Code) {
            continue;
        }
        let span = edition.file.in_file(Span::new(here.start, here.end));
        let text = &body[here.clone()];
        let is_block = within.is_none_or(|unit| unit.kind == UnitKind::Tags);
        let behind = next[units.partition_point(|unit| unit.span.start() < here.end)];
        let about = if is_block { units.get(behind) } else { within };
        let mut unreadable = |why: String| {
            let what = What::WaiverUnreadable { text: text.to_owned(), why };
            problems.push(Finding::new(what).in_edition(span));
        };
        let Some(about) = about else {
            unreadable("there is no block behind it".to_owned());
            continue;
        };
        let is = digests.entry(about.span.start()).or_insert_with(|| content(body, about.span, &written));
        match read(text) {
            Ok((rules, content_told, reason)) => comments.push(Comment {
                used: vec![false; rules.len()],
                rules,
                content: content_told,
                reason,
                span,
                about: edition.file.in_file(about.span),
                is: is.clone(),
            }),
            Err(why) => unreadable(why),
        }
    }
    comments
}

/// Where comments of ours stand in `body`; one without an end goes on to the next, or to the end.
fn written(body: &str) -> Vec<Range<usize>> {
    let starts: Vec<usize> = body.match_indices(ALLOW).map(|(at, _)| at).chain([body.len()]).collect();
    let comments = starts.windows(2).map(|two| {
        let end = body[two[0]..two[1]].find(END).map(|end| two[0] + end + END.len());
        two[0]..end.unwrap_or(two[1])
    });
    comments.collect()
}

/// The digits of a block: those of its text without our comments, so that one more changes none of them.
fn content(body: &str, block: Span, written: &[Range<usize>]) -> String {
    let first = written.partition_point(|comment| comment.start < block.start());
    let within = written[first..].iter().take_while(|comment| comment.end <= block.end());
    let (mut text, mut from) = (String::new(), block.start());
    for comment in within {
        text += &body[from..comment.start];
        from = comment.end;
    }
    text += &body[from..block.end()];
    digest(text.trim())[..8].to_owned()
}

/// The rules, the content's digits and the reason of a comment.
fn read(text: &str) -> Result<(Vec<Rule>, String, String), String> {
    let told = text[ALLOW.len()..].strip_suffix(END).ok_or("the comment has no end")?;
    let (head, reason) = told.split_once(':').ok_or("after the rule there have to be a colon and a reason")?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err("a reason has to be given behind the colon".to_owned());
    }
    let is_content = |word: &&str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = || head.split([' ', ',']).filter(|word| !word.is_empty());
    let content = words().find(is_content).unwrap_or_default().to_owned();
    let rules = words().filter(|word| !is_content(word)).map(str::parse).collect::<Result<Vec<Rule>, _>>();
    let rules = rules.map_err(|error| error.to_string())?;
    if rules.is_empty() {
        return Err("it names no rule".to_owned());
    }
    Ok((rules, content, reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_rules_content_and_reason() {
        let read = |text: &str| read(&format!("{ALLOW}{text} -->"));
        let (rules, content, reason) = read("link-extra, number 3f9a01c2: 提供の表示: 要").unwrap();
        assert_eq!(rules, [Rule::LinkExtra, Rule::Number]);
        assert_eq!((&*content, &*reason), ("3f9a01c2", "提供の表示: 要"));
        assert_eq!(read("number: x").unwrap().1, "");
        for bad in ["link-extra 3f9a01c2", "link-extra:", "3f9a01c2: x", "links: x"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_named_by_the_end_of_its_path() {
        assert!(is_of("docs/ja/a.md", "a.md") && is_of("docs/ja/a.md", "./docs/ja/a.md"));
        assert!(!is_of("docs/ja/aa.md", "a.md"));
    }
}
