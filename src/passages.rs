//! Neighbouring segments that are asked together.
//!
//! A passage never crosses a heading, unless what is to be spared is money. The title and the headings come first, in passages of their
//! own: they are short, and the shortest, asked before all others, fills the server's prefix cache,
//! from which the requests that follow at once are then served.

use crate::blocks::LeafKind;
use crate::issue::{Issue, Origin, Segment};

/// Segments that go into one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The segments, by index in [`Issue::segments`], in order.
    pub segments: Vec<usize>,
    /// The heading of their section.
    pub section: Option<String>,
    /// The segment before the first, as context.
    pub before: Option<String>,
}

/// What a run is to spare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    /// Time: no passage is much longer than the longest segment of the issue, which has to be waited
    /// for anyhow.
    #[default]
    Speed,
    /// Money: the instructions are read for as many segments at a time as can be mended together.
    Cost,
}

/// Tokens that a segment takes besides its text: `"b12":"",` has four or five, in question and answer.
const KEY: usize = 3;

/// No passage has to be shorter, in tokens: reading the instructions once more costs more than a second.
const SHORTEST: usize = 50;

/// The most characters of the text before that are shown as context.
const CONTEXT: usize = 48;

/// How much goes into a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most segments.
    pub segments: usize,
    /// The most estimated tokens, unless one segment alone has more.
    pub tokens: usize,
    /// What the rest depends on.
    pub prefer: Prefer,
}

impl Default for Limits {
    fn default() -> Self {
        // Beyond 10 segments nothing is gained, while a failure costs more to redo.
        Self { segments: 10, tokens: 900, prefer: Prefer::Speed }
    }
}

/// Tokens of `text`, about: 0.6 for a CJK character, 0.3 for an ASCII one.
pub fn estimated_tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let other = text.chars().count() - ascii;
    (ascii * 3 + other * 6).div_ceil(10)
}

/// Group the segments `wanted` of `issue`, given by index in ascending order.
///
/// Each of them is in exactly one passage. The first passage is a short one: it is asked alone.
pub fn passages(issue: &Issue, wanted: &[usize], limits: Limits) -> Vec<Passage> {
    let limits = match limits.prefer {
        Prefer::Speed => {
            let longest = issue.segments().map(|segment| cost(&segment)).max().unwrap_or_default();
            // A sixth more is waited for; it saves a fifth of the requests, and a thirtieth of the price.
            let most = longest + longest / 6;
            Limits { tokens: most.clamp(SHORTEST.min(limits.tokens), limits.tokens), ..limits }
        }
        Prefer::Cost => limits,
    };
    let (mut headings, others): (Vec<usize>, Vec<usize>) =
        wanted.iter().partition(|index| is_heading(&issue.segment(**index)));
    // One of them is enough to fill the cache, and the sooner it is there, the sooner all others are.
    let shortest = headings.iter().copied().min_by_key(|index| cost(&issue.segment(*index)));
    let first = shortest.filter(|_| limits.prefer == Prefer::Speed && headings.len() > 1);
    headings.retain(|index| Some(*index) != first);
    let warm = first.into_iter().map(|index| Passage { segments: vec![index], section: None, before: None });
    let headings = group(issue, &headings, limits, |_| 0).into_iter().map(|segments| Passage {
        segments,
        section: None,
        before: None,
    });
    let together = |segment: &Segment<'_>| if limits.prefer == Prefer::Cost { 0 } else { segment.section };
    let others = group(issue, &others, limits, together).into_iter().map(|segments| around(issue, segments));
    let mut passages: Vec<Passage> = warm.chain(headings).chain(others).collect();
    let cost = |passage: &Passage| passage.segments.iter().map(|index| cost(&issue.segment(*index))).sum::<usize>();
    let shortest = (0..passages.len()).min_by_key(|place| cost(&passages[*place]));
    if let Some(shortest) = shortest.filter(|_| first.is_none()) {
        passages[..=shortest].rotate_right(1);
    }
    passages
}

/// The tokens of a segment with its key.
fn cost(segment: &Segment<'_>) -> usize {
    estimated_tokens(segment.tagged().text()) + KEY
}

/// A passage of these segments, with what stands around them.
pub fn around(issue: &Issue, segments: Vec<usize>) -> Passage {
    let Some(first) = segments.first().copied() else {
        return Passage { segments, section: None, before: None };
    };
    let section = issue.segment(first).section;
    let is_one_section = segments.iter().all(|index| issue.segment(*index).section == section);
    let mut before = (0..first).rev().map(|index| issue.segment(index));
    let previous = before.clone().next().filter(|segment| !is_heading(segment));
    let heading = before.find(|segment| is_heading(segment) && segment.section == section);
    Passage {
        section: heading.filter(|_| is_one_section).map(|heading| heading.plain_text()),
        before: previous.map(|segment| tail(&segment.plain_text())),
        segments,
    }
}

/// The end of a text, on one line: what stands next to it is what it is needed for.
fn tail(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().rev().nth(CONTEXT) {
        Some((at, before)) => format!("…{}", &text[at + before.len_utf8()..]),
        None => text,
    }
}

/// Whether it is the title or a heading.
pub(crate) fn is_heading(segment: &Segment<'_>) -> bool {
    segment.origin == Origin::Title || matches!(segment.kind, LeafKind::Atx(_) | LeafKind::Setext(_))
}

fn group(issue: &Issue, wanted: &[usize], limits: Limits, key: impl Fn(&Segment<'_>) -> usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for index in wanted {
        let segment = &issue.segment(*index);
        let cost = cost(segment);
        let fits = groups.last().is_some_and(|group| {
            group.len() < limits.segments
                && tokens + cost <= limits.tokens
                && group.last().is_some_and(|last| key(&issue.segment(*last)) == key(segment))
        });
        match groups.last_mut().filter(|_| fits) {
            Some(group) => {
                group.push(*index);
                tokens += cost;
            }
            None => {
                groups.push(vec![*index]);
                tokens = cost;
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::source::Source;

    #[test]
    fn each_segment_is_in_one_passage_and_none_crosses_a_heading() {
        let text = "## 文章\n\n一\n\n二\n\n三\n\n## 项目\n\n四\n\n五\n";
        let issue = Issue::new(Source::new("x.md", text), &Profile::default()).unwrap();
        let all: Vec<usize> = (0..issue.segment_count()).collect();
        let passages = passages(&issue, &all, Limits { segments: 2, ..Limits::default() });
        let texts: Vec<Vec<String>> = passages
            .iter()
            .map(|passage| passage.segments.iter().map(|index| issue.segment(*index).plain_text()).collect())
            .collect();
        // The title is the first heading.
        assert_eq!(texts, [vec!["文章"], vec!["文章", "项目"], vec!["一", "二"], vec!["三"], vec!["四", "五"]]);
        assert_eq!(passages[3].section.as_deref(), Some("文章"));
        assert_eq!(passages[3].before.as_deref(), Some("二"));
        assert_eq!(passages[4].before, None);
    }
}
