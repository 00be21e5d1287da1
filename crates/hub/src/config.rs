//! Configuration of the journeys.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceType;
use tessera_core::devices::documents::Document;
use tessera_core::kernel::domain::PublicMailDomains;
use tessera_core::kernel::job::VendorCalls;
use tessera_core::kernel::language::{Language, ReaderLocale};
use tessera_core::kernel::phone::Country;
use tessera_core::kernel::record::address::RecordAddresses;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_core::kernel::retention::Retention;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use tessera_core::work_orders::WorkSettings;
use url::Url;

use crate::access::seats::SeatRules;
use crate::audit;
use crate::company_sign_in::CompanySignIn;
use crate::marketplace::MarketplaceConfig;
use crate::returns::Returns;
use crate::secret::SecretKey;
use crate::service_requests::Requests;
use crate::storefront::Storefront;

/// Configuration of the journeys.
#[derive(Debug, Clone)]
pub struct Config {
    /// Public URL of the hub, for customers and staff.
    pub public_url: Url,
    /// The installation's secret key.
    pub secret_key: SecretKey,
    /// Validity of an invitation.
    pub invitation_lifetime: SignedDuration,
    /// Lifetime of a session.
    pub session_lifetime: SignedDuration,
    /// Licence granted by an activation (`P05`). `None`: no licence, until staff grant one.
    pub activation_licence: Option<LicenceType>,
    /// Seat limits of the licences (`P12`).
    pub seats: SeatRules,
    /// Whether an unknown user may submit a registration request (`P12`).
    pub self_registration: bool,
    /// Names of the role functions, which permit more than the licence (`P10`).
    pub role_functions: RoleFunctions,
    /// The asset types that count as devices (`A05`).
    pub device_type: DeviceType,
    /// The lifecycle stages in which a contact of the CRM is a customer (`A02`).
    pub customer_stages: CustomerStages,
    /// Addresses of objects in the pages of service desk and CRM.
    pub addresses: RecordAddresses,
    /// Documents for device owners, by product.
    pub documents: Vec<Document>,
    /// Branding, as shown to customers.
    pub brand: Brand,
    /// Where the company is: what is meant by a day, and by a telephone number without a country code.
    pub locale: Locale,
    /// Grace period before an object that is missing upstream counts as gone.
    pub grace: Grace,
    /// Intervals of the sweeps.
    pub sweep: Sweeps,
    /// Limits on removals from customers. Above them, a sweep is held for a decision by staff.
    pub brake: Brake,
    /// The marketplaces that may call the hub.
    pub marketplaces: Vec<MarketplaceConfig>,
    /// Mail providers whose domains are never a customer's (`M16`).
    pub public_mail_domains: PublicMailDomains,
    /// Reasons for returns, and their workflow (`P09`).
    pub returns: Returns,
    /// Kinds of service requests, and who may define approval workflows (`P09`).
    pub requests: Requests,
    /// Kinds of work, and the parts that it uses.
    pub work: WorkSettings,
    /// The storefront of the marketplace. `None`: there is none (`M06`).
    pub storefront: Option<Storefront>,
    /// Retention periods.
    pub retention: Retention,
    /// How many calls of vendors a process may have under way at once.
    pub vendor_calls: VendorCalls,
    /// Sign-in of staff at the company's identity provider (`P06`). `None`: they sign in as people or with local accounts.
    pub company_sign_in: Option<CompanySignIn>,
    /// Checkpoints of the timelines. `None`: no checkpoints (`H05`).
    pub audit: Option<audit::Settings>,
}

/// Intervals of the sweeps, which compare the outside systems with the hub's data.
#[derive(Debug, Clone, Copy)]
pub struct Sweeps {
    /// Interval of full sweeps. Zero: only on request.
    pub full_every: SignedDuration,
    /// Interval of incremental sweeps, for systems that can list changes. Zero: only on request.
    pub changes_every: SignedDuration,
    /// Overlap of an incremental sweep with the one before. Allows for clock differences and timestamps in whole
    /// seconds.
    pub overlap: SignedDuration,
}

impl Default for Sweeps {
    fn default() -> Self {
        Self {
            full_every: SignedDuration::from_hours(24),
            changes_every: SignedDuration::from_mins(15),
            overlap: SignedDuration::from_mins(5),
        }
    }
}

/// The company's country, time zone and language.
#[derive(Debug, Clone)]
pub struct Locale {
    /// The country of telephone numbers without a country code. `None`: unknown, so that they are only equal to
    /// themselves.
    pub country: Option<Country>,
    /// The time zone in which the days of invoices begin and end, and times are shown to readers who chose none.
    pub time_zone: TimeZone,
    /// The language of readers who chose none, and whose browser asks for none that there is.
    pub language: Language,
}

impl Locale {
    /// The day on which a moment is.
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.time_zone.clone()).date()
    }

    /// The locale of readers who chose nothing.
    pub fn reader(&self) -> ReaderLocale {
        ReaderLocale { language: self.language, zone: self.time_zone.clone() }
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self { country: None, time_zone: TimeZone::UTC, language: Language::default() }
    }
}

/// Branding, as shown to customers.
#[derive(Debug, Clone)]
pub struct Brand {
    /// Company name.
    pub name: String,
    /// E-mail address of customer support.
    pub support_email: Option<String>,
    /// Telephone number of customer support.
    pub support_phone: Option<String>,
    /// URL of the help page.
    pub help_url: Option<String>,
}

impl Config {
    /// The absolute URL of a path of the hub.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}
