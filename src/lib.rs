//! Chinese newsletters in, Japanese editions out, and nothing else changed.

pub mod source;

pub mod script;

pub mod inline;

pub mod blocks;

pub mod tags;

pub mod emit;

pub mod front;

pub mod profile;

pub mod issue;

pub mod glossary;

pub mod numbers;

pub mod verify;

pub mod memory;

pub mod passages;

pub mod prompts;

pub mod request;

pub mod model;

pub mod reply;

pub mod edition;

pub mod translate;

pub mod diff;

pub mod report;
