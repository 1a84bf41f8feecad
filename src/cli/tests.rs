//! What the command line says of itself is so.

use clap::{Command, CommandFactory, Parser};

use super::Cli;

/// Each command with the path to it, `nekoyaku memory learn`, and its help.
fn commands() -> Vec<(String, Command)> {
    let mut found = vec![("nekoyaku".to_owned(), Cli::command().disable_help_subcommand(true))];
    let mut place = 0;
    while place < found.len() {
        let (path, command) = found[place].clone();
        let below = command.get_subcommands().map(|below| (format!("{path} {}", below.get_name()), below.clone()));
        found.extend(below);
        place += 1;
    }
    found
}

/// The commands of a line as a shell has them: words in quotes are one, what comes behind `#` is none.
fn shell(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let command: &mut Vec<String> = commands.last_mut().expect("there is always one");
        match c {
            ' ' => {}
            '#' => break,
            '|' | '&' | ';' => commands.push(Vec::new()),
            '\'' | '"' => command.push(chars.by_ref().take_while(|next| *next != c).collect()),
            _ => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|next| *next != ' ') {
                    word.push(next);
                }
                command.push(word);
            }
        }
    }
    for command in &mut commands {
        // Where output goes, and what the environment is given, are the shell's.
        if let Some(end) = command.iter().position(|word| word.starts_with('>')) {
            command.truncate(end);
        }
        let begin = command.iter().position(|word| !word.contains('=')).unwrap_or(command.len());
        command.drain(..begin);
    }
    commands
}

/// Our own commands in a line, which have to be ones that can be given.
fn own(line: &str) -> Vec<Vec<String>> {
    let own: Vec<Vec<String>> =
        shell(line).into_iter().filter(|words| words.first().is_some_and(|word| word == "nekoyaku")).collect();
    for words in &own {
        if let Err(error) = Cli::try_parse_from(words)
            && error.use_stderr()
        {
            panic!("{line}\n{error}");
        }
    }
    own
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn lines_are_read_as_a_shell_reads_them() {
    let line = "KEY=x nekoyaku memory search '欢迎 订阅' --most=3 > a.txt && wc -l a.txt  # lines | words";
    let words = |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
    let search = words(&["nekoyaku", "memory", "search", "欢迎 订阅", "--most=3"]);
    let commands: Vec<_> = shell(line).into_iter().filter(|command| !command.is_empty()).collect();
    assert_eq!(commands, [search.clone(), words(&["wc", "-l", "a.txt"])]);
    assert_eq!(own(line), [search]);
}

#[test]
#[should_panic(expected = "unexpected argument '--mots'")]
fn a_line_that_cannot_be_given_is_seen() {
    own("nekoyaku memory search 订阅 --mots 3");
}

#[test]
fn each_command_has_examples_and_each_of_them_can_be_given() {
    for (path, command) in commands().into_iter().skip(1) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = help.strip_prefix("Examples:\n").unwrap_or_else(|| panic!("{path} has no examples: {help}"));
        let lines: Vec<&str> = examples.lines().take_while(|line| !line.is_empty()).collect();
        assert!((2..=4).contains(&lines.len()), "{path}: {examples}");
        for line in lines {
            let line = line.strip_prefix("  ").unwrap_or_else(|| panic!("{path}: {line}"));
            assert!(line.len() <= 100, "a line of the help is not wrapped: {line}");
            let own = own(line);
            let is_of_it = own.iter().any(|words| words.join(" ").starts_with(&path));
            assert!(is_of_it, "{path} is not in its example {line}");
        }
    }
}
