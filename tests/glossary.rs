//! The termbase: which terms a text has, which renderings are wrong, and what is told of a change.

#[path = "glossary/laws.rs"]
mod laws;

#[path = "glossary/audit.rs"]
mod audit;
