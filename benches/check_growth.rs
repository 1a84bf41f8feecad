//! Time against size of a check: for pairs that bring a careless comparison down.
//!
//! `cargo bench --bench check_growth` prints a table; a word behind `--` picks the cases that have it in
//! their names. What counts is how a row's time grows from one size to the next: twice the size, twice
//! the time.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use std::hint::black_box;
use std::time::Instant;

use nekoyaku::check::{File, Settings, check, fix};
use nekoyaku::formats::{self, Checked};
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::rules::Language;
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

/// How a pair with so many of something is made.
type Make = fn(usize) -> (String, String);

/// What is done with a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Check,
    Fix,
    Formats,
}

const CASES: &[(&str, Step, Make)] = &[
    ("the same links", Step::Check, |n| both(&"[猫](https://a.example/x)，".repeat(n))),
    ("links, all different", Step::Check, |n| both(&each(n, |i| format!("[猫{i}](https://a.example/{i})，")))),
    ("links, all missing", Step::Check, |n| {
        (each(n, |i| format!("[猫](https://a.example/{i})，")), "猫です、".repeat(n))
    }),
    ("links, all altered", Step::Check, |n| {
        let links = |end: &str| each(n, |i| format!("[猫](https://a.example/{i}{end})，"));
        (links("a"), links("b"))
    }),
    ("links in emphasis", Step::Check, |n| both(&format!("**{}**", "[猫](u)、".repeat(n)))),
    ("links in blocks, all altered", Step::Check, |n| {
        let links = |end: &str| each(n, |i| format!("猫[猫](https://a.example/{i}{end})です。\n\n"));
        (links("a"), links("b"))
    }),
    ("two links of many words", Step::Check, |n| {
        both(&each(2, |i| format!("[{}](https://a.example/{i})、", each(n, |j| format!("w{j} ")))))
    }),
    ("headings", Step::Check, |n| both(&each(n, |i| format!("## 猫 {i}\n\n")))),
    ("headings of other levels", Step::Check, |n| ("## 猫\n\n".repeat(n), "### 猫です\n\n".repeat(n))),
    ("**", Step::Check, |n| ("猫".to_owned(), "**「猫」**は".repeat(n / 2))),
    ("** in lines", Step::Check, |n| ("猫\n\n".repeat(n / 2), "は**「猫」**は\n\n".repeat(n / 2))),
    ("<", Step::Check, |n| both(&format!("猫{}", "<".repeat(n)))),
    ("<a \"", Step::Check, |n| both(&format!("<p>猫{}", "<a \"".repeat(n)))),
    ("訳注", Step::Check, |n| ("[猫](u)。".repeat(n), "[猫](u)（訳注：猫".repeat(n))),
    ("訳注 and brackets at the end", Step::Check, |n| {
        ("[猫](u)。".repeat(n), "[猫](u)（訳注：猫".repeat(n) + &"）".repeat(n))
    }),
    ("code, all new", Step::Check, |n| ("猫".repeat(n), each(n, |i| format!("`c{i}` は")))),
    ("waivers in a block", Step::Check, |n| {
        ("猫。".to_owned(), "猫[猫](u)<!-- nekoyaku: allow link-extra 00000000: 猫 -->".repeat(n))
    }),
    ("waivers, blocks", Step::Check, |n| {
        ("猫。".to_owned(), "<!-- nekoyaku: allow link-extra 00000000: 猫 -->\n\n".repeat(n) + "[猫](u)です。")
    }),
    ("waivers without an end", Step::Check, |n| {
        ("猫。".to_owned(), "猫です <!-- nekoyaku: allow link-extra ".repeat(n))
    }),
    ("waivers and findings", Step::Check, |n| {
        ("猫。\n\n".repeat(n), "[猫](u)<!-- nekoyaku: allow link-extra: 猫 -->\n\n".repeat(n))
    }),
    ("one long line", Step::Check, |n| ("周刊分享文章，很好。".repeat(n), "週刊で記事を共有します。".repeat(n))),
    ("one line of blanks", Step::Check, |n| both(&format!("猫{}です", " ".repeat(n)))),
    ("one line of &", Step::Check, |n| both(&format!("\\*猫{}", "&".repeat(n)))),
    ("blank lines behind", Step::Check, |n| ("[猫](u)\n\n".repeat(n), format!("猫です\n\n{}", "\n".repeat(n)))),
    ("numbers, all different", Step::Check, |n| {
        (each(n, |i| format!("{i} 个，")), each(n, |i| format!("{} 個、", i + n * 2)))
    }),
    ("numbers, all the same", Step::Check, |n| ("3.1 个，".repeat(n), "3.10 個、".repeat(n))),
    ("numbers in other words", Step::Check, |n| {
        (each(n, |i| format!("{i}折，下午 3 点，5.21，50% ")), each(n, |i| format!("{i}% と 5/21、15 時 ")))
    }),
    ("emoji in a heading", Step::Check, |n| (format!("## {}", "🦄🐿".repeat(n)), format!("## {}🐿", "🦄".repeat(n)))),
    ("the same blocks against others", Step::Check, |n| {
        ("猫在睡觉。\n\n".repeat(n), "犬が走っています。\n\n".repeat(n))
    }),
    ("cells", Step::Check, |n| both(&format!("|甲|乙|\n|-|-|\n{}", "|猫|`c`|\n".repeat(n / 2)))),
    ("keys of front matter", Step::Check, |n| {
        let front = |value: &str| format!("---\n{}---\n\n猫\n", each(n, |i| format!("k{i}: {value}\n")));
        (front("甲"), front("乙"))
    }),
    ("Chinese left", Step::Check, |n| ("这个工具很好用。".repeat(n), "这个视频が，よい。".repeat(n))),
    ("brackets", Step::Check, |n| ("（猫）".repeat(n), "(「猫".repeat(n) + &"」)".repeat(n))),
    ("machines' tags", Step::Check, |n| ("猫".to_owned(), "猫 {{ a }}⟦1⟧＜a1＞ <a1>".repeat(n))),
    ("formats", Step::Formats, |n| ("猫\n\n".repeat(n), "[猫](https://a.example)。\n\n".repeat(n))),
    ("formats, one line", Step::Formats, |n| ("猫".to_owned(), "⽶，".repeat(n))),
    ("fix, one line", Step::Fix, |n| ("猫".to_owned(), "⽶国です。".repeat(n / 10))),
    ("fix, lines", Step::Fix, |n| {
        let links = |end: &str| each(n / 10, |i| format!("猫は**「猫」**の[猫](https://a.example/{i}{end})です。\n\n"));
        (links("a"), links("b"))
    }),
];

fn each(n: usize, piece: impl Fn(usize) -> String) -> String {
    (0..n).map(piece).collect()
}

fn both(text: &str) -> (String, String) {
    (text.to_owned(), text.to_owned())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only wants to know that it runs.
    let smallest = args.iter().any(|arg| arg == "--test");
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("terms"));
    let friends = Friends::built_in().expect("false friends");
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let file = |name: &str, text: String| File::new(Source::new(name, text), &profile);

    println!("| pair | of each | bytes | findings | time | of half the size |");
    println!("|---|--:|--:|--:|--:|--:|");
    for (name, step, make) in CASES.iter().filter(|(name, ..)| wanted.iter().all(|word| name.contains(word.as_str()))) {
        let mut before = None;
        for size in [12_500, 25_000, 50_000, 100_000] {
            let (source, edition) = make(if smallest { 100 } else { size });
            let bytes = source.len() + edition.len();
            let (mut start, mut took) = (Instant::now(), None);
            let (source, edition) = (file("docs/a.md", source), file("ja/a.md", edition));
            let findings = check(&source, &edition, &settings).findings;
            let count = findings.len();
            match step {
                Step::Check => took = Some(start.elapsed()),
                Step::Fix => {
                    start = Instant::now();
                    black_box(fix(&source, &edition, &settings, true, |_| true));
                }
                Step::Formats => {
                    let run = [Checked { source: Some(&source.source), edition: Some(&edition.source), findings }];
                    start = Instant::now();
                    for write in [
                        formats::json,
                        formats::jsonl,
                        formats::github,
                        formats::sarif,
                        formats::rdjsonl,
                        formats::junit,
                    ] {
                        black_box(write(&run, Language::Zh));
                    }
                    black_box(formats::summary(&run, &[], Language::Zh));
                }
            }
            let seconds = took.unwrap_or_else(|| start.elapsed()).as_secs_f64();
            let grown = before.map_or(String::new(), |before: f64| format!("{:.1} ×", seconds / before));
            before = Some(seconds);
            println!("| `{name}` | {size} | {bytes} | {count} | {:.0} ms | {grown} |", seconds * 1e3);
            if smallest {
                break;
            }
        }
    }
}
