//! An edition that people worked on is brought up to date, and nothing of theirs is lost.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nekoyaku::edition::{self, Rendered};
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::update::{Before, Merged, Update};
use proptest::prelude::*;
use support::Server;
use support::translator::{Folder, answer, asked};

fn issue(text: &str) -> Issue {
    Issue::new(Source::new("a.md", text), &Profile::default()).expect("an issue")
}

/// The edition of `issue` with each segment as `translate` has it, without a note.
fn built(issue: &Issue, translate: impl Fn(&str) -> String) -> edition::Edition {
    let markdown = |segment| issue.source.slice(issue.span_in_file(&segment));
    let rendered: Vec<Rendered> =
        issue.segments().map(|segment| Rendered::Translation(translate(markdown(segment)))).collect();
    edition::build(issue, rendered, &Profile::default(), None).expect("an edition")
}

/// A paragraph's kana for its Chinese: the same text has the same translation.
fn kana(text: &str) -> String {
    text.chars()
        .map(|c| {
            if ('\u{4e00}'..='\u{9fff}').contains(&c) {
                char::from_u32(0x3042 + u32::from(c) % 80).unwrap_or('あ')
            } else {
                c
            }
        })
        .collect()
}

fn merged(old: &str, new: &str, edition: &str, draft: Option<&str>) -> Merged {
    let (old, new, edition) = (issue(old), issue(new), Source::new("ja/a.md", edition));
    let before = Before { source: &old, edition: draft };
    let update = Update::new(before, &new, &edition, &Profile::default()).expect("an update");
    update.write(&built(&new, |text| format!("新訳{}", kana(text))))
}

/// What a person does to a block of an edition.
#[derive(Clone, Debug)]
enum Edit {
    Nothing,
    /// Other words in it.
    Words(u8),
    /// A note behind it.
    Note(u8),
}

/// What becomes of a block of the source.
#[derive(Clone, Debug)]
enum Change {
    Nothing,
    Words(u8),
    Gone,
    /// Another one behind it.
    More(u8),
}

#[derive(Clone, Debug)]
struct Block {
    /// What it is, and what it says.
    kind: u8,
    number: u16,
    edit: Edit,
    change: Change,
}

const WORDS: [&str; 8] = [
    "一只猫在写代码",
    "周刊分享文章",
    "这个框架很快",
    "作者介绍了异步",
    "有人在讨论内存",
    "数据库升级了",
    "模型变小了",
    "大家都在睡觉",
];

impl Block {
    /// Its text in the source; `more` is what a change adds.
    fn source(&self, more: &str) -> String {
        let words = WORDS[usize::from(self.number) % WORDS.len()];
        let number = self.number;
        match self.kind % 4 {
            0 => format!("## {words}{more}{number}"),
            1 => format!("{words}{more}，第 {number} 次。"),
            2 => format!("{number}、[{words}{more}](https://a.example/{number})"),
            _ => format!("{words}{more}\n第 {number} 项"),
        }
    }
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let edit = prop_oneof![4 => Just(Edit::Nothing), 2 => any::<u8>().prop_map(Edit::Words), 1 => any::<u8>().prop_map(Edit::Note)];
    let change = prop_oneof![
        5 => Just(Change::Nothing),
        2 => any::<u8>().prop_map(Change::Words),
        1 => Just(Change::Gone),
        1 => any::<u8>().prop_map(Change::More)
    ];
    let block = (any::<u8>(), 0..400_u16, edit, change);
    let block = block.prop_map(|(kind, number, edit, change)| Block { kind, number, edit, change });
    proptest::collection::vec(block, 1..14).prop_map(|mut blocks| {
        // Of what a source says twice nobody knows which of the two it still says.
        let mut seen = std::collections::HashSet::new();
        blocks.retain(|block| seen.insert(block.number));
        blocks
    })
}

fn joined(texts: &[String]) -> String {
    texts.join("\n\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)) })]

    /// Whatever people do to blocks of an edition and to its source: what they made of a block stays, and
    /// so does every block whose source is the same.
    #[test]
    fn nothing_of_a_persons_is_altered_or_lost(blocks in blocks(), with_draft in any::<bool>()) {
        let old: Vec<String> = blocks.iter().map(|block| block.source("")).collect();
        let (mut new, mut edition, mut kept, mut edited) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let old_text = joined(&old);
        let draft = built(&issue(&old_text), kana).text;
        let body = draft.split_once("---\n\n").map_or(&*draft, |(_, body)| body);
        let head = draft[..draft.len() - body.len()].to_owned();
        let drafted: Vec<&str> = body.trim_end().split("\n\n").collect();
        prop_assert_eq!(drafted.len(), blocks.len());
        for (block, draft) in blocks.iter().zip(&drafted) {
            let there = match &block.edit {
                Edit::Words(by) => format!("{draft}と猫{by}"),
                _ => (*draft).to_owned(),
            };
            if matches!(block.edit, Edit::Words(_)) {
                edited.push(there.clone());
            }
            if matches!(block.change, Change::Nothing | Change::More(_)) {
                kept.push(there.clone());
            }
            edition.push(there);
            if let Edit::Note(by) = block.edit {
                let note = format!("訳注：猫の話です{by}。");
                kept.push(note.clone());
                edited.push(note.clone());
                edition.push(note);
            }
            match &block.change {
                Change::Nothing => new.push(block.source("")),
                Change::Words(by) => new.push(block.source(&format!("又改了{by}"))),
                Change::Gone => {}
                Change::More(by) => new.extend([block.source(""), format!("新来的第{by}段，编号 {}。", block.number)]),
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let (new_text, edition) = (joined(&new), head + &joined(&edition));
        let merged = merged(&old_text, &new_text, &edition, with_draft.then_some(&*draft));
        for kept in &kept {
            prop_assert!(merged.text.contains(&**kept), "lost: {}\nold:\n{}\nnew:\n{}\nedition:\n{}\nmerged:\n{}", kept, old_text, new_text, edition, merged.text);
        }
        // With the draft at hand it is known what people wrote; without it, what was there is told.
        for edited in &edited {
            let told = merged.written.iter().any(|written| written.before.contains(&**edited));
            prop_assert!(merged.text.contains(&**edited) || !with_draft && told, "lost: {}\nmerged:\n{}", edited, merged.text);
        }
        if old_text == new_text {
            prop_assert_eq!(&merged.text, &edition);
        }
    }
}

#[test]
fn what_both_changed_stays_as_the_person_has_it_and_the_new_one_is_told() {
    let draft = "一つ目。\n\n二つ目。\n";
    let merged =
        merged("第一段。\n\n第二段。\n", "第一段。\n\n第二段，改了。\n", "一つ目。\n\n二つ目、直した。\n", Some(draft));
    assert_eq!(merged.text, "一つ目。\n\n二つ目、直した。\n");
    let [written] = &merged.written[..] else { panic!("{merged:?}") };
    assert!(written.conflict.as_ref().is_some_and(|new| new.starts_with("新訳")), "{written:?}");
    assert_eq!(&merged.text[written.edition.range()], "二つ目、直した。");
}

const OLD: &str = "---
title: 'Python 潮流周刊#43：三只猫'
pubDate: 2024-03-09
---

你好，这里是给猫看的周刊。

1、[三只猫](https://cat.example/3)

三只猫一起写代码，谁也不想睡。

2、[一只狗](https://dog.example/1)

狗在旁边看着，什么也没说。
";

const ISSUE: &str = "docs/2024-03-09-weekly.md";
const EDITION: &str = "docs/ja/2024-03-09-weekly.md";

/// All texts that a server was asked for.
fn texts(server: &Server) -> Vec<String> {
    let chats = |seen: &&support::Seen| seen.path.ends_with("/chat/completions");
    server.seen().iter().filter(chats).flat_map(asked).map(|(_, text)| text).collect()
}

/// A folder with a translated issue.
fn translated() -> Folder {
    let (folder, server) = (Folder::new(), Server::start(|seen| answer(seen, kana)));
    folder.put(ISSUE, OLD);
    fs::create_dir_all(folder.file("docs/ja")).expect("a folder");
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    folder
}

#[test]
fn a_changed_source_has_its_block_translated_and_what_people_did_stays() {
    let folder = translated();
    let there = folder.get(EDITION);
    let edited =
        there.replace(&kana("你好，这里是给猫看的周刊。"), "こんにちは、猫の週刊です。\n\n訳注：犬も読めます。");
    assert_ne!(edited, there);
    folder.put(EDITION, &edited);
    folder.put(ISSUE, OLD.replace("什么也没说", "叫了一声"));
    let server = Server::start(|seen| answer(seen, kana));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert_eq!(texts(&server), ["狗在旁边看着，叫了一声。"]);
    assert!(
        ran.err.contains("people worked on it; 5 of 6 segments stay, compared with its source as of the last run"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("its source changed, and it was translated anew; it was: "), "{}", ran.out);
    assert!(ran.out.contains("6 segments: 1 translated, 0 from the memory, 5 kept as they are, 0 left"), "{}", ran.out);
    assert_eq!(folder.get(EDITION), edited.replace(&kana("什么也没说"), &kana("叫了一声")));
    // Once more, and there is nothing to do.
    let again = Server::start(|seen| answer(seen, kana));
    folder.translate(&again.base_url(), &[ISSUE]).exits(0);
    assert!(texts(&again).is_empty());
    assert_eq!(folder.get(EDITION), edited.replace(&kana("什么也没说"), &kana("叫了一声")));
}

#[test]
fn what_a_person_changed_is_not_replaced_and_the_new_translation_is_told() {
    let folder = translated();
    let edited = folder.get(EDITION).replace(&kana("狗在旁边看着，什么也没说。"), "犬は黙って見ています。");
    folder.put(EDITION, &edited);
    folder.put(ISSUE, OLD.replace("什么也没说", "叫了一声"));
    let server = Server::start(|seen| answer(seen, kana));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(1);
    assert_eq!(folder.get(EDITION), edited);
    let told = format!("theirs stays; anew it would be: {}", kana("狗在旁边看着，叫了一声。"));
    assert!(ran.out.contains(&told), "{}", ran.out);
    // It is on the page to proofread on, also after a run that has nothing to do, until a person has seen to it.
    let page = || folder.run(&["review", ISSUE, EDITION, "--no-memory", "-o", "-"]).out;
    let told = format!("<del>犬は黙って見ています。</del><ins>{}</ins>", kana("狗在旁边看着，叫了一声。"));
    assert!(page().contains(&told));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert!(page().contains(&told));
    folder.put(EDITION, edited.replace("黙って見ています", "見ていて、ほえました"));
    assert!(!page().contains("its source changed after"));
    folder.put(EDITION, &edited);
    // `--force` starts anew, and keeps a copy.
    folder.translate(&server.base_url(), &[ISSUE, "--force"]).exits(0);
    assert!(folder.get(EDITION).contains(&kana("叫了一声")));
    assert_eq!(folder.get("docs/ja/2024-03-09-weekly.md.bak"), edited);
    assert!(!folder.has("docs/ja/.nekoyaku/drafts/2024-03-09-weekly.md.conflicts.json"));
}

#[test]
fn an_edition_of_which_nobody_knows_what_it_was_made_of_stays_until_we_are_told() {
    let folder = Folder::new();
    folder.put(ISSUE, OLD.replace("什么也没说", "叫了一声"));
    let edition = "---\ntitle: 'Python トレンド週刊#43：三匹の猫'\npubDate: 2024-03-09\n---\n\nこんにちは、猫のための週刊です。\n\n\
                   1、[三匹の猫](https://cat.example/3)\n\n猫が三匹、一緒にコードを書いています。\n\n\
                   2、[一匹の犬](https://dog.example/1)\n\n犬はそばで見ているだけで、何も言いません。\n";
    folder.put(EDITION, edition);
    let server = Server::start(|seen| answer(seen, kana));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(2);
    assert!(ran.err.contains("--base"), "{}", ran.err);
    assert_eq!(folder.get(EDITION), edition);
    folder.put("old.md", OLD);
    folder.translate(&server.base_url(), &[ISSUE, "--base", "old.md"]).exits(0);
    assert_eq!(texts(&server), ["狗在旁边看着，叫了一声。"]);
    let anew = kana("狗在旁边看着，叫了一声。");
    assert_eq!(folder.get(EDITION), edition.replace("犬はそばで見ているだけで、何も言いません。", &anew));
    // Nobody knows who wrote what was replaced: it is kept.
    assert_eq!(folder.get("docs/ja/2024-03-09-weekly.md.bak"), edition);
    // The old rendering was shown to the model.
    assert!(server.seen().iter().any(|seen| seen.body.contains("犬はそばで見ているだけで、何も言いません。")));
}

#[test]
fn the_commit_of_an_edition_says_what_it_was_made_of() {
    let folder = Folder::new();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).args(["-c", "user.name=猫", "-c", "user.email=cat@cat.example"]).args(args);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q"]) {
        return;
    }
    folder.put(ISSUE, OLD);
    folder.put(EDITION, kana(OLD));
    assert!(git(&["add", "docs"]) && git(&["commit", "-qm", "一期"]));
    folder.put(ISSUE, OLD.replace("什么也没说", "叫了一声"));
    assert!(git(&["commit", "-qam", "改了一句"]));
    let server = Server::start(|seen| answer(seen, kana));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert!(ran.err.contains("compared with its source as of commit "), "{}", ran.err);
    assert_eq!(texts(&server), ["狗在旁边看着，叫了一声。"]);
    assert_eq!(folder.get(EDITION), kana(OLD).replace(&kana("什么也没说"), &kana("叫了一声")));
}

#[test]
fn a_real_edition_is_asked_for_what_its_source_changed() {
    let Some(corpus) = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from) else { return };
    let read = |name: &str| fs::read_to_string(corpus.join(name)).expect("a text of the corpus");
    let (folder, server) = (Folder::new(), Server::start(|seen| answer(seen, kana)));
    let (issue, edition) = ("docs/2023-06-03-weekly.md", "docs/ja/2023-06-03-weekly.md");
    folder.put(issue, read(issue));
    folder.put(edition, read(edition));
    folder.put("old.md", read("mission/issue-5.zh.md"));
    folder.translate(&server.base_url(), &[issue, "--base", "old.md"]);
    assert_eq!(texts(&server).len(), 1, "{:?}", texts(&server));
    let (before, after) = (read(edition), folder.get(edition));
    let blocks = |text: &str| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let other = blocks(&before).into_iter().zip(blocks(&after)).filter(|(one, other)| one != other).count();
    assert_eq!((blocks(&before).len(), other), (blocks(&after).len(), 1));
}
