//! The answer to a marketplace, independent of the wire format.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::CustomerId;
use tessera_core::marketplace::provision::Done;
use tessera_core::marketplace::{Code, MarketplaceError, SyncOption};

use crate::Hub;

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The synchronization options.
    Options(Vec<SyncOption>),
    /// The account is synchronized (`M07`).
    Synchronized {
        /// The customer's id, which is the external id of the account.
        customer_id: CustomerId,
        /// Extra values that the platform returns with every later call and may use in its e-mail (`M10`).
        extra: BTreeMap<String, String>,
        /// Whether the platform should send its e-mail (`M12`).
        notify: bool,
    },
    /// The customer exists (`M16`).
    Exists(CustomerId),
    /// The customer does not exist.
    Absent,
    /// The customer exists but cannot be linked. The text gives the reason.
    Invalid(String),
    /// The customer is deleted, by this call or earlier.
    Deleted {
        /// Note, if it was deleted earlier. Empty: deleted by this call.
        note: String,
        /// The account id, if the account is known.
        account: Option<String>,
    },
    /// The call was rejected.
    Refused(MarketplaceError),
}

impl Answer {
    /// The status code of the answer.
    pub fn code(&self) -> i32 {
        match self {
            Self::Refused(refusal) => refusal.code.number(),
            Self::Exists(_) => Code::Exists.number(),
            Self::Invalid(_) => Code::ExistsInvalid.number(),
            Self::Options(_) | Self::Synchronized { .. } | Self::Absent | Self::Deleted { .. } => Code::Ok.number(),
        }
    }

    /// The account of the answer, if the call named only the customer.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Deleted { account, .. } => account.as_deref(),
            _ => None,
        }
    }
}

impl Hub {
    /// Builds the answer about a customer. `is_new_to_them`: the marketplace does not know the external id yet, so an
    /// earlier answer, and with it the e-mail, may have been lost.
    pub(super) fn answer(&self, done: Done, is_new_to_them: bool) -> Answer {
        let mut extra = BTreeMap::from([("portal_url".to_owned(), self.config.url("/portal/customer"))]);
        if let Some((id, until)) = done.invitation {
            extra.insert("activation_url".to_owned(), self.invitation_url(id));
            extra.insert("activation_expires".to_owned(), until.strftime("%Y-%m-%d").to_string());
        }
        let notify = done.issued || (is_new_to_them && done.invitation.is_some());
        Answer::Synchronized { customer_id: done.customer_id, extra, notify }
    }
}
