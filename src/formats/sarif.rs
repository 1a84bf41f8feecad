//! SARIF 2.1.0, for code scanning and its viewers.

use std::collections::HashMap;

use serde_json::{Map, Value, json as value};

use super::{Checked, Located, Place, Stretch, escaped, located};
use crate::hash::hash64;
use crate::rules::{About, Language, Rule, Severity};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A run as a SARIF 2.1.0 log.
///
/// Paths become URIs, relative ones relative to wherever the reader's root is. What identifies a finding
/// there, its partial fingerprint, does not change when lines are added above it.
pub fn sarif(run: &[Checked<'_>], language: Language) -> String {
    let rules: Vec<Value> = Rule::ALL.into_iter().map(|rule| descriptor(rule, language)).collect();
    let results: Vec<Value> = run.iter().flat_map(|checked| results(checked, language)).collect();
    let driver = value!({ "name": "nekoyaku", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
    let log = value!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    escaped(&format!("{log:#}\n"))
}

fn descriptor(rule: Rule, language: Language) -> Value {
    let About { details, example, .. } = rule.about();
    let holds = rule.holds(language);
    let markdown =
        format!("{details}\n\n```markdown\n{}\n{}\n```\n\n{}\n", example.source, example.edition, example.found);
    value!({
        "id": rule.id(),
        "shortDescription": { "text": holds },
        "fullDescription": { "text": details },
        "help": { "text": details, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity()) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn results(checked: &Checked<'_>, language: Language) -> Vec<Value> {
    // Two that look the same are told apart by their order.
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let found = located(checked);
    let results = found.iter().map(|found| {
        let print = fingerprint(found);
        let count = seen.entry(print).or_default();
        *count += 1;
        result(found, &format!("{print:016x}:{count}"), language)
    });
    results.collect()
}

fn result(found: &Located<'_>, fingerprint: &str, language: Language) -> Value {
    let rule = found.finding.rule();
    let index = Rule::ALL.iter().position(|other| *other == rule);
    let mut object = value!({
        "ruleId": rule.id(),
        "ruleIndex": index,
        "level": level(found.finding.severity),
        "message": { "text": message(&found.finding.message(language)) },
        "partialFingerprints": { "nekoyakuFinding/v1": fingerprint },
    });
    if let Some(place) = found.main() {
        object["locations"] = value!([{ "physicalLocation": physical(place) }]);
    }
    if let Some(source) = &found.source
        && source.stretch.is_some()
        && found.is_in_edition()
    {
        let said = source.line(super::EXCERPT).unwrap_or_default();
        let message = value!({ "text": message(&format!("{}: {said}", super::source_name(language))) });
        object["relatedLocations"] = value!([{ "id": 1, "physicalLocation": physical(source), "message": message }]);
    }
    if let Some(edition) = &found.edition
        && !found.edits.is_empty()
    {
        let replacement = |(edit, stretch): &(&crate::finding::Edit, Stretch)| value!({ "deletedRegion": region(*stretch), "insertedContent": { "text": edit.text } });
        let replacements: Vec<Value> = found.edits.iter().map(replacement).collect();
        let change = value!({ "artifactLocation": artifact(edition), "replacements": replacements });
        object["fixes"] = value!([{ "artifactChanges": [change] }]);
    }
    object
}

fn physical(place: &Place<'_>) -> Value {
    let mut object = Map::new();
    object.insert("artifactLocation".into(), artifact(place));
    if let Some(stretch) = place.stretch {
        let mut region = region(stretch);
        region["snippet"] = value!({ "text": place.text() });
        object.insert("region".into(), region);
    }
    object.into()
}

fn artifact(place: &Place<'_>) -> Value {
    value!({ "uri": uri(place.file.name()) })
}

fn region(Stretch { start, end, .. }: Stretch) -> Value {
    value!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A path as the URI of it.
fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let mut uri = scheme.to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(byte.into());
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}

/// Text for a message: in one, braces are placeholders, and brackets with an address behind them links.
fn message(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    if text.contains("](") { text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") } else { text }
}

/// A number that stays the same as long as the rule, what it says and what stands there do.
fn fingerprint(found: &Located<'_>) -> u64 {
    let text = |place: &Option<Place<'_>>| place.as_ref().and_then(Place::text).unwrap_or_default();
    let parts = [
        found.finding.rule().id().to_owned(),
        found.finding.message(Language::En),
        text(&found.source),
        text(&found.edition),
    ];
    hash64(parts.iter().flat_map(|part| part.bytes().chain([0])))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{EDITION, pair};
    use super::*;
    use crate::source::{Source, Span};

    fn log(run: &[Checked<'_>]) -> Value {
        sarif(run, Language::Ja).parse().unwrap()
    }

    #[test]
    fn a_finding_is_a_result() {
        let (source, edition, findings) = pair();
        let log = log(&[Checked { source: Some(&source), edition: Some(&edition), findings }]);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), Rule::ALL.len());
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        let result = &run["results"][0];
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "docs/ja/%E5%91%A8%E5%88%8A.md");
        assert_eq!(
            place["region"],
            value!({ "startLine": 3, "startColumn": 6, "endLine": 3, "endColumn": 30,
                     "snippet": { "text": "https://a.example/%9D%A3" } })
        );
        let related = &result["relatedLocations"][0];
        assert_eq!(related["physicalLocation"]["region"]["startColumn"], 7);
        let replaced = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replaced["insertedContent"]["text"], "2");
        assert_eq!(run["results"][2]["level"], "note");
    }

    #[test]
    fn lines_above_do_not_change_a_fingerprint_and_repetition_is_counted() {
        let (source, edition, findings) = pair();
        let prints = |edition: &Source, findings: Vec<crate::finding::Finding>| {
            let log = log(&[Checked { source: Some(&source), edition: Some(edition), findings }]);
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            results.into_iter().map(|result| result["partialFingerprints"].to_string()).collect::<Vec<_>>()
        };
        let lower = Source::new("docs/ja/周刊.md", format!("訳注：\n\n{EDITION}"));
        let mut moved = findings.clone();
        for finding in &mut moved {
            finding.edition = finding.edition.map(|span| span.shifted("訳注：\n\n".len()));
            if let Some(fix) = &mut finding.fix {
                fix.edits[0].span = Span::new(0, 0);
            }
        }
        assert_eq!(prints(&edition, findings.clone()), prints(&lower, moved));
        let twice = prints(&edition, vec![findings[0].clone(), findings[0].clone()]);
        assert!(twice[0].ends_with(":1\"}") && twice[1].ends_with(":2\"}"), "{twice:?}");
        assert_eq!(twice[0][..40], twice[1][..40]);
    }

    #[test]
    fn paths_are_uris_and_messages_text() {
        assert_eq!(uri("a b/周#1?.md"), "a%20b/%E5%91%A8%231%3F.md");
        assert_eq!(uri("/x/y.md"), "file:///x/y.md");
        assert_eq!(message("`{0}` [x] y"), "`{{0}}` [x] y");
        assert_eq!(message("see [this](https://x)"), "see \\[this\\](https://x)");
    }
}
