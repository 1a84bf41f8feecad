//! What a server means when it does not answer.
//!
//! Statuses are no guide: a model that is not there is a 404 here and a 400 there, an empty
//! account is a 402 or the 429 of somebody in a hurry, and a grammar that failed is a 500 that
//! would fail again. The words are what tells them apart, in whichever of half a dozen shapes
//! they come.

use crate::provider::{Cap, Format};

use super::asking::{self, Knob};
use super::said::Said;

/// What to make of a reply that is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The key is wrong, or missing.
    Key,
    /// The account is empty.
    Quota,
    /// The model is not there.
    Model,
    /// The API is not there.
    Endpoint,
    /// This format is not there, or the model cannot keep to it.
    Format(Format),
    /// Too much at a time.
    TooLong,
    /// Something we sent that need not be sent, or not under this name.
    Knob(Knob),
    /// A moderator does not like the text.
    Moderated,
    /// Another time: there are too many of us.
    Busy,
    /// Another time: something is broken.
    Broken,
    /// No.
    No,
}

/// What the server had been sent, as far as it could take offence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<'a> {
    pub(super) format: Format,
    pub(super) cap: Cap,
    pub(super) optional: &'a [&'a str],
}

/// What `said` means, from the particular to the general; `sent` is none where it was not a
/// question to a model.
pub(super) fn meaning(status: u16, said: &Said, sent: Option<Sent<'_>>) -> Meaning {
    let message = said.message.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| message.contains(word));

    // The words "exceeded your current quota" are also what Gemini says of a busy minute.
    if status == 402 || said.is_marked(EMPTY_ACCOUNT) {
        return Meaning::Quota;
    }
    if (400..500).contains(&status) && is_missing_model(said, &message) {
        return Meaning::Model;
    }
    if (400..500).contains(&status) && is_moderated(said, &message) {
        return Meaning::Moderated;
    }
    match status {
        // A moderator's 403 is about this text; every other is about us.
        401 | 403 => return Meaning::Key,
        400 if said.is_marked(&["invalid_api_key", "api_key_invalid"])
            || any(&["api key not valid", "invalid api key"]) =>
        {
            return Meaning::Key;
        }
        _ => {}
    }
    if let Some(sent) = sent {
        if sent.format < Format::Tagged && is_about_format(status, said, &message) {
            return Meaning::Format(sent.format);
        }
        if is_too_long(status, said, &message) {
            return Meaning::TooLong;
        }
        if matches!(status, 400 | 422)
            && let Some(knob) = knob(said, &message, sent)
        {
            return Meaning::Knob(knob);
        }
    }
    match status {
        429 | 503 | 529 => Meaning::Busy,
        408 | 409 | 425 | 500.. => Meaning::Broken,
        300..400 | 404 | 405 | 410 => Meaning::Endpoint,
        _ => Meaning::No,
    }
}

const EMPTY_ACCOUNT: &[&str] = &[
    "insufficient_quota",
    "insufficient_user_quota",
    "insufficient_balance",
    "exceeded_current_quota_error",
    "billing_hard_limit_reached",
    "billing_not_active",
    "arrearage",
];

/// OpenAI and OpenRouter flag, Azure has a policy, DashScope inspects, DeepSeek sees risks.
fn is_moderated(said: &Said, message: &str) -> bool {
    const MARKS: &[&str] = &[
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation",
        "data_inspection_failed",
        "datainspectionfailed",
        "moderation_blocked",
    ];
    const WORDS: &[&str] = &[
        "flagged",
        "moderation",
        "content management policy",
        "content_management_policy",
        "content policy",
        "content exists risk",
        "inappropriate content",
    ];
    said.is_marked(MARKS) || WORDS.iter().any(|words| message.contains(words))
}

fn is_missing_model(said: &Said, message: &str) -> bool {
    const ABSENT: &[&str] =
        &["not found", "not exist", "invalid model", "valid model", "no such model", "unknown model"];
    said.is_marked(&["model_not_found", "invalid_model"])
        || message.contains("no endpoints found for")
        || message.contains("model") && ABSENT.iter().any(|word| message.contains(word))
}

fn is_about_format(status: u16, said: &Said, message: &str) -> bool {
    const NAMES: &[&str] = &["response_format", "json_schema", "json_object", "structured output", "grammar"];
    let param = said.param.as_deref().unwrap_or_default();
    match status {
        // OpenRouter, when none of those behind it can.
        404 => message.contains("requested parameters"),
        400 | 422 | 501 => {
            said.is_marked(&["json_validate_failed"])
                || NAMES.iter().any(|name| message.contains(name) || param.contains(name))
        }
        // llama.cpp, when the model leaves the grammar; asked again, it does so again.
        500.. => message.contains("peg-native"),
        _ => false,
    }
}

fn is_too_long(status: u16, said: &Said, message: &str) -> bool {
    const WORDS: &[&str] = &[
        "context length",
        "context_length",
        "context window",
        "context size",
        "prompt is too long",
        "input is too long",
        "too many tokens",
    ];
    match status {
        413 => true,
        // A limit of tokens a minute that this one request is over.
        429 => message.starts_with("request too large"),
        400 | 422 | 500.. => {
            said.is_marked(&["context_length_exceeded", "exceed_context_size_error"])
                || WORDS.iter().any(|words| message.contains(words))
        }
        _ => false,
    }
}

/// The parameter that is named, among those that were sent.
fn knob(said: &Said, message: &str, sent: Sent<'_>) -> Option<Knob> {
    let names = |name: &str| match &said.param {
        Some(param) if !param.is_empty() => param.split('.').next() == Some(name),
        _ => has_word(message, name) || name == "reasoning_effort" && has_word(message, "thinking"),
    };
    if asking::name(sent.cap).is_some_and(names) {
        return Some(Knob::Cap);
    }
    sent.optional.iter().position(|name| names(name)).map(Knob::Optional)
}

/// Whether `name` stands in `text` as a word of its own: `max_tokens` is not in `max_tokens_total`.
fn has_word(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(start, _)| !text[..start].ends_with(part) && !text[start + name.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONAL: &[&str] = &["temperature", "seed", "reasoning_effort"];

    fn sent(format: Format) -> Sent<'static> {
        Sent { format, cap: Cap::MaxTokens, optional: OPTIONAL }
    }

    fn means(status: u16, body: &str) -> Meaning {
        meaning(status, &Said::read(body.as_bytes(), str::to_owned), Some(sent(Format::Schema)))
    }

    #[test]
    fn a_missing_model_is_known_in_every_servers_words() {
        for (status, body) in [
            (
                404,
                r#"{"error":{"message":"The model `x` does not exist or you do not have access to it.","code":"model_not_found"}}"#,
            ),
            (404, r#"{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error"}}"#),
            (404, r#"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}"#),
            (
                404,
                r#"[{"error":{"code":404,"message":"models/x is not found for API version v1main","status":"NOT_FOUND"}}]"#,
            ),
            (400, r#"{"error":{"message":"Model Not Exist","type":"invalid_request_error"}}"#),
            (400, r#"{"error":{"message":"x is not a valid model ID","code":400}}"#),
            (404, r#"{"error":{"message":"No endpoints found for x/y.","code":404}}"#),
            (403, r#"{"error":{"message":"Project has no access","code":"model_not_found"}}"#),
        ] {
            assert_eq!(means(status, body), Meaning::Model, "{body}");
        }
    }

    #[test]
    fn a_page_that_is_not_there_is_the_wrong_address() {
        for body in ["404 page not found", "<html><h1>Not Found</h1></html>", r#"{"detail":"Not Found"}"#, ""] {
            assert_eq!(means(404, body), Meaning::Endpoint, "{body}");
        }
        assert_eq!(means(307, ""), Meaning::Endpoint);
    }

    #[test]
    fn no_money_and_no_room_are_two_things() {
        for (status, body) in [
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            ),
            (402, r#"{"error":{"message":"Insufficient Balance"}}"#),
            (429, r#"{"error":{"message":"suspended","type":"exceeded_current_quota_error"}}"#),
        ] {
            assert_eq!(means(status, body), Meaning::Quota, "{body}");
        }
        for body in [
            r#"[{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED"}}]"#,
            r#"{"error":{"message":"Rate limit reached","type":"tokens","code":"rate_limit_exceeded"}}"#,
            "<html>slow down</html>",
        ] {
            assert_eq!(means(429, body), Meaning::Busy, "{body}");
        }
    }

    #[test]
    fn a_refused_key_is_not_a_refused_text() {
        assert_eq!(means(401, r#"{"error":"unauthorized"}"#), Meaning::Key);
        assert_eq!(means(403, "<html>Forbidden</html>"), Meaning::Key);
        assert_eq!(means(400, r#"[{"error":{"code":400,"message":"API key not valid."}}]"#), Meaning::Key);
    }

    #[test]
    fn a_moderator_is_known_in_every_servers_words() {
        for (status, body) in [
            (403, r#"{"error":{"message":"Your input was flagged"}}"#),
            (400, r#"{"error":{"message":"x","code":"content_filter"}}"#),
            (
                400,
                r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"content_filter","status":400}}"#,
            ),
            (
                400,
                r#"{"error":{"message":"Input data may contain inappropriate content.","code":"data_inspection_failed"}}"#,
            ),
            (400, r#"{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}"#),
        ] {
            assert_eq!(means(status, body), Meaning::Moderated, "{body}");
        }
    }

    #[test]
    fn a_format_that_is_not_there_is_known_in_every_servers_words() {
        for (status, body) in [
            (400, r#"{"error":{"message":"This response_format type is unavailable now"}}"#),
            (400, r#"{"error":"'response_format.type' must be 'json_schema' or 'text'"}"#),
            (422, r#"{"detail":[{"loc":["body","response_format"],"msg":"extra fields not permitted"}]}"#),
            (400, r#"{"error":{"message":"Invalid parameter","param":"response_format"}}"#),
            (400, r#"{"error":{"message":"Failed to generate JSON","code":"json_validate_failed"}}"#),
            (
                500,
                r#"{"error":{"code":500,"message":"The model produced output that does not match the expected peg-native format"}}"#,
            ),
        ] {
            assert_eq!(means(status, body), Meaning::Format(Format::Schema), "{body}");
        }
        let said = Said::read(br#"{"error":"bad response_format"}"#, str::to_owned);
        assert_eq!(meaning(400, &said, Some(sent(Format::Tagged))), Meaning::No);
    }

    #[test]
    fn too_much_is_known_in_every_servers_words() {
        for (status, body) in [
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens","code":"context_length_exceeded"}}"#,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
            ),
            (413, "too large"),
            (429, r#"{"error":{"message":"Request too large for gpt-4o on tokens per min"}}"#),
        ] {
            assert_eq!(means(status, body), Meaning::TooLong, "{body}");
        }
    }

    #[test]
    fn only_a_parameter_that_was_sent_is_to_blame() {
        let both = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens"}}"#;
        assert_eq!(means(400, both), Meaning::Knob(Knob::Cap));
        let warm = r#"{"error":{"message":"invalid temperature: only 1 is allowed"}}"#;
        assert_eq!(means(400, warm), Meaning::Knob(Knob::Optional(0)));
        let mistral = r#"{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":7}]}"#;
        assert_eq!(means(422, mistral), Meaning::Knob(Knob::Optional(1)));
        let deep = r#"{"error":{"message":"no","param":"reasoning_effort.value"}}"#;
        assert_eq!(means(400, deep), Meaning::Knob(Knob::Optional(2)));
        assert_eq!(means(400, r#"{"error":"Thinking is not supported here"}"#), Meaning::Knob(Knob::Optional(2)));
        assert_eq!(means(400, r#"{"error":"it is seeded by max_tokens_total"}"#), Meaning::No);
        assert_eq!(means(400, r#"{"error":{"message":"no top_p","param":"top_p"}}"#), Meaning::No);

        let said = Said::read(warm.as_bytes(), str::to_owned);
        let bare = Sent { format: Format::Tagged, cap: Cap::None, optional: &[] };
        assert_eq!(meaning(400, &said, Some(bare)), Meaning::No);
    }

    #[test]
    fn a_request_that_is_echoed_is_not_what_the_server_says() {
        let input = r#"{"response_format":{"type":"json_schema"},"messages":"本周"}"#;
        let item = format!(r#"[{{"loc":["body","messages",0],"msg":"Input is odd","input":{input}}}]"#);
        for body in
            [format!(r#"{{"detail":{item}}}"#), format!(r#"{{"object":"error","message":{{"detail":{item}}}}}"#)]
        {
            let said = Said::read(body.as_bytes(), str::to_owned);
            assert_eq!(said.message, "body.messages: Input is odd", "{body}");
            assert_eq!(means(422, &body), Meaning::No);
        }
    }
}
