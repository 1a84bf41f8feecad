//! What requests will take, about, before they are sent.

use nekoyaku::model::Usage;
use nekoyaku::passages::estimated_tokens;
use nekoyaku::price::{self, Price, price_of};
use nekoyaku::translate::Plan;

/// Servers keep beginnings of requests from this many tokens on (OpenAI, Gemini).
const SMALLEST_PREFIX: usize = 1_024;

/// What `plan` takes if every answer is good at once, and the server keeps the instructions after the
/// first.
pub(crate) fn of(plan: &Plan) -> Usage {
    let mut usage = Usage::default();
    let requests = plan.requests.iter().map(|(_, request)| request).chain(&plan.refinements);
    for (place, request) in requests.enumerate() {
        let prefix = estimated_tokens(&request.system);
        usage += Usage {
            requests: 1,
            input_tokens: request.estimated_tokens() as u64,
            cached_tokens: if place > 0 && prefix >= SMALLEST_PREFIX { prefix as u64 } else { 0 },
            output_tokens: request.expected_output_tokens.into(),
            ..Usage::default()
        };
    }
    usage
}

/// `14 requests, about 24000 tokens in and 4000 out, about $0.012 (prices of 2026-11-01)`
pub(crate) fn told(usage: Usage, own: &[Price], model: &str) -> String {
    let Usage { requests, input_tokens, output_tokens, .. } = usage;
    let price = price_of(own, model).map(|price| {
        let cost = usage.cost(price.tariff());
        let is_own = own.iter().any(|other| std::ptr::eq(other, price));
        // Prices change; those in the settings are the user's to know.
        let date = if is_own { String::new() } else { format!(" (prices of {})", price::date()) };
        format!(", about {cost}{date}")
    });
    format!("{requests} requests, about {input_tokens} tokens in and {output_tokens} out{}", price.unwrap_or_default())
}
