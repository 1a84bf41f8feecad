//! A model's answer, taken apart. An answer may be anything, and reading it never fails: it gives
//! drafts, and says what is missing.

mod keys;
mod object;
mod scan;
mod sections;
mod thinking;

use crate::request::Format;

use keys::Keys;
use object::{Entry, Found};
use sections::{sections, without_fence};

/// Why there is no draft for a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyFault {
    /// The answer is empty.
    #[error("the answer is empty")]
    Empty,
    /// The answer does not have the form that was asked for.
    #[error("the answer is not in the form that was asked for")]
    Shapeless,
    /// The answer has the keys of another request, and none of this one's.
    #[error("the answer is to another request")]
    Foreign,
    /// The key is not in the answer.
    #[error("the answer has no `{0}`")]
    Missing(String),
    /// The key is in the answer more than once, with different texts.
    #[error("the answer has `{0}` more than once")]
    Doubled(String),
    /// The value is no text.
    #[error("`{0}` is not a text")]
    NotText(String),
    /// Where the text ends cannot be told: it was cut off, or has quotes in it that are not escaped.
    #[error("the text of `{0}` is not whole, or has quotes in it that are not escaped")]
    Torn(String),
}

/// Read an answer: for each of `keys` a draft, or why there is none.
///
/// What models put around an answer is put up with: thinking, code fences, words before and after,
/// objects in objects and lists, JSON that is none to the letter. No text is guessed: one whose end is
/// in doubt, or that is there twice and not the same, is none. It takes time in proportion to the
/// answer's length, whatever is in it.
///
/// ```
/// # use nekoyaku::{reply::read, request::Format};
/// let answer = "<think>どう訳すか…</think>Sure!\n```json\n{\"b0\": \"こんにちは\"}\n```";
/// let drafts = read(answer, &["b0".into(), "b1".into()], Format::Object);
/// assert_eq!(drafts[0].as_deref(), Ok("こんにちは"));
/// assert_eq!(drafts[1].as_ref().unwrap_err().to_string(), "the answer has no `b1`");
/// ```
pub fn read(answer: &str, keys: &[String], format: Format) -> Vec<Result<String, ReplyFault>> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let answer = thinking::without_thinking(answer.trim_matches(blank)).trim_matches(blank);
    let all = |fault: ReplyFault| vec![Err(fault); keys.len()];
    if answer.is_empty() {
        return all(ReplyFault::Empty);
    }
    let asked = Keys(keys);
    // A model may answer in another form; what is there counts.
    let found = match format {
        Format::Schema | Format::Object => object::find(answer, &asked).or_else(|| sections(answer, &asked)),
        Format::Tagged => sections(answer, &asked).or_else(|| object::find(answer, &asked)),
        Format::Plain => return vec![plain(answer, &asked); keys.len()],
    };
    match found {
        Found { objects, .. } if !objects.is_empty() => keys.iter().map(|key| draft(key, &objects)).collect(),
        Found { is_foreign: true, .. } => all(ReplyFault::Foreign),
        Found { has_other: true, .. } => keys.iter().map(|key| Err(ReplyFault::Missing(key.clone()))).collect(),
        // One segment, asked for as text: the text is the answer.
        _ if format == Format::Tagged => vec![plain(answer, &asked); keys.len()],
        _ => all(ReplyFault::Shapeless),
    }
}

/// An answer that is text, without what models put around it.
pub(crate) fn text(answer: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    without_fence(thinking::without_thinking(answer.trim_matches(blank)).trim_matches(blank))
}

/// The text is the answer, unless it tried to be something else.
fn plain(answer: &str, keys: &Keys<'_>) -> Result<String, ReplyFault> {
    let key = keys.only().ok_or(ReplyFault::Shapeless)?;
    let text = without_fence(answer);
    let found = sections(text, keys).or_else(|| object::find(text, keys));
    if !found.objects.is_empty() {
        // One that only has it in it may be a text about it.
        let is_it = text.starts_with(['{', '[', '"', '=']);
        return if is_it { draft(key, &found.objects) } else { Err(ReplyFault::Shapeless) };
    }
    if found.is_foreign {
        return Err(ReplyFault::Foreign);
    }
    let unmarked = text.trim_start_matches(['*', '=', ' ', '`', '"', '\'', '#']);
    let named = unmarked.strip_prefix(key).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if named || object::is_nothing_else(text) { Err(ReplyFault::Shapeless) } else { Ok(text.to_owned()) }
}

/// Of a draft and a final version, the last word counts, unless it is torn.
fn draft(key: &str, objects: &[Vec<Entry>]) -> Result<String, ReplyFault> {
    let in_each = objects.iter().rev().filter_map(|entries| in_one(key, entries));
    let is_torn = |found: &Result<String, ReplyFault>| matches!(found, Err(ReplyFault::Torn(_)));
    let mut torn = None;
    for found in in_each {
        if !is_torn(&found) {
            return found;
        }
        torn.get_or_insert(found);
    }
    torn.unwrap_or_else(|| Err(ReplyFault::Missing(key.to_owned())))
}

fn in_one(key: &str, entries: &[Entry]) -> Option<Result<String, ReplyFault>> {
    let mut found = entries.iter().filter(|(name, _)| name == key).map(|(_, text)| text);
    let first = found.next()?;
    let same = found.all(|other| other == first);
    Some(if same { first.clone() } else { Err(ReplyFault::Doubled(key.to_owned())) })
}
