//! What is to be done about a finding, by what is at stake.

use crate::finding::{Finding, FixKind};
use crate::rules::{Rule, Severity};

/// What is to be done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// It is wrong.
    Mend,
    /// It may be wrong.
    Look,
    /// Only a person can say.
    Decide,
    /// A matter of style.
    Style,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::Mend, Self::Look, Self::Decide, Self::Style];

    /// That of a finding.
    pub fn of(finding: &Finding) -> Self {
        let is_style = matches!(
            finding.rule(),
            Rule::Spacing | Rule::Punctuation | Rule::Bracket | Rule::CompatChar | Rule::CodeExtra
        ) || finding.fix.as_ref().is_some_and(|fix| fix.kind == FixKind::Style);
        match finding.severity {
            Severity::Error => Self::Mend,
            Severity::Warning => Self::Look,
            Severity::Info if is_style => Self::Style,
            Severity::Info => Self::Decide,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mend => "mend",
            Self::Look => "look",
            Self::Decide => "decide",
            Self::Style => "style",
        }
    }
}
