//! `nekoyaku completions`: what a shell has to know to complete our commands.

use clap::CommandFactory;
use clap_complete::Shell;

use super::failure::Failure;
use super::terminal::Terminal;
use super::{Cli, Outcome};

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku completions bash > ~/.local/share/bash-completion/completions/nekoyaku
  nekoyaku completions zsh > ~/.zfunc/_nekoyaku
  nekoyaku completions fish > ~/.config/fish/completions/nekoyaku.fish
  nekoyaku completions powershell >> $PROFILE";

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "nekoyaku", &mut script);

    terminal.put(&String::from_utf8_lossy(&script)).map_err(Failure::output)?;
    Ok(Outcome::Clean)
}
