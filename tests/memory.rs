//! What people published is used again: never asked for, never proofread twice.

mod support;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use nekoyaku::align::{Pairing, Side, align};
use nekoyaku::check::{self, Settings};
use nekoyaku::glossary::Glossary;
use nekoyaku::issue::{Issue, Origin};
use nekoyaku::memory::{Lesson, Memory};
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Prompts;
use nekoyaku::rules::Severity;
use nekoyaku::source::Source;
use nekoyaku::translate::{Materials, Options, Outcome, from_memory};
use nekoyaku::wording::Friends;
use support::Server;
use support::translator::{Folder, answer, asked, pseudo};

const FIRST: &str = "---
title: 'Python 潮流周刊#41：会写代码的猫'
pubDate: 2024-02-24
---

你好，这里是给猫看的周刊，每周五准时送到。

本期有 3 篇文章和 12 个项目。

## [🦄文章&教程](https://cat.example/1)

1、[会写代码的猫](https://cat.example/a)（英文）

作者教一只猫写代码，它学得比人快。

欢迎[订阅](https://cat.example/s)，下周见！
";

const FIRST_EDITION: &str = "---
title: 'Python トレンド週刊#41：コードを書く猫'
pubDate: 2024-02-24
author: '豌豆花下猫'
---

> この記事は 2024 年 2 月 24 日に公開された中国語の記事「[Python 潮流周刊#41：会写代码的猫](https://pythoncat.top/posts/2024-02-24-weekly)」の日本語訳です。主に LLM によって翻訳され、人手で校正されていますが、もし不自然な点にお気づきでしたら、[Issue](https://github.com/chinesehuazhou/python-weekly/issues/new) または Pull Request でお知らせいただけるとありがたいです。

> [こちら](https://weekly.pythoncat.top/ja/#subscription)から最新号まで購読できます（英語のみですので、ご了承ください。）

こんにちは、猫のための週刊です。毎週金曜日にお届けします。

今号は記事 3 本とプロジェクト 12 件です。

## [🦄 記事&チュートリアル](https://cat.example/1)

1、[コードを書く猫](https://cat.example/a)（英語）

著者が猫にコードの書き方を教えたところ、人より早く覚えました。

ぜひ[購読](https://cat.example/s)してください。また来週！
";

const SECOND: &str = "---
title: 'Python 潮流周刊#42：两只猫'
pubDate: 2024-03-02
---

你好，这里是给猫看的周刊，每周五准时送到。

本期有 5 篇文章和 7 个项目。

## [🦄文章&教程](https://cat.example/2)

1、[两只猫](https://cat.example/b)（英文）

作者教两只猫写代码，它们一起睡着了。

[Python潮流周刊#41：会写代码的猫](https://cat.example/41)（2024.02.24）

欢迎[订阅](https://cat.example/s2)，下周见！
";

/// A folder with a published pair, and an issue that is to be translated.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("docs/2024-02-24-weekly.md", FIRST);
    folder.put("docs/ja/2024-02-24-weekly.md", FIRST_EDITION);
    folder.put("docs/2024-03-02-weekly.md", SECOND);
    folder
}

const ISSUE: &str = "docs/2024-03-02-weekly.md";
const EDITION: &str = "docs/ja/2024-03-02-weekly.md";

/// All texts that a server was asked for.
fn texts(server: &Server) -> Vec<String> {
    server
        .seen()
        .iter()
        .filter(|seen| seen.path.ends_with("/chat/completions"))
        .flat_map(asked)
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn what_was_published_is_not_asked_for_and_stands_as_it_was_published() {
    let (folder, server) = (folder(), Server::start(|seen| answer(seen, pseudo)));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert!(ran.err.contains("docs/ja/.nekoyaku/memory.sqlite: learned 7 segments from 1 edition"), "{}", ran.err);
    let asked = texts(&server);
    assert_eq!(
        asked.iter().collect::<HashSet<_>>(),
        ["两只猫", "1、<a1>两只猫</a1>（英文）", "作者教两只猫写代码，它们一起睡着了。"]
            .map(str::to_owned)
            .iter()
            .collect::<HashSet<_>>()
    );
    let edition = folder.get(EDITION);
    for line in [
        "こんにちは、猫のための週刊です。毎週金曜日にお届けします。",
        // The text with other numbers.
        "今号は記事 5 本とプロジェクト 7 件です。",
        // The same text with another link.
        "## [🦄 記事&チュートリアル](https://cat.example/2)",
        "ぜひ[購読](https://cat.example/s2)してください。また来週！",
        // The title of a past issue.
        "[Python トレンド週刊#41：コードを書く猫](https://cat.example/41)（2024.02.24）",
    ] {
        assert!(edition.lines().any(|there| there == line), "{line}\n{edition}");
    }
}

#[test]
fn a_model_is_shown_how_like_texts_were_translated() {
    let (folder, server) = (folder(), Server::start(|seen| answer(seen, pseudo)));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    let systems: HashSet<String> = server
        .seen()
        .iter()
        .filter(|seen| seen.path.ends_with("/chat/completions"))
        .map(|seen| seen.json()["messages"][0]["content"].as_str().expect("a system message").to_owned())
        .collect();
    // The same in all requests: so servers can cache it.
    assert_eq!(systems.len(), 1);
    let system = systems.iter().next().expect("one");
    let example = "作者教一只猫写代码，它学得比人快。 → 著者が猫にコードの書き方を教えたところ、人より早く覚えました。";
    assert!(system.contains(example), "{system}");
    let without = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&without.base_url(), &[ISSUE, "--no-memory", "--fresh"]).exits(0);
    assert!(without.seen().iter().all(|seen| !seen.body.contains("# Examples")));
    assert_eq!(texts(&without).len(), 8);
}

#[test]
fn a_changed_term_asks_for_the_segments_that_have_it_and_for_no_other() {
    let folder = Folder::new();
    folder.put("glossary.toml", "[[term]]\nsource = \"代码\"\ntarget = \"コード\"\n");
    folder.put("2024-03-09-a.md", "一只猫写代码。\n\n两只猫睡着了。\n\n代码很长，猫很短。\n\n没有猫的一天。\n");
    let first = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&first.base_url(), &["2024-03-09-a.md", "--no-note"]).exits(0);
    assert_eq!(texts(&first).len(), 4);
    folder.put("glossary.toml", "[[term]]\nsource = \"代码\"\ntarget = \"ソースコード\"\n");
    let second = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&second.base_url(), &["2024-03-09-a.md", "--no-note"]).exits(0);
    let mut asked = texts(&second);
    asked.sort();
    assert_eq!(asked, ["一只猫写代码。", "代码很长，猫很短。"]);
}

#[test]
fn a_machines_draft_is_no_memory_until_a_person_takes_it_up() {
    let (folder, server) = (folder(), Server::start(|seen| answer(seen, pseudo)));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    let stats = |folder: &Folder| folder.run(&["memory", "stats"]).exits(0).out;
    assert!(!stats(&folder).contains("2024-03-02"), "{}", stats(&folder));
    // A person mends a word: from then on it is an edition.
    let draft = folder.get(EDITION);
    folder.put(EDITION, draft.replace("アアアアアアア", "猫が二匹とも眠"));
    assert!(stats(&folder).contains("docs/ja/2024-03-02-weekly.md: "), "{}", stats(&folder));
    // And back: it teaches nothing any more, unless somebody says that it is published as it is.
    folder.put(EDITION, &draft);
    assert!(!stats(&folder).contains("2024-03-02"), "{}", stats(&folder));
    folder.run(&["memory", "learn", ISSUE, EDITION]);
    assert!(stats(&folder).contains("docs/ja/2024-03-02-weekly.md: "), "{}", stats(&folder));
    // The index holds nothing of its own.
    fs::remove_file(folder.file("docs/ja/.nekoyaku/memory.sqlite")).expect("the index is there");
    assert!(stats(&folder).contains("docs/ja/2024-03-02-weekly.md: "), "{}", stats(&folder));
}

#[test]
fn an_edited_edition_replaces_what_it_taught_before_and_a_deleted_one_takes_it_with_it() {
    let folder = folder();
    let known = |folder: &Folder, text: &str| folder.run(&["memory", "search", text, "--most", "1"]).out;
    assert!(known(&folder, "作者教一只猫写代码，它学得比人快。").contains("人より早く覚えました"));
    let edition = FIRST_EDITION.replace("人より早く覚えました", "人間よりも早く身につけました");
    folder.put("docs/ja/2024-02-24-weekly.md", edition);
    let found = known(&folder, "作者教一只猫写代码，它学得比人快。");
    assert!(found.starts_with("100 %  docs/ja/2024-02-24-weekly.md:19\n"), "{found}");
    assert!(found.contains("人間よりも早く身につけました") && !found.contains("人より早く"), "{found}");
    fs::remove_file(folder.file("docs/ja/2024-02-24-weekly.md")).expect("the edition is there");
    folder.run(&["memory", "search", "作者教一只猫写代码"]).exits(1);
}

#[test]
fn what_has_an_error_is_not_learned_and_that_is_said() {
    let folder = folder();
    let edition = FIRST_EDITION.replace("[購読](https://cat.example/s)", "[購読](https://cat.example/x)");
    folder.put("docs/ja/2024-02-24-weekly.md", edition);
    let ran = folder.run(&["memory", "learn"]).exits(1);
    assert!(ran.out.contains("docs/ja/2024-02-24-weekly.md: 6 segments, 1 left out"), "{}", ran.out);
    let stats = folder.run(&["memory", "stats", "--left-out"]).exits(0).out;
    let place = "  docs/2024-02-24-weekly.md:16  欢迎订阅，下周见！\n      link-altered: ";
    assert!(stats.contains(place), "{stats}");
}

#[test]
fn without_a_model_what_is_not_known_stays_marked_until_one_translates_it() {
    let folder = folder();
    let ran = folder.run(&["translate", "--offline", ISSUE]).exits(1);
    assert!(ran.err.contains("translating from docs/ja/.nekoyaku/memory.sqlite (7 translations) and the embedded memory alone (--offline)"), "{}", ran.err);
    let there = folder.get(EDITION);
    assert!(there.contains("作者教两只猫写代码，它们一起睡着了。<!-- nekoyaku: untranslated -->"), "{there}");
    assert!(there.contains("今号は記事 5 本とプロジェクト 7 件です。"), "{there}");
    let server = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    let there = folder.get(EDITION);
    assert!(!there.contains("nekoyaku: untranslated"), "{there}");
    assert!(there.contains("今号は記事 5 本とプロジェクト 7 件です。"), "{there}");
}

#[test]
fn neighbours_decide_between_two_translations_of_one_text() {
    let folder = Folder::new();
    folder.put("docs/a.md", "## 猫\n\n喜欢。\n\n## 狗\n\n喜欢。\n\n## 鸟\n");
    folder.put("docs/ja/a.md", "## 猫の話\n\n好きです。\n\n## 犬の話\n\n気に入っています。\n\n## 鳥の話\n");
    folder.put("docs/b.md", "## 狗\n\n喜欢。\n\n## 鸟\n");
    folder.run(&["translate", "--offline", "docs/b.md", "-o", "b.md", "--no-note"]).exits(0);
    let there = folder.get("b.md");
    assert_eq!(there.split_once("---\n\n").expect("front matter").1, "## 犬の話\n\n気に入っています。\n\n## 鳥の話\n");
}

#[test]
fn folders_are_those_that_the_settings_name() {
    let folder = Folder::new();
    folder.put("nekoyaku.toml", "[memory]\npairs = [{ sources = \"期刊\", editions = \"日本語\" }]\n");
    folder.put("期刊/a.md", "一只会睡觉的猫。\n");
    folder.put("日本語/a.md", "眠れる猫です。\n");
    folder.put("新/b.md", "一只会睡觉的猫。\n");
    let ran = folder.run(&["translate", "--offline", "新/b.md", "-o", "-", "--no-note", "--no-diff"]).exits(0);
    assert!(ran.out.ends_with("---\n\n眠れる猫です。\n"), "{}", ran.out);
    assert!(folder.has(".nekoyaku/memory.sqlite"));
    let ran = folder.run(&["memory", "stats", "--in", "新"]).exits(0);
    assert!(ran.out.starts_with("日本語/a.md: 1 of 1 segments\n"), "{}", ran.out);
}

/// The pairs of the corpus, where it is there.
fn corpus() -> Option<(PathBuf, Vec<String>)> {
    let folder = PathBuf::from(std::env::var_os("NEKOYAKU_CORPUS")?).join("docs");
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path());
        let issues = entries.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        issues.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
    };
    let mut editions = names(&folder.join("ja"));
    editions.sort();
    Some((folder, editions))
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for people, with --nocapture")]
fn real_editions_come_back_as_they_were_published() {
    let Some((folder, editions)) = corpus() else { return };
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("a termbase"));
    let settings = Settings::new(&profile, &glossary, &Friends::built_in().expect("friends")).expect("settings");
    let read = |path: PathBuf| Source::new(path.display().to_string(), fs::read_to_string(&path).expect("a text"));
    let pair = |name: &String| (read(folder.join(name)), read(folder.join("ja").join(name)));
    let mut memory = Memory::in_room().expect("a memory");
    for name in &editions {
        let (source, edition) = pair(name);
        let lesson = Lesson::of(&source, &edition, &settings).expect("a pair");
        memory.change(|change| change.learn(source.name(), edition.name(), "", lesson)).expect("it is learned");
    }
    let memories = [memory];
    let prompts = Prompts::built_in().expect("prompts");
    let materials =
        Materials { profile: &profile, prompts: &prompts, glossary: &glossary, memories: &memories, update: None };
    for name in &editions {
        let (source, edition) = pair(name);
        let (same, other) = compared(&source, &edition, materials, &settings);
        let share = same as f64 / (same + other.len()) as f64;
        println!("{name}: {same} of {} as published, {:.1} %", same + other.len(), share * 100.0);
        other.iter().for_each(|other| println!("    {other}"));
        assert!(share >= 0.98, "{name}: {other:#?}");
    }
}

/// Of the segments without errors, how many the memory gives back as they were published, and the others.
fn compared(
    source: &Source,
    edition: &Source,
    materials: Materials<'_>,
    settings: &Settings<'_>,
) -> (usize, Vec<String>) {
    let issue = Issue::new(source.clone(), materials.profile).expect("an issue");
    let run = from_memory(&issue, materials, &Options::default()).expect("the memory can be read");
    let file = |text: &Source| check::File::new(text.clone(), materials.profile);
    let (ours, theirs) = (file(source), file(edition));
    let errors = check::check(&ours, &theirs, settings).findings;
    let errors: Vec<_> = errors.iter().filter(|one| one.severity == Severity::Error).collect();
    let side = Side::new(theirs.body(), &theirs.document);
    let own = Side::new(issue.body(), &issue.document);
    let alignment = align(&own, &side);
    let (mut same, mut other) = (0, Vec::new());
    for (segment, outcome) in issue.segments().zip(&run.outcomes) {
        let Some(unit) = own.units.iter().position(|unit| unit.span == segment.span) else { continue };
        let Pairing::Same { edition: there, .. } = alignment.pairs[alignment.of_source(unit)] else { continue };
        if segment.origin == Origin::Title {
            continue;
        }
        let span = side.units[there as usize].span.shifted(theirs.body_start);
        let meets = |place: nekoyaku::source::Span| place.start() <= span.end() && span.start() <= place.end();
        if errors.iter().any(|error| error.edition.is_some_and(meets)) {
            continue;
        }
        // What a translator says below a paragraph is no translation.
        let published = side.slice(there as usize).split("\n訳注：").next().unwrap_or_default().trim_end();
        match outcome {
            Outcome::Translated { markdown, .. } if markdown.trim_end() == published => same += 1,
            Outcome::Translated { markdown, .. } => other.push(format!("{markdown}\n    but {published}")),
            Outcome::Left(faults) => {
                other.push(format!("{published}: {:?}", faults.first().map(|fault| &fault.message)));
            }
        }
    }
    (same, other)
}

#[test]
fn a_memory_goes_out_and_comes_back_the_same() {
    let folder = folder();
    folder.run(&["memory", "export", "-o", "all.tmx"]).exits(0);
    // Into a memory that knows nothing, and out of it again.
    let other = Folder::new();
    other.put("all.tmx", folder.get("all.tmx"));
    let ran = other.run(&["memory", "import", "all.tmx", "--memory", "other.sqlite"]).exits(0);
    assert!(
        ran.err.contains("all.tmx: 7 translations") && ran.out.contains("other/all.tmx: 7 segments"),
        "{}",
        ran.err
    );
    other.run(&["memory", "export", "--memory", "other.sqlite", "-o", "again.tmx"]).exits(0);
    assert_eq!(other.get("again.tmx"), folder.get("all.tmx"));
    // The index can be deleted: the copy is there. And a text is known from it.
    fs::remove_file(other.file("other.sqlite")).expect("the index is there");
    other.put("a.md", "作者教一只猫写代码，它学得比人快。\n");
    let ran =
        other.run(&["translate", "--offline", "--memory", "other.sqlite", "a.md", "-o", "-", "--no-note"]).exits(0);
    assert!(ran.out.ends_with("著者が猫にコードの書き方を教えたところ、人より早く覚えました。\n"), "{}", ran.out);
}

#[test]
fn a_file_beside_the_editions_is_learned_from_and_a_broken_one_says_so_and_harms_nothing() {
    let folder = folder();
    let whole = folder.run(&["memory", "export"]).exits(0).out;
    let tmx = "<tmx version=\"1.4\"><header srclang=\"zh\"/><body><tu><tuv xml:lang=\"zh\"><seg>别的猫</seg></tuv>\
               <tuv xml:lang=\"ja\"><seg>別の猫</seg></tuv></tu></body></tmx>";
    folder.put("docs/ja/other.tmx", tmx);
    let found = folder.run(&["memory", "search", "别的猫"]).exits(0);
    assert!(found.out.starts_with("100 %  docs/ja/other.tmx:1\n"), "{}", found.out);
    folder.put("docs/ja/other.tmx", &tmx[..tmx.len() - 20]);
    let ran = folder.run(&["memory", "stats"]).exits(0);
    assert!(ran.err.contains("docs/ja/other.tmx:1:"), "{}", ran.err);
    assert!(ran.out.contains("docs/ja/2024-02-24-weekly.md: 7 of 7 segments"), "{}", ran.out);
    fs::remove_file(folder.file("docs/ja/other.tmx")).expect("it is there");
    assert_eq!(folder.run(&["memory", "export"]).exits(0).out, whole);
    let ran = folder.run(&["memory", "import", "docs/2024-02-24-weekly.md"]).exits(2);
    assert!(ran.err.contains("its name does not say what it is"), "{}", ran.err);
}
