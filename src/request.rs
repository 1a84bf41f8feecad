//! What is sent to a model: instructions, then the segments to translate.

/// How the answer is to be written, from the most to the least that a server can hold a model to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A JSON object that the server holds to a schema (`response_format: json_schema`).
    Schema,
    /// Any JSON object (`response_format: json_object`).
    Object,
    /// Plain text with a `<b0>…</b0>` around each answer; nothing is asked of the server.
    Tagged,
}

impl Format {
    /// The next format to try with a server that has not got this one.
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Tagged),
            Self::Tagged => None,
        }
    }
}

/// One request to a model.
///
/// `system` is the same, byte for byte, in every request of a run, so that servers can cache it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The part that does not vary: rules, house style, terms.
    pub system: String,
    /// The part that varies: context and segments.
    pub user: String,
    /// The keys the answer must have, in order: `b0`, `b1`, …
    pub keys: Vec<String>,
    /// How the answer is to be written.
    pub format: Format,
    /// The most tokens the answer may have.
    pub max_output_tokens: u32,
}
