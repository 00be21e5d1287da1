//! Finds the subject of a query: a customer, a record, a device or a sign-in.

use std::collections::BTreeSet;

use tessera_core::kernel::customer::{Customer, IdentityKey, SignIn};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, RecordKey};
use tessera_core::sync::review::Question;
use tessera_store::{StoreError, StoredRecord};

use super::facts::MAX_FACTS;
use crate::Hub;

/// A subject of "why?".
#[derive(Debug, Clone)]
pub enum Subject {
    /// A customer.
    Customer(Customer),
    /// A requester that is not linked.
    Requester(RecordKey),
    /// A contact that is not linked.
    Contact(RecordKey),
    /// An asset.
    Device(Box<StoredRecord>),
    /// A user who signs in.
    SignIn(SignIn),
}

/// A subject for display, with a query that matches only this subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The kind: customer, requester, contact, device or identity.
    pub kind: &'static str,
    /// The unambiguous query.
    pub ask: String,
    /// The label for people.
    pub label: String,
}

/// The result of a query.
#[derive(Debug, Clone)]
pub enum Found {
    /// One match.
    One(Subject),
    /// Several matches.
    Several(Vec<Named>),
    /// No match, with the interpretations that were tried.
    Nothing(Vec<String>),
}

impl Hub {
    /// Finds the subject of a query: a customer's id, an e-mail address, a serial number or tag, a requester's or
    /// contact's id, `system:kind:id`, an issuer and subject, or a subject.
    pub async fn find_subject(&self, asked: &str) -> Result<Found, StoreError> {
        let asked = asked.trim();
        if let Some((issuer, subject)) = asked.split_once(char::is_whitespace)
            && (issuer.contains("://") || issuer.starts_with("urn:"))
        {
            let key = IdentityKey { issuer: issuer.to_owned(), subject: subject.trim().to_owned() };
            let found = self.sign_in_of(&key).await?.map(Subject::SignIn);
            return self.found(found.into_iter().collect(), vec![format!("a sign-in of {issuer}")]).await;
        }
        if let Ok(key) = asked.parse::<RecordKey>() {
            let found = self.subject_of_record(&key).await?;
            return self.found(found.into_iter().collect(), vec![format!("the record {key}")]).await;
        }
        if let Some(email) = normalise::email(asked) {
            let tried = "an e-mail address of a requester, a contact or a sign-in";
            return self.found(self.by_email(&email).await?, vec![tried.to_owned()]).await;
        }
        if let Ok(id) = asked.parse::<CustomerId>()
            && let Some(customer) = self.reads().customer(id).await?
        {
            return Ok(Found::One(Subject::Customer(customer)));
        }
        let tried =
            ["a customer’s id", "a serial number", "an asset tag", "a requester’s id", "a contact’s id", "a subject"];
        self.found(self.by_any(asked).await?, tried.map(ToOwned::to_owned).to_vec()).await
    }

    async fn found(&self, mut subjects: Vec<Subject>, tried: Vec<String>) -> Result<Found, StoreError> {
        if subjects.len() <= 1 {
            return Ok(subjects.pop().map_or(Found::Nothing(tried), Found::One));
        }
        let mut named = BTreeSet::new();
        for subject in &subjects {
            named.insert(self.named(subject).await?);
        }
        Ok(match (named.len(), subjects.pop()) {
            (1, Some(subject)) => Found::One(subject),
            _ => Found::Several(named.into_iter().collect()),
        })
    }

    /// The subject for display.
    pub(crate) async fn named(&self, subject: &Subject) -> Result<Named, StoreError> {
        Ok(match subject {
            Subject::Customer(customer) => {
                Named { kind: "customer", ask: customer.id.to_string(), label: format!("customer {}", customer.name) }
            }
            Subject::Requester(key) => self.named_record("requester", key).await?,
            Subject::Contact(key) => self.named_record("contact", key).await?,
            Subject::Device(record) => Named {
                kind: "device",
                ask: record.key.to_string(),
                label: format!("asset {}, {}", record.key.external_id, record.attributes.title()),
            },
            Subject::SignIn(sign_in) => {
                let IdentityKey { issuer, subject } = &sign_in.identity;
                let label = sign_in.email.as_deref().unwrap_or(subject);
                Named { kind: "identity", ask: format!("{issuer} {subject}"), label: format!("sign-in {label}") }
            }
        })
    }

    async fn named_record(&self, kind: &'static str, key: &RecordKey) -> Result<Named, StoreError> {
        let title = self.reads().record(key).await?.map(|record| record.attributes.title().to_owned());
        let title = title.map(|title| format!(", {title}")).unwrap_or_default();
        Ok(Named { kind, ask: key.to_string(), label: format!("{kind} {}{title}", key.external_id) })
    }

    /// The subject of a record: its customer, or the record itself.
    ///
    /// The id of a merged record refers to the record it was merged into.
    async fn subject_of_record(&self, key: &RecordKey) -> Result<Option<Subject>, StoreError> {
        let key = &self.reads().standing(key).await?;
        let Some(record) = self.reads().record(key).await? else { return Ok(None) };
        if let Attributes::User(user) = &record.attributes {
            let identity = IdentityKey { issuer: user.issuer.clone(), subject: key.external_id.clone() };
            return Ok(self.sign_in_of(&identity).await?.map(Subject::SignIn));
        }
        if key.kind == Kind::Asset {
            return Ok(Some(Subject::Device(Box::new(record))));
        }
        Ok(Some(match (self.reads().customer_of(key).await?, key.kind) {
            (Some(customer), _) => Subject::Customer(customer),
            (None, Kind::Contact) => Subject::Contact(record.key),
            (None, _) => Subject::Requester(record.key),
        }))
    }

    /// A sign-in known to the hub: linked, of an activation, unlinked, or never linked.
    async fn sign_in_of(&self, key: &IdentityKey) -> Result<Option<SignIn>, StoreError> {
        if let Some(identity) = self.reads().identity(key).await? {
            return Ok(Some(identity.sign_in));
        }
        if let Some(unlinked) = self.reads().unlinked(key).await? {
            return Ok(Some(unlinked.sign_in));
        }
        if let Some(activation) = self.reads().activation_of_identity(key).await? {
            return Ok(Some(activation.sign_in));
        }
        for review in self.reads().reviews_about(key).await? {
            if let Question::WhoseSignIn { sign_in, .. } = review.question {
                return Ok(Some(*sign_in));
            }
        }
        let Some(provider) = self.providers.iter().find(|provider| provider.issuer() == key.issuer) else {
            return Ok(None);
        };
        let record = self.reads().record(&RecordKey::new(provider.name(), Kind::User, &key.subject)).await?;
        Ok(record.and_then(|record| match record.attributes {
            Attributes::User(user) => Some(SignIn {
                identity: key.clone(),
                provider: provider.name().to_owned(),
                email: user.email,
                email_verified: user.email_verified,
                name: user.name,
            }),
            _ => None,
        }))
    }

    /// The subjects of an e-mail address. An unlinked sign-in with this verified address comes first, because its user
    /// is probably the one who asks.
    async fn by_email(&self, email: &str) -> Result<Vec<Subject>, StoreError> {
        let seen = self.reads().unlinked_by_email(email, MAX_FACTS).await?;
        let (mut proven, mut unproven) = (Vec::new(), Vec::new());
        for sign_in in seen.into_iter().map(|seen| seen.sign_in) {
            let linked_since = self.reads().identity(&sign_in.identity).await?.is_some();
            match sign_in.email_verified {
                _ if linked_since => {}
                true => proven.push(Subject::SignIn(sign_in)),
                false => unproven.push(Subject::SignIn(sign_in)),
            }
        }
        if !proven.is_empty() {
            return Ok(proven);
        }
        let (mut customers, mut requesters, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
        for handle in [HandleKind::PrimaryEmail, HandleKind::Email] {
            let mut found = self.reads().records_by(handle, email, MAX_FACTS).await?;
            found.extend(self.reads().gone_records_by(handle, email, MAX_FACTS).await?);
            for record in found {
                match self.subject_of_record(&record.key).await? {
                    Some(Subject::SignIn(sign_in)) => match self.reads().identity(&sign_in.identity).await? {
                        Some(identity) => {
                            customers.extend(self.reads().customer(identity.customer_id).await?.map(Subject::Customer));
                        }
                        None if sign_in.email_verified => proven.push(Subject::SignIn(sign_in)),
                        None => unproven.push(Subject::SignIn(sign_in)),
                    },
                    Some(customer @ Subject::Customer(_)) => customers.push(customer),
                    Some(contact @ Subject::Contact(_)) => contacts.push(contact),
                    Some(other) => requesters.push(other),
                    None => {}
                }
            }
        }
        let groups = [customers, requesters, proven, contacts, unproven];
        Ok(groups.into_iter().find(|group| !group.is_empty()).unwrap_or_default())
    }

    /// All subjects that match a word.
    async fn by_any(&self, asked: &str) -> Result<Vec<Subject>, StoreError> {
        let mut subjects = Vec::new();
        if let Some(number) = normalise::serial(asked) {
            for handle in [HandleKind::Serial, HandleKind::Tag] {
                let mut found = self.reads().records_by(handle, &number, MAX_FACTS).await?;
                if found.is_empty() {
                    found = self.reads().gone_records_by(handle, &number, MAX_FACTS).await?;
                }
                let assets = found.into_iter().filter(|record| record.key.kind == Kind::Asset);
                subjects.extend(assets.map(|record| Subject::Device(Box::new(record))));
            }
        }
        for (system, kind) in [(self.desk.name(), Kind::Requester), (self.crm.name(), Kind::Contact)] {
            subjects.extend(self.subject_of_record(&RecordKey::new(system, kind, asked)).await?);
        }
        for provider in &self.providers {
            let key = IdentityKey { issuer: provider.issuer().to_owned(), subject: asked.to_owned() };
            subjects.extend(self.sign_in_of(&key).await?.map(Subject::SignIn));
        }
        Ok(subjects)
    }
}
