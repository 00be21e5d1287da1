//! Vendors that the marketplace calls.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use tessera_core::kernel::ids::ServiceManagerId;
use uuid::Uuid;

/// A call of a vendor.
#[derive(Debug, Clone)]
pub struct VendorRequest {
    /// The service manager. Calls of one share limits and a circuit breaker.
    pub service_manager: ServiceManagerId,
    /// The address.
    pub address: String,
    /// The application id.
    pub application_id: String,
    /// The API key.
    pub api_key: SecretString,
    /// The setting fields.
    pub settings: Vec<(String, SecretString)>,
    /// The id of this call.
    pub track_id: Uuid,
    /// The JSON that is sent. `None`: something is only read.
    pub body: Option<String>,
    /// Time limit of the answer.
    pub within: Duration,
    /// Whether someone waits for it: then it does not wait for others to be answered.
    pub at_once: bool,
}

/// A whole answer of a vendor, of any status.
#[derive(Debug, Clone)]
pub struct VendorReply {
    /// HTTP status.
    pub status: u16,
    /// The body, cut at a limit above any answer of the contract.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VendorCallError {
    /// Too many calls are under way, or the vendor failed repeatedly and is left alone. Nothing was sent.
    #[error("{reason}")]
    Later {
        /// Why.
        reason: String,
        /// When a call may be made.
        at: Timestamp,
    },
    /// The vendor could not be reached. Nothing was sent.
    #[error("the vendor cannot be reached: {0}")]
    NotSent(String),
    /// It was sent, and no whole answer came. The vendor may have done what was asked.
    #[error("no answer: {0}")]
    Lost(String),
}

/// A check of the connection with a vendor.
#[derive(Debug, Clone)]
pub struct VendorCheck {
    /// Address before `/API/Accounts/…`.
    pub base_url: String,
    /// Whole addresses of operations that are elsewhere, by name.
    pub endpoints: Vec<(&'static str, String)>,
    /// The application id.
    pub application_id: String,
    /// The API key.
    pub api_key: SecretString,
    /// The setting fields.
    pub settings: Vec<(String, SecretString)>,
    /// Time limit of an answer.
    pub timeout: Duration,
    /// Time limit of the check.
    pub within: Duration,
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct VendorFindings {
    /// Number of calls made.
    pub calls: usize,
    /// Why it ended early.
    pub stopped: Option<String>,
    /// The rules of the contract that were checked.
    pub rules: Vec<VendorFinding>,
    /// Number of rules that were not checked, because that would change something at the vendor or an earlier answer
    /// made it impossible.
    pub not_checked: usize,
}

/// The finding on one rule of the contract.
#[derive(Debug, Clone)]
pub struct VendorFinding {
    /// The rule's id.
    pub id: &'static str,
    /// The rule.
    pub title: &'static str,
    /// What was found.
    pub kept: VendorRule,
    /// The violation, or the reason of the recommendation.
    pub found: Option<String>,
    /// The request and the answer, shortened.
    pub exchange: Option<(String, String)>,
    /// The remedy, for the vendor's developers.
    pub fix: &'static str,
}

/// Whether a vendor keeps a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VendorRule {
    /// It does.
    Kept,
    /// It does, but something else is recommended.
    Advice,
    /// It breaks the rule.
    Broken,
}

/// Calls vendors.
#[async_trait]
pub trait ServiceManagers: Debug + Send + Sync {
    /// Calls a vendor once. Nothing is repeated here, because a call may have an effect.
    ///
    /// # Errors
    /// [`VendorCallError`] if there is no whole answer.
    async fn call(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError>;

    /// Checks whether a vendor keeps the contract, by calls that change nothing there.
    ///
    /// # Errors
    /// Why it cannot be checked.
    async fn check(&self, check: &VendorCheck) -> Result<VendorFindings, String>;
}
