//! What a change is said to touch is what is asked for again, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Server;
use crate::support::translator::{Folder, answer, asked, pseudo};

const NAME: &str = "docs/2023-07-01-weekly.md";
const EDITION: &str = "docs/ja/2023-07-01-weekly.md";

const ISSUE: &str = "---\ntitle: 'Python 潮流周刊#9：语言模型'\npubDate: 2023-07-01\n---\n\n\
    ## 文章与教程\n\n\
    1、[如何写装饰器](https://a.example/1)\n\n\
    它說：「裝飾器是函數」，只有这些。\n\n\
    2、[生成器](https://a.example/2)\n\n\
    大语言模型与语言模型有十处不同。\n\n\
    - 函数很多\n- 用 Github 管理\n- 没有任何标记\n\n\
    | 表 | 函数 |\n|---|---|\n| 一只猫 | 模型 |\n";

const OLD: &str = r#"
[[term]]
source = "装饰器"
target = "デコレータ"
[[term]]
source = "模型"
target = "モデル"
[[term]]
source = "Github"
target = "GitHub"
case = true
[[term]]
source = "生成器"
target = "ジェネレータ"
"#;

/// The segments that are said to be touched, by line and column, and by the line of the edition.
fn said(folder: &Folder) -> Vec<(u64, u64, Option<u64>)> {
    let args = ["glossary", "impact", "--changed", "old.toml", NAME, EDITION, "--format", "json"];
    let ran = folder.run(&args);
    let told: Value = ran.out.parse().expect("JSON");
    let segments = told["segments"].as_array().expect("a list");
    assert_eq!(ran.code, Some(i32::from(!segments.is_empty())), "{}", ran.err);
    assert_eq!(told["summary"]["segments"], segments.len());
    let number = |value: &Value| value.as_u64();
    let place = |segment: &Value| {
        let source = &segment["source"];
        let line = number(&source["line"]).expect("a line");
        (line, number(&source["column"]).expect("a column"), number(&segment["edition"]["line"]))
    };
    segments.iter().map(place).collect()
}

/// The texts of all segments, by line and column.
fn segments(folder: &Folder) -> Vec<((u64, u64), String)> {
    let listing: Value = folder.run(&["segments", "--format", "json", NAME]).exits(0).out.parse().expect("JSON");
    let segments = listing["files"][0]["segments"].as_array().expect("a list").clone();
    let place =
        |segment: &Value| (segment["line"].as_u64().expect("a line"), segment["column"].as_u64().expect("a column"));
    segments.iter().map(|segment| (place(segment), segment["text"].as_str().expect("a text").to_owned())).collect()
}

#[test]
fn a_change_is_said_to_touch_what_is_asked_for_again() {
    for (new, wanted) in [
        (OLD.to_owned(), 0),
        (OLD.replace("デコレータ", "デコレーター"), 2),
        // A longer term takes two places of the shorter one: in the title, and in the paragraph.
        (format!("{OLD}[[term]]\nsource = \"语言模型\"\ntarget = \"言語モデル\"\n"), 2),
        (OLD.replace("target = \"GitHub\"\n", "target = \"GitHub\"\nnote = \"製品\"\n"), 1),
        (OLD.replace("source = \"Github\"", "source = \"GITHUB\""), 1),
        (format!("{OLD}[[term]]\nsource = \"函数\"\ntarget = \"関数\"\nforbidden = [\"函数\"]\n"), 3),
        (OLD.replace("source = \"模型\"", "source = \"類型\""), 3),
    ] {
        let (folder, server) = (Folder::new(), Server::start(|seen| answer(seen, pseudo)));
        folder.put(NAME, ISSUE);
        folder.put("docs/ja/.keep", "");
        folder.put("glossary.toml", OLD);
        folder.translate(&server.base_url(), &[NAME, "--no-memory"]).exits(0);
        let before = server.seen().len();

        folder.put("old.toml", OLD);
        folder.put("glossary.toml", &new);
        let touched = said(&folder);
        assert_eq!(touched.len(), wanted, "{new}");
        assert!(touched.iter().all(|(.., line)| line.is_some()), "{touched:?}");

        folder.translate(&server.base_url(), &[NAME, "--no-memory"]).exits(0);
        let again: BTreeSet<String> =
            server.seen()[before..].iter().flat_map(|seen| asked(seen).into_iter().map(|(_, text)| text)).collect();
        let all = segments(&folder);
        let text = |line: u64, column: u64| {
            all.iter().find(|(place, _)| *place == (line, column)).map(|(_, text)| text.clone()).expect("a segment")
        };
        let said: BTreeSet<String> = touched.iter().map(|(line, column, _)| text(*line, *column)).collect();
        assert_eq!(said, again, "{new}");
    }
}
