//! `--lang`: the language of what people read in reports.

use clap::ValueEnum;
use nekoyaku::rules::Language;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Ja,
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Ja => Self::Ja,
            Lang::Zh => Self::Zh,
        }
    }
}
