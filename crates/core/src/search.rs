//! Finding in the portal: which words a text is found by, and what a search asks for (`P09`).
//!
//! Words are kept in an index of their own, with the **scope** in which each may be found: a place, a board, or everybody. It is written in the
//! transaction of the text itself, so that nothing is found that may not be read.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use crate::kernel::plan::FeatureChange;

/// The scope of what everybody may find.
pub const EVERYBODY: Uuid = Uuid::nil();
/// The scope of what nobody may find for now.
pub const NOBODY: Uuid = Uuid::max();
/// The most words one object is found by.
const MAX_WORDS: usize = 1000;
/// The most characters of a word that count.
const MAX_WORD_LENGTH: usize = 32;
/// The most words a search asks for: the longest, which find the least.
pub const MAX_QUERY_WORDS: usize = 4;

/// What the search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A news post.
    News,
    /// A post of the forum.
    Forum,
}

impl Source {
    /// All of them, in the order in which the search page lists them.
    pub const ALL: [Self; 2] = [Self::News, Self::Forum];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Forum => "forum",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}

/// Something to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub source: Source,
    /// Which.
    pub id: Uuid,
    /// Who may find it: whoever has one of these scopes.
    pub scopes: Vec<Uuid>,
    /// How it is shown.
    pub title: String,
    /// Its beginning.
    pub excerpt: String,
    /// Where it is, a path of the portal.
    pub path: String,
    /// When it was written.
    pub at: Timestamp,
    /// What it is found by.
    pub words: BTreeSet<String>,
}

/// A change of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Index {
    /// It is found by this and nothing else.
    Put(Box<Entry>),
    /// It is not found any more.
    Remove {
        /// What it is.
        source: Source,
        /// Which.
        id: Uuid,
    },
}

impl FeatureChange for Index {}

/// The words of texts.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in texts.into_iter().flat_map(split) {
        if found.len() >= MAX_WORDS {
            break;
        }
        found.insert(word);
    }
    found
}

/// What a search asks for: each of these begins a word of what is found, the longest first. `None`: nothing that could be found.
pub fn asked(typed: &str) -> Option<Vec<String>> {
    let mut words: Vec<_> = split(typed).filter(|word| word.chars().count() > 1).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.dedup();
    words.truncate(MAX_QUERY_WORDS);
    (!words.is_empty()).then_some(words)
}

/// Whether each word that is asked for begins a word of the text.
pub fn holds(text: &str, asked: &[String]) -> bool {
    let words = words([text]);
    asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked.as_str())))
}

fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars()
                .flat_map(char::to_lowercase)
                .filter(|c| c.is_alphanumeric())
                .take(MAX_WORD_LENGTH)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p09_words_are_found_whatever_their_case() {
        let found = words(["Hybrid-Inverter: ÜBER 5 kW", "über"]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["5", "hybrid", "inverter", "kw", "über"]);
        assert_eq!(asked(" the INVERTER a "), Some(vec!["inverter".to_owned(), "the".to_owned()]));
        assert_eq!(asked(" - "), None);
    }

    proptest! {
        #[test]
        fn p09_what_a_text_says_finds_it(text in "\\PC{0,80}") {
            let found = words([text.as_str()]);
            for asked in asked(&text).into_iter().flatten() {
                prop_assert!(found.iter().any(|word| word.starts_with(&asked)), "{} in {:?}", asked, found);
            }
        }
    }
}
