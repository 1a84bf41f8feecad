//! What only a model's drafts are held to: a person's edition has none of this.

use super::{About, Example};

pub(super) const PREAMBLE: About = About {
    holds: ["the answer is the translation and nothing else", "訳文以外のものが混ざっていない", "回答里只有译文"],
    details: "What models say before an answer, or instead of one: `以下は翻訳です`, `Sure`, an apology, an offer \
              to answer questions. Looked for in the drafts of `translate` only, which asks the model again.",
    example: Example {
        source: "标题",
        edition: "以下は翻訳です：見出し",
        found: "`以下は翻訳です：見出し…` is about the answer, not part of it",
    },
};

pub(super) const REPETITION: About = About {
    holds: ["nothing is said over and over", "同じ言葉を繰り返していない", "没有反复说同样的话"],
    details: "A model that has lost its way says the same again and again: six times on end, of something that the \
              source does not repeat. Looked for in the drafts of `translate` only, which asks the model again.",
    example: Example {
        source: "这个项目非常非常简单",
        edition: "とても簡単とても簡単とても簡単とても簡単とても簡単とても簡単です",
        found: "`とても簡単` is there 6 times on end",
    },
};

pub(super) const OTHER_SEGMENT: About = About {
    holds: ["a translation is of its own source", "別の段落の訳ではない", "译文不是别的段落的"],
    details: "None of the names of the source and other ones instead, or much more in common with another text of \
              the same request: models that merge two texts give each later one the translation of the next. \
              Looked for in the drafts of `translate` only; of an edition, `check` pairs the blocks.",
    example: Example {
        source: "介绍 FastAPI 的用法",
        edition: "Django の使い方の紹介",
        found: "nothing of fastapi is in the translation: is it of another text?",
    },
};

pub(super) const BOOK_TITLE: About = About {
    holds: ["books have the titles they have in Japan", "書名が日本での題名になっている", "书名是日本的书名"],
    details: "A question, not a fault: a book in 《》 may have been translated from the Japanese, or may have a \
              Japanese edition under a title that no model knows. Asked by `translate` for what a model wrote.",
    example: Example {
        source: "推荐《流畅的 Python》",
        edition: "『流暢な Python』がおすすめです",
        found: "《流畅的 Python》: has the book or programme a Japanese title of its own?",
    },
};
