//! Records: objects of outside systems, as last read.

pub mod address;
pub mod change;
pub mod deal;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::deal::Deal;
use crate::kernel::domain::{Domain, DomainSource};
use crate::kernel::normalise;
use crate::kernel::unicode::searchable;
use crate::marketplace::Account;

/// Kind of record, named as in the outside systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A customer in the service desk, who owns tickets (`A02`).
    Requester,
    /// A contact in the CRM, who owns deals (`A02`).
    Contact,
    /// An asset in the service desk; a device if it is of the device type (`A05`).
    Asset,
    /// An account at an identity provider (`A01`).
    User,
    /// An account provisioned by a marketplace (`M07`).
    Account,
}

impl Kind {
    /// The name used in the database, the API and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Contact => "contact",
            Self::Asset => "asset",
            Self::User => "user",
            Self::Account => "account",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Requester, Self::Contact, Self::Asset, Self::User, Self::Account]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// Parse error of a [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of record `{0}`: expected requester, contact, asset, user or account")]
pub struct UnknownKind(pub String);

/// Identifies one object in one outside system. External ids are text, even if they look like numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordKey {
    /// The system's configured name, for example `freshservice`.
    pub system: String,
    /// Kind of object.
    pub kind: Kind,
    /// The object's id in its system: for an asset its display id, as used in API paths; for a user the subject.
    pub external_id: String,
}

impl RecordKey {
    /// Creates a key.
    pub fn new(system: impl Into<String>, kind: Kind, external_id: impl Into<String>) -> Self {
        Self { system: system.into(), kind, external_id: external_id.into() }
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.system, self.kind, self.external_id)
    }
}

/// Parse error of a [`RecordKey`] such as `freshservice:requester:123`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordKeyError {
    /// The text does not have three parts.
    #[error("`{0}` does not name a record: write system:kind:id, for example freshservice:requester:123")]
    Shape(String),
    /// The second part is not a known kind.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
}

impl std::str::FromStr for RecordKey {
    type Err = RecordKeyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(system), Some(kind), Some(id)) if !system.is_empty() && !id.is_empty() => {
                Ok(Self::new(system, kind.parse()?, id))
            }
            _ => Err(RecordKeyError::Shape(text.to_owned())),
        }
    }
}

/// A requester of the service desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// First and last name, as entered.
    pub name: String,
    /// The primary e-mail address, as entered.
    pub primary_email: Option<String>,
    /// Further addresses, as entered. After a merge, they include the other requester's address.
    #[serde(default)]
    pub secondary_emails: Vec<String>,
    /// Mobile phone, as entered.
    pub mobile_phone: Option<String>,
    /// Work phone, as entered.
    pub work_phone: Option<String>,
    /// `false` if deactivated.
    pub active: bool,
    /// `true` if converted to an agent.
    #[serde(default)]
    pub is_agent: bool,
    /// Domains of the companies that the requester belongs to, as entered there (`M16`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_domains: Vec<String>,
    /// Fields missing from the answer it was read from. Not stored.
    #[serde(skip)]
    pub left_out: LeftOut,
}

/// A contact of the CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name shown in the CRM.
    pub name: String,
    /// The primary e-mail address, as entered.
    pub primary_email: Option<String>,
    /// Further addresses, as entered.
    #[serde(default)]
    pub other_emails: Vec<String>,
    /// Mobile phone, as entered.
    pub mobile_phone: Option<String>,
    /// Work phone, as entered.
    pub work_phone: Option<String>,
    /// The lifecycle stage's name, if the CRM supplied it: a contact is a lead or a customer past the lead stage
    /// (`A02`).
    pub lifecycle_stage: Option<String>,
    /// Number of open deals.
    pub open_deals: Option<i64>,
    /// Number of won deals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won_deals: Option<i64>,
    /// The deals (`A02`): the open ones and the newest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<Deal>,
    /// Fax, as entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// Web site, as entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Fields missing from the answer it was read from. Not stored.
    #[serde(skip)]
    pub left_out: LeftOut,
}

/// Fields that one endpoint of a system omits and another returns. An omitted field keeps its known value: its absence
/// is not a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// A contact's lifecycle stage.
    pub lifecycle_stage: bool,
    /// A contact's numbers of open and won deals.
    pub deal_counts: bool,
    /// A contact's deals. Only the answer for a single contact has them.
    pub deals: bool,
    /// A requester's secondary addresses.
    pub secondary_emails: bool,
    /// The domains of a requester's companies.
    pub company_domains: bool,
}

/// An asset of the service desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The asset's global id, which differs from the display id.
    pub asset_id: String,
    /// The display name.
    pub name: String,
    /// The asset tag, as printed on the sticker.
    pub asset_tag: Option<String>,
    /// The asset type's id.
    pub asset_type_id: String,
    /// The asset type's name, looked up by the connector.
    pub asset_type: Option<String>,
    /// Id of the requester it is assigned to; `None` if in stock (`A07`).
    pub used_by: Option<String>,
    /// Time of assignment, as reported by the service desk.
    pub assigned_on: Option<Timestamp>,
    /// The hardware serial number (`A06`), as entered.
    pub serial: Option<String>,
    /// The inverter serial number (`A06`), as entered.
    pub inverter_serial: Option<String>,
    /// The inverter's vendor, for example `GoodWe` (`A08`).
    pub inverter_vendor: Option<String>,
    /// State: In Stock, In Use… (`A08`).
    pub state: Option<String>,
    /// The product's name, for example `PACE` (`A08`).
    pub product: Option<String>,
    /// The vendor's name (`A08`).
    pub vendor: Option<String>,
    /// Whether it is in the trash.
    #[serde(default)]
    pub trashed: bool,
}

/// An account at an identity provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The issuer, exactly as in the token.
    pub issuer: String,
    /// The address, as supplied by the provider.
    pub email: Option<String>,
    /// Whether the provider verified the address. An unverified address is not evidence.
    #[serde(default)]
    pub email_verified: bool,
    /// The name supplied by the provider.
    pub name: Option<String>,
}

/// A record's attributes, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attributes {
    /// Attributes of a requester.
    Requester(Requester),
    /// Attributes of a contact.
    Contact(Contact),
    /// Attributes of an asset.
    Asset(Asset),
    /// Attributes of a user.
    User(User),
    /// Attributes of a marketplace account.
    Account(Box<Account>),
}

/// Kinds of search key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandleKind {
    /// The primary e-mail address, normalised. Correlation uses it (`A04`).
    PrimaryEmail,
    /// Any other e-mail address, normalised.
    Email,
    /// A phone number, normalised.
    Phone,
    /// A serial number, normalised.
    Serial,
    /// A word of the name, lower case.
    Name,
    /// An asset tag, normalised like a serial number.
    Tag,
    /// A fact of a marketplace account by which customers can be told apart: its location in the account, comparison
    /// mode and value (`M16`).
    Fact,
    /// A domain of the record's company (`M16`).
    Domain,
}

impl HandleKind {
    /// The name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrimaryEmail => "primary_email",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Serial => "serial",
            Self::Name => "name",
            Self::Tag => "tag",
            Self::Fact => "fact",
            Self::Domain => "domain",
        }
    }
}

/// A normalised value by which a record can be found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle {
    /// Kind of the value.
    pub kind: HandleKind,
    /// The normalised value.
    pub value: String,
}

impl Handle {
    /// The name of the [correlation slot](crate::sync::correlate::Slot) of this search key.
    pub fn slot_name(&self) -> String {
        format!("{} {}", self.kind.as_str(), self.value)
    }
}

/// An object as read by a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The object's key.
    pub key: RecordKey,
    /// Its attributes, in the hub's terms.
    pub attributes: Attributes,
    /// The system's answer, unchanged.
    pub raw: serde_json::Value,
    /// Time of its last change, if the system supplies it.
    pub updated_at: Option<Timestamp>,
    /// Start of the read. A read that started earlier never overwrites one that started later.
    pub read_at: Timestamp,
}

impl Observation {
    /// Digest of the stored attributes, which distinguishes a change from a repeated read. It excludes `read_at`, and
    /// also `raw`: an object read by itself and in a list can differ there in members that the hub does not use. It
    /// excludes the deals of a contact, which no list has.
    pub fn content_hash(&self) -> [u8; 32] {
        let json = match &self.attributes {
            Attributes::Contact(contact) if !contact.deals.is_empty() => {
                serde_json::to_vec(&Contact { deals: Vec::new(), ..contact.clone() })
            }
            attributes => serde_json::to_vec(attributes),
        };
        Sha256::digest(json.unwrap_or_default()).into()
    }

    /// Id of the record that holds this one: the requester an asset is assigned to, or the reseller that serves an
    /// account (`M08`).
    pub fn holder(&self) -> Option<&str> {
        match &self.attributes {
            Attributes::Asset(asset) if !asset.trashed => asset.used_by.as_deref(),
            Attributes::Account(account) => account.reseller.as_deref(),
            _ => None,
        }
    }
}

impl Attributes {
    /// Whether the answer omitted a field that other endpoints return.
    pub fn leaves_something_out(&self) -> bool {
        match self {
            Self::Requester(requester) => requester.left_out != LeftOut::default(),
            Self::Contact(contact) => contact.left_out != LeftOut::default(),
            Self::Asset(_) | Self::User(_) | Self::Account(_) => false,
        }
    }

    /// Whether the answer omitted a field that counts for the content hash.
    pub fn leaves_content_out(&self) -> bool {
        match self {
            Self::Contact(contact) => LeftOut { deals: false, ..contact.left_out } != LeftOut::default(),
            other => other.leaves_something_out(),
        }
    }

    /// Whether the answer omitted a contact's deals.
    pub const fn leaves_deals_out(&self) -> bool {
        matches!(self, Self::Contact(Contact { left_out: LeftOut { deals: true, .. }, .. }))
    }

    /// Fills omitted fields with their known values.
    pub fn complete(&mut self, known: &Self) {
        match (self, known) {
            (Self::Requester(read), Self::Requester(known)) => {
                let left_out = std::mem::take(&mut read.left_out);
                if left_out.secondary_emails {
                    read.secondary_emails.clone_from(&known.secondary_emails);
                }
                if left_out.company_domains {
                    read.company_domains.clone_from(&known.company_domains);
                }
            }
            (Self::Contact(read), Self::Contact(known)) => {
                let left_out = std::mem::take(&mut read.left_out);
                if left_out.lifecycle_stage {
                    read.lifecycle_stage.clone_from(&known.lifecycle_stage);
                }
                if left_out.deal_counts {
                    (read.open_deals, read.won_deals) = (known.open_deals, known.won_deals);
                }
                if left_out.deals {
                    read.deals.clone_from(&known.deals);
                }
            }
            _ => {}
        }
    }

    /// The record's title for pages.
    pub fn title(&self) -> &str {
        match self {
            Self::Requester(requester) => &requester.name,
            Self::Contact(contact) => &contact.name,
            Self::Asset(asset) => &asset.name,
            Self::User(user) => user.name.as_deref().or(user.email.as_deref()).unwrap_or("user"),
            Self::Account(account) => &account.name,
        }
    }

    /// The primary e-mail address, as entered.
    pub fn primary_email(&self) -> Option<&str> {
        match self {
            Self::Requester(requester) => requester.primary_email.as_deref(),
            Self::Contact(contact) => contact.primary_email.as_deref(),
            Self::User(user) => user.email.as_deref(),
            Self::Account(account) => account.address_for_mail(),
            Self::Asset(_) => None,
        }
    }

    /// The domains that the record says its customer has (`M16`), without those of public mail providers. A requester
    /// is known by the domains of their company; their own address may be at any provider.
    pub fn domains(&self) -> Vec<(DomainSource, Domain)> {
        let mut domains: Vec<(DomainSource, Domain)> = match self {
            Self::Requester(requester) => {
                let of_company = requester.company_domains.iter().filter_map(|entered| Domain::parse(entered));
                of_company.map(|domain| (DomainSource::RequesterCompany, domain)).collect()
            }
            Self::Account(account) => {
                let website = account.website.as_deref().and_then(Domain::parse);
                let email = account.address_for_mail().and_then(Domain::of_email);
                let website = website.map(|domain| (DomainSource::AccountWebsite, domain));
                website.into_iter().chain(email.map(|domain| (DomainSource::AccountEmail, domain))).collect()
            }
            Self::Contact(_) | Self::Asset(_) | Self::User(_) => Vec::new(),
        };
        domains.retain(|(_, domain)| !domain.is_public_mail());
        domains
    }

    /// All search keys of the record, without duplicates.
    pub fn handles(&self) -> Vec<Handle> {
        let mut handles = Vec::new();
        let mut add = |kind, value: Option<String>| {
            handles.extend(value.map(|value| Handle { kind, value }));
        };
        match self {
            Self::Requester(requester) => {
                add(HandleKind::PrimaryEmail, requester.primary_email.as_deref().and_then(normalise::email));
                requester.secondary_emails.iter().for_each(|e| add(HandleKind::Email, normalise::email(e)));
                for phone in [&requester.mobile_phone, &requester.work_phone].into_iter().flatten() {
                    add(HandleKind::Phone, normalise::phone(phone));
                }
            }
            Self::Contact(contact) => {
                add(HandleKind::PrimaryEmail, contact.primary_email.as_deref().and_then(normalise::email));
                contact.other_emails.iter().for_each(|e| add(HandleKind::Email, normalise::email(e)));
                for phone in [&contact.mobile_phone, &contact.work_phone].into_iter().flatten() {
                    add(HandleKind::Phone, normalise::phone(phone));
                }
            }
            Self::Asset(asset) => {
                for serial in [&asset.serial, &asset.inverter_serial].into_iter().flatten() {
                    add(HandleKind::Serial, normalise::serial(serial));
                }
                add(HandleKind::Tag, asset.asset_tag.as_deref().and_then(normalise::serial));
            }
            Self::User(user) => add(HandleKind::PrimaryEmail, user.email.as_deref().and_then(normalise::email)),
            Self::Account(account) => account.handles().into_iter().for_each(|it| add(it.kind, Some(it.value))),
        }
        for (_, domain) in self.domains() {
            add(HandleKind::Domain, Some(domain.into()));
        }
        for word in words(self.title()) {
            add(HandleKind::Name, Some(word));
        }
        // Longer values are never searched for, and the length of index entries is limited.
        handles.retain(|handle| handle.value.len() <= MAX_HANDLE_LENGTH);
        handles.sort();
        handles.dedup();
        handles
    }
}

impl Attributes {
    /// Whether an earlier version may have made other search keys of the record: of a name in decomposed Unicode, an address
    /// with a full stop behind it, a telephone number with an extension, or a serial number with digits or hyphens of
    /// other scripts.
    pub fn may_have_older_keys(&self) -> bool {
        let (addresses, phones): (Vec<Option<&String>>, Vec<Option<&String>>) = match self {
            Self::Requester(it) => (
                it.secondary_emails.iter().map(Some).chain([it.primary_email.as_ref()]).collect(),
                vec![it.mobile_phone.as_ref(), it.work_phone.as_ref()],
            ),
            Self::Contact(it) => (
                it.other_emails.iter().map(Some).chain([it.primary_email.as_ref()]).collect(),
                vec![it.mobile_phone.as_ref(), it.work_phone.as_ref()],
            ),
            Self::Account(it) => {
                let contact = it.contact.as_ref();
                (
                    vec![it.email.as_ref(), contact.and_then(|contact| contact.email.as_ref())],
                    vec![it.phone.as_ref(), contact.and_then(|contact| contact.phone.as_ref())],
                )
            }
            Self::User(it) => (vec![it.email.as_ref()], Vec::new()),
            Self::Asset(_) => (Vec::new(), Vec::new()),
        };
        let serials = match self {
            Self::Asset(it) => vec![it.serial.as_ref(), it.inverter_serial.as_ref(), it.asset_tag.as_ref()],
            _ => Vec::new(),
        };
        let is_behind = |c: char| c.is_alphabetic() || matches!(c, ';' | ',' | '#');
        let title = self.title();
        !title.is_ascii() && searchable(title) != title
            || addresses.into_iter().flatten().any(|address| normalise::clean(address).ends_with(['.', '。']))
            || phones.into_iter().flatten().any(|phone| phone.contains(is_behind))
            || serials.into_iter().flatten().any(|serial| !serial.is_ascii())
    }
}

/// Maximum length of a search key, in bytes.
const MAX_HANDLE_LENGTH: usize = 1000;

/// The searchable words of a name: in normal form C, without invisible characters, lower case, at most eight.
pub fn words(name: &str) -> impl Iterator<Item = String> {
    let name = searchable(name);
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(8);
    words.map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_key_round_trips_through_its_text() {
        let key = RecordKey::new("freshservice", Kind::Requester, "21000418006");
        assert_eq!(key.to_string().parse(), Ok(key));
        let subject = RecordKey::new("idp", Kind::User, "auth0|a:b");
        assert_eq!(subject.to_string().parse(), Ok(subject));
        assert!("freshservice:123".parse::<RecordKey>().is_err());
        assert!("freshservice:ticket:123".parse::<RecordKey>().unwrap_err().to_string().contains("ticket"));
    }

    #[test]
    fn a06_both_serial_numbers_are_search_keys_of_the_asset() {
        let asset = Asset { serial: Some("GW 1".into()), inverter_serial: Some("gw-2".into()), ..Asset::default() };
        let handles = Attributes::Asset(asset).handles();
        let serials: Vec<_> =
            handles.iter().filter(|h| h.kind == HandleKind::Serial).map(|h| h.value.as_str()).collect();
        assert_eq!(serials, ["GW1", "GW2"]);
    }

    #[test]
    fn h01_words_of_a_name_are_the_same_in_every_spelling() {
        let found = |name: &str| words(name).collect::<Vec<_>>();
        assert_eq!(found("Zoe\u{308} van\u{200b} Bu\u{ad}ren"), ["zoë", "van", "buren"]);
        assert_eq!(found("ZOË Van Buren"), found("Zoe\u{308} van Buren"));
    }

    #[test]
    fn m16_records_name_the_domains_of_their_companies() {
        let domains = |attributes: Attributes| -> Vec<(DomainSource, String)> {
            let handles = attributes.handles();
            let known: Vec<_> = attributes.domains().into_iter().map(|(source, it)| (source, it.into())).collect();
            for (_, domain) in &known {
                assert!(handles.contains(&Handle { kind: HandleKind::Domain, value: String::clone(domain) }));
            }
            known
        };
        let account = |website: &str, email: &str| {
            let (website, email) = (Some(website.to_owned()), Some(email.to_owned()));
            Attributes::Account(Box::new(Account { website, email, ..Account::default() }))
        };
        assert_eq!(
            domains(account("https://www.acme.example/", "jo@mail.acme.example")),
            [
                (DomainSource::AccountWebsite, "acme.example".to_owned()),
                (DomainSource::AccountEmail, "mail.acme.example".to_owned())
            ]
        );
        assert!(domains(account("gmx.de", "jo@gmail.com")).is_empty());
        let requester = Requester {
            primary_email: Some("ada@acme.example".into()),
            company_domains: vec!["ACME.example".into(), "web.de".into(), "no domain".into()],
            ..Requester::default()
        };
        assert_eq!(
            domains(Attributes::Requester(requester)),
            [(DomainSource::RequesterCompany, "acme.example".to_owned())]
        );
    }

    #[test]
    fn a07_trashed_or_unassigned_asset_has_no_holder() {
        let seen = |asset| Observation {
            key: RecordKey::new("freshservice", Kind::Asset, "4"),
            attributes: Attributes::Asset(asset),
            raw: serde_json::Value::Null,
            updated_at: None,
            read_at: Timestamp::UNIX_EPOCH,
        };
        let used = Asset { used_by: Some("777".into()), ..Asset::default() };
        assert_eq!(seen(used.clone()).holder(), Some("777"));
        assert_eq!(seen(Asset { trashed: true, ..used }).holder(), None);
        assert_eq!(seen(Asset::default()).holder(), None);
    }
}
