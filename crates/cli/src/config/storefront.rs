//! The section `[storefront]`: the shop of the marketplace that the operator runs.

use anyhow::ensure;
use serde::{Deserialize, Serialize};

/// Maximum length of the title, in characters.
const MAX_TITLE_LENGTH: usize = 80;
/// Maximum length of the terms, in characters.
const MAX_TERMS_LENGTH: usize = 20_000;

/// The section `[storefront]`. Without it, there is no storefront.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Storefront {
    /// Its name, as customers read it.
    pub title: String,
    /// What customers agree to with an order, as plain text.
    pub terms: Option<String>,
    /// Who executes orders.
    #[serde(default)]
    pub execution: Execution,
}

/// Who executes orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Execution {
    /// The hub, as soon as an order is placed.
    #[default]
    Automatic,
    /// Staff, order by order.
    Staff,
}

impl Storefront {
    /// The settings, validated.
    ///
    /// # Errors
    /// If a text is missing or too long.
    pub fn checked(&self) -> anyhow::Result<tessera_hub::Storefront> {
        let title = self.title.trim();
        let fits = !title.is_empty() && title.chars().count() <= MAX_TITLE_LENGTH && !title.contains(char::is_control);
        ensure!(fits, "storefront.title must be 1 to {MAX_TITLE_LENGTH} characters on one line");
        let terms = self.terms.as_deref().map(str::trim).filter(|terms| !terms.is_empty());
        ensure!(
            terms.is_none_or(|terms| terms.chars().count() <= MAX_TERMS_LENGTH),
            "storefront.terms must be at most {MAX_TERMS_LENGTH} characters"
        );
        Ok(tessera_hub::Storefront {
            title: title.to_owned(),
            terms: terms.map(ToOwned::to_owned),
            executed_by_staff: self.execution == Execution::Staff,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m06_the_storefront_is_off_by_default_and_its_settings_are_checked() {
        let read = |text: &str| toml::from_str::<Storefront>(text);
        let usual = read("title = \" Example Store \"").unwrap().checked().unwrap();
        assert_eq!((usual.title.as_str(), usual.terms, usual.executed_by_staff), ("Example Store", None, false));
        let staff = read("title = \"Store\"\nterms = \"Be kind.\"\nexecution = \"staff\"").unwrap().checked().unwrap();
        assert!(staff.executed_by_staff && staff.terms.is_some());
        assert!(read("title = \" \"").unwrap().checked().is_err());
        assert!(read("title = \"Store\"\nexecution = \"nobody\"").is_err());
        assert!(read("terms = \"Be kind.\"").is_err(), "the title is needed");
    }
}
