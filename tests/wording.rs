//! The rules about wording, over whole editions: those in `NEKOYAKU_CORPUS` where it is set.
//!
//! With `--nocapture`, all that is found is printed, a line each.

#![expect(clippy::print_stdout, reason = "what is found in real editions is read by eye")]

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use fastrand::Rng;
use nekoyaku::blocks::{Document, LeafKind, parse};
use nekoyaku::finding::{Finding, What};
use nekoyaku::front::Front;
use nekoyaku::glossary::Glossary;
use nekoyaku::rules::{Language, Severity};
use nekoyaku::source::{Source, Span};
use nekoyaku::visible::Visible;
use nekoyaku::wording::{Friends, Passage, Wording};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

static WORDING: LazyLock<Wording<'_>> = LazyLock::new(|| {
    static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| Glossary::built_in().expect("the glossary"));
    Wording::new(&GLOSSARY, &Friends::built_in().expect("the friends")).expect("the rules")
});

/// A file, and the texts in it.
struct File {
    name: String,
    text: String,
    leaves: Vec<(LeafKind, Visible)>,
}

impl File {
    fn new(name: &str, text: String) -> Self {
        let body = Front::find(&text).expect("front matter").map_or(0, |front| front.span.end());
        let document: Document = parse(&text[body..]);
        let leaves = (0..document.leaves.len())
            .map(|leaf| {
                let visible = Visible::new(&document.inline(&text[body..], leaf), &text[body..], body);
                (document.leaves[leaf].kind, visible)
            })
            .collect();
        Self { name: name.to_owned(), text, leaves }
    }
}

/// The editions there are, with their sources.
fn pairs() -> Vec<(File, File)> {
    let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS") else { return Vec::new() };
    let folder = PathBuf::from(folder).join("docs");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder.join("ja")).expect("docs/ja").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a file");
    let pair = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (File::new(&name, read(&folder.join(&name))), File::new(&name, read(&path)))
    };
    paths.into_iter().map(pair).collect()
}

fn is_note(visible: &Visible) -> bool {
    visible.text.starts_with("訳注")
        || visible.text.starts_with("この記事は2")
        || visible.text.starts_with("この記事は 2")
        || visible.text.contains("最新号まで購読できます")
}

/// For each text of the edition, the text of the source that it is of: the alignment in which most names are shared.
fn aligned(source: &File, edition: &File) -> Vec<Option<usize>> {
    let names = |visible: &Visible| -> HashSet<String> {
        let words = visible.text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    let ours: Vec<_> = source.leaves.iter().map(|(kind, visible)| (kind, names(visible))).collect();
    let theirs: Vec<_> =
        edition.leaves.iter().map(|(kind, visible)| (kind, names(visible), is_note(visible))).collect();
    let mut best = vec![vec![0_usize; ours.len() + 1]; theirs.len() + 1];
    let score = |ours: &(&LeafKind, HashSet<String>), theirs: &(&LeafKind, HashSet<String>, bool)| {
        if theirs.2 || ours.0 != theirs.0 { 0 } else { 2 + 3 * ours.1.intersection(&theirs.1).count() }
    };
    for (i, b) in theirs.iter().enumerate() {
        for (j, a) in ours.iter().enumerate() {
            best[i + 1][j + 1] = (best[i][j] + score(a, b)).max(best[i][j + 1]).max(best[i + 1][j]);
        }
    }
    let mut pairs = vec![None; theirs.len()];
    let (mut i, mut j) = (theirs.len(), ours.len());
    while i > 0 && j > 0 {
        let points = score(&ours[j - 1], &theirs[i - 1]);
        if points > 0 && best[i][j] == best[i - 1][j - 1] + points {
            (i, j) = (i - 1, j - 1);
            pairs[i] = Some(j);
        } else if best[i][j] == best[i - 1][j] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs
}

fn look(source: &File, edition: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for ((kind, visible), pair) in edition.leaves.iter().zip(aligned(source, edition)) {
        let passage = Passage {
            source: pair.map(|pair| &source.leaves[pair].1),
            edition: visible,
            is_note: is_note(visible),
            is_heading: matches!(kind, LeafKind::Atx(_) | LeafKind::Setext(_)),
        };
        WORDING.check(&passage, &mut found);
    }
    found
}

#[test]
fn what_is_found_in_editions_is_few_and_in_its_place() {
    for (source, edition) in pairs() {
        let found = look(&source, &edition);
        let file = Source::new(&*edition.name, &*edition.text);
        for finding in &found {
            let span = finding.edition.expect("a place in the edition");
            let position = file.position(span.start());
            let (line, severity) = (position.line, finding.severity);
            println!("{}\t{line}\t{severity}\t{}\t{}", edition.name, finding.rule(), finding.message(Language::En));
        }
        let errors = found.iter().filter(|finding| finding.severity == Severity::Error).count();
        assert!(errors <= 2, "{}: {errors} errors", edition.name);
    }
}

/// Whether anything that says Chinese, and more than an info, was found in `span`.
fn is_caught(found: &[Finding], span: Span) -> bool {
    found.iter().any(|finding| {
        let chinese = matches!(
            finding.what,
            What::Leftover { .. } | What::Untranslated { .. } | What::FalseFriend { .. } | What::TermForbidden { .. }
        );
        let touches = finding.edition.is_some_and(|at| at.start() < span.end() && span.start() < at.end());
        chinese && touches && finding.severity > Severity::Info
    })
}

#[test]
fn chinese_that_is_planted_is_found() {
    const ROUNDS: usize = 1000;
    let han = |text: &str| text.chars().filter(|c| nekoyaku::script::is_han(*c)).count();
    let pairs: Vec<_> = pairs().into_iter().map(|(a, b)| (aligned(&a, &b), a, b)).collect();
    let mut texts = Vec::new();
    for (pairs, source, edition) in &pairs {
        for (place, pair) in pairs.iter().enumerate() {
            texts.extend(pair.map(|pair| (&source.leaves[pair].1, &edition.leaves[place].1)));
        }
    }
    if texts.is_empty() {
        return;
    }
    let mut random = Rng::with_seed(7);
    for what in ["block", "link", "sentence", "clause", "sentence of another block"] {
        let (mut rounds, mut caught, mut missed) = (0, 0, Vec::new());
        while rounds < ROUNDS {
            let (source, edition) = texts[random.usize(..texts.len())];
            let from = if what.contains("another") { texts[random.usize(..texts.len())].0 } else { source };
            let links: Vec<_> = from.marks.iter().filter(|(kind, _)| kind.name() == "link").collect();
            let (text, range) = match what {
                "block" => (from.text.clone(), 0..from.text.len()),
                "link" => {
                    let Some((_, range)) = links.first() else { continue };
                    let text = from.text[range.clone()].to_owned();
                    let length = text.len();
                    (text, 0..length)
                }
                _ => {
                    let stops: &[char] =
                        if what == "clause" { &['。', '，', '：', '；', '！'] } else { &['。', '！'] };
                    let parts: Vec<&str> = from.text.split(stops).filter(|part| han(part) >= 6).collect();
                    if parts.is_empty() || edition.text.len() < 90 {
                        continue;
                    }
                    let part = parts[random.usize(..parts.len())].trim();
                    let ends: Vec<usize> = edition.text.match_indices('。').map(|(at, _)| at + 3).collect();
                    let at = if ends.is_empty() { edition.text.len() } else { ends[random.usize(..ends.len())] };
                    let stop = if what == "clause" { "" } else { "。" };
                    let text = format!("{}{part}{stop}{}", &edition.text[..at], &edition.text[at..]);
                    (text, at..at + part.len())
                }
            };
            if han(&text[range.clone()]) < 2 {
                continue;
            }
            rounds += 1;
            let visible = Visible::plain(&text, Span::new(0, text.len()));
            let passage = Passage { source: Some(source), edition: &visible, is_note: false, is_heading: false };
            let mut found = Vec::new();
            WORDING.check(&passage, &mut found);
            if is_caught(&found, Span::new(range.start, range.end)) {
                caught += 1;
            } else {
                missed.push(text[range].to_owned());
            }
        }
        missed.sort();
        missed.dedup();
        println!("planted {what}: {caught} of {rounds} found; missed {missed:?}");
        assert!(caught * 100 >= rounds * if what.starts_with("sentence") { 98 } else { 94 }, "{what}: {missed:?}");
    }
}

/// Not a law, a number to read: with `--release`, all rules together.
#[test]
fn editions_are_looked_at_fast() {
    let pairs: Vec<_> = pairs().into_iter().map(|(a, b)| (aligned(&a, &b), a, b)).collect();
    let (mut bytes, mut found) = (0, Vec::new());
    let start = std::time::Instant::now();
    for _ in 0..if cfg!(debug_assertions) { 1 } else { 200 } {
        for (pairs, source, edition) in &pairs {
            for (place, (_, edition)) in edition.leaves.iter().enumerate() {
                let source = pairs[place].map(|pair| &source.leaves[pair].1);
                bytes += edition.text.len();
                WORDING.check(&Passage { source, edition, is_note: false, is_heading: false }, &mut found);
            }
            found.clear();
        }
    }
    println!("{:.1} MB/s", bytes as f64 / 1e6 / start.elapsed().as_secs_f64());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// No text makes a rule panic, and what is found lies in the text, on whole characters.
    #[test]
    fn any_text_can_be_looked_at(
        source in text(), edition in text(), is_note in any::<bool>(), is_heading in any::<bool>(),
    ) {
        let (ours, theirs) = (parse(&source), parse(&edition));
        let of = |document: &Document, text: &str| -> Vec<Visible> {
            (0..document.leaves.len()).map(|leaf| Visible::new(&document.inline(text, leaf), text, 0)).collect()
        };
        let ours = of(&ours, &source);
        for (place, visible) in of(&theirs, &edition).iter().enumerate() {
            let mut found = Vec::new();
            WORDING.check(&Passage { source: ours.get(place), edition: visible, is_note, is_heading }, &mut found);
            for finding in found {
                let span = finding.edition.unwrap();
                prop_assert!(edition.get(span.range()).is_some());
                if let Some(span) = finding.source {
                    prop_assert!(source.get(span.range()).is_some());
                }
                let edits = finding.fix.map(|fix| fix.edits).unwrap_or_default();
                prop_assert!(edits.iter().all(|edit| edition.get(edit.span.range()).is_some()));
                prop_assert!(edits.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
            }
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "猫",
        "訳",
        "这",
        "开源",
        "項目",
        "国内",
        "並行",
        "コアコア",
        "しました",
        "みたい",
        "の",
        "中国語",
        "「",
        "」",
        "『",
        "』",
        "（",
        "）",
        "(",
        ")",
        "[",
        "](u)",
        "**",
        "`代码`",
        " ",
        "  ",
        "\n",
        "\n\n",
        "# ",
        "1、",
        "，",
        "《",
        "》",
        "～",
        "２",
        "Ａ",
        "a",
        "Github",
        "12",
        "20 つ",
        "：",
        ":",
        "。",
        "、",
        "⽶",
        "\u{fffd}",
        "{{x}}",
        "<a1>",
        "<|x|>",
        "⟦1⟧",
        "＜a1＞",
        "訳注：",
        "投稿者：",
        "@",
        "&amp;",
        "\\*",
        "https://a.example",
        "<b>",
        "</b>",
        "（英文）",
        "（star",
        "的",
        "了",
        "\u{1}",
        "😀",
        "𠮟",
    ];
    let piece = prop_oneof![8 => (0..PIECES.len()).prop_map(|place| PIECES[place].to_owned()), 1 => any::<char>().prop_map(String::from), 1 => Just(String::new())];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}
