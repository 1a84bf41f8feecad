//! Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.
//!
//! GitHub shows ten of each level for a step; the rest stays in the log.

use super::{Checked, EXCERPT, Located, excerpt, located};
use crate::rules::{Language, Severity};

/// A run as workflow commands, one a line: the place in the edition, and the source's line in the text.
pub fn github(run: &[Checked<'_>], language: Language) -> String {
    run.iter().flat_map(located).map(|found| command(&found, language) + "\n").collect()
}

fn command(found: &Located<'_>, language: Language) -> String {
    let name = match found.finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = found.main() {
        properties.push(format!("file={}", property(place.file.name())));
        if let Some(stretch) = place.stretch {
            let (start, end) = (stretch.start, stretch.end);
            properties.push(format!("line={},endLine={}", start.line, end.line));
            // Columns of another line would be taken for those of this one.
            if start.line == end.line {
                properties.push(format!("col={},endColumn={}", start.column, end.column));
            }
        }
    }
    properties.push(format!("title={}", property(found.finding.rule().id())));
    let source = found.source_line(language).map(|line| format!("\n{line}")).unwrap_or_default();
    let message = data(&format!("{}{source}", found.finding.message(language)));
    format!("::{name} {}::{message}", properties.join(","))
}

/// As GitHub's own toolkit writes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As GitHub's own toolkit writes a property; nothing in it acts on the terminal of who reads the log.
fn property(text: &str) -> String {
    data(&excerpt(text, EXCERPT)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;
    use super::*;
    use crate::finding::{Finding, What};
    use crate::source::{Source, Span};

    #[test]
    fn a_finding_is_a_command() {
        let (source, edition, findings) = pair();
        let text = github(&[Checked { source: Some(&source), edition: Some(&edition), findings }], Language::Zh);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "::error file=docs/ja/周刊.md,line=3,endLine=3,col=6,endColumn=30,title=link-altered::\
             链接“https://a.example/%259D%25A2”变成了“https://a.example/%259D%25A3”：“2”变成“3”（1 字节）\
             %0A原文 docs/周刊.md:3:7: 见[文章](https://a.example/%259D%25A2)，共 22K 订阅。"
        );
        // The place is in the source, and so is nothing to add.
        assert_eq!(
            lines[2],
            "::notice file=docs/周刊.md,line=3,endLine=3,col=7,endColumn=31,title=source-broken::\
             原文的链接“https://a.example/%259D%25A2”有问题（`**` in it）"
        );
    }

    #[test]
    fn nothing_in_a_file_or_its_name_is_a_command() {
        let name = "a,b:c%\n::stop-commands::x\u{1b}[2J.md";
        let edition = Source::new(name, "一\n二\n::set-env name=X::y\n");
        let found = Finding::new(What::Untranslated { text: "二\n::set-env name=X::y".into() });
        let checked =
            Checked { source: None, edition: Some(&edition), findings: vec![found.in_edition(Span::new(4, 20))] };
        assert_eq!(
            github(&[checked], Language::En),
            "::error file=a%2Cb%3Ac%25 %3A%3Astop-commands%3A%3Ax[2J.md,line=2,endLine=3,title=untranslated::\
             this is as in the source, untranslated: `二 ::set-env name=X::y`\n"
        );
    }
}
