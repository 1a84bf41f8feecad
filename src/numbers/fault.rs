//! What is wrong with the numbers of a translation.

/// A number that is in one text and not in the other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// The source has it, the translation has not.
    #[error("the number {0} of the source is missing")]
    Missing(String),
    /// The translation has it, the source has not.
    #[error("the number {0} is not in the source")]
    Invented(String),
}
