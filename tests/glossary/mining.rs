//! Terms that are found in pairs.

use nekoyaku::check::File;
use nekoyaku::glossary::Glossary;
use nekoyaku::mining::{Bitext, Options, Suggestion};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use proptest::prelude::*;

const SOURCE: &str = include_str!("../cmd/glossary.in/pairs/cats.md");
const EDITION: &str = include_str!("../cmd/glossary.in/pairs/ja/cats.md");

fn bitext(source: &str, edition: &str) -> Bitext {
    let profile = Profile::default();
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
    let mut bitext = Bitext::default();
    bitext.add_pair(file("a.md", source), file("ja/a.md", edition));
    bitext
}

fn found(terms: &str) -> Vec<Suggestion> {
    let glossary = Glossary::parse(terms).expect("terms");
    bitext(SOURCE, EDITION).suggestions(&glossary, Options::default())
}

fn of<'s>(found: &'s [Suggestion], source: &str) -> &'s Suggestion {
    found.iter().find(|one| one.source == source).unwrap_or_else(|| panic!("{source} is not in {found:?}"))
}

#[test]
fn what_is_rendered_in_one_way_is_told_with_its_place() {
    let found = found("");
    let cache = of(&found, "缓存");
    assert!(cache.is_stable() && cache.renderings[0].target == "キャッシュ", "{cache:?}");
    let quote = cache.renderings[0].quote;
    assert!(SOURCE[quote.source..].starts_with("缓存") && EDITION[quote.edition..].starts_with("キャッシュ"));
    let model = of(&found, "编程语言");
    assert_eq!(model.renderings[0].target, "プログラミング言語");
}

#[test]
fn what_is_rendered_in_several_ways_is_told_with_each() {
    let found = found("");
    let support = of(&found, "支持");
    let targets: Vec<&str> = support.renderings.iter().map(|rendering| rendering.target.as_str()).collect();
    assert!(!support.is_stable() && targets == ["サポート", "対応"], "{support:?}");
}

#[test]
fn what_the_termbase_has_is_not_suggested() {
    let terms = "[[term]]\nsource = \"缓存\"\ntarget = \"キャッシュ\"\n";
    let found = found(terms);
    assert!(found.iter().all(|one| !one.source.contains("缓存")), "{found:?}");
    assert!(
        found.iter().flat_map(|one| &one.renderings).all(|rendering| rendering.target != "キャッシュ"),
        "{found:?}"
    );
}

proptest! {
    #[test]
    fn any_two_texts_can_be_read(source in "([缓存支持模型。，a# ]{0,9}\n\n){0,8}", edition in "([キャッシュ対応モデルの。a# ]{0,9}\n\n){0,8}") {
        let glossary = Glossary::parse("").expect("terms");
        for one in bitext(&source, &edition).suggestions(&glossary, Options { least: 2 }) {
            prop_assert!(!one.renderings.is_empty());
            for rendering in &one.renderings {
                prop_assert!(source[rendering.quote.source..].starts_with(&one.source));
                prop_assert!(edition[rendering.quote.edition..].starts_with(&rendering.target));
                prop_assert!(rendering.count <= one.count);
            }
        }
    }
}
