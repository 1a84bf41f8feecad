//! An edition that people worked on is brought up to date, and nothing of theirs is lost.

use nekoyaku::edition::{self, Rendered};
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::update::{Before, Merged, Update};
use proptest::prelude::*;

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
