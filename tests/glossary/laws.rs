//! What is found, against a model that looks at every place by itself.

use std::ops::Range;

use nekoyaku::glossary::{Glossary, Term, simplified};
use proptest::prelude::*;

/// As terms are looked up, without anything clever.
fn folded(c: char) -> char {
    simplified(c.to_lowercase().next().expect("a character"))
}

fn is_inside_a_word(text: &str, range: &Range<usize>) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let there = &text[range.clone()];
    word(text[..range.start].chars().next_back()) && word(there.chars().next())
        || word(text[range.end..].chars().next()) && word(there.chars().next_back())
}

/// Whether `term` may be found as these bytes.
fn is_one(term: &Term, text: &str, range: &Range<usize>) -> bool {
    let there = &text[range.clone()];
    let is_same = there.chars().map(folded).eq(term.source.chars().map(folded));
    let has_case = !term.case || there.chars().map(simplified).eq(term.source.chars().map(simplified));
    is_same && has_case && !is_inside_a_word(text, range)
}

/// From left to right, and at each place the longest term that may stand there.
fn naive(glossary: &Glossary, text: &str) -> Vec<Range<usize>> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < places.len() {
        let ends = (at + 1..places.len()).rev();
        let mut ranges = ends.map(|end| (end, places[at]..places[end]));
        let longest = ranges.find(|(_, range)| glossary.terms().iter().any(|term| is_one(term, text, range)));
        match longest {
            Some((end, range)) => {
                found.push(range);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn glossary(terms: &[(String, bool)]) -> Option<Glossary> {
    let entry =
        |(source, case): &(String, bool)| format!("[[term]]\nsource = \"{source}\"\ntarget = \"訳\"\ncase = {case}\n");
    Glossary::parse(&terms.iter().map(entry).collect::<String>()).ok()
}

/// Every place of `form`, those that overlap, too.
fn places(text: &str, form: &str) -> Vec<Range<usize>> {
    let starts = text.char_indices().map(|(at, _)| at);
    starts.filter(|at| text[*at..].starts_with(form)).map(|at| at..at + form.len()).collect()
}

proptest! {
    #[test]
    fn the_longest_term_that_may_stand_there_always_wins(
        terms in prop::collection::vec(("[模型變变aA1 ]{1,4}", any::<bool>()), 1..6),
        text in "[模型變变aA1 Ⱥ]{0,14}",
    ) {
        let Some(glossary) = glossary(&terms.into_iter().filter(|(source, _)| !source.trim().is_empty()).collect::<Vec<_>>())
        else { return Ok(()) };
        let found = glossary.matches(&text);
        prop_assert_eq!(found.iter().map(|(_, range)| range.clone()).collect::<Vec<_>>(), naive(&glossary, &text));
        for (term, range) in found {
            prop_assert!(is_one(term, &text, &range));
            // Written as the text has it, where there is such a term.
            let same = glossary.terms().iter().any(|other| other.source == text[range.clone()]);
            prop_assert!(!same || term.source == text[range], "{}", term.source);
        }
    }

    #[test]
    fn no_forbidden_form_inside_an_allowed_one_is_ever_reported(
        terms in prop::collection::vec(
            (prop::collection::vec("[アイ並a]{1,3}", 1..3), prop::collection::vec("[アイ並a]{1,3}", 0..3)), 1..4),
        here in prop::collection::vec(any::<bool>(), 4),
        text in "[アイ並a ]{0,12}",
    ) {
        const SOURCES: [&str; 4] = ["甲", "乙", "丙", "丁"];
        let mut file = String::new();
        for (source, (right, wrong)) in SOURCES.iter().zip(&terms) {
            let wrong: Vec<&String> = wrong.iter().filter(|form| !right.contains(form)).collect();
            file += &format!("[[term]]\nsource = \"{source}\"\ntarget = {:?}\nvariants = {:?}\nforbidden = {wrong:?}\n", right[0], &right[1..]);
        }
        let glossary = Glossary::parse(&file).expect("a glossary");
        let source: String = SOURCES.iter().zip(&here).filter(|(_, here)| **here).map(|(source, _)| *source).collect();
        let there = glossary.binding_in(&source);
        let allowed: Vec<Range<usize>> =
            there.iter().flat_map(|term| term.renderings()).flat_map(|form| places(&text, form)).collect();
        let is_allowed =
            |range: &Range<usize>| allowed.iter().any(|right| right.start <= range.start && range.end <= right.end);
        let reported = glossary.forbidden_in(&source, &text);
        for (term, form) in &reported {
            prop_assert!(there.contains(term) && term.forbidden.iter().any(|own| own == form));
            prop_assert!(places(&text, form).iter().any(|range| !is_allowed(range)), "{form} in {text}");
        }
        // And what is in nothing that is allowed is reported, itself or in a longer one.
        for form in there.iter().flat_map(|term| &term.forbidden) {
            let stands = places(&text, form).into_iter().any(|range| {
                !is_allowed(&range) && !is_inside_a_word(&text, &range)
            });
            prop_assert!(!stands || reported.iter().any(|(_, other)| other.contains(form.as_str())), "{form} in {text}");
        }
    }
}

#[test]
fn a_longer_term_that_may_not_stand_there_hides_no_shorter_one() {
    let terms = [("Github Actions".to_owned(), true), ("github".to_owned(), false), ("模型".to_owned(), false)];
    let glossary = glossary(&terms).expect("a glossary");
    let found =
        |text: &str| glossary.matches(text).into_iter().map(|(term, _)| term.source.clone()).collect::<Vec<_>>();
    assert_eq!(found("用 GitHub Actions 训练模型"), ["github", "模型"]);
    assert_eq!(found("用 Github Actions"), ["Github Actions"]);
}

#[test]
fn a_quote_in_traditional_characters_has_the_terms_of_simplified_ones() {
    let glossary = Glossary::built_in().expect("terms");
    let text = "他說：「裝飾器是函數」";
    let found = glossary.matches(text);
    let found: Vec<_> = found.iter().map(|(term, range)| (term.source.as_str(), &text[range.clone()])).collect();
    assert_eq!(found, [("装饰器", "裝飾器"), ("函数", "函數")]);
}
