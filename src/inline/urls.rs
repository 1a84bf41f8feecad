//! Addresses that stand in text as they are.

use std::ops::Range;

/// The bare URLs and e-mail addresses of a text, as byte ranges.
///
/// As GitHub finds them (GFM §6.9), but ending at the first character that is not ASCII: in
/// `见https://a.example，它` the address ends before the comma.
///
/// ```
/// # use nekoyaku::inline::urls;
/// let text = "见https://a.example/x_1，或 (www.b.example)。";
/// let found: Vec<_> = urls(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["https://a.example/x_1", "www.b.example"]);
/// ```
pub fn urls(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(step) = memchr::memchr3(b':', b'@', b'.', &bytes[at..]) {
        let here = at + step;
        at = here + 1;
        let floor = found.last().map_or(0, |range| range.end);
        let range = match bytes[here] {
            b':' => scheme_before(bytes, here, floor).map(|start| start..here + 3),
            b'@' => mail_around(bytes, here, floor),
            _ => www_before(bytes, here, floor).map(|start| start..here + 1),
        };
        let Some(range) = range else { continue };
        let end = if bytes[here] == b'@' { range.end } else { url_end(bytes, range.start, range.end) };
        // A scheme, or `www.`, with nothing behind it is a word.
        if end > range.end || bytes[here] == b'@' {
            found.push(range.start..end);
            at = end;
        }
    }
    found
}

fn scheme_before(bytes: &[u8], colon: usize, floor: usize) -> Option<usize> {
    if !bytes[colon..].starts_with(b"://") {
        return None;
    }
    [&b"https"[..], b"http", b"ftp"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        (start >= floor && bytes[start..colon].eq_ignore_ascii_case(scheme)).then_some(start)
    })
}

fn www_before(bytes: &[u8], dot: usize, floor: usize) -> Option<usize> {
    let start = dot.checked_sub(3).filter(|start| *start >= floor)?;
    let begins = start == floor || !bytes[start - 1].is_ascii_alphanumeric();
    (begins && bytes[start..dot].eq_ignore_ascii_case(b"www")).then_some(start)
}

fn url_end(bytes: &[u8], start: usize, from: usize) -> usize {
    let mut end = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b'<').count();
    let count = |wanted: u8| bytes[start..end].iter().filter(|byte| **byte == wanted).count();
    let (mut unopened_round, mut unopened_square) =
        (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    // What GFM takes off the end: punctuation, and a bracket that nothing opened.
    while end > from {
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b'"' => {}
            b')' if unopened_round > 0 => unopened_round -= 1,
            b']' if unopened_square > 0 => unopened_square -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}

fn mail_around(bytes: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let start = at - bytes[floor..at].iter().rev().take_while(|byte| name(byte)).count();
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut end = at + 1 + bytes[at + 1..].iter().take_while(|byte| host(byte)).count();
    while end > at + 1 && matches!(bytes[end - 1], b'.' | b'-' | b'_') {
        end -= 1;
    }
    let domain = &bytes[at + 1..end];
    let dotted = domain.contains(&b'.') && domain[0] != b'.';
    (start < at && dotted).then_some(start..end)
}
