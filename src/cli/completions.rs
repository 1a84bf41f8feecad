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
    terminal.put(&script(args.shell)).map_err(Failure::output)?;
    Ok(Outcome::Clean)
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "nekoyaku", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use clap::ValueEnum;

    use super::*;

    #[test]
    fn each_shell_is_told_of_each_command_and_its_options() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for name in Cli::command().get_subcommands().map(clap::Command::get_name) {
                assert!(script.contains(name), "{shell}: {name}");
            }
            assert!(script.contains("update-baseline"), "{shell}");
        }
    }

    #[test]
    fn the_shells_that_are_here_can_read_their_scripts() {
        let folder = tempfile::tempdir().expect("a folder");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let file = folder.path().join(shell.to_string());
            std::fs::write(&file, script(shell)).expect("a file");
            let read = Command::new(shell.to_string()).arg("-n").arg(&file).output();
            // Bash is on every Unix that builds this; the others are where somebody uses them.
            let Ok(read) = read else {
                assert!(!(cfg!(unix) && shell == Shell::Bash), "bash cannot be run");
                continue;
            };
            assert!(read.status.success(), "{shell}: {}", String::from_utf8_lossy(&read.stderr));
        }
    }
}
