//! What a marketplace is answered, in the hub's words.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::CustomerId;
use tessera_core::marketplace::provision::Done;
use tessera_core::marketplace::{Code, MarketplaceError, SyncOption};

use crate::Hub;

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The options.
    Options(Vec<SyncOption>),
    /// The customer is here (`M07`).
    Synchronized {
        /// Its external id.
        customer_id: CustomerId,
        /// What comes back with every later call, and can stand in the platform's mail (`M10`).
        extra: BTreeMap<String, String>,
        /// The platform shall send its mail (`M12`).
        notify: bool,
    },
    /// There is such a customer (`M16`).
    Exists(CustomerId),
    /// There is none.
    Absent,
    /// There is one, and it cannot be had; the text says why.
    Invalid(String),
    /// The customer is gone, now or since before.
    Deleted {
        /// Which of the two, in words; empty: now.
        note: String,
        /// The account that was meant, as far as one was ever here.
        account: Option<String>,
    },
    /// It was not done.
    Refused(MarketplaceError),
}

impl Answer {
    /// The code of the answer.
    pub fn code(&self) -> i32 {
        match self {
            Self::Refused(refusal) => refusal.code.number(),
            Self::Exists(_) => Code::Exists.number(),
            Self::Invalid(_) => Code::ExistsInvalid.number(),
            Self::Options(_) | Self::Synchronized { .. } | Self::Absent | Self::Deleted { .. } => Code::Ok.number(),
        }
    }

    /// The account it is about, where the call itself named only the customer.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Deleted { account, .. } => account.as_deref(),
            _ => None,
        }
    }
}

impl Hub {
    /// What a marketplace is told about a customer. `is_new_to_them`: it does not know the external id yet, so an earlier answer may have got
    /// lost, and the mail with it.
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
