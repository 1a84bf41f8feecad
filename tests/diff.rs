//! What differs: laws over made-up texts, what other programs make of a diff, what people see.

mod support;

use std::fs;
use std::path::Path;

use nekoyaku::check::File;
use nekoyaku::diff::{Between, Change, Comparison, Head, in_order, parts, tokens, unified, words};
use nekoyaku::profile::Profile;
use nekoyaku::source::{Source, Span};
use proptest::prelude::*;
use support::Server;
use support::patch::{Tool, applied};
use support::translator::{Folder, SAMPLE, answer, pseudo};
use unicode_width::UnicodeWidthStr;

const EDITION: &str = include_str!("../examples/ja/2024-02-17-weekly.md");

/// Words that are alike often enough.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "猫",
        "変更",
        "する",
        "の",
        "は",
        "、",
        "。",
        "コード",
        "Python",
        " ",
        "3",
        "\n",
        "\r\n",
        "👍🏽",
        "か\u{3099}",
        "👨\u{200d}👩\u{200d}👧",
        "\u{301}",
        "**",
        "https://a.example/%A2",
        "\u{0}",
        "\u{202e}",
        "ー",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Markdown of two texts that have something to do with each other.
fn markdown() -> impl Strategy<Value = String> {
    let block = prop::sample::select(vec![
        "# 周刊\n\n",
        "# 週刊\n\n",
        "1、[猫](https://a.example/1)\n\n",
        "2、[犬](https://a.example/2)\n\n",
        "给猫看的。\n\n",
        "猫のためのものです。\n\n",
        "訳注：註です。\n\n",
        "> 本記事は翻訳です。\n\n",
        "- 甲\n- 乙\n\n",
        "| 丙 | 丁 |\n|-|-|\n| 戊 | 己 |\n\n",
        "```\n猫()\n```\n",
        "---\n",
        "---\ntitle: 猫\n---\n\n",
        "\u{feff}",
        "\r\n",
        "段落\r\n二行\r\n\r\n",
        "> 引\n> \n> - 用\n\n",
        "\n\n\n",
        "<div>\n<p>猫</p>\n</div>\n\n",
        "[a]: https://a.example\n\n",
        "末",
        "\t码\n\n",
        "\\ No newline at end of file\n",
        "-- 猫\n",
        "++ 猫\n",
    ]);
    prop::collection::vec(block, 0..14).prop_map(|blocks| blocks.concat())
}

fn file(text: &str) -> File {
    File::new(Source::new("a.md", text), &Profile::default())
}

/// Whether spans follow upon each other from 0 to `end`.
fn tile(spans: impl IntoIterator<Item = Span>, end: usize) -> bool {
    let mut at = 0;
    spans.into_iter().all(|span| std::mem::replace(&mut at, span.end()) == span.start()) && at == end
}

#[test]
fn what_was_moved_into_the_middle_of_what_belongs_together_is_not_lost() {
    let old = "| 丙 | 丁 |\n|-|-|\n| 戊 | 己 |\n\n\t码\n\n猫のためのものです。\n\n# 周刊\n\n| 丙 | 丁 |\n|-|-|\n| 戊 | 己 |\n\n";
    let new =
        "猫のためのものです。\n\n# 周刊\n\n给猫看的。\n\n\t码\n\n给猫看的。\n\n```\n猫()\n```\n# 週刊\n\n# 週刊\n\n";
    let parts = parts(&file(old), &file(new));
    let mut olds: Vec<Span> = parts.iter().map(|part| part.old).filter(|span| !span.is_empty()).collect();
    olds.sort();
    assert!(tile(olds, old.len()) && tile(parts.iter().map(|part| part.new), new.len()), "{parts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_joined_are_the_text(text in prop_oneof![text(), any::<String>()]) {
        let tokens = tokens(&text);
        prop_assert_eq!(tokens.concat(), text.as_str());
        prop_assert!(tokens.iter().all(|token| !token.is_empty()));
    }

    #[test]
    fn changes_joined_are_both_texts_and_take_turns(old in text(), new in text()) {
        let changes = words(&old, &new);
        prop_assert_eq!(changes.iter().map(|change| change.before()).collect::<String>(), old.as_str());
        prop_assert_eq!(changes.iter().map(|change| change.after()).collect::<String>(), new.as_str());
        let is_kept = |change: &Change<'_>| matches!(change, Change::Kept(_));
        prop_assert!(changes.windows(2).all(|two| is_kept(&two[0]) != is_kept(&two[1])));
        let is_honest = |change: &Change<'_>| match change {
            Change::Kept(text) => !text.is_empty(),
            Change::Replaced { old, new } => old != new,
        };
        prop_assert!(changes.iter().all(is_honest));
        prop_assert_eq!(changes.iter().all(is_kept), old == new);
    }

    #[test]
    fn parts_tile_both_texts(old in markdown(), new in markdown()) {
        let parts = parts(&file(&old), &file(&new));
        prop_assert!(tile(parts.iter().map(|part| part.new), new.len()), "{:?}", parts);
        let mut olds: Vec<Span> = parts.iter().map(|part| part.old).filter(|span| !span.is_empty()).collect();
        olds.sort();
        prop_assert!(tile(olds, old.len()), "{:?}", parts);
        let tiles = in_order(&parts);
        prop_assert!(tile(tiles.iter().map(|tile| tile.1), new.len()), "{:?}", tiles);
        let olds = || tiles.iter().map(|tile| tile.0);
        // What was moved away from the end is no tile: `unified` takes what is left for the last one.
        let end = olds().next_back().map_or(0, Span::end);
        prop_assert!(tile(olds(), end), "{:?}", tiles);
        for part in &parts {
            let whole = |text: &str, at: usize| at == 0 || at == text.len() || text[..at].ends_with('\n') || text[..at] == *"\u{feff}";
            prop_assert!(whole(&old, part.old.start()) && whole(&new, part.new.start()), "{:?}", part);
        }
    }

    #[test]
    fn the_diff_of_any_two_texts_gives_the_one_and_the_other(old in markdown(), new in markdown()) {
        let head = Head { path: "a.md", edition: Some("ja/a.md") };
        let there = Comparison::new(file(&old), file(&new), Between::Languages).unified(head);
        prop_assert_eq!(applied(&old, &there), new.as_str());
        let back = Comparison::new(file(&new), file(&old), Between::Languages).unified(head);
        prop_assert_eq!(applied(&new, &back), old.as_str());
    }

    #[test]
    fn blocks_are_where_they_are_said_to_be(old in markdown(), new in markdown()) {
        let comparison = Comparison::new(file(&old), file(&new), Between::Editions);
        for block in comparison.blocks() {
            prop_assert_eq!(&old[block.old_span.range()], block.old);
            prop_assert_eq!(&new[block.new_span.range()], block.new);
        }
        let blank = |text: &str| text.split_whitespace().collect::<String>();
        let shown: String = comparison.blocks().map(|block| blank(block.new)).collect();
        prop_assert_eq!(shown, blank(&new));
        prop_assert!(old != new || comparison.blocks().all(|block| block.is_same()));
    }
}

/// Source and edition as they stand in `folder`, held against what git and patch make of the diff.
fn apply_both_ways(folder: &Folder, source: &str, edition: &str, diff: &str) {
    let (old, new) =
        (fs::read(folder.file(source)).expect("a source"), fs::read(folder.file(edition)).expect("an edition"));
    for tool in Tool::ALL {
        if !tool.apply(folder.path(), diff, false) {
            continue;
        }
        assert!(fs::read(folder.file(source)).expect("a file") == new, "{tool:?}: {source}\n{diff}");
        tool.apply(folder.path(), diff, true);
        assert!(fs::read(folder.file(source)).expect("a file") == old, "{tool:?} -R: {source}\n{diff}");
    }
}

#[test]
fn git_and_patch_apply_it_whatever_the_file_is_called() {
    for name in [
        "docs/周刊.md",
        "a b.md",
        "日 本/ x.md",
        "q\"uote\\.md",
        "ta\tb\nnl.md",
        "-n.md",
        "a->b.md",
        "trail ",
        "2024-01-01 00:00:00",
        "--- a.md",
        "\u{3000}é.md",
    ] {
        let folder = Folder::new();
        folder.put(name, SAMPLE);
        folder.put("edition.md", EDITION);
        let ran = folder.run(&["diff", "--", name, "edition.md"]).exits(0);
        assert!(ran.out.starts_with("Edition: edition.md\n"), "{}", ran.out);
        apply_both_ways(&folder, name, "edition.md", &ran.out);
    }
}

#[test]
fn git_and_patch_apply_it_wherever_the_file_is() {
    let folder = Folder::new();
    folder.put("docs/x.md", SAMPLE);
    folder.put("docs/ja/x.md", EDITION);
    folder.put("elsewhere/.git/HEAD", "");
    let absolute = folder.file("docs/x.md");
    for source in ["docs/x.md", "./docs/x.md", "docs/ja/../x.md", absolute.to_str().expect("UTF-8")] {
        let ran = folder.run(&["diff", source, "docs/ja/x.md"]).exits(0);
        assert!(ran.out.contains("\n--- a/docs/x.md\n+++ b/docs/x.md\n"), "{source}: {}", ran.out);
        apply_both_ways(&folder, "docs/x.md", "docs/ja/x.md", &ran.out);
    }
    // From below, where the file is in no folder of this one: alone, or from the top of its repository.
    let from = |name: &str| {
        let output =
            folder.nekoyaku().current_dir(folder.file("elsewhere")).args(["diff", name, "../docs/ja/x.md"]).output();
        support::translator::Ran::of(output.expect("the program runs")).exits(0).out
    };
    assert!(from("../docs/x.md").contains("\n--- a/x.md\n"));
    folder.put(".git/HEAD", "");
    assert!(from("../docs/x.md").contains("\n--- a/docs/x.md\n"));
}

#[test]
fn line_ends_and_byte_order_marks_come_through() {
    let forms = |text: &str| {
        let crlf = text.replace('\n', "\r\n");
        [
            text.to_owned(),
            crlf.clone(),
            format!("\u{feff}{text}"),
            text.trim_end().to_owned(),
            format!("\u{feff}{}", crlf.trim_end()),
        ]
    };
    for source in forms(SAMPLE) {
        for edition in forms(EDITION) {
            let folder = Folder::new();
            folder.put("x.md", &source);
            folder.put("ja/x.md", &edition);
            let diff = folder.run(&["diff", "x.md", "ja/x.md"]).exits(0).out;
            assert_eq!(applied(&source, &diff), edition);
            apply_both_ways(&folder, "x.md", "ja/x.md", &diff);
        }
    }
}

#[test]
fn git_and_patch_apply_the_published_pairs() {
    let Some(corpus) = std::env::var_os("NEKOYAKU_CORPUS") else { return };
    let docs = Path::new(&corpus).join("docs");
    let mut seen = 0;
    for entry in fs::read_dir(docs.join("ja")).expect("the editions") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let folder = Folder::new();
        folder.put(&format!("docs/{name}"), fs::read(docs.join(&name)).expect("a source"));
        folder.put(&format!("docs/ja/{name}"), fs::read(&path).expect("an edition"));
        let (source, edition) = (format!("docs/{name}"), format!("docs/ja/{name}"));
        let diff = folder.run(&["diff", &source, &edition]).exits(0).out;
        apply_both_ways(&folder, &source, &edition, &diff);
        seen += 1;
    }
    assert!(seen >= 5, "{seen} pairs in NEKOYAKU_CORPUS");
}

#[test]
fn the_border_stands_in_one_column_and_nothing_runs_over() {
    let odd = "# 🐿️👨‍👩‍👧👍🏽🇯🇵 か\u{3099}e\u{301}\t終\n\n“引用”…①α→ 半角ｶﾅ １ \u{202e}逆\u{1b}[2J\n\n\
               [猫](https://a.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)\n\n词 word words wordier\n";
    let folder = Folder::new();
    folder.put("x.md", format!("{SAMPLE}\n{odd}"));
    folder.put("ja.md", format!("{EDITION}\n{}", odd.replace('词', "です、の")));
    for width in [20, 41, 80, 120, 200] {
        let args = ["diff", "x.md", "ja.md", "--format", "side-by-side", "--width", &width.to_string()];
        let out = folder.run(&args).exits(0).out;
        assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{200d}', '\t']));
        let mut borders = std::collections::BTreeSet::new();
        let most = out.lines().map(UnicodeWidthStr::width).max().expect("lines");
        assert!(most <= width && most + 4 >= width.min(80), "{most} of {width}");
        // On a terminal where some characters are wider, they still end before the border.
        let text = (width - 5 - 2 * 3) / 2;
        for line in out.lines() {
            let at = line.char_indices().filter(|(_, c)| "|<>~".contains(*c)).map(|(at, _)| (line[..at].width(), at));
            let at: Vec<(usize, usize)> = at.collect();
            let (column, at) = *at
                .iter()
                .find(|(column, _)| *column == 3 + 1 + text + 1)
                .unwrap_or_else(|| panic!("no border in {line}"));
            borders.insert(column);
            assert!(line[..at].trim_end().width_cjk() < column && line[at + 1..].width_cjk() <= 5 + text, "{line}");
        }
        assert_eq!(borders.len(), 1);
    }
}

/// A folder with an edition that was made by a machine.
fn translated() -> Folder {
    let server = Server::start(|seen| answer(seen, pseudo));
    let folder = Folder::with_sample();
    folder.translate(&server.base_url(), &["2024-02-17-weekly.md", "-o", "ja.md", "--no-diff"]).exits(0);
    folder
}

#[test]
fn what_people_changed_in_a_draft_is_told_by_words_and_in_figures() {
    let folder = translated();
    let ran = folder.run(&["diff", "--draft", "ja.md"]).exits(0);
    assert!(ran.out.starts_with("100.0 % of the draft's characters kept"), "{}", ran.out);
    let draft = folder.get("ja.md");
    let edition = draft.replacen("人手で校正", "手作業で校正", 1) + "\n訳注：終わりです。\n";
    assert_ne!(draft.len() + "\n訳注：終わりです。\n".len(), edition.len());
    folder.put("ja.md", &edition);
    let ran = folder.run(&["diff", "--draft", "ja.md"]).exits(0);
    assert!(
        ran.out.contains("[-人手-]{+手作業+}で校正") && ran.out.contains("\n{+訳注：終わりです。+}\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains(" 1 edited, 0 rewritten, 0 removed, 1 added\n"), "{}", ran.out);
    assert!(!ran.out.contains(".md.before"), "{}", ran.out);

    let json: serde_json::Value =
        folder.run(&["diff", "--draft", "ja.md", "--format", "json"]).exits(0).out.parse().expect("JSON");
    let file = &json["files"][0];
    assert_eq!((&file["between"], &file["edits"]["edited"]), (&"draft".into(), &1.into()));
    let characters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    assert_eq!(file["edits"]["old_characters"], characters(&draft));
    assert_eq!(file["edits"]["new_characters"], characters(&edition));
    assert_eq!(file["edits"]["kept_characters"], characters(&draft) - 2);
    let html = folder.run(&["diff", "--draft", "ja.md", "--format", "html"]).exits(0).out;
    assert!(html.contains("<del>人手</del><ins>手作業</ins>で校正"), "{html}");

    for (lang, figures) in [("ja", "修正 1、書き換え 0、削除 0、追加 1\n"), ("zh", "修改 1、改写 0、删除 0、新增 1\n")]
    {
        let ran = folder.run(&["diff", "--draft", "ja.md", "--lang", lang]).exits(0);
        assert!(ran.out.contains(figures), "{}", ran.out);
    }
    let diff = folder.run(&["diff", "--draft", "ja.md", "--format", "unified"]).exits(0).out;
    assert!(diff.starts_with("--- a/ja.md\n+++ b/ja.md\n"), "{diff}");
    assert_eq!(applied(&draft, &diff), edition);
}

#[cfg(unix)]
#[test]
fn a_draft_that_is_a_link_is_none() {
    let folder = translated();
    folder.put("secret", "秘密です。\n");
    fs::remove_file(folder.file(".nekoyaku/drafts/ja.md")).expect("a draft");
    std::os::unix::fs::symlink(folder.file("secret"), folder.file(".nekoyaku/drafts/ja.md")).expect("a link");
    let ran = folder.run(&["diff", "--draft", "ja.md"]).exits(2);
    assert!(ran.out.is_empty() && ran.err.contains("there is no draft of ja.md"), "{}", ran.err);
}

#[test]
fn nothing_in_a_document_is_markup_on_the_page() {
    let hostile = "# <script>alert(1)</script>\n\n[猫](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n\
                   ```\n</script></div><svg onload=alert(1)>\n```\n\n猫\u{202e}逆\u{1b}\n\n{{ 7 * 7 }}猫{% raw %}\n";
    let folder = Folder::new();
    let name = "<b>&\"'x.md";
    folder.put(name, format!("{SAMPLE}\n{hostile}"));
    folder.put("ja.md", format!("{EDITION}\n{}", hostile.replace('猫', "のねこ")));
    folder.put("new.md", format!("{EDITION}\n{}", hostile.replace('猫', "の黒猫").replace("alert", "confirm")));
    for (old, new) in [(name, "ja.md"), ("ja.md", "new.md")] {
        let page = folder.run(&["diff", "--format", "html", old, new]).exits(0).out;
        let tags =
            page.split('<').skip(1).map(|tag| tag.split(|c: char| " >\n".contains(c)).next().unwrap_or_default());
        let known = [
            "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "section", "h2", "bdi", "p", "div", "span",
            "del", "ins",
        ];
        for tag in tags {
            assert!(known.contains(&tag.trim_start_matches('/')), "<{tag}");
        }
        assert!(page.contains("&lt;script&gt;") && page.contains("{{ 7 * 7 }}"));
        assert!(!page.contains(['\u{202e}', '\u{1b}']));
        assert!(page.contains("default-src 'none'") && !page.contains("src=\"") && !page.contains("href"));
    }
}

#[test]
fn all_blocks_of_a_whole_issue_are_in_the_object() {
    let folder = Folder::with_sample();
    folder.put("ja.md", EDITION);
    let out = folder.run(&["diff", "2024-02-17-weekly.md", "ja.md", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = out.parse().expect("JSON");
    let blocks = json["files"][0]["blocks"].as_array().expect("blocks");
    assert!(blocks.len() > 20, "{}", blocks.len());
    for (side, text) in [("old", SAMPLE), ("new", EDITION)] {
        let source = Source::new("x", text);
        for place in blocks.iter().filter_map(|block| block.get(side)) {
            let at = text.match_indices(place["text"].as_str().expect("a text")).find(|(at, _)| {
                let position = source.position(*at);
                place["line"] == position.line.get() && place["column"] == position.column.get()
            });
            assert!(at.is_some(), "{place}");
        }
    }
}

#[test]
fn a_diff_without_blocks_is_one_all_the_same() {
    let head = Head { path: "a.md", edition: None };
    for (old, new) in [(SAMPLE, EDITION), ("", "猫"), ("猫\n", "")] {
        assert_eq!(applied(old, &unified(head, old, new, &[])), new);
    }
}

#[test]
fn a_blank_line_that_is_gone_is_seen_on_the_page() {
    let folder = Folder::new();
    folder.put("old.md", "> 猫です。\n> \n> 犬です。\n");
    folder.put("new.md", "> 猫です。\n> 犬です。\n");
    let html = folder.run(&["diff", "--as", "editions", "--format", "html", "old.md", "new.md"]).exits(0).out;
    assert!(html.contains("<del>"), "{html}");
    folder.put("old.md", "猫です。\n\n犬です。\n");
    folder.put("new.md", "猫です。\n犬です。\n");
    let html = folder.run(&["diff", "--as", "editions", "--format", "html", "old.md", "new.md"]).exits(0).out;
    assert!(html.contains("<del>↵\n</del>"), "{html}");
}

#[test]
fn a_paragraph_in_which_nothing_stayed_is_told_as_that() {
    let long = |words: &[&str]| words.concat().repeat(4000);
    let (old, new) = (long(&["猫", "は", "データ"]), long(&["鳥", "の", "コード"]));
    assert_eq!(words(&old, &new), [Change::Replaced { old: &old, new: &new }]);
    // What stayed around it is told, however long it is.
    let (before, behind) = ("雨は、".repeat(4000), "晴れの日。".repeat(4000));
    let (old, new) = (format!("{before}{old}{behind}"), format!("{before}{new}{behind}"));
    let changes = words(&old, &new);
    assert_eq!((changes[0], changes[2], changes.len()), (Change::Kept(&before), Change::Kept(&behind), 3));
}
