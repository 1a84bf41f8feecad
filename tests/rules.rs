//! What is told of a rule is what its findings say.

use nekoyaku::check::{File, Settings, check};
use nekoyaku::finding::{Sign, Thing, What};
use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::rules::{Language, Rule};
use nekoyaku::source::Source;
use nekoyaku::verify::Rules;
use nekoyaku::wording::Friends;

/// The finding of each rule's example.
fn example(rule: Rule) -> What {
    let text = str::to_owned;
    match rule {
        Rule::Preamble | Rule::Repetition | Rule::OtherSegment | Rule::BookTitle => unreachable!("of drafts"),
        Rule::LinkMissing => What::Missing(Thing::Link, text("https://a.example")),
        Rule::LinkAltered => altered(Thing::Link, "https://a.example/%9D%A2", "https://a.example/%9D%A3"),
        Rule::LinkExtra => What::Extra(Thing::Link, text("https://b.example")),
        Rule::LinkMoved => What::Moved(Thing::Link, text("https://a.example")),
        Rule::ImageMissing => What::Missing(Thing::Image, text("cover.png")),
        Rule::ImageAltered => altered(Thing::Image, "img/cover.png", "img/cover.jpg"),
        Rule::ImageExtra => What::Extra(Thing::Image, text("cover.png")),
        Rule::ImageMoved => What::Moved(Thing::Image, text("cover.png")),
        Rule::CodeMissing => What::Missing(Thing::Code, text("logging")),
        Rule::CodeAltered => {
            altered(Thing::CodeBlock, "```\nprint(\"喵\")  # 猫叫\n```", "```\nprint(\"ニャー\")  # 猫叫\n```")
        }
        Rule::CodeExtra => What::Extra(Thing::Code, text("pip install neko")),
        Rule::HtmlAltered => altered(Thing::Html, "<details open>", "<details>"),
        Rule::BlockMissing => What::BlockMissing { kind: "heading", text: text("文章") },
        Rule::BlockExtra => What::BlockExtra { kind: "paragraph", text: text("ぜひ読んでみてください。") },
        Rule::BlockOrder => What::BlockOrder { text: text("2、乙") },
        Rule::BlockSplit => What::BlockSplit { parts: 2 },
        Rule::HeadingLevel => What::HeadingLevel { from: 2, to: 3 },
        Rule::ItemNumber => What::ItemNumber { expected: text("3、"), found: text("4、") },
        Rule::MarkdownShape => What::BlockKind { from: "item", to: "paragraph" },
        Rule::EmphasisUnrendered => What::EmphasisUnrendered { delimiter: text("**") },
        Rule::Placeholder => What::Placeholder { text: text("<a1>") },
        Rule::FrontMatter => {
            let (key, expected, found) = (text("pubDate"), text("2024-06-15"), text("2024-06-16"));
            What::FrontValue { key, expected, found }
        }
        Rule::HeaderNote => What::NoteMissing,
        Rule::HeaderDate => What::HeaderDate { expected: text("2024-06-15"), found: text("2024-06-01") },
        Rule::HeaderUrl => What::HeaderUrl {
            expected: text("https://pythoncat.top/posts/2024-06-15-weekly"),
            found: text("https://pythoncat.top/posts/2024-06-01-weekly"),
        },
        Rule::HeaderTitle => {
            let (expected, found) = (text("Python 潮流周刊#56：猫"), text("Python 潮流周刊#55：犬"));
            What::HeaderTitle { expected, found }
        }
        Rule::Number => What::NumberMissing(text("22K")),
        Rule::Symbol => What::SymbolMissing(text("🦄")),
        Rule::Label => What::LabelMissing { source: text("（英文）"), target: text("（英語）") },
        Rule::Untranslated => What::Untranslated { text: text("文章&教程") },
        Rule::LeftoverChinese => What::Leftover { text: text("很"), sign: Sign::Rare, hint: None },
        Rule::CompatChar => What::CompatChar { found: '⽶', proper: Some('米') },
        Rule::TermForbidden => {
            let (found, source, target) = (text("並行"), text("并行"), text("並列"));
            What::TermForbidden { found, source, target }
        }
        Rule::TermMissing => What::TermMissing { source: text("谷歌"), target: text("Google") },
        Rule::FalseFriend => {
            What::FalseFriend { found: text("評論"), source: text("评论"), right: text("コメント") }
        }
        Rule::Grammar => What::Grammar { found: text("20 つのプ"), expected: text("20 個のプ") },
        Rule::Bracket => What::BracketHalfWidth { found: text("(動物)"), expected: text("（動物）") },
        Rule::Punctuation => What::Punctuation { found: text("，"), expected: text("、") },
        Rule::Spacing => What::Spacing { found: text("nで"), expected: text("n で") },
        Rule::LengthRatio => What::LengthRatio { source: 74, edition: 48 },
        Rule::SourceChanged => {
            What::SourceChanged { recorded: text("1f2e3d4c5b6a7988"), now: text("8097ab6c5d4e3f21") }
        }
        Rule::SourceBroken => What::SourceLink { url: text("htps://a.example"), why: "no such scheme" },
        Rule::EditionMissing => What::EditionMissing,
        Rule::SourceMissing => What::SourceMissing,
        Rule::Waiver => What::WaiverUnused { rule: Rule::LinkExtra, text: text("3f9a01c2") },
    }
}

fn altered(thing: Thing, from: &str, to: &str) -> What {
    What::Altered { thing, from: from.to_owned(), to: to.to_owned() }
}

#[test]
fn an_example_says_what_its_finding_says() {
    for rule in Rule::ALL.into_iter().filter(|rule| !rule.is_of_drafts()) {
        let what = example(rule);
        assert_eq!(what.rule(), rule);
        assert_eq!(rule.about().example.found, what.message(Language::En), "{rule}");
    }
}

#[test]
fn an_example_of_a_draft_says_what_the_draft_is_told() {
    let glossary = Glossary::parse("").expect("no terms");
    for rule in [Rule::Preamble, Rule::Repetition, Rule::OtherSegment] {
        let example = rule.about().example;
        let issue = Issue::new(Source::new("x.md", example.source), &Profile::default()).expect("an issue");
        let rules = Rules { glossary: &glossary, accept_chinese: false };
        let segment = issue.segments().next_back().expect("a segment");
        let faults = rules.verify(&segment, example.edition).1;
        let told: Vec<&str> = faults.iter().filter(|one| one.rule == rule).map(|one| one.message.as_str()).collect();
        assert_eq!(told, [example.found], "{rule}");
    }
}

#[test]
fn an_example_shows_what_it_finds() {
    for rule in Rule::ALL {
        let example = rule.about().example;
        assert_ne!((example.source, example.edition), ("", ""), "{rule}");
        assert!(!rule.about().details.contains("  "), "{rule}: {}", rule.about().details);
    }
}

/// What is told with an ellipsis, or of files.
const IN_WORDS: [Rule; 7] = [
    Rule::HeaderDate,
    Rule::HeaderUrl,
    Rule::HeaderTitle,
    Rule::SourceChanged,
    Rule::EditionMissing,
    Rule::SourceMissing,
    Rule::Waiver,
];

#[test]
fn an_example_is_found() {
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the termbase"));
    let settings = Settings::new(&profile, &glossary, &Friends::built_in().expect("the list")).expect("settings");
    let is_of_check = |rule: &Rule| !rule.is_of_drafts() && !IN_WORDS.contains(rule);
    let mut not_found = Vec::new();
    for rule in Rule::ALL.into_iter().filter(is_of_check) {
        let example = rule.about().example;
        let file = |name: &str, text: &str| {
            let text = if rule == Rule::FrontMatter { format!("---\n{text}\n---\n") } else { text.to_owned() };
            File::new(Source::new(name, text), &profile)
        };
        let found = check(&file("a.md", example.source), &file("ja/a.md", example.edition), &settings).findings;
        let told: Vec<_> = found.iter().map(|one| (one.rule(), one.message(Language::En))).collect();
        if !told.contains(&(rule, example.found.to_owned())) {
            not_found.push((rule, told));
        }
    }
    assert!(not_found.is_empty(), "{not_found:#?}");
}

#[test]
fn each_language_says_it_in_its_own_words() {
    for rule in Rule::ALL {
        let [en, ja, zh] = rule.about().holds;
        assert!(en.is_ascii() && !ja.is_ascii() && !zh.is_ascii(), "{rule}");
        assert!(ja.contains(nekoyaku::script::is_kana), "{rule}: {ja}");
        assert!(!zh.contains(nekoyaku::script::is_kana), "{rule}: {zh}");
        assert!(zh.chars().count() < 40 && en.len() < 80, "{rule}");
    }
}
