//! Editions that models make now, of issues that have an edition already.
//!
//! An issue is translated as `translate --force` would: what its own edition says is known to nobody. The
//! editions go nowhere but into the evaluation; answers are kept in the journal beside the reference, so
//! that a second run asks for nothing that was paid for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use futures_util::stream::{FuturesOrdered, StreamExt};
use nekoyaku::edition;
use nekoyaku::issue::Issue;
use nekoyaku::journal::{Journal, Nowhere};
use nekoyaku::model::{Budget, Metered, OpenAi, Purse, Usage};
use nekoyaku::price::{Price, Tariff, price_of};
use nekoyaku::profile::Profile;
use nekoyaku::translate::{self, Books, TranslateError};

use super::super::desk::{Desk, Setup};
use super::super::engine::{Engine, Runtime};
use super::super::failure::Failure;
use super::super::input;
use super::super::interrupt::{Aborted, Interrupts};
use super::super::keeper::{Keeper, NoJournal};
use super::super::learned;
use super::super::memory::Library;
use super::super::output;
use super::super::progress::View;
use super::super::terminal::Terminal;
use super::super::translate::estimate;
use super::super::verbose;
use super::Args;
use super::models::Candidate;
use super::trials::{Entrant, Made, Pair};
use super::witness::Witness;

/// What all candidates have in common.
struct Contest<'a> {
    args: &'a Args,
    pairs: &'a [Pair],
    terminal: &'a Terminal,
    library: Library,
    purse: &'a Purse,
    interrupts: &'a Interrupts,
    runtime: &'a Runtime,
    /// One for each folder: it has a lock.
    keepers: RefCell<BTreeMap<PathBuf, Option<Rc<Keeper>>>>,
}

/// An issue, and what it is translated with.
struct Job {
    desk: Desk,
    issue: Issue,
    keeper: Option<Rc<Keeper>>,
}

impl Job {
    fn journal(&self) -> &dyn Journal {
        match &self.keeper {
            Some(keeper) => &**keeper,
            None => &Nowhere,
        }
    }
}

/// Have each candidate translate `pairs`; none where we were told to stop.
pub(super) fn entrants(
    args: &Args,
    pairs: &[Pair],
    candidates: &[Candidate<'_>],
    (purse, runtime, interrupts, terminal): (&Purse, &Runtime, &Interrupts, &Terminal),
) -> Result<Option<Vec<Entrant>>, Failure> {
    let contest = Contest {
        args,
        pairs,
        terminal,
        library: Library::default(),
        purse,
        interrupts,
        runtime,
        keepers: RefCell::default(),
    };
    let mut entrants = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match contest.entrant(candidate)? {
            Some(entrant) => entrants.push(entrant),
            None => return Ok(None),
        }
    }
    Ok(Some(entrants))
}

impl Contest<'_> {
    fn entrant(&self, candidate: &Candidate<'_>) -> Result<Option<Entrant>, Failure> {
        let jobs: Vec<Job> = self.pairs.iter().map(|pair| self.job(pair, candidate)).collect::<Result<_, _>>()?;
        let Some(first) = jobs.first() else { return Ok(Some(Entrant::made(candidate.name.clone(), Vec::new(), 0.0))) };
        let profile = &first.desk.profile;
        let view = View::new(&candidate.name, jobs.len(), self.terminal.is_quiet());
        let watch = verbose::watch(self.terminal.verbosity(), view.printer());
        let engine = self.runtime.get()?.block_on(candidate.engine.engine(profile, watch))?;
        let Engine::Model { model, name } = engine else {
            return Err(Failure::new(format!(
                "{} is no model that could be asked: no server is named",
                candidate.name
            ))
            .hint("name its server with --base-url, and set OPENAI_API_KEY if it has keys"));
        };
        let tariff = tariff(self.purse, price_of(&profile.price, &name), &name)?;
        self.announce(candidate, &jobs, (&model, &name), profile)?;
        let begun = Instant::now();
        let work = async {
            let mut running: FuturesOrdered<_> =
                jobs.iter().map(|job| self.made(job, (&model, &name), tariff, &view)).collect();
            let mut made = Vec::with_capacity(jobs.len());
            while let Some(one) = running.next().await {
                made.push(one?);
            }
            Ok::<Vec<Made>, Failure>(made)
        };
        let ended = self.interrupts.see_through(self.runtime, work, || model.stop());
        learned::keep(model.host(), &name, &model.learned());
        drop(view);
        match ended {
            Err(Aborted::Told) => Ok(None),
            Err(Aborted::Failed(failure)) => Err(failure),
            Ok(_) if self.interrupts.told() => Ok(None),
            Ok(made) => Ok(Some(Entrant::made(candidate.name.clone(), made?, begun.elapsed().as_secs_f64()))),
        }
    }

    fn job(&self, pair: &Pair, candidate: &Candidate<'_>) -> Result<Job, Failure> {
        let setup = self.args.setup(candidate, &self.library);
        let mut desk = Desk::set(setup, &pair.source)?;
        let issue = input::issue(&pair.source, &desk.profile)?;
        desk.remember(setup, &pair.source, false, &|message| self.terminal.note(message))?;
        Ok(Job { desk, issue, keeper: self.keeper(&pair.reference)? })
    }

    /// What it will take, about, before it is asked.
    fn announce(
        &self,
        candidate: &Candidate<'_>,
        jobs: &[Job],
        (model, name): (&OpenAi, &str),
        profile: &Profile,
    ) -> Result<(), Failure> {
        let parameters = model.parameters();
        let mut usage = Usage::default();
        for job in jobs {
            let books = Books { journal: job.journal(), model: name, parameters: &parameters };
            let format = nekoyaku::model::Model::format(model);
            let plan = translate::plan(&job.issue, job.desk.materials(), books, &job.desk.options, format);
            usage += estimate::of(&plan.map_err(|error| Failure::of(&error))?);
        }
        let told = estimate::told(usage, &profile.price, name);
        let issues = if jobs.len() == 1 { "1 issue".to_owned() } else { format!("{} issues", jobs.len()) };
        self.terminal.note(&format!("{}: {issues} at {}: {told}", candidate.name, model.host()));
        Ok(())
    }

    /// The edition of one issue; a model that stops half way has none, and what there is of it is kept.
    async fn made(
        &self,
        job: &Job,
        (model, name): (&OpenAi, &str),
        tariff: Option<Tariff>,
        view: &View,
    ) -> Result<Made, Failure> {
        let track = view.open(job.issue.segment_count());
        let show = |progress| track.show(progress, tariff.map(|_| self.purse.money()));
        let parameters = model.parameters();
        let books = Books { journal: job.journal(), model: name, parameters: &parameters };
        let metered = Metered::new(model, self.purse, tariff);
        let witness = Witness::new(&metered);
        let desk = &job.desk;
        let run = translate::translate(&job.issue, &witness, desk.materials(), books, &desk.options, &show).await?;
        if let Some(error) = run.stopped {
            return Err(TranslateError::Model(error).into());
        }
        let built = edition::build(&job.issue, run.rendered(), &desk.profile, Some(&desk.prompts))?;
        let mut effort = witness.effort(&run);
        effort.dollars = tariff.map(|tariff| run.usage.cost(tariff).as_dollars());
        Ok(Made { text: built.text, effort })
    }

    /// The journal beside a reference, where there can be one.
    fn keeper(&self, reference: &Path) -> Result<Option<Rc<Keeper>>, Failure> {
        let folder = output::settled(output::folder_of(reference));
        if let Some(keeper) = self.keepers.borrow().get(&folder) {
            return Ok(keeper.clone());
        }
        let keeper = match Keeper::open(reference, self.args.fresh) {
            Ok(keeper) => {
                if let Some(complaint) = keeper.complaint() {
                    self.terminal.note(&complaint);
                }
                Some(Rc::new(keeper))
            }
            Err(NoJournal::Busy(failure)) => return Err(failure),
            Err(NoJournal::Impossible(failure)) => {
                self.terminal.note(&format!("answers are not kept for another run: {}", failure.message));
                None
            }
        };
        self.keepers.borrow_mut().insert(folder, keeper.clone());
        Ok(keeper)
    }
}

/// What tokens of the model `name` cost; that has to be known where money is not to be passed.
pub(super) fn tariff(purse: &Purse, price: Option<&Price>, name: &str) -> Result<Option<Tariff>, Failure> {
    if price.is_none() && matches!(purse.budget(), Some(Budget::Money(_))) {
        return Err(Failure::new(format!("no price is known for {name}, so no budget in money can be kept"))
            .hint("say it in nekoyaku.toml, in a table [[price]], or give tokens: --budget 200ktokens"));
    }
    Ok(price.map(Price::tariff))
}

impl Args {
    /// How an issue is translated: as if it had no edition, and in no other way than `translate` does when
    /// nothing is said.
    fn setup<'a>(&'a self, candidate: &Candidate<'a>, library: &'a Library) -> Setup<'a> {
        Setup {
            glossary: self.house.glossary.as_deref(),
            prompts: candidate.prompts.map(PathBuf::as_path),
            config: self.house.config.as_deref(),
            memory: &self.memory,
            library,
            repairs: self.repairs,
            batch: None,
            prefer: nekoyaku::passages::Prefer::Speed,
            accept_chinese: false,
            anew: true,
            brief: Some(false),
            refine: None,
        }
    }
}
