//! Text, cut at what looks like a tag.

/// A tag or what lies between tags.
pub(super) enum Lexeme<'a> {
    Text(&'a str),
    Tag(LexedTag<'a>),
}

#[derive(Clone, Copy)]
pub(super) struct LexedTag<'a> {
    pub(super) raw: &'a str,
    pub(super) name: &'a str,
    pub(super) closing: bool,
    pub(super) alone: bool,
}

/// Cut a text at everything that has a tag's form: `<`, letters, digits, `>`.
pub(super) fn lex(text: &str) -> impl Iterator<Item = Lexeme<'_>> {
    let mut rest = text;
    let mut waiting: Option<LexedTag<'_>> = None;
    std::iter::from_fn(move || {
        if let Some(tag) = waiting.take() {
            return Some(Lexeme::Tag(tag));
        }
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(step) = rest[from..].find(['<', '＜']) {
            let at = from + step;
            if let Some(tag) = tag_at(&rest[at..]) {
                let before = &rest[..at];
                rest = &rest[at + tag.raw.len()..];
                if before.is_empty() {
                    return Some(Lexeme::Tag(tag));
                }
                waiting = Some(tag);
                return Some(Lexeme::Text(before));
            }
            from = at + rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        Some(Lexeme::Text(std::mem::take(&mut rest)))
    })
}

fn tag_at(text: &str) -> Option<LexedTag<'_>> {
    let rest = text.strip_prefix(['<', '＜'])?.trim_start_matches(' ');
    let (closing, rest) = match rest.strip_prefix(['/', '／']) {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, rest),
    };
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let digits = rest[letters..].find(|c: char| !c.is_ascii_digit())?;
    if letters == 0 || digits == 0 || letters + digits > 16 {
        return None;
    }
    let (name, rest) = rest.split_at(letters + digits);
    let rest = rest.trim_start_matches(' ');
    let (alone, rest) = match rest.strip_prefix(['/', '／']) {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, rest),
    };
    let rest = rest.strip_prefix(['>', '＞'])?;
    Some(LexedTag { raw: &text[..text.len() - rest.len()], name, closing, alone })
}
