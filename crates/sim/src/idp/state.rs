//! The state of the provider.

use std::collections::HashMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::IdpError;
use super::accounts::Accounts;
use super::clients::Client;
use super::corrupt::Corruptions;
use super::grants::Grants;
use super::keys::KeyRing;
use super::policy::Aside;
use super::request::AuthRequest;
use super::session::Sessions;

/// Time limit for a sign-in.
const TRANSACTION_TTL: SignedDuration = SignedDuration::from_hours(1);

/// The state. Keys, accounts and refresh tokens are persistent; sessions and sign-ins in progress are not.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) keys: KeyRing,
    pub(super) accounts: Accounts,
    pub(super) grants: Grants,
    #[serde(skip)]
    pub(super) clients: Vec<Client>,
    #[serde(skip)]
    pub(super) sessions: Sessions,
    #[serde(skip)]
    pub(super) transactions: Transactions,
    #[serde(skip)]
    pub(super) aside: HashMap<String, Aside>,
    #[serde(skip)]
    pub(super) corruptions: Corruptions,
    /// Deviation of the clock for token timestamps.
    #[serde(skip)]
    pub(super) skew: SignedDuration,
}

impl State {
    pub(super) fn with_key(file: Option<&Path>) -> Result<Self, IdpError> {
        let keys = file.map_or_else(|| Ok(KeyRing::generate()?), KeyRing::of_file)?;
        Ok(Self { keys, ..Self::default() })
    }

    pub(super) fn client(&self, client_id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }
}

/// An authorize request that waits for a person. Pages contain only its id, so the validated data cannot be changed.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) request: AuthRequest,
    /// The new account whose e-mail address is to be verified, with the code.
    pub(super) verification: Option<Verification>,
    expires: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Verification {
    pub(super) sub: String,
    pub(super) code: String,
}

/// Authorize requests in progress. A request remains until it expires, so that a double click or the back button causes
/// no error.
#[derive(Debug, Default)]
pub(super) struct Transactions(HashMap<String, Transaction>);

impl Transactions {
    pub(super) fn begin(&mut self, id: String, request: AuthRequest, now: Timestamp) {
        self.0.retain(|_, transaction| transaction.expires > now);
        self.0.insert(id, Transaction { request, verification: None, expires: now + TRANSACTION_TTL });
    }

    pub(super) fn get(&self, id: &str, now: Timestamp) -> Option<&Transaction> {
        self.0.get(id).filter(|transaction| transaction.expires > now)
    }

    pub(super) fn await_verification(&mut self, id: &str, verification: Verification) {
        if let Some(transaction) = self.0.get_mut(id) {
            transaction.verification = Some(verification);
        }
    }
}
