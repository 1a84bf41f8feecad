//! What was known when somebody began to look: findings that are told no more, until they change.
//!
//! A finding is known by its rule, its file and its message, not by its line, so text before it may
//! change. Each is known as often as it was there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    // By file, rule and message: how many.
    known: BTreeMap<(String, String, String), usize>,
}

/// What is wrong with a baseline's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no baseline: {0}")]
pub struct BaselineError(String);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Known>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    file: String,
    rule: String,
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands over")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// Read one.
    ///
    /// # Errors
    ///
    /// Where it is not JSON of the form that [`Baseline::write`] makes.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let read: Written = serde_json::from_str(text).map_err(|error| BaselineError(error.to_string()))?;
        if read.version != 1 {
            return Err(BaselineError(format!("its version is {}, and 1 is what is known", read.version)));
        }
        let mut baseline = Self::default();
        for Known { file, rule, message, count } in read.findings {
            *baseline.known.entry((file, rule, message)).or_default() += count;
        }
        Ok(baseline)
    }

    /// As text: JSON, sorted, a line for each, so that a diff shows what came and went.
    pub fn write(&self) -> String {
        let mut lines = Vec::new();
        for ((file, rule, message), count) in &self.known {
            let known = Known { file: file.clone(), rule: rule.clone(), message: message.clone(), count: *count };
            lines.push(serde_json::to_string(&known).unwrap_or_default());
        }
        let lines = lines.join(",\n");
        format!("{{\"version\":1,\"findings\":[\n{lines}\n]}}\n")
    }

    /// Note a finding in the file of this name.
    pub fn add(&mut self, file: &str, finding: &Finding) {
        *self.known.entry(key(file, finding)).or_default() += 1;
    }

    /// Whether a finding is known; each time it is asked for, it is known one time less.
    pub fn take(&mut self, file: &str, finding: &Finding) -> bool {
        let Some(count) = self.known.get_mut(&key(file, finding)).filter(|count| **count > 0) else { return false };
        *count -= 1;
        true
    }

    /// How many are known and were not asked for.
    pub fn left(&self) -> usize {
        self.known.values().sum()
    }
}

fn key(file: &str, finding: &Finding) -> (String, String, String) {
    let (rule, message) = finding.identity();
    (file.replace('\\', "/"), rule.id().to_owned(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::What;

    #[test]
    fn a_finding_is_known_as_often_as_it_was_there() {
        let finding = Finding::new(What::NumberMissing("22K".to_owned()));
        let mut baseline = Baseline::default();
        baseline.add("ja/a.md", &finding);
        baseline.add("ja/a.md", &finding);
        let mut read = Baseline::parse(&baseline.write()).unwrap();
        assert_eq!(read, baseline);
        assert!(!read.take("ja/b.md", &finding));
        assert!(read.take("ja\\a.md", &finding) && read.take("ja/a.md", &finding) && !read.take("ja/a.md", &finding));
        assert_eq!(read.left(), 0);
    }

    #[test]
    fn what_is_no_baseline_is_said() {
        for text in ["", "[]", "{\"version\":2,\"findings\":[]}", "{\"version\":1,\"findings\":[{\"x\":1}]}"] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
        assert_eq!(Baseline::parse(&Baseline::default().write()).unwrap(), Baseline::default());
    }
}
