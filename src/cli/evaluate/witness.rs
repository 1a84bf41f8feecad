//! Which segments a model was asked for, and how often.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use nekoyaku::model::{Answer, Model, ModelError, Why};
use nekoyaku::request::{Format, Request};
use nekoyaku::translate::{Outcome, Provenance, Run};

use nekoyaku::evaluate::Effort;

/// A model, and what it was asked for. Each segment of an issue has a key of its own, in whichever request
/// it is: what was asked for again was not right at once.
pub(super) struct Witness<'m, M> {
    model: &'m M,
    answers: Mutex<HashMap<String, u32>>,
}

impl<'m, M: Model> Witness<'m, M> {
    pub(super) fn new(model: &'m M) -> Self {
        Self { model, answers: Mutex::default() }
    }

    /// How the segments of `run` came to what they are.
    pub(super) fn effort(&self, run: &Run) -> Effort {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut effort = Effort { segments: run.outcomes.len(), ..Effort::default() };
        for (segment, outcome) in run.outcomes.iter().enumerate() {
            let asked = answers.get(&format!("b{segment}")).copied().unwrap_or_default();
            let count = match outcome {
                Outcome::Left(_) => &mut effort.left,
                Outcome::Translated { from: Provenance::Model, .. } if asked > 1 => &mut effort.repaired,
                Outcome::Translated { from: Provenance::Model, .. } => &mut effort.first,
                Outcome::Translated { .. } => &mut effort.known,
            };
            *count += 1;
        }
        effort.requests = run.usage.requests.into();
        effort.input_tokens = run.usage.input_tokens;
        effort.output_tokens = run.usage.output_tokens;
        effort
    }
}

impl<M: Model> Model for Witness<'_, M> {
    async fn ask(&self, request: &Request) -> Result<Answer, ModelError> {
        let answer = self.model.ask(request).await?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &request.keys {
            *answers.entry(key.clone()).or_default() += 1;
        }
        Ok(answer)
    }

    fn format(&self) -> Format {
        self.model.format()
    }

    fn step_down(&self, failed: Format, why: Why) -> bool {
        self.model.step_down(failed, why)
    }
}
