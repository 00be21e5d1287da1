//! The customer that an account is at a vendor.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::kernel::ids::{MarketplaceAccountId, ServiceManagerId};

/// The link of an account with its customer at a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorLink {
    /// The account.
    pub account: MarketplaceAccountId,
    /// The vendor.
    pub service_manager: ServiceManagerId,
    /// The customer's id there. `None` until the vendor has answered.
    pub external_id: Option<String>,
    /// What the vendor wants to hear again in every call (`M10`).
    pub extra: BTreeMap<String, String>,
    /// Whether the customer existed there before.
    pub existed: bool,
    /// Since when a call with an effect is under way, or its answer is lost.
    pub sent_at: Option<Timestamp>,
    /// When it was linked.
    pub linked_at: Option<Timestamp>,
    /// When it was deleted there.
    pub deleted_at: Option<Timestamp>,
}

/// Why an answer does not make a link. Nothing is linked by guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkProblem {
    /// A success without an id.
    #[error("the vendor reports success without an ExternalID")]
    NoId,
    /// An id other than the one that the account has.
    #[error("the vendor answered ExternalID {answered}, but this account has {known} there; nothing was changed")]
    OtherId {
        /// The id that the account has.
        known: String,
        /// The id in the answer.
        answered: String,
    },
    /// The id of another account.
    #[error(
        "the vendor answered ExternalID {external_id}, which already belongs to account {other} ({name}); this account was not linked"
    )]
    OfAnotherAccount {
        /// The id in the answer.
        external_id: String,
        /// The other account.
        other: MarketplaceAccountId,
        /// Its name.
        name: String,
    },
}

impl VendorLink {
    /// A link that is not made yet.
    pub const fn new(account: MarketplaceAccountId, service_manager: ServiceManagerId) -> Self {
        Self {
            account,
            service_manager,
            external_id: None,
            extra: BTreeMap::new(),
            existed: false,
            sent_at: None,
            linked_at: None,
            deleted_at: None,
        }
    }

    /// The customer's id at the vendor, unless it was deleted there.
    pub fn active_id(&self) -> Option<&str> {
        self.external_id.as_deref().filter(|_| self.deleted_at.is_none())
    }

    /// Whether something of the account may be at the vendor.
    pub const fn may_be_there(&self) -> bool {
        self.sent_at.is_some() || (self.external_id.is_some() && self.deleted_at.is_none())
    }

    /// The link after an answer. `was_absent`: the vendor has just said that it has no such customer, so that a new id
    /// replaces an old one.
    ///
    /// # Errors
    /// If the answer does not say which customer it is, or names another one.
    pub fn answered(
        mut self,
        answered: Option<&str>,
        extra: BTreeMap<String, String>,
        was_absent: bool,
        now: Timestamp,
    ) -> Result<Self, LinkProblem> {
        let external_id = match (self.active_id(), answered) {
            (None, None) => return Err(LinkProblem::NoId),
            (Some(known), None) => known.to_owned(),
            (Some(known), Some(answered)) if known != answered && !was_absent => {
                return Err(LinkProblem::OtherId { known: known.to_owned(), answered: answered.to_owned() });
            }
            (_, Some(answered)) => answered.to_owned(),
        };
        if self.deleted_at.is_some() || self.external_id.as_ref() != Some(&external_id) {
            self.linked_at = Some(now);
            self.extra.clear();
        }
        self.extra.extend(extra);
        Ok(Self { external_id: Some(external_id), sent_at: None, deleted_at: None, ..self })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn link(id: Option<&str>) -> VendorLink {
        let nil = Uuid::nil();
        let link = VendorLink::new(MarketplaceAccountId(nil), ServiceManagerId(nil));
        VendorLink { external_id: id.map(ToOwned::to_owned), ..link }
    }

    fn answered(id: Option<&str>, answer: Option<&str>, was_absent: bool) -> Result<Option<String>, LinkProblem> {
        let linked = link(id).answered(answer, BTreeMap::new(), was_absent, Timestamp::UNIX_EPOCH);
        linked.map(|linked| linked.external_id)
    }

    #[test]
    fn m20_an_answer_never_changes_the_external_id_of_an_account_silently() {
        let id = |id: &str| Ok(Some(id.to_owned()));
        assert_eq!(answered(None, Some("c-1"), true), id("c-1"));
        assert_eq!(answered(Some("c-1"), None, false), id("c-1"), "an update need not repeat it");
        assert_eq!(answered(Some("c-1"), Some("c-1"), false), id("c-1"));
        assert_eq!(answered(None, None, true), Err(LinkProblem::NoId));
        assert!(matches!(answered(Some("c-1"), Some("c-2"), false), Err(LinkProblem::OtherId { .. })));
        assert_eq!(answered(Some("c-1"), Some("c-2"), true), id("c-2"), "the vendor had lost the first one");
    }

    #[test]
    fn m10_extra_details_are_kept_when_a_later_answer_has_none() {
        let extra = |key: &str| BTreeMap::from([(key.to_owned(), "1".to_owned())]);
        let now = Timestamp::UNIX_EPOCH;
        let first = link(None).answered(Some("c-1"), extra("tenant"), true, now).unwrap();
        let second = first.answered(Some("c-1"), BTreeMap::new(), false, now).unwrap();
        assert_eq!(second.extra, extra("tenant"));
        let third = second.answered(None, extra("region"), false, now).unwrap();
        assert_eq!(third.extra.len(), 2);
        let other = third.answered(Some("c-2"), BTreeMap::new(), true, now).unwrap();
        assert!(other.extra.is_empty(), "they were about the customer that is gone");
    }
}
