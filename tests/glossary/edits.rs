//! A person's file that the program writes into.

use nekoyaku::glossary::{Category, Glossary, Term, merged};
use proptest::prelude::*;

fn term(source: &str, target: &str) -> Term {
    Term { source: source.to_owned(), target: target.to_owned(), ..Term::default() }
}

const FILE: &str = "# 猫の用語集\n\n[[term]] # 一\nsource = '模型'   # まだ\ntarget = \"型\"\nvariants = [ # 二つ\n  \"モデル\",\n]\n\n# 終わり\n";

#[test]
fn comments_and_order_stay() {
    let new = [term("函数", "関数"), Term { variants: vec!["モデル".to_owned()], ..term("模型", "ひな型") }];
    let kept = merged(FILE, &new, false).expect("a file");
    assert_eq!((kept.added.len(), kept.replaced.len(), kept.same), (1, 0, 0));
    assert_eq!(kept.differing, [("模型".to_owned(), vec!["target"])]);
    assert_eq!(
        kept.text,
        FILE.replace("\n# 終わり\n", "\n[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n\n# 終わり\n")
    );
    let replaced = merged(FILE, &new, true).expect("a file");
    assert_eq!(replaced.text, kept.text.replace("\"型\"", "\"ひな型\""));
    // Once more, and nothing is written.
    let again = merged(&replaced.text, &new, true).expect("a file");
    assert_eq!((again.text, again.same), (replaced.text, 2));
}

#[test]
fn a_file_keeps_its_form() {
    let new = [term("函数", "関数")];
    let made = |text: &str| merged(text, &new, false).expect("a file").text;
    assert_eq!(made(""), "[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n");
    assert_eq!(made("# 猫\n"), "# 猫\n\n[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n");
    assert_eq!(
        made("term = [{ source = \"猫\", keep = true }]\n"),
        "term = [{ source = \"猫\", keep = true }, { source = \"函数\", target = \"関数\" }]\n"
    );
    let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    assert_eq!(made(&windows), format!("\u{feff}{}", made(FILE).replace('\n', "\r\n")));
    assert_eq!(merged(&windows, &[], true).expect("a file").text, windows);
}

#[test]
fn nothing_is_written_that_is_no_termbase() {
    for new in [term("", "猫"), term("猫", ""), term("猫\u{7}", "ネコ")] {
        assert!(merged(FILE, &[new], false).is_err());
    }
    assert!(merged("[[term]]\nsource = \"猫\"\n", &[], false).is_err());
}

/// Any term that a termbase can have.
pub(crate) fn any_term() -> impl Strategy<Value = Term> {
    let text = "[猫ネabA;|\\\\,\"'&<>= -]{0,5}";
    let texts = || prop::collection::vec("[猫ネcdC;|\\\\,\"'&<> -]{0,4}[イロ]", 0..3);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    ("[猫狗abA]{1,2}", text, texts(), texts(), "[メモ;|\\\\\"<&>' ]{0,6}", 0..8_usize, flags).prop_map(
        |(source, target, variants, forbidden, note, category, (keep, case, strict))| {
            let target = if keep && target.trim().is_empty() { source.clone() } else { format!("{target}訳") };
            let forbidden = forbidden.into_iter().filter(|form| *form != target && !variants.contains(form)).collect();
            let category = Category::ALL[category];
            Term { source, target, variants, forbidden, note, category, keep, case, strict }
        },
    )
}

/// Terms without two that are one.
pub(crate) fn any_terms(most: usize) -> impl Strategy<Value = Vec<Term>> {
    prop::collection::vec(any_term(), 0..most).prop_map(|terms| {
        let mut kept: Vec<Term> = Vec::new();
        for term in terms {
            if !kept.iter().any(|other| other.source.eq_ignore_ascii_case(&term.source)) {
                kept.push(term);
            }
        }
        kept
    })
}

proptest! {
    #[test]
    fn what_is_merged_is_there_and_what_was_there_stays(old in any_terms(4), new in any_terms(4), replace in any::<bool>()) {
        let base = merged("# 上\n", &old, false).expect("a file").text;
        let read = Glossary::parse(&base).expect("a glossary");
        prop_assert_eq!(read.terms(), old.as_slice());
        let commented = base.replace("[[term]]", "# 前\n[[term]] # 後");
        let made = merged(&commented, &new, replace).expect("a file");
        let glossary = Glossary::parse(&made.text).expect("a glossary");
        for term in &new {
            let was_other = old.iter().any(|other| other.source.eq_ignore_ascii_case(&term.source) && other != term);
            prop_assert!(glossary.terms().contains(term) || was_other && !replace);
        }
        prop_assert_eq!(made.text.matches("# 前").count(), old.len());
        prop_assert_eq!(made.text.matches("# 後").count(), old.len());
        let told = made.added.len() + made.replaced.len() + made.differing.len() + made.same;
        prop_assert_eq!(told, new.len());
        if !replace {
            // Nothing but whole entries is new.
            let mut rest = made.text.as_str();
            for line in commented.lines() {
                let (_, after) = rest.split_once(line).expect("each line is there");
                rest = after;
            }
        }
    }
}
