//! A comment for a pull request: a verdict, figures, and what somebody has to decide.
//!
//! Its reader may know no Japanese, and has a minute. What is good to know is only counted.

use std::fmt::Write;

use super::markdown::{code, plain};
use super::{Checked, EXCERPT, Located, excerpt, located};
use crate::check::{Added, Counts, Kept};
use crate::rules::{Language, Rule, Severity};

/// The most findings of a kind that are told of a file: a comment has an end, and so has patience.
const SHOWN: usize = 20;

/// A run as Markdown, for people who decide about it. `counts` are the figures of the pairs, in their
/// order; of a pair without any there is only a verdict.
pub fn summary(run: &[Checked<'_>], counts: &[Counts], language: Language) -> String {
    let words = Words::of(language);
    let none = Counts::default();
    let mut text = String::new();
    for (place, checked) in run.iter().enumerate() {
        if !text.is_empty() {
            text.push('\n');
        }
        let counts = counts.get(place).filter(|counts| **counts != none);
        file(&mut text, checked, counts, &words, language);
    }
    text
}

fn file(text: &mut String, checked: &Checked<'_>, counts: Option<&Counts>, words: &Words, language: Language) {
    let is_of_source = |found: &&Located<'_>| matches!(found.finding.rule(), Rule::SourceBroken | Rule::SourceChanged);
    let found = located(checked);
    let of_source: Vec<&Located<'_>> = found.iter().filter(is_of_source).collect();
    let of = |severity: Severity| -> Vec<&Located<'_>> {
        found.iter().filter(|found| !is_of_source(found) && found.finding.severity == severity).collect()
    };
    let (errors, warnings, infos) = (of(Severity::Error), of(Severity::Warning), of(Severity::Info));

    let (sign, verdict) = match (errors.len(), warnings.len()) {
        (0, 0) => ("✅", words.merge.to_owned()),
        (0, warnings) => ("⚠️", words.look.replace("{}", &warnings.to_string())),
        (errors, _) => ("❌", words.wrong.replace("{}", &errors.to_string())),
    };
    let _ = writeln!(text, "### {sign} {}{}{verdict}\n", code(&excerpt(checked.name(), EXCERPT)), words.colon);
    if let Some(counts) = counts {
        let chinese = found.iter().filter(|found| is_chinese(found)).count();
        let _ = writeln!(text, "{}\n", figures(counts, chinese, words));
    }
    list(text, words.errors, &errors, words, language);
    list(text, words.warnings, &warnings, words, language);
    if let Some(counts) = counts {
        added(text, checked, counts, words);
    }
    list(text, words.of_source, &of_source, words, language);
    if !infos.is_empty() {
        let _ = writeln!(text, "{}\n", words.infos.replace("{}", &infos.len().to_string()));
    }
    // A blank line after each part, and none at the end.
    text.truncate(text.trim_end().len());
    text.push('\n');
}

fn is_chinese(found: &Located<'_>) -> bool {
    matches!(found.finding.rule(), Rule::Untranslated | Rule::LeftoverChinese)
        && found.finding.severity > Severity::Info
}

fn figures(counts: &Counts, chinese: usize, words: &Words) -> String {
    let kept = [counts.links, counts.images, counts.items, counts.headings, counts.code];
    let parts = words.things.iter().zip(kept).filter(|(_, Kept { kept, total })| kept.max(total) > &0);
    let mut parts: Vec<String> = parts.map(|(name, Kept { kept, total })| format!("{name} {kept}/{total}")).collect();
    if !counts.unchanged.is_empty() {
        let keys: Vec<String> = counts.unchanged.iter().map(|key| code(&excerpt(key, EXCERPT))).collect();
        parts.push(words.unchanged.replace("{}", &keys.join(words.comma)));
    }
    parts.push(format!("{} {chinese}", words.chinese));
    // Whoever merges has to know that somebody said it need not be looked at.
    if counts.waived > 0 {
        parts.push(format!("{} {}", words.waived, counts.waived));
    }
    parts.join(" · ")
}

fn list(text: &mut String, title: &str, findings: &[&Located<'_>], words: &Words, language: Language) {
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "**{title} {}**\n", findings.len());
    for found in findings.iter().take(SHOWN) {
        let line = |stretch: Option<super::Stretch>| stretch.map(|stretch| stretch.start.line.to_string());
        let place = found.main().and_then(|place| line(place.stretch)).map(|line| {
            let name = if found.is_in_edition() { words.line } else { words.source_line };
            format!("{}{}", name.replace("{}", &line), words.colon)
        });
        let (message, rule) = (plain(&found.finding.message(language)), code(found.finding.rule().id()));
        let _ = writeln!(text, "- {}{message} ({rule})", place.unwrap_or_default());
        if let Some(source) = found.source.filter(|_| found.is_in_edition())
            && let (Some(number), Some(line)) = (line(source.stretch), source.line(EXCERPT))
        {
            let name = words.source_line.replace("{}", &number);
            // Without text there is nothing to see: an empty line, or one of control characters.
            let line = if line.is_empty() { String::new() } else { format!("{}{}", words.colon, code(&line)) };
            let _ = writeln!(text, "  - {name}{line}");
        }
    }
    if let Some(more) = findings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "- {}", words.more.replace("{}", &more.to_string()));
    }
    text.push('\n');
}

fn added(text: &mut String, checked: &Checked<'_>, counts: &Counts, words: &Words) {
    let Some(edition) = checked.edition.filter(|_| !counts.added.is_empty()) else { return };
    let _ = writeln!(text, "**{} {}** {}\n", words.added, counts.added.len(), words.approve);
    let mut places = edition.places();
    for Added { url, part, span } in counts.added.iter().take(SHOWN) {
        let line = places.position(span.start()).line.to_string();
        let part = words.parts[*part as usize];
        let _ = writeln!(
            text,
            "- {} ({part}){}{}",
            words.line.replace("{}", &line),
            words.colon,
            code(&excerpt(url, EXCERPT))
        );
    }
    if let Some(more) = counts.added.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "- {}", words.more.replace("{}", &more.to_string()));
    }
    text.push('\n');
}

/// What a summary says, `{}` being a number or a list.
struct Words {
    merge: &'static str,
    look: &'static str,
    wrong: &'static str,
    things: [&'static str; 5],
    unchanged: &'static str,
    chinese: &'static str,
    waived: &'static str,
    errors: &'static str,
    warnings: &'static str,
    added: &'static str,
    approve: &'static str,
    // As in `Part`.
    parts: [&'static str; 3],
    of_source: &'static str,
    infos: &'static str,
    line: &'static str,
    source_line: &'static str,
    more: &'static str,
    colon: &'static str,
    comma: &'static str,
}

impl Words {
    fn of(language: Language) -> Self {
        match language {
            Language::En => Self {
                merge: "can be merged",
                look: "can be merged once looked at (to check: {})",
                wrong: "not to be merged yet (errors: {})",
                things: ["links", "images", "items", "headings", "code"],
                unchanged: "{} as in the source",
                chinese: "Chinese left",
                waived: "waived",
                errors: "Errors",
                warnings: "To be looked at",
                added: "Links the translator added",
                approve: "— are they all right?",
                parts: ["in the note at the top", "in a translator's note", "in the text"],
                of_source: "Problems of the source itself",
                infos: "{} more are good to know: `--severity info` shows them.",
                line: "line {}",
                source_line: "line {} of the source",
                more: "and {} more",
                colon: ": ",
                comma: ", ",
            },
            Language::Ja => Self {
                merge: "マージできます",
                look: "{} か所を確認すればマージできます",
                wrong: "エラーが {} 件あり、まだマージできません",
                things: ["リンク", "画像", "項目", "見出し", "コード"],
                unchanged: "{} は原文どおり",
                chinese: "残った中国語",
                waived: "許可済み",
                errors: "エラー",
                warnings: "確認してください",
                added: "訳者が加えたリンク",
                approve: "：問題ないか確認してください",
                parts: ["冒頭の訳者注", "訳注", "本文"],
                of_source: "原文の問題",
                infos: "ほかに参考情報が {} 件あります（`--severity info` で表示）。",
                line: "{} 行目",
                source_line: "原文 {} 行目",
                more: "ほか {} 件",
                colon: "：",
                comma: "、",
            },
            Language::Zh => Self {
                merge: "可以合并",
                look: "确认 {} 处之后可以合并",
                wrong: "有 {} 个错误，暂不宜合并",
                things: ["链接", "图片", "条目", "标题", "代码"],
                unchanged: "{} 未变",
                chinese: "未翻译的中文",
                waived: "已豁免",
                errors: "错误",
                warnings: "请确认",
                added: "译者新增的链接",
                approve: "——请确认可以接受",
                parts: ["页首说明", "译注", "正文"],
                of_source: "原文的问题",
                infos: "另有 {} 条提示（`--severity info` 可见）。",
                line: "第 {} 行",
                source_line: "原文第 {} 行",
                more: "另有 {} 处",
                colon: "：",
                comma: "、",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;
    use super::*;
    use crate::check::Part;
    use crate::finding::{Finding, What};
    use crate::source::Source;
    use crate::source::Span;

    fn counts() -> Counts {
        let kept = |kept, total| Kept { kept, total };
        Counts {
            links: kept(40, 41),
            images: kept(3, 3),
            items: kept(24, 24),
            headings: kept(5, 5),
            code: kept(0, 0),
            unchanged: vec!["pubDate".into(), "author".into()],
            waived: 0,
            added: vec![Added {
                url: "https://github.com/frostming".into(),
                part: Part::Note,
                span: Span::new(10, 20),
            }],
        }
    }

    #[test]
    fn what_is_to_be_decided_is_told_and_the_rest_counted() {
        let (source, edition, mut findings) = pair();
        findings.push(Finding::new(What::Spacing { found: "A猫".into(), expected: "A 猫".into() }));
        let checked = Checked { source: Some(&source), edition: Some(&edition), findings };
        let text = summary(&[checked], &[counts()], Language::Zh);
        let wanted = "\
### ❌ `docs/ja/周刊.md`：有 1 个错误，暂不宜合并

链接 40/41 · 图片 3/3 · 条目 24/24 · 标题 5/5 · `pubDate`、`author` 未变 · 未翻译的中文 0

**错误 1**

- 第 3 行：链接“https&#58;//a.example/%9D%A2”变成了“https&#58;//a.example/%9D%A3”：“2”变成“3”（1 字节） (`link-altered`)
  - 原文第 3 行：`见[文章](https://a.example/%9D%A2)，共 22K 订阅。`

**请确认 1**

- 第 3 行：缺少原文的数字“22K” (`number`)
  - 原文第 3 行：`见[文章](https://a.example/%9D%A2)，共 22K 订阅。`

**译者新增的链接 1** ——请确认可以接受

- 第 3 行 (译注)：`https://github.com/frostming`

**原文的问题 1**

- 原文第 3 行：原文的链接“https&#58;//a.example/%9D%A2”有问题（\\`\\*\\*\\` in it） (`source-broken`)

另有 1 条提示（`--severity info` 可见）。
";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_good_edition_is_told_in_a_line() {
        let (source, edition, _) = pair();
        let checked = Checked { source: Some(&source), edition: Some(&edition), findings: Vec::new() };
        for (language, wanted) in [
            (Language::En, "### ✅ `docs/ja/周刊.md`: can be merged\n"),
            (Language::Ja, "### ✅ `docs/ja/周刊.md`：マージできます\n"),
            (Language::Zh, "### ✅ `docs/ja/周刊.md`：可以合并\n"),
        ] {
            assert_eq!(summary(std::slice::from_ref(&checked), &[Counts::default()], language), wanted);
        }
    }

    #[test]
    fn nothing_in_a_file_is_markup_and_nobody_is_mentioned() {
        let name = "a`b<img src=x>.md";
        let hostile = "<script>x</script> @neko [x](https://evil.example) ![](y) #1 **b** www.evil.example `";
        let edition = Source::new(name, hostile);
        let found = Finding::new(What::Untranslated { text: hostile.into() }).in_source(Span::new(0, 9));
        let found = found.in_edition(Span::new(0, 9));
        let checked = Checked { source: Some(&edition), edition: Some(&edition), findings: vec![found] };
        let text = summary(&[checked], &[], Language::En);
        let mut options = comrak::Options::default();
        (options.extension.autolink, options.render.r#unsafe) = (true, true);
        let html = comrak::markdown_to_html(&text, &options);
        for markup in ["<a ", "<img", "<script", "<b>", "<strong>b", "@n", "#1"] {
            let html = html.split("<code>").map(|part| part.split_once("</code>").map_or(part, |(_, text)| text));
            assert!(html.into_iter().all(|text| !text.contains(markup)), "{markup}: {text}");
        }
    }

    #[test]
    fn a_list_has_an_end() {
        let (source, edition, findings) = pair();
        let findings = std::iter::repeat_n(findings[0].clone(), 30).collect();
        let checked = Checked { source: Some(&source), edition: Some(&edition), findings };
        let text = summary(&[checked], &[], Language::Ja);
        assert!(text.contains("**エラー 30**") && text.ends_with("- ほか 10 件\n"), "{text}");
    }
}
