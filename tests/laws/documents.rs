//! Documents that nobody would write, and some that people do.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::{END, SKIP};

/// What has to be watched in a title.
const TITLE_PARTS: &[&str] = &[
    "题",
    "题",
    "标题",
    "\\\"",
    "\\'",
    "\\(",
    "\\)",
    "&quot;",
    "&#39;",
    "&#41;",
    "&amp;quot;",
    "&#10;",
    "“引”",
    "\"",
    "'",
    "(",
    ")",
    "a",
    " ",
    "\n",
    "<b>",
    "-->",
    "<!-- nekoyaku: skip -->",
    "Python",
    "javascript:",
    "|",
    "\\\\",
    "\\",
];

/// What stands in an HTML block.
const HTML_PARTS: &[&str] = &[
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<br>",
    "<br/>",
    "<a href=\"周\">",
    "</a>",
    "<img src=x alt=\"题\">",
    "<code>周</code>",
    "<code>",
    "&amp;",
    "&lt;b&gt;",
    "&nbsp;",
    "&copy;",
    "&#8212;",
    "&#10;",
    "&copy",
    "& ",
    "<!-- 注 -->",
    "<!-- nekoyaku: skip -->",
    "<!-- nekoyaku: end -->",
    "\n",
    "\n",
    "\n  ",
    "<",
    "\"",
    "\u{3000}",
    "<script>",
    "</script>",
    "<p>",
    "</p>",
    "<td>",
    "<li>",
    "</pre>",
    "**",
    "[甲](u)",
    "\\",
    "`",
    "https://a.example/",
    "<!-- nekoyaku: untranslated -->",
];

/// The elements of HTML blocks; text goes where `{}` is.
const ELEMENTS: &[&str] = &[
    "<p>{}</p>",
    "<div>{}</div>",
    "<div>\n{}\n</div>",
    "<div align=\"center\">\n  <b>{}</b>\n</div>",
    "<details>\n<summary>{}</summary>\n{}\n</details>",
    "<details><summary>{}</summary>",
    "</details>{}",
    "<table>\n<tr><th>{}</th><td>{}</td></tr>\n</table>",
    "<ul><li>{}<li>{}</ul>",
    "<h2>{}</h2>\n<p>{}",
    "<P\n class='周'>{}</P>",
    "<center>{}<br>{}</center>",
    "<pre>{}</pre>",
    "<script>{}</script>",
    "<!-- {} -->",
    "<figure><img src='i.png'><figcaption>{}</figcaption></figure>",
    "<x-y>{}</x-y>",
    "<span>{}</span>\n{}",
    "<p>{}</p>{}<p>{}</p>",
];

/// Text that is only text, and text that has to be watched.
const WORDS: &[&str] = &[
    "周刊",
    "这是一篇文章",
    "本周",
    "分享",
    "提示：",
    "、",
    "。",
    "，",
    "（英文）",
    "《书》",
    "“引”",
    "！",
    "：",
    "ひらがな",
    "カタカナ",
    "Python",
    "C++",
    "snake_case",
    "AT&T",
    "a|b",
    "3.11",
    "1.",
    "1、",
    "5 > 3",
    "50%",
    " ",
    "  ",
    "🐿️",
    "👩‍💻",
    "e\u{301}",
    "שלום",
    "\u{200b}",
    "\u{a0}",
    "\u{3000}",
    "\t",
    "…",
    "#",
    "# ",
    "+",
    "- ",
    "~",
    "=",
    "$x$",
    "&amp;",
    "&lt;b&gt;",
    "&copy;",
    "&nbsp;",
    "&#35;",
    "&#0;",
    "\\_\\_init\\_\\_",
    "\\*",
    "\\|",
    "\\[",
    "\\",
    "\\\\",
    "<a1>",
    "</b2>",
    "＜/b2＞",
    "＜c3／＞",
    "=== b0 ===",
    "[",
    "]",
    "[x]",
    "![",
    "](",
    "*",
    "**",
    "_",
    "__",
    "`",
    "<",
    ">",
    "见",
    "https://a.example/x_1",
    "www.b.example/甲",
    "me@a.example",
    "http://",
    "nkyk0q",
];

/// A title in its quotes, or what only looks like one.
fn title() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => select(&WORDS[..13]),
        3 => select(TITLE_PARTS),
        1 => select(WORDS),
    ];
    (vec(part, 0..5), select(&["\"{}\"", "'{}'", "({})"][..]))
        .prop_map(|(parts, form)| form.replace("{}", &parts.concat()))
}

/// What is written inside of a paragraph.
fn inline() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => select(&WORDS[..13]),
        4 => select(WORDS),
    ]
    .prop_map(str::to_owned);
    let leaf = prop_oneof![
        12 => word,
        1 => select(&[
            "`asyncio.run`", "`` a ` b ``", "`<a1>`", "`</c2>`", "`a|b`", "`周`", "https://a.example/x_1", "https://a.example/(a)?b=c&d",
            "www.b.example", "me@a.example", "<https://c.example/甲>", "<br>", "<br/>", "<!-- 注 -->", "[^1]", "<img src=\"a\">",
            "<a href=\"x\">", "</a>", "<!-- nekoyaku: skip -->", "<!-- nekoyaku: end -->", "$甲+x$", "$$x_1$$", "[周刊]", "[周刊][]", "![周刊]", "[文章][周刊]", "[**粗**]", "![](i.png)", "[](u)",
        ][..])
        .prop_map(str::to_owned),
    ];
    let sequence = vec(leaf, 1..5).prop_map(|parts| parts.concat());
    sequence.prop_recursive(3, 24, 4, |inner| {
        let wrapped = (
            inner,
            title(),
            select(
                &[
                    "**{}**",
                    "*{}*",
                    "_{}_",
                    "__{}__",
                    "***{}***",
                    "~~{}~~",
                    "~{}~",
                    "[{}](https://a.example/1)",
                    "[{}](<a b> \"标题\")",
                    "[{}](u_(v)_w {t})",
                    "[{}](u {t} )",
                    "![{}](图.png)",
                    "![{}](i.png {t})",
                    "[{}]( <> {t})",
                    "[{}][周刊]",
                    "[{}][ref]",
                    "![{}][ref]",
                    "<kbd>{}</kbd>",
                    "<a href=\"x\">{}</a>",
                    "<!-- nekoyaku: skip -->{}<!-- nekoyaku: end -->",
                    "<!--nekoyaku:skip-->{} <!--  nekoyaku: end  -->",
                    "**{}** ",
                    " *{}*",
                    "“**{}**”",
                    "{}",
                ][..],
            ),
        )
            .prop_map(|(inside, title, form)| form.replace("{t}", &title).replace("{}", &inside));
        vec(wrapped, 1..4).prop_map(|parts| parts.concat())
    })
}

/// Lines of a paragraph, with breaks of all kinds between them.
fn lines() -> impl Strategy<Value = String> {
    let end = prop_oneof![
        5 => Just("\n"),
        1 => select(&["  \n", "\\\n", " \n", "\t\n", "\n  ", "\n    ", "<br>\n", "    \n\t"][..]),
    ];
    prop_oneof![
        4 => inline(),
        2 => (inline(), vec((end, inline()), 1..4)).prop_map(|(first, rest)| {
            rest.into_iter().fold(first, |text, (end, line)| text + end + &line)
        }),
        // An index of past issues, asked line by line.
        1 => vec(inline(), 13..15).prop_map(|lines| lines.join("\n")),
    ]
}

fn one_line() -> impl Strategy<Value = String> {
    inline().prop_map(|text| text.replace('\n', " "))
}

/// An HTML block, mostly with text in it that may be read.
fn html() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => select(&WORDS[..16]),
        2 => select(HTML_PARTS),
        1 => select(WORDS),
    ];
    let text = vec(part, 1..6).prop_map(|parts| parts.concat());
    (select(ELEMENTS), vec(text, 3))
        .prop_map(|(form, texts)| texts.iter().fold(form.to_owned(), |html, text| html.replacen("{}", text, 1)))
}

/// Definitions of references, on their own or above a paragraph.
fn definition() -> impl Strategy<Value = String> {
    let label = select(&["甲", "乙", "周刊", "a", "**粗**"][..]);
    let form = select(
        &[
            "[{l}]: u {t}",
            "[{l}]: <https://d.example/甲 乙> {t}",
            "[{l}]: u\n  {t}",
            "[{l}]:\nu {t}\n接着",
            "  [{l}]: u {t}  \n[丙]: v {t}",
            "[{l}]: u {t}\n\n[{l}] 和[周刊][{l}]",
        ][..],
    );
    (label, form, title()).prop_map(|(label, form, title)| form.replace("{l}", label).replace("{t}", &title))
}

fn block() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        1 => html(),
        1 => definition(),
        1 => (one_line(), lines()).prop_map(|(term, text)| format!("{term}\n: {}", text.replace('\n', "\n  "))),
        1 => select(&[
            "<!-- nekoyaku: skip -->", "<!-- nekoyaku: end -->", "<!-- nekoyaku: skip -->\n周刊", "<!--nekoyaku:end-->",
            "<!-- nekoyaku: skip --><!-- nekoyaku: end -->",
        ][..])
        .prop_map(str::to_owned),
        6 => lines(),
        1 => (1..7_usize, one_line(), select(&["", " #", " ##", "  "][..])).prop_map(|(level, text, close)| {
            format!("{} {text}{close}", "#".repeat(level))
        }),
        1 => (lines(), select(&["===", "---", "="][..])).prop_map(|(text, rule)| format!("{text}\n{rule}")),
        1 => (vec(vec(one_line(), 1..4), 1..4), select(&["|---|:-:|", "|--|", "|---|---|--:|"][..])).prop_map(|(rows, rule)| {
            let mut rows = rows.into_iter().map(|cells| format!("| {} |", cells.join(" | ")));
            let head = rows.next().unwrap_or_default();
            std::iter::once(head).chain([rule.to_owned()]).chain(rows).collect::<Vec<_>>().join("\n")
        }),
        1 => select(&[
            "```py\n# 注释\nprint()\n```", "    缩进", "<div>\n周刊\n</div>", "<!-- 周刊 -->", "---", "***",
            "[甲]: https://d.example '题'", "[^1]: 脚注\n    接着", "[^2]: 周刊", "```", "~~~\n周刊\n~~~", "<details>\n\n周刊",
        ][..])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let inside = (vec(inner, 1..4), select(&["\n\n", "\n"][..])).prop_map(|(blocks, between)| blocks.join(between));
        (
            inside,
            select(
                &["> ", ">", "- ", "* ", "+   ", "1. ", "12) ", "- [ ] ", "- [x] ", "> [!NOTE]\n> ", "lazy", "skip"][..],
            ),
        )
            .prop_map(|(inside, marker)| match marker {
                "skip" => format!("{SKIP}\n\n{inside}\n\n{END}"),
                "lazy" => format!("> {inside}"),
                marker if marker.starts_with('>') => {
                    let prefix = if marker == ">" { ">" } else { "> " };
                    marker.to_owned() + &inside.replace('\n', &format!("\n{prefix}"))
                }
                marker => {
                    let indent = " ".repeat(if marker.contains('[') { 2 } else { marker.len() });
                    marker.to_owned() + &inside.replace('\n', &format!("\n{indent}"))
                }
            })
    })
}

/// A document as people write them, or nearly.
pub(crate) fn structured() -> impl Strategy<Value = String> {
    let between = prop_oneof![6 => Just("\n\n"), 1 => select(&["\n", "\n\n\n", "\n \n"][..])];
    let definitions = option::of(Just(
        "\n\n[周刊]: https://r.example \"题\"\n[ref]: <https://s.example/甲 乙>\n[**粗**]: u\n\n[^1]: 脚注\n",
    ));
    (vec((block(), between), 1..5), definitions, select(&["\n", "\n", "\n", "\r\n", "\r", "mixed"][..]), 0..8_u8)
        .prop_map(|(blocks, definitions, newline, edges)| {
            let mut text: String = blocks.into_iter().map(|(block, between)| block + between).collect();
            text += definitions.unwrap_or_default();
            if edges & 1 == 1 {
                text.truncate(text.trim_end().len());
            }
            if edges & 6 == 6 {
                text.insert(0, '\u{feff}');
            }
            with_newlines(&text, newline)
        })
}

/// A document with something in it that is surely skipped, as a block or in a sentence.
pub(crate) fn skipping() -> impl Strategy<Value = String> {
    let words = || vec(select(&WORDS[..5]), 1..4).prop_map(|words| words.concat());
    let sentence =
        (words(), words(), words()).prop_map(|(before, inside, after)| format!("{before}{SKIP}{inside}{END}{after}"));
    let whole = vec(block(), 1..3).prop_map(|blocks| format!("{SKIP}\n\n{}\n\n{END}", blocks.join("\n\n")));
    (words(), prop_oneof![sentence, whole], structured())
        .prop_map(|(before, skipped, after)| format!("{before}\n\n{skipped}\n\n{after}"))
}

fn with_newlines(text: &str, newline: &str) -> String {
    if newline != "mixed" {
        return text.replace('\n', newline);
    }
    let mut place = 0;
    text.chars().fold(String::new(), |mut text, c| {
        if c == '\n' {
            place += 1;
            text.push_str(["\n", "\r\n", "\r"][place % 3]);
        } else {
            text.push(c);
        }
        text
    })
}

/// Noise: what lines are made of, in no order.
pub(crate) fn noise() -> impl Strategy<Value = String> {
    const ATOMS: &[&str] = &[
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n    ",
        "\n```\n",
        "\n---\n",
        "\n===\n",
        "\n|--|--|\n",
        "\n# ",
        "| ",
        "|",
        "> ",
        "- ",
        "1. ",
        "* ",
        "    ",
        "\t",
        "  \n",
        "\\\n",
        "\0",
        "\u{b}",
        "\u{c}",
        "\u{2028}",
        "\u{85}",
        "\u{feff}",
        "[",
        "]",
        "(",
        ")",
        "](u)",
        "[周刊]: u\n",
        "[^1]: ",
        "[^1]",
        "[x] ",
        "!",
        "<",
        ">",
        "<a>",
        "</a>",
        "<div>",
        "<!--",
        "-->",
        SKIP,
        END,
        "(u \"",
        "\")",
        "[甲]: u '",
        "\n: ",
        "$",
        "$$",
        "\n<p>",
        "</p>",
        "<?",
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "\"",
        "'",
        "&",
        ";",
        "#",
    ];
    let atom = prop_oneof![3 => select(ATOMS), 3 => select(WORDS)];
    vec(atom, 1..40).prop_map(|atoms| atoms.concat())
}
