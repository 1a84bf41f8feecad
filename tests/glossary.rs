//! The termbase: which terms a text has, which renderings are wrong, and what is told of a change.

mod support;

#[path = "glossary/audit.rs"]
mod audit;
#[path = "glossary/drafts.rs"]
mod drafts;
#[path = "glossary/edits.rs"]
mod edits;
#[path = "glossary/exchange.rs"]
mod exchange;
#[path = "glossary/impact.rs"]
mod impact;
#[path = "glossary/journey.rs"]
mod journey;
#[path = "glossary/laws.rs"]
mod laws;
#[path = "glossary/mining.rs"]
mod mining;

#[test]
fn the_term_in_the_guide_is_one() {
    let section = include_str!("../src/guide/glossary.md");
    let toml = section.split_once("```toml\n").and_then(|(_, after)| after.split_once("```")).expect("a term").0;
    // What is behind a comment's sign is a field, too.
    for text in [toml.to_owned(), toml.replace("# ", "").lines().map(without_words).collect()] {
        let audit = nekoyaku::glossary::Audit::new(&text).expect("TOML");
        assert!(audit.remarks().is_empty() && audit.count() == 1, "{text}{:?}", audit.remarks());
    }
}

/// A line as far as it is TOML.
fn without_words(line: &str) -> String {
    line.split("    ").next().unwrap_or_default().trim_end().to_owned() + "\n"
}
