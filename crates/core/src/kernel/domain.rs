//! Internet domains by which customers are known (`M16`).
//!
//! A domain is compared as it is, without `www.`: whether `shop.acme.example` and `acme.example` are one company is not
//! for the hub to guess. A domain names candidates. It proves nothing about a person, and never gives anyone access.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;

use crate::kernel::normalise;
use crate::kernel::record::RecordKey;
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Maximum number of domains that staff can enter for one customer.
pub const MAX_DOMAINS: usize = 50;

/// The domains of mail providers that anyone can have an address at.
static PUBLIC_MAIL: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("public_mail_domains.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// A domain in normalised form: lower case, in ASCII (IDNA), without `www.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

impl Domain {
    /// Parses a domain name or a web address. `None` if it has no domain, or only a single label or an IP address.
    pub fn parse(entered: &str) -> Option<Self> {
        host(entered).filter(|host| is_complete(host)).map(Self)
    }

    /// A domain as it was stored. It is read as it is: what was stored by an older rule must still be found, and removed,
    /// under the name it has in the database.
    pub fn stored(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The domain of an e-mail address.
    pub fn of_email(address: &str) -> Option<Self> {
        let address = normalise::email(address)?;
        Self::parse(address.rsplit_once('@')?.1)
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is on the hub's own list of public mail providers.
    pub fn is_public_mail(&self) -> bool {
        PUBLIC_MAIL.contains(self.as_str())
    }
}

impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

/// The host of a domain name or web address, in ASCII and lower case, without `www.`. A single label is a host too.
pub(crate) fn host(entered: &str) -> Option<String> {
    let text = entered.trim().to_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches('.');
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '@') {
        return None;
    }
    let url::Host::Domain(domain) = url::Host::parse(host).ok()? else { return None };
    let mut domain = domain.trim_end_matches('.');
    // All of them, so that the result is its own normalised form.
    while let Some(rest) = domain.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        domain = rest;
    }
    Some(domain.to_owned())
}

/// The domain that a person means among those that were entered: the one with exactly this name, or else the one that
/// it is the normalised form of.
pub fn meant(typed: &str, known: &[EnteredDomain]) -> Option<Domain> {
    let exact = Domain::stored(&typed.trim().to_lowercase());
    [exact, Domain::parse(typed)].into_iter().flatten().find(|named| known.iter().any(|it| it.domain == *named))
}

fn is_complete(host: &str) -> bool {
    let is_label = |label: &str| {
        let shaped = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=63).contains(&label.len()) && shaped && !label.starts_with('-') && !label.ends_with('-')
    };
    let Some((_, top)) = host.rsplit_once('.') else { return false };
    host.len() <= 253 && host.split('.').all(is_label) && !top.bytes().all(|b| b.is_ascii_digit())
}

/// Mail providers that anyone can have an address at: the hub's own list, and those that the operator adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicMailDomains {
    more: BTreeSet<Domain>,
}

impl PublicMailDomains {
    /// The hub's own list with these in addition.
    pub fn with(more: impl IntoIterator<Item = Domain>) -> Self {
        Self { more: more.into_iter().collect() }
    }

    /// Whether a domain is one of a public mail provider.
    pub fn contains(&self, domain: &Domain) -> bool {
        domain.is_public_mail() || self.more.contains(domain)
    }
}

/// Origin of a customer's domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainSource {
    /// Entered by staff, or through the API.
    Staff,
    /// A domain of the requester's company in the service desk.
    RequesterCompany,
    /// The web site of a marketplace account.
    AccountWebsite,
    /// The e-mail address of a marketplace account.
    AccountEmail,
}

impl DomainSource {
    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::RequesterCompany => "requester_company",
            Self::AccountWebsite => "account_website",
            Self::AccountEmail => "account_email",
        }
    }
}

/// A domain that was entered for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredDomain {
    /// The domain.
    pub domain: Domain,
    /// Who entered it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A customer's domain and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerDomain {
    /// The domain.
    pub domain: Domain,
    /// Its origin.
    pub source: DomainSource,
    /// The record it comes from; `None` if it was entered.
    pub record: Option<RecordKey>,
    /// Who entered it, and when; `None` if it comes from a record.
    pub entered: Option<(String, Timestamp)>,
}

impl From<EnteredDomain> for CustomerDomain {
    fn from(EnteredDomain { domain, by, at }: EnteredDomain) -> Self {
        Self { domain, source: DomainSource::Staff, record: None, entered: Some((by, at)) }
    }
}

/// Reason why a domain cannot be entered or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// The text is no domain.
    #[error("“{0}” is not a domain; enter one such as example.com")]
    Invalid(String),
    /// Anyone can have an address there.
    #[error("{0} is a public mail provider, so it does not tell customers apart")]
    PublicMail(Domain),
    /// The customer has it already.
    #[error("the customer has the domain {0} already")]
    Known(Domain),
    /// Too many domains.
    #[error("a customer can have at most {MAX_DOMAINS} domains that were entered; remove one first")]
    TooMany,
    /// It was not entered for this customer.
    #[error("{0} was not entered for this customer; a domain of a record is changed in the record’s own system")]
    NotEntered(String),
}

impl Rejection for DomainError {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "domain_invalid",
            Self::PublicMail(_) => "domain_public",
            Self::Known(_) => "domain_known",
            Self::TooMany => "too_many_domains",
            Self::NotEntered(_) => "domain_not_entered",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Invalid(_) | Self::PublicMail(_) => RejectionKind::Invalid,
            Self::Known(_) | Self::TooMany => RejectionKind::Conflict,
            Self::NotEntered(_) => RejectionKind::NotFound,
        }
    }
}

/// Checks a domain that is to be entered for a customer who has these.
pub fn check_entered(
    entered: &str,
    known: &[EnteredDomain],
    public: &PublicMailDomains,
) -> Result<Domain, DomainError> {
    let shown = || entered.trim().chars().take(100).collect();
    let domain = Domain::parse(entered).ok_or_else(|| DomainError::Invalid(shown()))?;
    if public.contains(&domain) {
        return Err(DomainError::PublicMail(domain));
    }
    if known.iter().any(|it| it.domain == domain) {
        return Err(DomainError::Known(domain));
    }
    if known.len() >= MAX_DOMAINS { Err(DomainError::TooMany) } else { Ok(domain) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Domain::parse(text).map(String::from)
    }

    #[test]
    fn m16_domains_are_normalised() {
        for (entered, domain) in [
            ("acme.example", "acme.example"),
            (" https://www.ACME.example:8443/shop?x=1#y ", "acme.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example.", "xn--bcher-kva.example"),
            ("shop.acme.example", "shop.acme.example"),
            ("www.example", "www.example"),
            ("www.www.acme.example", "acme.example"),
            ("www.www.example", "www.example"),
        ] {
            assert_eq!(parsed(entered).as_deref(), Some(domain), "{entered}");
        }
        assert_eq!(Domain::of_email(" Jo@Acme.Example").map(String::from).as_deref(), Some("acme.example"));
    }

    #[test]
    fn m16_a_stored_domain_is_read_as_it_is() {
        let at = Timestamp::UNIX_EPOCH;
        let entered =
            |domain: &str| EnteredDomain { domain: Domain::stored(domain).unwrap(), by: "staff:jo".into(), at };
        let known = [entered("acme.example"), entered("www.acme.example")];
        assert_eq!(known[1].domain.as_str(), "www.acme.example");
        for (typed, domain) in [
            ("www.acme.example", "www.acme.example"),
            ("ACME.example", "acme.example"),
            ("acme.example/x", "acme.example"),
        ] {
            assert_eq!(meant(typed, &known).map(String::from).as_deref(), Some(domain), "{typed}");
        }
        assert_eq!(meant("www.acme.example", &known[..1]), Some(known[0].domain.clone()));
        assert_eq!(meant("other.example", &known), None);
    }

    proptest! {
        #[test]
        fn m16_normalisation_of_domains_is_idempotent(
            entered in "(https?://)?(www\\.|WWW\\.){0,3}([a-zé0-9-]{1,8}\\.){0,2}[a-z]{2,7}\\.?(/x)?|\\PC{0,30}",
        ) {
            if let Some(domain) = Domain::parse(&entered) {
                prop_assert_eq!(Domain::parse(domain.as_str()), Some(domain.clone()));
                prop_assert_eq!(Domain::stored(domain.as_str()), Some(domain));
            }
        }
    }

    #[test]
    fn m16_what_is_no_complete_domain_is_rejected() {
        let label = format!("{}.example", "x".repeat(64));
        let long = format!("{}example", "x.".repeat(130));
        for text in [
            "",
            " ",
            "acme",
            "10.0.0.1",
            "[::1]",
            "jo@acme.example",
            "a b.example",
            "-a.example",
            "a..example",
            &label,
            &long,
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn m16_public_mail_providers_are_never_a_customers_domain() {
        let domain = |text: &str| Domain::parse(text).unwrap();
        let public = PublicMailDomains::with([domain("mail.example")]);
        for text in ["gmail.com", "outlook.com", "gmx.de", "web.de", "www.web.de", "mail.example"] {
            assert_eq!(check_entered(text, &[], &public), Err(DomainError::PublicMail(domain(text))));
        }
        assert_eq!(check_entered("acme.example", &[], &public), Ok(domain("acme.example")));
        for listed in PUBLIC_MAIL.iter() {
            assert_eq!(parsed(listed).as_deref(), Some(*listed), "the list is in normalised form");
        }
    }

    #[test]
    fn m16_entered_domains_are_limited_and_distinct() {
        let entered = |n: usize| EnteredDomain {
            domain: Domain::parse(&format!("d{n}.example")).unwrap(),
            by: "staff:jo".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        let public = PublicMailDomains::default();
        let many: Vec<_> = (0..MAX_DOMAINS).map(entered).collect();
        assert_eq!(check_entered("new.example", &many, &public), Err(DomainError::TooMany));
        assert_eq!(check_entered("D1.example", &many[..2], &public), Err(DomainError::Known(entered(1).domain)));
        assert!(matches!(check_entered("nothing", &[], &public), Err(DomainError::Invalid(_))));
    }
}
