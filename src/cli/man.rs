//! `nekoyaku man`: the manual, a page for each command.

use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_mangen::Man;

use super::failure::Failure;
use super::terminal::Terminal;
use super::{Cli, Outcome, output};

/// Print the manual page, or write one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Write a page for each command into this folder: nekoyaku.1, nekoyaku-check.1 and so on
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku man | man -l -
  nekoyaku man --out ~/.local/share/man/man1";

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    match &args.out {
        Some(folder) => {
            output::check_folder(&folder.join("nekoyaku.1"))?;
            for (name, page) in pages(&command).map_err(Failure::output)? {
                output::write(&folder.join(name), &page)?;
            }
        }
        None => terminal.put(&page(command).map_err(Failure::output)?).map_err(Failure::output)?,
    }
    Ok(Outcome::Clean)
}

/// The pages of a command and of all below it, with the names of their files.
fn pages(command: &clap::Command) -> io::Result<Vec<(PathBuf, String)>> {
    let mut pages = Vec::new();
    let mut left = vec![command.clone()];
    while let Some(command) = left.pop() {
        left.extend(command.get_subcommands().filter(|below| !below.is_hide_set()).cloned());
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        pages.push((Path::new(name).with_extension("1"), page(command)?));
    }
    Ok(pages)
}

fn page(command: clap::Command) -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(command).manual("nekoyaku").render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_for_each_command_and_it_has_all_options_and_examples() {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        let pages = pages(&command).expect("the pages");
        let page = |name: &str| {
            let found = pages.iter().find(|(file, _)| file == Path::new(name));
            &found.unwrap_or_else(|| panic!("{name} is not among {:?}", pages.iter().map(|page| &page.0))).1
        };
        let mut left = vec![(String::from("nekoyaku"), &command)];
        while let Some((name, command)) = left.pop() {
            let page = page(&format!("{name}.1"));
            let shown = command.get_arguments().filter(|option| !option.is_hide_set());
            for option in shown.filter_map(clap::Arg::get_long) {
                assert!(page.contains(&option.replace('-', "\\-")), "{name}: --{option}");
            }
            assert_eq!(page.contains("Examples:"), command.get_after_help().is_some(), "{name}");
            left.extend(command.get_subcommands().map(|below| (format!("{name}-{}", below.get_name()), below)));
        }
        assert!(page("nekoyaku-memory-learn.1").contains(".TH nekoyaku-memory-learn 1"));
    }
}
