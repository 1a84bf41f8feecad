//! `nekoyaku glossary suggest --from-edits`: terms that people put right in drafts.

use std::path::{Path, PathBuf};

use nekoyaku::check::File;
use nekoyaku::formats;
use nekoyaku::glossary::{Glossary, Term};
use nekoyaku::mining::{Drafts, Kind, Proposal, Replacement};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use serde_json::{Value, json};

use super::super::Outcome;
use super::super::failure::{self, Failure};
use super::super::terminal::{Style, Terminal};
use super::super::{input, output, pairs};
use super::{Format, named, suggest};

/// In so many paragraphs a change is more than a matter of one.
const LEAST: usize = 2;

/// So many places of a proposal are shown to people.
const SHOWN: usize = 3;

/// A source as the draft was made of it, and what people made of the draft.
type Texts = (Source, Source);

pub(super) fn run(args: &suggest::Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let glossary = input::glossary(args.glossary.as_deref(), Path::new("x"))?;
    let (drafts, texts) = read(args)?;
    let found = drafts.proposals(&glossary, args.least.unwrap_or(LEAST));
    if let Some(path) = &args.add {
        return add(path, &found, &args.accept, terminal);
    }
    match args.format {
        Format::Text => tell(&found, &texts, terminal).map_err(Failure::output)?,
        Format::Json => terminal.put(&listing(&found, &texts)).map_err(Failure::output)?,
    }
    Ok(Outcome::Clean)
}

/// The drafts of the editions that are named, or are in the folders that are named; without any, of those
/// in the usual folders, else here.
fn read(args: &suggest::Args) -> Result<(Drafts, Vec<Texts>), Failure> {
    let usual;
    let named = if args.paths.is_empty() {
        usual = named::usual_folders().unwrap_or_else(|_| vec![PathBuf::from(".")]);
        &usual
    } else {
        &args.paths
    };
    let (mut drafts, mut texts) = (Drafts::default(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for path in named {
        let is_folder = path.is_dir();
        let editions =
            if is_folder { pairs::markdown(path, true)?.into_values().collect() } else { vec![path.clone()] };
        for edition in editions {
            // `docs/ja` is in `docs`, too.
            if !seen.insert(output::settled(&edition)) {
                continue;
            }
            let profile = input::profile(args.config.as_deref(), &edition)?;
            match three(&edition, &profile)? {
                Some((source, draft, edition)) => {
                    texts.push((source.source.clone(), edition.source.clone()));
                    drafts.add(source, draft, edition);
                }
                None if is_folder => {}
                None => return Err(undrafted(&failure::name(&edition))),
            }
        }
    }
    if texts.is_empty() {
        let folders: Vec<String> = named.iter().map(|folder| folder.display().to_string()).collect();
        return Err(undrafted(&format!("any edition in {}", folders.join(", "))));
    }
    Ok((drafts, texts))
}

fn undrafted(name: &str) -> Failure {
    Failure::new(format!("there is no draft of {name}"))
        .hint("`nekoyaku translate` keeps one beside each edition it writes, in .nekoyaku/drafts")
}

/// What an edition's draft was made of, the draft, and the edition; none where no draft is kept.
fn three(path: &Path, profile: &Profile) -> Result<Option<(File, File, File)>, Failure> {
    if output::draft(path).is_none() {
        return Ok(None);
    }
    let edition = named::file(path, profile)?;
    let draft = output::draft_before(path, edition.source.text().as_bytes());
    let draft = draft.and_then(|(place, bytes)| Some((place, String::from_utf8(bytes).ok()?)));
    let file = |name: &str, text: String| File::new(Source::new(name, text), profile);
    Ok(draft.zip(output::source_of(path)).map(|((place, draft), source)| {
        (file(&failure::name(path), source), file(&failure::name(&place), draft), edition)
    }))
}

/// Write what is accepted into a termbase; what it says otherwise, only where that is named.
fn add(path: &Path, found: &[Proposal], accepted: &[String], terminal: &Terminal) -> Result<Outcome, Failure> {
    let there = Glossary::parse(&failure::read(path)?).map_err(|error| Failure::of(&error).about(path))?;
    let mut terms: Vec<Term> = Vec::new();
    let mut put = |proposal: &Proposal| {
        // What was accepted before it, of the same term, is there already.
        let known: Vec<Term> = terms.iter().chain(there.terms()).cloned().collect();
        if let Some(term) = proposal.term(&known) {
            terms.retain(|other| other.source != term.source);
            terms.push(term);
        }
    };
    if accepted.is_empty() {
        found.iter().filter(|found| matches!(found.kind, Kind::Term | Kind::Forbidden)).for_each(&mut put);
    }
    for word in accepted {
        let (word, target) = word.split_once('=').map_or((word.as_str(), None), |(word, other)| (word, Some(other)));
        // One of several words that explain it is the one that is named.
        let is_it = |found: &&Proposal| found.source == word || found.maybe.iter().any(|maybe| maybe == word);
        let proposal = found.iter().find(is_it).ok_or_else(|| {
            Failure::new(format!("`{word}` is none of the terms that are proposed"))
                .hint("without --add they are all shown")
        })?;
        let target = target.unwrap_or(&proposal.target).to_owned();
        put(&Proposal { source: word.to_owned(), target, ..proposal.clone() });
    }
    suggest::write(path, &terms, true, terminal)
}

/// The headings, each with what stands under it.
const GROUPS: [(Kind, &str); 4] = [
    (Kind::Term, "terms"),
    (Kind::Forbidden, "the termbase has the term, and does not forbid what the machine wrote"),
    (Kind::Against, "the termbase has what the machine wrote"),
    (Kind::Wording, "no terms: other words for the same"),
];

fn tell(found: &[Proposal], texts: &[Texts], terminal: &mut Terminal) -> std::io::Result<()> {
    for (kind, title) in GROUPS {
        let found: Vec<&Proposal> = found.iter().filter(|proposal| proposal.kind == kind).collect();
        if found.is_empty() {
            continue;
        }
        terminal.show(&[(Some(Style::Strong), &format!("{title} ({})", found.len()))])?;
        for proposal in found {
            tell_one(proposal, texts, terminal)?;
        }
        terminal.show(&[])?;
    }
    let terms = found.iter().filter(|proposal| proposal.kind != Kind::Wording).count();
    terminal.show(&[(None, &format!("{terms} of terms, {} of other words", found.len() - terms))])
}

fn tell_one(proposal: &Proposal, texts: &[Texts], terminal: &mut Terminal) -> std::io::Result<()> {
    let Proposal { source, maybe, target, forbidden, segments, left, places, .. } = proposal;
    let times = |count: usize| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let (forms, changed) = (forbidden.join(", "), times(places.len()));
    let left = if *left == 0 { String::new() } else { format!(", left alone {}", times(*left)) };
    let head = if source.is_empty() { String::new() } else { format!("{source}  ") };
    terminal.show(&[
        (None, "  "),
        (Some(Style::Strong), &head),
        (None, &format!("{target}, not {forms}  changed {changed} in {segments} paragraphs{left}")),
    ])?;
    if !maybe.is_empty() {
        terminal.show(&[(None, &format!("      it may be of {}", maybe.join(" or ")))])?;
    }
    for Replacement { draft, edition, before, after, .. } in places.iter().take(SHOWN) {
        let Some((_, text)) = texts.get(*draft) else { continue };
        let place = format!("{}:{}", text.name(), text.position(*edition).line);
        terminal.show(&[(None, &format!("      {before} → {after}  ")), (Some(Style::Dim), &place)])?;
    }
    let more = places.len().saturating_sub(SHOWN);
    if more > 0 {
        terminal.show(&[(Some(Style::Dim), &format!("      and {more} more"))])?;
    }
    Ok(())
}

fn listing(found: &[Proposal], texts: &[Texts]) -> String {
    let words = found.iter().filter(|proposal| proposal.kind == Kind::Wording).count();
    let summary = json!({ "terms": found.len() - words, "wordings": words });
    let mut text = format!("{{\"version\":1,\"summary\":{summary},\"proposals\":[");
    let mut between = "\n";
    for proposal in found {
        let Proposal { kind, source, maybe, target, forbidden, segments, left, places } = proposal;
        let value = json!({
            "kind": kind.name(),
            "source": source,
            "maybe": maybe,
            "target": target,
            "forbidden": forbidden,
            "changed": places.len(),
            "paragraphs": segments,
            "left": left,
            "places": places.iter().map(|place| place_of(place, texts)).collect::<Vec<_>>(),
        });
        text += between;
        text += &formats::escaped(&value.to_string());
        between = ",\n";
    }
    text + if between == "\n" { "]}\n" } else { "\n]}\n" }
}

fn place_of(place: &Replacement, texts: &[Texts]) -> Value {
    let mut value = json!({ "before": place.before, "after": place.after });
    if let Some((source, edition)) = texts.get(place.draft) {
        let start = edition.position(place.edition);
        value["source_line"] = source.position(place.source).line.get().into();
        value["edition"] = json!({ "path": edition.name(), "line": start.line.get(), "column": start.column.get() });
    }
    value
}
