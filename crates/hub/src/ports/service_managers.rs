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
    /// Whether somebody waits for it: then it does not wait for others to be answered.
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

/// Calls vendors.
#[async_trait]
pub trait ServiceManagers: Debug + Send + Sync {
    /// Calls a vendor once. Nothing is repeated here, because a call may have an effect.
    ///
    /// # Errors
    /// [`VendorCallError`] if there is no whole answer.
    async fn call(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError>;
}
