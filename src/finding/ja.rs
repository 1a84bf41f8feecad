//! Messages in Japanese.

use super::{Sign, Thing, What, difference, short};

#[expect(clippy::too_many_lines, reason = "a line for each thing that does not hold")]
pub(super) fn message(what: &What) -> String {
    match what {
        What::Missing(thing, target) => format!("{}「{}」がありません", name(*thing), short(target)),
        What::Altered { thing, from, to } => {
            let (old, new, _) = difference(from, to);
            let bytes = old.len().max(new.len());
            let change = match (old, new) {
                ("", new) => format!("「{}」が加わっています", short(new)),
                (old, "") => format!("「{}」が抜けています", short(old)),
                (old, new) => format!("「{}」→「{}」", short(old), short(new)),
            };
            format!(
                "{}「{}」が「{}」に変わっています：{change}（{bytes} バイト）",
                name(*thing),
                short(from),
                short(to)
            )
        }
        What::Extra(thing, target) => format!("{}「{}」は原文にありません", name(*thing), short(target)),
        What::Moved(thing, target) => format!("{}「{}」が原文とは別のブロックにあります", name(*thing), short(target)),
        What::Swapped { url, with } => {
            format!("リンク「{}」と「{}」が入れ替わっています", short(url), short(with))
        }
        What::LinkBare { url } => format!("リンク「{}」がテキストから外れ、URL がそのまま表示されます", short(url)),
        What::TitleMissing { url, title } => {
            format!("リンク「{}」のタイトル「{}」がありません", short(url), short(title))
        }
        What::TitleExtra { url, title } => {
            format!("リンク「{}」に原文にないタイトル「{}」があります", short(url), short(title))
        }
        What::BlockMissing { kind, text } => format!("原文の{}がありません：「{}」", block(kind), short(text)),
        What::BlockExtra { kind, text } => format!("原文にない{}です：「{}」", block(kind), short(text)),
        What::BlockOrder { text } => format!("原文では別の位置にあるブロックです：「{}」", short(text)),
        What::BlockSplit { parts } => format!("原文の 1 ブロックが {parts} つに分かれています"),
        What::BlockMerged { parts } => format!("原文の {parts} ブロックが 1 つになっています"),
        What::BlockKind { from, to } => format!("原文の{}が{}になっています", block(from), block(to)),
        What::HeadingLevel { from, to } => format!("見出しのレベルが {from} から {to} に変わっています"),
        What::ItemNumber { expected, found } if found.is_empty() => format!("項目は「{expected}」で始まります"),
        What::ItemNumber { expected, found } if expected.is_empty() => {
            format!("項目が「{found}」で始まっていますが、原文に番号はありません")
        }
        What::ItemNumber { expected, found } => format!("項目の番号が「{expected}」ではなく「{found}」です"),
        What::EmphasisUnrendered { delimiter } => {
            format!("「{delimiter}」が強調にならず、そのまま表示されます")
        }
        What::Placeholder { text } => format!("機械翻訳の途中の記号「{}」が残っています", short(text)),
        What::FrontMissing => "front matter がありません".to_owned(),
        What::FrontUnreadable { why } => format!("front matter を読めません：{}", short(why)),
        What::FrontKeyMissing { key } => format!("front matter に「{}」がありません", short(key)),
        What::FrontKeyExtra { key } => format!("front matter の「{}」は原文にありません", short(key)),
        What::FrontValue { key, expected, found } => {
            format!("front matter の「{}」が「{}」ではなく「{}」です", short(key), short(expected), short(found))
        }
        What::FrontBlanks { key } => format!("front matter の「{}」の値の前後に空白があります", short(key)),
        What::NoteMissing => "冒頭の訳者注がありません".to_owned(),
        What::HeaderDate { expected, found } => {
            format!("訳者注の日付「{}」が原文の公開日 {} と違います", short(found), short(expected))
        }
        What::HeaderUrl { expected, found } => {
            format!("訳者注のリンクが「{}」ではなく「{}」です", short(expected), short(found))
        }
        What::HeaderTitle { expected, found } => {
            format!("訳者注の原題が「{}」ではなく「{}」です", short(expected), short(found))
        }
        What::NumberMissing(number) => format!("原文の数「{}」がありません", short(number)),
        What::NumberExtra(number) => format!("数「{}」は原文にありません", short(number)),
        What::SymbolMissing(symbol) => format!("原文の {} がありません", short(symbol)),
        What::SymbolExtra(symbol) => format!("{} は原文にありません", short(symbol)),
        What::LabelMissing { source, target } => {
            format!("原文のラベル「{}」にあたる「{}」がありません", short(source), short(target))
        }
        What::Untranslated { text } => format!("原文のまま、訳されていません：「{}」", short(text)),
        What::Leftover { text, sign, hint } => {
            let why = match sign {
                Sign::Foreign => "中国語が残っています",
                Sign::NoKana => "かながなく、中国語のようです",
                Sign::Rare => "日本語ではほとんど使わない文字です",
                Sign::Grammar => "中国語かもしれません",
                Sign::Word => "中国語の単語が残っています",
                Sign::Copied => "原文と同じ文字列です",
            };
            let hint = hint.as_ref().map(|hint| format!("（「{}」？）", short(hint))).unwrap_or_default();
            format!("{why}：「{}」{hint}", short(text))
        }
        What::CompatChar { found, proper } => {
            let proper = proper.map(|proper| format!("「{proper}」")).unwrap_or_default();
            format!("「{found}」（U+{:04X}）は互換文字で、漢字{proper}ではありません", u32::from(*found))
        }
        What::TermForbidden { found, source, target } => {
            format!("「{}」は「{}」の訳語ではありません：「{}」", short(found), short(source), short(target))
        }
        What::TermMissing { source, target } => {
            format!("原文に「{}」がありますが、訳文に「{}」がありません", short(source), short(target))
        }
        What::FalseFriend { found, source, right } => {
            let (found, source, right) = (short(found), short(source), short(right));
            format!("「{found}」は中国語の「{source}」と意味が違います：「{right}」")
        }
        What::Grammar { found, expected } if expected.is_empty() => {
            format!("「{}」は日本語として不自然です", short(found))
        }
        What::Grammar { found, expected } => {
            format!("「{}」は日本語として不自然です：「{}」？", short(found), short(expected))
        }
        What::BracketHalfWidth { found, expected } => {
            format!("日本語に半角の括弧が使われています：「{}」→「{}」", short(found), short(expected))
        }
        What::BracketUnbalanced { found } => format!("「{found}」に対応する括弧がありません"),
        What::Punctuation { found, expected } => format!("「{}」→「{}」", short(found), short(expected)),
        What::SpacingThroughout { blocks } => format!("半角文字と日本語の間に空白がないブロックが {blocks} 個あります"),
        What::SentenceTwice { text } => format!("同じ文が続けて 2 回あります：「{}」", short(text)),
        What::Spacing { found, expected } => format!("空白：「{}」→「{}」", short(found), short(expected)),
        What::LengthRatio { source, edition } => {
            format!("原文 {source} 字に対して {edition} 字です：抜けや加筆はありませんか")
        }
        What::SourceChanged { recorded, now } => {
            format!("原文が翻訳のあとに変わっています（{} → {}）", short(recorded), short(now))
        }
        What::BothChanged { draft } => {
            format!("人が直したあとに原文が変わっています。新しい下訳：「{}」", short(draft))
        }
        What::SourceLink { url, why } => format!("原文のリンク「{}」が壊れています（{why}）", short(url)),
        What::SourceFront { why } => format!("原文の front matter を読めません：{}", short(why)),
        What::SourceEmphasis { delimiter } => format!("原文の「{delimiter}」が強調にならず、そのまま表示されます"),
        What::EditionMissing => "訳文がありません".to_owned(),
        What::SourceMissing => "原文がありません".to_owned(),
        What::WaiverUnused { rule, text } => format!("{rule} の許可「{}」は使われていません", short(text)),
        What::WaiverStale { rule, content } => {
            format!("{rule} の許可は別の内容に対するものです。まだ必要なら「{}」と書いてください", short(content))
        }
        What::WaiverUnreadable { text, why } => format!("「{}」は許可になりません：{}", short(text), short(why)),
    }
}

fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Link => "リンク",
        Thing::Image => "画像",
        Thing::Code => "コード",
        Thing::CodeBlock => "コードブロック",
        Thing::Html => "HTML ",
        Thing::Footnote => "脚注",
    }
}

fn block(kind: &str) -> &str {
    match kind {
        "paragraph" => "段落",
        "heading" => "見出し",
        "item" => "項目",
        "cell" => "セル",
        "code block" => "コードブロック",
        "HTML block" => "HTML ブロック",
        "line" => "行",
        "rule" => "区切り線",
        _ => "ブロック",
    }
}
