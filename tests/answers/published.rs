//! Published editions, as if a model had written them: no rule for drafts refuses what people published.

use std::fs;
use std::path::PathBuf;

use nekoyaku::align::{Pairing, Side, align};
use nekoyaku::blocks::parse;
use nekoyaku::front::Front;
use nekoyaku::rules::{Rule, Severity};
use nekoyaku::script::has_han;
use nekoyaku::visible::Visible;

use super::recognised::faults;

fn body(text: &str) -> &str {
    &text[Front::find(text).expect("front matter").map_or(0, |front| front.span.end())..]
}

/// What stands in each paragraph of an edition, with the source's: where a paragraph has no marks but
/// links and emphasis, a draft is its text, and the tags that it has not are not what is looked at.
#[test]
fn no_published_paragraph_is_taken_for_what_no_model_should_say() {
    let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from) else { return };
    let (mut looked, mut refused) = (0, Vec::new());
    for entry in fs::read_dir(folder.join("docs/ja")).expect("docs/ja") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        let (source, edition) = (fs::read_to_string(folder.join("docs").join(name)), fs::read_to_string(&path));
        let (source, edition) = (source.expect("a source"), edition.expect("an edition"));
        let (source, edition) = (body(&source), body(&edition));
        let (ours, theirs) = (parse(source), parse(edition));
        let (left, right) = (Side::new(source, &ours), Side::new(edition, &theirs));
        for pair in align(&left, &right).pairs {
            let Pairing::Same { source: a, edition: b } = pair else { continue };
            let (a, b) = (left.slice(a as usize), right.slice(b as usize));
            let document = parse(b);
            if document.leaves.len() != 1 || parse(a).leaves.len() != 1 || !has_han(a) {
                continue;
            }
            looked += 1;
            let draft = Visible::new(&document.inline(b, 0), b, 0).text;
            let of_a_model = |rule: Rule| {
                matches!(rule, Rule::Preamble | Rule::Repetition | Rule::MarkdownShape | Rule::Untranslated)
            };
            let found = faults(a, &draft).into_iter();
            let found = found.filter(|fault| fault.severity == Severity::Error && of_a_model(fault.rule));
            refused.extend(found.map(|fault| format!("{}: {}: {draft}", name.display(), fault.message)));
        }
    }
    assert!(looked > 200, "{looked}");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
