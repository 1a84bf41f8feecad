//! What a person should look at, by what is at stake.

use crate::finding::{Finding, FixKind};
use crate::rules::{Rule, Severity};

use super::rows::Row;

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

/// All findings of a page, by what is at stake and then by their place.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// The findings of each group, by their place among all.
    pub(super) groups: [Vec<usize>; 4],
    /// How many blocks something is wrong with, may be wrong with, or is to be decided in.
    pub first: usize,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many only a person can decide.
    pub questions: usize,
}

impl Queue {
    pub(super) fn new(findings: &[Finding], rows: &[Row]) -> Self {
        let mut queue = Self::default();
        for row in rows {
            let mut is_first = false;
            for number in &row.findings {
                let group = Group::of(&findings[*number]);
                queue.groups[group as usize].push(*number);
                is_first |= group < Group::Style;
            }
            queue.first += usize::from(is_first);
        }
        let count = |group: Group| queue.groups[group as usize].len();
        (queue.errors, queue.warnings, queue.questions) =
            (count(Group::Mend), count(Group::Look), count(Group::Decide));
        queue
    }
}
