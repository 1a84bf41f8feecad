//! `nekoyaku memory export`: the memory in a file that other programs read.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::memory::exchange::{Format, Languages, Writer, Written};
use nekoyaku::memory::{Memory, MemoryError};
use nekoyaku::report::one_line;

use super::super::Outcome;
use super::super::failure::Failure;
use super::super::output::{self, Unwritten};
use super::super::terminal::Terminal;
use super::place::unusable;
use super::{Open, PlaceArgs};

/// So many of those that are left out are told one by one.
pub(super) const TOLD: u64 = 20;

/// Write the memory to a file that other programs read
///
/// TMX is what translation tools exchange; a tag is code in it. A line of JSON, or a row of a table, has
/// all there is of a segment. All three are read again without loss. Exits with 1 where something was
/// left out, because the format cannot hold it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What kind of file [default: as the name of the file ends, else tmx]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Kind>,

    /// Where it goes; `-` is stdout
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// Write over a file that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku memory export -o all.tmx
  nekoyaku memory export --format jsonl | wc -l
  nekoyaku memory export --in docs -o all.csv --force";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Translation Memory eXchange 1.4b
    Tmx,
    /// A line of JSON for each segment
    Jsonl,
    /// A table for people, with commas
    Csv,
}

impl From<Kind> for Format {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Tmx => Self::Tmx,
            Kind::Jsonl => Self::Jsonl,
            Kind::Csv => Self::Csv,
        }
    }
}

/// Write all that is in the memory.
pub(super) fn export(open: &Open, args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let format = args.format.map(Format::from).or_else(|| Format::of(&args.output)).unwrap_or(Format::Tmx);
    let written = if args.output == Path::new("-") {
        match all(&open.memory, format, Stdout { terminal, rest: Vec::new() }) {
            // Whoever read it has seen enough.
            Err(Stopped::Output(_)) if terminal.is_closed() => return Ok(Outcome::Clean),
            Err(Stopped::Output(error)) => return Err(Failure::output(error)),
            Err(Stopped::Memory(error)) => return Err(unusable(&error, &open.place)),
            Ok(written) => written,
        }
    } else {
        let path = &args.output;
        output::check_folder(path)?;
        if path.is_dir() {
            return Err(Failure::new(format!("{} is a folder, not a file", path.display())).hint("name a file with -o"));
        }
        if path.exists() && !output::is_device(path) && !args.force {
            return Err(Failure::new(format!("{} is there already; nothing was written", path.display()))
                .hint("name another file with -o, or write over it with --force"));
        }
        output::write_with(path, |file| match all(&open.memory, format, file) {
            Ok(written) => Ok(written),
            Err(Stopped::Output(error)) => Err(Unwritten::Output(error)),
            Err(Stopped::Memory(error)) => Err(Unwritten::Input(unusable(&error, &open.place))),
        })?
    };
    for (origin, why) in written.told.iter().take(TOLD as usize) {
        terminal.note(&format!("{}:{}: left out: {why}", one_line(&origin.source, 200), origin.source_line));
    }
    told_briefly(written.left_out, terminal);
    if args.output != Path::new("-") {
        let path = output::settled(&args.output);
        if open.place.teachers()?.iter().any(|teacher| teacher.source == path) {
            let name = args.output.display();
            terminal.note(&format!("{name} is where the memory learns from; move it, or it is learned once more"));
        }
        let left = if written.left_out > 0 { format!(", {} left out", written.left_out) } else { String::new() };
        terminal.note(&format!("{}: {} translations{left}", args.output.display(), written.units));
    }
    Ok(if written.left_out > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// How many there are besides those that were told.
pub(super) fn told_briefly(left_out: u64, terminal: &Terminal) {
    if left_out > TOLD {
        terminal.note(&format!("… and {} more left out", left_out - TOLD));
    }
}

/// Why an export did not come to its end.
enum Stopped {
    Memory(MemoryError),
    Output(io::Error),
}

impl From<MemoryError> for Stopped {
    fn from(error: MemoryError) -> Self {
        Self::Memory(error)
    }
}

fn all(memory: &Memory, format: Format, out: impl Write) -> Result<Written, Stopped> {
    let languages = Languages::default();
    let mut writer = Writer::new(format, &languages, BufWriter::new(out)).map_err(Stopped::Output)?;
    memory.each(|unit| writer.push(&unit).map_err(Stopped::Output))?;
    writer.finish().map_err(Stopped::Output)
}

/// Stdout, to which only whole characters go.
struct Stdout<'t> {
    terminal: &'t mut Terminal,
    rest: Vec<u8>,
}

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.rest[..error.valid_up_to()]).unwrap_or_default(),
        };
        self.terminal.put(whole)?;
        let length = whole.len();
        self.rest.drain(..length);
        if self.terminal.is_closed() { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.terminal.flush()
    }
}
