//! Messages in Chinese, for the author of the source.

use super::{Sign, Thing, What, difference, short};

#[expect(clippy::too_many_lines, reason = "a line for each thing that does not hold")]
pub(super) fn message(what: &What) -> String {
    match what {
        What::Missing(thing, target) => format!("缺少{}“{}”", name(*thing), short(target)),
        What::Altered { thing, from, to } => {
            let (old, new, _) = difference(from, to);
            let bytes = old.len().max(new.len());
            let change = match (old, new) {
                ("", new) => format!("多了“{}”", short(new)),
                (old, "") => format!("少了“{}”", short(old)),
                (old, new) => format!("“{}”变成“{}”", short(old), short(new)),
            };
            format!("{}“{}”变成了“{}”：{change}（{bytes} 字节）", name(*thing), short(from), short(to))
        }
        What::Extra(thing, target) => format!("{}“{}”是原文没有的", name(*thing), short(target)),
        What::Moved(thing, target) => format!("{}“{}”不在原来的段落里", name(*thing), short(target)),
        What::Swapped { url, with } => format!("链接“{}”与“{}”互换了", short(url), short(with)),
        What::LinkBare { url } => format!("链接“{}”失去了文字，直接显示网址", short(url)),
        What::TitleMissing { url, title } => format!("链接“{}”的标题“{}”没有了", short(url), short(title)),
        What::TitleExtra { url, title } => format!("链接“{}”有原文没有的标题“{}”", short(url), short(title)),
        What::BlockMissing { kind, text } => format!("缺少原文的{}：“{}”", block(kind), short(text)),
        What::BlockExtra { kind, text } => format!("原文没有的{}：“{}”", block(kind), short(text)),
        What::BlockOrder { text } => format!("这一段在原文的其它位置：“{}”", short(text)),
        What::BlockSplit { parts } => format!("原文的一段分成了 {parts} 段"),
        What::BlockMerged { parts } => format!("原文的 {parts} 段合成了一段"),
        What::BlockKind { from, to } => format!("原文的{}变成了{}", block(from), block(to)),
        What::HeadingLevel { from, to } => format!("标题的级别从 {from} 变成了 {to}"),
        What::ItemNumber { expected, found } if found.is_empty() => format!("条目应以“{expected}”开头"),
        What::ItemNumber { expected, found } if expected.is_empty() => {
            format!("条目以“{found}”开头，而原文没有编号")
        }
        What::ItemNumber { expected, found } => format!("条目编号是“{found}”，应是“{expected}”"),
        What::EmphasisUnrendered { delimiter } => format!("“{delimiter}”没有变成强调，会原样显示"),
        What::Placeholder { text } => format!("留有机器翻译的记号“{}”", short(text)),
        What::FrontMissing => "译文没有 front matter".to_owned(),
        What::FrontUnreadable { why } => format!("译文的 front matter 无法读取：{}", short(why)),
        What::FrontKeyMissing { key } => format!("front matter 缺少“{}”", short(key)),
        What::FrontKeyExtra { key } => format!("front matter 的“{}”是原文没有的", short(key)),
        What::FrontValue { key, expected, found } => {
            format!("front matter 的“{}”是“{}”，应是“{}”", short(key), short(found), short(expected))
        }
        What::FrontBlanks { key } => format!("front matter 的“{}”前后有空格", short(key)),
        What::NoteMissing => "缺少开头的译者说明".to_owned(),
        What::HeaderDate { expected, found } => {
            format!("译者说明的日期“{}”与原文发布日期 {} 不同", short(found), short(expected))
        }
        What::HeaderUrl { expected, found } => {
            format!("译者说明的链接是“{}”，应是“{}”", short(found), short(expected))
        }
        What::HeaderTitle { expected, found } => {
            format!("译者说明的原文标题是“{}”，应是“{}”", short(found), short(expected))
        }
        What::NumberMissing(number) => format!("缺少原文的数字“{}”", short(number)),
        What::NumberExtra(number) => format!("数字“{}”是原文没有的", short(number)),
        What::SymbolMissing(symbol) => format!("缺少原文的 {}", short(symbol)),
        What::SymbolExtra(symbol) => format!("{} 是原文没有的", short(symbol)),
        What::LabelMissing { source, target } => {
            format!("原文的标注“{}”应译作“{}”，译文没有", short(source), short(target))
        }
        What::Untranslated { text } => format!("没有翻译，与原文相同：“{}”", short(text)),
        What::Leftover { text, sign, hint } => {
            let why = match sign {
                Sign::Foreign => "留有中文",
                Sign::NoKana => "没有假名，像是中文",
                Sign::Rare => "日文里几乎不用的字",
                Sign::Grammar => "可能是中文",
                Sign::Word => "留有中文词语",
                Sign::Copied => "与原文相同",
            };
            let hint = hint.as_ref().map(|hint| format!("（“{}”？）", short(hint))).unwrap_or_default();
            format!("{why}：“{}”{hint}", short(text))
        }
        What::CompatChar { found, proper } => {
            let proper = proper.map(|proper| format!("“{proper}”")).unwrap_or_default();
            format!("“{found}”（U+{:04X}）是兼容字符，不是汉字{proper}", u32::from(*found))
        }
        What::TermForbidden { found, source, target } => {
            format!("“{}”不是“{}”的译法：“{}”", short(found), short(source), short(target))
        }
        What::TermMissing { source, target } => {
            format!("原文有“{}”，译文没有“{}”", short(source), short(target))
        }
        What::FalseFriend { found, source, right } => {
            let (found, source, right) = (short(found), short(source), short(right));
            format!("日文的“{found}”与中文的“{source}”意思不同：“{right}”")
        }
        What::Grammar { found, expected } if expected.is_empty() => format!("日文“{}”不自然", short(found)),
        What::Grammar { found, expected } => {
            format!("日文“{}”不自然：“{}”？", short(found), short(expected))
        }
        What::BracketHalfWidth { found, expected } => {
            format!("日文用了半角括号：“{}”，应是“{}”", short(found), short(expected))
        }
        What::BracketUnbalanced { found } => format!("括号“{found}”没有配对"),
        What::Punctuation { found, expected } => format!("“{}”应是“{}”", short(found), short(expected)),
        What::SpacingThroughout { blocks } => format!("有 {blocks} 段的西文与日文之间没有空格"),
        What::SentenceTwice { text } => format!("同一句话连续出现两次：“{}”", short(text)),
        What::Spacing { found, expected } => format!("空格：“{}”应是“{}”", short(found), short(expected)),
        What::LengthRatio { source, edition } => {
            format!("原文 {source} 字，译文 {edition} 字：是否有遗漏或增加？")
        }
        What::SourceChanged { recorded, now } => {
            format!("翻译之后原文有改动（{} → {}）", short(recorded), short(now))
        }
        What::BothChanged { draft } => {
            format!("译文经人修改之后原文又有改动；新的初稿：“{}”", short(draft))
        }
        What::SourceLink { url, why } => format!("原文的链接“{}”有问题（{why}）", short(url)),
        What::SourceFront { why } => format!("原文的 front matter 无法读取：{}", short(why)),
        What::SourceEmphasis { delimiter } => format!("原文的“{delimiter}”没有变成强调，会原样显示"),
        What::EditionMissing => "没有译文".to_owned(),
        What::SourceMissing => "没有原文".to_owned(),
        What::WaiverUnused { rule, text } => format!("对 {rule} 的豁免“{}”没有用到", short(text)),
        What::WaiverStale { rule, content } => {
            format!("对 {rule} 的豁免是针对其它内容的；如果仍然需要，请写“{}”", short(content))
        }
        What::WaiverUnreadable { text, why } => format!("“{}”不构成豁免：{}", short(text), short(why)),
    }
}

fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Link => "链接",
        Thing::Image => "图片",
        Thing::Code => "代码",
        Thing::CodeBlock => "代码块",
        Thing::Html => " HTML ",
        Thing::Footnote => "脚注",
    }
}

fn block(kind: &str) -> &str {
    match kind {
        "paragraph" => "段落",
        "heading" => "标题",
        "item" => "条目",
        "cell" => "单元格",
        "code block" => "代码块",
        "HTML block" => " HTML 块",
        "line" => "行",
        "rule" => "分隔线",
        _ => "内容",
    }
}
