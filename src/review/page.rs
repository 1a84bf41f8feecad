//! A review as one HTML file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, context};
use ring::digest::{SHA256, digest};

use crate::rules::{Language, Severity};

use super::markup::legible;
use super::show::language_of;
use super::{Review, words};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a page says it was made by: what has it may be written over.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"nekoyaku review\">";

impl Review<'_> {
    /// The page, for who reads `language`. The same in, the same out.
    ///
    /// # Errors
    ///
    /// None that a text could cause; the template engine has them.
    pub fn page(&self, language: Language) -> Result<String, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // The name ends in `.html`, so that all that is put into it is escaped.
        environment.add_template("page.html", TEMPLATE)?;
        let (source, edition) = (&self.source, &self.edition);
        // What was read is remembered for these very texts.
        let mut both = source.text().as_bytes().to_vec();
        both.push(0);
        both.extend(edition.text().as_bytes());
        let tally: Vec<_> = [
            (Severity::Error, self.queue.errors),
            (Severity::Warning, self.queue.warnings),
            (Severity::Info, self.queue.groups[2].len() + self.queue.groups[3].len()),
        ]
        .into_iter()
        .map(|(severity, count)| (severity.name(), words::sign(severity), words::severity(severity, language), count))
        .collect();
        environment.get_template("page.html")?.render(context! {
            words => Serde(words::words(language)),
            generator => GENERATOR,
            policy => policy(),
            style => STYLE,
            script => SCRIPT,
            key => hex(digest(&SHA256, &both).as_ref()),
            source => context! { name => legible(source.name()), language => language_of(source.text()) },
            edition => context! { name => legible(edition.name()), language => language_of(edition.text()) },
            first => words::first(self.queue.first, language),
            tally => Serde(tally),
            waived => self.outcome.waived.len(),
            groups => Serde(self.listed(language)),
            stretches => Serde(self.stretches(language)),
        })
    }
}

/// What a browser may do with the page: show it, run its script, and fetch pictures.
fn policy() -> String {
    let named = |text: &str| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())));
    format!(
        "default-src 'none'; img-src https: http: file: 'self'; style-src {}; script-src {}; \
         base-uri 'none'; form-action 'none'",
        named(STYLE),
        named(SCRIPT)
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
