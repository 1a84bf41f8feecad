//! What a run may take, held to before each request.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::passages::estimated_tokens;
use crate::price::{Money, Tariff};
use crate::request::{Format, Request};

use super::{Answer, Model, ModelError, Usage, Why};

/// How far our estimate of a prompt may be below what a server counts.
const ESTIMATE: f64 = 1.25;

/// The most a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// As money.
    Money(Money),
    /// As tokens, those read and those written.
    Tokens(u64),
}

/// Why a text is no budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount like 0.50 (US dollars) or 200k tokens")]
pub struct NotABudget;

/// ```
/// use nekoyaku::model::Budget;
/// use nekoyaku::price::Money;
///
/// assert_eq!("0.50".parse(), Ok(Budget::Money(Money::dollars(0.5))));
/// assert_eq!("$2".parse(), Ok(Budget::Money(Money::dollars(2.0))));
/// assert_eq!("200k tokens".parse(), Ok(Budget::Tokens(200_000)));
/// assert_eq!("1.5Mtokens".parse(), Ok(Budget::Tokens(1_500_000)));
/// for none in ["", "-1", "NaN", "inf", "200k", "tokens", "0", "1 euro"] {
///     assert!(none.parse::<Budget>().is_err(), "{none}");
/// }
/// ```
impl std::str::FromStr for Budget {
    type Err = NotABudget;

    fn from_str(text: &str) -> Result<Self, NotABudget> {
        let text = text.trim();
        let (number, factor, tokens) = match text.strip_suffix("tokens").map(str::trim_end) {
            Some(count) => match (count.strip_suffix(['k', 'K']), count.strip_suffix('M')) {
                (Some(count), _) => (count, 1e3, true),
                (_, Some(count)) => (count, 1e6, true),
                _ => (count, 1.0, true),
            },
            None => (text.strip_prefix('$').unwrap_or(text), 1.0, false),
        };
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let amount = number.parse::<f64>().ok().filter(|amount| plain && *amount > 0.0).ok_or(NotABudget)? * factor;
        // A cast from a float stops at the ends of the range.
        Ok(if tokens { Self::Tokens(amount as u64) } else { Self::Money(Money::dollars(amount)) })
    }
}

/// What a run has spent, and may still; all its models share it.
#[derive(Debug, Default)]
pub struct Purse {
    budget: Option<Budget>,
    state: Mutex<State>,
    settled: Notify,
}

/// What is spent and what requests under way may yet take.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    tokens: u64,
    money: Money,
    held_tokens: u64,
    held_money: Money,
    under_way: usize,
}

/// What one request may take at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hold {
    tokens: u64,
    money: Money,
}

impl Purse {
    /// One that `budget` limits, where there is one.
    pub fn new(budget: Option<Budget>) -> Self {
        Self { budget, ..Self::default() }
    }

    /// What limits it.
    pub fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// What was spent so far, as far as prices are known.
    pub fn money(&self) -> Money {
        self.state().money
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds what `request` may take, once there is room for it; gives the most tokens it may write.
    ///
    /// Where there is not enough for the worst, the answer is given less room, down to half as much
    /// again as is expected; for that nothing else may be under way, so that what others leave is known.
    async fn hold(&self, request: &Request, tariff: Option<Tariff>) -> Result<(Hold, u32), ModelError> {
        let input = (request.estimated_tokens() as f64 * ESTIMATE) as u64;
        let least = (u64::from(request.expected_output_tokens) * 3 / 2 + 64).min(request.max_output_tokens.into());
        let dearest = tariff.map(|tariff| tariff.input.max(tariff.cache_write));
        loop {
            // Listens before it looks: what is settled in between is not missed.
            let settled = self.settled.notified();
            {
                let mut state = self.state();
                let affordable = match (self.budget, tariff) {
                    (None, _) => u64::MAX,
                    (Some(Budget::Tokens(most)), _) => {
                        most.saturating_sub(state.tokens + state.held_tokens).saturating_sub(input)
                    }
                    (Some(Budget::Money(most)), Some(tariff)) => {
                        let prompt = dearest.unwrap_or_default().times(input);
                        let left = most.less(state.money + state.held_money + prompt);
                        if tariff.output == Money::default() { u64::MAX } else { left.over(tariff.output) }
                    }
                    (Some(Budget::Money(_)), None) => 0,
                };
                let wanted = u64::from(request.max_output_tokens);
                if affordable >= wanted || (state.under_way == 0 && affordable >= least) {
                    let output = wanted.min(affordable);
                    let money = tariff.map_or(Money::default(), |tariff| {
                        dearest.unwrap_or_default().times(input) + tariff.output.times(output)
                    });
                    let hold = Hold { tokens: input + output, money };
                    state.held_tokens += hold.tokens;
                    state.held_money += hold.money;
                    state.under_way += 1;
                    return Ok((hold, u32::try_from(output).unwrap_or(u32::MAX)));
                }
                if state.under_way == 0 {
                    return Err(ModelError::OverBudget { spent: self.told(&state) });
                }
            }
            settled.await;
        }
    }

    fn settle(&self, hold: Hold, usage: Usage, tariff: Option<Tariff>) {
        let mut state = self.state();
        state.held_tokens -= hold.tokens;
        state.held_money = state.held_money.less(hold.money);
        state.under_way -= 1;
        state.tokens = state.tokens.saturating_add(usage.input_tokens).saturating_add(usage.output_tokens);
        if let Some(tariff) = tariff {
            state.money += usage.cost(tariff);
        }
        drop(state);
        self.settled.notify_waiters();
    }

    fn told(&self, state: &State) -> String {
        match self.budget {
            Some(Budget::Money(most)) => format!("{} of {most} are spent", state.money),
            Some(Budget::Tokens(most)) => format!("{} of {most} tokens are used", state.tokens),
            None => String::new(),
        }
    }
}

/// A model whose requests are paid for out of a purse.
#[derive(Debug)]
pub struct Metered<'a, M> {
    model: &'a M,
    purse: &'a Purse,
    tariff: Option<Tariff>,
}

impl<'a, M> Metered<'a, M> {
    /// `model`, at the prices of `tariff` where they are known.
    pub fn new(model: &'a M, purse: &'a Purse, tariff: Option<Tariff>) -> Self {
        Self { model, purse, tariff }
    }
}

/// Gives back what is held, whatever becomes of the request.
struct Held<'a> {
    purse: &'a Purse,
    tariff: Option<Tariff>,
    hold: Hold,
    usage: Usage,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.purse.settle(self.hold, self.usage, self.tariff);
    }
}

impl<M: Model> Model for Metered<'_, M> {
    async fn ask(&self, request: &Request) -> Result<Answer, ModelError> {
        let Self { model, purse, tariff } = *self;
        let (hold, output) = purse.hold(request, tariff).await?;
        let mut held = Held { purse, tariff, hold, usage: Usage::default() };
        let asked = if output < request.max_output_tokens {
            let less = Request { max_output_tokens: output, ..request.clone() };
            model.ask(&less).await
        } else {
            model.ask(request).await
        };
        let answer = asked?;
        held.usage = counted(request, &answer);
        Ok(answer)
    }

    fn format(&self) -> Format {
        self.model.format()
    }

    fn step_down(&self, failed: Format, why: Why) -> bool {
        self.model.step_down(failed, why)
    }
}

/// What it took: as the server counts, or by our own estimate where it does not tell.
fn counted(request: &Request, answer: &Answer) -> Usage {
    if answer.usage.input_tokens + answer.usage.output_tokens > 0 {
        return answer.usage;
    }
    Usage {
        input_tokens: request.estimated_tokens() as u64,
        output_tokens: estimated_tokens(&answer.content) as u64,
        ..answer.usage
    }
}

impl Usage {
    /// What it costs.
    pub fn cost(self, tariff: Tariff) -> Money {
        let cached = self.cached_tokens.min(self.input_tokens);
        let written = self.cache_write_tokens.min(self.input_tokens - cached);
        tariff.cached.times(cached)
            + tariff.cache_write.times(written)
            + tariff.input.times(self.input_tokens - cached - written)
            + tariff.output.times(self.output_tokens)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    /// Answers with as many tokens as it may, after all others have asked.
    struct Greedy;

    impl Model for Greedy {
        async fn ask(&self, request: &Request) -> Result<Answer, ModelError> {
            tokio::task::yield_now().await;
            let usage = Usage {
                requests: 1,
                input_tokens: request.estimated_tokens() as u64,
                output_tokens: request.max_output_tokens.into(),
                ..Usage::default()
            };
            Ok(Answer { content: "はい".to_owned(), finish: super::super::Finish::Stop, usage, model: None })
        }

        fn format(&self) -> Format {
            Format::Schema
        }

        fn step_down(&self, _: Format, _: Why) -> bool {
            false
        }
    }

    fn request() -> Request {
        Request {
            system: "翻译".repeat(50),
            user: "一段话".repeat(10),
            keys: vec!["b0".to_owned()],
            texts: Vec::new(),
            terms: Vec::new(),
            format: Format::Schema,
            expected_output_tokens: 100,
            max_output_tokens: 1_000,
        }
    }

    fn tariff() -> Tariff {
        let token = |dollars: f64| Money::dollars(dollars / 1e6);
        Tariff { input: token(1.0), cached: token(0.1), cache_write: token(1.25), output: token(8.0) }
    }

    #[tokio::test]
    async fn no_budget_is_ever_passed_and_as_much_as_can_be_is_made_of_it() {
        for cents in 1..40 {
            let budget = Money::dollars(f64::from(cents) / 400.0);
            let purse = Purse::new(Some(Budget::Money(budget)));
            let model = Metered::new(&Greedy, &purse, Some(tariff()));
            let request = request();
            let answers = join_all((0..20).map(|_| model.ask(&request))).await;
            let given = answers.iter().filter(|answer| answer.is_ok()).count();
            assert!(purse.money() <= budget, "{budget}: {}", purse.money());
            assert!(given == 20 || budget.less(purse.money()) < Money::dollars(0.002), "{budget}: {given}");
            let refused = |answer: &Result<Answer, ModelError>| matches!(answer, Err(ModelError::OverBudget { .. }));
            assert_eq!(answers.iter().filter(|answer| refused(answer)).count(), 20 - given);
        }
    }

    #[tokio::test]
    async fn tokens_are_a_budget_too_and_need_no_price() {
        let purse = Purse::new(Some(Budget::Tokens(5_000)));
        let model = Metered::new(&Greedy, &purse, None);
        let request = request();
        let answers = join_all((0..20).map(|_| model.ask(&request))).await;
        let used: u64 =
            answers.iter().flatten().map(|answer| answer.usage.input_tokens + answer.usage.output_tokens).sum();
        assert!((3_500..=5_000).contains(&used), "{used}");
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        let usage = Usage {
            requests: 1,
            input_tokens: 1_000,
            cached_tokens: 600,
            cache_write_tokens: 100,
            output_tokens: 50,
            reasoning_tokens: 20,
        };
        assert_eq!(usage.cost(tariff()), Money::dollars((300.0 + 60.0 + 125.0 + 400.0) / 1e6));
    }
}
