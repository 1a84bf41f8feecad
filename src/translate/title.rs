//! The issue's title is the title of one of its items, in the edition too.

use crate::inline::{Node, plain_text};
use crate::issue::{Issue, Origin, Segment};
use crate::profile::Profile;
use crate::tags::{self, Piece};

use super::Outcome;

/// The title is taken from one of the items; it has the words that the item has.
pub(super) fn adopt(issue: &Issue, profile: &Profile, outcomes: &mut [Outcome]) {
    let Some(index) = issue.segments.iter().position(|segment| segment.origin == Origin::Title) else { return };
    let wanted = issue.segments[index].plain_text();
    let found = issue.segments.iter().zip(outcomes.iter()).skip(index + 1).find_map(|(segment, outcome)| {
        let Outcome::Translated { pieces, .. } = outcome else { return None };
        if segment.plain_text() == wanted {
            return Some(tags::plain_text(pieces));
        }
        // The first heading of an issue without front matter.
        let heading = segment.plain_text();
        if profile.source_title(&heading).is_some_and(|title| title.rest == wanted) {
            return profile.target_title(&tags::plain_text(pieces)).map(|title| title.rest.to_owned());
        }
        let mark = mark_with_text(segment, &wanted)?;
        inside_of(pieces, mark).map(tags::plain_text)
    });
    if let Some(title) = found {
        let warnings = Vec::new();
        let reused = matches!(&outcomes[index], Outcome::Translated { reused: true, .. });
        let pieces = vec![Piece::Text(title.clone())];
        outcomes[index] = Outcome::Translated { markdown: title.trim().to_owned(), pieces, reused, warnings };
    }
}

fn mark_with_text(segment: &Segment, wanted: &str) -> Option<usize> {
    fn walk(nodes: &[Node], segment: &Segment, wanted: &str) -> Option<usize> {
        nodes.iter().find_map(|node| match node {
            Node::Mark(index, inside) => {
                let own = plain_text(inside, &segment.inline.marks);
                if own == wanted { Some(*index) } else { walk(inside, segment, wanted) }
            }
            _ => None,
        })
    }
    walk(&segment.inline.nodes, segment, wanted)
}

fn inside_of(pieces: &[Piece], wanted: usize) -> Option<&[Piece]> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Mark(mark, inside) if *mark == wanted => Some(inside.as_slice()),
        Piece::Mark(_, inside) => inside_of(inside, wanted),
        _ => None,
    })
}
