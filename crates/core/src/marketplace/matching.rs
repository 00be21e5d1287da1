//! Matching an account with existing customers (`M16`). Rules are data; the result is none, one, one with another
//! account, or several.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::option::{SyncOption, USERNAME};
use crate::kernel::domain::{Domain, PublicMailDomains, host};
use crate::kernel::ids::CustomerId;
use crate::kernel::normalise;
use crate::kernel::phone::{self, Country};
use crate::kernel::record::{Handle, HandleKind, RecordKey};
use crate::kernel::unicode::searchable;

/// Maximum length of a fact that is stored unhashed, in bytes.
const MAX_FACT_LENGTH: usize = 600;

/// The location of a distinguishing value in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The value of a sync option.
    Option(String),
    /// The account's name.
    Name,
    /// The account's code.
    Code,
    /// The account's e-mail address, or else its contact's.
    Email,
    /// The account's phone.
    Phone,
    /// The account's web site.
    Website,
}

/// Comparison modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// Ignoring case and surrounding blanks.
    Text,
    /// As e-mail addresses. Every record with that primary address counts, not only accounts.
    Email,
    /// As domains, without scheme, `www.` and path. Every domain of a customer counts, not only values of accounts.
    Domain,
    /// As reference numbers, for example VAT numbers: letters and digits only.
    Number,
}

/// A matching rule: accounts with the same value belong to the same customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchRule {
    /// The value: `option:ID`, or `attribute:` followed by `name`, `code`, `email`, `phone` or `website`.
    pub by: Source,
    /// Comparison mode.
    #[serde(rename = "as")]
    pub compare: Compare,
}

impl Compare {
    /// All comparison modes.
    pub const ALL: [Self; 4] = [Self::Text, Self::Email, Self::Domain, Self::Number];

    /// The name used in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Domain => "domain",
            Self::Number => "number",
        }
    }

    /// The normalised form; `None` if the value has none.
    pub fn normalise(self, value: &str) -> Option<String> {
        match self {
            Self::Text => Some(searchable(value.trim()).to_lowercase()).filter(|text| !text.is_empty()),
            Self::Email => normalise::email(value),
            Self::Domain => host(value),
            Self::Number => normalise::serial(value).filter(|number| number.bytes().any(|b| b.is_ascii_digit())),
        }
    }

    /// The search key of a value: its location, comparison mode and normalised form.
    pub(crate) fn fact(self, source: &Source, value: &str) -> Option<String> {
        // Values of list options are short choice ids, which do not distinguish customers.
        let long_enough = value.trim().chars().count() >= 3;
        // A telephone number is compared without an extension, as `handles` spells it.
        let number = (source, self) == (&Source::Phone, Self::Number);
        let number = number.then(|| normalise::phone(value)).flatten();
        let comparable = self.normalise(number.as_deref().unwrap_or(value)).filter(|_| long_enough)?;
        let fact = format!("{source} {} {comparable}", self.as_str());
        // The length of index entries is limited.
        Some(if fact.len() > MAX_FACT_LENGTH { format!("sha256 {}", hex(&Sha256::digest(&fact))) } else { fact })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Option(id) => write!(f, "option:{id}"),
            Self::Name => f.write_str("attribute:name"),
            Self::Code => f.write_str("attribute:code"),
            Self::Email => f.write_str("attribute:email"),
            Self::Phone => f.write_str("attribute:phone"),
            Self::Website => f.write_str("attribute:website"),
        }
    }
}

/// Parse error of a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no value of an account: write option:ID, or attribute:name, code, email, phone or website")]
pub struct UnknownSource(String);

impl std::str::FromStr for Source {
    type Err = UnknownSource;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("option", id)) if !id.is_empty() => Ok(Self::Option(id.to_owned())),
            Some(("attribute", "name")) => Ok(Self::Name),
            Some(("attribute", "code")) => Ok(Self::Code),
            Some(("attribute", "email")) => Ok(Self::Email),
            Some(("attribute", "phone")) => Ok(Self::Phone),
            Some(("attribute", "website")) => Ok(Self::Website),
            _ => Err(UnknownSource(text.to_owned())),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Source {
    /// All sources of an account.
    pub(crate) fn all_of(account: &Account) -> impl Iterator<Item = Self> {
        let options = account.options.keys().cloned().map(Self::Option);
        options.chain([Self::Name, Self::Code, Self::Email, Self::Phone, Self::Website])
    }

    /// The comparison modes that make sense for the source; a telephone number is not a domain.
    pub const fn comparisons(&self) -> &'static [Compare] {
        match self {
            Self::Option(_) => &Compare::ALL,
            Self::Name => &[Compare::Text],
            Self::Code | Self::Phone => &[Compare::Text, Compare::Number],
            Self::Email => &[Compare::Text, Compare::Email],
            Self::Website => &[Compare::Text, Compare::Domain],
        }
    }

    /// The source's value in an account. A missing `username` has the value that the platform would fill in (`M02`).
    pub fn of<'a>(&self, account: &'a Account) -> Option<&'a str> {
        let value = match self {
            Self::Option(id) if id == USERNAME && !account.options.contains_key(id) => account.entered_email(),
            Self::Option(id) => account.options.get(id).map(String::as_str),
            Self::Name => Some(account.name.as_str()),
            Self::Code => account.code.as_deref(),
            Self::Email => account.entered_email(),
            Self::Phone => account.phone.as_deref(),
            Self::Website => account.website.as_deref(),
        };
        value.filter(|value| !value.trim().is_empty())
    }
}

impl MatchRule {
    /// Checks the rule. An error names the valid comparison modes.
    pub fn check(&self) -> Result<(), String> {
        let fitting = self.by.comparisons();
        if fitting.contains(&self.compare) {
            return Ok(());
        }
        let names: Vec<&str> = fitting.iter().map(|compare| compare.as_str()).collect();
        Err(format!("{} cannot be compared as {}; use {}", self.by, self.compare.as_str(), names.join(" or ")))
    }

    /// The value that the rule compares, as people know it, with the account's value: “Domain” (acme.example).
    pub fn what(&self, account: &Account, options: &[SyncOption]) -> String {
        let value = self.by.of(account).unwrap_or("none");
        let name = match &self.by {
            Source::Option(id) => match options.iter().find(|option| option.id == *id) {
                Some(option) => format!("“{}”", option.name),
                None => "one of the details".to_owned(),
            },
            Source::Name => "the name".to_owned(),
            Source::Code => "the code".to_owned(),
            Source::Email => "the e-mail address".to_owned(),
            Source::Phone => "the phone number".to_owned(),
            Source::Website => "the web site".to_owned(),
        };
        format!("{name} ({value})")
    }

    /// The search keys that find matching customers; empty if the account has no such value, or the value is the domain
    /// of a public mail provider. A telephone number without a country code is one of `country`.
    pub fn handles(&self, account: &Account, public: &PublicMailDomains, country: Option<Country>) -> Vec<Handle> {
        let Some(value) = self.by.of(account) else { return Vec::new() };
        let domain = if self.compare == Compare::Domain { Domain::parse(value) } else { None };
        if domain.as_ref().is_some_and(|domain| public.contains(domain)) {
            return Vec::new();
        }
        let values = match (&self.by, self.compare) {
            (Source::Phone, Compare::Number) => phone::spellings(value, country),
            _ => vec![value.to_owned()],
        };
        let facts: BTreeSet<String> = values.iter().filter_map(|value| self.compare.fact(&self.by, value)).collect();
        let facts = facts.into_iter().map(|value| Handle { kind: HandleKind::Fact, value });
        let email = match self.compare {
            Compare::Email => normalise::email(value).map(|value| Handle { kind: HandleKind::PrimaryEmail, value }),
            Compare::Text | Compare::Domain | Compare::Number => None,
        };
        let domain = domain.map(|domain| Handle { kind: HandleKind::Domain, value: domain.into() });
        facts.chain(email).chain(domain).collect()
    }
}

/// A record found by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The value that matches, as people know it.
    pub by: String,
    /// The record.
    pub record: RecordKey,
    /// The record's customer.
    pub customer: CustomerId,
    /// Another account of the same marketplace that this customer has.
    pub taken_by: Option<String>,
}

/// The result of all matching rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    /// No match.
    None,
    /// One customer without an account of this marketplace.
    One(Found),
    /// One customer, who already has another account of the same marketplace.
    Taken(Found),
    /// Several customers, or contradicting rules: staff decide.
    Many(Vec<Found>),
}

/// Combines the results of all rules. A customer found several times counts once.
pub fn settle(found: Vec<Found>) -> Matched {
    let mut distinct: Vec<Found> = Vec::new();
    for one in found {
        if !distinct.iter().any(|seen| seen.customer == one.customer) {
            distinct.push(one);
        }
    }
    match (distinct.len(), distinct.pop()) {
        (_, None) => Matched::None,
        (1, Some(one)) if one.taken_by.is_some() => Matched::Taken(one),
        (1, Some(one)) => Matched::One(one),
        (_, Some(last)) => {
            distinct.push(last);
            Matched::Many(distinct)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::{Attributes, Kind};

    const PUBLIC: fn() -> PublicMailDomains = PublicMailDomains::default;

    fn rule(by: &str, compare: Compare) -> MatchRule {
        MatchRule { by: by.parse().unwrap(), compare }
    }

    #[test]
    fn m16_rules_match_values_in_normalised_form() {
        let with = |option: &str, value: &str| Account {
            name: "Acme".into(),
            website: Some("https://www.Acme.example/shop?x=1".into()),
            options: [(option.into(), value.into())].into(),
            ..Account::default()
        };
        for (by, compare, here, there) in [
            ("option:domain", Compare::Domain, "ACME.example", "https://www.acme.example/"),
            ("option:vat", Compare::Number, "GB 123 456 789", "gb123456789"),
            ("option:username", Compare::Email, "Jo@Example.com ", "jo@example.com"),
            ("option:tenant", Compare::Text, " Contoso", "contoso"),
            ("option:tenant", Compare::Domain, "Contoso", "contoso"),
            ("attribute:website", Compare::Domain, "x", "y"),
        ] {
            let option = by.split_once(':').unwrap().1;
            let kept = Attributes::Account(Box::new(with(option, there))).handles();
            let wanted = rule(by, compare).handles(&with(option, here), &PUBLIC(), None);
            assert!(wanted.iter().any(|handle| kept.contains(handle)), "{by} {here} {there}: {wanted:?}");
        }
        assert!(rule("option:domain", Compare::Domain).handles(&with("vat", "1"), &PUBLIC(), None).is_empty());
        let kept = Attributes::Account(Box::new(with("role", "1"))).handles();
        assert!(
            rule("option:role", Compare::Text).handles(&with("role", "1"), &PUBLIC(), None).is_empty(),
            "a choice tells nobody apart"
        );
        assert!(kept.iter().all(|handle| !handle.value.contains("role")));
    }

    #[test]
    fn m16_a_telephone_number_is_matched_in_every_spelling() {
        let with = |phone: &str| Account { phone: Some(phone.to_owned()), ..Account::default() };
        let gb = Country::parse("GB");
        let spellings = ["+44 7700 900123", "07700 900123", "+44 (0)7700 900123", "0044 7700 900123"];
        for here in spellings {
            for there in spellings {
                let kept = Attributes::Account(Box::new(with(there))).handles();
                let wanted = rule("attribute:phone", Compare::Number).handles(&with(here), &PUBLIC(), gb);
                assert!(wanted.iter().any(|handle| kept.contains(handle)), "{here} {there}: {wanted:?}");
            }
        }
    }

    #[test]
    fn m16_a_domain_finds_every_customer_who_has_it_unless_the_provider_is_public() {
        let with = |domain: &str| Account { options: [("domain".into(), domain.into())].into(), ..Account::default() };
        let of = |domain: &str, public: &PublicMailDomains| {
            rule("option:domain", Compare::Domain).handles(&with(domain), public, None)
        };
        let kinds = |handles: Vec<Handle>| handles.into_iter().map(|it| it.kind).collect::<Vec<_>>();
        assert_eq!(kinds(of("www.acme.example", &PUBLIC())), [HandleKind::Fact, HandleKind::Domain]);
        assert_eq!(kinds(of("contoso", &PUBLIC())), [HandleKind::Fact], "a tenant's name is no domain");
        assert!(of("GMail.com", &PUBLIC()).is_empty(), "an address at a public provider is anybody's");
        let own = PublicMailDomains::with(Domain::parse("acme.example"));
        assert!(of("acme.example", &own).is_empty(), "the operator's own list counts too");
    }

    #[test]
    fn m16_what_a_rule_compares_is_named_as_people_know_it() {
        let account = Account {
            name: "Acme".into(),
            options: [("domain".into(), "acme.example".into())].into(),
            ..Account::default()
        };
        let domain = SyncOption { id: "domain".into(), name: "Your domain".into(), ..SyncOption::default() };
        let what = |by: &str, options: &[SyncOption]| rule(by, Compare::Text).what(&account, options);
        assert_eq!(what("option:domain", std::slice::from_ref(&domain)), "“Your domain” (acme.example)");
        assert_eq!(what("option:domain", &[]), "one of the details (acme.example)");
        assert_eq!(what("attribute:name", &[]), "the name (Acme)");
    }

    #[test]
    fn m16_long_values_are_hashed_to_fit_the_index() {
        let long = |end: char| Account {
            name: "Acme".into(),
            options: [("tenant".into(), format!("{}{end}", "x".repeat(3900)))].into(),
            ..Account::default()
        };
        let kept = Attributes::Account(Box::new(long('a'))).handles();
        assert!(kept.iter().all(|handle| handle.value.len() <= MAX_FACT_LENGTH), "{kept:?}");
        let wanted = rule("option:tenant", Compare::Text).handles(&long('a'), &PUBLIC(), None);
        assert!(wanted.iter().all(|handle| kept.contains(handle)) && !wanted.is_empty());
        let other = rule("option:tenant", Compare::Text).handles(&long('b'), &PUBLIC(), None);
        assert!(other.iter().all(|handle| !kept.contains(handle)), "all of it counts");
    }

    #[test]
    fn m16_rule_with_an_unsuitable_comparison_is_rejected() {
        let refused = rule("attribute:phone", Compare::Domain).check().unwrap_err();
        assert!(refused.contains("use text or number"), "{refused}");
        for compare in Compare::ALL {
            assert_eq!(rule("option:anything", compare).check(), Ok(()));
        }
    }

    #[test]
    fn m16_settle_distinguishes_none_one_taken_and_many() {
        let found = |customer: u128, taken_by: Option<&str>| Found {
            by: "the same option:domain".into(),
            record: RecordKey::new("acme", Kind::Account, customer.to_string()),
            customer: CustomerId(uuid::Uuid::from_u128(customer)),
            taken_by: taken_by.map(str::to_owned),
        };
        assert_eq!(settle(Vec::new()), Matched::None);
        assert_eq!(settle(vec![found(1, None), found(1, None)]), Matched::One(found(1, None)));
        assert_eq!(settle(vec![found(1, Some("77"))]), Matched::Taken(found(1, Some("77"))));
        assert_eq!(settle(vec![found(1, None), found(2, None)]), Matched::Many(vec![found(1, None), found(2, None)]));
    }

    #[test]
    fn match_rule_round_trips_and_parse_errors_name_the_value() {
        let written = rule("option:domain", Compare::Domain);
        let json = serde_json::to_value(&written).unwrap();
        assert_eq!(json, serde_json::json!({ "by": "option:domain", "as": "domain" }));
        assert_eq!(serde_json::from_value::<MatchRule>(json).unwrap(), written);
        assert!("attribute:colour".parse::<Source>().unwrap_err().to_string().contains("attribute:colour"));
    }
}
