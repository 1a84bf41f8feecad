//! What another model says: which of two translations is better, and what is wrong with each.
//!
//! A judge sees the source and two translations, without who made them and without the reference, which
//! would only have it score what chrF2 scores. It sees each pair twice, the second time in the other order:
//! where it says something else then, its word counts for neither. Errors are told as MQM has them (Freitag
//! et al., *Experts, Errors, and Context*, TACL 2021, <https://aclanthology.org/2021.tacl-1.87>), with
//! weights 1, 5 and 25. Its answers are held to a form, and what is not in it is no answer.

mod answer;
mod family;

use futures_util::stream::{FuturesUnordered, StreamExt};
use serde::Serialize;

use crate::model::{Finish, Model, ModelError, Usage};
use crate::passages::estimated_tokens;
use crate::request::{Format, Request};

use super::trial::Trial;

pub use answer::{Category, Flaw, Weight};
pub use family::family;

use answer::{Better, Opinion};

const INSTRUCTIONS: &str = include_str!("question.md");

/// So many texts are judged in one request.
const TOGETHER: usize = 5;

/// Tokens for what is said of one text, and for what a model thinks before it.
const TOKENS: usize = 400;
const THINKING: usize = 4_096;

/// The same as the bootstrap's: the same texts are judged in each run.
const SEED: u64 = 12_345;

/// A text, and what two systems made of it.
#[derive(Clone, Debug)]
pub struct Duel {
    source: String,
    sides: [String; 2],
}

impl Duel {
    /// At most `most` texts of `trials` of which two systems made something, and not the same; drawn with a
    /// fixed seed.
    pub fn drawn(trials: &[Trial], systems: [usize; 2], most: usize) -> Vec<Self> {
        let segments = trials.iter().flat_map(|trial| &trial.segments).filter(|segment| segment.is_scored());
        let of = |segment: &super::trial::Segment| {
            let [one, other] = systems.map(|system| &segment.editions[system].said);
            let differ = !one.is_as(other) && !one.text.is_empty() && !other.text.is_empty();
            let sides = [one.text.clone(), other.text.clone()];
            differ.then(|| Self { source: segment.source.text.clone(), sides })
        };
        let mut duels: Vec<Self> = segments.filter_map(of).collect();
        fastrand::Rng::with_seed(SEED).shuffle(&mut duels);
        duels.truncate(most);
        duels
    }
}

/// What a judge says of two systems.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Judgement {
    /// The judge.
    pub judge: String,
    /// The two, the one with the higher score first.
    pub systems: [String; 2],
    /// Texts it was asked about.
    pub asked: usize,
    /// Texts of which it prefers the one or the other, in both orders.
    pub wins: [usize; 2],
    /// Texts of which it prefers neither.
    pub ties: usize,
    /// Texts of which it said something else when it saw them in the other order: they count for neither.
    pub torn: usize,
    /// Texts of which it said nothing that could be read.
    pub unanswered: usize,
    /// How likely wins as uneven are, where neither is better (sign test).
    pub p: f64,
    /// The weight of all errors of each, by text that was answered.
    pub penalty: [f64; 2],
    /// Errors of each by category and severity, the most frequent first.
    pub errors: [Vec<Errors>; 2],
    /// What it took.
    #[serde(skip)]
    pub usage: Usage,
}

/// Errors of a kind.
#[derive(Clone, Debug, Serialize)]
pub struct Errors {
    /// What is wrong.
    pub category: Category,
    /// How much it weighs.
    pub weight: Weight,
    /// How many there are.
    pub count: usize,
    /// The words of one of them.
    pub example: String,
}

/// Ask `model`, which people call `judge`, about `duels` of two systems.
///
/// # Errors
///
/// Where the model gave no answer at all, or will give none to anything.
pub async fn judge(
    model: &impl Model,
    judge: &str,
    systems: [String; 2],
    duels: &[Duel],
) -> Result<Judgement, ModelError> {
    let mut judgement = Judgement { judge: judge.to_owned(), systems, asked: duels.len(), ..Judgement::default() };
    let mut opinions: Vec<[Option<Opinion>; 2]> = vec![[None, None]; duels.len()];
    let work = duels.chunks(TOGETHER).enumerate().flat_map(|(chunk, duels)| {
        [false, true].map(|swapped| async move {
            let answer = model.ask(&request(duels, swapped)).await;
            (chunk * TOGETHER, duels, swapped, answer)
        })
    });
    let mut running: FuturesUnordered<_> = work.collect();
    let (mut answered, mut failed) = (false, None);
    while let Some((first, duels, swapped, answer)) = running.next().await {
        match answer {
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => failed = Some(error),
            Ok(answer) => {
                answered = true;
                judgement.usage += answer.usage;
                if !matches!(answer.finish, Finish::Stop | Finish::Unstated) {
                    continue;
                }
                for (place, opinion) in answer::read(&answer.content, duels, swapped).into_iter().enumerate() {
                    opinions[first + place][usize::from(swapped)] = opinion;
                }
            }
        }
    }
    match failed {
        Some(error) if !answered => Err(error),
        _ => {
            judgement.count(&opinions);
            Ok(judgement)
        }
    }
}

impl Judgement {
    fn count(&mut self, opinions: &[[Option<Opinion>; 2]]) {
        let mut flaws: [Vec<&Flaw>; 2] = [Vec::new(), Vec::new()];
        let mut read = 0;
        for opinion in opinions {
            let [Some(one), Some(other)] = opinion else {
                self.unanswered += 1;
                continue;
            };
            read += 1;
            match (one.better, other.better) {
                (one, other) if one != other => self.torn += 1,
                (Better::One, _) => self.wins[0] += 1,
                (Better::Other, _) => self.wins[1] += 1,
                (Better::Neither, _) => self.ties += 1,
            }
            // Each system's errors are those that were told where it stood first.
            flaws[0].extend(&one.flaws[0]);
            flaws[1].extend(&other.flaws[1]);
        }
        self.p = sign_test(self.wins);
        for (side, flaws) in flaws.iter().enumerate() {
            let weight: u32 = flaws.iter().map(|flaw| flaw.weight.points()).sum();
            self.penalty[side] = if read == 0 { 0.0 } else { f64::from(weight) / f64::from(read) };
            for flaw in flaws {
                let is_same = |known: &&mut Errors| (known.category, known.weight) == (flaw.category, flaw.weight);
                match self.errors[side].iter_mut().find(is_same) {
                    Some(known) => known.count += 1,
                    None => self.errors[side].push(Errors {
                        category: flaw.category,
                        weight: flaw.weight,
                        count: 1,
                        example: flaw.span.clone(),
                    }),
                }
            }
            self.errors[side].sort_by_key(|errors| std::cmp::Reverse((errors.weight, errors.count)));
        }
    }
}

/// How likely it is that of fair coins so many, or more, fall on one side, whichever it is.
fn sign_test(wins: [usize; 2]) -> f64 {
    let all = wins[0] + wins[1];
    let fewer = wins[0].min(wins[1]);
    // As logarithms: half to the power of some thousand is no number any more.
    let mut log = -(all as f64) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for heads in 0..=fewer {
        sum += log.exp();
        log += ((all - heads) as f64).ln() - ((heads + 1) as f64).ln();
    }
    f64::min(2.0 * sum, 1.0)
}

fn request(duels: &[Duel], swapped: bool) -> Request {
    let items: serde_json::Map<String, serde_json::Value> = duels
        .iter()
        .enumerate()
        .map(|(place, duel)| {
            let [one, other] = &duel.sides;
            let (a, b) = if swapped { (other, one) } else { (one, other) };
            (key(place), serde_json::json!({ "source": duel.source, "A": a, "B": b }))
        })
        .collect();
    let tokens = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let user = serde_json::Value::Object(items).to_string();
    let expected = duels.len() * TOKENS / 2;
    let room = duels.len() * TOKENS + estimated_tokens(&user) + THINKING;
    Request {
        system: INSTRUCTIONS.to_owned(),
        user,
        keys: (0..duels.len()).map(key).collect(),
        // A server that is sent texts alone translates them; there is none here to translate.
        texts: Vec::new(),
        terms: Vec::new(),
        // The answer is no text for each key.
        format: Format::Plain,
        expected_output_tokens: tokens(expected),
        max_output_tokens: tokens(room),
    }
}

fn key(place: usize) -> String {
    format!("j{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_are_fair_until_they_are_not() {
        let near = |wins, expected: f64| assert!((sign_test(wins) - expected).abs() < 1e-9, "{wins:?}");
        near([0, 0], 1.0);
        near([1, 0], 1.0);
        near([5, 5], 1.0);
        // 2 × (1 + 10 + 45) / 1024
        near([8, 2], 0.109375);
        near([10, 0], 2.0 / 1024.0);
        assert!(sign_test([3_000, 100]) < 1e-100);
    }
}
