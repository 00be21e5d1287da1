//! Collects the facts about a customer and a requester.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tessera_core::explain::{self, AccountStanding, Attempt, Contact, LostDevice, OperatorPerson, RefreshTrouble};
use tessera_core::invitations::jobs::MailInvitation;
use tessera_core::kernel::customer::{Customer, Identity, Link, Origin};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::JobKind;
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, RecordKey, words};
use tessera_core::kernel::{normalise, phone};
use tessera_core::sync::jobs::{ConfirmAbsence, Refresh, SweepOf};
use tessera_store::{StoreError, StoredRecord};

use super::facts::{MAX_FACTS, unlinked};
use crate::Hub;

/// Maximum number of formerly assigned devices to examine.
const LOOKED_AT: usize = 20;

impl Hub {
    /// The facts about a customer and their requester.
    pub(crate) async fn customer_facts(
        &self,
        customer: &Customer,
    ) -> Result<(explain::Customer, Option<explain::Requester>), StoreError> {
        let (store, of) = (self.reads(), customer.id);
        let links = store.links(of).await?;
        let identities = store.identities(of).await?;
        let active = |kind| links.iter().find(|link| link.ended.is_none() && link.record.kind == kind);
        let ended = |kind| newest_ended(&links, kind).cloned().and_then(unlinked);
        let requester = match active(Kind::Requester) {
            Some(link) => store.record(&link.record).await?,
            None => None,
        };
        let contact = match active(Kind::Contact) {
            Some(link) => Some((link.record.clone(), store.record(&link.record).await?)),
            None => None,
        };
        let theirs = store.devices_of(of).await?;
        let devices = theirs.len();
        let assets = theirs.iter().map(|device| RecordKey::new(&device.system, Kind::Asset, &device.external_id));
        let linked = [active(Kind::Requester), active(Kind::Contact)].into_iter().flatten();
        let records: Vec<RecordKey> = linked.map(|link| link.record.clone()).chain(assets).collect();
        let held = store.held_among(&records.iter().collect::<Vec<_>>()).await?.len();
        let assets_read_at = self.assets_read_at(customer).await?;
        let facts = explain::Customer {
            id: of,
            name: customer.name.clone(),
            identities: identities.len(),
            activated: links.iter().any(is_activation),
            operator: (of == CustomerId::OPERATOR).then_some(OperatorPerson::Colleague),
            unlinked: if identities.is_empty() { ended(Kind::User) } else { None },
            requester_unlinked: ended(Kind::Requester),
            account: match (active(Kind::Account), ended(Kind::Account)) {
                (Some(_), _) => Some(AccountStanding::Open),
                (None, Some(_)) => Some(AccountStanding::Closed),
                (None, None) => None,
            },
            requester_gone: match newest_ended(&links, Kind::Requester) {
                Some(link) if requester.is_none() => store.record(&link.record).await?.and_then(|it| it.gone_at),
                _ => None,
            },
            devices,
            other_assets: store.other_assets_of(of).await?,
            lost: match &requester {
                Some(requester) if devices == 0 => self.lost(customer, &requester.key).await?,
                _ => Vec::new(),
            },
            duplicates: match &requester {
                Some(requester) => {
                    let contact = contact.as_ref().and_then(|(_, record)| record.as_ref());
                    self.duplicates(requester, contact, &identities).await?
                }
                None => Vec::new(),
            },
            assets_read_at,
            contact: match contact {
                Some((key, Some(record))) if record.gone_at.is_some() => Contact::Gone(key),
                Some((key, _)) => Contact::Linked(key),
                None => Contact::None,
            },
            held,
            coming: match &requester {
                Some(it) => store.held_for(&it.key.system, &it.key.external_id).await?,
                None => 0,
            },
            reviews: store
                .reviews_of(of)
                .await?
                .into_iter()
                .filter(|review| review.decided.is_none())
                .map(|review| (review.id, review.question))
                .collect(),
            troubles: self.troubles_of(customer, assets_read_at).await?,
        };
        let requester = match requester {
            Some(record) => Some(self.requester_facts(&record).await?),
            None => None,
        };
        Ok((facts, requester))
    }

    /// The facts about a requester.
    pub(crate) async fn requester_facts(&self, record: &StoredRecord) -> Result<explain::Requester, StoreError> {
        let key = &record.key;
        let invitation = match self.reads().invitations(&key.system, &key.external_id).await?.into_iter().next() {
            Some(invitation) => Some(explain::Invitation {
                state: invitation.state(self.env.now()),
                created_at: invitation.created_at,
                expires_at: invitation.expires_at,
                revoked: invitation.revoked.map(|(_, why)| why),
                activation: self.reads().activations_of(invitation.id).await?.first().map(Attempt::from),
                mail: self.troubles(&MailInvitation { invitation_id: invitation.id }).await?.into_iter().next(),
            }),
            None => None,
        };
        let active = matches!(&record.attributes, Attributes::Requester(requester) if requester.active);
        Ok(explain::Requester {
            key: key.clone(),
            name: record.attributes.title().to_owned(),
            has_email: record.attributes.primary_email().and_then(normalise::email).is_some(),
            active,
            merged_into: record.merged_into.clone(),
            missing_since: record.missing_since,
            gone_at: record.gone_at,
            read_at: record.read_at,
            invitation,
        })
    }

    /// Time of the last read of a customer's assets, either in a refresh of the customer or in a full sweep.
    async fn assets_read_at(&self, customer: &Customer) -> Result<Option<Timestamp>, StoreError> {
        let sweep = self.reads().last_good_sweep(self.desk.name(), SweepOf::Assets.as_str(), false).await?;
        Ok(sweep.map(|sweep| sweep.started_at).max(customer.devices_as_of))
    }

    /// Formerly assigned devices that are now in the trash or gone.
    async fn lost(&self, customer: &Customer, requester: &RecordKey) -> Result<Vec<LostDevice>, StoreError> {
        let mut lost = Vec::new();
        let assigned = self.reads().devices_assigned_ever(customer.id, LOOKED_AT).await?;
        for (key, record) in self.reads().records_among(&assigned.iter().collect::<Vec<_>>()).await? {
            let Attributes::Asset(asset) = &record.attributes else { continue };
            let elsewhere = asset.used_by.as_ref().is_some_and(|holder| *holder != requester.external_id);
            if !elsewhere && (asset.trashed || record.gone_at.is_some()) {
                lost.push(LostDevice { name: asset.name.clone(), trashed: record.gone_at.is_none(), key });
            }
        }
        Ok(lost)
    }

    /// Requesters that are probably the same person, are not linked, and hold devices.
    async fn duplicates(
        &self,
        requester: &StoredRecord,
        contact: Option<&StoredRecord>,
        identities: &[Identity],
    ) -> Result<Vec<RecordKey>, StoreError> {
        let verified = identities.iter().filter(|identity| identity.sign_in.email_verified);
        let sign_ins = verified.filter_map(|identity| identity.sign_in.email.as_deref().and_then(normalise::email));
        let mut emails: BTreeSet<String> = sign_ins.collect();
        emails.extend(emails_of(&requester.attributes));
        emails.extend(contact.into_iter().flat_map(|contact| emails_of(&contact.attributes)));

        let mut duplicates = Vec::new();
        for other in self.same_person(requester, emails).await? {
            if self.reads().link_of(&other).await?.is_none()
                && !self.reads().devices_held(&other.system, &other.external_id).await?.is_empty()
            {
                duplicates.push(other);
            }
        }
        Ok(duplicates)
    }

    /// Other requesters with one of these addresses, or with the same telephone number and name.
    async fn same_person(
        &self,
        requester: &StoredRecord,
        emails: BTreeSet<String>,
    ) -> Result<BTreeSet<RecordKey>, StoreError> {
        let mut found = BTreeSet::new();
        for email in emails.into_iter().take(MAX_FACTS) {
            found.extend(self.requesters_by(HandleKind::PrimaryEmail, &email).await?);
            found.extend(self.requesters_by(HandleKind::Email, &email).await?);
        }
        let name: Vec<String> = words(requester.attributes.title()).collect();
        let handles = requester.attributes.handles();
        let phones = handles.iter().filter(|handle| handle.kind == HandleKind::Phone).take(MAX_FACTS);
        for phone in phones.flat_map(|handle| phone::spellings(&handle.value, self.config.locale.country)) {
            for record in self.reads().records_by(HandleKind::Phone, &phone, MAX_FACTS).await? {
                if record.key.kind == Kind::Requester && words(record.attributes.title()).eq(name.iter().cloned()) {
                    found.insert(record.key);
                }
            }
        }
        found.remove(&requester.key);
        Ok(found)
    }

    /// The customer of whom an unlinked requester is probably a duplicate.
    pub(crate) async fn seems_to_be(&self, holder: &RecordKey) -> Result<Option<Customer>, StoreError> {
        let Some(record) = self.reads().record(holder).await? else { return Ok(None) };
        let emails: BTreeSet<String> = emails_of(&record.attributes).collect();
        let mut others = self.same_person(&record, emails.clone()).await?;
        // The address may also be that of a contact or a sign-in of the customer.
        for email in emails {
            for handle in [HandleKind::PrimaryEmail, HandleKind::Email] {
                others.extend(
                    self.reads().records_by(handle, &email, MAX_FACTS).await?.into_iter().map(|found| found.key),
                );
            }
        }
        others.remove(holder);
        for other in others {
            if let Some(customer) = self.reads().customer_of(&other).await? {
                return Ok(Some(customer));
            }
        }
        Ok(None)
    }

    /// Failing jobs of a customer. A job that was given up before the last successful read no longer matters.
    async fn troubles_of(
        &self,
        customer: &Customer,
        read_at: Option<Timestamp>,
    ) -> Result<Vec<RefreshTrouble>, StoreError> {
        let mut troubles = Vec::new();
        let customer_id = customer.id;
        for key in [Refresh { customer_id }.key(), ConfirmAbsence { customer_id }.key()] {
            for job in self.reads().jobs_in_trouble(&key).await? {
                let over = job.finished_at.zip(read_at).is_some_and(|(given_up, read_at)| given_up < read_at);
                if !over {
                    troubles.push(trouble(job));
                }
            }
        }
        Ok(troubles)
    }

    async fn troubles(&self, job: &impl JobKind) -> Result<Vec<RefreshTrouble>, StoreError> {
        Ok(self.reads().jobs_in_trouble(&job.key()).await?.into_iter().map(trouble).collect())
    }
}

fn trouble(job: tessera_store::JobRow) -> RefreshTrouble {
    let gave_up = job.finished_at.is_some();
    let error = job.error.unwrap_or_else(|| "no cause was recorded".to_owned());
    RefreshTrouble { kind: job.task.kind(), error, retry_at: (!gave_up).then_some(job.run_at) }
}

/// Whether a sign-in was linked by an activation. An ended link counts: the activation took place.
pub(super) fn is_activation(link: &Link) -> bool {
    link.record.kind == Kind::User && link.origin == Origin::Activation
}

fn newest_ended(links: &[Link], kind: Kind) -> Option<&Link> {
    let of_kind = links.iter().filter(|link| link.record.kind == kind && link.ended.is_some());
    of_kind.max_by_key(|link| link.ended.as_ref().map(|ended| ended.at))
}

fn emails_of(attributes: &Attributes) -> impl Iterator<Item = String> {
    let handles = attributes.handles().into_iter();
    handles
        .filter(|handle| matches!(handle.kind, HandleKind::PrimaryEmail | HandleKind::Email))
        .map(|handle| handle.value)
}
