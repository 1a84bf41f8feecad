//! What a model says before its answer: thoughts, and the words of its chat template.

/// Tags around thoughts, in small letters.
const THOUGHTS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
];

/// Where the answer begins in the channels of gpt-oss, and in what is left of them where a server takes
/// the marks away.
const LAST_CHANNEL: &str = "<|channel|>final";
const BARE_CHANNELS: (&str, &str) = ("analysis", "assistantfinal");

/// The answer itself. Nothing where the thoughts do not end.
pub(super) fn without_thinking(answer: &str) -> &str {
    let answer = without_ends(without_channels(answer));
    // One search for each tag, whatever case it is in.
    let lower = answer.to_ascii_lowercase();
    let mut from = 0;
    'stripped: loop {
        let blanks = lower[from..].len() - lower[from..].trim_start().len();
        for (open, close) in THOUGHTS {
            let rest = &lower[from..];
            let begins = rest[blanks..].starts_with(open);
            if let Some(end) = rest.find(close)
                && (begins || is_an_end(rest, end, close))
            {
                from += end + close.len();
                continue 'stripped;
            }
            if begins {
                return "";
            }
        }
        return &answer[from..];
    }
}

/// Some servers swallow the opening tag, and of thoughts in thoughts the first closing tag was not the
/// last. Inside of an answer that has begun the tag is the text's own, and so is one in a line of text.
fn is_an_end(rest: &str, end: usize, close: &str) -> bool {
    let (before, after) = (&rest[..end], &rest[end + close.len()..]);
    let has_begun = before.contains('{') || before.contains("=== b");
    let ends_line = |text: &str| text.trim_end_matches([' ', '\t']).ends_with('\n') || text.trim().is_empty();
    let begins_line = |text: &str| text.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '{', '`']);
    !has_begun && (ends_line(before) || begins_line(after))
}

fn without_channels(answer: &str) -> &str {
    let trimmed = answer.trim_start();
    if let Some(rest) = trimmed.strip_prefix(BARE_CHANNELS.0) {
        return rest.rfind(BARE_CHANNELS.1).map_or(answer, |at| &rest[at + BARE_CHANNELS.1.len()..]);
    }
    if !trimmed.starts_with("<|channel|>") && !trimmed.starts_with("<|start|>") {
        return answer;
    }
    let message = "<|message|>";
    let last = trimmed.rfind(LAST_CHANNEL).map(|at| &trimmed[at..]);
    last.and_then(|last| last.split_once(message)).map_or("", |(_, text)| text)
}

/// Without the words with which a template ends a turn.
fn without_ends(mut answer: &str) -> &str {
    const ENDS: [&str; 7] =
        ["<|im_end|>", "<|end|>", "<|return|>", "<|eot_id|>", "<|endoftext|>", "<end_of_turn>", "<|end_of_solution|>"];
    while let Some(rest) = ENDS.iter().find_map(|end| answer.trim_end().strip_suffix(end)) {
        answer = rest;
    }
    answer.trim_start().strip_prefix("<|begin_of_solution|>").unwrap_or(answer)
}
