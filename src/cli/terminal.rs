//! What people read: results on stdout, messages on stderr, nothing that a terminal would act on.

use std::io::{self, IsTerminal, Write};

use nekoyaku::rules::Severity;
use nekoyaku::script::is_invisible;
use unicode_width::UnicodeWidthStr;

use super::failure::Failure;

/// The two streams.
pub(crate) struct Terminal {
    out: io::BufWriter<io::Stdout>,
    out_is_terminal: bool,
    out_color: bool,
    err_color: bool,
    quiet: bool,
    verbosity: u8,
    // Nobody reads stdout any more.
    closed: bool,
}

/// Colours, by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Removed,
    Added,
    Hunk,
    Error,
    Warning,
    Info,
    Strong,
    Dim,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Removed => "\x1b[31m",
            Self::Added => "\x1b[32m",
            Self::Hunk | Self::Info => "\x1b[36m",
            Self::Error => "\x1b[1;31m",
            Self::Warning => "\x1b[1;33m",
            Self::Strong => "\x1b[1m",
            Self::Dim => "\x1b[2m",
        }
    }
}

impl From<Severity> for Style {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl Terminal {
    pub(crate) fn new(out_color: bool, err_color: bool, quiet: bool) -> Self {
        let stdout = io::stdout();
        let out_is_terminal = stdout.is_terminal();
        Self {
            out: io::BufWriter::new(stdout),
            out_is_terminal,
            out_color,
            err_color,
            quiet,
            verbosity: 0,
            closed: false,
        }
    }

    /// Whether to stay silent about all but errors.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Say more: of what goes wrong, of what goes on, of all that is said.
    pub(crate) fn verbose(self, verbosity: u8) -> Self {
        Self { verbosity, ..self }
    }

    /// How much more is to be said: 0 to 3.
    pub(crate) fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// How many columns stdout has; where it is no terminal, as many as most have at least.
    pub(crate) fn width(&self) -> usize {
        let size = if self.out_is_terminal { terminal_size::terminal_size() } else { None };
        size.map_or(100, |(width, _)| usize::from(width.0))
    }

    /// Put text on stdout as it is; on a terminal, without what it would act on.
    pub(crate) fn put(&mut self, text: &str) -> io::Result<()> {
        if self.out_is_terminal { self.write(&harmless(text)) } else { self.write(text) }
    }

    /// Whether nobody reads stdout any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// A line of pieces on stdout that is what was asked for: quiet or not, it is there.
    pub(crate) fn show(&mut self, pieces: &[(Option<Style>, &str)]) -> io::Result<()> {
        let line = composed(self.out_color, pieces);
        self.write(&line)
    }

    /// A line in two parts, as [`Terminal::show`] has it; `left` is filled up with blanks to `column`, from
    /// 0, where `right` begins. A terminal is told so, too: some draw characters wider than others do.
    pub(crate) fn show_columns(
        &mut self,
        left: &[(Option<Style>, &str)],
        column: usize,
        right: &[(Option<Style>, &str)],
    ) -> io::Result<()> {
        let mut line = composed(self.out_color, left);
        line.pop();
        if self.out_is_terminal {
            line += &format!("\x1b[{}G", column + 1);
        }
        line += &composed(self.out_color, right);
        self.write(&line)
    }

    /// A line of pieces, some in colour, on stdout, or on stderr where stdout carries something else.
    pub(crate) fn line(&mut self, to_stderr: bool, pieces: &[(Option<Style>, &str)]) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        if !to_stderr {
            return self.show(pieces);
        }
        io::stderr().write_all(composed(self.err_color, pieces).as_bytes())
    }

    /// Whoever read our output may have seen enough; the work goes on all the same.
    fn write(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let written = self.out.write_all(text.as_bytes());
        self.unless_closed(written)
    }

    fn unless_closed(&mut self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }

    fn paint(color: bool, style: Style, text: &str) -> String {
        if color { format!("{}{text}\x1b[0m", style.code()) } else { text.to_owned() }
    }

    /// A unified diff.
    pub(crate) fn put_diff(&mut self, diff: &str) -> io::Result<()> {
        if !self.out_color {
            return self.put(diff);
        }
        for line in diff.split_inclusive('\n') {
            let style = match line.as_bytes() {
                [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => Style::Strong,
                [b'-', ..] => Style::Removed,
                [b'+', ..] => Style::Added,
                [b'@', ..] => Style::Hunk,
                _ => {
                    self.put(line)?;
                    continue;
                }
            };
            let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
            let painted = Self::paint(true, style, &harmless(text));
            self.write(&format!("{painted}{end}"))?;
        }
        Ok(())
    }

    /// A message about what is going on.
    pub(crate) fn note(&self, message: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", harmless(message));
        }
    }

    /// Why it could not be done, and what to do.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut text =
            format!("{} {}\n", Self::paint(self.err_color, Style::Error, "error:"), harmless(&failure.message));
        for cause in &failure.causes {
            text += &format!("  because: {}\n", harmless(cause));
        }
        if let Some(hint) = &failure.hint {
            text += &format!("  {} {}\n", Self::paint(self.err_color, Style::Info, "hint:"), harmless(hint));
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.unless_closed(flushed)
    }
}

/// A line of pieces, harmless.
fn composed(color: bool, pieces: &[(Option<Style>, &str)]) -> String {
    let mut line = String::new();
    for (style, text) in pieces {
        let text = harmless(text);
        match style.filter(|_| color) {
            Some(style) => line += &Terminal::paint(true, style, &text),
            None => line += &text,
        }
    }
    line.push('\n');
    line
}

/// `text` with control characters made visible; line ends and tabs stay.
pub(crate) fn harmless(text: &str) -> String {
    // Before a line feed a carriage return does nothing.
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            c if c.is_control() || is_invisible(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `text` in lines of at most `width` columns. A word is broken where it is wider than a line: left
/// whole it would run out at the right, and go on at the left edge under all that is indented.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for mut word in text.split(' ') {
        while let Some(line) = lines.last_mut() {
            let room = width.saturating_sub(line.width() + usize::from(!line.is_empty()));
            let is_whole = word.width() <= room;
            // A line for each word but the widest, which fill what room there is.
            let fits = if is_whole || word.width() > width { longest_within(word, room, line.is_empty()) } else { 0 };
            if fits > 0 && !line.is_empty() {
                line.push(' ');
            }
            *line += &word[..fits];
            word = &word[fits..];
            if word.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}

/// How many bytes at the beginning of `word` have room; one character has, where there has to be
/// something.
fn longest_within(word: &str, room: usize, at_least_one: bool) -> usize {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    let least = if at_least_one { ends.clone().next() } else { None };
    ends.take_while(|end| word[..*end].width() <= room).last().or(least).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_acts_on_gets_through() {
        assert_eq!(harmless("猫\u{1b}[2J\u{7}\u{9b}訳\u{202e}\r\n\t"), "猫␛[2J␇\u{fffd}訳\u{fffd}\n\t");
    }

    #[test]
    fn wide_characters_take_two_columns_of_a_line() {
        assert_eq!(wrapped("猫 訳 cat b", 5), ["猫 訳", "cat b"]);
        assert_eq!(wrapped("翻訳者 b", 3), ["翻", "訳", "者", "b"]);
    }

    #[test]
    fn a_word_that_is_wider_than_a_line_is_broken_and_no_other() {
        assert_eq!(wrapped("at https://猫.example/v1 now", 8), ["at https", "://猫.ex", "ample/v1", "now"]);
        assert_eq!(wrapped("a bcdef", 6), ["a", "bcdef"]);
        assert_eq!(wrapped("", 6), [""]);
        assert_eq!(wrapped("翻訳", 1), ["翻", "訳"]);
    }
}
