//! What two texts have in common, and what not.

/// A stretch of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change<'t> {
    /// It is the same in both; never empty.
    Kept(&'t str),
    /// The one became the other; one of the two may be empty.
    Replaced {
        /// What there was.
        old: &'t str,
        /// What there is.
        new: &'t str,
    },
}

impl<'t> Change<'t> {
    /// Its text in the old one.
    pub fn before(self) -> &'t str {
        match self {
            Self::Kept(text) | Self::Replaced { old: text, .. } => text,
        }
    }

    /// Its text in the new one.
    pub fn after(self) -> &'t str {
        match self {
            Self::Kept(text) | Self::Replaced { new: text, .. } => text,
        }
    }
}
