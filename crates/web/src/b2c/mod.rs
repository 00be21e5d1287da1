//! Endpoints for policies of Azure AD B2C and Entra, called during a sign-in: `/b2c/*` (`A18`, `A20`).
//!
//! The policy and its user wait for the response. So it is computed from the hub's own data only, and calls to outside
//! systems happen afterwards.

mod answer;
mod claims;
mod connector;
mod events;
mod link;
mod request;
mod sender;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tessera_core::invitations::link_form::LinkForm;
use tessera_hub::Secret;
use tessera_hub::ports::TokenVerifier;

use crate::auth::route_access::{Routes, Rule, post};

pub(crate) use answer::refused;

/// The routes, relative to `/b2c`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Policy)
        .route("/link", post(link::link))
        .route("/claims", post(claims::claims))
        .route("/events", post(events::event))
}

/// Configuration of the endpoints for policies.
#[derive(Debug)]
pub struct B2c {
    /// The identity provider whose object ids the policies send. Its issuer and an object id form an identity.
    pub provider: String,
    /// How policies authenticate.
    pub senders: Senders,
    /// Names of the claims that policies send.
    pub names: ClaimNames,
    /// Compatibility mode: accept a requester's id in place of a token.
    pub numbers: bool,
    /// Whether an open review is reported as an error of the policy instead of a status.
    pub review_is_error: bool,
    /// Whether the sign-in name of a local account is an address that the policy verified at sign-up.
    pub sign_in_name_is_verified: bool,
    /// Claims about a customer for use in tokens, by the claim's name.
    pub token_claims: BTreeMap<String, TokenClaim>,
    /// Address of a page with more information about errors.
    pub more_info: Option<String>,
    /// The activation links in the form of a policy, by environment.
    pub links: BTreeMap<String, LinkForm>,
    /// Verifies the sender of the events of Entra's custom authentication extensions.
    pub events: Option<Arc<dyn TokenVerifier>>,
}

impl B2c {
    /// Default configuration for the policies of an identity provider. No sender is accepted yet.
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            senders: Senders::default(),
            names: ClaimNames::default(),
            numbers: false,
            review_is_error: false,
            sign_in_name_is_verified: false,
            token_claims: TokenClaim::usual(),
            more_info: None,
            links: BTreeMap::new(),
            events: None,
        }
    }
}

/// Credentials that policies authenticate with. Any of the configured ones is sufficient.
#[derive(Debug, Default)]
pub struct Senders {
    /// A header with an API key.
    pub api_key: Option<(String, Secret)>,
    /// A user name and a password (RFC 7617).
    pub basic: Option<(String, Secret)>,
    /// A header in which the TLS-terminating proxy names the client's certificate, and the accepted names: fingerprints
    /// or subjects, as the proxy writes them.
    pub certificate: Option<(String, Vec<String>)>,
}

/// Names of the claims that policies send.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// The account's object id.
    pub object_id: String,
    /// Claims that identify the record to link: a token, or a requester id in compatibility mode. The first one present
    /// is used.
    pub given: Vec<String>,
    /// The e-mail address.
    pub email: String,
    /// Whether the address was verified: `true`, or the text `true`.
    pub email_verified: String,
    /// The sign-in name of a local account.
    pub sign_in_name: String,
    /// The user's name.
    pub name: String,
    /// The correlation id of this sign-in in the policy's own log.
    pub correlation_id: String,
    /// The policy.
    pub policy: String,
    /// The application that the user signs in to.
    pub client_id: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            object_id: "objectId".to_owned(),
            given: vec!["requesterId".to_owned(), "token".to_owned()],
            email: "email".to_owned(),
            email_verified: "emailVerified".to_owned(),
            sign_in_name: "signInNames.emailAddress".to_owned(),
            name: "displayName".to_owned(),
            correlation_id: "correlationId".to_owned(),
            policy: "policyId".to_owned(),
            client_id: "clientId".to_owned(),
        }
    }
}

/// Claims about a customer that a token can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenClaim {
    /// The hub's id of the customer.
    CustomerId,
    /// The requester in the service desk.
    RequesterId,
    /// The contact in the CRM.
    ContactId,
    /// The number of the customer's devices.
    DeviceCount,
}

impl TokenClaim {
    /// All claims, with their default names.
    pub fn usual() -> BTreeMap<String, Self> {
        [
            ("customerId", Self::CustomerId),
            ("requesterId", Self::RequesterId),
            ("contactId", Self::ContactId),
            ("deviceCount", Self::DeviceCount),
        ]
        .map(|(name, claim)| (name.to_owned(), claim))
        .into()
    }
}
