//! Delete, and reversing it (`M15`, `M20`). The record of a deleted account is kept as a tombstone: its history
//! remains, access ends.

use super::provision;
use crate::invitations::Revocation;
use crate::kernel::customer::change::{CustomerChange, LinkChange};
use crate::kernel::customer::{Customer, EndReason, Evidence, Link};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Kind, Observation, RecordKey};
use crate::marketplace::event::MarketplaceEvent;
use crate::marketplace_platform::SYSTEM;

/// Ends an account's link. If the customer has no other records (`alone`), its people are deactivated. Otherwise they
/// keep their access.
pub fn delete(link: &Link, customer: Customer, alone: bool, stamp: Stamp<'_>) -> Plan {
    let customer_id = customer.id;
    let record = link.record.clone();
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(MarketplaceEvent::AccountDeleted { record: record.clone(), access_ended: alone });
    draft.end_link(link, EndReason::AccountDeleted);
    let revocation = provision::revocation(&record, Revocation::AccountDeleted, stamp);
    draft.push(revocation, "nobody activates what was deleted");
    if alone {
        draft.push(CustomerChange::EndAccess { customer_id, at: stamp.now }, "nothing else makes this a customer");
    }
    draft.push(RecordChange::Bury { key: record, at: stamp.reading }, "the marketplace deleted it");
    draft.finish()
}

/// Reverses a deletion: the customer keeps its id, external id and people. `account` is the record before the deletion.
pub fn restore(link: &Link, customer: Customer, account: Observation, why: &str, stamp: Stamp<'_>) -> Plan {
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(MarketplaceEvent::AccountRestored { record: link.record.clone(), why: why.into() });
    let again =
        Link { id: stamp.id(), actor: stamp.actor.to_string(), created_at: stamp.now, ended: None, ..link.clone() };
    draft.push(LinkChange::Create(Box::new(again)), "staff undo the deletion");
    draft.push(CustomerChange::GiveAccessBack { customer_id }, "people who could sign in before can sign in again");
    draft.push(RecordChange::Put(Box::new(account)), "the account is there again");
    draft.finish()
}

/// Whether the customer's active links are only this account and sign-ins. The same account as the hub's own platform has
/// it, or as its vendor has it, is no other one.
pub fn is_alone(links: &[Link], account: &RecordKey) -> bool {
    let mut active = links.iter().filter(|link| link.ended.is_none());
    active.all(|link| {
        link.record == *account || link.record.kind == Kind::User || is_same_account(links, &link.record, account)
    })
}

/// Whether two records are one account: an account of the hub's own platform, and the account for which its vendor
/// interface made the same customer a customer of its own. One that a rule has matched has proved nothing.
fn is_same_account(links: &[Link], one: &RecordKey, other: &RecordKey) -> bool {
    let (own, at_vendor) = match (one.system == SYSTEM, other.system == SYSTEM) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return false,
    };
    let was_made = |link: &Link| matches!(link.evidence, Evidence::Marketplace { matched_by: None });
    own.kind == Kind::Account
        && at_vendor.kind == Kind::Account
        && own.external_id == at_vendor.external_id
        && links.iter().any(|link| link.record == *at_vendor && was_made(link))
}

/// Whether the account may say who the customer is, and hand out access: it is alone, and made the customer. One that
/// was matched with a customer who was there before, by a domain say, has proved nothing, also when every other record
/// is unlinked later.
pub fn leads(links: &[Link], account: &RecordKey) -> bool {
    let mut own = links.iter().filter(|link| link.ended.is_none() && link.record == *account);
    let was_matched = |link: &Link| matches!(link.evidence, Evidence::Marketplace { matched_by: Some(_) });
    is_alone(links, account) && !own.any(was_matched)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::customer::{Ended, Origin};
    use crate::kernel::ids::{CustomerId, LinkId};

    fn link(record: RecordKey, matched_by: Option<&str>) -> Link {
        Link {
            id: LinkId(Uuid::nil()),
            record,
            customer_id: CustomerId(Uuid::from_u128(1)),
            origin: Origin::Marketplace,
            actor: "marketplace:market".to_owned(),
            evidence: Evidence::Marketplace { matched_by: matched_by.map(ToOwned::to_owned) },
            created_at: Timestamp::UNIX_EPOCH,
            suspended: None,
            ended: None,
        }
    }

    #[test]
    fn m16_an_account_matched_by_a_rule_never_leads_the_customer() {
        let account = RecordKey::new("market", Kind::Account, "1");
        let requester = link(RecordKey::new("freshservice", Kind::Requester, "7"), None);
        let ended = Ended { at: Timestamp::UNIX_EPOCH, by: String::new(), why: EndReason::Removed };
        let unlinked = Link { ended: Some(ended), ..requester.clone() };
        let made = link(account.clone(), None);
        let matched = link(account.clone(), Some("the same “Domain” (acme.example)"));
        assert!(leads(std::slice::from_ref(&made), &account));
        assert!(!leads(&[made, requester], &account), "the service desk leads");
        assert!(is_alone(&[matched.clone(), unlinked.clone()], &account));
        assert!(!leads(&[matched, unlinked], &account), "a domain is no proof, also when nothing else is left");
    }

    #[test]
    fn m19_an_account_of_the_own_platform_and_at_its_vendor_is_one_account() {
        let own = link(RecordKey::new(SYSTEM, Kind::Account, "0197"), None);
        let at_vendor = link(RecordKey::new("market", Kind::Account, "0197"), None);
        let both = [own.clone(), at_vendor.clone()];
        assert!(leads(&both, &own.record) && leads(&both, &at_vendor.record));
        let matched = link(RecordKey::new("market", Kind::Account, "0197"), Some("the same “E-mail”"));
        let both = [own.clone(), matched.clone()];
        assert!(!is_alone(&both, &own.record) && !is_alone(&both, &matched.record), "a rule proves nothing");
        let another = link(RecordKey::new("market", Kind::Account, "0198"), None);
        assert!(!is_alone(&[own.clone(), another], &own.record));
        let elsewhere = link(RecordKey::new("other-market", Kind::Account, "0197"), None);
        assert!(!is_alone(&[at_vendor.clone(), elsewhere], &at_vendor.record), "two marketplaces are two accounts");
    }
}
