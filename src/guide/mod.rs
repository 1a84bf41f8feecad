//! The guide: what each command does, and what stands in each file, for people who use the program.
//!
//! Its pages are files beside this one, so that they can be read where the source is, too. What they show is
//! run by `tests/guide.rs`, and every key they name is held against the code.

/// What comes out of `translate`, what it costs, and what happens when it stops.
pub mod translate {
    #![doc = include_str!("translate.md")]
}

/// An edition held against its source.
pub mod check {
    #![doc = include_str!("check.md")]
}

/// Diffs, and the page to proofread on.
pub mod proofread {
    #![doc = include_str!("proofread.md")]
}

/// Which model, and which prompts.
pub mod evaluate {
    #![doc = include_str!("evaluate.md")]
}

/// What was published is used again.
pub mod memory {
    #![doc = include_str!("memory.md")]
}

/// The words.
pub mod glossary {
    #![doc = include_str!("glossary.md")]
}

/// `nekoyaku.toml`, servers, prices, and prompts.
pub mod settings {
    #![doc = include_str!("settings.md")]
}

/// What the commands print for programs.
pub mod formats {
    #![doc = include_str!("formats.md")]
}
