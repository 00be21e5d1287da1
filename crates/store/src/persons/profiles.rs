//! Reads of a person's profile, and of the contacts of their organisation, for the portal (`P09`).

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::kernel::ids::{ContactId, EmailChangeId, PersonId, PlaceId};
use tessera_core::persons::contact::Contact;
use tessera_core::persons::profile::{EmailChange, Profile};

use super::rows::{contact, email_change, preferences};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// A person's profile.
    pub async fn profile(&self, person: PersonId) -> Result<Profile, StoreError> {
        let found = read_one(self.one(sql::PROFILE, values![person]).await?, |row| {
            Ok(Profile {
                person: row.id("person_id")?,
                version: row.get("version")?,
                phone: row.get("phone")?,
                notify_of_replies: row.get("notify_of_replies")?,
                preferences: preferences(row)?,
            })
        })?;
        Ok(found.unwrap_or_else(|| Profile::of(person)))
    }

    /// A requested change of an e-mail address.
    pub async fn email_change(&self, id: EmailChangeId) -> Result<Option<EmailChange>, StoreError> {
        read_one(self.one(sql::EMAIL_CHANGE, values![id]).await?, email_change)
    }

    /// Requested changes of e-mail addresses by id, in any order.
    pub async fn email_changes_listed(&self, ids: &[EmailChangeId]) -> Result<Vec<EmailChange>, StoreError> {
        read_all(self.rows_of(sql::EMAIL_CHANGES_LISTED, ids).await?, email_change)
    }

    /// The change that a link confirms, if it belongs to this person and is pending.
    pub async fn email_change_by_token(
        &self,
        token_hash: &[u8; 32],
        person: PersonId,
        now: Timestamp,
    ) -> Result<Option<EmailChange>, StoreError> {
        read_one(self.one(sql::EMAIL_CHANGE_BY_TOKEN, values![token_hash, person, now]).await?, email_change)
    }

    /// The pending change of a person's e-mail address.
    pub async fn email_change_open(&self, person: PersonId, now: Timestamp) -> Result<Option<EmailChange>, StoreError> {
        read_one(self.one(sql::EMAIL_CHANGE_OPEN, values![person, now]).await?, email_change)
    }

    /// Times of a person's requests for another address.
    pub async fn email_changes_since(&self, person: PersonId, since: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        read_all(self.query(sql::EMAIL_CHANGES_ASKED, values![person, since]).await?, |row| row.get("created_at"))
    }

    /// Whether a person has a place.
    pub async fn has_place(&self, person: PersonId, place: PlaceId) -> Result<bool, StoreError> {
        Ok(self.one(sql::PLACE_HELD, values![person, place]).await?.is_some())
    }

    /// The contacts of a person's organisation at their places.
    pub async fn contacts_visible_to(&self, of: &Viewer, limit: usize) -> Result<Vec<Contact>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::CONTACTS_READ, values![of.person, of.customer_id, limit]).await?, contact)
    }

    /// One of the contacts visible to a person.
    pub async fn contact_visible_to(&self, of: &Viewer, id: ContactId) -> Result<Option<Contact>, StoreError> {
        read_one(self.one(sql::CONTACT_READ, values![of.person, of.customer_id, id]).await?, contact)
    }
}
