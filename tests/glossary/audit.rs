//! A termbase as a file: what is told of it.

use nekoyaku::glossary::{Audit, Flaw, Glossary};
use nekoyaku::rules::Severity;
use proptest::prelude::*;

fn flaws(text: &str) -> Vec<(Flaw, &str)> {
    let audit = Audit::new(text).expect("TOML");
    audit.remarks().iter().map(|remark| (remark.flaw, &text[remark.span.range()])).collect()
}

#[test]
fn each_flaw_is_told_at_its_place() {
    let term = |more: &str| format!("[[term]]\nsource = \"猫\"\ntarget = \"ネコ\"\n{more}\n");
    for (text, flaw, place) in [
        (term("colour = 1"), Flaw::UnknownKey, "colour"),
        (term("note = 1"), Flaw::WrongValue, "1"),
        (term("category = \"animal\""), Flaw::WrongValue, "\"animal\""),
        (term("variants = [\"ねこ\", 2]"), Flaw::WrongValue, "2"),
        (term("variants = [\"\"]"), Flaw::EmptyForm, "\"\""),
        (term("note = \"a\\u0007\""), Flaw::ControlCharacter, "\"a\\u0007\""),
        (term("forbidden = [\"にゃ\", \"ネコ\"]"), Flaw::ForbiddenIsRight, "\"ネコ\""),
        (term("variants = [\"ネコ\"]"), Flaw::RepeatedForm, "\"ネコ\""),
        (term("[[term]]\nsource = \"猫\"\ntarget = \"ねこ\""), Flaw::Duplicate, "\"猫\""),
        (term("[[term]]\nsource = \"貓\"\ntarget = \"ねこ\""), Flaw::DuplicateSpelling, "\"貓\""),
        (
            term("[[term]]\nsource = \"狗\"\ntarget = \"犬\"\nforbidden = [\"ネコ\"]"),
            Flaw::ForbiddenElsewhere,
            "\"ネコ\"",
        ),
        ("[[term]]\nsource = \"\"\ntarget = \"ネコ\"\n".to_owned(), Flaw::NoSource, "\"\""),
        ("[[term]]\nsource = \"猫\"\n".to_owned(), Flaw::NoTarget, "\"猫\""),
        ("[[term]]\nsource = \"猫 \"\nkeep = true\n".to_owned(), Flaw::NeverFound, "\"猫 \""),
        ("term = [1]\n".to_owned(), Flaw::WrongValue, "1"),
        ("[term]\n".to_owned(), Flaw::WrongValue, "term"),
    ] {
        assert_eq!(flaws(&text), [(flaw, place)], "{text}");
    }
    assert_eq!(flaws(&term("")), []);
    assert_eq!(flaws("term = [{ source = \"猫\", keep = true }]\n"), []);
}

#[test]
fn what_a_corpus_does_not_have_is_told() {
    let text = "[[term]]\nsource = \"模型\"\ntarget = \"モデル\"\n[[term]]\nsource = \"语言模型\"\ntarget = \"言語モデル\"\n[[term]]\nsource = \"Go\"\nkeep = true\n[[term]]\nsource = \"猫\"\nkeep = true\n";
    let mut audit = Audit::new(text).expect("TOML");
    let mut usage = audit.usage().expect("terms");
    for line in ["语言模型很大", "語言模型很快", "Google"] {
        usage.count(line);
    }
    audit.add_usage(&usage);
    let told: Vec<(Flaw, &str)> = audit.remarks().iter().map(|remark| (remark.flaw, remark.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (Flaw::Shadowed, "`模型` stands in the corpus 2 times, and always inside another term: `语言模型`"),
            (Flaw::Unused, "the corpus has `Go` only as a piece of a word, once"),
            (Flaw::Unused, "the corpus does not have `猫`"),
        ]
    );
}

#[test]
fn the_newsletters_own_termbase_is_clean() {
    let audit = Audit::new(include_str!("../../glossary.toml")).expect("TOML");
    let serious: Vec<_> = audit.remarks().iter().filter(|remark| remark.flaw.severity() > Severity::Info).collect();
    assert!(serious.is_empty(), "{serious:?}");
}

proptest! {
    #[test]
    fn a_termbase_is_read_where_nothing_in_it_is_an_error(
        entries in prop::collection::vec((
            "(猫|貓|狗|cat|CAT| )?", "(猫|ネコ|犬| )?",
            prop::collection::vec("(ネコ|ねこ|猫|)", 0..2), prop::collection::vec("(猫|犬|ネコ)", 0..2),
            "(|keep = true|case = true|keep = \"yes\"|category = \"person\"|category = \"x\"|note = \"\\\\u0001\"|more = 1)",
        ), 0..4),
    ) {
        let mut text = String::new();
        for (source, target, variants, forbidden, more) in &entries {
            text += &format!("[[term]]\nsource = {source:?}\ntarget = {target:?}\nvariants = {variants:?}\nforbidden = {forbidden:?}\n{more}\n");
        }
        let audit = Audit::new(&text).expect("TOML");
        let is_sound = audit.remarks().iter().all(|remark| remark.flaw.severity() < Severity::Error);
        prop_assert_eq!(is_sound, Glossary::parse(&text).is_ok(), "{}\n{:?}", text, audit.remarks());
    }

    #[test]
    fn nothing_in_a_file_makes_it_panic(text in "(\\[\\[term\\]\\]\n|source|target|term|=| |\"猫\"|\\[|\\]|\\{|\\}|\n|1|,|true|\u{feff}|\r\n){0,20}") {
        if let Ok(audit) = Audit::new(&text) {
            for remark in audit.remarks() {
                prop_assert!(text.get(remark.span.range()).is_some());
            }
        }
    }
}
