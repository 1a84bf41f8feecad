//! Files of results, joined with what was asked, and what of it is taken.
//!
//! A file is read twice: once to see what each line is about, and then issue by issue, so that no more
//! than one issue and one answer are in memory. Nothing in it is trusted; what is no answer to anything
//! is named with its line.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use nekoyaku::batch::{self, Ask, Lost, Reply};
use nekoyaku::journal::Key;
use nekoyaku::model::OpenAi;
use nekoyaku::report::one_line;
use nekoyaku::translate::{Clerk, Verdict};
use tempfile::NamedTempFile;

use super::super::Outcome;
use super::super::desk::Setup;
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::counted;
use super::ledger::Books;
use super::requests::Bench;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 8 * 1024 * 1024;

/// As many complaints of one kind are told one by one.
const MOST_TOLD: usize = 8;

/// A file of results.
pub(super) enum Results {
    /// One that was just fetched.
    Fetched { name: String, file: NamedTempFile },
    /// One that was given to us.
    Given(PathBuf),
}

impl Results {
    fn name(&self) -> String {
        match self {
            Self::Fetched { name, .. } => name.clone(),
            Self::Given(path) => path.display().to_string(),
        }
    }

    fn open(&self) -> Result<File, Failure> {
        let opened = match self {
            Self::Fetched { file, .. } => file.reopen(),
            Self::Given(path) => File::open(path),
        };
        opened.map_err(|error| Failure::new(format!("{} cannot be read", self.name())).because(&error))
    }
}

/// What was asked, and where the issue is that it was asked for.
pub(super) struct Asked {
    pub(super) ask: Ask,
    pub(super) issue: Option<PathBuf>,
    pub(super) model: String,
    pub(super) parameters: String,
}

/// An issue's place, and with which model and parameters its answers are kept.
pub(super) type Source = (PathBuf, String, String);

/// What is needed to take answers.
pub(super) struct Harvest<'a> {
    pub(super) books: &'a Books,
    /// The server, which is asked nothing; it knows the key, that is not to be quoted.
    pub(super) model: &'a OpenAi,
    pub(super) setup: Setup<'a>,
    /// By id.
    pub(super) asks: HashMap<String, Asked>,
    /// These files were read to their ends before, and what they took is counted.
    pub(super) is_known: bool,
}

/// A line that is about something that was asked.
struct Place {
    file: usize,
    line: usize,
    start: u64,
    length: u64,
    id: String,
}

/// What came of one issue.
#[derive(Default)]
struct Tally {
    kept: usize,
    gone: usize,
    expired: usize,
    failed: usize,
    refused: usize,
    reasons: Vec<String>,
}

impl Harvest<'_> {
    /// Take what is good in `files`, and say what there is and what is missing of the issues that they
    /// are about, and of `sources`; and whether all of them could be looked at.
    pub(super) fn take(
        &self,
        files: &[Results],
        sources: &BTreeMap<String, Source>,
        terminal: &mut Terminal,
    ) -> Result<(Outcome, bool), Failure> {
        let mut complaints = Complaints::default();
        let mut places: BTreeMap<Source, Vec<Place>> =
            sources.values().map(|source| (source.clone(), Vec::new())).collect();
        if sources.is_empty() {
            let all = self.asks.values().filter_map(Asked::source);
            places.extend(all.map(|source| (source, Vec::new())));
        }
        let mut seen = HashSet::new();
        for (file, results) in files.iter().enumerate() {
            self.scan(file, results, &mut seen, &mut places, &mut complaints)?;
        }
        complaints.tell(terminal);

        let (mut unfinished, mut whole) = (Vec::new(), true);
        for (source, places) in &places {
            // An issue that is not there any more is no reason to lose the others' answers.
            let bench = match Bench::set(self.setup, &source.0, terminal) {
                Ok(bench) => bench,
                Err(failure) => {
                    terminal.failure(&failure);
                    whole = false;
                    continue;
                }
            };
            if !self.take_issue(&bench, source, places, files, terminal)? {
                unfinished.push(source.0.display().to_string());
            }
        }
        if !unfinished.is_empty() {
            terminal.note(&format!("to ask for what is missing: nekoyaku translate {}", unfinished.join(" ")));
        }
        let clean = unfinished.is_empty() && complaints.count == 0 && whole;
        Ok((if clean { Outcome::Clean } else { Outcome::Findings }, whole))
    }

    /// See what each line is about.
    fn scan(
        &self,
        number: usize,
        results: &Results,
        seen: &mut HashSet<String>,
        places: &mut BTreeMap<Source, Vec<Place>>,
        complaints: &mut Complaints,
    ) -> Result<(), Failure> {
        let name = results.name();
        let mut file = BufReader::new(results.open()?);
        let (mut start, mut line) = (0, 0);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let unreadable = |error: std::io::Error| Failure::new(format!("{name} cannot be read")).because(&error);
            let length = (&mut file).take(LONGEST_LINE).read_until(b'\n', &mut bytes).map_err(unreadable)? as u64;
            if length == 0 {
                return Ok(());
            }
            line += 1;
            let at = format!("{name}:{line}");
            let begin = start;
            start += length;
            if length == LONGEST_LINE && bytes.last() != Some(&b'\n') {
                start += skip_line(&mut file).map_err(unreadable)?;
                complaints.add(&at, "the line is longer than any answer; it is passed over");
                continue;
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let reply = match batch::read(&bytes) {
                Ok(reply) => reply,
                Err(error) => {
                    complaints.add(&at, &format!("{error}; it is passed over"));
                    continue;
                }
            };
            let Some(asked) = self.asks.get(&reply.id) else {
                let id = one_line(&self.model.quoted(&reply.id), 64);
                complaints.add(&at, &format!("`{id}` is nothing that was asked about these issues"));
                continue;
            };
            if let Ok(answer) = &reply.said {
                if !seen.insert(reply.id.clone()) {
                    let id = one_line(&self.model.quoted(&reply.id), 64);
                    complaints.add(&at, &format!("`{id}` was answered before; the first answer counts"));
                    continue;
                }
                if let Some(model) = answer.model.as_deref().filter(|model| !is_alike(model, &asked.model)) {
                    let (model, wanted) = (one_line(&self.model.quoted(model), 60), one_line(&asked.model, 60));
                    complaints.remark(&at, &format!("{model} answered, and {wanted} was asked"));
                }
            }
            let Some(source) = asked.source() else {
                let issue = one_line(&asked.ask.issue, 60);
                complaints.add(&at, &format!("it is about {issue}, which is not among the issues named"));
                continue;
            };
            let place = Place { file: number, line, start: begin, length, id: reply.id };
            places.entry(source).or_default().push(place);
        }
    }

    /// Take the answers about one issue; whether nothing is missing of it.
    fn take_issue(
        &self,
        bench: &Bench,
        (_, model, parameters): &Source,
        places: &[Place],
        files: &[Results],
        terminal: &mut Terminal,
    ) -> Result<bool, Failure> {
        let clerk = bench.clerk(&self.books.keeper, model, parameters)?;
        let now: HashMap<Key, usize> = clerk.keys().iter().copied().zip(0..).collect();
        let mut tally = Tally::default();
        for place in places {
            let (Some(asked), Some(results)) = (self.asks.get(&place.id), files.get(place.file)) else { continue };
            let reply = read_again(results, place)?;
            self.take_line(&clerk, &asked.ask, &now, reply, &format!("{}:{}", results.name(), place.line), &mut tally)?;
        }
        let missing = clerk.missing().len();
        tally.say(bench.issue.stem(), clerk.keys().len(), missing, terminal)?;
        Ok(missing == 0)
    }

    fn take_line(
        &self,
        clerk: &Clerk<'_>,
        ask: &Ask,
        now: &HashMap<Key, usize>,
        reply: Reply,
        at: &str,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let parts = ask.parts(now);
        let answer = match reply.said {
            Ok(answer) => answer,
            Err(lost) => {
                match lost {
                    Lost::Expired => tally.expired += parts.len(),
                    Lost::Failed(_) => tally.failed += parts.len(),
                }
                tally.reasons.push(format!("{at}: {}", self.model.quoted(&lost.to_string())));
                return Ok(());
            }
        };
        // What was counted to the end is not told again; what was cut short is, and counts once.
        let once = (!self.is_known).then(|| format!("{} {}", reply.id, reply.name));
        let verdicts = clerk.take(&parts, &answer, ask.format, once.as_deref());
        let verdicts = verdicts.map_err(|error| {
            Failure::of(&error).hint("make room and run the same command: what was kept before is not lost")
        })?;
        for (part, verdict) in parts.iter().zip(verdicts) {
            match verdict {
                Verdict::Kept => tally.kept += 1,
                Verdict::Known => {}
                Verdict::Gone => tally.gone += 1,
                Verdict::Refused(why) => {
                    tally.refused += 1;
                    tally.reasons.push(format!(
                        "{at}: {} is not used: {}",
                        part.name,
                        one_line(&self.model.quoted(&why), 160)
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Asked {
    fn source(&self) -> Option<Source> {
        Some((self.issue.clone()?, self.model.clone(), self.parameters.clone()))
    }
}

impl Tally {
    fn say(&self, stem: &str, all: usize, missing: usize, terminal: &mut Terminal) -> Result<(), Failure> {
        let mut line = format!(
            "{}: {} of {} there, {} new",
            one_line(stem, 80),
            all - missing,
            counted(all, "segment"),
            self.kept
        );
        if missing > 0 {
            line += &format!("; {missing} missing");
        }
        let whys = [(self.expired, "not answered in time"), (self.failed, "failed"), (self.refused, "not used")];
        let whys: Vec<String> =
            whys.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
        if !whys.is_empty() {
            line += &format!(" ({})", whys.join(", "));
        }
        if self.gone > 0 {
            line += &format!("; {} answered that are not in the issue any more", self.gone);
        }
        terminal.show(&[(None, &line)]).map_err(Failure::output)?;
        for reason in self.reasons.iter().take(MOST_TOLD) {
            terminal.note(&format!("  {reason}"));
        }
        if self.reasons.len() > MOST_TOLD {
            terminal.note(&format!("  and {} more", self.reasons.len() - MOST_TOLD));
        }
        Ok(())
    }
}

/// Lines that are no answers to anything, and what else there is to say of lines.
#[derive(Default)]
struct Complaints {
    count: usize,
    told: Vec<String>,
    remarks: BTreeMap<String, (String, usize)>,
}

impl Complaints {
    fn add(&mut self, at: &str, what: &str) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(format!("{at}: {what}"));
        }
    }

    /// Said once, with the first place and how often.
    fn remark(&mut self, at: &str, what: &str) {
        self.remarks.entry(what.to_owned()).or_insert_with(|| (at.to_owned(), 0)).1 += 1;
    }

    fn tell(&self, terminal: &Terminal) {
        for line in &self.told {
            terminal.note(line);
        }
        if self.count > self.told.len() {
            terminal.note(&format!("and {} more lines that are not used", self.count - self.told.len()));
        }
        for (what, (at, count)) in &self.remarks {
            let more = if *count > 1 { format!(" (and in {} more lines)", count - 1) } else { String::new() };
            terminal.note(&format!("{at}: {what}{more}"));
        }
    }
}

/// Go to the end of the line; how many bytes that is.
fn skip_line(file: &mut impl BufRead) -> std::io::Result<u64> {
    let mut skipped = 0;
    loop {
        let there = file.fill_buf()?;
        let (length, ended) = match there.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (there.len(), there.is_empty()),
        };
        file.consume(length);
        skipped += length as u64;
        if ended {
            return Ok(skipped);
        }
    }
}

fn read_again(results: &Results, place: &Place) -> Result<Reply, Failure> {
    let failed = || Failure::new(format!("{} was changed while it was read", results.name()));
    let mut file = results.open()?;
    file.seek(SeekFrom::Start(place.start)).map_err(|_| failed())?;
    let mut line = Vec::new();
    file.take(place.length).read_to_end(&mut line).map_err(|_| failed())?;
    batch::read(&line).ok().filter(|reply| reply.id == place.id).ok_or_else(failed)
}

/// Whether two names may be one model's: `gpt-5-mini-2025-08-07`, `openai/gpt-5-mini`.
fn is_alike(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let (one, other) = (plain(one), plain(other));
    one.contains(&other) || other.contains(&one)
}
