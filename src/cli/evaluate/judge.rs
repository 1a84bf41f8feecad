//! Another model is asked which of two systems is better.

use nekoyaku::evaluate::{Duel, Judgement, Report, System, Trial, family, judge};
use nekoyaku::model::{Metered, ModelError, Purse};
use nekoyaku::price::price_of;
use nekoyaku::profile::Profile;

use super::super::engine::{Engine, EngineArgs, Runtime};
use super::super::failure::Failure;
use super::super::interrupt::{Aborted, Interrupts};
use super::super::learned;
use super::super::terminal::Terminal;
use super::super::verbose;
use super::contest;
use super::models::Candidate;

/// Whom to ask which of two is better
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Judge")]
pub(super) struct JudgeArgs {
    /// Have this model, of another family than those that are compared, say of some texts which of two
    /// translations is better, each two in both orders, and what is wrong with them
    #[arg(long, value_name = "MODEL")]
    judge: Option<String>,

    /// Its server [default: that of the models]
    #[arg(long, value_name = "URL", requires = "judge")]
    judge_base_url: Option<String>,

    /// The environment variable that has its key [default: as for the models]
    #[arg(long, value_name = "VARIABLE", requires = "judge")]
    judge_api_key_env: Option<String>,

    /// So many texts at most, of each two systems that follow each other
    #[arg(long, value_name = "N", default_value_t = 40, requires = "judge", value_parser = clap::value_parser!(u32).range(1..=1000))]
    judge_texts: u32,
}

impl JudgeArgs {
    /// Whether the judge may judge: no model is asked about its kin.
    pub(super) fn check(&self, candidates: &[Candidate<'_>], terminal: &Terminal) -> Result<(), Failure> {
        let Some(judge) = &self.judge else { return Ok(()) };
        let own = family(judge);
        for candidate in candidates {
            let model = candidate.engine.model.as_deref().unwrap_or_default();
            let is_kin = model.eq_ignore_ascii_case(judge) || own.is_some() && own == family(model);
            if is_kin {
                return Err(Failure::new(format!("{judge} cannot judge {model}: they are of one family"))
                    .hint("models prefer what they would have written; name a judge of another family with --judge"));
            }
        }
        if own.is_none() && !candidates.is_empty() {
            terminal.note(&format!("nobody knows of which family {judge} is: see to it that it is of another one"));
        }
        Ok(())
    }

    /// The report with what the judge says of each two systems that follow each other; none where we were
    /// told to stop.
    pub(super) fn judged(
        &self,
        report: Report,
        (trials, systems): (&[Trial], &[System]),
        base: &EngineArgs,
        profile: &Profile,
        (purse, runtime, interrupts, terminal): (&Purse, &Runtime, &Interrupts, &Terminal),
    ) -> Result<Option<Report>, Failure> {
        let Some(name) = &self.judge else { return Ok(Some(report)) };
        let mut engine = base.clone();
        engine.model = Some(name.clone());
        engine.base_url = self.judge_base_url.clone().or(engine.base_url);
        engine.api_key_env = self.judge_api_key_env.clone().or(engine.api_key_env);
        let watch = verbose::watch(terminal.verbosity(), |print| print());
        let Engine::Model { model, name } = runtime.get()?.block_on(engine.engine(profile, watch))? else {
            return Err(Failure::new(format!("{name} cannot be asked: no server is named"))
                .hint("name its server with --judge-base-url, and set OPENAI_API_KEY if it has keys"));
        };
        let tariff = contest::tariff(purse, price_of(&profile.price, &name), &name)?;
        let number = |name: &str| systems.iter().position(|system| system.name == name).unwrap_or_default();
        let most = usize::try_from(self.judge_texts).unwrap_or(usize::MAX);
        let mut judgements: Vec<Judgement> = Vec::new();
        for two in report.systems.windows(2) {
            let names = [two[0].name.clone(), two[1].name.clone()];
            let duels = Duel::drawn(trials, [number(&names[0]), number(&names[1])], most);
            let [one, other] = &names;
            let (texts, host) = (duels.len(), model.host());
            terminal.note(&format!("{name} at {host} judges {texts} texts of {one} and {other}"));
            let metered = Metered::new(&*model, purse, tariff);
            let work = judge(&metered, &name, names, &duels);
            match interrupts.see_through(runtime, work, || model.stop()) {
                Ok(Ok(judgement)) => judgements.push(judgement),
                Err(Aborted::Told) | Ok(Err(ModelError::Stopped)) => return Ok(None),
                Ok(Err(error)) => return Err(error.into()),
                Err(Aborted::Failed(failure)) => return Err(failure),
            }
        }
        learned::keep(model.host(), &name, &model.learned());
        Ok(Some(report.with_judgements(judgements)))
    }
}
