//! What the provider remembers.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::accounts::Accounts;
use super::clients::Client;
use super::corrupt::Corruptions;
use super::grants::Grants;
use super::keys::{KeyError, KeyRing};
use super::policy::Aside;
use super::request::AuthRequest;
use super::session::Sessions;

/// How long somebody may take to sign in.
const TRANSACTION_TTL: SignedDuration = SignedDuration::from_hours(1);

/// Everything. Keys, accounts and refresh tokens are kept over a restart; what belongs to a browser in the middle of something is not.
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
    /// By how much the clock that dates tokens is wrong.
    #[serde(skip)]
    pub(super) skew: SignedDuration,
}

impl State {
    pub(super) fn with_new_key() -> Result<Self, KeyError> {
        Ok(Self { keys: KeyRing::generate()?, ..Self::default() })
    }

    pub(super) fn client(&self, client_id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }
}

/// An authorize request that waits for a person. The pages carry only its id, so nobody can edit what was checked at the start.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) request: AuthRequest,
    /// Who has just signed up and was asked to verify their e-mail, with the code that does it.
    pub(super) verification: Option<Verification>,
    expires: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Verification {
    pub(super) sub: String,
    pub(super) code: String,
}

/// The authorize requests in progress. One stays until it expires, so that a double click or the back button does no harm.
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
