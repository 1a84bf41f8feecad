//! Terms that are found in what people changed in drafts.

use nekoyaku::check::File;
use nekoyaku::glossary::Glossary;
use nekoyaku::mining::{Drafts, Kind, Proposal};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use proptest::prelude::*;

/// A source's paragraph, what the machine made of it, and what people made of that.
type Paragraph = (&'static str, &'static str, &'static str);

/// A term that was put right three times and forgotten once, and much that is no term.
const ISSUE: [Paragraph; 18] = [
    ("装饰器入门", "装飾器入門", "デコレータ入門"),
    ("小猫用装饰器测量时间。", "子猫は装飾器で時間を測ります。", "子猫はデコレータで時間を測ります。"),
    ("这本书讲装饰器和缓存。", "この本は装飾器とキャッシュを扱います。", "この本はデコレータとキャッシュを扱います。"),
    ("不写装饰器也行。", "装飾器を書かなくても構いません。", "装飾器を書かなくても構いません。"),
    ("缓存放在哪里？", "キャッシュはどこに置きますか？", "キャッシュはどこに置きますか？"),
    // A particle, twice.
    ("狗在院子里跑。", "犬は庭で走ります。", "犬が庭で走ります。"),
    ("鸟在树上唱歌。", "鳥は木の上で歌います。", "鳥が木の上で歌います。"),
    // A number, twice.
    ("五条鱼游过来。", "五匹の魚が泳いで来ます。", "5 匹の魚が泳いで来ます。"),
    ("盘子里有五块饼干。", "皿に五枚のクッキーがあります。", "皿に 5 枚のクッキーがあります。"),
    // Put in other words as a whole, twice.
    ("夜里下了一场大雪。", "夜に大きな雪が降りました。", "目が覚めると、外は一面の銀世界でした。"),
    ("早上太阳出来了。", "朝に太陽が出て来ました。", "朝日が昇ると、あたりは明るくなりました。"),
    // Once.
    ("椅子坏了。", "椅子は破損しました。", "椅子は壊れました。"),
    // Twice, in as many words as before: nothing of the source says it.
    ("请看第二页。", "二頁目をご覧下さい。", "二頁目をご覧ください。"),
    ("请稍等。", "少しお待ち下さい。", "少しお待ちください。"),
    // As often left as changed.
    ("河边的速度测试", "川辺の速度試験", "川辺のスピード試験"),
    ("山上的速度比赛", "山の速度競争", "山のスピード競争"),
    ("这里只看速度。", "ここでは速度だけを見ます。", "ここでは速度だけを見ます。"),
    ("速度不是一切。", "速度がすべてではありません。", "速度がすべてではありません。"),
];

fn drafts(paragraphs: &[(String, String, String)]) -> Drafts {
    let profile = Profile::default();
    let file = |name: &str, of: fn(&(String, String, String)) -> &String| {
        let text: String = paragraphs.iter().map(|paragraph| format!("{}\n\n", of(paragraph))).collect();
        File::new(Source::new(name, text), &profile)
    };
    let mut drafts = Drafts::default();
    drafts.add(file("a.md", |p| &p.0), file("draft", |p| &p.1), file("ja/a.md", |p| &p.2));
    drafts
}

fn owned(paragraphs: &[Paragraph]) -> Vec<(String, String, String)> {
    paragraphs.iter().map(|(source, draft, edition)| ((*source).into(), (*draft).into(), (*edition).into())).collect()
}

fn found(paragraphs: &[Paragraph], terms: &str) -> Vec<Proposal> {
    drafts(&owned(paragraphs)).proposals(&Glossary::parse(terms).expect("terms"), 2)
}

fn told(found: &[Proposal]) -> Vec<(Kind, &str, &str, &str)> {
    found.iter().map(|one| (one.kind, one.source.as_str(), one.target.as_str(), one.forbidden[0].as_str())).collect()
}

#[test]
fn what_people_put_right_again_and_again_is_a_term_and_the_rest_is_none() {
    let found = found(&ISSUE, "");
    assert_eq!(
        told(&found),
        [(Kind::Term, "装饰器", "デコレータ", "装飾器"), (Kind::Wording, "", "ください", "下さい")],
        "{found:#?}"
    );
    assert_eq!((found[0].segments, found[0].left, found[0].places.len()), (3, 1, 3));
    let edition: String = ISSUE.iter().map(|paragraph| format!("{}\n\n", paragraph.2)).collect();
    assert!(found[0].places.iter().all(|place| edition[place.edition..].starts_with("デコレータ")));
}

#[test]
fn what_the_termbase_has_already_is_not_proposed_and_what_it_lacks_is() {
    let terms = "[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\n";
    let known = format!("{terms}forbidden = [\"装飾器\"]\n");
    assert!(found(&ISSUE, &known).iter().all(|one| one.source != "装饰器"));

    let found = found(&ISSUE, terms);
    assert_eq!(told(&found)[0], (Kind::Forbidden, "装饰器", "デコレータ", "装飾器"));
    let terms = Glossary::parse(terms).expect("terms");
    let term = found[0].term(terms.terms()).expect("a term");
    assert_eq!((term.target.as_str(), term.forbidden), ("デコレータ", vec!["装飾器".to_owned()]));
}

#[test]
fn what_is_longer_than_a_rendering_is_no_other_rendering_of_the_term() {
    let paragraphs = [
        ("异步任务很快。", "異歩任務は速いです。", "非同期タスクは速いです。"),
        ("小猫写异步任务。", "子猫は異歩任務を書きます。", "子猫は非同期タスクを書きます。"),
    ];
    let found = found(&paragraphs, "[[term]]\nsource = \"异步\"\ntarget = \"非同期\"\n");
    // No word is known to be the whole of it: it is a matter of wording, which no termbase is given.
    assert_eq!(told(&found), [(Kind::Wording, "", "非同期タスク", "異歩任務")], "{found:#?}");
}

#[test]
fn what_the_termbase_says_otherwise_is_told_as_that() {
    let terms = "[[term]]\nsource = \"装饰器\"\ntarget = \"装飾器\"\nvariants = [\"飾り\"]\n";
    let found = found(&ISSUE, terms);
    assert_eq!(told(&found)[0], (Kind::Against, "装饰器", "デコレータ", "装飾器"));
    let term = found[0].term(Glossary::parse(terms).expect("terms").terms()).expect("a term");
    assert_eq!((term.target.as_str(), term.variants), ("デコレータ", vec!["飾り".to_owned()]));
}

#[test]
fn two_words_that_explain_it_as_well_are_both_told_and_neither_is_taken() {
    let paragraphs: [Paragraph; 3] = [
        ("飞鸟与河马都在。", "トリとカバがいます。", "バードとカバがいます。"),
        ("先是河马，然后是飞鸟。", "まずはカバ、次はトリです。", "まずはカバ、次はバードです。"),
        ("狗在睡觉。", "犬は寝ています。", "犬は寝ています。"),
    ];
    let found = found(&paragraphs, "");
    assert_eq!(told(&found), [(Kind::Wording, "", "バード", "トリ")], "{found:?}");
    assert_eq!(found[0].maybe, ["河马", "飞鸟"]);
    // Where the other one is known it is not asked for.
    let terms = Glossary::parse("[[term]]\nsource = \"河马\"\ntarget = \"カバ\"\n").expect("terms");
    let known = drafts(&owned(&paragraphs)).proposals(&terms, 2);
    assert_eq!(told(&known), [(Kind::Term, "飞鸟", "バード", "トリ")], "{known:?}");
}

#[test]
fn what_was_left_alone_as_often_as_not_is_no_habit() {
    let of_speed = &ISSUE[14..];
    assert_eq!(found(of_speed, ""), []);
    let found = found(&of_speed[..3], "");
    assert_eq!(told(&found), [(Kind::Term, "速度", "スピード", "速度")], "{found:?}");
    assert_eq!(found[0].left, 1);
}

#[test]
fn a_text_that_comes_back_each_week_is_one_text() {
    let twice = [ISSUE[1], ISSUE[1], ISSUE[5]];
    assert_eq!(found(&twice, ""), []);
}

#[test]
fn capitals_of_a_name_are_a_term_that_minds_them() {
    let paragraphs: [Paragraph; 3] = [
        ("代码在 Github 上。", "コードは Github にあります。", "コードは GitHub にあります。"),
        ("Github 换了主人。", "Github の持ち主が変わりました。", "GitHub の持ち主が変わりました。"),
        ("狗在睡觉。", "犬は寝ています。", "犬は寝ています。"),
    ];
    let found = found(&paragraphs, "");
    assert_eq!(told(&found), [(Kind::Term, "Github", "GitHub", "Github")], "{found:?}");
    assert!(found[0].term(&[]).expect("a term").case);
}

/// A paragraph that has nothing to do with the term, of words that are made up.
fn unrelated() -> impl Strategy<Value = (String, String)> {
    ("[甲乙丙丁戊]{3,8}。", "[ラリルレロ]{3,8}です。")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_edits_there_are_no_proposals(
        texts in prop::collection::vec(("[装饰器缓存猫，a# ]{0,9}", "[デコレータ装飾器のは。a# ]{0,9}"), 0..9)
    ) {
        let kept: Vec<_> = texts.into_iter().map(|(source, draft)| (source, draft.clone(), draft)).collect();
        prop_assert_eq!(drafts(&kept).proposals(&Glossary::parse("").expect("terms"), 2), []);
    }

    #[test]
    fn other_names_for_what_has_nothing_to_do_with_it_change_nothing(others in prop::collection::vec(unrelated(), 0..6)) {
        let renamed = |text: &str| text.chars().map(|c| match c {
            '甲'..='龥' if "甲乙丙丁戊".contains(c) => "子丑寅卯辰".chars().nth("甲乙丙丁戊".chars().position(|d| d == c).unwrap_or(0)).unwrap_or(c),
            'ラ'..='ロ' => char::from_u32(c as u32 - 'ラ' as u32 + 'ハ' as u32).unwrap_or(c),
            c => c,
        }).collect::<String>();
        let with = |change: &dyn Fn(&str) -> String| {
            let mut paragraphs = owned(&ISSUE);
            paragraphs.extend(others.iter().map(|(source, text)| (change(source), change(text), change(text))));
            drafts(&paragraphs).proposals(&Glossary::parse("").expect("terms"), 2)
        };
        let (one, other) = (with(&str::to_owned), with(&renamed));
        prop_assert_eq!(told(&one), told(&other));
        prop_assert_eq!(one[0].source.as_str(), "装饰器");
    }

    #[test]
    fn any_three_texts_can_be_read(
        texts in prop::collection::vec(("[装饰器缓存，a# \n]{0,9}", "[デコレータ装飾器のは、。A# ]{0,12}", "[デコレータ装飾器のは、。A# ]{0,12}"), 0..9)
    ) {
        let glossary = Glossary::parse("[[term]]\nsource = \"缓存\"\ntarget = \"装飾\"\n").expect("terms");
        for one in drafts(&texts).proposals(&glossary, 2) {
            let term = one.term(glossary.terms());
            prop_assert_eq!(term.is_none(), matches!(one.kind, Kind::Wording));
            prop_assert!(term.is_none_or(|term| !term.forbidden.contains(&term.target) && term.target == one.target || one.kind == Kind::Forbidden));
            prop_assert!(one.segments >= 2 && one.places.len() >= one.segments && one.places.iter().all(|place| place.after == one.target));
        }
    }
}
