//! What gives Chinese away in characters that Japanese has, too.

use std::ops::Range;

use crate::finding::Sign;
use crate::script::is_han;

/// R4: in JIS X 0208, common in Chinese, and in Japanese found in old books and a few compounds.
const RARE: &str = "个于它并网做几从无效框聊决收站档荐搜况找跟范广盖哥怎册弃价竟坏气听什很已增炫猜仍";

/// R4: compounds in which one of [`RARE`] is Japanese.
const RARE_ALL_THE_SAME: [&str; 8] = ["兵站", "已然", "已むを", "已に", "框組", "上框", "鏡框", "哥窯"];

/// R6: a character that is a word of Chinese, the characters that may stand before it in Japanese,
/// and those that may stand behind it.
///
/// `不能` and `一種` are none: their alarms were false.
const GRAMMAR: [(char, &str, &str); 12] = [
    ('是', "国如彼於色", "非正認々"),
    ('了', "完終魅修校読満結未投議悟秀議会", "解承見簡然知察う得悉"),
    ('在', "存現潜滞不所点実健散混偏遍介内自駐伏常近顕外残先専出帰来逗", "庫宅籍来住学日留任り位中京処野郷る阪職留荷"),
    (
        '和',
        "平緩飽調総温共不中協違講英漢昭令緩親柔唱大融穏付三不日",
        "訳文室風音らや食紙算服式声洋書解歌光睦菓らぎ裁議敬暦英露独仏製船本漢久平音銅三牛え",
    ),
    ('被', "", "害験告写覆弾災雇演服疑選修扶爆保曝膜ら乗対服せりる削災"),
    ('把', "", "握手持捉っ"),
    ('与', "寄関付授給賦貸供投参天所贈", "え件党野信奪し格圧論力薬太"),
    ('都', "京首東古遷旧商帝新王奠水名港学", "市合度道内心立民営会庁議県知下電銀留築府バ区々政外税職々圏り"),
    ('就', "成去", "職業任寝活労学航眠くいか床縛"),
    ('我', "自無忘彼没怪", "々慢が流を家の国等に孫らは勝輩田執も、王欲"),
    ('您', "", ""),
    ('或', "", "るいはれ"),
];

/// Whether `c` is hardly ever used in Japanese.
pub(super) fn is_rare(c: char) -> bool {
    is_han(c) && RARE.contains(c)
}

/// R4 and R6: where `text` has them.
pub(super) fn signs(text: &str) -> Vec<(Range<usize>, Sign)> {
    let mut found: Vec<(Range<usize>, Sign)> = Vec::new();
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map(|(_, c)| *c);
        // Kana, Latin, punctuation: most of a text.
        if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            let range = at..at + c.len_utf8();
            if is_rare(c) && !in_compound(text, &range) {
                // `个` and `于` beside each other are one finding.
                match found.last_mut() {
                    Some((last, Sign::Rare)) if last.end == at => last.end = range.end,
                    _ => found.push((range, Sign::Rare)),
                }
            } else if is_chinese_word(c, before, after) {
                found.push((range, Sign::Grammar));
            }
        }
        before = Some(c);
    }
    found
}

fn in_compound(text: &str, range: &Range<usize>) -> bool {
    RARE_ALL_THE_SAME.iter().any(|word| {
        word.match_indices(&text[range.clone()]).any(|(at, _)| {
            range.start.checked_sub(at).and_then(|start| text.get(start..start + word.len())) == Some(word)
        })
    })
}

fn is_chinese_word(c: char, before: Option<char>, after: Option<char>) -> bool {
    let Some((_, may_precede, may_follow)) = GRAMMAR.iter().find(|(word, ..)| *word == c) else {
        return false;
    };
    let among = |c: Option<char>, known: &str| c.is_some_and(|c| known.contains(c));
    // Between Japanese brackets and at an end it may be spoken of.
    let beside_han = [before, after].into_iter().flatten().any(|c| is_han(c) || c == ' ');
    beside_han && !among(before, may_precede) && !among(after, may_follow)
}

/// The kanji that a compatibility character looks like, as NFKC has it.
///
/// The Kangxi radicals have an order and no rule; the other blocks are rarely typed, and where they
/// are, the place is told without the proper character.
pub(super) fn proper(c: char) -> Option<char> {
    /// U+2F00 to U+2FD5.
    const KANGXI: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";
    let number = (c as usize).checked_sub(0x2f00)?;
    let proper = KANGXI.chars().nth(number)?;
    // NFKC has the forms of old dictionaries; these are today's.
    Some(match proper {
        '戶' => '戸',
        '靑' => '青',
        '黃' => '黄',
        '黑' => '黒',
        '麥' => '麦',
        '齊' => '斉',
        '齒' => '歯',
        '龜' => '亀',
        proper => proper,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_where_japanese_has_none() {
        let found = |text| signs(text).into_iter().map(|(range, sign)| (&text[range], sign)).collect::<Vec<_>>();
        assert_eq!(found("三个方法"), [("个", Sign::Rare)]);
        assert_eq!(found("Python 是一門言語"), [("是", Sign::Grammar)]);
        assert_eq!(found("機能完成了"), [("了", Sign::Grammar)]);
        for text in
            ["是非、完了した、現在の存在、平和と和訳", "兵站", "与えられた関与", "就職した", "都市と京都", "把握する"]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_radical_is_told_from_its_kanji() {
        assert_eq!(
            (proper('⽶'), proper('⼀'), proper('⿕'), proper('米')),
            (Some('米'), Some('一'), Some('龠'), None)
        );
    }
}
