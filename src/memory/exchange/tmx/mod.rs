//! Translation Memory eXchange: 1.4b out, 1.1 to 1.4b of any tool in.
//!
//! What we write is valid against the standard's document type, which is not named in it: parsers that
//! take no document types at all read it too, and none goes looking for a file. A tag around text is a
//! `<bpt>` and its `<ept>`; one that stands alone, and code with what it shows, is a `<ph>`. The name of
//! the tag is in the `type`, and the tag as it stands in the text is inside, as the standard wants it
//! of code. All else that we know of a unit is in properties that begin with `x-nekoyaku-`.
//!
//! | in other tools' files | here |
//! |---|---|
//! | `<bpt>` and its `<ept>`, in whichever numbers | a tag around text, `x1` |
//! | `<ph>`, `<it>`, `<ut>`; a `<bpt>` or `<ept>` without the other | a tag that stands alone, `x2` |
//! | `<hi>`, and `<sub>` outside of these | the text in it; the mark says something of it, and is no code |
//! | RTF and other code inside of tags, `<sub>` in them | not kept: it belongs to a document that is not here |
//! | `<prop type="prev">`, `"next"` | what stands before and after |
//! | line ends and blanks around all of a `<seg>`, without `xml:space="preserve"` | an indented file's, and no text |
//! | dates, people, notes, other properties | not kept |

mod attributes;
mod read;
mod segment;
mod variant;
mod write;

pub(super) use read::Reader;
pub(super) use write::{head, not_xml, tail, unit};

/// What the type of our tags begins with, and the names of our properties.
const OURS: &str = "x-nekoyaku-";

/// The names of our properties, after [`OURS`], and what other tools call the same.
mod property {
    pub(super) const KIND: &str = "kind";
    pub(super) const BEFORE: &str = "before";
    pub(super) const AFTER: &str = "after";
    pub(super) const FILE: &str = "file";
    pub(super) const LINE: &str = "line";
    pub(super) const EDITION: &str = "edition";
    pub(super) const EDITION_LINE: &str = "edition-line";
}
