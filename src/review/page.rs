//! A review as one HTML file, and the frame of it for a page that a server fills.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, UndefinedBehavior, context};
use ring::digest::{SHA256, digest};

use crate::rules::{Language, Severity};

use super::digest::digest_of;
use super::markup::legible;
use super::show::language_of;
use super::{Review, words};

/// The page and its parts. Their names end in `.html`, so that all that is put into them is escaped.
const TEMPLATES: [(&str, &str); 5] = [
    ("page.html", include_str!("page.html")),
    ("tally.html", include_str!("tally.html")),
    ("queue.html", include_str!("queue.html")),
    ("row.html", include_str!("row.html")),
    ("served.html", include_str!("served.html")),
];
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// What a page that is served does besides.
const SERVE: &str = include_str!("serve.js");

/// What a page says it was made by: what has it may be written over.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"nekoyaku review\">";

pub(super) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, template) in TEMPLATES {
        environment.add_template(name, template)?;
    }
    Ok(environment)
}

/// What hangs on the two files alone.
fn files(names: [&str; 2], texts: [&str; 2], language: Language, served: bool) -> Value {
    let [source, edition] =
        [0, 1].map(|of| context! { name => legible(names[of]), language => language_of(texts[of]) });
    context! { words => Serde(words::words(language)), source, edition, served }
}

/// What a page has around its rows.
fn frame(source: &str, served: bool) -> Value {
    context! {
        generator => GENERATOR,
        policy => policy(served),
        style => STYLE,
        script => SCRIPT,
        serve => SERVE,
        // What was read is remembered for this issue.
        key => digest_of(source),
    }
}

impl Review<'_> {
    /// The page, for who reads `language`. The same in, the same out.
    ///
    /// # Errors
    ///
    /// None that a text could cause; the template engine has them.
    pub fn page(&self, language: Language) -> Result<String, Error> {
        environment()?.get_template("page.html")?.render(context! {
            stretches => Serde(self.stretches(language)),
            ..context! { ..frame(self.source.text(), false), ..self.found(language, false) }
        })
    }

    /// What was found, by what is at stake, and what hangs on the two files.
    pub(super) fn found(&self, language: Language, served: bool) -> Value {
        let tally: Vec<_> = [
            (Severity::Error, self.queue.errors),
            (Severity::Warning, self.queue.warnings),
            (Severity::Info, self.queue.groups[2].len() + self.queue.groups[3].len()),
        ]
        .into_iter()
        .map(|(severity, count)| (severity.name(), words::sign(severity), words::severity(severity, language), count))
        .collect();
        let (source, edition) = (&self.source, &self.edition);
        context! {
            first => words::first(self.queue.first, language),
            tally => Serde(tally),
            waived => self.outcome.waived.len(),
            groups => Serde(self.listed(language)),
            ..files([source.name(), edition.name()], [source.text(), edition.text()], language, served)
        }
    }
}

/// The page of an issue as a server shows it: without its rows, which its script asks for.
///
/// # Errors
///
/// None that a text could cause; the template engine has them.
pub fn served_page(source: [&str; 2], edition: [&str; 2], language: Language) -> Result<String, Error> {
    let none: [(); 0] = [];
    environment()?.get_template("page.html")?.render(context! {
        stretches => Serde(none),
        first => "",
        tally => Serde(none),
        waived => 0,
        groups => Serde(none),
        ..context! {
            ..frame(source[1], true),
            ..files([source[0], edition[0]], [source[1], edition[1]], language, true),
        }
    })
}

/// What a browser may do with a page that is served, for the head of the server's answer.
pub fn policy_of_served() -> String {
    format!("{}; frame-ancestors 'none'", policy(true))
}

/// What a browser may do with the page: show it, run its script, and fetch pictures; where it is served, ask
/// its server, too.
fn policy(served: bool) -> String {
    let named = |text: &str| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())));
    let (scripts, more) = if served {
        (format!("{} {}", named(SCRIPT), named(SERVE)), "; connect-src 'self'")
    } else {
        (named(SCRIPT), "")
    };
    format!(
        "default-src 'none'; img-src https: http: file: 'self'; style-src {}; script-src {scripts}; \
         base-uri 'none'; form-action 'none'{more}",
        named(STYLE)
    )
}
