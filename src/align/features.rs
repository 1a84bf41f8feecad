//! What of a unit a translation leaves as it is, found once for each.

use std::sync::OnceLock;

use super::units::{Side, UnitKind};
use crate::hash::hash64;
use crate::inline::{Inline, MarkKind, Part};
use crate::script::is_han;

/// How many Han characters are told apart.
pub(super) const HAN_BITS: usize = 512;

/// What is compared of a unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    pub(super) kind: Option<UnitKind>,
    pub(super) is_note: bool,
    pub(super) is_quoted: bool,
    /// Characters a reader sees, blanks not counted.
    pub(super) length: f32,
    /// Of its bytes.
    pub(super) text: u64,
    /// Of its destinations and its kind; where there are none of its code; else of its text.
    pub(super) signature: u64,
    /// The number it begins with: `1、`, `②`.
    pub(super) leading: u32,
    /// Its first emoji.
    pub(super) emoji: u32,
    /// A bit for each Han character, in Japanese spelling; several share one.
    pub(super) han: [u64; HAN_BITS / 64],
    pub(super) han_count: u32,
    // Where its hashes begin: destinations, code, words and numbers; each in order.
    destinations: u32,
    code: u32,
    words: u32,
    end: u32,
}

/// The features of all units of a text.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) units: Vec<Features>,
    hashes: Vec<u32>,
}

impl Table {
    pub(super) fn new(side: &Side<'_>) -> Self {
        let mut table = Self { units: Vec::with_capacity(side.units.len()), hashes: Vec::new() };
        let mut words = Vec::new();
        for (index, unit) in side.units.iter().enumerate() {
            let raw = side.slice(index);
            let is_quoted = side.is_quoted(index);
            let text = hash(raw.as_bytes());
            let mut features = Features { kind: Some(unit.kind), text, is_quoted, ..Features::default() };
            features.destinations = table.hashes.len() as u32;
            match side.inline(index) {
                Some(inline) => {
                    features.is_note = super::units::is_note(&inline);
                    table.marks(&mut features, &inline);
                    read(&mut features, &inline, &mut words);
                }
                None => {
                    features.code = features.destinations;
                    // A block of code or of tags is kept as a whole, or it is another one.
                    let kept: Vec<u8> = raw.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                    table.hashes.push(short(hash(&kept)));
                    features.length = kept.len() as f32;
                }
            }
            features.words = table.hashes.len() as u32;
            words.sort_unstable();
            table.hashes.append(&mut words);
            features.end = table.hashes.len() as u32;
            features.signature = table.signature(&features);
            table.units.push(features);
        }
        table
    }

    fn marks(&mut self, features: &mut Features, inline: &Inline<'_>) {
        let marks = inline.marks().iter().enumerate();
        let targets = marks.map(|(index, mark)| (mark.kind, inline.target(index)));
        for wanted in [true, false] {
            let start = self.hashes.len();
            for (kind, target) in targets.clone() {
                let (is_destination, salt) = match kind {
                    // An edition may make a link of an image, or a bare address of a link.
                    MarkKind::Link | MarkKind::Image | MarkKind::Url => (true, 0),
                    MarkKind::Html if target.contains("href") || target.contains("src") => (true, 1),
                    MarkKind::Footnote => (true, 2),
                    MarkKind::Code | MarkKind::Math => (false, 3),
                    _ => continue,
                };
                if is_destination == wanted && !target.is_empty() {
                    self.hashes.push(short(hash(destination(target).as_bytes()) ^ salt));
                }
            }
            self.hashes[start..].sort_unstable();
            if wanted {
                features.code = self.hashes.len() as u32;
            }
        }
    }

    fn signature(&self, features: &Features) -> u64 {
        let class = match features.kind {
            Some(UnitKind::Heading(_)) => 1,
            Some(UnitKind::Code | UnitKind::Tags) => 2,
            Some(UnitKind::Rule) => 3,
            _ => 4,
        };
        let (destinations, code) = (self.destinations(features), self.code(features));
        let kept = if destinations.is_empty() { code } else { destinations };
        let start = class << 1 | u64::from(features.is_note);
        let of_kept = kept.iter().fold(start, |all, one| mixed(all, u64::from(*one)));
        if kept.is_empty() { mixed(features.text, start) } else { of_kept }
    }

    fn slice(&self, start: u32, end: u32) -> &[u32] {
        &self.hashes[start as usize..end as usize]
    }

    pub(super) fn destinations(&self, of: &Features) -> &[u32] {
        self.slice(of.destinations, of.code)
    }

    pub(super) fn code(&self, of: &Features) -> &[u32] {
        self.slice(of.code, of.words)
    }

    /// Latin words and numbers.
    pub(super) fn words(&self, of: &Features) -> &[u32] {
        self.slice(of.words, of.end)
    }
}

/// An address without what sites do not tell apart.
fn destination(target: &str) -> &str {
    let target = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://")).unwrap_or(target);
    target.strip_suffix('/').unwrap_or(target)
}

fn read(features: &mut Features, inline: &Inline<'_>, words: &mut Vec<u32>) {
    let mut length = 0;
    let mut first = true;
    for (part, _) in inline.parts() {
        let text = match part {
            Part::Text(text) => text,
            Part::Void(mark) if inline.marks()[mark].kind == MarkKind::Kept => inline.target(mark),
            Part::Void(mark) if inline.marks()[mark].kind == MarkKind::Code => {
                length += inline.target(mark).len();
                continue;
            }
            _ => continue,
        };
        if first && !text.trim_start().is_empty() {
            first = false;
            features.leading = leading_number(text.trim_start());
        }
        length += read_text(features, text, words);
    }
    features.length = length as f32;
    features.han_count = features.han.iter().map(|bits| bits.count_ones()).sum();
}

/// How many characters `text` has, blanks not counted.
fn read_text(features: &mut Features, text: &str, words: &mut Vec<u32>) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut length) = (0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_alphanumeric() {
            let word = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            let is_number = byte.is_ascii_digit();
            if word > 1 || is_number {
                let lowercase = bytes[at..at + word].iter().map(u8::to_ascii_lowercase);
                words.push(short(mixed(hash64(lowercase), 5)));
            }
            length += word;
            at += word;
            continue;
        }
        if byte.is_ascii() {
            length += usize::from(!byte.is_ascii_whitespace());
            at += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        at += c.len_utf8();
        length += usize::from(c != '\u{3000}');
        if is_han(c) {
            let place = (japanese(c).wrapping_mul(0x9e37_79b1) >> 23) as usize % HAN_BITS;
            features.han[place / 64] |= 1 << (place % 64);
        } else if features.emoji == 0 && matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}') {
            features.emoji = c as u32;
        }
    }
    length
}

/// `12` of `12、…`, `12. …`, `⑫…`; 0 where there is none.
fn leading_number(text: &str) -> u32 {
    let first = text.chars().next().unwrap_or_default();
    if let Some(circled) = (first as u32).checked_sub('①' as u32).filter(|circled| *circled < 20) {
        return circled + 1;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let ends = text[digits..].starts_with(['、', '.', '．', ')', '）']);
    if ends && digits < 5 { text[..digits].parse().unwrap_or_default() } else { 0 }
}

pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mut all = bytes.len() as u64;
    for chunk in &mut chunks {
        all = mixed(all, chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    }
    chunks.remainder().iter().fold(all, |all, byte| mixed(all, u64::from(*byte)))
}

pub(super) fn mixed(all: u64, one: u64) -> u64 {
    let product = (all.rotate_left(5) ^ one).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 29
}

fn short(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

/// A Han character as Japanese spells it, where that is another one.
fn japanese(c: char) -> u32 {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    const FIRST: u32 = 0x4e00;
    let table = TABLE.get_or_init(|| {
        let mut table: Vec<u16> = (0x4e00..=0x9fff).collect();
        let mut pairs = FOLDED.chars().filter(|c| !c.is_whitespace());
        while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
            if let Some(place) = table.get_mut((from as usize).wrapping_sub(FIRST as usize)) {
                *place = to as u16;
            }
        }
        table
    });
    let code = c as u32;
    code.checked_sub(FIRST).and_then(|place| table.get(place as usize)).map_or(code, |folded| u32::from(*folded))
}

/// Simplified characters, each with the Japanese one for the same; the commonest that differ.
const FOLDED: &str = "\
    开開发発语語译訳说説话話读読书書计計设設试試识識认認讨討论論议議记記许許详詳该該调調请請诉訴评評词詞证証诗詩\
    误誤诚誠课課谁誰谈談谢謝谱譜变変编編网網络絡线線组組经経结結给給绍紹统統维維综総续続绩績绝絶级級纪紀约約红紅\
    纯純纸紙细細终終练練继継缓緩缩縮缘縁绘絵绿緑总総个個为為两両严厳丰豊临臨义義乐楽习習乡郷买買产産亚亜亿億从従\
    仓倉价価众衆优優伟偉传伝伤傷侧側债債倾傾偿償储儲儿児兰蘭关関兴興养養兽獣册冊军軍农農冲衝决決况況净浄减減击撃\
    创創划画则則刚剛别別剂剤剑剣剧劇劝勧务務动動劳労势勢华華协協单単卖売卫衛历歴压圧厅庁县県叶葉后後听聴启啓员員\
    响響团団园園围囲图図圆円圣聖场場块塊坏壊坚堅坛壇垒塁报報墙壁增増处処备備复複头頭夺奪奖奨奋奮妇婦孙孫宁寧实実\
    审審宪憲宽寛宾賓对対寻尋导導尔爾尘塵层層岁歳岛島币幣师師帐帳带帯库庫应応废廃广広庆慶异異弃棄张張强強弹弾归帰\
    录録彻徹态態怀懐恶悪悬懸惊驚惯慣愿願战戦户戸执執扩拡扫掃扬揚护護拟擬择択挂掛挥揮损損换換据拠摄摂敌敵无無时時\
    显顕晓暁暂暫术術机機杀殺杂雑权権杨楊极極构構标標样様检検楼楼桥橋梦夢欢歓毁毀气気汉漢污汚测測济済涉渉润潤渐漸\
    游遊满満滤濾灭滅灵霊热熱爱愛牺犠环環现現电電畅暢疗療监監盖蓋盘盤矿鉱础礎确確离離种種积積稳穏穷窮竞競笔筆简簡\
    类類粮糧紧緊纠糾纳納罗羅罚罰职職联連聪聡肃粛胜勝脑脳腾騰节節艺芸范範荐薦获獲营営蓝藍虑慮虽雖补補见見观観规規\
    视視览覧觉覚订訂训訓让譲访訪贝貝负負贡貢财財责責败敗货貨质質购購贯貫贴貼贵貴费費资資赏賞赖頼赞賛赠贈趋趨跃躍\
    车車转転轮輪软軟载載较較辅補辑集输輸边辺达達过過运運还還进進远遠违違连連迟遅适適选選递逓逻邏遗遺邮郵邻隣郑鄭\
    释釈鉴鑑钟鐘钱銭链鏈锁鎖错錯键鍵镜鏡长長门門闭閉问問间間闻聞阅閲队隊阶階际際陆陸陈陳险険隐隠难難雾霧韩韓页頁\
    顶頂项項顺順须須顾顧预預领領频頻题題颜顔额額风風飞飛饭飯馆館马馬驱駆驾駕验験骑騎骤驟鱼魚鸟鳥齐斉龙竜龄齢们們\
    东東丽麗举挙亲親仅僅仪儀伦倫值値假仮劲勁周週庄荘恼悩惠恵戏戯扰擾拥擁搜捜效効斋斎杰傑查査栏欄泽沢洁潔涌湧炼錬\
    烧焼犹猶狱獄盐塩窗窓纤繊缺欠肤膚脏臓舍舎荣栄萨薩贸貿迁遷迹跡钢鋼铁鉄铜銅银銀锐鋭闪閃闲閑阳陽阴陰隶隷饰飾饮飲\
    骇駭齿歯黑黒专専参参写写仿倣丢失删削";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::parse;

    fn table(text: &str) -> Table {
        Table::new(&Side::new(text, &parse(text)))
    }

    #[test]
    fn what_a_translation_keeps_is_found_in_both() {
        let source = table("3、[用 Python 3 开发](https://a.example/x)（`cargo`）");
        let edition = table("3、[Python 3 で開発](http://a.example/x/)（`cargo`）");
        let (a, b) = (&source.units[0], &edition.units[0]);
        assert_eq!(source.destinations(a), edition.destinations(b));
        assert_eq!(source.code(a), edition.code(b));
        assert_eq!(source.words(a), edition.words(b));
        assert_eq!((a.signature, a.leading, b.leading), (b.signature, 3, 3));
        assert_ne!(a.text, b.text);
    }

    #[test]
    fn simplified_characters_count_as_the_japanese_ones() {
        let (source, edition) = (table("开发语言实践"), table("開発言語の実践"));
        assert_eq!(source.units[0].han, edition.units[0].han);
    }

    #[test]
    fn a_folded_pair_is_a_simplified_and_a_japanese_character() {
        let characters: Vec<char> = FOLDED.chars().collect();
        assert_eq!(characters.len() % 2, 0);
        for pair in characters.chunks(2) {
            assert!(!crate::script::is_foreign_han(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn leading_numbers_are_read_and_years_are_not() {
        let read = |text: &str| leading_number(text);
        assert_eq!([read("12、甲"), read("3. 甲"), read("⑫甲"), read("2024 年"), read("甲")], [12, 3, 12, 0, 0]);
    }
}
