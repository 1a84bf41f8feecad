//! The page to proofread on: whatever stands in the two texts, nothing of it acts, and nothing is lost.

mod support;

use std::collections::{BTreeSet, HashSet};

use nekoyaku::check::{File, Settings};
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::review::{Live, Materials, Published, Review};
use nekoyaku::rules::Language;
use nekoyaku::source::Source;
use nekoyaku::update::Conflict;
use nekoyaku::wording::Friends;
use proptest::prelude::*;
use support::translator::{Folder, SAMPLE};

const SAMPLE_EDITION: &str = include_str!("../examples/ja/2024-02-17-weekly.md");

/// A source and its edition that would do all that a page must not let them do.
const HOSTILE: [&str; 2] = [include_str!("review/hostile.md"), include_str!("review/hostile.ja.md")];

fn page_with(source: &str, edition: &str, draft: Option<&str>, published: &Published, language: Language) -> String {
    with_review(source, edition, draft, published, |review| review.page(language).expect("a page"))
}

fn with_review<T>(
    source: &str,
    edition: &str,
    draft: Option<&str>,
    published: &Published,
    see: impl FnOnce(&mut Review<'_>) -> T,
) -> T {
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the termbase"));
    let friends = Friends::built_in().expect("the false friends");
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
    let (source, edition) = (file("周刊.md", source), file("ja/周刊.md", edition));
    let draft = draft.map(|text| file("draft", text));
    let materials =
        Materials { settings: &settings, glossary: &glossary, draft: draft.as_ref(), conflicts: &[], published };
    see(&mut Review::new(&source, &edition, materials))
}

/// What a page that is open shows, when it has the blocks `known` and a person writes at `written`.
fn live(source: &str, edition: &str, known: &HashSet<String>, written: Option<usize>) -> Live {
    let see = |review: &mut Review<'_>| review.live(Language::Ja, known, written).expect("a page");
    with_review(source, edition, Some("猫です。\n"), &Published::default(), see)
}

fn page(source: &str, edition: &str) -> String {
    page_with(source, edition, None, &Published::default(), Language::Ja)
}

/// The elements there are, each with its attributes.
const ALLOWED: &[(&str, &str)] = &[
    ("!DOCTYPE", "html"),
    ("html", "lang"),
    ("head", ""),
    ("meta", "charset http-equiv content name"),
    ("title", ""),
    ("style", ""),
    ("script", ""),
    ("body", "data-key data-copied data-uncopied"),
    ("header", "class"),
    ("main", ""),
    ("section", "class aria-labelledby"),
    ("article", "class id tabindex data-reference data-mark aria-label"),
    ("h1", ""),
    ("h2", "id"),
    ("h3", ""),
    ("small", ""),
    ("p", "class id role lang dir"),
    ("div", "class id role lang dir hidden aria-hidden"),
    ("span", "class id title aria-hidden"),
    ("a", "href rel target title"),
    ("button", "type id class aria-pressed aria-keyshortcuts aria-haspopup aria-label"),
    ("label", ""),
    ("input", "type class"),
    ("output", "id aria-label"),
    ("details", "class open"),
    ("summary", ""),
    ("ol", ""),
    ("ul", "class"),
    ("li", "class id tabindex"),
    ("strong", "class"),
    ("em", ""),
    ("s", ""),
    ("i", "lang"),
    ("b", "class"),
    ("br", ""),
    ("sup", ""),
    ("code", "class lang dir"),
    ("mark", "class"),
    ("dfn", "class tabindex title"),
    ("del", ""),
    ("ins", ""),
    ("img", "data-src alt loading referrerpolicy decoding"),
    ("dialog", "id aria-labelledby"),
    ("dl", ""),
    ("dt", ""),
    ("dd", ""),
    ("kbd", ""),
    ("form", "method"),
];

const VOID: [&str; 5] = ["!DOCTYPE", "meta", "input", "br", "img"];

/// A piece of a page.
#[derive(Debug)]
enum Piece {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

/// A page, read by a grammar stricter than that of browsers: what it takes, they read alike.
fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            pieces.push(Piece::Text(unescaped(&rest[..at])));
        }
        rest = &rest[at + 1..];
        if let Some(closing) = rest.strip_prefix('/') {
            let (name, behind) = closing.split_once('>').expect("an end");
            pieces.push(Piece::Close(name.to_owned()));
            rest = behind;
            continue;
        }
        let end = rest.find([' ', '>']).expect("a name");
        let name = rest[..end].to_owned();
        let mut attributes = Vec::new();
        rest = &rest[end..];
        while let Some(behind) = rest.strip_prefix(' ') {
            let end = behind.find(['=', ' ', '>']).expect("an attribute");
            let attribute = behind[..end].to_owned();
            rest = &behind[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (inside, behind) = quoted.split_once('"').expect("a quote");
                (value, rest) = (unescaped(inside), behind);
            }
            attributes.push((attribute, value));
        }
        rest = rest.strip_prefix('>').unwrap_or_else(|| panic!("no end of <{name}: {rest:.40}"));
        let is_raw = name == "script" || name == "style";
        pieces.push(Piece::Open(name.clone(), attributes));
        if is_raw {
            let (inside, behind) = rest.split_once(&format!("</{name}>")).expect("its end");
            pieces.push(Piece::Text(inside.to_owned()));
            pieces.push(Piece::Close(name));
            rest = behind;
        }
    }
    pieces
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&#x27;", "'").replace("&#x2f;", "/").replace("&amp;", "&")
}

/// That nothing on the page is markup but what is ours, and that nothing leads or acts anywhere else.
fn assert_harmless(page: &str) {
    assert_eq!(scripts_of(page), [include_str!("../src/review/page.js")]);
}

/// The scripts of a page of which all else is harmless.
fn scripts_of(page: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let mut scripts = Vec::new();
    for piece in pieces(page) {
        match piece {
            Piece::Open(name, attributes) => {
                let allowed = ALLOWED.iter().find(|(allowed, _)| *allowed == name);
                let (_, allowed) = allowed.unwrap_or_else(|| panic!("there is a <{name}>"));
                for (attribute, value) in attributes {
                    assert!(allowed.split(' ').any(|allowed| allowed == attribute), "<{name} {attribute}=\"{value}\">");
                    let is_web = |value: &str| value.starts_with("https://") || value.starts_with("http://");
                    match &*attribute {
                        "href" => {
                            assert!(
                                is_web(&value) || value.starts_with("mailto:") || value.starts_with('#'),
                                "{value}"
                            );
                        }
                        "data-src" => {
                            assert!(is_web(&value) || !value.contains(':') && !value.starts_with('/'), "{value}");
                        }
                        "rel" => assert_eq!(value, "noopener noreferrer nofollow"),
                        _ => {}
                    }
                    let acts =
                        |c: char| c.is_control() && c != '\n' && c != '\t' || ('\u{202a}'..='\u{202e}').contains(&c);
                    assert!(!value.contains(acts), "{value:?}");
                }
                if !VOID.contains(&&*name) {
                    open.push(name);
                }
            }
            Piece::Close(name) => assert_eq!(open.pop(), Some(name)),
            Piece::Text(text) => match open.last().map(String::as_str) {
                Some("script") => scripts.push(text),
                Some("style") => assert_eq!(text, include_str!("../src/review/page.css")),
                _ => {
                    let acts =
                        |c: char| c.is_control() && c != '\n' && c != '\t' || ('\u{202a}'..='\u{202e}').contains(&c);
                    assert!(!text.contains(acts), "{text:?}");
                }
            },
        }
    }
    assert_eq!(open, Vec::<String>::new());
    scripts
}

/// What the page shows of a side as it is written, the source's first, without blanks.
fn as_written(page: &str) -> [String; 2] {
    let mut sides = [String::new(), String::new()];
    for pair in page.split("<div class=\"pair raw\">").skip(1) {
        let cells = pair.split("<div class=\"cell code\"").skip(1).take(2);
        for (side, cell) in sides.iter_mut().zip(cells) {
            let (_, inside) = cell.split_once('>').expect("a cell");
            let (inside, _) = inside.split_once("</div>").expect("its end");
            let texts = pieces(&format!("{inside}<br>")).into_iter();
            side.extend(texts.filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None }));
        }
    }
    sides.map(|side| without_blanks(&side))
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '‸').collect()
}

#[test]
fn nothing_of_a_hostile_pair_acts() {
    let page = page_with(HOSTILE[0], HOSTILE[1], Some(HOSTILE[0]), &Published::default(), Language::En);
    assert_harmless(&page);
    let shown = as_written(&page).concat();
    assert!(shown.contains("{{7*7}}") && !shown.contains("49"), "the template engine reads the texts");
    assert!(page.contains("<b class=\"unseen\">U+202E</b>"));
    assert!(page.contains("title=\"javascript:alert(1)\""), "what leads nowhere says where it was to lead");
}

#[test]
fn a_real_page_is_whole_and_small() {
    for language in [Language::En, Language::Ja, Language::Zh] {
        let page = page_with(SAMPLE, SAMPLE_EDITION, None, &Published::default(), language);
        assert_harmless(&page);
        let [source, edition] = as_written(&page);
        assert_eq!((source, edition), (without_blanks(SAMPLE), without_blanks(SAMPLE_EDITION)));
        assert!(page.len() < 1_000_000, "{} bytes", page.len());
    }
}

#[test]
fn the_same_texts_make_the_same_page() {
    assert_eq!(page(SAMPLE, SAMPLE_EDITION), page(SAMPLE, SAMPLE_EDITION));
}

#[test]
fn what_is_wrong_comes_first_and_leads_to_its_place() {
    let source = "# 周刊\n\n见[文章](https://a.example/%A2)，共 22 篇。\n\n流量很大。\n";
    let edition = "# 週刊\n\n[記事](https://a.example/%A3)は 22 本です。\n\n流量が多いです。\n";
    let page = page(source, edition);
    let (queue, document) = page.split_once("<section class=\"document\"").expect("two sections");
    let at = |what: &str| queue.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(at("<details class=\"group mend\"") < at("<details class=\"group look\""));
    let entries: BTreeSet<&str> = queue.split("<a href=\"#").skip(1).filter_map(|a| a.split('"').next()).collect();
    assert!(entries.len() > 1);
    for entry in entries {
        assert!(document.contains(&format!(" id=\"{entry}\"")), "{entry}");
    }
    assert!(
        document.contains("](https://a.example/%A<mark class=\"error\">3</mark>)")
            || document.contains("<mark class=\"error\">https://a.example/%A3</mark>")
    );
    assert!(document.contains("data-reference=\"ja&#x2f;周刊.md:3\""));
}

#[test]
fn what_was_published_before_and_what_is_as_in_the_source_is_folded() {
    let (source, edition) =
        ("你好，我是猫。\n\n别的文章。\n\n```\ncat\n```\n", "こんにちは、ネコです。\n\n別の記事。\n\n```\ncat\n```\n");
    let mut published = Published::default();
    published.learn("你好，我是 猫。", "こんにちは、ネコです。");
    let page = page_with(source, edition, None, &published, Language::Ja);
    let folded: Vec<&str> = page.split("<details class=\"folded\">").skip(1).collect();
    assert_eq!(folded.len(), 2);
    assert!(folded[0].split("</details>").next().unwrap().contains("こんにちは"));
    assert!(folded[1].contains("cat"));
    assert!(!page.split("<details class=\"folded\">").next().unwrap().contains("別の記事"));
}

#[test]
fn what_a_person_changed_in_the_draft_is_shown() {
    let (source, edition, draft) =
        ("一只猫。\n\n一条狗。\n", "ネコが一匹です。\n\n犬が一匹です。\n", "猫が一匹です。\n\n犬が一匹です。\n");
    let page = page_with(source, edition, Some(draft), &Published::default(), Language::En);
    assert_eq!(page.matches("<div class=\"changes\">").count(), 1);
    assert!(page.contains("<del>猫</del><ins>ネコ</ins>"));
}

#[test]
fn terms_carry_what_the_termbase_says() {
    let page = page("一个装饰器。\n", "デコレータが一つ。\n");
    assert!(page.contains("<dfn class=\"term\" tabindex=\"0\" title=\"装饰器 → デコレータ"), "{page}");
}

#[test]
fn the_page_goes_beside_the_edition_and_over_nothing_else() {
    let folder = Folder::new();
    folder.put("docs/周刊.md", "# 周刊\n\n一只猫。\n");
    folder.put("docs/ja/周刊.md", "# 週刊\n\n猫が一匹。\n");
    let args = ["review", "docs/周刊.md", "docs/ja/周刊.md", "--no-memory"];
    let ran = folder.run(&args).exits(0);
    assert_harmless(&folder.get("docs/ja/周刊.review.html"));
    assert!(ran.err.contains("docs/ja/周刊.review.html: read "), "{}", ran.err);
    // Again, over the page that is there.
    folder.run(&args).exits(0);
    let over = [&args[..], &["-o", "docs/周刊.md"]].concat();
    let ran = folder.run(&over).exits(2);
    assert!(ran.err.contains("it stays as it is"), "{}", ran.err);
    assert_eq!(folder.get("docs/周刊.md"), "# 周刊\n\n一只猫。\n");
    let ran = folder.run(&[&args[..], &["-o", "-", "--lang", "zh"]].concat()).exits(0);
    assert!(ran.out.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"), "{}", ran.out);
}

#[test]
fn what_another_issue_has_is_folded_and_what_only_this_one_has_is_not() {
    let folder = Folder::new();
    let greeting = ("你好，我是猫。这里每周分享文章。", "こんにちは、ネコです。毎週、記事をお届けします。");
    let page = |folder: &Folder| {
        let ran = folder.run(&["review", "docs/2024-03-09-weekly.md", "docs/ja/2024-03-09-weekly.md", "-o", "-"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    folder.put("docs/2024-03-09-weekly.md", format!("{}\n\n一只猫在写代码。\n", greeting.0));
    folder.put("docs/ja/2024-03-09-weekly.md", format!("{}\n\n猫がコードを書いています。\n", greeting.1));
    assert!(!page(&folder).contains("published before"), "what only this edition has was published nowhere else");
    folder.put("docs/2024-03-02-weekly.md", format!("{}\n\n一条狗。\n", greeting.0));
    folder.put("docs/ja/2024-03-02-weekly.md", format!("{}\n\n犬が一匹です。\n", greeting.1));
    let page = page(&folder);
    assert!(page.contains("<summary>1 published before, word for word</summary>"));
    let folded = page.split("<details class=\"folded\">").nth(1).and_then(|rest| rest.split("</details>").next());
    assert!(folded.is_some_and(|folded| folded.contains(greeting.1) && !folded.contains("コード")));
}

/// Texts of all that could be taken for markup of any kind.
fn text() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "猫",
        "ネコです。",
        "\n",
        "\n\n",
        " ",
        "# ",
        "- ",
        "> ",
        "1. ",
        "```",
        "`",
        "**",
        "*",
        "~~",
        "[",
        "](",
        ")",
        "![",
        "https://a.example/",
        "javascript:alert(1)",
        "data:text/html,",
        "mailto:a@b.example",
        "<",
        ">",
        "</",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<b onclick=",
        "\"",
        "'",
        "&",
        "&lt;",
        "&#x202e;",
        "{{ 7*7 }}",
        "{% raw %}",
        "|",
        "|-|",
        "[^1]",
        "[^1]: ",
        "\\",
        "---\n",
        "title: ",
        "22K",
        "装饰器",
        "\u{202e}",
        "\u{0}",
        "\u{200b}",
        "\r\n",
        "\t",
        "<br>",
    ];
    proptest::collection::vec(proptest::sample::select(PARTS), 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_texts_are_nothing_of_them_acts_and_all_of_the_edition_is_there(source in text(), edition in text()) {
        let page = page(&source, &edition);
        assert_harmless(&page);
        let shown: String = as_written(&page)[1].clone();
        let wanted: String = spelled(&edition);
        prop_assert_eq!(shown, without_blanks(&wanted));
    }

    #[test]
    fn what_a_page_is_shown_as_a_person_writes_is_harmless_and_each_block_is_where_it_says(
        source in text(),
        edition in text(),
    ) {
        let units: Vec<u16> = edition.encode_utf16().collect();
        let shown = live(&source, &edition, &HashSet::new(), None);
        let mut covered = BTreeSet::new();
        for block in shown.groups.iter().flat_map(|group| &group.blocks) {
            let html = block.html.as_deref().expect("it is not known");
            prop_assert_eq!(scripts_of(html), Vec::<String>::new());
            prop_assert!(block.start <= block.end && block.end <= units.len());
            for at in [block.start, block.end] {
                prop_assert!(String::from_utf16(&units[..at]).is_ok(), "in the middle of a character");
            }
            covered.extend(block.start..block.end);
            for edit in block.fixes.iter().flatten() {
                prop_assert!(edit.0 <= edit.1 && edit.1 <= units.len());
            }
        }
        prop_assert_eq!(scripts_of(&shown.queue), Vec::<String>::new());
        // What no block has is blank: a person can write all over the edition.
        let left: Vec<u16> = (0..units.len()).filter(|at| !covered.contains(at)).map(|at| units[at]).collect();
        let left = String::from_utf16(&left).expect("whole characters");
        prop_assert_eq!(left.trim(), "");
    }
}

#[test]
fn a_page_is_sent_only_what_it_does_not_have() {
    let blocks = |live: &Live| -> Vec<(String, bool)> {
        let blocks = live.groups.iter().flat_map(|group| &group.blocks);
        blocks.map(|block| (block.hash.clone(), block.html.is_some())).collect()
    };
    let source = "# 周刊\n\n一只猫。\n\n一条狗。\n";
    let all = blocks(&live(source, "# 週刊\n\n猫が一匹。\n\n犬が一匹。\n", &HashSet::new(), None));
    assert!(all.len() == 3 && all.iter().all(|(_, sent)| *sent), "{all:?}");
    let known = all.iter().map(|(hash, _)| hash.clone()).collect();
    let again = blocks(&live(source, "# 週刊\n\n猫が一匹。\n\n一条狗。\n", &known, None));
    let sent: Vec<bool> = again.iter().map(|(_, sent)| *sent).collect();
    assert_eq!(sent, [false, false, true]);
    assert_eq!(
        again[..2].iter().map(|(hash, _)| hash).collect::<Vec<_>>(),
        all[..2].iter().map(|(hash, _)| hash).collect::<Vec<_>>()
    );
}

#[test]
fn a_byte_order_mark_is_nothing_that_a_person_writes() {
    let shown = live("# 周刊\n", "\u{feff}# 週刊\n\n猫\n", &HashSet::new(), None);
    let places: Vec<(usize, usize)> =
        shown.groups.iter().flat_map(|group| &group.blocks).map(|block| (block.start, block.end)).collect();
    assert_eq!(places, [(1, 1), (1, 5), (7, 8)]);
}

/// What is told of a conflict, and its fix: the text of the edition that goes, where it stands, and what comes.
fn conflict(source: &str, edition: &str, [ours, theirs, draft]: [&str; 3]) -> Option<(String, usize, String)> {
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the termbase"));
    let friends = Friends::built_in().expect("the false friends");
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
    let (from, to) = (file("周刊.md", source), file("ja/周刊.md", edition));
    let conflict = Conflict { source: ours.to_owned(), edition: theirs.to_owned(), draft: draft.to_owned() };
    let (conflicts, published) = ([conflict], Published::default());
    let materials = Materials {
        settings: &settings,
        glossary: &glossary,
        draft: None,
        conflicts: &conflicts,
        published: &published,
    };
    let live = Review::new(&from, &to, materials).live(Language::En, &HashSet::new(), None).expect("a page");
    let mut blocks = live.groups.into_iter().flat_map(|group| group.blocks);
    let told = |html: &str| html.contains("its source changed after a person changed its translation");
    let block = blocks.find(|block| block.html.as_deref().is_some_and(told))?;
    let fix = block.fixes.into_iter().flatten().find(|edit| edit.2.starts_with(draft))?;
    let units: Vec<u16> = edition.encode_utf16().collect();
    Some((String::from_utf16(&units[fix.0..fix.1]).expect("a text"), fix.0, fix.2))
}

#[test]
fn a_conflict_is_where_both_of_its_texts_are() {
    let texts = ["一条大狗。", "犬がいます。", "大きな犬がいます。"];
    let (source, edition) = ("一条狗。\n\n一条大狗。\n", "犬がいます。\n\n犬がいます。\n");
    let second = edition.encode_utf16().count() - "犬がいます。\n".encode_utf16().count();
    let found = conflict(source, edition, texts).expect("it is open");
    assert_eq!((found.0.as_str(), found.1, found.2.as_str()), ("犬がいます。", second, "大きな犬がいます。"));
    // Words that another block has among its own are not it, and what was changed is settled.
    assert_eq!(conflict("一条大狗。\n", "白い犬がいます。\n", texts), None);
    assert_eq!(conflict("一条狗。\n", "犬がいます。\n", texts), None);
    // Of several lines, in a list.
    let (source, edition) = ("# 周刊\n\n- 一只猫\n- 一条大狗\n", "# 週刊\n\n- 猫が一匹\n- 犬が一匹\n");
    let list = ["- 一只猫\n- 一条大狗", "- 猫が一匹\n- 犬が一匹", "- 猫\n- 大きな犬"];
    assert_eq!(conflict(source, edition, list).expect("it is open").0, "- 猫が一匹\n- 犬が一匹");
}

#[test]
fn a_block_that_a_person_took_out_can_be_taken_anew() {
    let (source, edition) = ("一只猫在这里。\n\n一条大狗在那里。\n\n一只鸟。\n", "猫がここにいます。\n\n鳥が一羽。\n");
    let found = conflict(source, edition, ["一条大狗在那里。", "", "大きな犬がそこにいます。"]);
    let (gone, at, come) = found.expect("it is open");
    let before: String = String::from_utf16(&edition.encode_utf16().take(at).collect::<Vec<_>>()).expect("a text");
    assert_eq!(gone, "");
    let taken = format!("{before}{come}{}", &edition[before.len()..]);
    assert_eq!(taken, "猫がここにいます。\n\n大きな犬がそこにいます。\n\n鳥が一羽。\n");
}

#[test]
fn a_block_in_which_a_person_writes_is_not_folded() {
    let (source, edition) = ("文\n\n```\ncat\n```\n", "一文です。\n\n```\ncat\n```\n");
    let folded = |written| {
        let shown = live(source, edition, &HashSet::new(), written);
        shown.groups.iter().filter(|group| !group.folded.is_empty()).count()
    };
    assert_eq!((folded(None), folded(Some(7))), (1, 0));
}

/// A text with what is not seen spelled out.
fn spelled(text: &str) -> String {
    text.replace('\u{202e}', "U+202E").replace('\u{0}', "U+0000").replace('\u{200b}', "U+200B")
}

#[test]
fn a_body_in_which_nothing_is_shown_is_there_all_the_same() {
    let edition = "[猫]: https://a.example/%E7%8C%AB\n";
    assert_eq!(as_written(&page("一只猫。\n", edition))[1], without_blanks(edition));
}
