//! The kinds of damage, and how each is done.

use fastrand::Rng;

use crate::align::{Pairing, UnitKind};
use crate::finding::Thing;
use crate::rules::Rule;
use crate::script::{han_count, has_kana, is_han};
use crate::source::Span;

use super::super::Pair;
use super::super::blocks::item_number;
use super::super::mentions::Mention;

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// A link becomes its text.
    LinkDropped,
    /// A character of a destination is another.
    LinkAltered,
    /// Two destinations change places.
    LinksSwapped,
    /// A link's brackets become full-width: it is a link no more.
    LinkBroken,
    /// An image is gone.
    ImageDropped,
    /// A character of an image's source is another.
    ImageAltered,
    /// A number is another.
    NumberAltered,
    /// A heading has another level.
    HeadingLevel,
    /// An item has another number.
    ItemNumber,
    /// A block is gone.
    BlockDropped,
    /// A block is there twice.
    BlockDoubled,
    /// A block stands elsewhere.
    BlockMoved,
    /// A block is in Chinese.
    ChineseBlock,
    /// A sentence is in Chinese.
    ChineseSentence,
    /// The text of a link is in Chinese.
    ChineseLink,
    /// A character of a code span is another.
    CodeAltered,
    /// The date of the note is another.
    HeaderDate,
    /// The address in the note is another.
    HeaderUrl,
}

/// Damage that was done.
pub(super) struct Done {
    /// The edition's text with it.
    pub(super) text: String,
    /// Where, in the edition as it was.
    pub(super) at: usize,
    /// What, for people.
    pub(super) what: String,
}

/// Where damage can be done: a pairing, and one of what it mentions.
pub(super) struct Site {
    pairing: usize,
    mention: usize,
}

impl Damage {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::LinkDropped,
        Self::LinkAltered,
        Self::LinksSwapped,
        Self::LinkBroken,
        Self::ImageDropped,
        Self::ImageAltered,
        Self::NumberAltered,
        Self::HeadingLevel,
        Self::ItemNumber,
        Self::BlockDropped,
        Self::BlockDoubled,
        Self::BlockMoved,
        Self::ChineseBlock,
        Self::ChineseSentence,
        Self::ChineseLink,
        Self::CodeAltered,
        Self::HeaderDate,
        Self::HeaderUrl,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::LinkDropped => "link dropped",
            Self::LinkAltered => "link altered",
            Self::LinksSwapped => "links swapped",
            Self::LinkBroken => "link's brackets full-width",
            Self::ImageDropped => "image dropped",
            Self::ImageAltered => "image altered",
            Self::NumberAltered => "number altered",
            Self::HeadingLevel => "heading's level",
            Self::ItemNumber => "item's number",
            Self::BlockDropped => "block dropped",
            Self::BlockDoubled => "block doubled",
            Self::BlockMoved => "block moved",
            Self::ChineseBlock => "block left in Chinese",
            Self::ChineseSentence => "sentence left in Chinese",
            Self::ChineseLink => "link text left in Chinese",
            Self::CodeAltered => "code altered",
            Self::HeaderDate => "note's date",
            Self::HeaderUrl => "note's address",
        }
    }

    /// The rules that are meant for it.
    pub fn rules(self) -> &'static [Rule] {
        match self {
            Self::LinkDropped => &[Rule::LinkMissing],
            Self::LinkBroken => &[Rule::LinkMissing, Rule::LinkAltered],
            Self::LinkAltered => &[Rule::LinkAltered],
            Self::LinksSwapped => &[Rule::LinkAltered, Rule::LinkMoved],
            Self::ImageDropped => &[Rule::ImageMissing, Rule::BlockMissing],
            Self::ImageAltered => &[Rule::ImageAltered],
            Self::NumberAltered => &[Rule::Number],
            Self::HeadingLevel => &[Rule::HeadingLevel],
            Self::ItemNumber => &[Rule::ItemNumber],
            Self::BlockDropped => &[Rule::BlockMissing],
            Self::BlockDoubled => &[Rule::BlockExtra, Rule::BlockSplit],
            Self::BlockMoved => &[Rule::BlockOrder, Rule::BlockMissing],
            Self::ChineseBlock | Self::ChineseSentence | Self::ChineseLink => {
                &[Rule::Untranslated, Rule::LeftoverChinese]
            }
            Self::CodeAltered => &[Rule::CodeAltered, Rule::CodeMissing],
            Self::HeaderDate => &[Rule::HeaderDate],
            Self::HeaderUrl => &[Rule::HeaderUrl],
        }
    }
}

/// Where this damage can be done.
pub(super) fn places(damage: Damage, pair: &Pair<'_>) -> Vec<Site> {
    let mut sites = Vec::new();
    for (pairing, pairs) in pair.alignment.pairs.iter().enumerate() {
        let Pairing::Same { source, edition } = *pairs else {
            if matches!(damage, Damage::HeaderDate | Damage::HeaderUrl) && matches!(pairs, Pairing::Extra { .. }) {
                in_note(damage, pair, pairing, &mut sites);
            }
            continue;
        };
        let kind = pair.edition.side.units[edition as usize].kind;
        let mentions = &pair.edition.mentions[edition as usize];
        let own = pair.source.side.slice(source as usize);
        let mut with = |thing: Thing, fits: &dyn Fn(&Mention) -> bool| {
            let ours = &pair.source.mentions[source as usize];
            for (mention, one) in mentions.iter().enumerate().filter(|(_, one)| one.thing == thing && one.is_exact) {
                // What is the source's, too: damage to what is only the translator's is none.
                if ours.iter().any(|other| other.target == one.target) && fits(one) {
                    sites.push(Site { pairing, mention });
                }
            }
        };
        let is_block = matches!(kind, UnitKind::Paragraph) && !pair.edition.side.is_quoted(edition as usize);
        let fits = match damage {
            Damage::LinkDropped | Damage::LinkBroken => {
                with(Thing::Link, &|one| !one.text.is_empty());
                false
            }
            Damage::LinkAltered | Damage::LinksSwapped => {
                with(Thing::Link, &|one| one.target.len() > 12);
                false
            }
            Damage::ChineseLink => {
                let texts = &pair.source.mentions[source as usize];
                with(Thing::Link, &|one| {
                    let other = texts.iter().find(|other| other.target == one.target);
                    other.is_some_and(|other| han_count(&other.text) >= 5 && other.text != one.text)
                        && has_kana(&one.text)
                });
                false
            }
            Damage::ImageDropped | Damage::ImageAltered => {
                with(Thing::Image, &|_| true);
                false
            }
            Damage::CodeAltered => {
                with(Thing::Code, &|one| one.target.chars().any(char::is_alphanumeric));
                false
            }
            Damage::NumberAltered => number(pair, source, edition).is_some(),
            Damage::HeadingLevel => {
                let before = &pair.edition.file.source.text()[..pair.edition.span(edition).start()];
                matches!(kind, UnitKind::Heading(_)) && before.trim_end_matches(' ').ends_with('#')
            }
            Damage::ItemNumber => item_number(&pair.edition, edition).is_some(),
            Damage::BlockDropped | Damage::BlockDoubled => is_block && has_text(own),
            Damage::BlockMoved => is_block && has_text(own) && far(pair, pairing, 4).is_some(),
            Damage::ChineseBlock => {
                is_block && han_count(own) >= 6 && has_kana(pair.edition.side.slice(edition as usize))
            }
            Damage::ChineseSentence => is_block && !sentences(own).is_empty(),
            Damage::HeaderDate | Damage::HeaderUrl => false,
        };
        if fits {
            sites.push(Site { pairing, mention: 0 });
        }
    }
    sites
}

fn has_text(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() >= 8
}

fn in_note(damage: Damage, pair: &Pair<'_>, pairing: usize, sites: &mut Vec<Site>) {
    let unit = pair.alignment.pairs[pairing].editions().start as usize;
    let text = pair.edition.side.slice(unit);
    if !pair.edition.side.is_quoted(unit) || !text.contains('年') {
        return;
    }
    match damage {
        Damage::HeaderDate => sites.push(Site { pairing, mention: 0 }),
        _ => {
            let links = pair.edition.mentions[unit].iter().position(|one| one.thing == Thing::Link && one.is_exact);
            sites.extend(links.map(|mention| Site { pairing, mention }));
        }
    }
}

/// A paragraph some pairings further on.
fn far(pair: &Pair<'_>, from: usize, by: usize) -> Option<u32> {
    let further = pair.alignment.pairs.get(from + by..)?.iter();
    further
        .filter_map(|pairing| match pairing {
            Pairing::Same { edition, .. } => Some(*edition),
            _ => None,
        })
        .find(|unit| pair.edition.side.units[*unit as usize].kind == UnitKind::Paragraph)
}

/// The sentences of a text that have enough Chinese in them to be missed.
fn sentences(text: &str) -> Vec<&str> {
    let plain = |sentence: &&str| han_count(sentence) >= 6 && !sentence.contains(['[', ']', '`', '<', '!']);
    text.split_inclusive(['。', '！', '？'])
        .filter(|sentence| sentence.ends_with(['。', '！', '？']))
        .filter(plain)
        .collect()
}

/// A number that both have: its bytes in the edition's file.
fn number(pair: &Pair<'_>, source: u32, edition: u32) -> Option<Span> {
    let (ours, theirs) =
        (pair.source.visible[source as usize].as_ref()?, pair.edition.visible[edition as usize].as_ref()?);
    let item = item_number(&pair.edition, edition).map_or(0, |(_, span)| span.end());
    let mut at = 0;
    for word in theirs.text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let span = theirs.span(at..at + digits.len());
        let behind = theirs.text[at + digits.len()..].chars().next();
        let before = theirs.text[..at].chars().next_back();
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !".-/#".contains(c));
        let once = |text: &str| text.matches(digits).count() == 1;
        if digits.len() >= 2
            && alone(before)
            && alone(behind)
            && once(&ours.text)
            && once(&theirs.text)
            && span.start() >= item
        {
            return Some(span);
        }
        at += word.len();
    }
    None
}

/// Do it.
pub(super) fn done(damage: Damage, pair: &Pair<'_>, site: &Site, random: &mut Rng) -> Option<Done> {
    let text = pair.edition.file.source.text();
    let unit = pair.alignment.pairs[site.pairing].editions().start;
    let source = pair.alignment.pairs[site.pairing].sources().start;
    let span = pair.edition.span(unit);
    let mention = pair.edition.mentions[unit as usize].get(site.mention);
    let edits: Vec<(Span, String)> = match damage {
        Damage::LinkDropped => {
            let mention = mention?;
            vec![(whole_link(text, mention)?, mention.text.clone())]
        }
        Damage::LinkBroken => {
            let mention = mention?;
            vec![(whole_link(text, mention)?, format!("[{}]（{}）", mention.text, mention.target))]
        }
        Damage::LinkAltered | Damage::ImageAltered | Damage::CodeAltered => {
            let mention = mention?;
            vec![(mention.span, altered(&mention.target, random)?)]
        }
        Damage::HeaderUrl => {
            // From behind the host on: what no rule knows is nobody's address.
            let mention = mention?;
            vec![(mention.span, altered(&mention.target, random)?)]
        }
        Damage::LinksSwapped => {
            let (mention, other) = (mention?, other_link(pair, site, random)?);
            let mut two = vec![(mention.span, other.target.clone()), (other.span, mention.target.clone())];
            two.sort_by_key(|(span, _)| *span);
            two
        }
        Damage::ImageDropped => {
            let mention = mention?;
            let start = text[..mention.span.start()].rfind("![")?;
            let end = mention.span.end() + text[mention.span.end()..].find(')')? + 1;
            vec![(Span::new(start, end), String::new())]
        }
        Damage::NumberAltered => {
            let place = number(pair, source, unit)?;
            let value: u64 = text[place.range()].parse().ok()?;
            let other = value + random.u64(3..40);
            let known =
                |of: &super::super::Text<'_>, unit: u32| of.side.slice(unit as usize).contains(&other.to_string());
            if known(&pair.source, source) || known(&pair.edition, unit) {
                return None;
            }
            vec![(place, other.to_string())]
        }
        Damage::HeadingLevel => {
            let before = text[..span.start()].trim_end_matches(' ').len();
            vec![(Span::new(before, before), "#".to_owned())]
        }
        Damage::ItemNumber => {
            let (number, place) = item_number(&pair.edition, unit)?;
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let other = digits.parse::<u32>().ok()? + random.u32(1..5);
            vec![(place, text[place.range()].replace(&digits, &other.to_string()))]
        }
        Damage::BlockDropped => vec![(block(text, span), String::new())],
        Damage::BlockDoubled => vec![(Span::new(span.end(), span.end()), format!("\n\n{}", &text[span.range()]))],
        Damage::BlockMoved => {
            let to =
                pair.edition.span(far(pair, site.pairing, 4 + random.usize(..8)).or(far(pair, site.pairing, 4))?);
            let moved = format!("\n\n{}", &text[span.range()]);
            vec![(block(text, span), String::new()), (Span::new(to.end(), to.end()), moved)]
        }
        Damage::ChineseBlock => vec![(span, pair.source.side.slice(source as usize).to_owned())],
        Damage::ChineseSentence => {
            let own = pair.source.side.slice(source as usize);
            let sentences = sentences(own);
            let sentence = sentences[random.usize(..sentences.len())].trim();
            vec![(Span::new(span.end(), span.end()), sentence.to_owned())]
        }
        Damage::ChineseLink => {
            let mention = mention?;
            let ours = pair.source.mentions[source as usize].iter().find(|other| other.target == mention.target)?;
            vec![(whole_link(text, mention)?, format!("[{}]({})", ours.text, mention.target))]
        }
        Damage::HeaderDate => {
            let day = span.start() + text[span.range()].find('月')? + "月".len();
            let digits = text[day..].find(|c: char| c.is_ascii_digit()).map(|at| day + at)?;
            let end = digits + text[digits..].find(|c: char| !c.is_ascii_digit())?;
            let other = text[digits..end].parse::<u32>().ok()? % 28 + 1;
            vec![(Span::new(digits, end), other.to_string())]
        }
    };
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in &edits {
        written.push_str(text.get(at..span.start())?);
        written.push_str(new);
        at = span.end();
    }
    written.push_str(&text[at..]);
    let (first, new) = edits.first()?;
    let what = format!("`{}` became `{new}`", &text[first.range()]);
    (written != text).then_some(Done { text: written, at: first.start(), what })
}

/// A block with the blank lines behind it.
fn block(text: &str, span: Span) -> Span {
    let behind = text[span.end()..].len() - text[span.end()..].trim_start_matches(['\n', '\r']).len();
    Span::new(span.start(), span.end() + behind)
}

/// `[text](destination)`, where that is how it stands there.
fn whole_link(text: &str, mention: &Mention) -> Option<Span> {
    let before = text[..mention.span.start()].strip_suffix("](")?.strip_suffix(&*mention.text)?.strip_suffix('[')?;
    let behind = text[mention.span.end()..].starts_with(')').then_some(mention.span.end() + 1)?;
    Some(Span::new(before.len(), behind))
}

/// Another link, in this block or another, whose destination is another one.
fn other_link<'p>(pair: &'p Pair<'_>, site: &Site, random: &mut Rng) -> Option<&'p Mention> {
    let own = &pair.edition.mentions[pair.alignment.pairs[site.pairing].editions().start as usize][site.mention];
    let sites = places(Damage::LinkAltered, pair);
    let mentions: Vec<&Mention> = sites
        .iter()
        .map(|site| &pair.edition.mentions[pair.alignment.pairs[site.pairing].editions().start as usize][site.mention])
        .filter(|other| other.target != own.target)
        .collect();
    (!mentions.is_empty()).then(|| mentions[random.usize(..mentions.len())])
}

/// `text` with one of its letters or digits another one; of an address, one behind the scheme.
fn altered(text: &str, random: &mut Rng) -> Option<String> {
    let from = text.find("://").map_or(0, |at| at + 3);
    let places: Vec<(usize, char)> =
        text.char_indices().filter(|(at, c)| *at >= from && (c.is_ascii_alphanumeric() || is_han(*c))).collect();
    if places.is_empty() {
        return None;
    }
    let (at, c) = places[random.usize(..places.len())];
    let other = match c {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
        '9' => '0',
        'z' => 'y',
        'Z' => 'Y',
        _ => 'x',
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]))
}
