//! What tokens cost.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::sync::OnceLock;

use serde::Deserialize;

/// An amount in US dollars, kept in 10⁻¹² of them: the price of a token is a whole number of those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// Of a dollar.
const PARTS: f64 = 1e12;

impl Money {
    /// So many dollars; what is no amount is none.
    pub fn dollars(amount: f64) -> Self {
        // A cast from a float stops at the ends of the range.
        Self((amount * PARTS).round() as u64)
    }

    /// In dollars.
    pub fn as_dollars(self) -> f64 {
        self.0 as f64 / PARTS
    }

    /// So many times as much.
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// What is left of it after `other`; nothing where that is more.
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How often `other` goes into it.
    pub fn over(self, other: Self) -> u64 {
        self.0.checked_div(other.0).unwrap_or(u64::MAX)
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

/// `$12.34`, `$0.0123`: two digits that say something, at least.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.as_dollars();
        match self.0 {
            0 => f.write_str("$0"),
            _ if dollars >= 1.0 => write!(f, "${dollars:.2}"),
            _ if dollars >= 0.01 => write!(f, "${dollars:.3}"),
            _ if dollars >= 0.0001 => write!(f, "${dollars:.5}"),
            _ => f.write_str("less than $0.0001"),
        }
    }
}

/// What a million tokens of a model cost, in US dollars; a `[[price]]` of `nekoyaku.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The model's name. `gpt-5-mini` is also that of `gpt-5-mini-2025-08-07`, and of no other.
    pub model: String,
    /// Tokens read.
    #[serde(deserialize_with = "amount")]
    pub input: f64,
    /// Those that the server still had; as `input`, where nothing is said.
    #[serde(default, deserialize_with = "some_amount")]
    pub cached: Option<f64>,
    /// Those that it keeps for later requests; as `input`, where nothing is said.
    #[serde(default, deserialize_with = "some_amount")]
    pub cache_write: Option<f64>,
    /// Tokens written, reasoning among them.
    #[serde(deserialize_with = "amount")]
    pub output: f64,
}

/// What single tokens cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Tokens read.
    pub input: Money,
    /// Those that the server still had.
    pub cached: Money,
    /// Those that it keeps for later requests.
    pub cache_write: Money,
    /// Tokens written.
    pub output: Money,
}

impl Price {
    /// For single tokens.
    pub fn tariff(&self) -> Tariff {
        let token = |of_a_million: f64| Money::dollars(of_a_million / 1e6);
        Tariff {
            input: token(self.input),
            cached: token(self.cached.unwrap_or(self.input)),
            cache_write: token(self.cache_write.unwrap_or(self.input)),
            output: token(self.output),
        }
    }

    fn is_of(&self, model: &str) -> bool {
        match model.strip_prefix(self.model.as_str()) {
            // A version of it is called by its day.
            Some(rest) => rest.is_empty() || rest.starts_with("-20") || rest.starts_with('@'),
            None => false,
        }
    }
}

/// What a million tokens of `model` cost: as `own` has it, else as the built-in table has it; none
/// where nobody says.
///
/// ```
/// use nekoyaku::price::price_of;
///
/// assert_eq!(price_of(&[], "gpt-5-mini-2025-08-07").map(|price| price.output), Some(2.0));
/// assert_eq!(price_of(&[], "openai/gpt-5-mini").map(|price| price.output), Some(2.0));
/// assert!(price_of(&[], "qwen3:8b").is_none());
/// ```
pub fn price_of<'a>(own: &'a [Price], model: &str) -> Option<&'a Price> {
    // Those who pass requests on put the maker's name in front.
    let bare = model.rsplit('/').next().unwrap_or(model);
    let built_in = || built_in().price.iter().find(|price| price.is_of(bare));
    own.iter().find(|price| price.is_of(model)).or_else(built_in)
}

/// The day of the built-in prices.
pub fn date() -> &'static str {
    &built_in().date
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    date: String,
    price: Vec<Price>,
}

fn built_in() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // It is read by a test; without it there is no price, and all else works.
    TABLE.get_or_init(|| toml::from_str(include_str!("table.toml")).unwrap_or_default())
}

fn amount<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let amount = f64::deserialize(deserializer)?;
    // A thousand dollars for a million tokens is a slip of the pen.
    if (0.0..=1000.0).contains(&amount) {
        Ok(amount)
    } else {
        Err(serde::de::Error::custom("a price is in US dollars for a million tokens, from 0 to 1000"))
    }
}

fn some_amount<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    amount(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read_and_each_model_has_its_own_price() {
        assert!(built_in().price.len() > 10 && date().len() == 10);
        for price in &built_in().price {
            assert_eq!(price_of(&[], &price.model), Some(price));
            assert!(price.cached.is_some_and(|cached| cached <= price.input) && price.output >= price.input);
        }
    }

    #[test]
    fn ones_own_price_comes_first() {
        let own: Vec<Price> = toml::from_str::<Table>("date = ''\n[[price]]\nmodel = 'gpt-5'\ninput = 1\noutput = 2.5")
            .expect("a table")
            .price;
        assert_eq!(price_of(&own, "gpt-5").map(|price| price.output), Some(2.5));
        assert_eq!(price_of(&own, "gpt-5").map(|price| price.tariff().cached), Some(Money::dollars(1e-6)));
        assert_eq!(price_of(&own, "gpt-5-mini").map(|price| price.output), Some(2.0));
    }

    #[test]
    fn amounts_are_shown_as_people_read_them() {
        for (dollars, shown) in
            [(0.0, "$0"), (12.345, "$12.35"), (0.01234, "$0.012"), (0.00123, "$0.00123"), (1e-9, "less than $0.0001")]
        {
            assert_eq!(Money::dollars(dollars).to_string(), shown);
        }
        assert_eq!(Money::dollars(-1.0), Money::default());
        assert_eq!(Money::dollars(f64::NAN), Money::default());
    }
}
