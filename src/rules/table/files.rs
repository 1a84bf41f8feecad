//! The files themselves: the source's own problems, files without their counterpart, waivers.

use super::{About, Example};

pub(super) const SOURCE_CHANGED: About = About {
    holds: ["the source is as it was when it was translated", "原文が翻訳時から変わっていない", "翻译之后原文没有改动"],
    details: "An edition may say of which source it was made, `<!-- nekoyaku: source 1f2e3d4c5b6a7988 -->`; authors \
              go on editing after they publish. What differs then may be the author's change and no slip of the \
              translator. `check --record` writes it, and brings it up to date.",
    example: Example {
        source: "第一段。（改过）",
        edition: "<!-- nekoyaku: source 1f2e3d4c5b6a7988 -->",
        found: "the source was 1f2e3d4c5b6a7988 when it was translated and is 8097ab6c5d4e3f21 now",
    },
};

pub(super) const SOURCE_BROKEN: About = About {
    holds: ["the source is sound", "原文に問題がない", "原文没有问题"],
    details: "What is wrong in the source already: a link that cannot be one, front matter that cannot be read, \
              `**` shown to readers. It is told to the author of the source and fails nothing; the edition has \
              it as it is. Nothing is looked up: whether a page exists is not asked.",
    example: Example {
        source: "见[文章](htps://a.example)。",
        edition: "[記事](htps://a.example)を参照。",
        found: "the source's own link `htps://a.example` is broken: no such scheme",
    },
};

pub(super) const EDITION_MISSING: About = About {
    holds: ["each source has an edition", "どの原文にも訳文がある", "每篇原文都有译文"],
    details: "Between two folders, with `--require-all` only: a source whose name no edition has. \
              `nekoyaku translate` makes one.",
    example: Example {
        source: "docs/2024-06-15-weekly.md",
        edition: "docs/ja/",
        found: "there is no edition of this source",
    },
};

pub(super) const SOURCE_MISSING: About = About {
    holds: ["each edition has a source", "どの訳文にも原文がある", "每篇译文都有原文"],
    details: "Between two folders: an edition whose name no source has. The source was renamed or taken away, or \
              the edition is named otherwise; an edition has its source's name.",
    example: Example {
        source: "docs/",
        edition: "docs/ja/2024-06-15-weekly.md",
        found: "there is no source of this edition",
    },
};

pub(super) const WAIVER: About = About {
    holds: [
        "each waiver waives something, as it is now",
        "免除の指定がすべて今の内容に合っている",
        "每条豁免都对得上现在的内容",
    ],
    details: "What is known and let be is waived with a reason: in `nekoyaku.toml` by a `[[check.waiver]]` with \
              `rule`, `file`, `text` and `reason`, or beside the text by a comment \
              `<!-- nekoyaku: allow link-extra 3f9a01c2: the sponsor asked for it -->`. The digits are of the \
              block's content: once that changes the waiver waives nothing, and this says so, with the digits it \
              would need. One that was never needed is told, too; take it out.",
    example: Example {
        source: "感谢赞助。",
        edition: "<!-- nekoyaku: allow link-extra 3f9a01c2: the sponsor asked for it -->",
        found: "the waiver of link-extra for `3f9a01c2` waives nothing",
    },
};
