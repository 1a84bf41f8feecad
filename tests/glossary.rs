//! The termbase: which terms a text has, which renderings are wrong, and what is told of a change.

mod support;

#[path = "glossary/audit.rs"]
mod audit;
#[path = "glossary/edits.rs"]
mod edits;
#[path = "glossary/exchange.rs"]
mod exchange;
#[path = "glossary/impact.rs"]
mod impact;
#[path = "glossary/laws.rs"]
mod laws;
#[path = "glossary/mining.rs"]
mod mining;
