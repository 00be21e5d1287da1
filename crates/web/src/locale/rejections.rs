//! Rejections in the reader's language. The core and the hub word them in English, for programs and logs. A reader of
//! another language gets the message of the catalogues whose English is that sentence; the parts that differ, such as a
//! name or another rejection, are its arguments.

use std::sync::LazyLock;

use tessera_core::kernel::language::Language;

use super::{Arg, Form, catalogue, language};

/// What the keys of these messages begin with.
const PREFIX: &str = "rejection-";

/// An English sentence with its variable parts.
#[derive(Debug)]
struct Sentence {
    key: &'static str,
    /// The text before, between and behind the variable parts.
    fixed: Vec<&'static str>,
    /// The names of the variable parts.
    names: Vec<&'static str>,
}

static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let lines = catalogue::sources(Language::English).flat_map(|(_, source)| source.lines());
    let mut sentences: Vec<Sentence> = lines.filter_map(sentence).collect();
    // Those with the most fixed text first: they say more.
    sentences.sort_by_key(|it| std::cmp::Reverse(it.fixed.iter().map(|part| part.len()).sum::<usize>()));
    sentences
});

fn sentence(line: &'static str) -> Option<Sentence> {
    let (key, text) = line.split_once(" = ").filter(|(key, _)| key.starts_with(PREFIX))?;
    let (mut fixed, mut names) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once("{ $").and_then(|(before, rest)| Some((before, rest.split_once(" }")?)))
    {
        fixed.push(before);
        names.push(name);
        rest = after;
    }
    fixed.push(rest);
    Some(Sentence { key, fixed, names })
}

impl Sentence {
    /// The variable parts of a text that is this sentence.
    fn parts<'a>(&self, text: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
        let (first, others) = self.fixed.split_first()?;
        let mut rest = text.strip_prefix(first)?;
        let mut parts = Vec::new();
        for (at, (name, behind)) in self.names.iter().zip(others).enumerate() {
            let end = if at + 1 == self.names.len() { rest.strip_suffix(behind)?.len() } else { rest.find(behind)? };
            parts.push((*name, &rest[..end]));
            rest = &rest[end + behind.len()..];
        }
        (rest.is_empty() && parts.iter().all(|(_, part)| !part.is_empty())).then_some(parts)
    }
}

/// A rejection in the reader's language. One that no catalogue has stays as it is.
pub(crate) fn rejected(english: &str) -> String {
    if language() == Language::English { english.to_owned() } else { translated(english, language()) }
}

fn translated(english: &str, language: Language) -> String {
    let found = SENTENCES.iter().find_map(|sentence| Some((sentence.key, sentence.parts(english)?)));
    let Some((key, parts)) = found else { return english.to_owned() };
    let parts: Vec<_> = parts.into_iter().map(|(name, part)| (name, Arg::from(translated(part, language)))).collect();
    catalogue::format(language, key, &parts, Form::Text).unwrap_or_else(|| english.to_owned())
}

/// The keys of all rejections, for the test that every message is used.
#[cfg(test)]
pub(crate) fn keys() -> Vec<&'static str> {
    SENTENCES.iter().map(|sentence| sentence.key).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tessera_core::kernel::input::InputError;
    use tessera_core::persons::profile::ProfileError;

    use super::*;

    fn german(text: &str) -> String {
        translated(text, Language::German)
    }

    /// The sources in which rejections are worded.
    fn sources() -> String {
        fn below(folder: &Path, found: &mut String) {
            for entry in std::fs::read_dir(folder).expect("the sources are there") {
                let path = entry.expect("the sources are there").path();
                if path.is_dir() {
                    below(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    found.push_str(&std::fs::read_to_string(&path).expect("a source is text"));
                }
            }
        }
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crates are beside each other");
        let mut found = String::new();
        for folder in ["core/src", "hub/src", "web/src"] {
            below(&crates.join(folder), &mut found);
        }
        found
    }

    #[test]
    fn every_rejection_of_the_catalogues_is_still_worded_so() {
        let sources = sources();
        // The status of a line is a word of its own in the core, and part of the sentence here.
        let is_whole = |sentence: &&Sentence| !sentence.key.starts_with("rejection-line-is-");
        for Sentence { key, fixed, .. } in SENTENCES.iter().filter(is_whole) {
            // A long text may go on in the next line of its source.
            let longest = fixed.iter().max_by_key(|part| part.len()).expect("a sentence has text");
            let begin: String = longest.chars().take(24).collect();
            assert!(sources.contains(&begin), "{key}: the core does not say {begin:?}");
        }
    }

    #[test]
    fn a_rejection_is_found_by_its_english_sentence() {
        let long = ProfileError::Name(InputError::Long { found: 120, most: 100 });
        assert_eq!(german(&long.to_string()), "Ihr Name: Das sind 120 Zeichen; höchstens 100 sind möglich.");
        assert_eq!(german("“a.exe” is empty; choose another file"), "„a.exe“ ist leer; wählen Sie eine andere Datei");
        assert_eq!(german("item 2: the number of units is 1 to 500"), "Position 2: die Anzahl ist 1 bis 500");
        assert_eq!(german("the moon is full"), "the moon is full", "better in English than not at all");
    }
}
