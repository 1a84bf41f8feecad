//! All issues of a run: one pool of requests, and each edition written when its last segment is there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use nekoyaku::journal::{Entry, Journal, Key, Line, NotKept, Nowhere};
use nekoyaku::model::{Budget, Metered, Model, ModelError, OpenAi, Purse};
use nekoyaku::price::{self, Tariff, price_of};
use nekoyaku::profile::ModelSettings;
use nekoyaku::provider::Providers;
use nekoyaku::translate::{self, Books, Materials, Run, TranslateError};

use super::super::Outcome;
use super::super::engine::{Engine, Runtime};
use super::super::failure::{self, Failure};
use super::super::interrupt::{Aborted, Interrupts};
use super::super::keeper::{Keeper, NoJournal};
use super::super::learned;
use super::super::output::{self, Destination};
use super::super::progress::View;
use super::super::terminal::Terminal;
use super::super::verbose;
use super::Args;
use super::brief;
use super::estimate;
use super::job::Job;
use super::table::{self, Row};
use super::update::Revision;
use super::usage_log::UsageLog;

/// Issues that are open at once. More would not be faster, and each takes memory.
const WIDTH: usize = 32;

/// What an engine is made by.
type Settings = (ModelSettings, Providers);

/// What translates, or why nothing does.
type Made = Result<Rc<Engine>, Failure>;

struct Pool<'a> {
    args: &'a Args,
    interrupts: &'a Interrupts,
    terminal: RefCell<&'a mut Terminal>,
    view: View,
    // One for each kind of settings: they may differ from folder to folder. What could not be made is
    // not tried again.
    engines: tokio::sync::Mutex<Vec<(Settings, Made)>>,
    made: RefCell<Vec<Rc<Engine>>>,
    // One for each folder: it has a lock.
    keepers: RefCell<BTreeMap<PathBuf, Option<Rc<Keeper>>>>,
    under_way: RefCell<BTreeMap<PathBuf, Rc<Counted>>>,
    // The server would say the same to every issue that follows.
    halted: Cell<bool>,
    failures: RefCell<HashSet<String>>,
    purse: Purse,
    log: Option<UsageLog>,
}

/// Translate the issues of `args`.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let (runtime, interrupts) = (Runtime::default(), Interrupts::default());
    let first = args.issues.first().map(|path| failure::name(path)).unwrap_or_default();
    let view = View::new(&first, args.issues.len(), terminal.is_quiet());
    let pool = Pool {
        args,
        interrupts: &interrupts,
        terminal: RefCell::new(terminal),
        view,
        engines: tokio::sync::Mutex::default(),
        made: RefCell::default(),
        keepers: RefCell::default(),
        under_way: RefCell::default(),
        halted: Cell::default(),
        failures: RefCell::default(),
        purse: Purse::new(args.budget),
        log: args.usage_log.as_deref().map(UsageLog::open).transpose()?,
    };
    let ended = interrupts.see_through(&runtime, pool.drive(), || pool.stop());
    for engine in pool.made.borrow().iter() {
        if let Engine::Model { model, name } = &**engine {
            learned::keep(model.host(), name, &model.learned());
        }
    }
    match ended {
        Ok(ended) => ended,
        Err(Aborted::Failed(failure)) => Err(failure),
        Err(Aborted::Told) => {
            for (path, journal) in pool.under_way.take() {
                pool.say_interrupted(&path, &journal);
            }
            Ok(Outcome::Interrupted)
        }
    }
}

impl Pool<'_> {
    async fn drive(&self) -> Result<Outcome, Failure> {
        let issues = &self.args.issues;
        let mut waiting = issues.iter().enumerate();
        let mut running = FuturesUnordered::new();
        let mut rows: Vec<(usize, Row)> = Vec::new();
        loop {
            while running.len() < WIDTH && !self.is_over() {
                let Some((place, path)) = waiting.next() else { break };
                running.push(async move { (place, path, self.translate(path).await) });
            }
            let Some((place, path, ended)) = running.next().await else { break };
            let row = match ended {
                Ok(row) => row,
                Err(failure) if issues.len() == 1 => return Err(failure),
                Err(failure) => {
                    self.report(path, failure);
                    Row::without_edition(&failure::name(path), Outcome::Failed)
                }
            };
            rows.push((place, row));
        }
        let mut outcome = rows.iter().map(|(_, row)| row.outcome).max().unwrap_or(Outcome::Clean);
        let not_begun = waiting.count();
        if not_begun > 0 {
            self.note(&format!("{not_begun} of {} issues were not begun", issues.len()));
            outcome = outcome.max(if self.interrupts.told() { Outcome::Interrupted } else { Outcome::Failed });
        }
        if rows.len() > 1 {
            rows.sort_unstable_by_key(|(place, _)| *place);
            let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
            let mut terminal = self.terminal.borrow_mut();
            self.view.aside(|| table::show(&rows, false, &mut terminal)).map_err(Failure::output)?;
        }
        Ok(outcome)
    }

    fn is_over(&self) -> bool {
        self.interrupts.told() || self.halted.get()
    }

    async fn translate(&self, path: &Path) -> Result<Row, Failure> {
        let mut job = Job::set(self.args, path)?;
        let engine = self.engine(&job).await?;
        let offline = matches!(&*engine, Engine::Memory { .. });
        job.desk.remember(self.args.setup(), path, offline, &|message| self.note(message))?;
        let base = job.base()?;
        let revision = base.as_ref().map(|base| base.update(&job.issue, &job.desk)).transpose()?;
        match &revision {
            Some(revision) => self.note(&revision.told()),
            None => job.unless_touched(&engine)?,
        }
        let (run, how, tariff) = match &*engine {
            Engine::Memory { why, offers } => {
                let run = job.remember(why, offers, revision.as_ref(), &self.terminal.borrow())?;
                (run, "without a model".to_owned(), None)
            }
            Engine::Model { model, name } => {
                let tariff = self.tariff(&job, name)?;
                let Some(run) = self.ask(path, &job, (model, name), tariff, revision.as_ref()).await? else {
                    return Ok(Row::without_edition(&failure::name(path), Outcome::Interrupted));
                };
                let name = run.model.clone().unwrap_or_else(|| name.clone());
                (run, format!("by {name} at {}", model.host()), tariff)
            }
        };
        let mut terminal = self.terminal.borrow_mut();
        self.view.aside(|| {
            let row = job.finish(&run, &how, tariff, revision.as_ref(), &mut terminal)?;
            // What is known of one issue is shown before the next one ends.
            terminal.flush().map_err(Failure::output)?;
            Ok(row)
        })
    }

    /// What tokens of the model cost; that has to be known where money is not to be passed.
    fn tariff(&self, job: &Job<'_>, name: &str) -> Result<Option<Tariff>, Failure> {
        let price = price_of(&job.desk.profile.price, name);
        if price.is_none() && matches!(self.args.budget, Some(Budget::Money(_))) {
            self.halted.set(true);
            return Err(Failure::new(format!("no price is known for {name}, so no budget in money can be kept"))
                .hint("say it in nekoyaku.toml (a table [[price]] with model, input and output, in US dollars for a million tokens), or give tokens: --budget 200ktokens"));
        }
        Ok(price.map(price::Price::tariff))
    }

    /// What translates, by the settings of an issue.
    async fn engine(&self, job: &Job<'_>) -> Made {
        let profile = &job.desk.profile;
        // Held while it is made: several issues with the same settings have the same one.
        let mut engines = self.engines.lock().await;
        if let Some((_, engine)) =
            engines.iter().find(|((model, own), _)| *model == profile.model && *own == profile.provider)
        {
            return engine.clone();
        }
        let watch = verbose::watch(self.terminal.borrow().verbosity(), self.view.printer());
        let engine = self.args.engine.engine(profile, watch).await.map(Rc::new);
        match &engine {
            Ok(engine) => {
                self.made.borrow_mut().push(Rc::clone(engine));
                if let (Engine::Model { model, name }, 2..) = (&**engine, self.args.issues.len()) {
                    self.note(&format!("translating with {name} at {}", model.host()));
                }
            }
            Err(_) => self.halted.set(true),
        }
        engines.push(((profile.model.clone(), profile.provider.clone()), engine.clone()));
        engine
    }

    /// Translate with a model, and say with which; `None` where we were told to stop before all was
    /// there.
    async fn ask(
        &self,
        path: &Path,
        job: &Job<'_>,
        (model, name): (&OpenAi, &str),
        tariff: Option<Tariff>,
        revision: Option<&Revision<'_>>,
    ) -> Result<Option<Run>, Failure> {
        let issue = &job.issue;
        let journal = Rc::new(Counted { keeper: self.keeper(&job.destination)?, kept: Cell::new(0) });
        if self.args.issues.len() == 1 {
            self.note(&format!("{}: translating with {name} at {}", issue.source.name(), model.host()));
        }
        self.under_way.borrow_mut().insert(path.to_owned(), Rc::clone(&journal));
        let sent = model.sent();
        let track = self.view.open(issue.segment_count());
        let show = |progress| track.show(progress, tariff.map(|_| self.purse.money()));
        let parameters = model.parameters();
        let logged = Logged { journal: &journal, log: self.log.as_ref(), tariff };
        let books = Books { journal: &logged, model: name, parameters: &parameters };
        let metered = Metered::new(model, &self.purse, tariff);
        let brief = brief::settle(job, self.args.fresh, &metered, books, &|message| self.note(message)).await?;
        let materials = brief.materials(job.materials(revision));
        self.estimate(job, materials, books, model)?;
        let ended = translate::translate(issue, &metered, materials, books, &job.desk.options, &show).await;
        drop(track);
        self.under_way.borrow_mut().remove(path);
        let mut run = match ended {
            Err(TranslateError::Model(ModelError::Stopped)) => {
                self.say_interrupted(path, &journal);
                return Ok(None);
            }
            Ok(run) if run.stopped == Some(ModelError::Stopped) => {
                self.say_interrupted(path, &journal);
                return Ok(None);
            }
            Ok(mut run) => {
                run.usage += brief.usage;
                run
            }
            Err(error) => {
                if matches!(&error, TranslateError::Model(error) if error.is_fatal()) {
                    self.halted.set(true);
                }
                return Err(error.into());
            }
        };
        if run.stopped.as_ref().is_some_and(ModelError::is_fatal) {
            self.halted.set(true);
        }
        if self.args.issues.len() == 1 {
            // Those that brought no answer went out, too.
            run.usage.requests = run.usage.requests.max(u32::try_from(model.sent() - sent).unwrap_or(u32::MAX));
        }
        Ok(Some(run))
    }

    /// What it will take, about, for whoever looks on.
    fn estimate(
        &self,
        job: &Job<'_>,
        materials: Materials<'_>,
        books: Books<'_>,
        model: &OpenAi,
    ) -> Result<(), Failure> {
        if self.args.issues.len() == 1 && stderr().is_terminal() {
            let plan = translate::plan(&job.issue, materials, books, &job.desk.options, model.format());
            let plan = plan.map_err(|error| Failure::of(&error))?;
            self.note(&estimate::told(estimate::of(&plan), &job.desk.profile.price, books.model));
        }
        Ok(())
    }

    /// The journal beside the edition, where there can be one.
    fn keeper(&self, destination: &Destination) -> Result<Option<Rc<Keeper>>, Failure> {
        let Destination::File(path) = destination else {
            self.note("answers are not kept for another run: the edition goes to stdout");
            return Ok(None);
        };
        let folder = output::settled(path.parent().unwrap_or(Path::new("")));
        if let Some(keeper) = self.keepers.borrow().get(&folder) {
            return Ok(keeper.clone());
        }
        let keeper = match Keeper::open(path, self.args.fresh) {
            Ok(keeper) => {
                if let Some(complaint) = keeper.complaint() {
                    self.note(&complaint);
                }
                Some(Rc::new(keeper))
            }
            Err(NoJournal::Busy(failure)) => return Err(failure),
            Err(NoJournal::Impossible(failure)) => {
                let why: Vec<String> = std::iter::once(failure.message).chain(failure.causes).collect();
                self.note(&format!("answers are not kept for another run: {}", why.join(": ")));
                None
            }
        };
        self.keepers.borrow_mut().insert(folder, keeper.clone());
        Ok(keeper)
    }

    /// Send no more; what is under way is waited for.
    fn stop(&self) {
        self.note("interrupted: what is under way is waited for; once more, and it is given up");
        for engine in self.made.borrow().iter() {
            if let Engine::Model { model, .. } = &**engine {
                model.stop();
            }
        }
    }

    fn note(&self, message: &str) {
        self.view.aside(|| self.terminal.borrow().note(message));
    }

    /// One failure does not stop the others; nor is it told at length for each of them.
    fn report(&self, path: &Path, failure: Failure) {
        let known = !self.failures.borrow_mut().insert(failure.message.clone());
        let failure = match known {
            true => Failure::new("it failed for the same reason").about(path),
            false if failure.message.contains(&failure::name(path)) => failure,
            false => failure.about(path),
        };
        self.view.aside(|| self.terminal.borrow().failure(&failure));
    }

    fn say_interrupted(&self, path: &Path, journal: &Counted) {
        let name = failure::name(path);
        self.note(&match &journal.keeper {
            Some(keeper) => {
                let (kept, path) = (journal.kept.get(), keeper.path().display());
                format!("{name}: interrupted, and no edition written; {kept} new answers are in {path}; run the same command to go on")
            }
            None => format!("{name}: interrupted, and no edition written; nothing is kept"),
        });
    }
}

/// A journal, and the log of what is spent.
struct Logged<'a> {
    journal: &'a Counted,
    log: Option<&'a UsageLog>,
    tariff: Option<Tariff>,
}

impl Journal for Logged<'_> {
    fn known(&self, key: Key) -> Option<Entry> {
        self.journal.known(key)
    }

    fn keep(&self, lines: &[Line]) -> Result<(), NotKept> {
        self.journal.keep(lines)?;
        let Some(log) = self.log else { return Ok(()) };
        for line in lines {
            if let Line::Spent(spent) = line {
                log.add(spent, self.tariff)
                    .map_err(|error| NotKept(format!("the usage log cannot be written: {error}")))?;
            }
        }
        Ok(())
    }
}

/// The journal of a folder, where there is one, and how many answers it kept of one issue.
struct Counted {
    keeper: Option<Rc<Keeper>>,
    kept: Cell<usize>,
}

impl Counted {
    fn journal(&self) -> &dyn Journal {
        match &self.keeper {
            Some(keeper) => &**keeper,
            None => &Nowhere,
        }
    }
}

impl Journal for Counted {
    fn known(&self, key: Key) -> Option<Entry> {
        self.journal().known(key)
    }

    fn keep(&self, lines: &[Line]) -> Result<(), NotKept> {
        self.journal().keep(lines)?;
        let answers = lines.iter().filter(|line| matches!(line, Line::Answer(entry) if entry.doubt.is_none())).count();
        self.kept.set(self.kept.get() + answers);
        Ok(())
    }
}
