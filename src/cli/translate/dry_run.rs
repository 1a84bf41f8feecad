//! What would be sent, without sending it.

use std::path::Path;

use nekoyaku::journal::{Journal, Nowhere};
use nekoyaku::model::Model;
use nekoyaku::translate::{self, Books, Materials, Plan};

use super::super::Outcome;
use super::super::desk::Desk;
use super::super::failure::Failure;
use super::super::keeper::Reader;
use super::super::output::Destination;
use super::super::terminal::Terminal;
use super::Args;
use super::{brief, estimate, job};

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
    let mut desk = Desk::set(args.setup(), path)?;
    let issue = job::issue(args, path, &desk)?;
    desk.remember(args.setup(), path, false, &|message| terminal.note(message))?;
    let (model, name) = args.engine.unasked(&desk.profile)?;
    let journal: Box<dyn Journal> = match args.destination(path)? {
        Destination::File(edition) if !args.fresh => Box::new(Reader::open(&edition)),
        _ => Box::new(Nowhere),
    };
    let parameters = model.parameters();
    let books = Books { journal: &*journal, model: &name, parameters: &parameters };
    let with_brief =
        if desk.brief && !args.fresh { brief::at_hand(&desk, &args.destination(path)?, issue.stem())? } else { None };
    let materials = Materials { glossary: with_brief.as_ref().unwrap_or(&desk.glossary), ..desk.materials() };
    let plan = translate::plan(&issue, materials, books, &desk.options, model.format());
    let plan = plan.map_err(|error| Failure::of(&error))?;

    terminal.put(&shown(&plan)).map_err(Failure::output)?;
    let known = if plan.known > 0 { format!(", {} of them known", plan.known) } else { String::new() };
    terminal.note(&format!(
        "{}: {} segments{known}; {name} would be asked in {}; nothing was sent",
        issue.source.name(),
        issue.segment_count(),
        estimate::told(estimate::of(&plan), &desk.profile.price, &name)
    ));
    if desk.brief && with_brief.is_none() {
        terminal.note("before these goes the request for a brief, and what is in it goes into all of them");
    }
    if !plan.refinements.is_empty() {
        let segments: usize = plan.refinements.iter().map(|request| request.keys.len()).sum();
        terminal.note(&format!("{segments} segments are then asked for once more, to be made better"));
    }
    Ok(())
}

fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    if let Some((_, first)) = plan.requests.first() {
        text += &format!("=== the instructions, in every request ===\n{}\n", first.system.trim_end());
    }
    for (place, (_, request)) in plan.requests.iter().enumerate() {
        let (number, of, keys) = (place + 1, plan.requests.len(), request.keys.len());
        let tokens = request.estimated_tokens();
        text += &format!("\n=== request {number} of {of}: {keys} segments, about {tokens} tokens in ===\n");
        text += request.user.trim_end();
        text.push('\n');
    }
    text
}
