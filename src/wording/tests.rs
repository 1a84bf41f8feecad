//! Cases of each family: what is to be found, and what is like it and right.

use super::{Friends, Passage, Wording};
use crate::blocks::parse;
use crate::finding::{Finding, Fix, Sign, What};
use crate::glossary::Glossary;
use crate::rules::Severity;
use crate::visible::Visible;

fn visible(text: &str) -> Visible {
    Visible::new(&parse(text).inline(text, 0), text, 0)
}

fn look(source: &str, edition: &str, is_note: bool) -> Vec<Finding> {
    let glossary = Glossary::built_in().unwrap();
    let wording = Wording::new(&glossary, &Friends::built_in().unwrap()).unwrap();
    let (source, edition) = ((!source.is_empty()).then(|| visible(source)), visible(edition));
    let mut found = Vec::new();
    let passage = Passage { source: source.as_ref(), edition: &edition, is_note, is_heading: false };
    wording.check(&passage, &mut found);
    found
}

/// What weighs more than an info, by rule and by the bytes of the edition.
fn serious<'e>(source: &str, edition: &'e str) -> Vec<(&'static str, &'e str)> {
    let found = look(source, edition, false);
    let serious = found.iter().filter(|finding| finding.severity > Severity::Info);
    serious.map(|finding| (finding.rule().id(), &edition[finding.edition.unwrap().range()])).collect()
}

#[test]
fn chinese_is_found_by_each_of_its_signs() {
    for (source, edition, found) in [
        ("", "これは协程についてです", ("leftover-chinese", "协程")),
        ("", "今回は[东西](u)、です", ("leftover-chinese", "东西")),
        ("这是[说明](u)，在这", "ここに[東京天気晴朗](u)がある", ("leftover-chinese", "東京天気晴朗")),
        ("", "その个がある", ("leftover-chinese", "个")),
        ("", "使えるし、以及ある", ("leftover-chinese", "以及")),
        ("第三東方民族文学研究", "あれは東方民族文学だ", ("leftover-chinese", "東方民族文学")),
        ("", "はい，そうです", ("punctuation", "，")),
        ("", "⽶を炊く", ("compat-char", "⽶")),
        ("关于这个项目的文章", "关于这个项目的文章", ("untranslated", "关于这个项目的文章")),
        ("🦄文章&教程", "🦄文章&教程", ("untranslated", "🦄文章&教程")),
        ("看[这篇文章](u)吧", "[这篇文章](u)を見て", ("untranslated", "这篇文章")),
    ] {
        assert_eq!(serious(source, edition), [found], "{edition}");
    }
    let signs = look("", "Python 是一門の言語です", false);
    assert!(matches!(&signs[0].what, What::Leftover { sign: Sign::Grammar, .. }), "{signs:?}");
    assert_eq!(signs[0].severity, Severity::Info);
}

#[test]
fn a_sentence_that_stayed_chinese_is_one_finding() {
    let found = serious("", "前です。这篇文章介绍了 Python 的新特性，数据很多。後です。");
    assert_eq!(found, [("leftover-chinese", "这篇文章介绍了 Python 的新特性，数据很多")]);
}

#[test]
fn chinese_on_purpose_is_no_leftover() {
    for edition in [
        "著者は陳皓氏（中国語表記「左耳朵耗子说」）です",
        "中国語版のタイトルは『图解 IT 基础设施』です",
        "シリーズ（中国語：《Django 笔记》）の記事です",
        "おすすめです（投稿者：云云）",
        "作者は @这样 さんです",
        "知乎や豆瓣の記事です",
        "`这是代码` と <https://a.example/这> です",
        "東京大学の論文です",
        "WeRead（微信读书）の書籍です",
    ] {
        assert_eq!(serious("", edition), [], "{edition}");
    }
    let note = "この記事は中国語の[Python潮流周刊：如何自学](u)の訳です。「古明地觉」とも書きます。";
    assert_eq!(look("", note, true).iter().filter(|finding| finding.severity > Severity::Info).count(), 0);
    assert_eq!(serious("", "良い記事です。\n訳注：「古明地觉」とも書きます。"), []);
    assert_eq!(look("", "この说明は訳注です", true)[0].rule().id(), "leftover-chinese");
}

#[test]
fn a_hint_is_what_the_termbase_or_a_friend_says() {
    let found = look("这个项目", "この项目", false);
    let What::Leftover { hint, text, .. } = &found[0].what else { panic!("{found:?}") };
    assert_eq!((text.as_str(), hint.as_deref()), ("项目", Some("プロジェクト")));
    assert_eq!(found[0].source.map(|span| span.range()), Some(6..12));
}

#[test]
fn false_friends_are_told_from_what_is_right() {
    for (source, edition, found) in [
        ("", "この視頻を見る", &["視頻"][..]),
        ("这个项目", "この項目は", &["項目"]),
        ("这个", "この項目は", &[]),
        ("项目的分类", "項目別の分類", &[]),
        ("国内开发者", "国内の開発者", &["国内"]),
        ("国内外的信息", "国内外の情報", &[]),
        ("国内开发者", "中国国内の開発者", &[]),
        ("", "乱数生成器と配列表記", &[]),
        ("", "コード生成器", &["生成器"]),
        ("并发", "並行処理", &[]),
        ("循环导入", "循環インポート", &[]),
        ("", "中国語版は「視頻教程」です", &[]),
    ] {
        let found_here = serious(source, edition);
        assert_eq!(found_here.iter().map(|(_, text)| *text).collect::<Vec<_>>(), found, "{edition}");
    }
}

#[test]
fn a_list_of_ones_own_comes_first() {
    let own = "[[friend]]\nsource = \"视频\"\nright = \"映像\"\n[[friend]]\nsource = \"手帐\"\nright = \"手帳\"\nwrong = [\"手帖\"]\n";
    let friends = Friends::built_in().unwrap().merged(Friends::parse(own).unwrap());
    let glossary = Glossary::parse("").unwrap();
    let wording = Wording::new(&glossary, &friends).unwrap().with_typography(false);
    let edition = visible("視頻と手帖(紙)");
    let mut found = Vec::new();
    wording.check(&Passage { source: None, edition: &edition, is_note: false, is_heading: false }, &mut found);
    assert_eq!(found.len(), 1, "{found:?}");
    let error = Friends::parse("\n[[friend]]\nsource = \"x\"\nright = \"y\"\nwrogn = []\n").unwrap_err();
    assert!(error.to_string().contains("line 5"), "{error}");
}

#[test]
fn terms_are_held_to_the_termbase() {
    assert_eq!(serious("依赖注入框架", "依存注入フレームワーク"), [("term-forbidden", "依存注入")]);
    assert_eq!(serious("服务器", "サーバーです"), []);
    let taste = look("", "Github の記事と github.com と GitHub", false);
    assert_eq!(taste.len(), 1, "{taste:?}");
    assert_eq!((taste[0].severity, taste[0].edition.unwrap().range()), (Severity::Info, 0..6));
    assert_eq!(taste[0].fix, Some(Fix::style(taste[0].edition.unwrap(), "GitHub")));
    let missing = look("谷歌的生成模型", "生成モデル", false);
    assert!(missing.iter().any(|f| matches!(&f.what, What::TermMissing { target, .. } if target == "Google")));
    // Words are put in others.
    assert_eq!(look("文章介绍了并行模型", "並べて動くモデルの話です", false), []);
    let label = look("[标题](u)（英文）", "[見出し](u)（英文）", false);
    assert!(label.iter().any(|f| f.fix == Some(Fix::safe(f.edition.unwrap(), "（英語）"))), "{label:?}");
    assert_eq!(serious("[标题](u)（英文）", "[見出し](u)"), [("label", "")]);
    assert_eq!(serious("[标题](u) (英)", "[見出し](u)（英語の記事）"), []);
    assert_eq!(serious("[标题](u)（附：英文[续篇](v)）", "[見出し](u)（付記：[続編](v)）"), []);
}

/// `edition` with all that is a matter of style mended.
fn mended(edition: &str) -> String {
    let found = look("", edition, false);
    let mut edits: Vec<_> = found.into_iter().filter_map(|finding| finding.fix).flat_map(|fix| fix.edits).collect();
    edits.sort_by_key(|edit| edit.span.start());
    let mut text = edition.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

#[test]
fn typography_is_mended_in_place() {
    for (edition, right) in [
        ("音声合成 (TTS) モデル", "音声合成（TTS）モデル"),
        ("[図](u.jpg) (グループ参加可) | [別](v)", "[図](u.jpg)（グループ参加可） | [別](v)"),
        ("２種類の５つ", "2 種類の 5 つ"),
        ("新たに 「A」 という", "新たに「A」という"),
        ("[図](u) （中国語）", "[図](u)（中国語）"),
        ("20本の`code`と**Python**を", "20 本の `code` と **Python** を"),
        ("Rye: 実験", "Rye：実験"),
        ("5～10 分", "5〜10 分"),
        ("訳注： V2", "訳注：V2"),
        ("公開されましたもの", "公開されたもの"),
    ] {
        assert_eq!(mended(edition), right);
    }
    for right in [
        "詳しくは[PEP-701](u)と [Ruff](v) を参照、 [図](w)",
        "f(x) と print() は Python（3.12）の関数",
        "1）最初、:) と [0, 1) の区間",
        "「[記事](u)」と『本』（図）",
        "12:30 に公開、http://a.example/ へ",
        "どう？ それなら",
        "**注意：** 今週は休刊です。これは **重要。** 次へ",
    ] {
        assert_eq!(look("", right, false), [], "{right}");
    }
}

#[test]
fn a_bracket_without_its_counterpart_weighs_more_in_a_link() {
    let severity = |edition| look("", edition, false).iter().map(|finding| finding.severity).collect::<Vec<_>>();
    assert_eq!(severity("これは「記事です"), [Severity::Warning]);
    assert_eq!(severity("これは[「記事](u)です"), [Severity::Error]);
    assert_eq!(severity("これは（半分)です"), [Severity::Warning]);
}

#[test]
fn what_a_machine_left_is_found_unless_the_source_has_it() {
    assert_eq!(serious("", "これは<a1>記事</a1>です"), [("placeholder", "<a1>"), ("placeholder", "</a1>")]);
    assert_eq!(serious("", "終わりです<|im_end|>"), [("placeholder", "<|im_end|>")]);
    assert_eq!(serious("模板 {{ x }}", "テンプレート {{ x }} の例"), []);
}
