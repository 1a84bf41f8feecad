//! False friends: words of the source written the Japanese way, which say something else there, or nothing.
//!
//! Some are no words of Japanese at all and are reported wherever they stand. Others are good words in
//! another place (`項目` of a table, for `项目`) and are reported only where the source has the Chinese
//! word. A rendering that the termbase has for the source's terms is never one.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use serde::Deserialize;

use super::ground::{Covered, Ground};
use crate::finding::{Finding, What};

/// A Chinese word and its false friends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Friend {
    /// The Chinese word.
    pub source: String,
    /// What Japanese says.
    pub right: String,
    /// What it does not say.
    #[serde(default)]
    pub wrong: Vec<String>,
    /// Longer forms that are right.
    #[serde(default)]
    pub not: Vec<String>,
    /// Whether it is wrong only where the source has the Chinese word.
    #[serde(default)]
    pub aligned: bool,
}

/// What is wrong with a list of false friends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FriendsError {
    /// It is not TOML, or an entry has an unknown key or a wrong value; the message has the line.
    #[error("{0}")]
    Unreadable(String),
    /// An entry that cannot be meant.
    #[error("line {line}: in the false friend of `{word}`, {what}")]
    Senseless {
        /// The line of the entry, from one.
        line: usize,
        /// The Chinese word.
        word: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two entries for one word.
    #[error("line {line}: the false friend of `{word}` is there already, in line {first}")]
    Double {
        /// The line of the second entry.
        line: usize,
        /// The line of the first.
        first: usize,
        /// The Chinese word.
        word: String,
    },
}

/// A list of false friends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Friends(Vec<Friend>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    friend: Vec<toml::Spanned<Friend>>,
}

impl Friend {
    fn fault(&self) -> Option<String> {
        let forms = || self.wrong.iter().chain(&self.not).chain([&self.source, &self.right]);
        if forms().any(|form| form.trim().is_empty()) {
            return Some("a form is empty".to_owned());
        }
        if forms().any(|form| form.chars().any(char::is_control)) {
            return Some("there is a control character".to_owned());
        }
        let stray = self.not.iter().find(|form| !self.wrong.iter().any(|wrong| form.contains(wrong.as_str())));
        stray.map(|form| format!("`{form}` of `not` has no form of `wrong` in it"))
    }
}

impl Friends {
    /// Those that are known.
    ///
    /// # Errors
    ///
    /// Never, unless the file that was compiled in is broken.
    pub fn built_in() -> Result<Self, FriendsError> {
        Self::parse(include_str!("friends.toml"))
    }

    /// Read a list: TOML, with a `[[friend]]` for each word.
    ///
    /// # Errors
    ///
    /// With the line of the file.
    ///
    /// ```
    /// # use nekoyaku::wording::Friends;
    /// let own = Friends::parse("[[friend]]\nsource = \"手帐\"\nright = \"手帳\"\nwrong = [\"手帖\"]\n").unwrap();
    /// assert_eq!(own.all()[0].right, "手帳");
    /// let error = Friends::parse("[[friend]]\nsource = \"手帐\"\nright = \"手帳\"\nwrong = [\"\"]\n").unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: in the false friend of `手帐`, a form is empty");
    /// ```
    pub fn parse(text: &str) -> Result<Self, FriendsError> {
        let file: File =
            toml::from_str(text).map_err(|error| FriendsError::Unreadable(error.to_string().trim_end().to_owned()))?;
        let mut lines: HashMap<String, usize> = HashMap::new();
        let mut friends = Vec::with_capacity(file.friend.len());
        for spanned in file.friend {
            let line = text[..spanned.span().start].matches('\n').count() + 1;
            let friend = spanned.into_inner();
            if let Some(what) = friend.fault() {
                return Err(FriendsError::Senseless { line, word: friend.source, what });
            }
            if let Some(first) = lines.insert(friend.source.clone(), line) {
                return Err(FriendsError::Double { line, first, word: friend.source });
            }
            friends.push(friend);
        }
        Ok(Self(friends))
    }

    /// These and `other`, whose entries take the place of those for the same words: one without `wrong`
    /// forms takes a word off the list.
    pub fn merged(mut self, other: Self) -> Self {
        for friend in other.0 {
            match self.0.iter_mut().find(|own| own.source == friend.source) {
                Some(own) => *own = friend,
                None => self.0.push(friend),
            }
        }
        self
    }

    /// All of them.
    pub fn all(&self) -> &[Friend] {
        &self.0
    }
}

/// What finds false friends.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    friends: Vec<Friend>,
    // What each pattern of `forms` is: a friend's wrong form, or a form that is right.
    roles: Vec<Option<usize>>,
    forms: AhoCorasick,
    sources: AhoCorasick,
}

impl Finder {
    pub(super) fn new(friends: &Friends) -> Result<Self, BuildError> {
        let friends = friends.0.clone();
        let (mut roles, mut patterns) = (Vec::new(), Vec::new());
        for (number, friend) in friends.iter().enumerate() {
            for (form, role) in
                friend.wrong.iter().map(|form| (form, Some(number))).chain(friend.not.iter().map(|form| (form, None)))
            {
                roles.push(role);
                patterns.push(form);
            }
        }
        let forms = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&patterns)?;
        let sources = AhoCorasick::new(friends.iter().map(|friend| &friend.source))?;
        Ok(Self { friends, roles, forms, sources })
    }

    /// The first place of each friend's Chinese word in `source`; a word inside a longer one counts, too.
    fn places(&self, source: &str) -> HashMap<usize, Range<usize>> {
        let mut places = HashMap::new();
        for found in self.sources.find_overlapping_iter(source) {
            places.entry(found.pattern().as_usize()).or_insert_with(|| found.range());
        }
        places
    }

    /// The word for what `chinese` says, where it is a word with false friends.
    pub(super) fn right(&self, chinese: &str) -> Option<&str> {
        let place = self.sources.find_overlapping_iter(chinese).find(|found| found.len() == chinese.len());
        place.map(|found| self.friends[found.pattern().as_usize()].right.as_str())
    }

    pub(super) fn look(&self, ground: &mut Ground<'_, '_>, found: &mut Vec<Finding>) {
        let mut wrong: Vec<(Range<usize>, usize)> = Vec::new();
        let mut fine: Vec<Range<usize>> = Vec::new();
        for form in self.forms.find_overlapping_iter(&*ground.masked) {
            match self.roles[form.pattern().as_usize()] {
                Some(friend) => wrong.push((form.range(), friend)),
                None => fine.push(form.range()),
            }
        }
        if wrong.is_empty() {
            return;
        }
        fine.extend(ground.forms.iter().filter(|form| form.right).map(|form| form.range.clone()));
        let fine = Covered::new(fine);
        let places = ground.passage.source.map(|source| self.places(&source.text)).unwrap_or_default();
        wrong.retain(|(range, friend)| {
            (!self.friends[*friend].aligned || places.contains_key(friend)) && !fine.holds(range)
        });
        // Of forms that lie in each other, the longest; of two words with one form, the one that is there.
        let all = Covered::new(wrong.iter().map(|(range, _)| range.clone()).collect());
        wrong.retain(|(range, _)| !all.holds_within_more(range));
        wrong.sort_by_key(|(range, friend)| (range.start, range.end, !places.contains_key(friend)));
        wrong.dedup_by(|a, b| a.0 == b.0);
        for (range, friend) in wrong {
            let what = What::FalseFriend {
                found: ground.text()[range.clone()].to_owned(),
                source: self.friends[friend].source.clone(),
                right: self.friends[friend].right.clone(),
            };
            found.push(ground.finding_in_both(what, range.clone(), places.get(&friend)));
            ground.done(&range);
        }
    }
}
