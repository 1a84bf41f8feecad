//! Which writing a character belongs to; what tells Chinese from Japanese.
//!
//! Membership in JIS X 0208 finds simplified Chinese with no false alarm in 447,755 Han
//! characters of the Japanese Python documentation. The set is read from Windows-31J, not from
//! JIS X 0213, which has simplified forms such as `开` and `这` among its rare characters.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use encoding_rs::Encoding;

/// Whether `c` is a Han character (kanji, hanzi), compatibility and rare ones included.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '々' | '〇')
}

/// Whether `c` is hiragana or katakana; the long-vowel mark counts, the middle dot does not.
pub fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Whether `c` is a compatibility form that looks like a kanji and is none: `⽶`, `⼀`, `金`.
pub fn is_compatibility(c: char) -> bool {
    // Twelve characters of U+F900–FAFF are ordinary kanji in spite of their place.
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}') && !"﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩".contains(c)
}

/// Whether `c` is a Han character that Japanese text does not use.
///
/// ```
/// # use nekoyaku::script::is_foreign_han;
/// assert!(is_foreign_han('这') && is_foreign_han('开'));
/// assert!(!is_foreign_han('開') && !is_foreign_han('週'));
/// ```
pub fn is_foreign_han(c: char) -> bool {
    // In everyday use, and outside Windows-31J.
    const USED_ALL_THE_SAME: &str = "剝𠮟塡頰髙﨑々〇";
    is_han(c) && !is_compatibility(c) && !japanese_han().contains(c) && !USED_ALL_THE_SAME.contains(c)
}

/// Whether `text` has a Han character.
pub fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// Whether `text` has kana.
pub fn has_kana(text: &str) -> bool {
    text.chars().any(is_kana)
}

/// Whether `c` is a Han character that only simplified Chinese has.
///
/// One that Japanese does not use but Big5 has (`圳`, `婷`) is also the traditional form: it may be in
/// a name that has no other spelling.
pub fn is_simplified(c: char) -> bool {
    let mut buffer = [0; 4];
    let mut in_big5 = || {
        if HAN_SET.contains(&c) {
            big5_han().contains(c)
        } else {
            !encoding_rs::BIG5.encode(c.encode_utf8(&mut buffer)).2
        }
    };
    is_foreign_han(c) && !in_big5()
}

/// Characters that nobody sees and programs act on: line separators, marks of direction, blanks
/// without width, fillers, tags. The joiners that emoji are made with are none of them.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e007f}')
}

/// `text` without the control characters a terminal or a parser would act on.
///
/// Line feeds stay, and what is in `known` too: a source may have tabs. Another tab is a blank; what
/// is invisible goes.
pub fn without_controls<'t>(text: &'t str, known: &str) -> Cow<'t, str> {
    let acts = |c: char| match c {
        // Nearly all there is.
        '\n' | ' '..='~' | '\u{3165}'..='\u{fefe}' => false,
        c => c.is_control() || is_invisible(c),
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut known: Vec<char> = known.chars().filter(|c| acts(*c)).collect();
    known.sort_unstable();
    known.dedup();
    let unified = text.replace("\r\n", "\n");
    let kept = unified.chars().filter_map(|c| match c {
        c if !acts(c) || known.binary_search(&c).is_ok() => Some(c),
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        _ => None,
    });
    Cow::Owned(kept.collect())
}

/// How many Han characters `text` has.
pub fn han_count(text: &str) -> usize {
    text.chars().filter(|c| is_han(*c)).count()
}

/// What a [`HanSet`] can hold.
const HAN_SET: RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// One bit for each character of [`HAN_SET`].
struct HanSet([u64; 328]);

impl HanSet {
    fn contains(&self, c: char) -> bool {
        let Some(place) = (c as usize).checked_sub(0x4e00) else {
            return false;
        };
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// What the two-byte codes of `encoding` with these first bytes stand for.
    ///
    /// All are decoded at once: encoding character by character is a linear search each time.
    fn of(encoding: &'static Encoding, leads: impl Iterator<Item = u8>) -> Self {
        let codes: Vec<u8> = leads
            .flat_map(|lead| (0x40_u8..=0xfe).filter(|trail| *trail != 0x7f).map(move |trail| [lead, trail]))
            .flatten()
            .collect();
        let (characters, _) = encoding.decode_without_bom_handling(&codes);
        let mut set = Self([0; 328]);
        for c in characters.chars() {
            let place = (c as usize).wrapping_sub(0x4e00);
            if let Some(word) = set.0.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        set
    }
}

fn japanese_han() -> &'static HanSet {
    static SET: OnceLock<HanSet> = OnceLock::new();
    SET.get_or_init(|| HanSet::of(encoding_rs::SHIFT_JIS, (0x88..=0x9f).chain(0xe0..=0xea)))
}

/// What can be written in Big5: its codes before 0xA1 are only ever read.
fn big5_han() -> &'static HanSet {
    static SET: OnceLock<HanSet> = OnceLock::new();
    SET.get_or_init(|| HanSet::of(encoding_rs::BIG5, 0xa1..=0xfe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jis_x_0208_has_6355_kanji() {
        let count = ('\u{4e00}'..='\u{9fff}').filter(|c| japanese_han().contains(*c)).count();
        // The standard's 6,355.
        assert_eq!(count, 6355);
    }

    #[test]
    fn what_can_be_read_as_big5_can_be_written_in_it() {
        for c in HAN_SET.step_by(7) {
            let unwritable = encoding_rs::BIG5.encode(&c.to_string()).2;
            assert_eq!(big5_han().contains(c), !unwritable, "{c}");
        }
    }

    #[test]
    fn names_without_another_spelling_are_not_simplified() {
        for c in "这们说开发过视频语讲协".chars() {
            assert!(is_simplified(c), "{c}");
        }
        for c in "圳婷們很日本".chars() {
            assert!(!is_simplified(c), "{c}");
        }
    }

    #[test]
    fn simplified_forms_are_foreign_and_japanese_ones_are_not() {
        for c in "这们说开发过视频语".chars() {
            assert!(is_foreign_han(c), "{c}");
        }
        for c in "日本語翻訳記事週刊開発動画国会学高﨑髙".chars() {
            assert!(!is_foreign_han(c), "{c}");
        }
        assert!(is_compatibility('⽶') && !is_compatibility('米'));
    }

    #[test]
    fn what_nobody_sees_is_not_taken_over() {
        let answer = "猫\u{200b}訳\u{202e}\u{ad}\u{e0041}\u{1b}[m\t👨\u{200d}💻 🐿️\r\n次";
        assert_eq!(without_controls(answer, ""), "猫訳[m 👨\u{200d}💻 🐿️\n次");
        assert_eq!(without_controls("猫\t\u{200b}", "\t\u{200b}"), "猫\t\u{200b}");
    }
}
