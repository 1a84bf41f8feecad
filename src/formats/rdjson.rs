//! Lines for reviewdog, which makes review comments and suggestions of them.

use serde_json::{Value, json as value};

use super::{Checked, Located, Place, Stretch, escaped, located};
use crate::rules::{Language, Severity};
use crate::source::{Position, Source};

/// A run as reviewdog's `rdjsonl`: a `Diagnostic` a line, with what would mend it as suggestions.
///
/// Columns count bytes there, as its format wants it. A message may become a comment that people are
/// notified of: an `@` in it is a full-width one.
pub fn rdjsonl(run: &[Checked<'_>], language: Language) -> String {
    run.iter().flat_map(located).map(|found| escaped(&diagnostic(&found, language).to_string()) + "\n").collect()
}

fn diagnostic(found: &Located<'_>, language: Language) -> Value {
    let severity = match found.finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    };
    let source = found.source_line(language).map(|line| format!("\n{line}")).unwrap_or_default();
    let message = format!("{}{source}", found.finding.message(language)).replace('@', "＠");
    let mut object = value!({
        "message": message,
        "severity": severity,
        "source": { "name": "nekoyaku" },
        "code": { "value": found.finding.rule().id() },
    });
    if let Some(Place { file, stretch }) = found.main() {
        object["location"] = match stretch {
            Some(stretch) => value!({ "path": file.name(), "range": range(file, *stretch) }),
            None => value!({ "path": file.name() }),
        };
    }
    if let Some(edition) = &found.edition
        && !found.edits.is_empty()
    {
        let suggestion = |(edit, stretch): &(&crate::finding::Edit, Stretch)| value!({ "range": range(edition.file, *stretch), "text": edit.text });
        object["suggestions"] = found.edits.iter().map(suggestion).collect();
    }
    object
}

fn range(file: &Source, stretch: Stretch) -> Value {
    let place = |position: Position, offset: usize| {
        let line = file.line(position.line).map_or(0, |line| line.start());
        value!({ "line": position.line, "column": offset - line.min(offset) + 1 })
    };
    value!({ "start": place(stretch.start, stretch.span.start()), "end": place(stretch.end, stretch.span.end()) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;
    use super::*;

    #[test]
    fn columns_are_bytes() {
        let (source, edition, findings) = pair();
        let run = [Checked { source: Some(&source), edition: Some(&edition), findings }];
        let text = rdjsonl(&run, Language::Ja);
        let lines: Vec<Value> = text.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(lines.len(), 3);
        let range = value!({ "start": { "line": 3, "column": 10 }, "end": { "line": 3, "column": 34 } });
        assert_eq!(lines[0]["location"], value!({ "path": "docs/ja/周刊.md", "range": range }));
        assert_eq!(lines[0]["severity"], "ERROR");
        assert_eq!(lines[0]["code"]["value"], "link-altered");
        let range = value!({ "start": { "line": 3, "column": 33 }, "end": { "line": 3, "column": 34 } });
        assert_eq!(lines[0]["suggestions"], value!([{ "range": range, "text": "2" }]));
        assert_eq!(lines[2]["location"]["path"], "docs/周刊.md");
    }
}
