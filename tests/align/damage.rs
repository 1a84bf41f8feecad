//! Damage done to an edition, and whether the alignment says what was done.

use std::collections::BTreeMap;
use std::fmt;

use fastrand::Rng;
use nekoyaku::align::{Alignment, ExtraKind, Pairing, Side, UnitKind, align};
use nekoyaku::blocks::parse;

/// What was done to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Nothing,
    Drop,
    Insert,
    Note,
    Split,
    Merge,
    Move,
    Swap,
}

const DEEDS: [Deed; 7] = [Deed::Drop, Deed::Insert, Deed::Note, Deed::Split, Deed::Merge, Deed::Move, Deed::Swap];

/// What nobody translated from anything.
const INSERTED: [&str; 6] = [
    "編集部からのお知らせです。来週は祝日のため、配信をお休みします。次回の配信は再来週の土曜日を予定しております。",
    "補足：日本語の公式ドキュメントは[こちら](https://docs.example/ja)で公開されています。",
    "なお、この項目で紹介されているツールは Windows では動作しない可能性があります。ご利用の際はご注意ください。",
    "![広告](https://ads.example/banner.png)",
    "関連記事として、以前の号でも同様の話題を取り上げました。あわせてお読みいただけると理解が深まると思います。",
    "読者の皆さまからのご意見やご感想をお待ちしております。",
];

const NOTES: [&str; 3] = [
    "訳注：このサービスは現在終了しています。",
    "訳注：公式サイトは[ここ](https://official.example/)です。詳しい使い方は、そちらの資料をご覧ください。",
    "訳注：中国で人気のあるサイトで、技術的な話題から日常の疑問まで幅広く扱われています。",
];

/// A top-level block of the edition.
#[derive(Clone, Debug)]
struct Block {
    text: String,
    // For each of its units the source's that it translates.
    units: Vec<Vec<u32>>,
    kind: Option<UnitKind>,
    deed: Deed,
}

impl Block {
    fn new(text: &str, deed: Deed) -> Self {
        Self { text: text.to_owned(), units: vec![Vec::new()], kind: Some(UnitKind::Paragraph), deed }
    }

    /// Whether it is one unit, translated from one, with nothing done to it.
    fn is_free(&self) -> bool {
        self.deed == Deed::Nothing && self.kind.is_some() && self.units[0].len() == 1
    }

    fn is_free_paragraph(&self) -> bool {
        self.is_free() && self.kind == Some(UnitKind::Paragraph)
    }
}

/// How often the alignment said what was done: by deed, and whether the unit has a link.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    done: BTreeMap<(Deed, bool), (u32, u32)>,
    /// Of what was said to be missing, added, moved, split, merged: right, and all.
    said: BTreeMap<&'static str, (u32, u32)>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |(right, all): (u32, u32)| f64::from(right) * 100.0 / f64::from(all.max(1));
        for ((deed, linked), counts) in &self.done {
            let link = if *linked { "link" } else { "-" };
            writeln!(f, "{deed:8?} {link:5} {:6}/{:6} {:6.2} %", counts.0, counts.1, part(*counts))?;
        }
        for (name, counts) in &self.said {
            writeln!(f, "said {name:8} {:6}/{:6} {:6.2} %", counts.0, counts.1, part(*counts))?;
        }
        Ok(())
    }
}

impl Tally {
    fn done(&mut self, deed: Deed, linked: bool, right: bool) {
        let counts = self.done.entry((deed, linked)).or_default();
        *counts = (counts.0 + u32::from(right), counts.1 + 1);
    }

    fn said(&mut self, name: &'static str, right: bool) {
        let counts = self.said.entry(name).or_default();
        *counts = (counts.0 + u32::from(right), counts.1 + 1);
    }

    /// The floors: somewhat below what was measured, in percent, of what was done often enough.
    pub(crate) fn holds(&self) {
        let floor = |deed: Deed, linked: bool| match deed {
            Deed::Nothing | Deed::Note => 99,
            Deed::Drop => 95 + 4 * u32::from(linked),
            Deed::Insert => 96,
            Deed::Move | Deed::Swap => 86 + 6 * u32::from(linked),
            Deed::Merge => 88,
            // The second part of a paragraph often has nothing that is in the first language, too.
            Deed::Split => 62,
        };
        for ((deed, linked), (right, all)) in &self.done {
            assert!(*all < 50 || right * 100 >= all * floor(*deed, *linked), "{deed:?}, {linked}\n{self}");
        }
        for (name, floor) in [("same", 99), ("moved", 97), ("merged", 95), ("split", 90), ("extra", 92)] {
            let (right, all) = self.said.get(name).copied().unwrap_or_default();
            assert!(all < 50 || right * 100 >= all * floor, "{name}\n{self}");
        }
    }
}

/// The edition's blocks, with what they translate.
fn blocks(source: &str, edition: &str) -> Vec<Block> {
    let (source_document, document) = (parse(source), parse(edition));
    let side = Side::new(edition, &document);
    let alignment = align(&Side::new(source, &source_document), &side);
    let mut blocks: Vec<Block> = document
        .blocks
        .iter()
        .map(|block| {
            let text = edition[block.span.range()].trim_end().to_owned();
            Block { text, units: Vec::new(), kind: None, deed: Deed::Nothing }
        })
        .collect();
    for (index, unit) in side.units.iter().enumerate() {
        let block = &mut blocks[unit.block as usize];
        block.kind = block.units.is_empty().then_some(unit.kind);
        block.units.push(alignment.pairs[alignment.of_edition(index)].sources().collect());
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

/// Do one thing to the edition; whether there was a place for it.
fn damage(blocks: &mut Vec<Block>, dropped: &mut Vec<u32>, deed: Deed, random: &mut Rng) -> bool {
    let at = random.usize(3..blocks.len());
    let free = |at: usize| blocks.get(at).is_some_and(Block::is_free);
    match deed {
        Deed::Nothing => {}
        Deed::Drop if free(at) => dropped.push(blocks.remove(at).units[0][0]),
        Deed::Insert => blocks.insert(at, Block::new(INSERTED[random.usize(..INSERTED.len())], deed)),
        Deed::Note => blocks.insert(at, Block::new(NOTES[random.usize(..NOTES.len())], deed)),
        Deed::Split if blocks[at].is_free_paragraph() => {
            let text = blocks[at].text.clone();
            let middle = |place: &usize| {
                let (first, rest) = text.split_at(*place);
                first.len() > 40 && rest.len() > 40 && first.matches('[').count() == first.matches(')').count()
            };
            let ends: Vec<usize> =
                text.match_indices('。').map(|(place, end)| place + end.len()).filter(middle).collect();
            let Some(place) = random.choice(ends) else { return false };
            let mut second = blocks[at].clone();
            blocks[at].text.truncate(place);
            second.text = text[place..].to_owned();
            (blocks[at].deed, second.deed) = (deed, deed);
            blocks.insert(at + 1, second);
        }
        Deed::Merge if blocks[at].is_free_paragraph() && blocks.get(at + 1).is_some_and(Block::is_free_paragraph) => {
            let second = blocks.remove(at + 1);
            blocks[at].text += &second.text;
            blocks[at].units[0].extend(&second.units[0]);
            blocks[at].deed = deed;
        }
        Deed::Move if free(at) => {
            let mut block = blocks.remove(at);
            block.deed = deed;
            let by = random.usize(2..10);
            let to = if random.bool() { at + by } else { at.saturating_sub(by) };
            blocks.insert(to.clamp(3, blocks.len()), block);
        }
        Deed::Swap if free(at) && free(at + 1) => {
            (blocks[at].deed, blocks[at + 1].deed) = (deed, deed);
            blocks.swap(at, at + 1);
        }
        _ => return false,
    }
    true
}

/// Do some things to an edition, align it, and count what was found.
pub(crate) fn round(source: &str, edition: &str, seed: u64, tally: &mut Tally) {
    let mut random = Rng::with_seed(seed);
    let mut blocks = blocks(source, edition);
    let mut dropped = Vec::new();
    for _ in 0..random.usize(1..=6) {
        let deed = DEEDS[random.usize(..DEEDS.len())];
        damage(&mut blocks, &mut dropped, deed, &mut random);
    }
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let damaged = texts.join("\n\n") + "\n";
    let (source_document, document) = (parse(source), parse(&damaged));
    let (source, edition) = (Side::new(source, &source_document), Side::new(&damaged, &document));
    let truth: Vec<(&Vec<u32>, Deed)> =
        blocks.iter().flat_map(|block| block.units.iter().map(|unit| (unit, block.deed))).collect();
    // Two lists beside each other are one.
    assert_eq!(truth.len(), edition.units.len(), "{damaged}");
    compare(&source, &align(&source, &edition), &truth, &dropped, tally);
    if std::env::var_os("ALIGN_SHOW").is_some() {
        show(&source, &edition, &truth, &dropped, seed);
    }
}

fn compare(source: &Side<'_>, alignment: &Alignment, truth: &[(&Vec<u32>, Deed)], dropped: &[u32], tally: &mut Tally) {
    let linked = |unit: u32| source.slice(unit as usize).contains("](");
    for unit in dropped {
        let said = &alignment.pairs[alignment.of_source(*unit as usize)];
        tally.done(Deed::Drop, linked(*unit), matches!(said, Pairing::Missing { .. }));
    }
    for (unit, (sources, deed)) in truth.iter().enumerate() {
        let said = &alignment.pairs[alignment.of_edition(unit)];
        let right = said.sources().eq(sources.iter().copied());
        let right = right
            && match deed {
                Deed::Nothing if sources.is_empty() => matches!(said, Pairing::Extra { .. }),
                Deed::Nothing => matches!(said, Pairing::Same { .. } | Pairing::Moved { .. }),
                Deed::Insert => matches!(said, Pairing::Extra { kind: ExtraKind::Other, .. }),
                Deed::Note => matches!(said, Pairing::Extra { kind: ExtraKind::TranslatorNote, .. }),
                Deed::Split => matches!(said, Pairing::Split { .. }),
                Deed::Merge => matches!(said, Pairing::Merged { .. }),
                // Of what goes past each other either may have moved.
                Deed::Move | Deed::Swap => matches!(said, Pairing::Same { .. } | Pairing::Moved { .. }),
                Deed::Drop => false,
            };
        tally.done(*deed, sources.iter().any(|unit| linked(*unit)), right);
    }
    for pair in &alignment.pairs {
        let of = pair.editions().next().map(|unit| &truth[unit as usize]);
        let is = |deeds: &[Deed]| of.is_some_and(|(_, deed)| deeds.contains(deed));
        match pair {
            Pairing::Missing { source, .. } => tally.said("missing", dropped.contains(source)),
            Pairing::Extra { .. } => tally.said("extra", of.is_some_and(|(sources, _)| sources.is_empty())),
            Pairing::Split { .. } => tally.said("split", is(&[Deed::Split])),
            Pairing::Merged { .. } => tally.said("merged", is(&[Deed::Merge])),
            Pairing::Moved { source, .. } => {
                let right = of.is_some_and(|(sources, _)| **sources == [*source]);
                tally.said("moved", right);
            }
            Pairing::Same { source, .. } => {
                tally.said("same", of.is_some_and(|(sources, _)| **sources == [*source]));
            }
        }
    }
}

/// What was said wrongly, for a person to look at.
fn show(source: &Side<'_>, edition: &Side<'_>, truth: &[(&Vec<u32>, Deed)], dropped: &[u32], seed: u64) {
    let alignment = align(source, edition);
    for unit in dropped {
        let place = alignment.of_source(*unit as usize);
        if !matches!(alignment.pairs[place], Pairing::Missing { .. }) {
            println!(
                "{seed}: dropped {}\n  {:?} {}",
                source.slice(*unit as usize),
                alignment.pairs[place],
                alignment.certainty(place)
            );
            for unit in alignment.pairs[place].editions() {
                println!("    {:?} {}", truth[unit as usize], edition.slice(unit as usize));
            }
        }
    }
    for (unit, (sources, deed)) in truth.iter().enumerate() {
        let place = alignment.of_edition(unit);
        let said = &alignment.pairs[place];
        if !said.sources().eq(sources.iter().copied()) {
            println!("{seed}: {deed:?} {sources:?} {}\n  {said:?} {}", edition.slice(unit), alignment.certainty(place));
            for unit in said.sources().chain(sources.iter().copied()) {
                println!("    {unit} {}", source.slice(unit as usize));
            }
        }
    }
}
