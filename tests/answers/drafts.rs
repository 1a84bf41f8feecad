//! What is read from an answer: what models put around it, and what they do to JSON.

use nekoyaku::reply::{ReplyFault, read};
use nekoyaku::request::Format;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

fn keys(count: usize) -> Vec<String> {
    (0..count).map(|place| format!("b{place}")).collect()
}

/// Answers that say 猫 and 訳, whatever form was asked for.
const BOTH: &[(&str, &str)] = &[
    ("plain", r#"{"b0":"猫","b1":"訳"}"#),
    ("in a fence", "```json\n{\"b0\":\"猫\",\"b1\":\"訳\"}\n```\nDone."),
    ("in a fence of json5", "```json5\n{b0: '猫', b1: '訳',}\n```"),
    ("in a fence that is not closed", "```json\n{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after a byte order mark", "\u{feff}{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("among words", "以下が {訳文} です：{\"b0\":\"猫\",\"b1\":\"訳\"} 以上"),
    ("after 40 braces", "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{ {\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after thoughts", "<think>{\"b0\":\"犬\"}</think>{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after thoughts in capitals", "<THINK>犬</THINK>\n{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after thoughts in brackets (Mistral)", "[THINK]犬[/THINK]{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after thoughts in thoughts", "<think>甲<think>乙</think>丙</think>\n{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after two thoughts", "<think>甲</think>\n<thinking>乙</thinking>\n{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("after thoughts that a server half swallowed", "考え中\n</think>\n{\"b0\":\"猫\",\"b1\":\"訳\"}"),
    (
        "in the last channel (gpt-oss)",
        "<|channel|>analysis<|message|>{\"b0\":\"犬\"}<|end|><|start|>assistant<|channel|>final<|message|>{\"b0\":\"猫\",\"b1\":\"訳\"}<|return|>",
    ),
    (
        "in the last channel, whose marks are gone",
        "analysis甲 {\"b0\":\"犬\"}assistantfinal{\"b0\":\"猫\",\"b1\":\"訳\"}",
    ),
    ("before the end of a turn", "{\"b0\":\"猫\",\"b1\":\"訳\"}<|im_end|>"),
    ("after a draft", "{\"b0\":\"犬\",\"b1\":\"下書き\"} Final: {\"b0\":\"猫\",\"b1\":\"訳\"}"),
    ("before a final version that is cut off", "{\"b0\":\"猫\",\"b1\":\"訳\"} Final: {\"b0\":\"最終"),
    ("an object for each key", "{\"b0\":\"猫\"}\n{\"b1\":\"訳\"}"),
    ("a list of objects", "[{\"b0\":\"猫\"},{\"b1\":\"訳\"}]"),
    ("a list of records", r#"[{"id":"b0","text":"猫"},{"id":"b1","text":"訳"}]"#),
    ("records with keys and translations", r#"[{"key":"b0","translation":"猫"},{"key":"b1","ja":"訳"}]"#),
    ("in an object", r#"{"translations":{"b0":"猫","b1":"訳"}}"#),
    ("records in an object", r#"{"translations":[{"id":"b0","ja":"猫"},{"id":"b1","ja":"訳"}]}"#),
    ("an object for each text", r#"{"b0":{"text":"猫"},"b1":{"translation":"訳"}}"#),
    ("in a string", r#""{\"b0\": \"猫\", \"b1\": \"訳\"}""#),
    ("in a string of an object", r#"{"answer":"{\"b0\": \"猫\", \"b1\": \"訳\"}"}"#),
    ("with escaped quotes", r#"{\"b0\": \"猫\", \"b1\": \"訳\"}"#),
    ("with a comma too many", r#"{"b0":"猫","b1":"訳",}"#),
    ("with comments", "{\"b0\":\"猫\", // 甲\n /* 乙 */ \"b1\":\"訳\"}"),
    ("in single quotes (Python)", "{'b0': '猫', 'b1': '訳'}"),
    ("with quotes of a word processor", "{“b0”: \"猫\", “b1”: “訳”}"),
    ("with capitals and blanks in its keys", r#"{"B0":"猫","b 1":"訳"}"#),
    ("with keys as they stand in the request", r#"{"=== b0 ===":"猫","[b1]":"訳"}"#),
    ("with the same text twice", r#"{"b0":"猫","b0":"猫","b1":"訳"}"#),
    ("with keys of others", r#"{"b0":"猫","b1":"訳","b7":"他"}"#),
    ("with escapes", r#"{"b0":"\u732b","b1":"\u8a33"}"#),
    ("with a number that is none", r#"{"n":0E7777777777777777,"b0":"猫","b1":"訳"}"#),
    ("in sections", "=== b0 ===\n猫\n\n=== b1 ===\n訳\n"),
    ("in sections with bold heads", "**=== b0 ===**\n猫\n\n**=== B1 ===**\n訳\n"),
    ("in sections in a fence", "Here you are:\n```\n=== b0 ===\n猫\n=== b1 ===\n訳\n```"),
];

#[test]
fn the_answer_is_found_in_whatever_is_around_it() {
    for (name, answer) in BOTH {
        for format in [Format::Schema, Format::Object, Format::Tagged] {
            let drafts = read(answer, &keys(2), format);
            assert_eq!(drafts, [Ok("猫".to_owned()), Ok("訳".to_owned())], "{name}, {format:?}: {answer}");
        }
    }
}

#[test]
fn what_stands_in_a_text_is_text() {
    for (name, answer, text) in [
        ("the end of thinking", r#"{"b0":"<c1></think></c1> タグ"}"#, "<c1></think></c1> タグ"),
        ("a line feed as it is", "{\"b0\":\"一\n二\"}", "一\n二"),
        ("other control characters", "{\"b0\":\"一\t\u{1}二\"}", "一\t\u{1}二"),
        ("JSON", r#"{"b0":"例は {\"b0\": \"x\"} です"}"#, "例は {\"b0\": \"x\"} です"),
        ("a section's head", r#"{"b0":"=== b0 === は見出し"}"#, "=== b0 === は見出し"),
        ("a pair of escapes", r#"{"b0":"\ud83d\ude00猫"}"#, "😀猫"),
        ("half a pair, which cannot be read", r#"{"b0":"\ud83d猫"}"#, "\u{fffd}猫"),
        ("an escape that is none", r#"{"b0":"正規表現 \d+ と \(x\)"}"#, r"正規表現 \d+ と \(x\)"),
        ("an apostrophe", r#"{'b0': "What's new"}"#, "What's new"),
        ("an escaped apostrophe", r"{'b0': 'What\'s new'}", "What's new"),
    ] {
        assert_eq!(read(answer, &keys(1), Format::Object), [Ok(text.to_owned())], "{name}: {answer}");
    }
}

#[test]
fn what_is_good_is_kept_and_what_is_not_has_its_fault() {
    use ReplyFault::{Doubled, Missing, NotText, Torn};
    let b = |n: usize| format!("b{n}");
    for (name, answer, second) in [
        ("missing", r#"{"b0":"猫"}"#, Missing(b(1))),
        ("a number", r#"{"b0":"猫","b1":1}"#, NotText(b(1))),
        ("null", r#"{"b0":"猫","b1":null}"#, NotText(b(1))),
        ("a list of lines", r#"{"b0":"猫","b1":["一","二"]}"#, NotText(b(1))),
        ("an object that does not say which", r#"{"b0":"猫","b1":{"ja":"甲","text":"乙"}}"#, NotText(b(1))),
        ("twice, and not the same", r#"{"b0":"猫","b1":"甲","b1":"乙"}"#, Doubled(b(1))),
        ("twice in another spelling", r#"{"b0":"猫","b1":"甲","B1":"乙"}"#, Doubled(b(1))),
        ("in two objects of one", r#"{"source":{"b0":"猫","b1":"甲"},"ja":{"b0":"猫","b1":"乙"}}"#, Doubled(b(1))),
        ("cut off in the text", r#"{"b0":"猫","b1":"途中"#, Torn(b(1))),
        ("cut off behind the text", r#"{"b0":"猫","b1":"途中""#, Torn(b(1))),
        ("cut off in the key", r#"{"b0":"猫","b"#, Missing(b(1))),
        ("cut off behind the colon", r#"{"b0":"猫","b1":"#, Torn(b(1))),
        ("quotes that are not escaped", r#"{"b0":"猫","b1":"彼は"犬"と言う"}"#, Torn(b(1))),
        ("quotes and a comma", r#"{"b0":"猫","b1":"彼は","犬"と言う"}"#, Torn(b(1))),
        ("JSON whose quotes are not escaped", r#"{"b0":"猫","b1":"例は {"b1": "x"} です"}"#, Torn(b(1))),
        ("an apostrophe in single quotes", "{'b0':'猫','b1':'What's new'}", Torn(b(1))),
    ] {
        let drafts = read(answer, &keys(2), Format::Object);
        assert_eq!(drafts, [Ok("猫".to_owned()), Err(second)], "{name}: {answer}");
    }
}

#[test]
fn an_answer_that_is_none_says_why() {
    use ReplyFault::{Empty, Foreign, Missing, Shapeless};
    for (name, answer, fault) in [
        ("nothing", "", Empty),
        ("blanks", " \n\u{feff}", Empty),
        ("thoughts that do not end", "<think>まだ考え中 {\"b0\":\"犬\"", Empty),
        ("thoughts without an answer", "<think>犬</think>\n", Empty),
        ("channels without the last", "<|channel|>analysis<|message|>犬", Empty),
        ("prose", "申し訳ありませんが、翻訳できません。", Shapeless),
        ("a list of texts", r#"["猫"]"#, Shapeless),
        ("null", "null", Shapeless),
        ("the answer to another request", r#"{"b7":"猫","b8":"訳"}"#, Foreign),
        ("the records of another request", r#"[{"id":"b7","text":"猫"}]"#, Foreign),
        ("the sections of another request", "=== b7 ===\n猫\n", Foreign),
        ("an object about something else", r#"{"error":"できません"}"#, Missing("b0".to_owned())),
    ] {
        assert_eq!(read(answer, &keys(1), Format::Object)[0], Err(fault), "{name}: {answer}");
    }
}

#[test]
fn one_text_asked_for_as_text_is_the_answer() {
    for (name, answer, text) in [
        ("plain", "猫の訳", "猫の訳"),
        ("in a fence", "```\n猫の訳\n```", "猫の訳"),
        ("in a fence that is not closed", "```text\n猫の訳", "猫の訳"),
        ("in a fence, as JSON", "```json\n{\"b0\":\"猫の訳\"}\n```", "猫の訳"),
        ("as JSON", r#"{"b0":"猫の訳"}"#, "猫の訳"),
        ("as JSON without the key", r#"{"translation":"猫の訳"}"#, "猫の訳"),
        ("as a section", "=== b0 ===\n猫の訳", "猫の訳"),
        ("after thoughts", "<think>犬</think>\n猫の訳", "猫の訳"),
        ("before the end of a turn", "猫の訳<end_of_turn>", "猫の訳"),
        ("a tag in a line", "猫の </think> タグ", "猫の </think> タグ"),
        ("braces", "{{ x }} はテンプレート", "{{ x }} はテンプレート"),
        ("brackets", "[猫]の訳", "[猫]の訳"),
        ("JSON in a text", "例は {\"name\": \"猫\"} です", "例は {\"name\": \"猫\"} です"),
        ("a word like the key", "b01 という型", "b01 という型"),
    ] {
        assert_eq!(read(answer, &keys(1), Format::Plain), [Ok(text.to_owned())], "{name}: {answer}");
    }
    for (name, debris) in [
        ("a list", r#"["猫"]"#),
        ("a key and a colon", "b0: 猫"),
        ("a bold key", "**b0** 猫"),
        ("a section's head gone wrong", "== b0 == 猫"),
        ("JSON among words", r#"Sure! {"b0":"猫"}"#),
    ] {
        for format in [Format::Tagged, Format::Plain] {
            let draft = &read(debris, &keys(1), format)[0];
            let json_in_sections = format == Format::Tagged && debris.starts_with("Sure");
            assert_eq!(draft == &Err(ReplyFault::Shapeless), !json_in_sections, "{name}: {debris}");
        }
    }
    assert_eq!(read("{\"b0\": \"彼は\"猫\"と\"}", &keys(1), Format::Plain)[0], Err(ReplyFault::Torn("b0".to_owned())));
}

#[test]
fn no_answer_is_too_much() {
    const SIZE: usize = 1 << 19;
    let whole = r#"{"b0":"猫"}"#;
    for piece in ["{", "[", "{\"b0\":", "{\"b0\":\"", "[{", "\"{", "</think>", "<think>", "=== b0 ===\n", "\\\""] {
        // Nobody may find anything in it; what counts is that it ends.
        read(&piece.repeat(SIZE / piece.len()), &keys(1), Format::Object);
        read(&piece.repeat(SIZE / piece.len()), &keys(1), Format::Plain);
    }
    assert_eq!(read(&("{".repeat(SIZE * 8) + whole), &keys(1), Format::Object), [Ok("猫".to_owned())]);
}

/// Texts, with what JSON and models' own marks are made of in them.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let piece = proptest::sample::select(vec![
        "猫",
        "訳",
        "\"",
        "'",
        "“",
        "”",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "b0",
        "b1",
        "\n",
        "\t",
        "</think>",
        "```",
        "=== b0 ===",
        "//",
        "/*",
        "😀",
        "\u{1}",
        " ",
    ]);
    proptest::collection::vec(proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()), 1..4)
}

fn json(texts: &[String]) -> String {
    let entries = texts.iter().enumerate().map(|(place, text)| (format!("b{place}"), text.clone().into()));
    serde_json::Value::Object(entries.collect()).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each text comes back as it was, with control characters escaped or not.
    #[test]
    fn any_texts_are_read_as_they_were_written(texts in texts()) {
        let written = json(&texts);
        let raw = written.replace("\\n", "\n").replace("\\t", "\t");
        // A backslash before an `n` is no line feed.
        let answers = if written.contains("\\\\") { vec![written] } else { vec![written, raw] };
        for answer in answers {
            let drafts = read(&answer, &keys(texts.len()), Format::Object);
            let drafts: Vec<_> = drafts.into_iter().map(|draft| draft.expect("a draft")).collect();
            prop_assert_eq!(&drafts, &texts, "{}", answer);
        }
    }

    /// Of an answer that was cut off anywhere, each text is whole or not there.
    #[test]
    fn no_torn_text_is_ever_taken(texts in texts(), at in any::<proptest::sample::Index>()) {
        let answer = json(&texts);
        let ends: Vec<usize> = answer.char_indices().map(|(at, _)| at).collect();
        let cut = &answer[..ends[at.index(ends.len())]];
        for (draft, text) in read(cut, &keys(texts.len()), Format::Object).into_iter().zip(&texts) {
            prop_assert!(draft.as_ref().map_or(true, |draft| draft == text), "{draft:?} of {cut}");
        }
    }

    /// Whatever the answer is, there is one result for each key.
    #[test]
    fn anything_is_an_answer(answer in "\\PC{0,60}", json in texts()) {
        for answer in [answer, json.concat()] {
            for format in [Format::Schema, Format::Object, Format::Tagged, Format::Plain] {
                prop_assert_eq!(read(&answer, &keys(2), format).len(), 2);
            }
        }
    }
}
