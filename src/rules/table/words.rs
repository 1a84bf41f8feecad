//! What an edition says: numbers, Chinese left, words, typography.

use super::{About, Example};

pub(super) const NUMBER: About = About {
    holds: ["numbers have the source's value", "数の値が原文と同じである", "数字的值与原文一致"],
    details: "Numbers are compared by value, whatever they are written with: 22K is 2 万 2 千 and 22,000, 五大 is \
              5 つ, 5.21 as a date is 5/21; 約, ほぼ and the like let 2.5 % pass. A version is compared as it is written: 3.10 is not 3.1. One of the source that is missing is a warning, one that is new an info. Numerals in words (一个) may go; a 訳注 has numbers of its own.",
    example: Example {
        source: "已有 22K 订阅。",
        edition: "購読者は 2 万人です。",
        found: "the number `22K` of the source is missing",
    },
};

pub(super) const SYMBOL: About = About {
    holds: ["emoji of headings are the source's", "見出しの絵文字が原文と同じである", "标题的表情符号与原文一致"],
    details: "The emoji of a heading tell readers of any language which section it is. Whether a blank stands \
              behind it is free. Put it back as it was.",
    example: Example {
        source: "## 🦄文章&教程",
        edition: "## 記事&チュートリアル",
        found: "🦄 of the source is missing",
    },
};

pub(super) const LABEL: About = About {
    holds: ["labels behind links are there", "リンクの後のラベルがある", "链接后面的标注都在"],
    details: "The source marks the language of what it links to, （英文）, and the edition translates the mark, \
              （英語）. The width of its brackets is free, and more may stand in them. （中国語） may be added behind links to Chinese pages, and need not. A label that stands as it was is put right by `--fix`.",
    example: Example {
        source: "1、[标题](https://a.example)（英文）",
        edition: "1、[タイトル](https://a.example)",
        found: "the label `（英文）` of the source has to be there as `（英語）`",
    },
};

pub(super) const UNTRANSLATED: About = About {
    holds: ["each text is translated", "すべての文が訳されている", "全部文字都已翻译"],
    details: "A text with Chinese characters that is, but for blanks, the source's. Names and titles that are kept \
              by the settings, code, and what stands between `<!-- nekoyaku: skip -->` and \
              `<!-- nekoyaku: end -->` are left alone. Translate it; `nekoyaku translate` does nothing else.",
    example: Example {
        source: "文章&教程",
        edition: "文章&教程",
        found: "this is as in the source, untranslated: `文章&教程`",
    },
};

pub(super) const LEFTOVER_CHINESE: About = About {
    holds: ["no Chinese is left in Japanese", "日本語の中に中国語が残っていない", "日文里没有残留的中文"],
    details: "Characters outside JIS X 0208 (R1), long runs of kanji without kana (R3) or copied from the source \
              (R8) are errors; characters hardly ever used in Japanese (R4) and Chinese words in characters that \
              Japanese has (R7) warnings; Chinese grammar (R6) is an info. Left alone are the note's title, names \
              that are kept, and what is quoted behind 中国語. A hint is the Japanese form of the character, not a \
              translation.",
    example: Example {
        source: "这个项目很有用。",
        edition: "このプロジェクトは很便利です。",
        found: "hardly ever used in Japanese: `很`",
    },
};

pub(super) const COMPAT_CHAR: About = About {
    holds: ["kanji are kanji", "漢字が互換文字や部首でない", "汉字不是兼容字符或部首"],
    details: "Characters that look like a kanji and are none: radicals (U+2E80 to U+2FDF) and compatibility forms \
              (U+F900 to U+FAFF), which get in by copying from PDFs. Search does not find them, and fonts lack \
              them. `--fix` writes the kanji.",
    example: Example {
        source: "美国",
        edition: "⽶国",
        found: "`⽶` (U+2F76) is a compatibility character, not the kanji `米` it looks like",
    },
};

pub(super) const TERM_FORBIDDEN: About = About {
    holds: [
        "no term has a rendering the termbase forbids",
        "用語集で禁じた訳語が使われていない",
        "没有术语表禁用的译法",
    ],
    details: "A form that `glossary.toml` lists as `forbidden` for a term which the source has at this place. \
              Targets and variants are masked first: サーバ in サーバー is none. A product's name in other \
              letters, Github for GitHub, is an info. A draft with one is not taken. Write the target, or change the term.",
    example: Example {
        source: "并行计算",
        edition: "並行計算",
        found: "`並行` is not how `并行` is rendered here: `並列`",
    },
};

pub(super) const TERM_MISSING: About = About {
    holds: ["terms are rendered as the termbase has them", "用語が用語集のとおりに訳されている", "术语按术语表翻译"],
    details: "The source has a term, and the edition's text neither its target nor a variant. Looked for are \
              names of people, companies and products, and long terms that have one rendering; other words are \
              put in other words, and rightly. It is told as an info, once for each. A term that is `strict` in \
              the termbase has to be there, as it is written: that is an error. Add a variant where it is a good \
              one.",
    example: Example {
        source: "谷歌发布了新模型。",
        edition: "新しいモデルが公開されました。",
        found: "the source has `谷歌`, and `Google` is not in the edition",
    },
};

pub(super) const FALSE_FRIEND: About = About {
    holds: ["no word says something else in Japanese", "日本語で意味の変わる言葉がない", "没有中日同形异义的误用"],
    details: "Chinese words written the Japanese way. Those that are no words of Japanese (視頻, 質量 for 质量) are \
              reported wherever they stand, those that are good words elsewhere (項目, 支持, 国内) only where the \
              source has the Chinese word in the same block. Renderings that the termbase has are none. The \
              list can be added to in the settings.",
    example: Example {
        source: "评论很多。",
        edition: "評論が多いです。",
        found: "`評論` does not say in Japanese what `评论` says in Chinese: `コメント`",
    },
};

pub(super) const GRAMMAR: About = About {
    holds: [
        "no Japanese is broken in the ways machines break it",
        "機械翻訳らしい文法の誤りがない",
        "没有机器翻译式的语病",
    ],
    details: "A few patterns that are wrong wherever they stand: ていります, べきの, a polite form before a noun, \
              20 つ, a word in katakana twice. It is no proofreader: what is not listed is not found. Write it \
              anew, or waive it where it is quoted.",
    example: Example {
        source: "20 个项目",
        edition: "20 つのプロジェクト",
        found: "`20 つのプ` is no good Japanese: `20 個のプ`?",
    },
};

pub(super) const BRACKET: About = About {
    holds: ["brackets are full-width and come in pairs", "括弧が全角で対応している", "括号为全角且成对"],
    details: "Half-width brackets around Japanese, and a bracket without its counterpart in the block. Code, \
              addresses and the syntax of links are left alone, and so are brackets around Latin text only. \
              `--fix=style` makes them full-width.",
    example: Example {
        source: "猫（动物）",
        edition: "猫(動物)",
        found: "half-width brackets around Japanese: `(動物)`; editions write `（動物）`",
    },
};

pub(super) const PUNCTUATION: About = About {
    holds: ["punctuation is Japanese", "約物が日本語のものである", "标点为日文标点"],
    details: "Chinese commas, semicolons and quotes (`，` `；` `“”` `《》`), full-width digits, a half-width colon \
              behind Japanese, a wave dash of the wrong kind. What is quoted from the Chinese on purpose is left \
              alone. `--fix=style` writes the Japanese sign where there is only one.",
    example: Example { source: "猫，狗", edition: "猫，犬", found: "`，` instead of `、`" },
};

pub(super) const SPACING: About = About {
    holds: ["a space stands between Latin and Japanese", "和文と欧文の間に空白がある", "西文与日文之间有空格"],
    details: "This edition puts a half-width space between Japanese and Latin letters or digits, and none beside \
              full-width punctuation. Around links it is free. Matters of style fail nothing; `--fix=style` \
              mends them, and `check.typography = false` turns them off.",
    example: Example { source: "用Python写", edition: "Pythonで書く", found: "`nで` should be spaced `n で`" },
};

pub(super) const LENGTH_RATIO: About = About {
    holds: ["a text is as long as translations of it are", "訳文の長さが原文に見合っている", "译文长度与原文相称"],
    details: "Japanese takes half as much again as Chinese. A block far outside of 0.9 to 2.6 times its source's \
              length, addresses and code not counted, has probably lost a sentence, or got one. Short texts \
              vary more and are left alone.",
    example: Example {
        source: "[aiofiles](https://a.example)：这个库用异步的方式读写文件，支持断点续传和进度回调，可以在不改动原有代码的情况下替换标准库，作者还写了一篇文章介绍其中的实现细节。",
        edition: "[aiofiles](https://a.example)：ファイルを非同期で読み書きするライブラリで、標準ライブラリを置き換えられます。",
        found: "48 characters for 74 of the source: is something missing or added?",
    },
};
