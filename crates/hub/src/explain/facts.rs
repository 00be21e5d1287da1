//! Collects the facts about a subject.

use tessera_core::access::Viewer;
use tessera_core::access::licence::LicenceType;
use tessera_core::explain::{self, Attempt, EmailProof, Facts, OperatorPerson, Unlinked};
use tessera_core::kernel::customer::{Customer, Identity, IdentityKey, Link, SignIn};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, RecordKey};
use tessera_store::{StoreError, StoredRecord};

use super::customer::is_activation;
use crate::Hub;

/// Maximum number of records to examine for one address or number.
pub(crate) const MAX_FACTS: usize = 8;

impl Hub {
    /// The facts about a sign-in.
    pub(crate) async fn facts_of_sign_in(&self, sign_in: &SignIn) -> Result<Facts, StoreError> {
        if let Some(identity) = self.reads().identity(&sign_in.identity).await?
            && let Some(customer) = self.reads().customer(identity.customer_id).await?
        {
            let mut facts = self.facts_of_customer(&customer).await?;
            let activated = self.has_activated(&identity).await?;
            facts.sign_in = Some(explain::SignIn { activated, ..self.sign_in_facts(sign_in, true).await? });
            let licence = self.reads().person(identity.person_id).await?.and_then(|person| person.licence);
            if let Some(of) = facts.customer.as_mut() {
                of.operator = of.operator.map(|_| operator_person(licence));
            }
            return Ok(facts);
        }
        let mut facts = match self.requester_of_email(sign_in).await? {
            Some(requester) => self.facts_of_requester(&requester).await?,
            None => self.nothing_known(),
        };
        facts.sign_in = Some(self.sign_in_facts(sign_in, false).await?);
        Ok(facts)
    }

    /// Whether the person of a sign-in activated: a sign-in of this customer was linked by an activation, and is not
    /// that of another person.
    async fn has_activated(&self, mine: &Identity) -> Result<bool, StoreError> {
        let of = mine.customer_id;
        let mut others = self.reads().identities(of).await?;
        others.retain(|identity| identity.person_id != mine.person_id);
        let is_others = |record: &RecordKey| others.iter().any(|identity| account_of(&identity.sign_in) == *record);
        let links = self.reads().links(of).await?;
        Ok(links.iter().any(|link| is_activation(link) && !is_others(&link.record)))
    }

    /// The facts about a person of a customer, as seen through the portal.
    pub(crate) async fn facts_of_viewer(&self, viewer: &Viewer, customer: &Customer) -> Result<Facts, StoreError> {
        let mut facts = self.facts_of_customer(customer).await?;
        if let Some(of) = facts.customer.as_mut() {
            of.operator = of.operator.map(|_| operator_person(Some(viewer.licence)));
        }
        Ok(facts)
    }

    /// The facts about a customer.
    pub(crate) async fn facts_of_customer(&self, customer: &Customer) -> Result<Facts, StoreError> {
        let (customer, requester) = self.customer_facts(customer).await?;
        Ok(Facts { customer: Some(customer), requester, ..self.nothing_known() })
    }

    /// The facts about a requester, linked or not.
    pub(crate) async fn facts_of_requester(&self, key: &RecordKey) -> Result<Facts, StoreError> {
        if let Some(customer) = self.reads().customer_of(key).await? {
            return self.facts_of_customer(&customer).await;
        }
        let requester = match self.reads().record(key).await? {
            Some(record) => Some(self.requester_facts(&record).await?),
            None => None,
        };
        Ok(Facts { requester, ..self.nothing_known() })
    }

    /// The facts about a contact: those of its customer, else of the requester with its primary e-mail address.
    pub(crate) async fn facts_of_contact(&self, key: &RecordKey) -> Result<Facts, StoreError> {
        if let Some(customer) = self.reads().customer_of(key).await? {
            return self.facts_of_customer(&customer).await;
        }
        let record = self.reads().record(key).await?;
        let email = record.as_ref().and_then(|record| record.attributes.primary_email()).and_then(normalise::email);
        let requesters = match email {
            Some(email) => self.requesters_by(HandleKind::PrimaryEmail, &email).await?,
            None => Vec::new(),
        };
        match self.most_telling(requesters).await? {
            Some(requester) => self.facts_of_requester(&requester).await,
            None => Ok(self.nothing_known()),
        }
    }

    /// The facts about a device and its holder.
    pub(crate) async fn facts_of_device(&self, record: &StoredRecord) -> Result<Facts, StoreError> {
        let Attributes::Asset(asset) = &record.attributes else { return Ok(self.nothing_known()) };
        let holder = asset.used_by.as_ref().map(|id| RecordKey::new(&record.key.system, Kind::Requester, id));
        let mut facts = match &holder {
            Some(holder) => self.facts_of_requester(holder).await?,
            None => self.nothing_known(),
        };
        let duplicate_of = match (&holder, &facts.customer) {
            (Some(holder), None) => self.seems_to_be(holder).await?.map(|customer| (customer.id, customer.name)),
            _ => None,
        };
        facts.device = Some(explain::Device {
            key: record.key.clone(),
            name: asset.name.clone(),
            asset_type: asset.asset_type.clone().unwrap_or_else(|| asset.asset_type_id.clone()),
            is_device: self.config.device_type.admits(asset),
            trashed: asset.trashed,
            gone_at: record.gone_at,
            missing_since: record.missing_since,
            holder: holder.map(|holder| holder.external_id),
            duplicate_of,
            read_at: record.read_at,
        });
        Ok(facts)
    }

    fn nothing_known(&self) -> Facts {
        Facts { now: self.env.now(), device: None, sign_in: None, customer: None, requester: None }
    }

    async fn sign_in_facts(&self, sign_in: &SignIn, linked: bool) -> Result<explain::SignIn, StoreError> {
        let activation = self.reads().activation_of_identity(&sign_in.identity).await?;
        let account = account_of(sign_in);
        let unlinked = if linked { None } else { self.reads().ended_link_of(&account).await?.and_then(unlinked) };
        let reviews = self.reads().reviews_about(&sign_in.identity).await?;
        let email = match &sign_in.email {
            None => EmailProof::None,
            Some(_) if sign_in.email_verified => EmailProof::Verified,
            Some(_) => EmailProof::Unverified,
        };
        let IdentityKey { issuer, subject } = &sign_in.identity;
        Ok(explain::SignIn {
            shown_as: sign_in
                .email
                .clone()
                .map_or_else(|| format!("{subject} at {issuer}"), |email| format!("{email} ({subject} at {issuer})")),
            email,
            linked,
            unlinked,
            activation: activation.as_ref().map(Attempt::from),
            activated: false,
            review: reviews.into_iter().find(|review| review.decided.is_none()).map(|review| review.id),
        })
    }

    /// The requester with the verified address of a sign-in. An unverified address proves nothing.
    async fn requester_of_email(&self, sign_in: &SignIn) -> Result<Option<RecordKey>, StoreError> {
        let verified = sign_in.email.as_deref().filter(|_| sign_in.email_verified);
        let Some(email) = verified.and_then(normalise::email) else { return Ok(None) };
        self.requester_with(&email).await
    }

    /// The requester with this address: the primary one, else another one.
    pub(crate) async fn requester_with(&self, email: &str) -> Result<Option<RecordKey>, StoreError> {
        let mut requesters = self.requesters_by(HandleKind::PrimaryEmail, email).await?;
        if requesters.is_empty() {
            requesters = self.requesters_by(HandleKind::Email, email).await?;
        }
        self.most_telling(requesters).await
    }

    /// Requesters of the service desk that have this value.
    pub(crate) async fn requesters_by(&self, handle: HandleKind, value: &str) -> Result<Vec<RecordKey>, StoreError> {
        let found = self.reads().records_by(handle, value, MAX_FACTS).await?;
        Ok(found.into_iter().map(|record| record.key).filter(|key| key.kind == Kind::Requester).collect())
    }

    /// Selects the most informative of several requesters: a linked one, else one that was invited, else any.
    async fn most_telling(&self, requesters: Vec<RecordKey>) -> Result<Option<RecordKey>, StoreError> {
        let mut best = None;
        for key in requesters {
            if self.reads().link_of(&key).await?.is_some() {
                return Ok(Some(key));
            }
            let invited = !self.reads().invitations(&key.system, &key.external_id).await?.is_empty();
            if best.is_none() || invited {
                best = Some(key);
            }
        }
        Ok(best)
    }
}

/// The record of a sign-in's account at its provider.
fn account_of(sign_in: &SignIn) -> RecordKey {
    RecordKey::new(&sign_in.provider, Kind::User, &sign_in.identity.subject)
}

/// Whom a person of the operating company's record is. Customers have the licence of the customer portal, or none yet.
const fn operator_person(licence: Option<LicenceType>) -> OperatorPerson {
    match licence {
        None | Some(LicenceType::Custportal) => OperatorPerson::Guest,
        Some(_) => OperatorPerson::Colleague,
    }
}

/// The details of an ended link.
pub(crate) fn unlinked(link: Link) -> Option<Unlinked> {
    let Link { record, ended, .. } = link;
    ended.map(|ended| Unlinked { at: ended.at, record, why: ended.why })
}
