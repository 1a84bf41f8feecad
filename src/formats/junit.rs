//! A report as test runners write it: a suite for each edition, a case for each rule.

use std::fmt::Write;

use super::{Checked, Located, located};
use crate::rules::{Language, Rule, Severity};
use crate::script::is_invisible;

/// A run as `JUnit` XML.
///
/// A case fails with all the errors of its rule; what else there is to say of the rule is its output.
/// There is neither a time nor a host in it: the same in, the same out.
pub fn junit(run: &[Checked<'_>], language: Language) -> String {
    let failures: Vec<usize> = run.iter().map(|checked| failing(checked).count()).collect();
    let (tests, failed) = (Rule::ALL.len() * run.len(), failures.iter().sum::<usize>());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, r#"<testsuites name="nekoyaku" tests="{tests}" failures="{failed}" errors="0">"#);
    for (checked, failed) in run.iter().zip(failures) {
        let (name, tests) = (safe(checked.name()), Rule::ALL.len());
        let _ =
            writeln!(xml, r#"  <testsuite name="{name}" tests="{tests}" failures="{failed}" errors="0" skipped="0">"#);
        let mut by_rule = located(checked);
        by_rule.sort_by_key(|found| found.finding.rule());
        for rule in Rule::ALL {
            // Sorted, those of a rule stand together; a rule sorts as it stands in the list.
            let of_rule = by_rule.partition_point(|found| found.finding.rule() <= rule);
            let mine: Vec<Located<'_>> = by_rule.drain(..of_rule).collect();
            case(&mut xml, (&name, rule), &mine, language);
        }
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

/// The rules with an error.
fn failing<'c>(checked: &'c Checked<'_>) -> impl Iterator<Item = Rule> + use<'c> {
    let is_broken = |rule: &Rule| {
        checked.findings.iter().any(|finding| finding.severity == Severity::Error && finding.rule() == *rule)
    };
    Rule::ALL.into_iter().filter(is_broken)
}

fn case(xml: &mut String, (suite, rule): (&str, Rule), findings: &[Located<'_>], language: Language) {
    let _ = write!(xml, r#"    <testcase name="{}" classname="{suite}""#, rule.id());
    if findings.is_empty() {
        *xml += "/>\n";
        return;
    }
    *xml += ">\n";
    let of = |error: bool| findings.iter().filter(move |found| (found.finding.severity == Severity::Error) == error);
    let text = |error: bool| of(error).map(|found| safe(&told(found, language))).collect::<Vec<_>>().join("\n");
    if let Some(first) = of(true).next() {
        let more = match of(true).count() - 1 {
            0 => String::new(),
            more => format!(" (+{more})"),
        };
        let message = safe(&first.finding.message(language));
        let _ =
            writeln!(xml, r#"      <failure type="{}" message="{message}{more}">{}</failure>"#, rule.id(), text(true));
    }
    if of(false).next().is_some() {
        let _ = writeln!(xml, "      <system-out>{}</system-out>", text(false));
    }
    *xml += "    </testcase>\n";
}

/// A finding in one or two lines.
fn told(found: &Located<'_>, language: Language) -> String {
    let mut text = String::new();
    if let Some(place) = found.main() {
        text += place.file.name();
        if let Some(stretch) = place.stretch {
            let _ = write!(text, ":{}", stretch.start);
        }
        text += ": ";
    }
    let _ = write!(text, "{}: {}", found.finding.severity, found.finding.message(language));
    if let Some(line) = found.source_line(language) {
        let _ = write!(text, "\n    {line}");
    }
    text
}

/// Text for an element or an attribute, without what XML cannot have or a terminal would act on.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&apos;",
            '\n' => safe.push('\n'),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c if c.is_control() || is_invisible(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;
    use super::*;

    #[test]
    fn a_suite_has_a_case_for_each_rule() {
        let (source, edition, findings) = pair();
        let run = [Checked { source: Some(&source), edition: Some(&edition), findings }];
        let xml = junit(&run, Language::En);
        assert_eq!(xml.matches("<testcase ").count(), Rule::ALL.len());
        let wanted = "    <testcase name=\"link-altered\" classname=\"docs/ja/周刊.md\">\n      \
            <failure type=\"link-altered\" message=\"the link `https://a.example/%9D%A2` became \
            `https://a.example/%9D%A3`: `2` became `3` (1 byte)\">docs/ja/周刊.md:3:6: error: the link \
            `https://a.example/%9D%A2` became `https://a.example/%9D%A3`: `2` became `3` (1 byte)\n    \
            source docs/周刊.md:3:7: 见[文章](https://a.example/%9D%A2)，共 22K 订阅。</failure>\n    </testcase>\n";
        assert!(xml.contains(wanted), "{xml}");
        assert!(xml.contains("    <testcase name=\"link-missing\" classname=\"docs/ja/周刊.md\"/>\n"));
        assert!(xml.contains("<system-out>docs/周刊.md:3:7: info: the source&apos;s own link"), "{xml}");
    }

    #[test]
    fn nothing_in_a_text_is_xml() {
        assert_eq!(
            safe("<a b=\"c\">&'\u{1b}[31m\u{ffff}\u{202e}]]>\n"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&apos;\u{fffd}[31m\u{fffd}\u{fffd}]]&gt;\n"
        );
    }
}
