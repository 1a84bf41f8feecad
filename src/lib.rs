//! Chinese newsletters in, Japanese editions out, and nothing else changed.
//!
//! Text passes through these modules in order, and each uses only the ones before it;
//! `tests/flow.rs` holds them to that.
//!
//! 1. [`source`] is a text, and the places in it.
//! 2. [`script`] tells Chinese characters from Japanese ones; [`hash`] makes a number of a text.
//! 3. [`html`] finds the text in an HTML block.
//! 4. [`keep`] finds what is never translated.
//! 5. [`inline`] is the inside of a paragraph: text, and the marks in it.
//! 6. [`blocks`] cuts a text into blocks that add up to it.
//! 7. [`visible`] is what a reader sees of a paragraph, and where it stands.
//! 8. [`tags`] is what a model sees of a paragraph, and how its answer is read.
//! 9. [`emit`](mod@emit) writes an answer as Markdown that reads as it.
//! 10. [`front`] is front matter, changed in place.
//! 11. [`rules`] is what an edition is held to: a table of ids, weights and examples.
//! 12. [`price`] is what tokens cost.
//! 13. [`provider`] is what servers there are, and how each is asked.
//! 14. [`profile`] is what makes an edition this edition: title, author, note, address.
//! 15. [`issue`] is a source taken apart: front matter, blocks, and the segments to translate.
//! 16. [`protected`](mod@protected) is what stays in Chinese, and why.
//! 17. [`glossary`] is the termbase.
//! 18. [`numbers`] compares numbers by value.
//! 19. [`align`](mod@align) says which paragraph of an edition is which of its source.
//! 20. [`verify`] says what is wrong with a draft.
//! 21. [`finding`] is what a check found, and how to mend it.
//! 22. [`wording`] looks at what an edition says: Chinese left, false friends, typography.
//! 23. [`check`](mod@check) holds an edition against its source.
//! 24. [`baseline`] is what was found before, and is told no more.
//! 25. [`formats`] is what was found, as text for programs.
//! 26. [`memory`] knows what was translated before.
//! 27. [`passages`] groups segments that are asked together.
//! 28. [`prompts`] is what a model is told, as templates.
//! 29. [`request`] is what is sent.
//! 30. [`model`] sends it, and gives back what was said.
//! 31. [`reply`] takes an answer apart.
//! 32. [`journal`] is the answers that were paid for, as lines to keep.
//! 33. [`edition`] puts translations into the source's bytes, and the note on top.
//! 34. [`update`] brings an edition that people worked on up to date.
//! 35. [`translate`](mod@translate) is the loop over these: the one place that asks again.
//! 36. [`batch`] asks for a back-catalogue at once, and reads the answers a day later.
//! 37. [`diff`] is what differs between a source and its edition, two editions, a draft and its edition.
//! 38. [`report`] is what a person should look at.
//! 39. [`review`] is a page to proofread on.
//! 40. [`mining`] finds terms that pairs have in common and a termbase has not.
//! 41. [`evaluate`](mod@evaluate) says how good an edition is, and which of several systems is better.
//!
//! The [`guide`] is for people who use the program.
//!
//! ```
//! use nekoyaku::{edition, glossary::Glossary, issue::Issue, profile::Profile};
//! use nekoyaku::{prompts::Prompts, source::Source, translate::{self, Materials}};
//!
//! let profile = Profile::default();
//! let (prompts, glossary) = (Prompts::built_in()?, Glossary::built_in()?);
//! let issue = Issue::new(Source::new("2024-02-17-weekly.md", "## 🦄文章&教程\n\n别的\n"), &profile)?;
//!
//! // The loop with a model is `translate::translate`; this one asks only what is known.
//! let (profile, prompts, glossary) = (&profile, &prompts, &glossary);
//! let materials = Materials { profile, prompts, glossary, memories: &[], update: None };
//! let run = translate::from_memory(&issue, materials, &translate::Options::default())?;
//!
//! let edition = edition::build(&issue, run.rendered(), profile, None)?;
//! assert!(edition.text.ends_with("## 🦄 記事&チュートリアル\n\n别的<!-- nekoyaku: untranslated -->\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod source;

pub mod hash;
pub mod script;

pub mod html;
pub mod keep;

pub mod inline;

pub mod blocks;

pub mod visible;

pub mod tags;

pub mod emit;

pub mod front;

pub mod rules;

pub mod price;
pub mod provider;

pub mod profile;

pub mod issue;

pub mod protected;

pub mod glossary;

pub mod numbers;

pub mod align;

pub mod finding;

pub mod wording;

pub mod check;
pub mod verify;

pub mod baseline;

pub mod formats;

pub mod memory;

pub mod passages;

pub mod prompts;

pub mod request;

pub mod model;

pub mod reply;

pub mod journal;

pub mod edition;

pub mod update;

pub mod translate;

pub mod batch;

pub mod diff;

pub mod report;

pub mod review;

pub mod mining;

pub mod evaluate;

pub mod guide;
