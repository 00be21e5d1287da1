//! The languages of pages and e-mails, and what a reader prefers.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A language of pages and e-mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language's name in the language itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// Whether the language is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        match self {
            Self::English | Self::German => false,
        }
    }

    /// The language of a tag, whatever the region: `de-AT` is German.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header (RFC 9110) that there is, by the header's weights.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut wanted: Vec<(u32, Self)> = header.split(',').filter_map(weighted).collect();
        // Stable: of equal weights, the first one counts.
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted.first().map(|(_, language)| *language)
    }
}

/// A language with its weight in thousandths. `None`: it is not among ours, or not accepted.
fn weighted(range: &str) -> Option<(u32, Language)> {
    let mut parts = range.split(';');
    let language = Language::parse(parts.next()?)?;
    let weight = match parts.find_map(|part| part.trim().strip_prefix("q=")) {
        None => 1000,
        Some(weight) => thousandths(weight.trim())?,
    };
    (weight > 0).then_some((weight, language))
}

/// `0.8` is 800.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole * 1000 + fraction).min(1000))
}

/// What a person chose for what they read. `None`: nothing, so that browser and installation decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language.
    pub language: Option<Language>,
    /// The time zone, by its name in the IANA database.
    pub time_zone: Option<String>,
}

impl Preferences {
    /// The chosen time zone, if it is known.
    pub fn zone(&self) -> Option<TimeZone> {
        self.time_zone.as_deref().and_then(zone)
    }
}

/// Language and time zone of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderLocale {
    /// The language.
    pub language: Language,
    /// The time zone.
    pub zone: TimeZone,
}

impl Default for ReaderLocale {
    fn default() -> Self {
        Self { language: Language::default(), zone: TimeZone::UTC }
    }
}

impl ReaderLocale {
    /// The locale of a reader who chose this.
    #[must_use]
    pub fn preferring(self, chosen: &Preferences) -> Self {
        Self { language: chosen.language.unwrap_or(self.language), zone: chosen.zone().unwrap_or(self.zone) }
    }
}

/// A time zone by its name in the IANA database.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_browser_is_the_first_one_that_there_is() {
        let accepted = Language::accepted;
        assert_eq!(accepted("de"), Some(Language::German));
        assert_eq!(accepted("de-AT,de;q=0.9,en;q=0.8"), Some(Language::German));
        assert_eq!(accepted("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), Some(Language::English));
        assert_eq!(accepted("en;q=0.5, de;q=0.75"), Some(Language::German));
        assert_eq!(accepted("de;q=0, en;q=0.1"), Some(Language::English), "a weight of 0 is a refusal");
        assert_eq!(accepted("de;q=x, *"), None);
        assert_eq!(accepted(""), None);
    }

    #[test]
    fn a_tag_is_read_without_its_region() {
        assert_eq!(Language::parse("DE_ch"), Some(Language::German));
        assert_eq!(Language::parse("den"), None);
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
    }

    #[test]
    fn a_time_zone_has_a_name_of_the_database() {
        let zone = |name: &str| Preferences { time_zone: Some(name.to_owned()), ..Preferences::default() }.zone();
        assert!(zone("Europe/Berlin").is_some());
        assert!(zone("Berlin").is_none());
        assert!(Preferences::default().zone().is_none());
    }
}
