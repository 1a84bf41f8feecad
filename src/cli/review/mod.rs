//! `nekoyaku review`: a page to proofread an edition on.

mod serve;

use std::path::{Path, PathBuf};

use nekoyaku::check::{self, File, Settings};
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::review::{GENERATOR, Materials, Published, Review};
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

use super::Outcome;
use super::conflicts;
use super::failure::{self, Failure};
use super::house::HouseArgs;
use super::input;
use super::lang::Lang;
use super::memory::{Library, MemoryArgs, Needs};
use super::output;
use super::terminal::Terminal;

/// Write a page to proofread an edition on: one HTML file that works offline, and from a mail
///
/// On top what to look at first: what is wrong, what may be wrong, what only a person can decide. Below,
/// source and edition side by side, with what was published before folded. Exits with 1 when something is
/// wrong, as `check` does. With --serve the page is for a browser of this machine, and can be written on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The issue, in Chinese
    source: PathBuf,

    /// Its edition, in Japanese
    edition: PathBuf,

    /// Where to write the page; `-` is stdout [default: the edition's name with .review.html]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The language of the page
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: Lang,

    /// Serve the page to a browser of this machine, where the edition can also be edited and saved
    #[arg(long, conflicts_with = "output")]
    serve: bool,

    /// The port to serve it on [default: one that is free]
    #[arg(long, value_name = "PORT", requires = "serve")]
    port: Option<u16>,

    #[command(flatten)]
    memory: MemoryArgs,

    #[command(flatten)]
    house: HouseArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku review issue.md issue.ja.md --lang ja
  nekoyaku review issue.md issue.ja.md -o page.html
  nekoyaku review --serve issue.md issue.ja.md";

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if args.serve && [&args.source, &args.edition].into_iter().any(|path| path == Path::new("-")) {
        return Err(Failure::new("--serve needs two files: what is edited is saved to the edition's"));
    }
    let to = if args.serve { None } else { Some(destination(args)?) };
    let profile = input::profile(args.house.config.as_deref(), &args.source)?;
    let glossary = input::glossary(args.house.glossary.as_deref(), &args.source)?;
    let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
    let settings = Settings::new(&profile, &glossary, &friends).map_err(|error| Failure::of(&error))?;
    let (source, edition) = (read(&args.source, &profile)?, read(&args.edition, &profile)?);
    if check::is_exchanged(&source, &edition) {
        let (source, edition) = (source.source.name(), edition.source.name());
        return Err(Failure::new(format!("{source} is in Japanese and {edition} in Chinese: they are exchanged"))
            .hint(format!("nekoyaku review {edition} {source}")));
    }
    let (draft, conflicts) = (draft(&args.edition, &profile), conflicts::of(&args.edition));
    let needs =
        Needs { args: &args.memory, config: args.house.config.as_deref(), profile: &profile, glossary: &glossary };
    let published = published(args, &source, needs, terminal)?;

    let Some(to) = to else {
        let (settings, glossary, published) = (&settings, &glossary, &published);
        serve::serve(args, serve::Materials { settings, glossary, published, source, draft, conflicts }, terminal)?;
        return Ok(Outcome::Clean);
    };
    let materials = Materials {
        settings: &settings,
        glossary: &glossary,
        draft: draft.as_ref(),
        conflicts: &conflicts,
        published: &published,
    };
    let review = Review::new(&source, &edition, materials);
    let page = review.page(args.lang.into()).map_err(|error| Failure::of(&error))?;

    if to == Path::new("-") {
        terminal.put(&page).map_err(Failure::output)?;
    } else {
        output::write(&to, &page)?;
        let (blocks, folded) = review.blocks();
        let first = review.queue().first;
        terminal.note(&format!("{}: read {first} of {blocks} blocks first; {folded} are folded", to.display()));
    }
    Ok(if review.queue().errors > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn read(path: &Path, profile: &Profile) -> Result<File, Failure> {
    let text = failure::read(path)?;
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{} is empty", failure::name(path))));
    }
    Ok(File::new(Source::new(failure::name(path), text), profile))
}

/// What the machine made of it, where that is known.
fn draft(edition: &Path, profile: &Profile) -> Option<File> {
    output::draft(edition).map(|text| File::new(Source::new("draft", text), profile))
}

/// What was published before of what the source says.
fn published(args: &Args, source: &File, needs: Needs<'_>, terminal: &Terminal) -> Result<Published, Failure> {
    // What cannot be translated can be proofread all the same, with nothing folded.
    let Ok(issue) = Issue::new(source.source.clone(), needs.profile) else { return Ok(Published::default()) };
    let library = Library::default();
    let known = library.memories(&args.source, needs, false, &|message| terminal.note(message))?;
    let without = "go on without it: --no-memory";
    Published::of(&issue, &known.memories, needs.profile).map_err(|error| Failure::of(&error).hint(without))
}

/// Where the page goes: to no file but one that is a page of ours already.
fn destination(args: &Args) -> Result<PathBuf, Failure> {
    if args.source == Path::new("-") && args.edition == Path::new("-") {
        return Err(Failure::new("stdin cannot be both the source and the edition"));
    }
    let to = match &args.output {
        Some(to) => to.clone(),
        None if args.edition == Path::new("-") => PathBuf::from("-"),
        None => args.edition.with_extension("review.html"),
    };
    if to != Path::new("-") && to.is_file() && !output::is_made_by(&to, GENERATOR) {
        return Err(Failure::new(format!("{} is no page of ours; it stays as it is", to.display()))
            .hint("name another file with -o"));
    }
    Ok(to)
}
