//! `nekoyaku rules`: what an edition is held to.

use std::fmt::Write;

use clap::ValueEnum;
use nekoyaku::formats;
use nekoyaku::rules::{About, Language, Rule};
use serde_json::{Value, json};

use super::Outcome;
use super::failure::Failure;
use super::lang::Lang;
use super::terminal::{Style, Terminal, wrapped};

/// List the rules that `check` holds editions to, or tell all of one
///
/// Without an ID, lists all rules: id, severity, what holds. With one or more, tells each in full, with
/// an example.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The rules to tell of
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// The language of what holds; details are in English
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: Lang,

    /// For people, for programs, or for a page
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku rules
  nekoyaku rules link-altered number
  nekoyaku rules --lang ja --format markdown";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let rules: Vec<Rule> = args
        .ids
        .iter()
        .map(|id| id.parse())
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::of(&error).hint("nekoyaku rules lists them all"))?;
    let language = args.lang.into();
    let shown = match (args.format, rules.as_slice()) {
        (Format::Json, []) => terminal.put(&listing(&Rule::ALL, language)),
        (Format::Json, rules) => terminal.put(&listing(rules, language)),
        (Format::Markdown, []) => terminal.put(&table(language)),
        (Format::Markdown, rules) => {
            let sections: Vec<String> = rules.iter().map(|rule| section(*rule, language)).collect();
            terminal.put(&sections.join("\n"))
        }
        (Format::Text, []) => list(language, terminal),
        (Format::Text, rules) => rules.iter().enumerate().try_for_each(|(place, rule)| {
            if place > 0 {
                terminal.show(&[])?;
            }
            tell(*rule, language, terminal)
        }),
    };
    shown.map_err(Failure::output)?;
    Ok(Outcome::Clean)
}

/// All rules, a line each.
fn list(language: Language, terminal: &mut Terminal) -> std::io::Result<()> {
    let widest = Rule::ALL.iter().map(|rule| rule.id().len()).max().unwrap_or_default();
    for rule in Rule::ALL {
        let (id, severity) = (format!("{:widest$}  ", rule.id()), rule.severity());
        let level = format!("{:7}", severity.name());
        terminal.show(&[
            (Some(Style::Strong), &id),
            (Some(severity.into()), &level),
            (None, &format!("  {}", rule.holds(language))),
        ])?;
    }
    Ok(())
}

/// A rule in full.
fn tell(rule: Rule, language: Language, terminal: &mut Terminal) -> std::io::Result<()> {
    let About { details, example, .. } = rule.about();
    let severity = rule.severity();
    terminal.show(&[
        (Some(Style::Strong), rule.id()),
        (None, " ("),
        (Some(severity.into()), severity.name()),
        (None, &format!("): {}", rule.holds(language))),
    ])?;
    terminal.show(&[])?;
    for line in wrapped(details, 78) {
        terminal.show(&[(None, &format!("  {line}"))])?;
    }
    terminal.show(&[])?;
    for (name, style, text) in [("source", Style::Removed, example.source), ("edition", Style::Added, example.edition)]
    {
        for (place, line) in text.lines().enumerate() {
            let name = if place == 0 { name } else { "" };
            terminal.show(&[(None, &format!("  {name:9}")), (Some(style), line)])?;
        }
    }
    terminal.show(&[(None, &format!("  {:9}{}", "found", example.found))])
}

fn listing(rules: &[Rule], language: Language) -> String {
    let mut text = String::from("{\"version\":1,\"rules\":[");
    let mut between = "\n";
    for rule in rules {
        let About { details, example, .. } = rule.about();
        let value: Value = json!({
            "id": rule.id(),
            "severity": rule.severity().name(),
            "holds": rule.holds(language),
            "details": details,
            "example": { "source": example.source, "edition": example.edition, "found": example.found },
        });
        text += between;
        text += &formats::escaped(&value.to_string());
        between = ",\n";
    }
    text + "\n]}\n"
}

fn table(language: Language) -> String {
    let mut text = String::from("| rule | severity | what holds |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let holds = rule.holds(language).replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {} | {holds} |", rule.id(), rule.severity());
    }
    text
}

fn section(rule: Rule, language: Language) -> String {
    let About { details, example, .. } = rule.about();
    // An example may have a code block in it.
    format!(
        "## `{}`\n\n{} · {}\n\n{details}\n\n````markdown\n{}\n````\n\n````markdown\n{}\n````\n\n> {}\n",
        rule.id(),
        rule.severity(),
        rule.holds(language),
        example.source,
        example.edition,
        example.found,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""]);
        for rule in Rule::ALL {
            let lines = wrapped(rule.about().details, 78);
            assert_eq!(lines.join(" "), rule.about().details);
        }
    }
}
