//! TBX-Basic, as ISO 30042:2019 has it, in the style that names kinds in attributes (DCA).
//!
//! An entry is a concept. The rendering is its preferred term in the target language, variants are
//! admitted ones, and forbidden forms deprecated ones. What TBX-Basic has no name for, that a term stays
//! as it is, that its capitals count, that it is strict, is told as a subset of the project's.

use std::fmt::Write;

use super::super::Term;

/// What stands before the name of a flag.
pub(super) const FLAG: &str = "nekoyaku:";

/// Write terms as TBX-Basic; `source` and `target` are the languages, as `xml:lang` has them.
pub fn write_tbx(terms: &[Term], source: &str, target: &str) -> String {
    let (source, target) = (escaped(source), escaped(target));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <tbx type=\"TBX-Basic\" style=\"dca\" xml:lang=\"{source}\" xmlns=\"urn:iso:std:iso:30042:ed-2\">\n\
         \x20 <tbxHeader>\n    <fileDesc>\n      <sourceDesc>\n        <p>A termbase of nekoyaku</p>\n      \
         </sourceDesc>\n    </fileDesc>\n  </tbxHeader>\n  <text>\n    <body>\n"
    );
    for (number, term) in (1..).zip(terms) {
        let _ = writeln!(text, "      <conceptEntry id=\"c{number}\">");
        if !term.category.is_default() {
            let _ = writeln!(text, "        <descrip type=\"subjectField\">{}</descrip>", term.category.name());
        }
        for (flag, _) in [("keep", term.keep), ("case", term.case), ("strict", term.strict)].iter().filter(|it| it.1) {
            let _ = writeln!(text, "        <admin type=\"projectSubset\">{FLAG}{flag}</admin>");
        }
        if !term.note.is_empty() {
            let _ = writeln!(text, "        <note>{}</note>", escaped(&term.note));
        }
        language(&mut text, &source, [(&term.source, "preferredTerm")].into_iter());
        let right = std::iter::once((&term.target, "preferredTerm"));
        let right = right.chain(term.variants.iter().map(|form| (form, "admittedTerm")));
        language(&mut text, &target, right.chain(term.forbidden.iter().map(|form| (form, "deprecatedTerm"))));
        text += "      </conceptEntry>\n";
    }
    text + "    </body>\n  </text>\n</tbx>\n"
}

fn language<'t>(text: &mut String, language: &str, terms: impl Iterator<Item = (&'t String, &'t str)>) {
    let _ = writeln!(text, "        <langSec xml:lang=\"{language}\">");
    for (term, status) in terms {
        let _ = writeln!(
            text,
            "          <termSec>\n            <term>{}</term>\n            \
             <termNote type=\"administrativeStatus\">{status}-admn-sts</termNote>\n          </termSec>",
            escaped(term)
        );
    }
    *text += "        </langSec>\n";
}

fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made += "&amp;",
            '<' => made += "&lt;",
            '>' => made += "&gt;",
            '"' => made += "&quot;",
            // No document has them, in whatever form.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => made.push('\u{fffd}'),
            c => made.push(c),
        }
    }
    made
}
