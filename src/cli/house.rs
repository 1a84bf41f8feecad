//! The house's files, where somebody names others than those that are found.

use std::path::PathBuf;

/// What issues and editions are held to
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct HouseArgs {
    /// The settings [default: nekoyaku.toml, found upward from the first file, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The termbase [default: glossary.toml, found upward from the first file, else the built-in one]
    #[arg(long, value_name = "FILE")]
    pub(crate) glossary: Option<PathBuf>,
}
