//! The text in a `<seg>`, and which tag of a translation is which of its text.

use super::super::sound::{Why, is_name};
use super::OURS;
use crate::memory::unit::{Part, parts};

/// A piece of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Tag(Tag),
}

/// An element with code in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) form: Form,
    /// What links `<bpt>` and `<ept>` in a segment.
    pub(super) i: Option<String>,
    /// What links a tag with that of the other language.
    pub(super) x: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) code: String,
}

/// How an element stands in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    Begin,
    End,
    #[default]
    Lone,
}

/// The two texts with tags, and the names of these, in the order of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) names: Vec<String>,
}

/// Make tagged texts of two segments.
pub(super) fn pair(source: &[Piece], target: &[Piece]) -> Result<Pair, Why> {
    let (source, target) = (Segment::new(source), Segment::new(target));
    if let (Some(names), Some(others)) = (source.own_names(), target.own_names()) {
        let (source, target) = (source.written(&names), target.written(&others));
        return Ok(Pair { source, target, names });
    }
    let same = matched(&source.marks, &target.marks).ok_or(Why::OtherTags)?;
    // Where the text itself has such a name in it, all get other ones.
    for prefix in ["", "t", "z", "y", "w", "v"] {
        let names: Vec<String> = (1..=source.marks.len()).map(|number| format!("{prefix}x{number}")).collect();
        let others: Vec<String> = same.iter().map(|place| names[*place].clone()).collect();
        let pair = Pair { source: source.written(&names), target: target.written(&others), names };
        let tags = |text: &str| parts(text, &pair.names).filter(|part| !matches!(part, Part::Text(_))).count();
        if tags(&pair.source) == source.tags() && tags(&pair.target) == target.tags() {
            return Ok(pair);
        }
    }
    Err(Why::OtherTags)
}

/// A segment whose `<bpt>` have found their `<ept>`.
struct Segment<'p> {
    tokens: Vec<Token<'p>>,
    // In the order in which they open.
    marks: Vec<Mark<'p>>,
}

enum Token<'p> {
    Text(&'p str),
    Open(usize),
    Close(usize),
    Lone(usize),
}

struct Mark<'p> {
    tag: &'p Tag,
    is_pair: bool,
}

impl<'p> Segment<'p> {
    fn new(pieces: &'p [Piece]) -> Self {
        let (mut tokens, mut marks) = (Vec::with_capacity(pieces.len()), Vec::<Mark<'p>>::new());
        // The places of `<bpt>` without an `<ept>` as yet, among marks and tokens.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for piece in pieces {
            let tag = match piece {
                Piece::Text(text) => {
                    tokens.push(Token::Text(text));
                    continue;
                }
                Piece::Tag(tag) => tag,
            };
            let begun = if tag.form == Form::End {
                open.iter().rposition(|(mark, _)| marks[*mark].tag.i == tag.i)
            } else {
                None
            };
            if let Some(begun) = begun {
                let (mark, token) = open.remove(begun);
                marks[mark].is_pair = true;
                tokens[token] = Token::Open(mark);
                tokens.push(Token::Close(mark));
                continue;
            }
            if tag.form == Form::Begin {
                open.push((marks.len(), tokens.len()));
            }
            tokens.push(Token::Lone(marks.len()));
            marks.push(Mark { tag, is_pair: false });
        }
        Self { tokens, marks }
    }

    /// How many tags the text has, opening and closing.
    fn tags(&self) -> usize {
        self.tokens.iter().filter(|token| !matches!(token, Token::Text(_))).count()
    }

    /// The names of the tags, if all of them are of our own writing.
    fn own_names(&self) -> Option<Vec<String>> {
        let name = |mark: &Mark<'_>| {
            let name = mark.tag.kind.as_deref()?.strip_prefix(OURS)?;
            is_name(name).then(|| name.to_owned())
        };
        self.marks.iter().map(name).collect()
    }

    fn written(&self, names: &[String]) -> String {
        let mut text = String::new();
        for token in &self.tokens {
            match token {
                Token::Text(piece) => text += piece,
                Token::Open(mark) => text += &format!("<{}>", names[*mark]),
                Token::Close(mark) => text += &format!("</{}>", names[*mark]),
                Token::Lone(mark) => match self.marks[*mark].shown(&names[*mark]) {
                    Some(code) => text += code,
                    None => text += &format!("<{}/>", names[*mark]),
                },
            }
        }
        text
    }
}

impl Mark<'_> {
    /// The tag with the code it shows, as we write it.
    fn shown(&self, name: &str) -> Option<&str> {
        let own = self.tag.kind.as_deref()?.strip_prefix(OURS)? == name && self.tag.form == Form::Lone;
        let names = [name.to_owned()];
        let mut parts = own.then(|| parts(&self.tag.code, &names))?;
        let (first, second, third, fourth) = (parts.next()?, parts.next()?, parts.next(), parts.next());
        let is_whole = matches!(
            (first, second, third, fourth),
            (Part::Open(_), Part::Close(_), None, None) | (Part::Open(_), Part::Text(_), Some(Part::Close(_)), None)
        );
        is_whole.then_some(self.tag.code.as_str())
    }
}

/// The place in `source` of each mark of `target`; none where they do not correspond.
///
/// `x` is for this, where both have it. Not all tools write it, and some count on through the file:
/// then the code tells, then `i`. What is left has to be alone of its form, or to have nothing that
/// tells one from the other; then the order does.
fn matched(source: &[Mark<'_>], target: &[Mark<'_>]) -> Option<Vec<usize>> {
    if source.len() != target.len() {
        return None;
    }
    let mut found: Vec<Option<usize>> = vec![None; target.len()];
    let mut free = vec![true; source.len()];
    let alike: [fn(&Tag, &Tag) -> bool; 4] = [
        |one, other| one.x.is_some() && one.x == other.x,
        |one, other| !one.code.is_empty() && one.code == other.code && one.kind == other.kind,
        |one, other| one.form == Form::Begin && one.i.is_some() && one.i == other.i,
        |one, other| is_bare(one) && is_bare(other) && one.kind == other.kind,
    ];
    for alike in alike {
        for (mark, found) in target.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let same = |place: &usize| {
                free[*place] && source[*place].is_pair == mark.is_pair && alike(source[*place].tag, mark.tag)
            };
            if let Some(place) = (0..source.len()).find(same) {
                free[place] = false;
                *found = Some(place);
            }
        }
    }
    for is_pair in [true, false] {
        let mut left = (0..source.len()).filter(|place| free[*place] && source[*place].is_pair == is_pair);
        let mut sought =
            target.iter().zip(&mut found).filter(|(mark, found)| found.is_none() && mark.is_pair == is_pair);
        match (left.next(), left.next(), sought.next(), sought.next()) {
            (None, None, None, None) => {}
            (Some(place), None, Some((mark, found)), None) if of_a_kind(source[place].tag, mark.tag) => {
                *found = Some(place);
            }
            _ => return None,
        }
    }
    found.into_iter().collect()
}

/// A link is not bold type.
fn of_a_kind(one: &Tag, other: &Tag) -> bool {
    one.kind.is_none() || other.kind.is_none() || one.kind == other.kind
}

/// Nothing in it tells it from another.
fn is_bare(tag: &Tag) -> bool {
    tag.x.is_none() && tag.code.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn tag(form: Form, i: &str, x: &str, code: &str) -> Piece {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Piece::Tag(Tag { form, i: some(i), x: some(x), kind: None, code: code.to_owned() })
    }

    fn joined(source: &[Piece], target: &[Piece]) -> Result<(String, String), Why> {
        pair(source, target).map(|pair| (pair.source, pair.target))
    }

    #[test]
    fn x_links_where_i_has_other_numbers() {
        let source = [
            tag(Form::Begin, "1", "7", "<b>"),
            text("猫"),
            tag(Form::End, "1", "", "</b>"),
            tag(Form::Begin, "2", "8", "<b>"),
            text("犬"),
            tag(Form::End, "2", "", "</b>"),
        ];
        let target = [
            tag(Form::Begin, "1", "8", "<b>"),
            text("イヌ"),
            tag(Form::End, "1", "", "</b>"),
            tag(Form::Begin, "2", "7", "<b>"),
            text("ネコ"),
            tag(Form::End, "2", "", "</b>"),
        ];
        let (source, target) = joined(&source, &target).unwrap();
        assert_eq!(source, "<x1>猫</x1><x2>犬</x2>");
        assert_eq!(target, "<x2>イヌ</x2><x1>ネコ</x1>");
    }

    #[test]
    fn without_x_the_code_links_then_the_number_then_the_order() {
        let source = [tag(Form::Lone, "", "", "{1}"), text("猫"), tag(Form::Lone, "", "", "{2}")];
        let target = [tag(Form::Lone, "", "", "{2}"), text("ネコ"), tag(Form::Lone, "", "", "{1}")];
        assert_eq!(joined(&source, &target).unwrap().1, "<x2/>ネコ<x1/>");

        let bare = [tag(Form::Lone, "", "", ""), text("猫"), tag(Form::Lone, "", "", "")];
        assert_eq!(joined(&bare, &bare).unwrap().1, "<x1/>猫<x2/>");

        // One link, of which each language has its own.
        let source = [tag(Form::Lone, "", "3", "zh"), text("猫")];
        let target = [text("ネコ"), tag(Form::Lone, "", "4", "ja")];
        assert_eq!(joined(&source, &target).unwrap().1, "ネコ<x1/>");
    }

    #[test]
    fn what_could_be_either_is_left_out() {
        let source = [tag(Form::Lone, "", "", "{1}"), text("猫"), tag(Form::Lone, "", "", "{2}")];
        let target = [tag(Form::Lone, "", "", "{3}"), text("ネコ"), tag(Form::Lone, "", "", "{4}")];
        assert_eq!(joined(&source, &target), Err(Why::OtherTags));
        assert_eq!(joined(&source, &[text("ネコ")]), Err(Why::OtherTags));
        let kind = |kind: &str| Piece::Tag(Tag { kind: Some(kind.to_owned()), ..Tag::default() });
        assert_eq!(joined(&[text("猫"), kind("link")], &[text("ネコ"), kind("bold")]), Err(Why::OtherTags));
        let half = [tag(Form::Begin, "1", "", ""), text("猫"), tag(Form::End, "1", "", "")];
        assert_eq!(joined(&half, &half[..2]), Err(Why::OtherTags));
    }

    #[test]
    fn a_begin_without_its_end_stands_alone() {
        let source = [tag(Form::Begin, "1", "", "<b>"), text("猫"), tag(Form::End, "2", "", "</i>")];
        assert_eq!(joined(&source, &source).unwrap().0, "<x1/>猫<x2/>");
    }

    #[test]
    fn a_text_with_such_a_name_in_it_gets_other_names() {
        let source = [text("<x"), text("1>"), tag(Form::Lone, "", "", "")];
        let found = pair(&source, &source).unwrap();
        assert_eq!((found.source.as_str(), &found.names[..]), ("<x1><tx1/>", &["tx1".to_owned()][..]));
    }
}
