//! What the operator decided about the journeys.

use jiff::SignedDuration;
use tessera_core::device::DeviceType;
use tessera_core::vanish::Grace;
use url::Url;

use crate::secret::SecretKey;

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
    /// Which asset type makes a device (`A05`).
    pub device_type: DeviceType,
    /// Who speaks to the customer.
    pub brand: Brand,
    /// How often everything is read from the outside systems; zero: only when asked.
    pub sweep_every: SignedDuration,
    /// How long something has to be missing upstream before it counts as gone.
    pub grace: Grace,
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
