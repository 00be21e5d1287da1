//! What policies of Azure AD B2C and Entra ask while somebody signs in there: `/b2c/*` (`A18`, `A20`).
//!
//! A policy waits for the answer, and a person waits for the policy: everything is answered from the hub's own data, and what needs an
//! outside system happens afterwards.

mod answer;
mod claims;
mod connector;
mod events;
mod link;
mod request;
mod sender;

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use tessera_core::invitations::link_form::LinkForm;
use tessera_hub::ports::TokenVerifier;

use crate::auth::route_access::{Routes, Rule, post};

pub(crate) use answer::refused;

/// The routes, below `/b2c`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Policy)
        .route("/link", post(link::link))
        .route("/claims", post(claims::claims))
        .route("/events", post(events::event))
}

/// How the hub serves policies.
#[derive(Debug)]
pub struct B2c {
    /// The identity provider whose object ids the policies send: its issuer and an object id make an identity.
    pub provider: String,
    /// How a policy proves who it is.
    pub senders: Senders,
    /// What the claims are called that policies send.
    pub names: ClaimNames,
    /// Compatibility mode: a requester's bare number is accepted in place of a token.
    pub numbers: bool,
    /// Waiting for a person's decision is an error of the policy, not a status.
    pub review_is_error: bool,
    /// The sign-in name of a local account is an address that the policy verified at sign-up.
    pub sign_in_name_is_verified: bool,
    /// What tokens tell about a customer, by the claim's name.
    pub token_claims: BTreeMap<String, TokenClaim>,
    /// A page that says more about errors.
    pub more_info: Option<String>,
    /// The activation links in the form of a policy, by environment.
    pub links: BTreeMap<String, LinkForm>,
    /// Checks who sends the events of Entra's custom authentication extensions.
    pub events: Option<Arc<dyn TokenVerifier>>,
}

impl B2c {
    /// For the policies of this identity provider, with the usual values; nobody may ask yet.
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

/// How a policy proves who it is: any of those that are configured will do.
#[derive(Debug, Default)]
pub struct Senders {
    /// A header that carries a key.
    pub api_key: Option<(String, SecretString)>,
    /// A user name and a password (RFC 7617).
    pub basic: Option<(String, SecretString)>,
    /// A header in which the proxy that speaks TLS names the client's certificate, and the names that are accepted: fingerprints or
    /// subjects, as the proxy writes them.
    pub certificate: Option<(String, Vec<String>)>,
}

/// What the claims are called that policies send.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// The account's object id.
    pub object_id: String,
    /// What says whose record it is: a token, or in compatibility mode a number. The first that is there counts.
    pub given: Vec<String>,
    /// The address.
    pub email: String,
    /// Whether the address was verified: `true`, or the text `true`.
    pub email_verified: String,
    /// The sign-in name of a local account.
    pub sign_in_name: String,
    /// The name.
    pub name: String,
    /// By what the policy's own log names this sign-in.
    pub correlation_id: String,
    /// The policy.
    pub policy: String,
    /// The application the person signs in to.
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

/// What a token may tell about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenClaim {
    /// The hub's id of the customer.
    CustomerId,
    /// The requester in the service desk.
    RequesterId,
    /// The contact in the CRM.
    ContactId,
    /// How many devices are theirs.
    DeviceCount,
}

impl TokenClaim {
    /// All of them, under their usual names.
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
