//! A second parser's opinion.

use crate::answers::pseudo;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use nekoyaku::blocks::{Document, LeafKind, parse};
use nekoyaku::inline::MarkKind;

/// What comrak reads in `text`: blocks and marks in order, without text.
pub(crate) fn shape(text: &str) -> Vec<String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.autolink = true;
    options.extension.alerts = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut found = Vec::new();
    walk(root, 0, &mut found);
    found
}

/// Whether comrak and we see as many blocks in `text`, and the same kinds of marks in the same order.
pub(crate) fn agrees(text: &str) -> bool {
    const KINDS: [&str; 8] = ["footnote ", "link ", "image ", "code ", "html ", "Strong", "Emph", "Strike"];
    let document = parse(text);
    let leaves = (0..document.leaves.len()).filter(|leaf| document.leaves[*leaf].kind != LeafKind::Html);
    let ours = leaves.flat_map(|leaf| document.inline(text, leaf).marks()).filter_map(|mark| match mark.kind {
        MarkKind::Link | MarkKind::Url => Some("link "),
        MarkKind::Image => Some("image "),
        MarkKind::Code => Some("code "),
        MarkKind::Strong => Some("Strong"),
        MarkKind::Emphasis => Some("Emph"),
        MarkKind::Strikethrough => Some("Strike"),
        MarkKind::Footnote => Some("footnote "),
        _ => None,
    });
    let all = shape(text);
    let theirs = all.iter().filter_map(|told| {
        let (_, told) = told.split_once(' ')?;
        KINDS.into_iter().find(|kind| {
            told.starts_with(kind) && !told[kind.len()..].starts_with("block ") && !told.starts_with("footnote of")
        })
    });
    let outline = document.outline(text);
    let blocks = |name: &str| outline.iter().filter(|line| line.trim_start().starts_with(name)).count();
    let same_blocks = [
        ("item", &["item", "task"][..]),
        ("heading", &["heading "]),
        ("quote", &["BlockQuote", "Alert"]),
        ("table", &["table "]),
    ]
    .into_iter()
    .all(|(name, names)| {
        blocks(name)
            == all
                .iter()
                .filter(|told| {
                    told.split_once(' ').is_some_and(|(_, told)| names.iter().any(|name| told.starts_with(name)))
                })
                .count()
    });
    // A footnote in a link makes it text to us alone; an address in it is as many links to both.
    let no_link = (0..document.leaves.len()).any(|leaf| {
        let inline = document.inline(text, leaf);
        let urls = (0..inline.marks().len()).filter(|mark| inline.marks()[*mark].kind == MarkKind::Url);
        let mut texts = inline.texts().map(|(text, _)| text).chain(urls.map(|mark| inline.target(mark)));
        texts.any(|text| text.contains("]("))
    });
    // Below HTML and a `\r` of its own, definitions are known to one of us only.
    let html = all.iter().any(|told| told.contains(" html block "));
    let lonely = html && text.replace("\r\n", "\n").contains('\r');
    same_blocks
        && !lonely
        && !no_link
        && same_targets(&document, text, &all)
        && ours.eq(theirs.filter(|kind| *kind != "html "))
}

/// Whether links and images lead to the same places: one parser may know a reference that the other does not.
fn same_targets(document: &Document, text: &str, all: &[String]) -> bool {
    let known = |told: &&String| ["link ", "image "].iter().any(|kind| told.contains(&format!(" {kind}")));
    let theirs: Vec<&String> = all.iter().filter(known).collect();
    let leaves = (0..document.leaves.len()).map(|leaf| document.inline(text, leaf));
    let mut ours = leaves.flat_map(|inline| {
        let linking = move |mark: &usize| matches!(inline.marks()[*mark].kind, MarkKind::Link | MarkKind::Image);
        (0..inline.marks().len()).filter(linking).map(move |mark| inline.target(mark))
    });
    ours.all(|target| theirs.iter().any(|told| told.contains(&pseudo(&format!(" {target} ")))))
}

fn walk<'a>(node: &'a AstNode<'a>, depth: usize, into: &mut Vec<String>) {
    let told = match &node.data.borrow().value {
        NodeValue::Text(_) => None,
        NodeValue::Heading(heading) => Some(format!("heading {}", heading.level)),
        NodeValue::List(list) => Some(format!("list {:?} {} {}", list.list_type, list.start, list.tight)),
        NodeValue::Item(_) => Some("item".to_owned()),
        NodeValue::TaskItem(_) => Some("task".to_owned()),
        NodeValue::Link(link) => Some(format!("link {} {}", link.url, link.title)),
        NodeValue::Image(link) => Some(format!("image {} {}", link.url, link.title)),
        NodeValue::Code(code) => Some(format!("code {}", code.literal)),
        NodeValue::HtmlInline(html) => Some(format!("html {html}")),
        NodeValue::HtmlBlock(html) => Some(format!("html block {}", html.literal)),
        NodeValue::CodeBlock(code) => Some(format!("code block {} {}", code.info, code.literal)),
        NodeValue::FootnoteReference(reference) => Some(format!("footnote {}", reference.name)),
        NodeValue::FootnoteDefinition(definition) => Some(format!("footnote of {}", definition.name)),
        NodeValue::Table(table) => Some(format!("table {:?}", table.alignments)),
        other => Some(format!("{other:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned()),
    };
    // Where the two parsers do not agree on what is code, a translation changes code.
    into.extend(told.map(|told| pseudo(&format!("{depth} {told}"))));
    for child in node.children() {
        walk(child, depth + 1, into);
    }
}
