//! What holds for any two texts, whatever the one has to do with the other.

use std::sync::LazyLock;

use nekoyaku::check::{File, Settings, check, fix};
use nekoyaku::finding::Finding;
use nekoyaku::formats::{self, Checked};
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::rules::{Language, Rule, Severity};
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

static PROFILE: LazyLock<Profile> = LazyLock::new(Profile::default);
static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| Glossary::built_in().expect("terms"));

/// The built-in settings, made once: finding words takes some preparing.
static SETTINGS: LazyLock<Settings<'static>> = LazyLock::new(|| {
    let friends = Friends::built_in().expect("false friends");
    Settings::new(&PROFILE, &GLOSSARY, &friends).expect("settings")
});

/// What does not depend on the language: a text has all of it in common with itself.
fn is_structural(rule: Rule) -> bool {
    use Rule as R;
    matches!(
        rule,
        R::LinkMissing
            | R::LinkAltered
            | R::LinkExtra
            | R::LinkMoved
            | R::ImageMissing
            | R::ImageAltered
            | R::ImageExtra
            | R::ImageMoved
            | R::CodeMissing
            | R::CodeAltered
            | R::CodeExtra
            | R::HtmlAltered
            | R::BlockMissing
            | R::BlockExtra
            | R::BlockOrder
            | R::BlockSplit
            | R::HeadingLevel
            | R::ItemNumber
            | R::MarkdownShape
            | R::EmphasisUnrendered
            | R::Number
            | R::Symbol
            | R::LengthRatio
    )
}

fn file(name: &str, text: &str) -> File {
    File::new(Source::new(name, text), &PROFILE)
}

/// Hold what is found in two texts to the laws, and say how many blocks and findings that was.
pub(crate) fn any_two_texts(source: &str, edition: &str) -> Result<usize, String> {
    let (source, edition) = (file("docs/2024-02-17-weekly.md", source), file("ja/a.md", edition));
    let found = check(&source, &edition, &SETTINGS).findings;
    for finding in &found {
        points_into(&source, &edition, finding)?;
    }
    formatted(&source, &edition, &found)?;
    for style in [false, true] {
        mended(&source, &edition, &found, style)?;
    }
    Ok(edition.document.blocks.len() + found.len())
}

/// A text, held against itself, has nothing that is missing, new or of another form.
pub(crate) fn itself(text: &str) -> Result<(), String> {
    let file = file("docs/a.md", text);
    let found = check(&file, &file, &SETTINGS).findings;
    match found.iter().find(|one| is_structural(one.rule())) {
        Some(wrong) => Err(format!("{text:?} is not itself: {wrong:?}")),
        None => Ok(()),
    }
}

fn points_into(source: &File, edition: &File, finding: &Finding) -> Result<(), String> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| (edition, Some(edit.span)));
    for (file, span) in [(source, finding.source), (edition, finding.edition)].into_iter().chain(edits) {
        if let Some(span) = span.filter(|span| file.source.text().get(span.range()).is_none()) {
            return Err(format!("{span:?} is no stretch of {:?}: {finding:?}", file.source.text()));
        }
    }
    for language in [Language::En, Language::Ja, Language::Zh] {
        let message = finding.message(language);
        if message.contains(char::is_control) {
            return Err(format!("a message acts on a terminal: {message:?}"));
        }
    }
    Ok(())
}

/// Whatever was found, programs can read it, and terminals show it.
fn formatted(source: &File, edition: &File, found: &[Finding]) -> Result<(), String> {
    let (source, edition) = (Some(&source.source), Some(&edition.source));
    let run = [Checked { source, edition, findings: found.to_vec() }];
    let writers = [formats::json, formats::jsonl, formats::github, formats::sarif, formats::rdjsonl, formats::junit];
    for write in writers {
        let text = write(&run, Language::Zh);
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n') {
            return Err(format!("{c:?} in what programs read: {text:?}"));
        }
    }
    Ok(())
}

/// What is mended is less than there was of what weighs as much, and there are no new errors. A mended
/// error may leave something that is good to know.
fn mended(source: &File, edition: &File, found: &[Finding], style: bool) -> Result<(), String> {
    let fixed = fix(source, edition, &SETTINGS, style, |_| true);
    let Some(most) = fixed.done.iter().map(|one| one.severity).max() else {
        let same = fixed.text == edition.source.text();
        return if same { Ok(()) } else { Err(format!("mended without a finding: {:?}", fixed.text)) };
    };
    let left = check(source, &file("ja/a.md", &fixed.text), &SETTINGS).findings;
    let count = |found: &[Finding], least: Severity| found.iter().filter(|one| one.severity >= least).count();
    let holds =
        count(&left, most) < count(found, most) && count(&left, Severity::Error) <= count(found, Severity::Error);
    if holds {
        return Ok(());
    }
    let (was, is) = (edition.source.text(), &fixed.text);
    Err(format!("{was:?} was mended (style: {style}) to {is:?}, which has as many findings: {left:?}"))
}
