//! Messages in English.

use super::{Sign, Thing, What, difference, short};

#[expect(clippy::too_many_lines, reason = "a line for each thing that does not hold")]
pub(super) fn message(what: &What) -> String {
    match what {
        What::Missing(thing, target) => format!("the {} `{}` is missing", name(*thing), short(target)),
        What::Altered { thing, from, to } => {
            let (old, new, _) = difference(from, to);
            let bytes = match old.len().max(new.len()) {
                1 => "1 byte".to_owned(),
                bytes => format!("{bytes} bytes"),
            };
            let change = match (old, new) {
                ("", new) => format!("`{}` was added", short(new)),
                (old, "") => format!("`{}` is gone", short(old)),
                (old, new) => format!("`{}` became `{}`", short(old), short(new)),
            };
            format!("the {} `{}` became `{}`: {change} ({bytes})", name(*thing), short(from), short(to))
        }
        What::Extra(thing, target) => format!("the {} `{}` is not in the source", name(*thing), short(target)),
        What::Moved(thing, target) => {
            format!("the {} `{}` stands in another block than in the source", name(*thing), short(target))
        }
        What::Swapped { url, with } => {
            format!("the links `{}` and `{}` have changed places", short(url), short(with))
        }
        What::LinkBare { url } => format!("the link `{}` is on no text any more: its address is shown", short(url)),
        What::TitleMissing { url, title } => {
            format!("the link `{}` has lost its title `{}`", short(url), short(title))
        }
        What::TitleExtra { url, title } => {
            format!("the link `{}` has a title that the source has not: `{}`", short(url), short(title))
        }
        What::BlockMissing { kind, text } => format!("{} of the source is missing: `{}`", a(kind), short(text)),
        What::BlockExtra { kind, text } => format!("{} is not in the source: `{}`", a(kind), short(text)),
        What::BlockOrder { text } => format!("this block stands elsewhere in the source: `{}`", short(text)),
        What::BlockSplit { parts } => format!("one block of the source became {parts}"),
        What::BlockMerged { parts } => format!("{parts} blocks of the source became one"),
        What::BlockKind { from, to } => format!("{} of the source became {}", a(from), a(to)),
        What::HeadingLevel { from, to } => format!("a heading of level {from} became one of level {to}"),
        What::ItemNumber { expected, found } if found.is_empty() => {
            format!("the item has to begin with `{expected}`")
        }
        What::ItemNumber { expected, found } if expected.is_empty() => {
            format!("the item begins with `{found}`, and in the source without a number")
        }
        What::ItemNumber { expected, found } => format!("the item begins with `{found}` instead of `{expected}`"),
        What::EmphasisUnrendered { delimiter } => {
            format!("`{delimiter}` is shown as it is: it neither opens nor closes emphasis here")
        }
        What::Placeholder { text } => format!("`{}` is left from the machine's work", short(text)),
        What::FrontMissing => "the edition has no front matter".to_owned(),
        What::FrontUnreadable { why } => format!("the front matter cannot be read: {}", short(why)),
        What::FrontKeyMissing { key } => format!("`{}` is missing in the front matter", short(key)),
        What::FrontKeyExtra { key } => format!("`{}` of the front matter is not in the source", short(key)),
        What::FrontValue { key, expected, found } => {
            format!("`{}` in the front matter is `{}` instead of `{}`", short(key), short(found), short(expected))
        }
        What::FrontBlanks { key } => format!("`{}` in the front matter begins or ends with a blank", short(key)),
        What::NoteMissing => "the translator's note at the top is missing".to_owned(),
        What::HeaderDate { expected, found } => {
            format!("the note says {}, the source came out on {}", short(found), short(expected))
        }
        What::HeaderUrl { expected, found } => {
            format!("the note links to `{}` instead of `{}`", short(found), short(expected))
        }
        What::HeaderTitle { expected, found } => {
            format!("the note calls the source `{}` instead of `{}`", short(found), short(expected))
        }
        What::NumberMissing(number) => format!("the number `{}` of the source is missing", short(number)),
        What::NumberExtra(number) => format!("the number `{}` is not in the source", short(number)),
        What::SymbolMissing(symbol) => format!("{} of the source is missing", short(symbol)),
        What::SymbolExtra(symbol) => format!("{} is not in the source", short(symbol)),
        What::LabelMissing { source, target } => {
            format!("the label `{}` of the source has to be there as `{}`", short(source), short(target))
        }
        What::Untranslated { text } => format!("this is as in the source, untranslated: `{}`", short(text)),
        What::Leftover { text, sign, hint } => {
            let why = match sign {
                Sign::Foreign => "Chinese is left",
                Sign::NoKana => "this reads as Chinese, without any kana",
                Sign::Rare => "hardly ever used in Japanese",
                Sign::Grammar => "this may be Chinese",
                Sign::Word => "a Chinese word is left",
                Sign::Copied => "this stands as in the source",
            };
            let hint = hint.as_ref().map(|hint| format!(" (`{}`?)", short(hint))).unwrap_or_default();
            format!("{why}: `{}`{hint}", short(text))
        }
        What::CompatChar { found, proper } => {
            let proper = proper.map(|proper| format!(" `{proper}`")).unwrap_or_default();
            let code = u32::from(*found);
            format!("`{found}` (U+{code:04X}) is a compatibility character, not the kanji{proper} it looks like")
        }
        What::TermForbidden { found, source, target } => {
            format!("`{}` is not how `{}` is rendered here: `{}`", short(found), short(source), short(target))
        }
        What::TermMissing { source, target } => {
            format!("the source has `{}`, and `{}` is not in the edition", short(source), short(target))
        }
        What::FalseFriend { found, source, right } => {
            let (found, source, right) = (short(found), short(source), short(right));
            format!("`{found}` does not say in Japanese what `{source}` says in Chinese: `{right}`")
        }
        What::Grammar { found, expected } if expected.is_empty() => format!("`{}` is no good Japanese", short(found)),
        What::Grammar { found, expected } => {
            format!("`{}` is no good Japanese: `{}`?", short(found), short(expected))
        }
        What::BracketHalfWidth { found, expected } => {
            format!("half-width brackets around Japanese: `{}`; editions write `{}`", short(found), short(expected))
        }
        What::BracketUnbalanced { found } => format!("`{found}` has no counterpart in this block"),
        What::Punctuation { found, expected } => format!("`{}` instead of `{}`", short(found), short(expected)),
        What::SpacingThroughout { blocks } => {
            format!("in {blocks} blocks blanks are wanted between Latin and Japanese")
        }
        What::SentenceTwice { text } => format!("this sentence is there twice: `{}`", short(text)),
        What::Spacing { found, expected } => format!("`{}` should be spaced `{}`", short(found), short(expected)),
        What::LengthRatio { source, edition } => {
            format!("{edition} characters for {source} of the source: is something missing or added?")
        }
        What::SourceChanged { recorded, now } => {
            format!("the source was {} when it was translated and is {} now", short(recorded), short(now))
        }
        What::BothChanged { draft } => {
            format!("its source changed after a person changed its translation; anew it would be `{}`", short(draft))
        }
        What::SourceLink { url, why } => format!("the source's own link `{}` is broken: {why}", short(url)),
        What::SourceFront { why } => format!("the source's front matter cannot be read: {}", short(why)),
        What::SourceEmphasis { delimiter } => {
            format!("`{delimiter}` of the source is shown as it is: it neither opens nor closes emphasis")
        }
        What::EditionMissing => "there is no edition of this source".to_owned(),
        What::SourceMissing => "there is no source of this edition".to_owned(),
        What::WaiverUnused { rule, text } => format!("the waiver of {rule} for `{}` waives nothing", short(text)),
        What::WaiverStale { rule, content } => {
            format!("the waiver of {rule} is for another content; if it still holds, write `{}`", short(content))
        }
        What::WaiverUnreadable { text, why } => format!("`{}` waives nothing: {}", short(text), short(why)),
    }
}

/// A kind of block, with its article.
fn a(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'H']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Link => "link",
        Thing::Image => "image",
        Thing::Code => "code",
        Thing::CodeBlock => "code block",
        Thing::Html => "HTML",
        Thing::Footnote => "footnote",
    }
}
