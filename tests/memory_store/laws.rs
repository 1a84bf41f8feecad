//! What is known depends on what is published now: not on what was before, nor on the order of learning.

use std::collections::BTreeMap;

use nekoyaku::issue::Issue;
use nekoyaku::memory::{Found, LeftOut, Lesson, Memory, MemoryError, Origin, Similar, Texts, Title, Unit};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use proptest::prelude::*;

type Names = (String, String);

/// What a pair says at some time.
fn lesson(names: &Names, sentences: &[(usize, usize)]) -> Lesson {
    let units = sentences.iter().enumerate().map(|(line, (source, target))| Unit {
        source: SENTENCES[*source].to_owned(),
        target: format!("{}、{target}", SENTENCES[*source]),
        kind: ["paragraph", "heading"][target % 2].to_owned(),
        before: line.checked_sub(1).map_or("", |before| SENTENCES[sentences[before].0]).to_owned(),
        origin: Origin {
            source: names.0.clone(),
            source_line: line as u32 + 1,
            edition: names.1.clone(),
            edition_line: line as u32 + 4,
        },
        ..Unit::default()
    });
    let number = sentences.len() as u32;
    Lesson {
        units: units.collect(),
        left_out: vec![LeftOut { line: number, text: names.0.clone(), why: "link-altered".to_owned() }],
        title: Some(Title { number, source: "猫".to_owned(), target: format!("{}のネコ", names.0) }),
        segments: sentences.len() + 1,
    }
}

const SENTENCES: [&str; 9] = [
    "这只猫会写代码。",
    "这只猫会写很多代码，而且写得很快。",
    "那只猫不会写代码。",
    "本期有 3 篇文章和 12 个项目。",
    "本期有 7 篇文章和 8 个项目。",
    "欢迎订阅周刊，下周见！",
    "欢迎订阅",
    "猫",
    "用 Python 写一个 asyncio 服务",
];

/// What can be asked of a memory, in the order in which it answers.
type Answers =
    (Vec<Unit>, BTreeMap<Names, String>, Vec<nekoyaku::memory::Learned>, Vec<Vec<Found>>, Vec<Vec<Similar>>, u32);

fn answers(memory: &Memory) -> Result<Answers, MemoryError> {
    let mut all = Vec::new();
    memory.each(|unit| {
        all.push(unit);
        Ok::<_, MemoryError>(())
    })?;
    let profile = Profile::default();
    let text = SENTENCES.join("\n\n") + "\n\n[Python 潮流周刊#3：猫](https://cat.example/)\n\n那只猫会写文章。\n";
    let issue = Issue::new(Source::new("a.md", text), &profile).expect("an issue");
    let texts = Texts::new(&issue);
    let found = (0..issue.segment_count()).map(|segment| memory.find(&texts, segment, &profile));
    let found = found.collect::<Result<_, _>>()?;
    let similar = SENTENCES.iter().chain(&["那只猫会写文章。", "的"]).map(|text| memory.similar(text, &[], 0.0, 5));
    let similar = similar.collect::<Result<_, _>>()?;
    Ok((all, memory.fingerprints()?, memory.learned()?, found, similar, memory.len()?))
}

fn names(file: usize) -> Names {
    // One source may have two editions.
    (format!("docs/{}.md", file / 2), format!("docs/ja/{file}.md"))
}

fn learn(memory: &mut Memory, file: usize, sentences: &[(usize, usize)]) {
    let names = names(file);
    let lesson = lesson(&names, sentences);
    let fingerprint = format!("{sentences:?}");
    memory.change(|change| change.learn(&names.0, &names.1, &fingerprint, lesson)).expect("a memory");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_known_is_what_was_said_last(
        steps in prop::collection::vec(
            (0..5_usize, prop::option::weighted(0.7, prop::collection::vec((0..SENTENCES.len(), 0..3_usize), 0..6)), any::<bool>()),
            1..14,
        ),
    ) {
        let mut memory = Memory::in_room().expect("a memory");
        let mut last: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (file, said, tidy) in steps {
            if tidy {
                memory.tidy().expect("a memory");
            }
            if let Some(sentences) = said {
                learn(&mut memory, file, &sentences);
                last.insert(file, sentences);
            } else {
                let names = names(file);
                memory.change(|change| change.forget(&names.0, &names.1)).expect("a memory");
                last.remove(&file);
            }
        }
        let mut in_order = Memory::in_room().expect("a memory");
        last.iter().for_each(|(file, sentences)| learn(&mut in_order, *file, sentences));
        let mut in_reverse = Memory::in_room().expect("a memory");
        last.iter().rev().for_each(|(file, sentences)| learn(&mut in_reverse, *file, sentences));
        let wanted = answers(&in_order).expect("answers");
        prop_assert_eq!(wanted.0.len(), last.values().map(Vec::len).sum::<usize>());
        prop_assert_eq!(&answers(&memory).expect("answers"), &wanted);
        prop_assert_eq!(&answers(&in_reverse).expect("answers"), &wanted);
    }
}

/// More than is looked at of what everybody writes: which of them are looked at is the same in every
/// order of learning.
#[test]
fn of_more_than_are_looked_at_the_same_ones_are() {
    let common = |n: usize| format!("这只猫会写代码，{}。", super::spelled(n, "甲乙丙丁戊己庚辛壬癸"));
    let unit = |n: usize, source: String| Unit {
        target: format!("訳{n}。"),
        origin: Origin { source: format!("{n}.md"), source_line: 1, edition: format!("ja/{n}.md"), edition_line: 1 },
        source,
        ..Unit::default()
    };
    // 700 different sentences that begin alike, and 700 times one sentence.
    let units: Vec<Unit> =
        (0..1400).map(|n| unit(n, if n < 700 { common(n) } else { "欢迎订阅。".to_owned() })).collect();
    let memory = |order: &mut dyn Iterator<Item = &Unit>| {
        let mut memory = Memory::in_room().expect("a memory");
        memory
            .change(|change| {
                for unit in order {
                    let lesson = Lesson { units: vec![unit.clone()], ..Lesson::default() };
                    change.learn(&unit.origin.source, &unit.origin.edition, "", lesson)?;
                }
                Ok::<_, MemoryError>(())
            })
            .expect("a memory");
        memory
    };
    let (one, other) = (memory(&mut units.iter()), memory(&mut units.iter().rev()));
    let profile = Profile::default();
    let issue = Issue::new(Source::new("a.md", "欢迎订阅。\n"), &profile).expect("an issue");
    let texts = Texts::new(&issue);
    let find = |memory: &Memory| memory.find(&texts, 0, &profile).expect("a memory");
    assert_eq!(find(&one), find(&other));
    assert!(!find(&one).is_empty());
    for text in ["这只猫会写代码", "欢迎订阅", "这只猫会写代码，丁甲。"] {
        let similar = |memory: &Memory| memory.similar(text, &[], 0.1, 5).expect("a memory");
        assert_eq!(similar(&one), similar(&other), "{text}");
        assert!(!similar(&one).is_empty(), "{text}");
    }
    assert_eq!(one.similar(&common(31), &[], 0.1, 1).expect("a memory")[0].unit.source, common(31));
}
