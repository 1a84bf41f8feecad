//! One object for a run, or a line for each finding.

use serde_json::{Map, Value, json as value};

use super::{Checked, Located, Place, Stretch, Tally, located};
use crate::finding::FixKind;
use crate::rules::Language;
use crate::script::is_invisible;

/// Raised when a key changes or goes; a new key is no reason.
const VERSION: u32 = 1;

/// A run as one object, each finding on a line of its own.
///
/// Lines and columns count from one, columns in characters; an end is the place after the last character.
/// A key without a value is left out: `source` where the pair has no source, its `line` and what follows
/// where the finding is about no place in it, `fix` where there is none.
pub fn json(run: &[Checked<'_>], language: Language) -> String {
    let Tally { files, errors, warnings, infos } = Tally::of(run);
    let summary = value!({ "files": files, "errors": errors, "warnings": warnings, "infos": infos });
    let mut text = format!("{{\"version\":{VERSION},\"summary\":{summary},\"findings\":[");
    let mut between = "\n";
    for line in lines(run, language) {
        text += between;
        text += &line;
        between = ",\n";
    }
    text += if between == "\n" { "]}\n" } else { "\n]}\n" };
    text
}

/// A run as lines, each the object of a finding as [`json`] has it.
pub fn jsonl(run: &[Checked<'_>], language: Language) -> String {
    lines(run, language).map(|line| line + "\n").collect()
}

fn lines(run: &[Checked<'_>], language: Language) -> impl Iterator<Item = String> {
    run.iter().flat_map(move |checked| {
        let lines = located(checked).into_iter().map(|found| escaped(&finding(&found, language).to_string()));
        lines.collect::<Vec<_>>()
    })
}

fn finding(found: &Located<'_>, language: Language) -> Value {
    let mut object = Map::new();
    object.insert("rule".into(), found.finding.rule().id().into());
    object.insert("severity".into(), found.finding.severity.name().into());
    object.insert("message".into(), found.finding.message(language).into());
    for (side, place) in [("source", &found.source), ("edition", &found.edition)] {
        if let Some(place) = place {
            object.insert(side.into(), self::place(place));
        }
    }
    if let Some(fix) = &found.finding.fix {
        let kind = match fix.kind {
            FixKind::Safe => "safe",
            FixKind::Style => "style",
            FixKind::Choice => "choice",
        };
        let edits = found.edits.iter().map(|(edit, stretch)| {
            let mut object = position(*stretch);
            object.insert("text".into(), edit.text.as_str().into());
            Value::from(object)
        });
        object.insert("fix".into(), value!({ "kind": kind, "edits": edits.collect::<Vec<_>>() }));
    }
    object.into()
}

fn place(place: &Place<'_>) -> Value {
    let mut object = Map::new();
    object.insert("path".into(), place.file.name().into());
    if let Some(stretch) = place.stretch {
        object.extend(position(stretch));
        object.insert("text".into(), place.text().into());
    }
    object.into()
}

fn position(Stretch { start, end, .. }: Stretch) -> Map<String, Value> {
    let keys = [("line", start.line), ("column", start.column), ("end_line", end.line), ("end_column", end.column)];
    keys.into_iter().map(|(key, number)| (key.to_owned(), number.get().into())).collect()
}

/// JSON without the characters that act on a terminal or that nobody sees: they are `\u…` in it.
///
/// Between the tokens of `json` there may be blanks and line feeds, which stay; all else is in strings.
pub fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if (c.is_control() && c != '\n') || is_invisible(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text += &format!("\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;
    use super::*;

    #[test]
    fn a_run_is_an_object_with_a_line_for_each_finding() {
        let (source, edition, findings) = pair();
        let run = [Checked { source: Some(&source), edition: Some(&edition), findings }];
        let text = json(&run, Language::En);
        let wanted = concat!(
            r#"{"version":1,"summary":{"files":1,"errors":1,"warnings":1,"infos":1},"findings":["#,
            "\n",
            r#"{"rule":"link-altered","severity":"error","message":"the link `https://a.example/%9D%A2` became "#,
            r#"`https://a.example/%9D%A3`: `2` became `3` (1 byte)","source":{"path":"docs/周刊.md","line":3,"column":7,"#,
            r#""end_line":3,"end_column":31,"text":"https://a.example/%9D%A2"},"edition":{"path":"docs/ja/周刊.md","#,
            r#""line":3,"column":6,"end_line":3,"end_column":30,"text":"https://a.example/%9D%A3"},"fix":{"kind":"safe","#,
            r#""edits":[{"line":3,"column":29,"end_line":3,"end_column":30,"text":"2"}]}},"#,
            "\n",
        );
        assert!(text.starts_with(wanted), "{text}");
        let object: Value = text.parse().unwrap();
        assert_eq!(object["findings"][1]["edition"]["text"], "購読者は 2 万です。[2J");
        assert_eq!(object["findings"][2]["edition"], value!({ "path": "docs/ja/周刊.md" }));
        assert_eq!(object["findings"][2].get("fix"), None);
        assert!(text.ends_with("}\n]}\n"));
    }

    #[test]
    fn lines_are_the_findings_of_the_object() {
        let (source, edition, findings) = pair();
        let run = [Checked { source: Some(&source), edition: Some(&edition), findings }];
        let object: Value = json(&run, Language::Zh).parse().unwrap();
        let lines = jsonl(&run, Language::Zh);
        let lines: Vec<Value> = lines.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(Value::from(lines), object["findings"]);
    }

    #[test]
    fn without_findings_there_is_an_object_and_no_line() {
        let none = r#"{"version":1,"summary":{"files":0,"errors":0,"warnings":0,"infos":0},"findings":[]}"#;
        assert_eq!(json(&[], Language::En), format!("{none}\n"));
        assert_eq!(jsonl(&[], Language::En), "");
    }

    #[test]
    fn what_acts_is_escaped_and_reads_as_it_was() {
        let text = "猫\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0041}\n\"\\🐢";
        let json = escaped(&Value::from(text).to_string());
        assert_eq!(json, r#""猫\u001b[2J\u007f\u009b\u202e\udb40\udc41\n\"\\🐢""#);
        assert_eq!(json.parse::<Value>().unwrap(), text);
    }
}
