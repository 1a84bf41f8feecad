//! The index of a memory: the same whatever happened to it before, and never a wrong answer, whatever
//! is in its file.

#[path = "../support/mod.rs"]
mod support;

mod damage;
mod laws;
mod place;

use std::path::{Path, PathBuf};

use nekoyaku::memory::{Memory, Unit};
use support::translator::{Folder, Ran};

/// The index of the folders `docs` and `docs/ja`.
const INDEX: &str = "docs/ja/.nekoyaku/memory.sqlite";

/// An issue of which all is known from the pairs of [`pairs`].
const NEW: &str = "docs/2024-06-01-weekly.md";

const GREETING: [&str; 2] =
    ["你好，这里是给猫看的周刊，每周五准时送到。", "こんにちは、猫のための週刊です。毎週金曜日にお届けします。"];

/// A folder with so many pairs, of so many paragraphs each.
fn pairs(pairs: usize, paragraphs: usize) -> Folder {
    let folder = Folder::new();
    for pair in 0..pairs {
        let name = format!("2024-{:02}-{:02}-weekly.md", pair / 28 + 1, pair % 28 + 1);
        let text = |greeting: &str, say: &dyn Fn(usize) -> String| {
            let said: String = (0..paragraphs).map(|n| format!("{}\n\n", say(n))).collect();
            format!("{greeting}\n\n{said}## Python\n")
        };
        let number = |n: usize| pair * paragraphs + n;
        folder.put(
            &format!("docs/{name}"),
            text(GREETING[0], &|n| {
                format!("第 {} 只猫爬上了{}号屋顶。", number(n), spelled(number(n), "零一二三四五六七八九"))
            }),
        );
        folder.put(
            &format!("docs/ja/{name}"),
            text(GREETING[1], &|n| {
                format!("{} 匹目の猫が{}番の屋根に登りました。", number(n), spelled(number(n), "〇一二三四五六七八九"))
            }),
        );
    }
    folder.put(NEW, GREETING[0].to_owned() + "\n");
    folder
}

/// A number in characters.
fn spelled(number: usize, digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    number.to_string().bytes().map(|digit| digits[usize::from(digit - b'0')]).collect()
}

/// The new issue, translated without a model.
fn translated(folder: &Folder, more: &[&str]) -> Ran {
    folder.run(&[&["translate", "--offline", NEW, "-o", "out.md", "--no-diff", "--no-note", "--force"], more].concat())
}

/// The new issue was translated, and what was published of it is in the edition.
#[track_caller]
fn is_known(folder: &Folder, ran: Ran) -> Ran {
    let ran = ran.exits(0);
    assert!(folder.get("out.md").contains(GREETING[1]), "{}\n{}", folder.get("out.md"), ran.err);
    ran
}

fn index(folder: &Folder) -> PathBuf {
    folder.file(INDEX)
}

/// All that a memory in a file has.
fn all(path: &Path) -> Vec<Unit> {
    let memory = Memory::open(path).expect("a memory");
    let mut all = Vec::new();
    memory
        .each(|unit| {
            all.push(unit);
            Ok::<_, nekoyaku::memory::MemoryError>(())
        })
        .expect("a memory");
    all
}
