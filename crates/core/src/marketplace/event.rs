//! Timeline events of marketplace accounts and domains.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::AccountField;
use crate::kernel::ids::InvitationId;
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of marketplace accounts and domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MarketplaceEvent {
    /// A marketplace reported changes of an account (`M07`).
    AccountChanged {
        /// The account.
        record: RecordKey,
        /// The changed fields.
        changes: Vec<AccountField>,
    },
    /// A reseller serves the customer (`M08`).
    ServedByReseller {
        /// The account.
        record: RecordKey,
        /// The reseller's account.
        reseller: RecordKey,
    },
    /// An activation link was issued to a marketplace (`M13`).
    InvitedByMarketplace {
        /// The invitation.
        invitation_id: InvitationId,
        /// The marketplace.
        marketplace: String,
        /// The account's address, if mail can be sent to it.
        email: Option<Personal>,
    },
    /// A marketplace deleted the account (`M15`).
    AccountDeleted {
        /// The account.
        record: RecordKey,
        /// Whether the customer's access ended with it.
        access_ended: bool,
    },
    /// Staff reversed a deletion (`M15`).
    AccountRestored {
        /// The account.
        record: RecordKey,
        /// Reason.
        why: Personal,
    },
    /// A domain was entered for the customer (`M16`).
    DomainAdded {
        /// The domain.
        domain: String,
    },
    /// A domain that was entered for the customer was removed.
    DomainRemoved {
        /// The domain.
        domain: String,
    },
}

impl FeatureEvent for MarketplaceEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
