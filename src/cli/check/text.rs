//! Findings for people: the edition's line, the source's line below it, and what differs marked.

use std::io;
use std::ops::Range;

use nekoyaku::finding::What;
use nekoyaku::formats::{Checked, Located, Place, Stretch, Tally, located};
use nekoyaku::rules::{Language, Severity};

use super::super::snippet::{self, Mark, Snippet};
use super::super::terminal::{Style, Terminal};

/// A line narrower than this shows nothing.
const NARROWEST: usize = 20;

type Line = Vec<(Option<Style>, String)>;

/// Print a run, file by file and in the order of the lines, then how much there is, with what is `unshown`.
pub(crate) fn show(
    run: &[Checked<'_>],
    unshown: Unshown,
    language: Language,
    to_stderr: bool,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let width = terminal.width();
    for checked in run {
        let mut found = located(checked);
        found.sort_by_key(|found| found.main().and_then(|place| place.stretch).map(|stretch| stretch.start));
        for found in &found {
            for line in told(found, width, language) {
                print(&line, to_stderr, terminal)?;
            }
            print(&Line::new(), to_stderr, terminal)?;
            if terminal.is_closed() {
                return Ok(());
            }
        }
    }
    print(&vec![(None, sum(Tally::of(run), unshown, language))], to_stderr, terminal)
}

fn print(line: &Line, to_stderr: bool, terminal: &mut Terminal) -> io::Result<()> {
    let pieces: Vec<(Option<Style>, &str)> = line.iter().map(|(style, text)| (*style, text.as_str())).collect();
    if to_stderr { terminal.line(true, &pieces) } else { terminal.show(&pieces) }
}

/// A finding, as lines.
fn told(found: &Located<'_>, width: usize, language: Language) -> Vec<Line> {
    let finding = found.finding;
    let level = Style::from(finding.severity);
    let name = format!("{}[{}]", severity(finding.severity, language), finding.rule());
    let mut lines = vec![vec![(Some(level), name), (Some(Style::Strong), format!(": {}", finding.message(language)))]];
    let other = found.source.as_ref().filter(|place| found.is_in_edition() && place.stretch.is_some());
    let places: Vec<&Place<'_>> = found.main().into_iter().chain(other).collect();
    let number = |place: &&Place<'_>| place.stretch.map_or(0, |stretch| stretch.start.line.to_string().len());
    let gutter = places.iter().map(number).max().unwrap_or_default();
    let points = points(found, &places);
    for (index, (place, point)) in places.into_iter().zip(points).enumerate() {
        let arrow = if index == 0 { "-->" } else { ":::" };
        let mut head = place.file.name().to_owned();
        if let Some(stretch) = place.stretch {
            head += &format!(":{}", stretch.start);
        }
        let arrow = format!("{:gutter$}{arrow} ", "");
        lines.push(vec![(Some(Style::Hunk), arrow), (None, head)]);
        if let (Some(stretch), Some(point)) = (place.stretch, point) {
            drawn(&mut lines, place, stretch, &point, (gutter, width, if index == 0 { level } else { Style::Hunk }));
        }
    }
    lines
}

/// The line of a place, and the marks below it.
fn drawn(
    lines: &mut Vec<Line>,
    place: &Place<'_>,
    stretch: Stretch,
    point: &Range<usize>,
    (gutter, width, style): (usize, usize, Style),
) {
    let Some(line) = place.file.line(stretch.start.line) else { return };
    let text = place.file.slice(line).trim_end_matches(['\n', '\r']);
    // A byte order mark is no character of the line.
    let (text, base) = match text.strip_prefix('\u{feff}') {
        Some(rest) if line.start() == 0 => (rest, '\u{feff}'.len_utf8()),
        _ => (text, line.start()),
    };
    let inside = |offset: usize| offset.clamp(base, base + text.len()) - base;
    let of_line = |range: &Range<usize>| inside(range.start)..inside(range.end);
    let width = width.saturating_sub(gutter + 3).max(NARROWEST);
    let Snippet { line, marks } = snippet::snippet(text, &of_line(&stretch.span.range()), &of_line(point), width);
    let dim = Some(Style::Dim);
    lines.push(vec![(dim, format!("{:gutter$} |", ""))]);
    lines.push(vec![(dim, format!("{:>gutter$} | ", stretch.start.line.get())), (None, line)]);
    let mut below = vec![(dim, format!("{:gutter$} | ", ""))];
    below.extend(marks.into_iter().map(|(mark, signs)| match mark {
        Mark::None => (None, signs),
        Mark::Whole => (dim, signs),
        Mark::Point => (Some(style), signs),
    }));
    lines.push(below);
}

/// What is wrong in each place, in bytes of its file: where something became something else, what
/// differs; else all of it.
fn points(found: &Located<'_>, places: &[&Place<'_>]) -> Vec<Option<Range<usize>>> {
    let span = |place: &&Place<'_>| place.stretch.map(|stretch| stretch.span.range());
    let mut points: Vec<Option<Range<usize>>> = places.iter().map(span).collect();
    if let (What::Altered { .. }, [Some(ours), Some(theirs)]) = (&found.finding.what, points.as_mut_slice()) {
        let text =
            |index: usize, range: &Range<usize>| places[index].file.text().get(range.clone()).unwrap_or_default();
        let (a, b) = (text(0, ours), text(1, theirs));
        let start: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
        let (rest_a, rest_b) = (a[start..].chars().rev(), b[start..].chars().rev());
        let end: usize = rest_a.zip(rest_b).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
        (ours.start, ours.end) = (ours.start + start, ours.end - end);
        (theirs.start, theirs.end) = (theirs.start + start, theirs.end - end);
    }
    points
}

fn severity(severity: Severity, language: Language) -> &'static str {
    match (language, severity) {
        (Language::En, severity) => severity.name(),
        (Language::Ja, Severity::Error) => "エラー",
        (Language::Ja, Severity::Warning) => "警告",
        (Language::Ja, Severity::Info) => "情報",
        (Language::Zh, Severity::Error) => "错误",
        (Language::Zh, Severity::Warning) => "警告",
        (Language::Zh, Severity::Info) => "提示",
    }
}

/// How much there is, in a line.
/// What is in a run and is not shown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unshown {
    /// Findings that weigh too little.
    pub(super) light: usize,
    /// Findings that are waived.
    pub(super) waived: usize,
}

fn sum(Tally { files, errors, warnings, infos }: Tally, unshown: Unshown, language: Language) -> String {
    let Unshown { light, waived } = unshown;
    // Those that are not shown may be the infos: none of them is not what is known.
    let infos = if light > 0 && infos == 0 { None } else { Some(infos) };
    let some = |count: usize, text: String| if count > 0 { text } else { String::new() };
    match language {
        Language::En => {
            let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
            let mut parts = vec![count(files, "file"), count(errors, "error"), count(warnings, "warning")];
            parts.extend(infos.map(|infos| count(infos, "info")));
            let waived = some(waived, format!(", {waived} waived"));
            parts.join(", ") + &waived + &some(light, format!("; {light} not shown: --severity info shows all"))
        }
        Language::Ja => {
            let infos = infos.map(|infos| format!("、情報 {infos}")).unwrap_or_default();
            let waived = some(waived, format!("、許可済み {waived}"));
            let rest = some(light, format!("。ほか {light} 件は --severity info で表示"));
            format!("{files} ファイル：エラー {errors}、警告 {warnings}{infos}{waived}{rest}")
        }
        Language::Zh => {
            let infos = infos.map(|infos| format!("，提示 {infos}")).unwrap_or_default();
            let waived = some(waived, format!("，已豁免 {waived}"));
            let rest = some(light, format!("。另有 {light} 条未显示：--severity info 可见"));
            format!("{files} 个文件：错误 {errors}，警告 {warnings}{infos}{waived}{rest}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nekoyaku::finding::{Finding, Thing};
    use nekoyaku::source::{Source, Span};

    const SOURCE: &str = "标题\n\n🐿️第一段，见[文章](https://a.example/%9D%A2)，共 22K 订阅。\n";
    const EDITION: &str =
        "\u{feff}見出し\n\n🐿️ 一つ目の段落です。[記事](https://a.example/%9D%A3)を「参照」してください。\n";

    fn span(text: &str, part: &str) -> Span {
        let at = text.find(part).unwrap();
        Span::new(at, at + part.len())
    }

    fn lines(source: &Source, edition: &Source, finding: Finding, width: usize, language: Language) -> String {
        let checked = Checked { source: Some(source), edition: Some(edition), findings: vec![finding] };
        let told = told(&located(&checked)[0], width, language);
        told.into_iter().map(|line| line.into_iter().map(|(_, text)| text).collect::<String>() + "\n").collect()
    }

    #[test]
    fn both_lines_are_shown_and_what_differs_is_marked() {
        let (source, edition) = (Source::new("docs/x.md", SOURCE), Source::new("docs/ja/x.md", EDITION));
        let (from, to) = ("https://a.example/%9D%A2", "https://a.example/%9D%A3");
        let what = What::Altered { thing: Thing::Link, from: from.into(), to: to.into() };
        let finding = Finding::new(what).in_source(span(SOURCE, from)).in_edition(span(EDITION, to));
        assert_eq!(
            lines(&source, &edition, finding.clone(), 100, Language::Ja),
            "\
エラー[link-altered]: リンク「https://a.example/%9D%A2」が「https://a.example/%9D%A3」に変わっています：「2」→「3」（1 バイト）
 --> docs/ja/x.md:3:18
  |
3 | 🐿 一つ目の段落です。[記事](https://a.example/%9D%A3)を「参照」してください。
  |                            -----------------------^
 ::: docs/x.md:3:13
  |
3 | 🐿第一段，见[文章](https://a.example/%9D%A2)，共 22K 订阅。
  |                   -----------------------^
"
        );
        let narrow = lines(&source, &edition, finding, 40, Language::En);
        assert_eq!(narrow.lines().nth(3), Some("3 | ...ple/%9D%A3)を「参照」してくだ..."));
    }

    #[test]
    fn a_place_on_one_side_or_none_is_enough() {
        let (source, edition) = (Source::new("x.md", SOURCE), Source::new("ja/x.md", EDITION));
        let finding = Finding::new(What::SourceFront { why: "\u{1b}[2J".into() }).in_source(span(SOURCE, "标题\n\n🐿"));
        assert_eq!(
            lines(&source, &edition, finding, 80, Language::Zh),
            "提示[source-broken]: 原文的 front matter 无法读取：[2J\n --> x.md:1:1\n  |\n1 | 标题\n  | ^^^^\n"
        );
        let finding = Finding::new(What::NoteMissing);
        assert_eq!(
            lines(&source, &edition, finding, 80, Language::En),
            "error[header-note]: the translator's note at the top is missing\n--> ja/x.md\n"
        );
    }

    #[test]
    fn the_sum_is_told_in_three_languages() {
        let tally = Tally { files: 10, errors: 33, warnings: 1, infos: 0 };
        let told = |light| {
            let unshown = Unshown { light, waived: 0 };
            [Language::En, Language::Ja, Language::Zh].map(|language| sum(tally, unshown, language))
        };
        assert_eq!(
            told(0),
            [
                "10 files, 33 errors, 1 warning, 0 infos",
                "10 ファイル：エラー 33、警告 1、情報 0",
                "10 个文件：错误 33，警告 1，提示 0"
            ]
        );
        assert_eq!(
            told(102),
            [
                "10 files, 33 errors, 1 warning; 102 not shown: --severity info shows all",
                "10 ファイル：エラー 33、警告 1。ほか 102 件は --severity info で表示",
                "10 个文件：错误 33，警告 1。另有 102 条未显示：--severity info 可见"
            ]
        );
    }
}
