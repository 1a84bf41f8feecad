//! What is fuzzed: bytes go in, and a law that does not hold comes out.
//!
//! `targets/` runs this under cargo-fuzz, and `tests/fuzz.rs` on stable, over the committed corpus.
//!
//! All inputs are read as text, for a file that is not UTF-8 never comes this far. `decode` and
//! `emit` read a document and what is answered to it, and `check` a source and its edition, with
//! U+001E between them: a control character, so that an input is a text file, and git can show what
//! changed in it.

#[path = "../laws/oracle.rs"]
mod oracle;

#[path = "../laws/answers.rs"]
mod answers;

#[path = "../laws/pairs.rs"]
mod pairs;

use answers::{HABITS, answer, each_text, pseudo, shuffle};
use fastrand::Rng;
use nekoyaku::issue::{Issue, Segment};
use nekoyaku::tags::{Piece, Tagged};
use oracle::{issue, laws, once_each, the_long_way, tiles};

/// Between a document and its answers, and between one answer and the next.
const SEPARATOR: char = '\u{1e}';

/// Where a text of the source is to stand in what is said instead of it.
const ITSELF: char = '\u{1f}';

/// No input is longer: the laws take a document apart many times over.
pub(crate) const LONGEST: usize = 4096;

/// One of the things that are fuzzed.
pub(crate) struct Target {
    /// Its name, and that of its corpus.
    pub(crate) name: &'static str,
    hold: fn(&str) -> Result<usize, String>,
}

pub(crate) const TARGETS: [Target; 5] = [
    Target { name: "split", hold: split },
    Target { name: "encode", hold: encode },
    Target { name: "decode", hold: decode },
    Target { name: "emit", hold: emit },
    Target { name: "check", hold: check },
];

impl Target {
    pub(crate) fn of(name: &str) -> &'static Self {
        TARGETS.iter().find(|target| target.name == name).expect("a target")
    }

    /// Hold what `bytes` say to the laws, and say of how many blocks, texts or answers that was.
    pub(crate) fn hold(&self, bytes: &[u8]) -> Result<usize, String> {
        if bytes.len() > LONGEST { Ok(0) } else { (self.hold)(&String::from_utf8_lossy(bytes)) }
    }
}

/// Any text at all is cut into blocks, and an issue is made of it.
fn split(text: &str) -> Result<usize, String> {
    let document = nekoyaku::blocks::parse(text);
    tiles(text, &document)?;
    if let Some(issue) = issue(text) {
        tiles(issue.body(), &issue.document)?;
    }
    Ok(document.blocks.len())
}

/// What a model sees of a source is the source.
fn encode(text: &str) -> Result<usize, String> {
    let Some(issue) = issue(text) else { return Ok(0) };
    let made = laws(&issue, |tagged| tagged.text().to_owned())?;
    if made.edition != made.source {
        return Err(format!("{:?} became {:?}", made.source, made.edition));
    }
    for segment in issue.segments() {
        if !is_known(&issue, &segment) {
            the_long_way(&issue, &segment)?;
        }
    }
    Ok(issue.segment_count())
}

/// Whether there is a line end inside of a text: `&#10;`, which is none to a model.
fn has_line_end(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Text(text) => text.contains('\n'),
        Piece::Line => false,
        Piece::Mark(_, inside) => has_line_end(inside),
    })
}

/// Known faults of the long way, none of which changes what a text says.
fn is_known(issue: &Issue, segment: &Segment<'_>) -> bool {
    let tagged = segment.tagged();
    // A lazy line of a footnote may be `===`, as it may in a quote.
    let footnote =
        issue.body().contains("[^") && issue.source.slice(issue.span_in_file(segment)).contains(['\n', '\r']);
    footnote || has_line_end(&tagged.pieces())
}

/// Whatever is answered, it is refused, or each mark is in it once and in its place.
fn decode(text: &str) -> Result<usize, String> {
    let (document, answers) = document_and_answers(text);
    let Some(issue) = issue(document) else { return Ok(0) };
    for segment in issue.segments() {
        let tagged = segment.tagged();
        for answer in &answers {
            match tagged.decode(answer) {
                Ok(pieces) => once_each(&pieces, segment.inline, answer)?,
                Err(faults) if faults.is_empty() => return Err(format!("{answer:?} was refused for no reason")),
                Err(_) => {}
            }
        }
    }
    Ok(issue.segment_count() * answers.len())
}

/// Whatever is answered, nothing but text changes.
///
/// The first character after the document says who answers: a digit for one of [`HABITS`], 6 and 7
/// for one who says the answers in place of the texts between the tags, in order or in another,
/// and 8 for one who says them in place of everything.
fn emit(text: &str) -> Result<usize, String> {
    let (document, mut answers) = document_and_answers(text);
    let Some(issue) = issue(document) else { return Ok(0) };
    // Not of the document: a change in it alone is to leave the answers what they were.
    let letters = answers.iter().flat_map(|answer| answer.bytes());
    let seed = letters.fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let mut random = Rng::with_seed(seed);
    let mut letters = answers[0].chars();
    let who = letters.next().map_or(0, |letter| (letter as usize).wrapping_sub('0' as usize)) % 9;
    answers[0] = letters.as_str();
    let mut said = answers.iter().cycle();
    let mut say = || *said.next().expect("at least one answer");
    let made = laws(&issue, |tagged: &Tagged<'_>| {
        let Some(habit) = HABITS.get(who) else {
            if who == 8 {
                return say().to_owned();
            }
            let mut pieces = tagged.pieces();
            each_text(&mut pieces, &mut |text| say().replace(ITSELF, &pseudo(text)));
            if who == 7 {
                shuffle(&mut pieces, &mut random);
            }
            return tagged.write(&pieces);
        };
        answer(*habit, tagged, &mut random)
    })?;
    Ok(made.tally.segments - made.tally.refused - made.tally.unwritable)
}

/// Whatever two texts are held against each other, what is found stands in them and can be shown, and
/// what is mended is mended.
fn check(text: &str) -> Result<usize, String> {
    let (source, rest) = document_and_answers(text);
    // A later separator is one more control character that people do not write.
    let edition = rest.join("\u{1e}");
    pairs::itself(source)?;
    pairs::any_two_texts(source, &edition)
}

fn document_and_answers(text: &str) -> (&str, Vec<&str>) {
    let (document, answers) = text.split_once(SEPARATOR).unwrap_or((text, ""));
    (document, answers.split(SEPARATOR).collect())
}
