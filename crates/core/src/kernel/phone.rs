//! Telephone numbers: which spellings are the same number.
//!
//! A record's search key is the number as entered, in digits ([`normalise::phone`]). It does not depend on the
//! configuration. A search, or a comparison, is for the number in all its spellings: with or without country code, and
//! with or without the prefix of national calls. Which country a number without a country code belongs to is
//! configured. The prefixes and patterns of all countries come from the `phonenumber` crate, which has the metadata of
//! Google's libphonenumber.

use phonenumber::Metadata;
use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

use crate::kernel::normalise;

/// Minimum number of digits that identify a number.
const MIN_DIGITS: usize = 4;
/// Maximum number of digits of a country code.
const MAX_CODE_DIGITS: usize = 3;

/// The country of numbers without a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(Id);

impl Country {
    /// Parses a code of ISO 3166, for example `GB`. The patterns of all countries are read at the first number, because that
    /// takes a while.
    pub fn parse(code: &str) -> Option<Self> {
        code.trim().to_ascii_uppercase().parse().ok().map(Self)
    }

    fn metadata(self) -> Option<&'static Metadata> {
        DATABASE.by_id(self.0.as_ref())
    }
}

/// The form in which numbers are compared: `+447700900123`. A number without a country code, whose country is not
/// configured, stays as it is. `None` if there are too few digits.
pub fn compared(entered: &str, country: Option<Country>) -> Option<String> {
    let digits = normalise::phone(entered)?;
    Some(Number::read(&digits, country).map_or(digits, |number| format!("+{}{}", number.code(), number.national)))
}

/// The search keys under which a number may have been stored. The beginning of a number gives the beginnings of its
/// keys.
pub fn spellings(entered: &str, country: Option<Country>) -> Vec<String> {
    let Some(digits) = normalise::phone(entered) else { return Vec::new() };
    let mut spellings = Number::read(&digits, country).map_or_else(Vec::new, |number| number.spellings(country));
    if !spellings.contains(&digits) {
        spellings.push(digits);
    }
    spellings
}

/// A number, split into its country and its national part, which has no prefix.
struct Number {
    metadata: &'static Metadata,
    national: String,
}

impl Number {
    fn read(digits: &str, country: Option<Country>) -> Option<Self> {
        if let Some(international) = digits.strip_prefix('+') {
            return Self::international(international);
        }
        let metadata = country?.metadata()?;
        let national = without_prefix(metadata, digits);
        // Some write the country code without a sign.
        let behind_code = digits.strip_prefix(&metadata.country_code().to_string());
        let behind_code = behind_code.filter(|rest| !fits(metadata, national) && fits(metadata, rest));
        Some(Self { metadata, national: behind_code.unwrap_or(national).to_owned() })
    }

    /// No country code is the beginning of another one, so the first that exists is it.
    fn international(digits: &str) -> Option<Self> {
        (1..=MAX_CODE_DIGITS).find_map(|length| {
            let (code, national) = digits.split_at_checked(length)?;
            let metadata = *DATABASE.by_code(&code.parse::<u16>().ok()?)?.first()?;
            // `+44 (0)7700` is a usual way to write both forms at once.
            Some(Self { metadata, national: without_prefix(metadata, national).to_owned() })
        })
    }

    fn code(&self) -> u16 {
        self.metadata.country_code()
    }

    fn spellings(&self, country: Option<Country>) -> Vec<String> {
        let (code, national) = (self.code(), &self.national);
        let prefix = self.metadata.national_prefix();
        let is_at_home = country.and_then(Country::metadata).is_some_and(|home| home.country_code() == code);
        let mut spellings =
            vec![format!("+{code}{national}"), format!("00{code}{national}"), format!("{code}{national}")];
        if let Some(prefix) = prefix {
            spellings.extend([format!("+{code}{prefix}{national}"), format!("{code}{prefix}{national}")]);
        }
        if is_at_home {
            spellings.extend(prefix.map(|prefix| format!("{prefix}{national}")));
            spellings.push(national.clone());
        }
        spellings.retain(|digits| digits.trim_start_matches('+').len() >= MIN_DIGITS);
        spellings.sort();
        spellings.dedup();
        spellings
    }
}

/// National digits without the prefix of national calls. A prefix of `0` is recognised in the beginning of a number too:
/// where it is the prefix, numbers that begin with it are complete and fit.
fn without_prefix<'a>(metadata: &Metadata, digits: &'a str) -> &'a str {
    let Some(prefix) = metadata.national_prefix() else { return digits };
    let stripped = digits.strip_prefix(prefix).filter(|rest| prefix == "0" || fits(metadata, rest));
    stripped.filter(|rest| !rest.is_empty() && !fits(metadata, digits)).unwrap_or(digits)
}

/// Whether digits are a possible number of the country, all of them. The library's `is_match` is content with the first.
fn fits(metadata: &Metadata, digits: &str) -> bool {
    let found = metadata.descriptors().general().national_number().find(digits);
    found.is_some_and(|found| found.start() == 0 && found.end() == digits.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COUNTRIES: [&str; 18] =
        ["GB", "DE", "AT", "CH", "FR", "NL", "IT", "ES", "US", "CA", "ZA", "AU", "PL", "SE", "HU", "RU", "IN", "BR"];

    #[test]
    fn a21_one_number_has_many_spellings() {
        let gb = Country::parse("gb");
        for spelling in [
            "+44 7700 900123",
            "07700 900123",
            "+44 (0)7700 900-123",
            "0044 7700 900123",
            "447700900123",
            "7700900123",
            "\u{202a}+44\u{a0}7700\u{a0}900123\u{202c}",
            "＋４４ ７７００ ９００１２３",
            "(+44) 7700 900123",
            "+(44) 7700 900123",
        ] {
            assert_eq!(compared(spelling, gb).as_deref(), Some("+447700900123"), "{spelling}");
        }
        assert_ne!(compared("07700 900123", Country::parse("DE")), compared("+44 7700 900123", gb));
        assert_ne!(compared("07700 900124", gb), compared("07700 900123", gb));
        assert_eq!(compared("+39 06 1234 5678", gb).as_deref(), Some("+390612345678"), "the zero is part of it");
        assert_eq!(compared("07700 900123", None).as_deref(), Some("07700900123"), "of an unknown country");
        assert_eq!(compared("+44 (0)7700 900123", None).as_deref(), Some("+447700900123"));
        assert_eq!(compared("(+44) 7700 900123", Country::parse("DE")).as_deref(), Some("+447700900123"));
        assert_eq!(compared("n/a", gb), None);
        assert_eq!(Country::parse("XX"), None);
    }

    #[test]
    fn h01_the_beginning_of_a_number_begins_its_search_keys() {
        let gb = Country::parse("GB");
        let keys = spellings("07700 900", gb);
        for stored in ["+44 7700 900123", "07700 900123", "+44 (0)7700 900123"] {
            let stored = normalise::phone(stored).unwrap();
            assert!(keys.iter().any(|key| stored.starts_with(key)), "{stored}: {keys:?}");
        }
        assert!(keys.iter().all(|key| key.len() >= MIN_DIGITS), "{keys:?}");
    }

    proptest! {
        #[test]
        fn a21_numbers_of_every_country_are_found_in_every_spelling(
            country in proptest::sample::select(&COUNTRIES[..]),
            last in 0_u32..1000,
            gaps in proptest::collection::vec(proptest::sample::select(&["", "", " ", "-", "/", "."][..]), 24),
        ) {
            let home = Country::parse(country).unwrap();
            let metadata = home.metadata().unwrap();
            let example = metadata.descriptors().mobile().and_then(|mobile| mobile.example()).unwrap();
            let national = format!("{}{last:03}", &example[..example.len() - 3]);
            let (code, prefix) = (metadata.country_code(), metadata.national_prefix().unwrap_or_default());
            let spaced = |digits: &str| -> String { digits.chars().zip(&gaps).flat_map(|(digit, gap)| [digit.to_string(), (*gap).to_owned()]).collect() };
            let written = [
                format!("+{code} {}", spaced(&national)),
                format!("(+{code}) {}", spaced(&national)),
                format!("00{code} {}", spaced(&national)),
                format!("+{code} ({prefix}) {}", spaced(&national)),
                spaced(&format!("{prefix}{national}")),
                spaced(&national),
            ];
            for one in &written {
                prop_assert_eq!(compared(one, Some(home)), Some(format!("+{code}{national}")), "{}", one);
                for other in &written {
                    let stored = normalise::phone(other).unwrap();
                    prop_assert!(spellings(one, Some(home)).contains(&stored), "{} {}", one, other);
                }
            }
        }
    }
}
