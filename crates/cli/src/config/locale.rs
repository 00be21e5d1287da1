//! The company's country, time zone and language.

use anyhow::Context;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::language::Language;
use tessera_core::kernel::phone::Country;

/// The section `[locale]`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Locale {
    /// The country of telephone numbers without a country code, as a code of ISO 3166.
    pub country: Option<String>,
    /// The time zone in which days begin and end, by its name in the IANA database. UTC by default.
    pub time_zone: Option<String>,
    /// The language of people who chose none, as a language tag. English by default.
    pub language: Option<String>,
}

impl Locale {
    /// The checked settings.
    pub fn checked(&self) -> anyhow::Result<tessera_hub::Locale> {
        let country = self.country.as_deref().map(|code| {
            Country::parse(code)
                .with_context(|| format!("locale.country is “{code}”: it is a code of ISO 3166, for example DE"))
        });
        let time_zone = self.time_zone.as_deref().map(|name| {
            TimeZone::get(name)
                .with_context(|| format!("locale.time_zone is “{name}”: it is a name such as Europe/Berlin"))
        });
        let language = self.language.as_deref().map(|tag| {
            let known = || Language::ALL.map(Language::tag).join(", ");
            Language::parse(tag).with_context(|| format!("locale.language is “{tag}”: it is one of {}", known()))
        });
        Ok(tessera_hub::Locale {
            language: language.transpose()?.unwrap_or_default(),
            country: country.transpose()?,
            time_zone: time_zone.transpose()?.unwrap_or(TimeZone::UTC),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_and_a_time_zone_are_checked_at_the_start() {
        let locale = |country: &str, zone: &str| {
            Locale { country: Some(country.to_owned()), time_zone: Some(zone.to_owned()), language: None }.checked()
        };
        assert_eq!(locale("de", "Europe/Berlin").unwrap().time_zone.iana_name(), Some("Europe/Berlin"));
        for (country, zone, named) in [("Germany", "UTC", "locale.country"), ("DE", "Berlin", "locale.time_zone")] {
            let error = format!("{:#}", locale(country, zone).unwrap_err());
            assert!(error.contains(named), "{error}");
        }
        assert_eq!(Locale::default().checked().unwrap().time_zone, TimeZone::UTC);
        let language = |tag: &str| Locale { language: Some(tag.to_owned()), ..Locale::default() }.checked();
        assert_eq!(language("de").unwrap().language, Language::German);
        assert!(format!("{:#}", language("fr").unwrap_err()).contains("locale.language"));
    }
}
