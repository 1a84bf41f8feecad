//! What an issue is translated with, and that it is said.

use std::cell::Cell;
use std::path::Path;

use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::journal::{Entry, Journal, Key, Line, NotKept, Nowhere};
use nekoyaku::memory::Memory;
use nekoyaku::model::{LocalServer, ModelError, OpenAi};
use nekoyaku::passages::Limits;
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Prompts;
use nekoyaku::translate::{self, Books, Materials, Options, Run, TranslateError};

use super::engine::Runtime;
use super::failure::Failure;
use super::input;
use super::interrupt::{Aborted, Interrupts};
use super::keeper::Keeper;
use super::progress::Bar;
use super::terminal::Terminal;
use super::translate::Args;

/// Whom to ask, and where what is answered is kept.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) model: &'a OpenAi,
    pub(super) name: &'a str,
    pub(super) keeper: Option<&'a Keeper>,
}

/// All that is needed besides the issue.
pub(super) struct Desk {
    pub(super) profile: Profile,
    pub(super) prompts: Prompts,
    glossary: Glossary,
    pub(super) options: Options,
}

impl Desk {
    pub(super) fn set(args: &Args, issue: &Path) -> Result<Self, Failure> {
        let profile = input::profile(args.config.as_deref(), issue)?;
        let glossary = input::glossary(args.glossary.as_deref(), issue)?;
        let prompts = match &args.prompts {
            Some(folder) => Prompts::from_folder(folder),
            None => Prompts::built_in(),
        };
        let prompts = prompts.map_err(|error| Failure::of(&error))?;
        let defaults = Options::default();
        let number = |given: Option<u64>| given.and_then(|number| usize::try_from(number).ok());
        let batch = number(args.batch).or(profile.model.batch).unwrap_or(defaults.limits.segments);
        let options = Options {
            limits: Limits { segments: batch.max(1), ..defaults.limits },
            repairs: args.repairs.or(profile.model.repairs).unwrap_or(defaults.repairs),
            concurrency: number(args.concurrency).or(profile.model.concurrency).unwrap_or(defaults.concurrency),
            accept_chinese: args.accept_chinese,
        };
        Ok(Self { profile, prompts, glossary, options })
    }

    pub(super) fn materials(&self) -> Materials<'_> {
        Materials { profile: &self.profile, prompts: &self.prompts, glossary: &self.glossary }
    }

    /// Translate with a model, and say with which; `None` where we were told to stop before all was
    /// there.
    pub(super) fn ask(
        &self,
        issue: &Issue,
        asked: Asked<'_>,
        runtime: &Runtime,
        interrupts: &Interrupts,
        terminal: &Terminal,
    ) -> Result<Option<(Run, String)>, Failure> {
        let Asked { model, name, keeper } = asked;
        terminal.note(&format!("{}: translating with {name} at {}", issue.source.name(), model.host()));
        let journal: &dyn Journal = match keeper {
            Some(keeper) => keeper,
            None => &Nowhere,
        };
        let journal = Counted { journal, kept: Cell::new(0) };
        let books = Books { journal: &journal, model: name, parameters: "" };
        let bar = Bar::new(issue.source.name(), issue.segment_count(), terminal.is_quiet());
        let show = |progress| bar.show(progress);
        let work = translate::translate(issue, model, self.materials(), books, &self.options, &show);
        let stop = || {
            terminal.note("interrupted: what is under way is waited for; once more, and it is given up");
            model.stop();
        };
        let ended = interrupts.see_through(runtime, work, stop);
        drop(bar);
        let mut run = match ended {
            Err(Aborted::Failed(failure)) => return Err(failure),
            Err(Aborted::Told) | Ok(Err(TranslateError::Model(ModelError::Stopped))) => {
                say_interrupted(issue, keeper, journal.kept.get(), terminal);
                return Ok(None);
            }
            Ok(Ok(run)) if run.stopped == Some(ModelError::Stopped) => {
                say_interrupted(issue, keeper, journal.kept.get(), terminal);
                return Ok(None);
            }
            Ok(ended) => ended?,
        };
        run.usage.requests = run.usage.requests.max(u32::try_from(model.sent()).unwrap_or(u32::MAX));
        let name = run.model.clone().unwrap_or_else(|| name.to_owned());
        Ok(Some((run, format!("by {name} at {}", model.host()))))
    }

    /// Translate what the memory knows, and say why no more.
    pub(super) fn remember(
        &self,
        issue: &Issue,
        why: &str,
        offers: &[LocalServer],
        terminal: &Terminal,
    ) -> Result<(Run, String), Failure> {
        let memory = Memory::embedded().map_err(|error| Failure::of(&error))?;
        terminal.note(&format!("{}: translating from the embedded memory alone ({why})", issue.source.name()));
        for server in offers {
            let model = server.models.first().map_or("NAME", String::as_str);
            terminal.note(&format!(
                "there is {} on this machine; to use it: --base-url {} --model {model}",
                server.name, server.base_url
            ));
        }
        let run = translate::from_memory(issue, &memory, self.materials(), &self.options);
        Ok((run, "from the embedded memory, without a model".to_owned()))
    }
}

/// A journal, and how many answers it kept of one issue.
struct Counted<'a> {
    journal: &'a dyn Journal,
    kept: Cell<usize>,
}

impl Journal for Counted<'_> {
    fn known(&self, key: Key) -> Option<Entry> {
        self.journal.known(key)
    }

    fn keep(&self, lines: &[Line]) -> Result<(), NotKept> {
        self.journal.keep(lines)?;
        let answers = lines.iter().filter(|line| matches!(line, Line::Answer(entry) if entry.doubt.is_none())).count();
        self.kept.set(self.kept.get() + answers);
        Ok(())
    }
}

fn say_interrupted(issue: &Issue, keeper: Option<&Keeper>, kept: usize, terminal: &Terminal) {
    let name = issue.source.name();
    terminal.note(&match keeper {
        Some(keeper) => {
            let path = keeper.path().display();
            format!("{name}: interrupted, and no edition written; {kept} new answers are in {path}; run the same command to go on")
        }
        None => format!("{name}: interrupted, and no edition written; nothing is kept"),
    });
}
