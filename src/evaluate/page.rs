//! A report as one HTML file: nothing outside it, no script.
//!
//! Whatever stands in the texts is text on it: the template engine escapes all that is put into it, and
//! what a browser or a reader would be led astray by is taken out first. Figures are drawn, and stand
//! beside what is drawn.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, context};
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::diff::{Change, Tongue, tongue, words};
use crate::report::one_line;

use super::bootstrap::Interval;
use super::figures::{Place, Scored, Section, Shown};
use super::judge::Judgement;
use super::report::Report;
use super::system::share;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// What a page says it was made by: what has it may be written over.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"nekoyaku evaluate\">";

/// So many bars there are in a histogram, each of as many points.
const BARS: usize = 20;

/// So many colours there are for systems; then they come again, and their names tell them apart.
const COLOURS: usize = 6;

/// Of fewer segments than this the draws say little of what others would have come to.
const FEW: usize = 10;

/// So many places are named of those there are.
const NAMED: usize = 12;

/// Characters of such a list.
const LISTED: usize = 2_000;

/// Bars to compare.
#[derive(Serialize)]
struct Chart {
    name: String,
    segments: usize,
    bars: Vec<Bar>,
}

/// A score, drawn from 0 to 100.
#[derive(Serialize)]
struct Bar {
    name: String,
    colour: String,
    score: f64,
    figure: String,
    /// Where it lies with a certainty of 95 %, in words and as a path; empty where that says little.
    interval: String,
    whisker: String,
}

/// How many segments of a system score how much.
#[derive(Serialize)]
struct Histogram {
    name: String,
    colour: String,
    /// Where each begins, how high it is, from 0 to 100, and what it says.
    columns: Vec<(f64, f64, String)>,
    median: String,
}

/// A row of the table of systems.
#[derive(Serialize)]
struct Row {
    name: String,
    colour: String,
    cells: Vec<String>,
}

/// What is told of one system.
#[derive(Serialize)]
struct Told {
    name: String,
    colour: String,
    lists: Vec<(&'static str, String)>,
    worst: Vec<Worst>,
}

#[derive(Serialize)]
struct Worst {
    place: String,
    score: String,
    source: String,
    reference: String,
    edition: Vec<(bool, String)>,
    languages: [&'static str; 3],
}

impl Report {
    /// The page. The same in, the same out.
    ///
    /// # Errors
    ///
    /// None that a text could cause; the template engine has them.
    pub fn page(&self) -> Result<String, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // The name ends in `.html`, so that all that is put into it is escaped.
        environment.add_template("page.html", TEMPLATE)?;
        let digest = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        let systems = || self.systems.iter().enumerate();
        environment.get_template("page.html")?.render(context! {
            generator => GENERATOR,
            policy => format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"),
            style => STYLE,
            about => self.about(),
            verdict => Serde(self.verdict.iter().map(|said| one_line(said, 400)).collect::<Vec<_>>()),
            raw_copy => format!("{:.1}", self.raw_copy),
            copy => format!("{:.1}", self.copy.score),
            overall => Serde(self.overall()),
            few => FEW,
            sections => Serde(self.sections()),
            histograms => Serde(systems().map(|(place, system)| self.histogram(place, system)).collect::<Vec<_>>()),
            has_effort => self.systems.iter().any(|system| system.effort.is_some()),
            rows => Serde(systems().map(|(place, system)| row(place, system)).collect::<Vec<_>>()),
            efforts => Serde(systems().filter_map(|(place, system)| effort(place, system)).collect::<Vec<_>>()),
            judgements => Serde(self.judgements.iter().map(judged).collect::<Vec<_>>()),
            rules => Serde(self.rules()),
            told => Serde(systems().map(|(place, system)| told(place, system)).collect::<Vec<_>>()),
            signature => &self.signature,
            issues => Serde(self.issues.iter().map(|pair| (name(&pair.source), name(&pair.reference), pair.scored)).collect::<Vec<_>>()),
        })
    }

    fn about(&self) -> String {
        let issues = if self.issues.len() == 1 { "issue" } else { "issues" };
        let segments = if self.scored == 1 { "segment" } else { "segments" };
        let mut about = format!("{} {issues}, {} {segments} scored", self.issues.len(), self.scored);
        if self.unchanged > 0 {
            about += &format!("; {} in the reference as in the source", self.unchanged);
        }
        if self.unreferenced > 0 {
            about += &format!("; the reference has nothing for {}", self.unreferenced);
        }
        about
    }

    fn overall(&self) -> Chart {
        let mut bars: Vec<Bar> = self.bars(|system| Some(system.chrf));
        bars.push(Bar::new("a copy of the source", "copy".to_owned(), self.copy));
        Chart { name: "all segments".to_owned(), segments: self.scored, bars }
    }

    fn sections(&self) -> Vec<Chart> {
        let Some(first) = self.systems.first() else { return Vec::new() };
        let chart = |(place, section): (usize, &Section)| Chart {
            name: if section.name.is_empty() { "before the first heading".to_owned() } else { section.name.clone() },
            segments: section.scored,
            bars: self
                .bars(|system| system.sections.get(place).map(|section| section.chrf))
                .into_iter()
                .map(|bar| if section.scored < FEW { Bar { interval: String::new(), ..bar } } else { bar })
                .collect(),
        };
        first.sections.iter().enumerate().map(chart).collect()
    }

    fn bars(&self, of: impl Fn(&Scored) -> Option<Interval>) -> Vec<Bar> {
        let systems = self.systems.iter().enumerate();
        systems.filter_map(|(place, system)| Some(Bar::new(&system.name, colour(place), of(system)?))).collect()
    }

    fn histogram(&self, place: usize, system: &Scored) -> Histogram {
        let counts = |place: usize| {
            let mut counts = [0_usize; BARS];
            for score in self.segments.iter().filter_map(|point| point.scores.get(place)) {
                counts[((score / 100.0 * BARS as f64) as usize).min(BARS - 1)] += 1;
            }
            counts
        };
        let most = (0..self.systems.len()).flat_map(counts).max().unwrap_or_default().max(1);
        let width = 100.0 / BARS as f64;
        let column = |(bar, count): (usize, usize)| {
            let (from, to) = (bar as f64 * width, (bar + 1) as f64 * width);
            (from, count as f64 * 100.0 / most as f64, format!("{count} score {from:.0} to {to:.0}"))
        };
        let mut scores: Vec<f64> = self.segments.iter().filter_map(|point| point.scores.get(place)).copied().collect();
        scores.sort_unstable_by(f64::total_cmp);
        Histogram {
            name: name(&system.name),
            colour: colour(place),
            columns: counts(place).into_iter().enumerate().filter(|(_, count)| *count > 0).map(column).collect(),
            median: scores.get(scores.len() / 2).map_or_else(String::new, |score| format!("{score:.1}")),
        }
    }

    /// What each rule found, by system.
    fn rules(&self) -> Vec<(&'static str, &'static str, Vec<usize>)> {
        let mut rules: Vec<(&str, &str, Vec<usize>)> = Vec::new();
        for (place, system) in self.systems.iter().enumerate() {
            for found in &system.findings {
                let known =
                    rules.iter().position(|(rule, severity, _)| (*rule, *severity) == (found.rule, found.severity));
                let known = known.unwrap_or_else(|| {
                    rules.push((found.rule, found.severity, vec![0; self.systems.len()]));
                    rules.len() - 1
                });
                rules[known].2[place] = found.count;
            }
        }
        let weight = |severity: &str| ["error", "warning", "info"].iter().position(|known| *known == severity);
        rules.sort_by_key(|(rule, severity, _)| (weight(severity), *rule));
        rules
    }
}

impl Bar {
    fn new(system: &str, colour: String, interval: Interval) -> Self {
        let Interval { score, low, high } = interval;
        Self {
            name: name(system),
            colour,
            score,
            figure: format!("{score:.1}"),
            interval: format!("{low:.1} to {high:.1}"),
            whisker: format!("M{low:.2} 5H{high:.2}M{low:.2} 2V8M{high:.2} 2V8"),
        }
    }
}

fn colour(place: usize) -> String {
    format!("s{}", place % COLOURS)
}

/// A name as a page can show it.
fn name(name: &str) -> String {
    one_line(name, 120)
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn row(place: usize, system: &Scored) -> Row {
    let terms = system.terms;
    let edits = system.edits.as_ref();
    let cells = vec![
        format!("{:.1}", system.chrf.score),
        format!("{:.1} to {:.1}", system.chrf.low, system.chrf.high),
        system.errors.to_string(),
        system.warnings.to_string(),
        system.left.len().to_string(),
        system.missing.len().to_string(),
        system.outliers.len().to_string(),
        percent(share(terms.preferred, terms.occurrences)),
        percent(share(terms.preferred + terms.variants, terms.occurrences)),
        terms.forbidden.to_string(),
        percent(edits.map(|edits| edits.kept)),
    ];
    Row { name: name(&system.name), colour: colour(place), cells }
}

fn effort(place: usize, system: &Scored) -> Option<Row> {
    let effort = system.effort?;
    let cells = vec![
        effort.segments.to_string(),
        effort.known.to_string(),
        percent(effort.first_try()),
        percent(effort.in_the_end()),
        effort.left.to_string(),
        effort.requests.to_string(),
        effort.input_tokens.to_string(),
        effort.output_tokens.to_string(),
        effort.dollars.map_or("–".to_owned(), |dollars| format!("${dollars:.4}")),
        format!("{:.1}", effort.seconds),
    ];
    Some(Row { name: name(&system.name), colour: colour(place), cells })
}

fn told(place: usize, system: &Scored) -> Told {
    Told {
        name: name(&system.name),
        colour: colour(place),
        lists: system.lists().map(|(what, places)| (what, one_line(&Place::listed(places, NAMED), LISTED))).collect(),
        worst: system.worst.iter().map(worst).collect(),
    }
}

/// A judgement as a page can show it.
fn judged(judgement: &Judgement) -> Judgement {
    let rounded = |points: f64| (points * 100.0).round() / 100.0;
    Judgement {
        judge: name(&judgement.judge),
        systems: judgement.systems.each_ref().map(|system| name(system)),
        penalty: judgement.penalty.map(rounded),
        ..judgement.clone()
    }
}

fn worst(shown: &Shown) -> Worst {
    let language = |text: &str| match tongue(text) {
        // A browser that is told only `zh` may choose the characters of another country.
        Tongue::Chinese => "zh-CN",
        other => other.tag(),
    };
    let pieces = words(&shown.reference, &shown.edition).into_iter().map(|change| match change {
        Change::Kept(text) => (false, text.to_owned()),
        Change::Replaced { new, .. } => (true, new.to_owned()),
    });
    Worst {
        place: name(&Place::listed(std::slice::from_ref(&shown.place), 1)),
        score: format!("{:.1}", shown.score),
        source: shown.source.clone(),
        reference: shown.reference.clone(),
        edition: pieces.filter(|(_, text)| !text.is_empty()).collect(),
        languages: [language(&shown.source), language(&shown.reference), language(&shown.edition)],
    }
}
