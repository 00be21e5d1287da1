//! The fictional company: what its hub is configured with, and what is true in its outside systems at first.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceType;
use tessera_core::kernel::domain::PublicMailDomains;
use tessera_core::kernel::job::VendorCalls;
use tessera_core::kernel::language::ReaderLocale;
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::record::address::RecordAddresses;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_core::kernel::retention::Retention;
use tessera_core::marketplace::matching::Compare;
use tessera_core::marketplace::{MatchRule, SyncOption};
use tessera_core::returns::ReturnReason;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use tessera_core::work_orders::WorkSettings;
use tessera_hub::marketplace::{Application, MarketplaceConfig};
use tessera_hub::{
    Brand, Config, EmailRenderer, Locale, RenderedEmail, Requests, Returns, SeatRules, Secret, SecretKey, Storefront,
    Sweeps,
};

use crate::outside::{Asset, Desk, Invoice, Requester, Truth};

/// The name of the marketplace.
pub const MARKETPLACE: &str = "market";
/// How many requesters there are at first.
pub const REQUESTERS: u64 = 5;

/// The configuration of the hub.
///
/// # Panics
/// Never: it is the same each time.
pub fn config() -> Config {
    Config {
        public_url: "https://accounts.example.com".parse().expect("it is a URL"),
        secret_key: SecretKey::new(&SecretString::from("0123456789abcdef0123456789abcdef")).expect("it is long"),
        invitation_lifetime: SignedDuration::from_hours(14 * 24),
        session_lifetime: SignedDuration::from_hours(12),
        activation_licence: Some(LicenceType::Custportal),
        seats: SeatRules { rules: BTreeMap::new(), idle: SignedDuration::from_mins(30) },
        self_registration: false,
        role_functions: RoleFunctions::default(),
        device_type: DeviceType::default(),
        customer_stages: CustomerStages::default(),
        addresses: RecordAddresses::default(),
        documents: Vec::new(),
        brand: Brand { name: "Sunfield Energy".to_owned(), support_email: None, support_phone: None, help_url: None },
        locale: Locale::default(),
        grace: Grace { confirm_after: SignedDuration::from_secs(30), believe_after: SignedDuration::from_mins(2) },
        sweep: Sweeps::default(),
        brake: Brake { count: 10_000, percent: 100, floor: 10_000, window: SignedDuration::from_hours(1) },
        marketplaces: vec![marketplace()],
        storefront: Some(Storefront { title: "Sunfield Store".to_owned(), terms: None, executed_by_staff: false }),
        public_mail_domains: PublicMailDomains::default(),
        returns: Returns {
            reasons: ReturnReason::usual(),
            currency: Currency::parse("EUR").expect("it is a currency"),
            instructions: None,
        },
        requests: Requests::default(),
        work: WorkSettings::default(),
        audit: None,
        company_sign_in: None,
        retention: Retention::default(),
        vendor_calls: VendorCalls::default(),
    }
}

fn marketplace() -> MarketplaceConfig {
    let key = Secret::new("c2VjcmV0IG9mIHRoZSBtYXJrZXQ=").expect("it is long");
    let domain = SyncOption { id: "domain".into(), name: "Domain".into(), storefront: true, ..SyncOption::default() };
    MarketplaceConfig {
        name: MARKETPLACE.to_owned(),
        display_name: "Example Market".to_owned(),
        prefix: String::new(),
        applications: vec![Application { id: "5F2B3C1E".to_owned(), key }],
        settings: Vec::new(),
        options: vec![domain],
        matching: vec![MatchRule { by: "option:domain".parse().expect("it is a field"), compare: Compare::Domain }],
        licence: Some(LicenceType::Custportal),
        invite: true,
        own_platform: false,
    }
}

/// The address of a requester.
pub fn address(requester: u64) -> String {
    format!("r{requester}@example.com")
}

/// What is true outside when the story begins.
pub fn truth(at: Timestamp) -> Truth {
    let before = at - SignedDuration::from_hours(24);
    let mut desk = Desk::default();
    let mut truth = Truth::default();
    for n in 1..=REQUESTERS {
        let requester = 1000 + n;
        let row = Requester { name: format!("Person {n}"), email: address(requester), updated_at: before };
        desk.requesters.insert(requester, row);
        truth.contacts.insert(2000 + n, (format!("Contact {n}"), address(requester)));
        for device in 0..n % 3 {
            let serial = format!("HIB-{n}{device}");
            let holder = Some(requester);
            let row = Asset { name: format!("Bundle {serial}"), serial, holder, trashed: false, updated_at: before };
            desk.assets.insert(10 * n + device, row);
        }
        truth.books.0.push(Invoice { number: format!("R-{n}"), requester, cents: 1000 + n });
    }
    for n in 1..=2 {
        let serial = format!("HIB-S{n}");
        let row = Asset { name: format!("Stock {n}"), serial, holder: None, trashed: false, updated_at: before };
        desk.assets.insert(n, row);
    }
    truth.desk = desk;
    truth
}

/// E-mails without templates: the fields are the text.
#[derive(Debug)]
pub struct PlainEmails;

impl EmailRenderer for PlainEmails {
    fn render(&self, name: &str, fields: &Value, _: &ReaderLocale, _: Timestamp) -> Result<RenderedEmail, String> {
        let text = fields.to_string();
        Ok(RenderedEmail { subject: name.to_owned(), html: text.clone(), text })
    }
}
