//! What has to come through as it is: links, images, code, HTML.

use super::{About, Example};

pub(super) const LINK_MISSING: About = About {
    holds: ["each link of the source is in the edition", "原文のリンクがすべて訳文にある", "原文的链接译文里都有"],
    details: "Links are compared by destination, block by block and, so that a link added elsewhere hides none, \
              file by file. Reference definitions, autolinks, bare URLs, and `href` and `src` in HTML count. \
              Links of a block that is missing altogether are not told one by one: see `block-missing`. \
              Put the link back around the words that stand for its text.",
    example: Example {
        source: "见[文章](https://a.example)。",
        edition: "記事を参照。",
        found: "the link `https://a.example` is missing",
    },
};

pub(super) const LINK_ALTERED: About = About {
    holds: ["links lead where the source's lead", "リンク先が原文と同じである", "链接地址与原文一致"],
    details: "A link that is missing is held against the nearest one that is new in the same block, and what \
              differs is told to the byte: a model changes single hex digits of a `%E9%9D%A2`. The titles of \
              links, `[text](url \"title\")`, may be translated; one that is gone or new is a warning. \
              `--fix` restores the address. Where it was changed on purpose, as a page has moved, waive it.",
    example: Example {
        source: "见[文章](https://a.example/%9D%A2)。",
        edition: "[記事](https://a.example/%9D%A3)を参照。",
        found: "the link `https://a.example/%9D%A2` became `https://a.example/%9D%A3`: `2` became `3` (1 byte)",
    },
};

pub(super) const LINK_EXTRA: About = About {
    holds: ["links are the source's", "原文にないリンクがない", "没有原文之外的链接"],
    details: "A link that the source's block has not is reported where it stands. Translators add links, and may: \
              in the note at the top, in a paragraph that begins with `訳注：`, and under the words that the \
              settings name in `check.added_links` (日本語訳, 日本語版). Put others into a 訳注, or waive them with \
              a reason.",
    example: Example {
        source: "感谢赞助。",
        edition: "[スポンサー](https://b.example)に感謝します。",
        found: "the link `https://b.example` is not in the source",
    },
};

pub(super) const LINK_MOVED: About = About {
    holds: ["links stand in the source's blocks", "リンクが原文と同じブロックにある", "链接在原来的段落里"],
    details: "A link that is missing in one block and new in another was moved, which is seldom meant. Within a \
              block links may change their order, as Japanese puts things in another one; two links whose \
              texts stayed and whose addresses changed places are told as well. Look where the link belongs.",
    example: Example {
        source: "1、[甲](https://a.example)\n\n2、乙",
        edition: "1、甲\n\n2、[乙](https://a.example)",
        found: "the link `https://a.example` stands in another block than in the source",
    },
};

pub(super) const IMAGE_MISSING: About = About {
    holds: ["each image of the source is in the edition", "原文の画像がすべて訳文にある", "原文的图片译文里都有"],
    details: "Images are compared by their source, block by block and file by file; `<img>` in HTML counts. \
              Alternative texts are translated and not compared. Put the image back where the source has it.",
    example: Example { source: "![封面](cover.png)", edition: "表紙", found: "the image `cover.png` is missing" },
};

pub(super) const IMAGE_ALTERED: About = About {
    holds: ["images are the source's", "画像の参照先が原文と同じである", "图片地址与原文一致"],
    details: "An image that is missing is held against the nearest one that is new in the same block. Paths \
              relative to the file are compared as they are written. `--fix` restores the address.",
    example: Example {
        source: "![封面](img/cover.png)",
        edition: "![表紙](img/cover.jpg)",
        found: "the image `img/cover.png` became `img/cover.jpg`: `pn` became `jp` (2 bytes)",
    },
};

pub(super) const IMAGE_EXTRA: About = About {
    holds: ["no image is new", "原文にない画像がない", "没有原文之外的图片"],
    details: "An image that the source's block has not. An edition shows what its source shows; what a \
              translator has to show stands in a 訳注, or is waived with a reason.",
    example: Example {
        source: "封面见下。",
        edition: "表紙は下にあります。![表紙](cover.png)",
        found: "the image `cover.png` is not in the source",
    },
};

pub(super) const IMAGE_MOVED: About = About {
    holds: ["images stand in the source's blocks", "画像が原文と同じブロックにある", "图片在原来的段落里"],
    details: "An image that is missing in one block and new in another. Within a block it may stand elsewhere. \
              Look where it belongs.",
    example: Example {
        source: "[甲](https://a.example)：![封面](cover.png)\n\n[乙](https://b.example)：三篇文章。",
        edition: "[甲](https://a.example)：\n\n[乙](https://b.example)：3 本の記事。![表紙](cover.png)",
        found: "the image `cover.png` stands in another block than in the source",
    },
};

pub(super) const CODE_MISSING: About = About {
    holds: [
        "each piece of code of the source is in the edition",
        "原文のコードがすべて訳文にある",
        "原文的代码译文里都有",
    ],
    details: "Code spans, formulas and code blocks, compared by what is in them. A code span that is gone is a \
              warning, as its words may stand without backticks on purpose; a code block that is gone is an error. \
              Put it back as the source has it.",
    example: Example {
        source: "用 `logging` 记录。",
        edition: "ログに記録します。",
        found: "the code `logging` is missing",
    },
};

pub(super) const CODE_ALTERED: About = About {
    holds: ["code is as it was", "コードが原文のままである", "代码与原文一致"],
    details: "Nothing in code is translated, comments included: readers copy it. A code block that differs is an \
              error, a code span a warning, as a translator may have mended a slip of the source. Restore it; tell the author of slips, and waive what you mended.",
    example: Example {
        source: "```\nprint(\"喵\")  # 猫叫\n```",
        edition: "```\nprint(\"ニャー\")  # 猫叫\n```",
        found: "the code block ```` print(\"喵\") # 猫叫 ```` became ```` print(\"ニャー\") # 猫叫 ````: `喵` became \
                `ニャー` (9 bytes)",
    },
};

pub(super) const CODE_EXTRA: About = About {
    holds: ["no code is new", "原文にないコードがない", "没有原文之外的代码"],
    details: "Backticks around words that the source has without them are a translator's good right and not \
              reported; what the source has not at all is told, and fails nothing. A code block that is new is \
              an error.",
    example: Example {
        source: "安装即可。",
        edition: "`pip install neko` するだけです。",
        found: "the code `pip install neko` is not in the source",
    },
};

pub(super) const HTML_ALTERED: About = About {
    holds: ["HTML is as it was", "HTML が原文のままである", "HTML 与原文一致"],
    details: "Tags and comments, with their attributes, are compared one by one; the text between them is \
              translated. Addresses in `href` and `src` are compared as links and images are. Attributes that \
              people read, such as `alt` and `title`, may be translated. Restore the tag.",
    example: Example {
        source: "<details open>",
        edition: "<details>",
        found: "the HTML `<details open>` became `<details>`: `open` is gone (5 bytes)",
    },
};
