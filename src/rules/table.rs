//! What each rule holds, for people.

use super::{About, Example, Rule};

pub(super) fn about(rule: Rule) -> About {
    let (holds, details, example) = match rule {
        Rule::LinkMissing => (
            ["each link of the source is in the edition", "原文のリンクがすべて訳文にある", "原文的链接译文里都有"],
            "Links are compared block by block and, so that nothing hides, file by file.",
            Example {
                source: "见[文章](https://a.example)。",
                edition: "記事を参照。",
                found: "the link https://a.example is missing",
            },
        ),
        _ => (["-", "-", "-"], "-", Example { source: "", edition: "", found: "-" }),
    };
    About { holds, details, example }
}
