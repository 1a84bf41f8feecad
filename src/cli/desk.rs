//! What an issue is translated with, and that it is said.

use std::path::Path;

use nekoyaku::glossary::Glossary;
use nekoyaku::passages::{Limits, Prefer};
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Prompts;
use nekoyaku::translate::{Materials, Options};

use super::failure::Failure;
use super::input;
use super::memory::{Library, MemoryArgs, Needs, Shared};

/// What was said about what to translate with; the rest is found from where the issue is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup<'a> {
    pub(super) glossary: Option<&'a Path>,
    pub(super) prompts: Option<&'a Path>,
    pub(super) config: Option<&'a Path>,
    pub(super) memory: &'a MemoryArgs,
    pub(super) library: &'a Library,
    pub(super) repairs: Option<u32>,
    pub(super) batch: Option<u64>,
    pub(super) prefer: Prefer,
    pub(super) accept_chinese: bool,
    pub(super) anew: bool,
    pub(super) brief: Option<bool>,
    pub(super) refine: Option<bool>,
}

/// All that is needed besides the issue.
pub(super) struct Desk {
    pub(super) profile: Profile,
    pub(super) prompts: Prompts,
    pub(super) glossary: Glossary,
    pub(super) options: Options,
    /// Whether names and terms are fixed for an issue before it is translated.
    pub(super) brief: bool,
    /// What was published before, once it was asked for.
    known: Shared,
}

impl Desk {
    pub(super) fn set(args: Setup<'_>, issue: &Path) -> Result<Self, Failure> {
        let profile = input::profile(args.config, issue)?;
        let glossary = input::glossary(args.glossary, issue)?;
        let prompts = match args.prompts {
            Some(folder) => Prompts::from_folder(folder),
            None => Prompts::built_in(),
        };
        let prompts = prompts.map_err(|error| Failure::of(&error))?;
        let defaults = Options::default();
        let number = |given: Option<u64>| given.and_then(|number| usize::try_from(number).ok());
        let batch = number(args.batch).or(profile.model.batch).unwrap_or(defaults.limits.segments);
        let options = Options {
            limits: Limits { segments: batch.max(1), prefer: args.prefer, ..defaults.limits },
            repairs: args.repairs.or(profile.model.repairs).unwrap_or(defaults.repairs),
            accept_chinese: args.accept_chinese,
            refine: args.refine.or(profile.model.refine).unwrap_or(defaults.refine),
            anew: args.anew,
        };
        let brief = args.brief.or(profile.model.brief).unwrap_or(false);
        Ok(Self { profile, prompts, glossary, options, brief, known: Shared::default() })
    }

    /// Have at hand what was published before of what `issue` says; with the sample's memory, where no
    /// model translates.
    pub(super) fn remember(
        &mut self,
        args: Setup<'_>,
        issue: &Path,
        with_sample: bool,
        note: &dyn Fn(&str),
    ) -> Result<(), Failure> {
        let needs = Needs { args: args.memory, config: args.config, profile: &self.profile, glossary: &self.glossary };
        self.known = args.library.memories(issue, needs, with_sample, note)?;
        Ok(())
    }

    /// What people call what was published before.
    pub(super) fn memory_name(&self) -> &str {
        &self.known.name
    }

    pub(super) fn materials(&self) -> Materials<'_> {
        let Self { profile, prompts, glossary, known, .. } = self;
        Materials { profile, prompts, glossary, memories: &known.memories, update: None }
    }
}
