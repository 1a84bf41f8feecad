//! What of an edition is Chinese on purpose, and is not looked at as if it were Japanese.

use std::borrow::Cow;
use std::ops::Range;

use crate::script::is_han;

/// What stands for each byte of what is masked, so that all other places stay what they are.
pub(super) const FILLER: char = '\u{1}';

/// `text` with these bytes filled up.
pub(super) fn filled(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> Cow<'_, str> {
    let mut filled = Cow::Borrowed(text);
    for range in ranges {
        fill(&mut filled, range);
    }
    filled
}

/// Fill up these bytes of `text`.
pub(super) fn fill(text: &mut Cow<'_, str>, range: Range<usize>) {
    let filler = FILLER.to_string().repeat(range.len());
    text.to_mut().replace_range(range, &filler);
}

/// Finds where quotes end.
#[derive(Default)]
struct Closing {
    // The brackets that are known not to come any more: no text is searched to its end twice.
    gone: Vec<char>,
}

impl Closing {
    /// The bytes between the bracket `open`, which stands at `at`, and the one that closes it.
    fn inside(&mut self, text: &str, at: usize, open: char) -> Option<Range<usize>> {
        let close = closing(open).filter(|close| !self.gone.contains(close))?;
        let start = at + open.len_utf8();
        let end = text[start..].find(close);
        if end.is_none() {
            self.gone.push(close);
        }
        end.map(|end| start..start + end)
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '「' => Some('」'),
        '『' => Some('』'),
        '《' => Some('》'),
        _ => None,
    }
}

/// Quotes behind `中国語` are Chinese on purpose: `中国語版『…』`, `中国語のタイトルは「…」`. The bytes
/// between the brackets, in order.
pub(crate) fn quoted_chinese(text: &str) -> Vec<Range<usize>> {
    const INTRO: &str = "中国語";
    // How far behind the word a quote may open.
    const REACH: usize = 10;
    let (mut found, mut closing_of) = (Vec::new(), Closing::default());
    let mut from = 0;
    while let Some(at) = text[from..].find(INTRO).map(|at| from + at + INTRO.len()) {
        from = at;
        let mut near = text[at..].char_indices().take(REACH).take_while(|(_, c)| !matches!(c, '、' | '。'));
        let open = near.find(|(_, c)| closing(*c).is_some());
        if let Some(inside) = open.and_then(|(place, c)| closing_of.inside(text, at + place, c)) {
            from = inside.end;
            found.push(inside);
        }
    }
    found
}

/// All that is quoted: the bytes between the brackets, in order.
pub(super) fn quotes(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut closing_of) = (Vec::new(), Closing::default());
    let mut from = 0;
    while let Some(at) = text[from..].find(['「', '『', '《']).map(|at| from + at) {
        from = at + '「'.len_utf8();
        let open = text[at..].chars().next();
        if let Some(inside) = open.and_then(|open| closing_of.inside(text, at, open)) {
            from = inside.end;
            found.push(inside);
        }
    }
    found
}

/// Names that people gave themselves: behind `投稿者：` and `@`.
pub(super) fn user_names(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for intro in ["投稿者：", "@", "＠"] {
        for (at, intro) in text.match_indices(intro) {
            let start = at + intro.len();
            let name = text[start..].char_indices().take(24).find(|(_, c)| {
                !c.is_alphanumeric() && !matches!(c, '_' | '-' | '・') || matches!(c, 'は' | 'が' | 'の' | 'さ' | '氏')
            });
            found.push(start..name.map_or(text.len(), |(end, _)| start + end));
        }
    }
    found
}

/// Names as they are written in China, in brackets behind a name in Latin letters or katakana:
/// `Moonshot AI（月之暗面）`. The bytes between the brackets, in order.
pub(super) fn original_names(text: &str) -> Vec<Range<usize>> {
    // Names are not longer; sentences are.
    const LONGEST: usize = 8;
    let mut found = Vec::new();
    for (at, open) in text.match_indices('（') {
        let named = |c: char| c.is_ascii_alphanumeric() || ('\u{30a1}'..='\u{30fc}').contains(&c);
        let start = at + open.len();
        let mut length = 0;
        let mut inside = text[start..].char_indices().take(LONGEST + 1);
        let end = inside.find(|(_, c)| {
            length += 1;
            !is_han(*c)
        });
        if let Some((end, '）')) = end
            && length > 2
            && text[..at].trim_end_matches(' ').ends_with(named)
        {
            found.push(start..start + end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_from_the_chinese_is_found() {
        let quoted =
            |text: &'static str| quoted_chinese(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(quoted("古明地覚（中国語表記「古明地觉」）と（中国語：《笔记》）"), ["古明地觉", "笔记"]);
        assert_eq!(quoted("中国語のタイトルは『图解』、「别的」"), ["图解"]);
        assert!(quoted("中国語、そして「别的」").is_empty() && quoted("中国語の「").is_empty());
    }

    #[test]
    fn a_name_ends_where_the_sentence_goes_on() {
        let names = |text: &'static str| user_names(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(names("（投稿者：云云）@高天 さんと@呆猫さん"), ["云云", "高天", "呆猫"]);
    }

    #[test]
    fn a_name_may_have_its_original_behind_it() {
        let names = |text: &'static str| original_names(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(names("WeRead（微信读书）と DAMO アカデミー（達摩院）"), ["微信读书", "達摩院"]);
        assert!(names("これは（工具）、Python（速い）、A（六）、A（一二三四五六七八九）、A（").is_empty());
    }

    #[test]
    fn filling_moves_nothing() {
        assert_eq!(filled("猫a訳", std::iter::once(0..3)), "\u{1}\u{1}\u{1}a訳");
    }
}
