//! Delete, and reversing it (`M15`, `M20`). The record of a deleted account is kept as a tombstone: its history
//! remains, access ends.

use super::provision;
use crate::invitations::Revocation;
use crate::kernel::customer::change::{CustomerChange, LinkChange};
use crate::kernel::customer::{Customer, EndReason, Evidence, Link};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Kind, Observation, RecordKey};
use crate::kernel::timeline::Event;

/// Ends an account's link. If the customer has no other records (`alone`), its people are deactivated. Otherwise they
/// keep their access.
pub fn delete(link: &Link, customer: Customer, alone: bool, stamp: Stamp<'_>) -> Plan {
    let customer_id = customer.id;
    let record = link.record.clone();
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(&Event::AccountDeleted { record: record.clone(), access_ended: alone });
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
    draft.note(&Event::AccountRestored { record: link.record.clone(), why: why.into() });
    let again =
        Link { id: stamp.id(), actor: stamp.actor.to_string(), created_at: stamp.now, ended: None, ..link.clone() };
    draft.push(LinkChange::Create(Box::new(again)), "staff undo the deletion");
    draft.push(CustomerChange::GiveAccessBack { customer_id }, "people who could sign in before can sign in again");
    draft.push(RecordChange::Put(Box::new(account)), "the account is there again");
    draft.finish()
}

/// Whether the customer's active links are only this account and sign-ins.
pub fn is_alone(links: &[Link], account: &RecordKey) -> bool {
    let active = links.iter().filter(|link| link.ended.is_none());
    active.map(|link| &link.record).all(|record| record == account || record.kind == Kind::User)
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
}
