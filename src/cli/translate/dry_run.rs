//! What would be sent, without sending it.

use std::path::Path;

use nekoyaku::issue::Issue;
use nekoyaku::journal::Nowhere;
use nekoyaku::request::{Format, Request};
use nekoyaku::translate::{self, Books};

use super::super::Outcome;
use super::super::desk::Desk;
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::Args;
use super::job;

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Clean;
    for path in &args.issues {
        match one(args, path, terminal) {
            Ok(()) => {}
            Err(failure) if args.issues.len() == 1 => return Err(failure),
            Err(failure) => {
                terminal.failure(&failure);
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

fn one(args: &Args, path: &Path, terminal: &mut Terminal) -> Result<(), Failure> {
    let desk = Desk::set(args.setup(), path)?;
    let issue = job::issue(args, path, &desk)?;
    requests(&issue, &desk, terminal)
}

fn requests(issue: &Issue, desk: &Desk, terminal: &mut Terminal) -> Result<(), Failure> {
    let books = Books { journal: &Nowhere, model: "", parameters: "" };
    let plan = translate::plan(issue, desk.materials(), books, &desk.options, Format::Schema);
    let requests: Vec<Request> =
        plan.map_err(|error| Failure::of(&error))?.requests.into_iter().map(|(_, request)| request).collect();
    let mut text = String::new();
    if let Some(first) = requests.first() {
        text += &format!("=== the instructions, in every request ===\n{}\n", first.system.trim_end());
    }
    for (place, request) in requests.iter().enumerate() {
        let (number, of, keys) = (place + 1, requests.len(), request.keys.len());
        let tokens = request.estimated_tokens();
        text += &format!("\n=== request {number} of {of}: {keys} segments, about {tokens} tokens in ===\n");
        text += request.user.trim_end();
        text.push('\n');
    }
    terminal.put(&text).map_err(Failure::output)?;
    let input: usize = requests.iter().map(Request::estimated_tokens).sum();
    let output: u32 = requests.iter().map(|request| request.expected_output_tokens).sum();
    terminal.note(&format!(
        "{}: {} segments in {} requests, about {input} tokens in and {output} out; nothing was sent",
        issue.source.name(),
        issue.segment_count(),
        requests.len()
    ));
    Ok(())
}
