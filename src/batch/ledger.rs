//! What was asked in batches, and how far it is, as lines to keep.
//!
//! Only ever appended to, each line before the step that follows it. A run that ends between two
//! steps is known by what is missing: what was planned and not made may be under way without our
//! knowing its name, and is looked for before anything is asked again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::journal::Key;
use crate::model::Id;

use super::Ask;

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// These requests are going to be sent, or were written to a file.
    Planned(Plan),
    /// They were uploaded.
    Uploaded {
        /// Which.
        run: String,
        /// What the server calls the file.
        file: Id,
    },
    /// A batch was made of them.
    Created {
        /// Which.
        run: String,
        /// What the server calls the batch.
        batch: Id,
    },
    /// All that will ever come of a batch, or of a file of results, was read.
    Read {
        /// The batch, or a number made of the file's contents.
        of: String,
    },
}

/// Requests that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What they are called: a number made of the requests.
    pub run: String,
    /// The server they go to; `None` where they went to a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The model that is asked.
    pub model: String,
    /// What else is asked of it that would change its answers.
    #[serde(default)]
    pub parameters: String,
    /// Where the issues are, by name, seen from the ledger's folder.
    pub issues: BTreeMap<String, String>,
    /// The requests.
    pub asks: Vec<Ask>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A plan, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What was planned.
    pub plan: Plan,
    /// The file it was uploaded as.
    pub file: Option<Id>,
    /// The batch that was made of it.
    pub batch: Option<Id>,
    /// Whether all that will ever come of it was read.
    pub is_read: bool,
}

impl Run {
    /// Whether answers are still to come.
    pub fn is_under_way(&self) -> bool {
        self.batch.is_some() && !self.is_read
    }

    /// Whether it was to be sent, and nobody knows whether it was.
    pub fn is_in_doubt(&self) -> bool {
        self.plan.host.is_some() && self.batch.is_none()
    }
}

/// What the ledger says.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// What was planned, in order.
    pub runs: Vec<Run>,
    /// Lines that are none of a ledger's.
    pub passed_over: usize,
    read: HashSet<String>,
}

impl Ledger {
    /// Read a ledger, whatever is in it.
    pub fn read(bytes: &[u8]) -> Self {
        let mut ledger = Self::default();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            match serde_json::from_slice(line) {
                Ok(line) => ledger.add(line),
                Err(_) => ledger.passed_over += 1,
            }
        }
        ledger
    }

    /// Add what was appended.
    pub fn add(&mut self, line: Line) {
        match line {
            Line::Planned(plan) => {
                // Planned again, it is the same; a file of requests may be written many times.
                if self.runs.iter().all(|run| run.plan.run != plan.run || run.plan.host != plan.host) {
                    self.runs.push(Run { plan, file: None, batch: None, is_read: false });
                }
            }
            Line::Uploaded { run, file } => {
                if let Some(run) = self.sent(&run) {
                    run.file = Some(file);
                }
            }
            Line::Created { run, batch } => {
                let is_read = self.read.contains(&batch.to_string());
                if let Some(run) = self.sent(&run) {
                    run.batch = Some(batch);
                    run.is_read = is_read;
                }
            }
            Line::Read { of } => {
                for run in &mut self.runs {
                    run.is_read |= run.batch.as_ref().is_some_and(|batch| batch.to_string() == of);
                }
                self.read.insert(of);
            }
        }
    }

    fn sent(&mut self, name: &str) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.plan.run == name && run.plan.host.is_some())
    }

    /// Whether all of this batch, or of the file with this number, was read before.
    pub fn has_read(&self, of: &str) -> bool {
        self.read.contains(of)
    }

    /// The keys of what is being answered.
    pub fn under_way(&self) -> HashSet<Key> {
        let runs = self.runs.iter().filter(|run| run.is_under_way());
        runs.flat_map(|run| run.plan.asks.iter().flat_map(|ask| ask.keys.iter().copied())).collect()
    }

    /// Every request there was, by its id.
    pub fn asks(&self) -> HashMap<&str, (&Plan, &Ask)> {
        let plans = self.runs.iter().map(|run| &run.plan);
        plans.flat_map(|plan| plan.asks.iter().map(move |ask| (ask.id.as_str(), (plan, ask)))).collect()
    }

    /// What these requests are called when they are sent to `host`: another name each time a batch was
    /// made of the same.
    pub fn name_of(&self, host: &str, model: &str, asks: &[Ask]) -> String {
        let same = |run: &&Run| {
            run.batch.is_some() && run.plan.asks.iter().map(|ask| &ask.id).eq(asks.iter().map(|ask| &ask.id))
        };
        let time = self.runs.iter().filter(same).count().to_string();
        let ids = asks.iter().map(|ask| ask.id.as_str());
        Key::of([host, model, &time].into_iter().chain(ids)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Format;

    fn plan(run: &str, key: &str) -> Line {
        let ask = Ask {
            id: format!("a.1-1.{key}"),
            issue: "a".to_owned(),
            segments: vec![1],
            keys: vec![key.parse().unwrap()],
            format: Format::Object,
        };
        Line::Planned(Plan {
            run: run.to_owned(),
            host: Some("a.example".to_owned()),
            model: "m".to_owned(),
            parameters: String::new(),
            issues: BTreeMap::new(),
            asks: vec![ask],
        })
    }

    const KEY: &str = "00000000000000000000000000000007";

    #[test]
    fn each_step_is_known_by_its_line_and_a_torn_one_is_none() {
        let batch: Id = "batch_1".parse().unwrap();
        let steps = [
            plan("r", KEY),
            Line::Uploaded { run: "r".to_owned(), file: "file-1".parse().unwrap() },
            Line::Created { run: "r".to_owned(), batch: batch.clone() },
            Line::Read { of: batch.to_string() },
        ];
        let text: String = steps.iter().map(Line::to_string).collect();
        let state = |text: &str| {
            let ledger = Ledger::read(text.as_bytes());
            let run = ledger.runs.first().map(|run| (run.is_in_doubt(), run.file.is_some(), run.is_under_way()));
            (run, ledger.under_way().len())
        };
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        assert_eq!(state(&text[..ends[0]]), (Some((true, false, false)), 0));
        assert_eq!(state(&text[..ends[1]]), (Some((true, true, false)), 0));
        assert_eq!(state(&text[..ends[2]]), (Some((false, true, true)), 1));
        assert_eq!(state(&text), (Some((false, true, false)), 0));
        for (cut, _) in text.char_indices() {
            let whole = ends.iter().filter(|end| **end < cut).count();
            let cut = Ledger::read(&text.as_bytes()[..cut]);
            assert!(cut.passed_over <= 1 && cut.runs.len() <= 1 && (whole == 0 || cut.runs.len() == 1));
        }
    }

    #[test]
    fn what_is_made_again_has_another_name() {
        let mut ledger = Ledger::default();
        let Line::Planned(planned) = plan("r", KEY) else { unreachable!() };
        let first = ledger.name_of("h", "m", &planned.asks);
        ledger.add(plan(&first, KEY));
        assert_eq!(ledger.name_of("h", "m", &planned.asks), first);
        ledger.add(Line::Created { run: first.clone(), batch: "b".parse().unwrap() });
        assert_ne!(ledger.name_of("h", "m", &planned.asks), first);
        assert_ne!(ledger.name_of("h", "m2", &planned.asks), first);
    }
}
