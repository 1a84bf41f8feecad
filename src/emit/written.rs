//! What is written into an edition.

/// What is written into the edition, and the same without the prefixes of continued lines.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) real: String,
    pub(super) flat: String,
    /// How many characters were escaped, or would have been.
    pub(super) escapes: usize,
}

impl Written {
    pub(super) fn push(&mut self, text: &str) {
        self.real.push_str(text);
        self.flat.push_str(text);
    }

    /// Write what is the source's own and may go over several lines of it, each with `prefix`.
    pub(super) fn push_own(&mut self, raw: &str, prefix: &str) {
        self.real.push_str(raw);
        let mut rest = raw;
        while let Some(at) = rest.find(['\n', '\r']) {
            let line = without_prefix(rest);
            self.flat.push_str(line);
            debug_assert!(line.len() > at);
            rest = after_prefix(&rest[line.len()..], prefix);
        }
        self.flat.push_str(rest);
    }

    pub(super) fn push_break(&mut self, raw: &str) {
        self.real.push_str(raw);
        self.flat.push_str(without_prefix(raw));
    }
}

/// The rest of a line behind the quote marks and the indentation of its first line.
fn after_prefix<'a>(line: &'a str, prefix: &str) -> &'a str {
    let mut rest = line;
    for c in prefix.chars() {
        rest = match c {
            '>' => rest.trim_start_matches(' ').strip_prefix('>').unwrap_or(rest),
            _ => rest.strip_prefix(' ').unwrap_or(rest),
        };
    }
    rest
}

/// A line break without the prefix of the line after it.
pub(super) fn without_prefix(raw: &str) -> &str {
    let end = raw.find(['\n', '\r']).map_or(raw.len(), |at| at + if raw[at..].starts_with("\r\n") { 2 } else { 1 });
    &raw[..end]
}
