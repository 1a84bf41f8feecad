//! The blocks of an edition, and that they are shown as they are meant.

use super::{About, Example};

pub(super) const BLOCK_MISSING: About = About {
    holds: ["each block of the source is in the edition", "原文のブロックがすべて訳文にある", "原文的段落译文里都有"],
    details: "Paragraphs, headings, items, cells, code and HTML of both files are aligned by their structure, what \
              they have in common (links, images, code, numbers) and their length; one that has no counterpart \
              is missing. It is told once, and not again for each of its links. Translate it, or waive it with \
              the reason why it was left out.",
    example: Example {
        source: "## 文章\n\n第一段。",
        edition: "一つ目の段落です。",
        found: "a heading of the source is missing: `文章`",
    },
};

pub(super) const BLOCK_EXTRA: About = About {
    holds: [
        "each block is the source's, or the translator's own",
        "原文にないブロックは訳者注だけである",
        "没有原文之外的段落（译注除外）",
    ],
    details: "A block that has no counterpart in the source. A translator's own are none: the quotes at the top \
              before the text begins, and paragraphs that begin with `訳注：`. Make it one, or take it out.",
    example: Example {
        source: "第一段。",
        edition: "一つ目の段落です。\n\nぜひ読んでみてください。",
        found: "a paragraph is not in the source: `ぜひ読んでみてください。`",
    },
};

pub(super) const BLOCK_ORDER: About = About {
    holds: ["blocks stand in the source's order", "ブロックの順序が原文と同じである", "段落顺序与原文一致"],
    details: "A block whose counterpart stands before or behind others in the source. Of the blocks that changed \
              places as few as possible are told. Put it back.",
    example: Example {
        source: "1、[甲](https://a.example)\n\n2、[乙](https://b.example)",
        edition: "2、[乙](https://b.example)\n\n1、[甲](https://a.example)",
        found: "this block stands elsewhere in the source: `2、乙`",
    },
};

pub(super) const BLOCK_SPLIT: About = About {
    holds: [
        "a block of the source is one of the edition",
        "原文の 1 ブロックが訳文でも 1 ブロックである",
        "原文的一段对应译文的一段",
    ],
    details: "One block of the source that became several, or several that became one. Nothing is lost by it, and \
              all else is compared over the blocks together; but whoever reads both side by side loses the line, \
              and what is translated anew later is put in by blocks.",
    example: Example {
        source: "第一句。第二句。",
        edition: "一つ目の文です。\n\n二つ目の文です。",
        found: "one block of the source became 2",
    },
};

pub(super) const HEADING_LEVEL: About = About {
    holds: ["headings have the source's level", "見出しのレベルが原文と同じである", "标题级别与原文一致"],
    details: "Levels make the table of contents and the addresses of sections. `#` and underlined headings of one \
              level are the same. Restore the level.",
    example: Example {
        source: "## 文章", edition: "### 記事", found: "a heading of level 2 became one of level 3"
    },
};

pub(super) const ITEM_NUMBER: About = About {
    holds: ["items have the source's numbers", "項目の番号が原文と同じである", "条目编号与原文一致"],
    details: "The number that a block begins with: `3、`, `③`, or that of an ordered list. People speak of items by \
              number. A text that begins with a version, `3.12`, has none. Restore the number.",
    example: Example {
        source: "3、[标题](https://a.example)",
        edition: "4、[タイトル](https://a.example)",
        found: "the item begins with `4、` instead of `3、`",
    },
};

pub(super) const MARKDOWN_SHAPE: About = About {
    holds: [
        "a block has the source's kind and structure",
        "ブロックの種類と構造が原文と同じである",
        "段落的类型和结构与原文一致",
    ],
    details: "A quote that became a paragraph, an item that left its list, a table with another number of columns, \
              footnotes that lost their references. Whether a list is tight or loose is not looked at, nor are \
              bold and italic type.",
    example: Example {
        source: "- 第一项",
        edition: "・一つ目の項目",
        found: "an item of the source became a paragraph",
    },
};

pub(super) const EMPHASIS_UNRENDERED: About = About {
    holds: ["no `**` is shown to readers", "`**` が読者にそのまま見えない", "没有原样显示的 `**`"],
    details: "Beside Japanese punctuation `**` often neither opens nor closes anything, and readers see the \
              asterisks. Found by parsing, not by pattern: what is meant, as in `**kwargs`, is one that stands \
              alone or that the source shows as well. Of emphasis that lost one of its ends the other is told. A half-width space outside mends it, and so does `--fix`.",
    example: Example {
        source: "**提示**：本周休刊。",
        edition: "**注意：**今週は休刊です。",
        found: "`**` is shown as it is: it neither opens nor closes emphasis here",
    },
};

pub(super) const PLACEHOLDER: About = About {
    holds: ["nothing is left of the machine's work", "機械翻訳の途中の記号が残っていない", "没有机器翻译残留的记号"],
    details: "Tags that stand for links and code while a model translates (`<a1>`, `</c2>`), the comment that marks \
              text left in Chinese, conflict markers of a merge. A tag that the source has itself is no such \
              thing. Put what it stands for in its place.",
    example: Example {
        source: "见[文章](https://a.example)。",
        edition: "<a1>記事</a1>を参照。",
        found: "`<a1>` is left from the machine's work",
    },
};
