//! What the operator decided about the journeys.

use jiff::SignedDuration;
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceType;
use tessera_core::devices::documents::Document;
use tessera_core::kernel::retention::Retention;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use url::Url;

use crate::access::seats::SeatRules;
use crate::audit;
use crate::marketplace::MarketplaceConfig;
use crate::returns::Returns;
use crate::secret::SecretKey;
use crate::service_requests::Requests;

/// The journeys' configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where customers and staff reach the hub.
    pub public_url: Url,
    /// The installation's secret key.
    pub secret_key: SecretKey,
    /// How long an invitation may be used.
    pub invitation_lifetime: SignedDuration,
    /// How long somebody stays signed in.
    pub session_lifetime: SignedDuration,
    /// What somebody who activates may use (`P05`); none: nothing, until staff decide.
    pub activation_licence: Option<LicenceType>,
    /// How many may use a licence at once (`P12`).
    pub seats: SeatRules,
    /// Whether somebody who is not known may ask to be let in (`P12`).
    pub self_registration: bool,
    /// What people may do in the portal beyond their licence, by these names (`P10`).
    pub role_functions: RoleFunctions,
    /// Which asset type makes a device (`A05`).
    pub device_type: DeviceType,
    /// Documents for the owners of devices, by product.
    pub documents: Vec<Document>,
    /// Who speaks to the customer.
    pub brand: Brand,
    /// How long something has to be missing upstream before it counts as gone.
    pub grace: Grace,
    /// How often the outside systems are compared with what the hub knows.
    pub sweep: Sweeps,
    /// How much may be taken from customers before somebody has to look.
    pub brake: Brake,
    /// The marketplaces whose platforms call here.
    pub marketplaces: Vec<MarketplaceConfig>,
    /// Why customers may return what, and in which order what is done (`P09`).
    pub returns: Returns,
    /// The kinds of service requests, and who defines workflows of their own (`P09`).
    pub requests: Requests,
    /// How long is kept what has no meaning any more.
    pub retention: Retention,
    /// Checkpoints of the timelines; none: none are made (`H05`).
    pub audit: Option<audit::Settings>,
}

/// How often the outside systems are compared with what the hub knows.
#[derive(Debug, Clone, Copy)]
pub struct Sweeps {
    /// Everything; zero: only when asked.
    pub full_every: SignedDuration,
    /// What changed since the last time, where a system tells it; zero: only when asked.
    pub changes_every: SignedDuration,
    /// How much further back an incremental sweep looks: for clocks that differ and times told in seconds.
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

/// Who speaks to the customer.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The company's name as customers know it.
    pub name: String,
    /// Where customers get help: an e-mail address.
    pub support_email: Option<String>,
    /// Where customers get help: a telephone number.
    pub support_phone: Option<String>,
    /// Where customers get help: a page.
    pub help_url: Option<String>,
}

impl Config {
    /// The address of a path of the hub.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}
