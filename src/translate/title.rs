//! The issue's title is the title of one of its items, in the edition too.

use crate::issue::{Issue, Segment};
use crate::profile::Profile;
use crate::tags::{self, Piece};

use super::{Outcome, Provenance};

/// The title is taken from one of the items; it has the words that the item has.
pub(super) fn adopt(issue: &Issue, profile: &Profile, outcomes: &mut [Outcome]) {
    let Some(index) = issue.title_segment() else { return };
    if matches!(&outcomes[index], Outcome::Translated { from, .. } if from.is_peoples()) {
        // As it was published.
        return;
    }
    let wanted = issue.segment(index).plain_text();
    let found = issue.segments().zip(outcomes.iter()).skip(index + 1).find_map(|(segment, outcome)| {
        let Outcome::Translated { pieces, .. } = outcome else { return None };
        if segment.plain_text() == wanted {
            return Some(tags::plain_text(pieces));
        }
        // The first heading of an issue without front matter.
        let heading = segment.plain_text();
        if profile.source_title(&heading).is_some_and(|title| title.rest == wanted) {
            return profile.target_title(&tags::plain_text(pieces)).map(|title| title.rest.to_owned());
        }
        let mark = mark_with_text(&segment, &wanted)?;
        inside_of(pieces, mark).map(tags::plain_text)
    });
    if let Some(title) = found {
        let warnings = Vec::new();
        let from = match &outcomes[index] {
            Outcome::Translated { from, .. } => *from,
            Outcome::Left(_) => Provenance::Model,
        };
        let pieces = vec![Piece::Text(title.clone())];
        outcomes[index] = Outcome::Translated { markdown: title.trim().to_owned(), pieces, from, warnings };
    }
}

fn mark_with_text(segment: &Segment<'_>, wanted: &str) -> Option<usize> {
    fn walk(pieces: &[Piece], wanted: &str) -> Option<usize> {
        pieces.iter().find_map(|piece| match piece {
            Piece::Mark(mark, inside) if tags::plain_text(inside) == wanted => Some(*mark),
            Piece::Mark(_, inside) => walk(inside, wanted),
            _ => None,
        })
    }
    walk(&segment.tagged().pieces(), wanted)
}

fn inside_of(pieces: &[Piece], wanted: usize) -> Option<&[Piece]> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Mark(mark, inside) if *mark == wanted => Some(inside.as_slice()),
        Piece::Mark(_, inside) => inside_of(inside, wanted),
        _ => None,
    })
}
