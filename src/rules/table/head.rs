//! Front matter, and the note at the top.

use super::{About, Example};

pub(super) const FRONT_MATTER: About = About {
    holds: [
        "front matter is as in the source, with a title of this edition",
        "front matter が原文と同じで、タイトルが訳されている",
        "front matter 与原文一致，标题已翻译",
    ],
    details: "Keys and values are the source's; the title has the form of the edition's titles and the source's \
              number. An edition has an author also where its source names none, and front matter where its \
              source begins with a heading. Quotes and the order of keys are free. A value that begins or ends \
              with a blank is a warning. `--fix` restores values.",
    example: Example {
        source: "pubDate: 2024-06-15",
        edition: "pubDate: 2024-06-16",
        found: "`pubDate` in the front matter is `2024-06-16` instead of `2024-06-15`",
    },
};

pub(super) const HEADER_NOTE: About = About {
    holds: ["the note at the top is there", "冒頭に訳者注がある", "开头有译者说明"],
    details: "The quote at the top that says of what the edition is a translation, that a machine had its part in \
              it, and where to report what reads badly. It is asked for on issues only, and not with \
              `check.note = false`. What it says of the source's day, title and address has rules of \
              its own; its Japanese is held to those of any other text. `nekoyaku translate` writes it.",
    example: Example {
        source: "# Python 潮流周刊#56：猫",
        edition: "# Python トレンド週刊#56：猫",
        found: "the translator's note at the top is missing",
    },
};

pub(super) const HEADER_DATE: About = About {
    holds: [
        "the note names the day the source came out",
        "訳者注の日付が原文の公開日である",
        "译者说明的日期是原文的发布日期",
    ],
    details: "The day in the note is held against the source's `pubDate`, or against the day its file is named \
              after. `2024 年 6 月 15 日` with or without blanks is the same day. A note copied from the edition \
              before it has that one's day; `--fix` writes the right one.",
    example: Example {
        source: "pubDate: 2024-06-15",
        edition: "> この記事は 2024 年 6 月 1 日に公開された…",
        found: "the note says 2024-06-01, the source came out on 2024-06-15",
    },
};

pub(super) const HEADER_URL: About = About {
    holds: ["the note links to the source", "訳者注が原文の URL にリンクしている", "译者说明链接到原文"],
    details: "The address of the source follows from its file's name: `https://pythoncat.top/posts/` and the name, \
              in issues 1 to 7 with the number of the issue behind it. `--fix` writes the right one.",
    example: Example {
        source: "docs/2024-06-15-weekly.md",
        edition: "> …「[…](https://pythoncat.top/posts/2024-06-01-weekly)」の日本語訳です。",
        found: "the note links to `https://pythoncat.top/posts/2024-06-01-weekly` instead of \
                `https://pythoncat.top/posts/2024-06-15-weekly`",
    },
};

pub(super) const HEADER_TITLE: About = About {
    holds: ["the note has the source's title", "訳者注の原題が原文のタイトルである", "译者说明里的标题与原文一致"],
    details: "The title between the quotes of the note is the source's, in Chinese. Blanks and the width of signs \
              are free: `Python潮流周刊` and `Python 潮流周刊` are the same. `--fix` writes the right one.",
    example: Example {
        source: "title: 'Python 潮流周刊#56：猫'",
        edition: "> …「[Python 潮流周刊#55：犬](…)」の日本語訳です。",
        found: "the note calls the source `Python 潮流周刊#55：犬` instead of `Python 潮流周刊#56：猫`",
    },
};
