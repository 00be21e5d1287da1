//! Full-text search in the portal: index entries and query words (`P09`).
//!
//! The index has its own table of words, each with the **scopes** in which it can be found: a place, a board, or
//! everyone. It is updated in the transaction that changes the text, so a search never returns a text that its reader
//! may not see.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use crate::kernel::plan::FeatureChange;
use crate::kernel::unicode::searchable;

/// Scope of entries for everyone.
pub const EVERYBODY: Uuid = Uuid::nil();
/// Scope of hidden entries, which no one can find.
pub const NOBODY: Uuid = Uuid::max();
/// Maximum number of indexed words per object.
const MAX_WORDS: usize = 1000;
/// Maximum number of indexed characters per word.
const MAX_WORD_LENGTH: usize = 32;
/// Maximum number of words per query. The longest words are used, because they match the fewest entries.
pub const MAX_QUERY_WORDS: usize = 4;

/// Kinds of searchable object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A news post.
    News,
    /// A post of the forum.
    Forum,
}

impl Source {
    /// All kinds, in the order of the search page.
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

/// An index entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Kind of object.
    pub source: Source,
    /// The object's id.
    pub id: Uuid,
    /// Scopes. A person finds the entry if they have at least one of them.
    pub scopes: Vec<Uuid>,
    /// Title in the results.
    pub title: String,
    /// Excerpt in the results.
    pub excerpt: String,
    /// Path of the object in the portal.
    pub path: String,
    /// Time of writing.
    pub at: Timestamp,
    /// Indexed words.
    pub words: BTreeSet<String>,
}

/// A change of the search index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Index {
    /// Replace the entry of an object.
    Put(Box<Entry>),
    /// Remove an object from the index.
    Remove {
        /// Kind of object.
        source: Source,
        /// The object's id.
        id: Uuid,
    },
}

impl FeatureChange for Index {}

/// The distinct words of the texts, up to the maximum per object.
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

/// Parses a query into word prefixes, longest first. `None` if it has no searchable word.
pub fn asked(typed: &str) -> Option<Vec<String>> {
    let mut words: Vec<_> = split(typed).filter(|word| word.chars().count() > 1).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.dedup();
    words.truncate(MAX_QUERY_WORDS);
    (!words.is_empty()).then_some(words)
}

/// Whether every query word is a prefix of a word of the text.
pub fn holds(text: &str, asked: &[String]) -> bool {
    let words = words([text]);
    asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked.as_str())))
}

/// The words of a text, in normal form C and without invisible characters.
fn split(text: &str) -> impl Iterator<Item = String> {
    let text = searchable(text);
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars()
                .flat_map(char::to_lowercase)
                .filter(|c| c.is_alphanumeric())
                .take(MAX_WORD_LENGTH)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p09_search_words_ignore_case() {
        let found = words(["Hybrid-Inverter: ÜBER 5 kW", "über"]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["5", "hybrid", "inverter", "kw", "über"]);
        assert_eq!(asked(" the INVERTER a "), Some(vec!["inverter".to_owned(), "the".to_owned()]));
        assert_eq!(asked(" - "), None);
        assert!(
            holds("Zoe\u{308} is here", &asked("ZOË").unwrap()) && holds("Zoë", &asked("Zo\u{ad}e\u{308}").unwrap())
        );
    }

    proptest! {
        #[test]
        fn p09_query_made_of_a_text_finds_the_text(text in "\\PC{0,80}") {
            let found = words([text.as_str()]);
            for asked in asked(&text).into_iter().flatten() {
                prop_assert!(found.iter().any(|word| word.starts_with(&asked)), "{} in {:?}", asked, found);
            }
        }
    }
}
