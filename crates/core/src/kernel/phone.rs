//! Telephone numbers: which spellings are the same number.
//!
//! A record's search key is the number as entered, in digits ([`normalise::phone`]). It does not depend on the
//! configuration. A search, or a comparison, is for the number in all its spellings: with or without country code, and
//! with or without the prefix of national calls. Which country a number without a country code belongs to is
//! configured. The prefixes and patterns of all countries come from the `phonenumber` crate, which has the metadata of
//! Google's libphonenumber.

use std::borrow::Cow;

use phonenumber::Metadata;
use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

use crate::kernel::normalise;

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
    Some(Number::read(entered, country).map_or(digits, |number| format!("+{}{}", number.code(), number.national)))
}

/// The search keys under which a number may have been stored. The beginning of a number gives the beginnings of its
/// keys.
pub fn spellings(entered: &str, country: Option<Country>) -> Vec<String> {
    let Some(digits) = normalise::phone(entered) else { return Vec::new() };
    let mut spellings = Number::read(entered, country).map_or_else(Vec::new, |number| number.spellings(country));
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
    fn read(entered: &str, country: Option<Country>) -> Option<Self> {
        let (has_plus, digits) = normalise::dialled(entered);
        if has_plus {
            return Self::international(&digits);
        }
        let home = country.and_then(Country::metadata);
        // Almost everywhere, `00` is the prefix of calls abroad, and many write it wherever they are.
        let usual = digits.strip_prefix("00");
        let usual = usual.map(Self::international);
        let abroad = || home.and_then(|home| Self::from_abroad(home, &digits));
        match usual {
            Some(Some(usual)) if fits(usual.metadata, &usual.national) => return Some(usual),
            Some(usual) => return abroad().or(usual),
            None => {}
        }
        if let Some(abroad) = abroad() {
            return Some(abroad);
        }
        let metadata = home?;
        let national = without_prefix(metadata, &digits);
        // Some write the country code without a sign.
        let behind_code = digits.strip_prefix(&metadata.country_code().to_string());
        let behind_code = behind_code.filter(|rest| !fits(metadata, &national) && fits(metadata, rest));
        Some(Self { metadata, national: behind_code.map_or_else(|| national.into_owned(), ToOwned::to_owned) })
    }

    /// A number behind the prefix that calls to other countries have at home: `011` in the United States, `8~10` in Russia.
    fn from_abroad(home: &Metadata, digits: &str) -> Option<Self> {
        let prefix = home.international_prefix()?.find(digits).filter(|found| found.start() == 0)?;
        let number = Self::international(&digits[prefix.end()..])?;
        (fits(number.metadata, &number.national) && !fits(home, &without_prefix(home, digits))).then_some(number)
    }

    /// No country code is the beginning of another one, so the first that exists is it.
    fn international(digits: &str) -> Option<Self> {
        (1..=MAX_CODE_DIGITS).find_map(|length| {
            let (code, national) = digits.split_at_checked(length)?;
            let metadata = *DATABASE.by_code(&code.parse::<u16>().ok()?)?.first()?;
            // `+44 (0)7700` is a usual way to write both forms at once.
            Some(Self { metadata, national: without_prefix(metadata, national).into_owned() })
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
        // A prefix that begins with `00` counts as a plus.
        let abroad = country.and_then(Country::metadata).and_then(prefix_of_calls_abroad);
        spellings.extend(abroad.and_then(|abroad| normalise::phone(&format!("{abroad}{code}{national}"))));
        if is_at_home {
            spellings.extend(prefix.map(|prefix| format!("{prefix}{national}")));
            spellings.push(national.clone());
        }
        spellings.retain(|digits| digits.trim_start_matches('+').len() >= normalise::MIN_PHONE_DIGITS);
        spellings.sort();
        spellings.dedup();
        spellings
    }
}

/// National digits without the prefix of national calls. A prefix of `0` is recognised in the beginning of a number too:
/// where it is the prefix, numbers that begin with it are complete and fit.
fn without_prefix<'a>(metadata: &Metadata, digits: &'a str) -> Cow<'a, str> {
    if fits(metadata, digits) {
        return Cow::Borrowed(digits);
    }
    let stripped = metadata.national_prefix().and_then(|prefix| {
        let rest = digits.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
        (prefix == "0" || fits(metadata, rest)).then_some(rest)
    });
    match stripped {
        Some(rest) if fits(metadata, rest) => Cow::Borrowed(rest),
        _ => by_other_prefix(metadata, digits).unwrap_or(Cow::Borrowed(stripped.unwrap_or(digits))),
    }
}

/// National digits without an older or rarer prefix, or with the digits that stand for it in international calls: `011 15`
/// is `9 11` in Argentina. `None` if that gives no number of the country.
fn by_other_prefix<'a>(metadata: &Metadata, digits: &'a str) -> Option<Cow<'a, str>> {
    let prefix = metadata.national_prefix_for_parsing()?;
    let found = prefix.captures(digits)?;
    let whole = found.get(0).filter(|whole| whole.start() == 0)?;
    let last = (1..found.len()).next_back().and_then(|group| found.get(group));
    let national = match metadata.national_prefix_transform_rule() {
        Some(rule) if last.is_some() => prefix.replace(digits, rule),
        _ => Cow::Borrowed(&digits[whole.end()..]),
    };
    fits(metadata, &national).then_some(national)
}

/// The digits before a call to another country, if there is one usual form.
fn prefix_of_calls_abroad(home: &Metadata) -> Option<String> {
    let usual = match (home.preferred_international_prefix(), home.international_prefix()) {
        (Some(preferred), _) => preferred,
        (None, Some(only)) => only.as_str(),
        (None, None) => return None,
    };
    let digits: String = usual.chars().filter(|c| *c != '~').collect();
    digits.bytes().all(|digit| digit.is_ascii_digit()).then_some(digits)
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
    fn a21_a_number_is_read_by_the_rules_of_its_country() {
        for (country, spelling, expected) in [
            ("US", "011 44 7700 900123", "+447700900123"),
            ("CA", "011 44 7700 900123", "+447700900123"),
            ("AU", "0011 44 7700 900123", "+447700900123"),
            ("JP", "010 44 7700 900123", "+447700900123"),
            ("RU", "8~10 44 7700 900123", "+447700900123"),
            ("RU", "8 (912) 345-67-89", "+79123456789"),
            ("DE", "00 44 7700 900123", "+447700900123"),
            ("AR", "011 15 2345-6789", "+5491123456789"),
            ("AR", "+54 9 11 2345-6789", "+5491123456789"),
            ("LT", "8 612 34567", "+37061234567"),
            ("LT", "0 612 34567", "+37061234567"),
            ("US", "(212) 555-0123", "+12125550123"),
            ("US", "1-212-555-0123", "+12125550123"),
            ("IT", "06 1234 5678", "+390612345678"),
        ] {
            assert_eq!(compared(spelling, Country::parse(country)).as_deref(), Some(expected), "{country} {spelling}");
        }
        let us = Country::parse("US");
        let stored = normalise::phone("011 44 7700 900123").unwrap();
        assert!(spellings("+44 7700 900123", us).contains(&stored), "found as it was dialled");
    }

    #[test]
    fn a21_an_extension_or_a_remark_behind_a_number_is_no_part_of_it() {
        let gb = Country::parse("GB");
        for spelling in [
            "07700 900123 ext. 12",
            "07700 900123x12",
            "07700 900123 #12",
            "07700 900123,12",
            "tel:+44-7700-900123;ext=12",
            "tel:07700-900123;phone-context=+44",
            "07700 900123 (until 5 pm)",
            "07700 900123 or 07700 900999",
            "Mobile: 07700 900123 доб. 12",
        ] {
            assert_eq!(compared(spelling, gb).as_deref(), Some("+447700900123"), "{spelling}");
            let stored = normalise::phone(spelling).unwrap();
            assert!(spellings("+44 7700 900123", gb).contains(&stored), "{spelling}: {stored}");
        }
    }

    #[test]
    fn a21_a_word_or_a_comma_within_a_number_does_not_end_it() {
        for (spelling, number) in [
            ("090ー1234ー5678", "09012345678"),
            ("0211, 123456", "0211123456"),
            ("0049 (DE) 211 123456", "+49211123456"),
            ("Büro: 0211 - 12 34 56, Herr Muster", "0211123456"),
            ("4711 ext 12", "471112"),
        ] {
            assert_eq!(normalise::phone(spelling).as_deref(), Some(number), "{spelling}");
        }
    }

    #[test]
    fn h01_the_beginning_of_a_number_begins_its_search_keys() {
        let gb = Country::parse("GB");
        let keys = spellings("07700 900", gb);
        for stored in ["+44 7700 900123", "07700 900123", "+44 (0)7700 900123"] {
            let stored = normalise::phone(stored).unwrap();
            assert!(keys.iter().any(|key| stored.starts_with(key)), "{stored}: {keys:?}");
        }
        assert!(keys.iter().all(|key| key.len() >= normalise::MIN_PHONE_DIGITS), "{keys:?}");
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
