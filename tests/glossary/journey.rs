//! From a machine's draft to the termbase: translate, put right, learn, suggest, forbid.

use super::support::Server;
use super::support::translator::{Folder, answer};

const ISSUE: &str = "docs/2024-03-02-weekly.md";
const EDITION: &str = "docs/ja/2024-03-02-weekly.md";

/// What a server makes of an issue that says 猫砂盆 three times.
const SENTENCES: [(&str, &str); 5] = [
    ("怎样选择猫砂盆", "猫砂鉢の選び方"),
    ("小猫第一次看到猫砂盆，觉得很奇怪。", "子猫は初めて猫砂鉢を見て、不思議に思いました。"),
    ("大的猫砂盆更好清理。", "大きな猫砂鉢のほうが掃除は楽です。"),
    ("狗在院子里睡觉。", "犬は庭で寝ています。"),
    ("下雨的时候，它们都在家里。", "雨の日は、みんな家にいます。"),
];

fn translated(text: &str) -> String {
    let known = SENTENCES.iter().find(|(source, _)| *source == text.trim());
    known.map_or_else(|| format!("訳：{text}"), |(_, target)| (*target).to_owned())
}

fn translate() -> (Folder, Server) {
    let folder = Folder::new();
    let mut issue = "---\ntitle: 'Python 潮流周刊#42：猫'\npubDate: 2024-03-02\nauthor: 豌豆花下猫\n---\n\n".to_owned();
    for (source, _) in SENTENCES {
        issue += source;
        issue += "\n\n";
    }
    folder.put(ISSUE, issue);
    folder.put("docs/ja/.keep", "");
    folder.put("glossary.toml", "# ネコの用語\n[[term]]\nsource = \"狗\"\ntarget = \"犬\"\n");
    let server = Server::start(|seen| answer(seen, translated));
    folder.translate(&server.base_url(), &[ISSUE]);
    assert!(folder.get(EDITION).contains("猫砂鉢の選び方"));
    (folder, server)
}

#[test]
fn what_is_put_right_in_a_draft_becomes_a_term_that_the_next_draft_is_held_to() {
    let (folder, server) = translate();
    let ran = folder.run(&["glossary", "suggest", "--from-edits"]).exits(0);
    assert_eq!(ran.out, "0 of terms, 0 of other words\n");

    let line = |text: &str, sought: &str| text.lines().position(|line| line.contains(sought)).map_or(0, |at| at + 1);
    folder.put(EDITION, folder.get(EDITION).replace("猫砂鉢", "猫用トイレ"));
    let first = line(&folder.get(EDITION), "猫用トイレの選び方");
    folder.run(&["memory", "learn", ISSUE, EDITION]);
    let told = format!(
        "terms (1)\n  猫砂盆  猫用トイレ, not 猫砂鉢  changed 3 times in 3 paragraphs\n      猫砂鉢 → 猫用トイレ  {EDITION}:{first}\n"
    );
    for paths in [&[][..], &["docs"], &["docs/ja"], &[EDITION]] {
        let ran = folder.run(&[&["glossary", "suggest", "--from-edits"], paths].concat()).exits(0);
        assert!(ran.out.starts_with(&told), "{paths:?}\n{}", ran.out);
    }
    let ran = folder.run(&["glossary", "suggest", "--from-edits", "--format", "json"]).exits(0);
    let listing: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let proposal = &listing["proposals"][0];
    assert_eq!(
        (&listing["summary"]["terms"], &proposal["kind"], &proposal["left"]),
        (&1.into(), &"term".into(), &0.into())
    );
    assert_eq!(
        (&proposal["places"][0]["edition"]["line"], &proposal["places"][0]["source_line"]),
        (&first.into(), &7.into())
    );

    folder.run(&["glossary", "suggest", "--from-edits", "--add", "glossary.toml"]).exits(0);
    let terms = folder.get("glossary.toml");
    assert!(terms.starts_with("# ネコの用語\n"), "{terms}");
    assert!(terms.contains("source = \"猫砂盆\"\ntarget = \"猫用トイレ\"\nforbidden = [\"猫砂鉢\"]\n"), "{terms}");
    let ran = folder.run(&["glossary", "suggest", "--from-edits"]).exits(0);
    assert_eq!(ran.out, "0 of terms, 0 of other words\n");

    // The next issue says it once more.
    folder.put("docs/2024-03-09-weekly.md", "大的猫砂盆更好清理。\n\n狗和猫砂盆\n");
    let before = server.seen().len();
    let ran = folder.translate(&server.base_url(), &["docs/2024-03-09-weekly.md"]);
    let asked = &server.seen()[before..];
    assert!(asked.iter().any(|seen| seen.json().to_string().contains("猫用トイレ")), "{}", ran.err);
    folder.put("docs/ja/2024-03-09-weekly.md", "大きな猫砂鉢です。\n\n犬と猫用トイレ\n");
    let ran = folder.run(&["check", "docs/2024-03-09-weekly.md", "docs/ja/2024-03-09-weekly.md"]);
    assert!(ran.out.contains("term-forbidden"), "{}", ran.out);
}

#[test]
fn a_term_that_is_there_gets_what_is_forbidden_and_one_that_says_otherwise_is_changed_where_it_is_named() {
    let (folder, _server) = translate();
    folder.put(EDITION, folder.get(EDITION).replace("猫砂鉢", "猫用トイレ"));
    let terms = |target: &str| format!("[[term]]\nsource = \"猫砂盆\"  # よく出る\ntarget = \"{target}\"\n");
    let suggest = ["glossary", "suggest", "--from-edits", "--add", "glossary.toml"];

    folder.put("glossary.toml", terms("猫用トイレ"));
    folder.run(&suggest).exits(0);
    assert_eq!(folder.get("glossary.toml"), terms("猫用トイレ") + "forbidden = [\"猫砂鉢\"]\n");

    folder.put("glossary.toml", terms("猫砂鉢"));
    let ran = folder.run(&suggest[..3]).exits(0);
    assert!(ran.out.starts_with("the termbase has what the machine wrote (1)\n"), "{}", ran.out);
    folder.run(&suggest).exits(0);
    assert_eq!(folder.get("glossary.toml"), terms("猫砂鉢"));
    folder.run(&[&suggest[..], &["--accept", "猫砂盆"]].concat()).exits(0);
    assert_eq!(folder.get("glossary.toml"), terms("猫用トイレ") + "forbidden = [\"猫砂鉢\"]\n");
}

#[test]
fn where_no_draft_is_kept_it_is_said() {
    let folder = Folder::new();
    folder.put("docs/ja/a.md", "猫です。\n");
    folder.put("docs/a.md", "猫。\n");
    for (path, name) in [("docs/ja/a.md", "docs/ja/a.md"), ("docs", "any edition in docs")] {
        let ran = folder.run(&["glossary", "suggest", "--from-edits", path]).exits(2);
        assert!(ran.err.contains(&format!("there is no draft of {name}")), "{}", ran.err);
    }
    let ran = folder.run(&["glossary", "suggest", "--from-edits"]).exits(2);
    assert!(ran.err.contains("any edition in docs, docs/ja") && ran.err.contains("nekoyaku translate"), "{}", ran.err);
}
