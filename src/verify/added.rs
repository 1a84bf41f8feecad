//! What a translation has that its source has not: Markdown, HTML, links, the source itself, another
//! language, a second translation.

use super::Fault;
use crate::inline::urls;
use crate::rules::Rule;
use crate::script::{han_count, has_kana};

/// A link that the source does not have: URLs of the source are tags, so any in the text is new.
pub(super) fn links(draft: &str, faults: &mut Vec<Fault>) {
    for url in urls(draft) {
        faults.push(Fault::error(Rule::LinkExtra, format!("{} is not in the source", &draft[url])));
    }
}

/// Markdown and HTML of the model's own. Marks of the source are tags: what stands in a text is text,
/// and would be written so that a reader sees it.
pub(super) fn markup(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const MARKDOWN: [&str; 6] = ["**", "~~", "](", "```", "`", "<!--"];
    const HTML: [&str; 12] =
        ["<b>", "<i>", "<u>", "<em>", "<strong>", "<br", "<p>", "<a ", "<span", "<div", "<code>", "<img "];
    const BEGINNINGS: [&str; 6] = ["# ", "## ", "### ", "- ", "* ", "> "];
    let more = |mark: &&&str| draft.matches(**mark).count() > source.matches(**mark).count();
    let begins = |mark: &&&str| draft.trim_start().starts_with(**mark) && !source.trim_start().starts_with(**mark);
    let markdown = MARKDOWN.iter().find(more).or_else(|| BEGINNINGS.iter().find(begins));
    if let Some(mark) = markdown {
        let message = format!("`{}` is Markdown that the source does not have here", mark.trim());
        faults.push(Fault::error(Rule::MarkdownShape, message));
    }
    if draft.contains('<')
        && let Some(tag) = HTML.iter().find(more)
    {
        let message = format!("`{tag}` is HTML that the source does not have here");
        faults.push(Fault::error(Rule::MarkdownShape, message));
    }
}

/// The source, and its translation behind it or before it.
pub(super) fn source_beside(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const BETWEEN: [&str; 7] = ["\n", "→", "->", "=>", "／", "/", "|"];
    // A shorter one may be a name that is the same in both languages.
    const ENOUGH: usize = 4;
    // No Japanese begins or ends with so many; then a line break may have been all that was between.
    const MANY: usize = 8;
    let (source, draft) = (source.trim(), draft.trim());
    if han_count(source) < ENOUGH || source.contains(['/', '／', '|']) {
        return;
    }
    let after = draft.strip_prefix(source).map(str::trim_start);
    let before = draft.strip_suffix(source).map(str::trim_end);
    let many = han_count(source) >= MANY;
    let divided = after
        .is_some_and(|rest| has_kana(rest) && (many || BETWEEN.iter().any(|sign| rest.starts_with(sign))))
        || before.is_some_and(|rest| has_kana(rest) && (many || BETWEEN.iter().any(|sign| rest.ends_with(sign))))
        || draft.lines().count() > source.lines().count() && draft.lines().any(|line| line.trim() == source);
    if divided {
        faults.push(Fault::error(Rule::Untranslated, "the source stands beside its translation"));
    }
}

/// Two translations to choose from: `A / B`.
pub(super) fn alternatives(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const BETWEEN: [&str; 5] = [" / ", " ／ ", "／", "\nまたは", "、または「"];
    // Shorter ones are words: `入力／出力`.
    const ENOUGH: usize = 8;
    if source.contains(['/', '／', '|', '或']) {
        return;
    }
    let two = BETWEEN.iter().find_map(|sign| draft.split_once(sign));
    let Some((first, second)) = two.map(|(first, second)| (first.trim(), second.trim())) else { return };
    let enough = |text: &str| text.chars().count() >= ENOUGH && has_kana(text);
    // Each is about as long as the other and has half of its characters.
    let (short, long) = if first.len() < second.len() { (first, second) } else { (second, first) };
    let shared = short.chars().filter(|c| long.contains(*c)).count();
    if enough(short) && long.len() < short.len() * 2 && shared * 2 >= short.chars().count() {
        faults.push(Fault::error(Rule::Preamble, "there are two translations to choose from; one is wanted"));
    }
}

/// Letters between the ones that Europe writes with and the ones that East Asia does, those behind,
/// and what is no character at all: nothing that is translated into Japanese has any of them.
fn is_far_away(c: char) -> bool {
    matches!(c,
        '\u{530}'..='\u{1cff}' | '\u{2c80}'..='\u{2dff}' | '\u{a000}'..='\u{abff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{10000}'..='\u{1afef}' | '\u{323b0}'..='\u{dffff}' | '\u{f0000}'..)
}

/// Writing that is neither Japanese nor the source's.
pub(super) fn other_scripts(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let language = |c: char| match c {
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}' => Some("Korean"),
        '\u{3105}'..='\u{312f}' => Some("Bopomofo"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{e00}'..='\u{e7f}' => Some("Thai"),
        '\u{590}'..='\u{5ff}' => Some("Hebrew"),
        '\u{600}'..='\u{6ff}' => Some("Arabic"),
        '\u{900}'..='\u{97f}' => Some("Devanagari"),
        // The tones of pinyin.
        'ā' | 'ǎ' | 'ē' | 'ě' | 'ī' | 'ǐ' | 'ǒ' | 'ǔ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => Some("pinyin"),
        c if is_far_away(c) => Some("of another script"),
        _ => None,
    };
    let own = |c: &char| source.contains(*c);
    let found = draft.chars().find_map(|c| language(c).filter(|_| !own(&c)).map(|language| (c, language)));
    if let Some((c, language)) = found {
        let message = format!("`{c}` is {language}, not Japanese");
        faults.push(Fault::error(Rule::Untranslated, message));
    }
}
