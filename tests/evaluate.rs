//! What scores and what is told of them are held to, whatever the texts.

use nekoyaku::check::{File, Settings};
use nekoyaku::evaluate::{Difference, Interval, Matches, Report, System, Trial};
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;
use proptest::prelude::*;

/// Texts of what issues have: Chinese, Japanese, Latin, emoji, blanks of all kinds.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("猫"),
        Just("周刊"),
        Just("週刊"),
        Just("の"),
        Just("が鳴く"),
        Just("别的"),
        Just("Python"),
        Just("3.13"),
        Just("🐈\u{200d}⬛"),
        Just("e\u{301}"),
        Just(" "),
        Just("\u{3000}"),
        Just("\n"),
        Just("。"),
        Just("\u{10ffff}")
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

fn corpus() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((text(), text()), 1..8)
}

fn matches(corpus: &[(String, String)]) -> Vec<Matches> {
    corpus.iter().map(|(hypothesis, reference)| Matches::new(hypothesis, reference)).collect()
}

proptest! {
    #[test]
    fn what_is_the_same_has_a_hundred_and_nothing_has_more(one in text(), other in text()) {
        let score = Matches::new(&one, &other).score();
        prop_assert!((0.0..=100.0 + 1e-9).contains(&score), "{score}");
        let itself = Matches::new(&one, &one).score();
        let expected = if one.trim().is_empty() { 0.0 } else { 100.0 };
        prop_assert!((itself - expected).abs() < 1e-9, "{itself}");
    }

    #[test]
    fn the_order_of_segments_is_nothing_to_a_corpus(mut corpus in corpus()) {
        let score = |corpus: &[(String, String)]| matches(corpus).into_iter().sum::<Matches>().score();
        let before = score(&corpus);
        corpus.reverse();
        prop_assert_eq!(before, score(&corpus));
        corpus.rotate_left(1);
        prop_assert_eq!(before, score(&corpus));
    }

    #[test]
    fn blanks_are_nothing_to_a_score(one in text(), other in text()) {
        let spread: String = one.chars().flat_map(|c| [c, ' ', '\u{3000}']).collect();
        prop_assert_eq!(Matches::new(&one, &other), Matches::new(&spread, &other));
    }

}

proptest! {
    // Each case draws a thousand corpora.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn an_interval_is_in_order_and_comes_out_the_same_again(corpus in corpus()) {
        let segments = matches(&corpus);
        let interval = Interval::of(&segments);
        prop_assert!(interval.low <= interval.high, "{interval:?}");
        prop_assert!((0.0..=100.0 + 1e-9).contains(&interval.low) && interval.high <= 100.0 + 1e-9, "{interval:?}");
        prop_assert_eq!(interval, Interval::of(&segments));
    }

    #[test]
    fn one_is_as_much_better_as_the_other_is_worse(one in corpus(), other in corpus()) {
        let (one, other) = (matches(&one), matches(&other));
        let (there, back) = (Difference::of(&one, &other), Difference::of(&other, &one));
        prop_assert_eq!(there.p, back.p);
        prop_assert_eq!(there.difference.score, -back.difference.score);
        prop_assert_eq!(there.difference.low, -back.difference.high);
        prop_assert!(!Difference::of(&one, &one).is_sure());
    }
}

#[test]
fn a_difference_in_every_segment_is_sure_and_one_in_a_single_segment_is_not() {
    let reference = |n: usize| format!("今週の {n} 番目の記事は猫の話です。");
    let same: Vec<Matches> = (0..30).map(|n| Matches::new(&reference(n), &reference(n))).collect();
    let worse: Vec<Matches> = (0..30).map(|n| Matches::new(&format!("今週の {n} 犬"), &reference(n))).collect();
    let surely = Difference::of(&same, &worse);
    assert!(surely.is_sure() && surely.difference.low > 10.0 && surely.p < 0.01, "{surely:?}");
    let mut nearly = same.clone();
    nearly[7] = worse[7];
    assert!(!Difference::of(&same, &nearly).is_sure(), "{:?}", Difference::of(&same, &nearly));
}

const SOURCE: &str = include_str!("cmd/evaluate.in/docs/2024-06-15-weekly.md");
const REFERENCE: &str = include_str!("cmd/evaluate.in/docs/ja/2024-06-15-weekly.md");

/// A trial of these editions, and what it comes to.
fn tried(source: &str, reference: &str, editions: &[&str]) -> (Trial, Report) {
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the termbase"));
    let friends = Friends::built_in().expect("false friends");
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
    let files: Vec<File> = editions.iter().map(|text| file("edition.md", text)).collect();
    let trial = Trial::new(&file("source.md", source), &file("reference.md", reference), &files, &settings);
    let system = |place| System { name: format!("system {place}"), ..System::default() };
    let systems: Vec<System> = (0..editions.len()).map(system).collect();
    let report = Report::new(std::slice::from_ref(&trial), &systems, &glossary);
    (trial, report)
}

/// The reference, with some of its lines lost, told twice, or as in the source.
fn damaged() -> impl Strategy<Value = String> {
    let lines = REFERENCE.lines().count();
    prop::collection::vec(0..10_u8, lines).prop_map(|fates| {
        let mut sources = SOURCE.lines();
        let lines = REFERENCE.lines().zip(fates).flat_map(|(line, fate)| {
            let source = sources.next().unwrap_or_default();
            match fate {
                0 => vec![],
                1 => vec![line, line],
                2 => vec![source],
                _ => vec![line],
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_an_edition_is_each_text_of_the_source_is_in_one_segment(one in damaged(), other in damaged()) {
        let (trial, report) = tried(SOURCE, REFERENCE, &[&one, &other]);
        let texts: String = trial.segments.iter().map(|segment| segment.source.text.replace('\n', "")).collect();
        let (whole, _) = tried(SOURCE, REFERENCE, &[REFERENCE]);
        let expected: String = whole.segments.iter().map(|segment| segment.source.text.replace('\n', "")).collect();
        prop_assert_eq!(texts, expected);
        for system in &report.systems {
            prop_assert!((0.0..=100.0 + 1e-9).contains(&system.chrf.score));
            prop_assert!(system.terms.preferred + system.terms.variants <= system.terms.occurrences);
        }
        prop_assert!(report.systems[0].chrf.score >= report.systems[1].chrf.score);
    }
}

#[test]
fn what_people_published_has_a_hundred_and_a_copy_what_a_copy_has() {
    let (_, report) = tried(SOURCE, REFERENCE, &[SOURCE, REFERENCE]);
    let [best, copy] = report.systems.as_slice() else { panic!("two systems") };
    assert_eq!((best.name.as_str(), best.chrf.score), ("system 1", 100.0));
    assert!(best.worst.is_empty() && best.lists().next().is_none());
    assert_eq!(best.terms, best.terms_of_reference);
    assert_eq!(copy.chrf, report.copy);
    assert_eq!(copy.left.len(), report.scored);
    assert!(report.verdict.iter().any(|said| said == "system 0 is not surely better than a copy of the source."));
    // Markup and addresses, which are the same, would make a copy look like a translation.
    assert!(report.raw_copy > report.copy.score + 20.0, "{} {}", report.raw_copy, report.copy.score);
}

#[test]
fn what_stays_as_it_is_in_the_reference_is_told_apart() {
    let (trial, report) = tried(SOURCE, REFERENCE, &[REFERENCE]);
    let unscored: Vec<&str> = trial
        .segments
        .iter()
        .filter(|segment| !segment.is_scored())
        .map(|segment| segment.source.text.as_str())
        .collect();
    assert_eq!(unscored, ["2、Talk to the Cat"]);
    assert_eq!((report.unchanged, report.unreferenced), (1, 0));

    let (_, report) = tried("别的\n", "别的\n", &["別のもの\n"]);
    assert_eq!((report.scored, report.unchanged), (0, 1));
    assert!(report.verdict[0].starts_with("There is nothing to score"), "{:?}", report.verdict);
    assert!(report.page().is_ok());
}

#[test]
fn what_one_makes_of_two_is_one_segment_for_all() {
    let source =
        "猫在[这里](https://a.example/1)睡觉，一直睡到晚上。\n\n狗在[那里](https://a.example/2)吃饭，吃了很久。\n";
    let reference =
        "猫は[ここ](https://a.example/1)で夜まで眠ります。\n\n犬は[あそこ](https://a.example/2)で長く食べます。\n";
    let merged = "猫は[ここ](https://a.example/1)で夜まで眠り、犬は[あそこ](https://a.example/2)で長く食べます。\n";
    let (trial, _) = tried(source, reference, &[reference, merged]);
    assert_eq!(trial.segments.len(), 1);
    assert_eq!(trial.segments[0].editions[1].said.text, "猫はここで夜まで眠り、犬はあそこで長く食べます。");
    assert_eq!(tried(source, reference, &[reference]).0.segments.len(), 2);
}

#[test]
fn terms_are_counted_as_often_as_they_stand_there() {
    let source = "装饰器和装饰器，还有生成器。\n";
    let reference = "デコレータとデコレータ、それにジェネレータです。\n";
    let edition = "デコレータとデコレーター、それに生成器です。\n";
    let (_, report) = tried(source, reference, &[edition]);
    let terms = report.systems[0].terms;
    assert_eq!((terms.occurrences, terms.preferred, terms.variants, terms.forbidden), (3, 1, 1, 1));
    assert_eq!(report.systems[0].terms_of_reference.preferred, 3);
}

#[test]
fn nothing_of_the_texts_acts_on_the_page() {
    let hostile = "<img src=x onerror=alert(1)>\u{202e}</title><script>alert(2)</script>";
    let text = |word: &str| {
        format!(
            "---\ntitle: '{word}{hostile}'\n---\n\n## {word}一\\<script\\>alert(3)\n\n{word}`</style>`\\</style\\>二三四五六七八\n\n## {word}\n\n{word}\n"
        )
    };
    let (_, report) = tried(&text("猫"), &text("ねこ"), &[&text("犬は"), &text("猫")]);
    let page = report.page().expect("a page");
    assert!(page.contains("&lt;script&gt;alert(3)") && page.contains("&lt;&#x2f;style&gt;"), "{page}");
    for wrong in
        ["<script", "<img", "onerror=alert(1)>", "\u{202e}", "<link", "<iframe", "<form", "@import", "url(", "style=\""]
    {
        assert!(!page.contains(wrong), "{wrong}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.split("<body>").next().map(|head| head.matches("</title>").count()), Some(1));
    assert!(page.contains("default-src &#x27;none&#x27;; style-src &#x27;sha256-"), "{page}");
    assert_eq!(page, tried(&text("猫"), &text("ねこ"), &[&text("犬は"), &text("猫")]).1.page().expect("a page"));
}
