//! Configuration of the fictional company whose hub is tested.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use secrecy::SecretString;
use tessera_connect::Environment;
use tessera_connect::invoice_feed::{Feed, Format, Location};
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceType;
use tessera_core::devices::documents::Document;
use tessera_core::invoices::{CustomerKey, Delivered, FieldNames, Mapping};
use tessera_core::kernel::domain::PublicMailDomains;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::job::VendorCalls;
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::phone::Country;
use tessera_core::kernel::record::address::{AddressPattern, RecordAddresses};
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::retention::Retention;
use tessera_core::marketplace::matching::Compare;
use tessera_core::marketplace::{Choice, DataType, MatchRule, OptionKind, SyncOption};
use tessera_core::returns::ReturnReason;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use tessera_core::work_orders::WorkSettings;
use tessera_hub::marketplace::{Application, MarketplaceConfig, Setting};
use tessera_hub::{
    Brand, Config, Counting, Invoices, Locale, Requests, Returns, SeatRule, SeatRules, Secret, SecretKey, Storefront,
    Sweeps,
};
use uuid::Uuid;

/// Application id and key of the marketplace without a prefix. The key looks encoded, as real keys do.
pub const MARKETPLACE: (&str, &str) = ("5F2B3C1E-7a64-4d0b-9d53-3a7c1f0e2b90", "c2VjcmV0IG9mIHRoZSBtYXJrZXQ=");
/// Key of the marketplace with a prefix.
pub const PARTNER_KEY: &str = "the key of the partner";

/// The company's configuration, for a hub at this URL.
pub(super) fn config(public_url: &str) -> Config {
    Config {
        public_url: public_url.parse().unwrap(),
        secret_key: SecretKey::new(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap(),
        invitation_lifetime: SignedDuration::from_hours(14 * 24),
        session_lifetime: SignedDuration::from_hours(12),
        activation_licence: Some(LicenceType::Custportal),
        seats: seats(),
        self_registration: true,
        role_functions: RoleFunctions::default(),
        device_type: DeviceType::default(),
        customer_stages: CustomerStages::default(),
        addresses: addresses(),
        documents: documents(),
        brand: Brand {
            name: "Sunfield Energy".to_owned(),
            support_email: Some("help@example.com".to_owned()),
            support_phone: None,
            help_url: None,
        },
        locale: Locale { country: Country::parse("GB"), ..Locale::default() },
        grace: Grace::default(),
        sweep: Sweeps::default(),
        brake: Brake::default(),
        marketplaces: vec![marketplace(), partner_marketplace()],
        public_mail_domains: PublicMailDomains::default(),
        requests: requests(),
        work: WorkSettings::default(),
        audit: None,
        company_sign_in: None,
        storefront: Some(Storefront { title: "Sunfield Store".to_owned(), terms: None, executed_by_staff: false }),
        retention: Retention::default(),
        vendor_calls: VendorCalls::default(),
        returns: Returns {
            reasons: ReturnReason::usual(),
            currency: Currency::parse("EUR").unwrap(),
            instructions: Some("Sunfield Repairs, 1 Example Way".to_owned()),
        },
    }
}

/// Addresses of the objects in service desk and CRM.
fn addresses() -> RecordAddresses {
    let pattern = |path: &str| AddressPattern::try_from(format!("https://{path}/{{id}}")).ok();
    RecordAddresses {
        ticket: pattern("desk.example.com/tickets"),
        requester: pattern("desk.example.com/requesters"),
        asset: pattern("desk.example.com/assets"),
        contact: pattern("crm.example.com/contacts"),
        deal: pattern("crm.example.com/deals"),
    }
}

/// A JSON file of invoices that identifies customers by requester, with one place.
pub(super) fn invoices(file: &Path, environment: &Environment) -> Invoices {
    let format = Format::Json { list: "invoices".to_owned() };
    let (location, fields) = (Location::File(file.to_owned()), FieldNames::default());
    let places = BTreeMap::from([("NOWHERE".to_owned(), PlaceId(Uuid::from_u128(9)))]);
    Invoices {
        source: Arc::new(Feed::new("books", location, format, fields.clone(), environment.clone()).unwrap()),
        mapping: Mapping {
            fields,
            currency: Currency::parse("EUR"),
            decimal: '.',
            date_format: None,
            statuses: BTreeMap::from([("settled".to_owned(), Delivered::Paid)]),
        },
        customer: CustomerKey::Record(RecordKey::new("freshservice", Kind::Requester, "")),
        places,
        every: SignedDuration::from_hours(1),
    }
}

/// The default kinds, and a custom status of the service desk.
fn requests() -> Requests {
    Requests { statuses: [(6, "Waiting for a spare part".to_owned())].into(), ..Requests::default() }
}

/// One concurrent seat of NAMED and one named seat of STUDIO. Other licences are unlimited.
fn seats() -> SeatRules {
    let rule = |counting| SeatRule { count: 1, counting };
    let rules = BTreeMap::from([("NAMED", rule(Counting::Concurrent)), ("STUDIO", rule(Counting::Named))]);
    SeatRules { rules, idle: SignedDuration::from_mins(30) }
}

/// A marketplace at the root, with matching rules and all common options.
fn marketplace() -> MarketplaceConfig {
    let choice = |id: &str, name: &str| Choice { id: id.into(), name: name.into(), ..Choice::default() };
    let rule = |by: &str, compare| MatchRule { by: by.parse().unwrap(), compare };
    MarketplaceConfig {
        name: "market".to_owned(),
        display_name: "Example Market".to_owned(),
        prefix: String::new(),
        applications: vec![application(MARKETPLACE.0, MARKETPLACE.1)],
        settings: Vec::new(),
        options: vec![
            SyncOption { required: true, ..option("username", "Username") },
            SyncOption {
                kind: OptionKind::List,
                values: vec![choice("1", "User"), choice("2", "Reseller")],
                ..option("role", "Role")
            },
            SyncOption { storefront: true, ..option("domain", "Domain") },
            SyncOption { storefront: true, ..option("vat", "VAT number") },
            SyncOption { data_type: DataType::Number, ..option("seats", "Seats") },
        ],
        matching: vec![
            rule("option:domain", Compare::Domain),
            rule("option:vat", Compare::Number),
            rule("option:username", Compare::Email),
            rule("attribute:email", Compare::Email),
        ],
        licence: Some(LicenceType::Custportal),
        invite: true,
        own_platform: false,
    }
}

/// A marketplace under a prefix, with a setting field. It has the same application id as the other one, with another
/// key.
fn partner_marketplace() -> MarketplaceConfig {
    MarketplaceConfig {
        name: "partner-market".to_owned(),
        display_name: "Partner Market".to_owned(),
        prefix: "/partner".to_owned(),
        applications: vec![application("another id", "the key of another id"), application(MARKETPLACE.0, PARTNER_KEY)],
        settings: vec![Setting {
            id: "PartnerCode".to_owned(),
            values: vec![SecretString::from("4711"), SecretString::from("4713")],
        }],
        options: vec![SyncOption { required: true, storefront: true, ..option("tenant", "Tenant") }],
        matching: Vec::new(),
        licence: None,
        invite: true,
        own_platform: false,
    }
}

fn option(id: &str, name: &str) -> SyncOption {
    SyncOption { id: id.into(), name: name.into(), ..SyncOption::default() }
}

fn application(id: &str, key: &str) -> Application {
    Application { id: id.into(), key: Secret::new(key).unwrap() }
}

/// Device documents: of the product of all devices, of another product, and of every product.
fn documents() -> Vec<Document> {
    let documents = serde_json::json!([
        { "title": "Manual <PACE>", "url": "https://docs.example.com/pace.pdf?v=1&lang=en", "products": ["pace"] },
        { "title": "Manual of another product", "url": "https://docs.example.com/other.pdf", "products": ["Other"] },
        { "title": "Warranty", "url": "https://docs.example.com/warranty" },
    ]);
    serde_json::from_value(documents).unwrap()
}
