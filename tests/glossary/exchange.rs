//! Termbases of other tools, in and out.

use nekoyaku::glossary::{Category, ExchangeError, Imported, Term, read_csv, read_tbx, write_csv, write_tbx};
use proptest::prelude::*;

use crate::edits::any_terms;

fn tbx(text: &str) -> Imported {
    read_tbx(text, "zh", "ja").unwrap_or_else(|error| panic!("{error}"))
}

proptest! {
    #[test]
    fn what_goes_out_as_a_table_comes_back_as_it_was(terms in any_terms(5)) {
        let read = read_csv(&write_csv(&terms)).expect("a table");
        prop_assert_eq!((read.refused.len(), read.ignored.len()), (0, 0));
        prop_assert_eq!(without_doubles(terms), read.terms);
    }

    #[test]
    fn no_cell_of_a_table_is_calculated_and_each_comes_back(
        source in "['=+@-]{0,3}猫", target in "['＝＋＠－=]{0,3}HYPERLINK\\(1\\)", form in "['=@]{0,2}ネコ[;|]?", note in "['=+-]{0,3}註"
    ) {
        let term = Term { source, target, forbidden: vec![form, "犬".to_owned()], note, ..Term::default() };
        let csv = write_csv(std::slice::from_ref(&term));
        let (_, row) = csv.split_once('\n').expect("a row");
        let is_formula = |cell: &str| cell.trim_start_matches('"').starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        prop_assert!(!row.split(',').any(is_formula), "{}", row);
        prop_assert_eq!(read_csv(&csv).expect("a table").terms, [term]);
    }

    #[test]
    fn what_goes_out_as_tbx_comes_back_as_it_was(terms in any_terms(5)) {
        let read = tbx(&write_tbx(&terms, "zh", "ja"));
        prop_assert_eq!((read.refused.len(), read.ignored.len()), (0, 0));
        prop_assert_eq!(without_doubles(terms), read.terms);
    }

    #[test]
    fn nothing_that_is_read_makes_it_panic(
        csv in "([a,;|\"\\\\ \n\r\t猫]|source|target|true|\u{feff}){0,20}",
        tbx in "(<tbx>|</tbx>|<text>|<conceptEntry>|</conceptEntry>|<langSec xml:lang='zh'>|<langSec xml:lang='ja'>|</langSec>|<termSec>|</termSec>|<term>|</term>|猫|&lt;|&#7;|&#x110000;|&x;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|<a b='|'|<|>|/){0,20}",
    ) {
        if let Ok(read) = read_csv(&csv) {
            prop_assert!(read.terms.iter().all(|term| !term.source.contains(char::is_control)));
        }
        if let Ok(read) = read_tbx(&format!("<tbx>{tbx}</tbx>"), "zh", "ja") {
            prop_assert!(read.terms.iter().all(|term| !term.source.contains(char::is_control)));
        }
    }
}

/// A form that is given twice is one.
fn without_doubles(mut terms: Vec<Term>) -> Vec<Term> {
    for forms in terms.iter_mut().flat_map(|term| [&mut term.variants, &mut term.forbidden]) {
        let mut seen = Vec::new();
        forms.retain(|form| {
            let is_new = !seen.contains(form);
            seen.push(form.clone());
            is_new
        });
    }
    terms
}

#[test]
fn the_newsletters_own_termbase_comes_back_as_it_was() {
    let glossary = nekoyaku::glossary::Glossary::built_in().expect("terms");
    assert_eq!(read_csv(&write_csv(glossary.terms())).expect("a table").terms, glossary.terms());
    assert_eq!(tbx(&write_tbx(glossary.terms(), "zh", "ja")).terms, glossary.terms());
}

#[test]
fn a_table_is_read_as_spreadsheets_write_it() {
    let wanted = Term {
        source: "谷歌".to_owned(),
        target: "Google".to_owned(),
        variants: vec!["グーグル".to_owned(), "Google 社".to_owned()],
        note: "一行目 二行目".to_owned(),
        category: Category::Company,
        case: true,
        ..Term::default()
    };
    for text in [
        "\u{feff}Source,Target,Variants,Note,Category,Case\r\n谷歌,Google,グーグル; Google 社,\"一行目\n二行目\",company,TRUE\r\n,,,,,\r\n",
        "target;source;variants;note;category;case\nGoogle;谷歌;\"グーグル;Google 社\";一行目 二行目;Company;1\n",
        "source\ttarget\tvariants\tnote\tcategory\tcase\n谷歌\tGoogle\tグーグル | Google 社\t一行目 二行目\tcompany\tyes\n",
    ] {
        let read = read_csv(text).expect("a table");
        assert_eq!((read.terms, read.refused), (vec![wanted.clone()], vec![]), "{text}");
    }
}

#[test]
fn rows_that_are_none_are_refused_by_themselves() {
    let text = "source,target,category,keep,colour\n猫,ネコ,,,赤\n,犬,,,\n\"狗\n二\",犬,,,\n鸟,,,,\n鱼,,,true,\n马,ウマ,animal,,\n羊,\"ヒツジ\u{7}\",,,\n牛,ウシ,,perhaps,\n";
    let read = read_csv(text).expect("a table");
    let sources: Vec<&str> = read.terms.iter().map(|term| term.source.as_str()).collect();
    assert_eq!(sources, ["猫", "鱼"]);
    let refused: Vec<(usize, &str)> = read.refused.iter().map(|it| (it.line, it.why.as_str())).collect();
    assert_eq!(
        refused,
        [
            (3, "there is no source"),
            (4, "in `狗\\n二`, there is a control character"),
            (6, "`鸟` has no target"),
            (8, "`animal` is no category"),
            (9, "in `羊`, there is a control character"),
            (10, "`keep` is neither true nor false"),
        ]
    );
    assert_eq!(read.ignored, ["the column `colour`"]);
    assert_eq!(read_csv("猫,ネコ\n"), Err(ExchangeError::NoColumn("source")));
    assert_eq!(read_csv(""), Err(ExchangeError::NoColumn("source")));
    let long = format!("source,target\n{},ネコ\n", "猫".repeat(5000));
    assert_eq!(read_csv(&long).expect("a table").refused.len(), 1);
}

/// The same concept in the styles there are.
const STYLES: [&str; 3] = [
    "<?xml version='1.0'?><?xml-model href='TBX.rng'?>
<tbx type='TBX-Basic' style='dca' xml:lang='en' xmlns='urn:iso:std:iso:30042:ed-2'><tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader>
<text><body><conceptEntry id='c1'><descrip type='subjectField'>company</descrip><note>会社 &amp; 製品</note>
<langSec xml:lang='en'><termSec><term>Google</term></termSec></langSec>
<langSec xml:lang='zh-Hans'><termSec><term>谷歌</term></termSec><termSec><term>古歌</term><termNote type='administrativeStatus'>deprecatedTerm-admn-sts</termNote></termSec></langSec>
<langSec xml:lang='ja-JP'><termSec><term>グーグル</term><termNote type='administrativeStatus'>admittedTerm-admn-sts</termNote></termSec>
<termSec><term>
  Google
</term><termNote type='administrativeStatus'>preferredTerm-admn-sts</termNote><termNote type='partOfSpeech'>noun</termNote></termSec>
<termSec><term>谷歌</term><termNote type='administrativeStatus'>supersededTerm-admn-sts</termNote></termSec></langSec></conceptEntry></body></text></tbx>",
    "<tbx type='TBX-Basic' style='dct' xml:lang='en' xmlns='urn:iso:std:iso:30042:ed-2' xmlns:min='http://www.tbxinfo.net/ns/min' xmlns:basic='http://www.tbxinfo.net/ns/basic'>
<tbxHeader/><text><body><conceptEntry id='c1'><min:subjectField>company</min:subjectField><note>会社 &#38; 製品</note>
<langSec xml:lang='zh'><termSec><term>谷歌</term></termSec></langSec>
<langSec xml:lang='ja'><termSec><term>Google</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
<termSec><term>グーグル</term></termSec>
<termSec><term><![CDATA[谷歌]]></term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec></langSec></conceptEntry></body></text></tbx>",
    "<?xml version='1.0'?><!DOCTYPE martif SYSTEM 'TBXcoreStructV02.dtd'>
<martif type='TBX-Basic' xml:lang='en'><martifHeader/><text><body><termEntry id='1'><descripGrp><descrip type='subjectField'>Company</descrip></descripGrp>
<langSet xml:lang='zh-CN'><tig><term>谷歌</term></tig></langSet>
<langSet lang='ja'><ntig><termGrp><term>Google</term></termGrp></ntig><tig><term>グー<hi>グル</hi></term></tig>
<tig><term>谷歌</term><termNote type='administrativeStatus'>deprecatedTerm</termNote></tig></langSet><note>会社 &amp; 製品</note></termEntry></body></text></martif>",
];

#[test]
fn tbx_is_read_in_all_its_styles() {
    let wanted = Term {
        source: "谷歌".to_owned(),
        target: "Google".to_owned(),
        variants: vec!["グーグル".to_owned()],
        forbidden: vec!["谷歌".to_owned()],
        note: "会社 & 製品".to_owned(),
        category: Category::Company,
        ..Term::default()
    };
    for text in STYLES {
        let read = tbx(text);
        assert_eq!((read.terms, read.refused), (vec![wanted.clone()], vec![]), "{text}");
    }
    assert_eq!(tbx(STYLES[0]).ignored, ["the language `en`"]);
}

#[test]
fn concepts_that_are_none_are_refused_by_themselves() {
    let entry = |zh: &str, ja: &str| {
        format!(
            "<conceptEntry>\n<langSec xml:lang='zh'>{zh}</langSec><langSec xml:lang='ja'>{ja}</langSec></conceptEntry>\n"
        )
    };
    let term = |text: &str| format!("<termSec><term>{text}</term></termSec>");
    let bad =
        "<termSec><term>ネコ</term><termNote type='administrativeStatus'>deprecatedTerm-admn-sts</termNote></termSec>";
    let body = [
        entry(&term("猫"), &term("ネコ")),
        entry(&term("狗"), ""),
        entry("", &term("犬")),
        entry(&term("猫"), bad),
        entry(&term("鸟"), &term("ト&#7;リ")),
        entry(&term("鱼"), &term("サカナ").repeat(300)),
    ];
    let read = tbx(&format!("<tbx><text><body>\n{}</body></text></tbx>", body.concat()));
    assert_eq!(read.terms.len(), 1);
    let refused: Vec<(usize, &str)> = read.refused.iter().map(|it| (it.line, it.why.as_str())).collect();
    assert_eq!(
        refused,
        [
            (4, "there is no good term in the language `ja`"),
            (6, "there is no term in the language `zh`"),
            (8, "there is no good term in the language `ja`"),
            (10, "in `鸟`, there is a control character"),
            (12, "there are more than 256 terms in a language"),
        ]
    );
}

#[test]
fn nothing_is_expanded_and_nothing_is_fetched() {
    let laughs = "<!DOCTYPE tbx [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><tbx><text>&b;</text></tbx>";
    let outside = "<!DOCTYPE tbx [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><tbx>&a;</tbx>";
    for (text, why) in [
        (laughs, "line 1: it defines what is to be put into it"),
        (outside, "line 1: it defines what is to be put into it"),
        ("<tbx>\n<note>&nbsp;</note></tbx>", "line 2: `&nbsp;` is no entity of XML's own"),
        ("<html></html>", "line 1: it is no TBX: there is an element `html`"),
        ("<tbx><text>", "line 1: it is cut off"),
        ("", "line 1: there is nothing in it"),
        ("<tbx/><tbx/>", "line 1: it is no TBX: there is an element `tbx`"),
    ] {
        assert_eq!(read_tbx(text, "zh", "ja").expect_err(text).to_string(), why);
    }
    let deep = format!("<tbx>{}{}</tbx>", "<a>".repeat(100), "</a>".repeat(100));
    assert!(read_tbx(&deep, "zh", "ja").expect_err("too deep").to_string().contains("in each other"));
    let long = format!("<tbx><note>{}</note></tbx>", "猫".repeat(100_000));
    assert!(read_tbx(&long, "zh", "ja").is_err());
}
