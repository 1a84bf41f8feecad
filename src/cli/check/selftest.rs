//! `--selftest`: what would be seen of damage to this pair.

use std::io;

use nekoyaku::check::{File, Settings, Tried, selftest};
use nekoyaku::rules::Rule;

use super::super::terminal::{Style, Terminal};

/// Two runs say the same.
const SEED: u64 = 20_240_217;

/// Where something was missed is told so many times.
const TOLD: usize = 5;

pub(super) fn show(
    source: &File,
    edition: &File,
    settings: &Settings<'_>,
    rounds: usize,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let result = selftest(source, edition, settings, rounds, SEED);
    terminal.show(&[(Some(Style::Strong), edition.source.name())])?;
    terminal.show(&[(Some(Style::Dim), "  damage                        done  caught   %     by its rule  rules")])?;
    for tried in &result.tried {
        let Tried { damage, done, caught, named, rules, missed } = tried;
        if *done == 0 {
            terminal.show(&[(None, &format!("  {:<29} {:>4}", damage.name(), "-"))])?;
            continue;
        }
        let percent = |part: usize| format!("{:.1}", 100.0 * part as f64 / *done as f64);
        let figures =
            format!("  {:<29} {done:>4} {caught:>7} {:>6} {:>10}   ", damage.name(), percent(*caught), percent(*named));
        terminal.show(&[(None, &figures), (Some(Style::Dim), &told(rules))])?;
        for (line, what) in missed.iter().take(TOLD) {
            terminal.show(&[(Some(Style::Warning), "    missed"), (None, &format!(" line {line}: {what}"))])?;
        }
    }
    let untouched = if result.untouched.is_empty() { "nothing".to_owned() } else { told(&result.untouched) };
    terminal.show(&[(None, &format!("  found in the pair as it is: {untouched}"))])
}

fn told(rules: &[(Rule, usize)]) -> String {
    rules.iter().map(|(rule, count)| format!("{rule} {count}")).collect::<Vec<_>>().join(", ")
}
