//! What faces and journeys ask for: each is one indexed query.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tessera_core::activation::{Activation, ActivationState};
use tessera_core::customer::{Customer, Ended, Identity, IdentityKey, Link, Origin, SignIn, Suspension};
use tessera_core::device::Device;
use tessera_core::id::{ActivationId, CustomerId, InvitationId, ReviewId};
use tessera_core::invitation::{Claim, Ground, Invitation, Refusal, Revocation};
use tessera_core::record::{Kind, RecordKey};
use tessera_core::review::Review;

use crate::value::{FromValue, Row};
use crate::{Store, StoreError, Undecodable, sql, values};

/// What somebody who signed in sees as theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyDevices {
    /// Whose they are.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub name: String,
    /// When the complete list was last read from the service desk.
    pub as_of: Option<Timestamp>,
    /// The devices.
    pub devices: Vec<Device>,
}

impl Store {
    /// One customer.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        read_one(self.one(sql::CUSTOMER, values![id]).await?, customer)
    }

    /// The customer a record is linked to.
    pub async fn customer_of(&self, record: &RecordKey) -> Result<Option<Customer>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::CUSTOMER_OF_RECORD, values).await?, customer)
    }

    /// The customer that somebody signs in for, unless that has ended.
    pub async fn customer_of_identity(&self, key: &IdentityKey) -> Result<Option<Customer>, StoreError> {
        read_one(self.one(sql::CUSTOMER_OF_IDENTITY, values![&key.issuer, &key.subject]).await?, customer)
    }

    /// A page of all customers, in the order of their ids, which is the order they came in.
    pub async fn customers(&self, after: Option<CustomerId>, limit: usize) -> Result<Vec<Customer>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match after {
            Some(after) => self.query(sql::CUSTOMERS_AFTER, values![after, limit]).await?,
            None => self.query(sql::CUSTOMERS_FIRST, values![limit]).await?,
        };
        read_all(rows, customer)
    }

    /// The customers whose requester has this primary e-mail, normalised.
    pub async fn customers_by_requester_email(&self, email: &str) -> Result<Vec<CustomerId>, StoreError> {
        let rows = self.query(sql::CUSTOMERS_BY_REQUESTER_EMAIL, values![email]).await?;
        read_all(rows, Row::id)
    }

    /// The devices that a customer was told are theirs.
    pub async fn devices_assigned(&self, of: CustomerId) -> Result<BTreeSet<RecordKey>, StoreError> {
        let rows = self.query(sql::DEVICES_ASSIGNED, values![of]).await?;
        Ok(read_all(rows, asset_key)?.into_iter().collect())
    }

    /// The devices that a customer was told of last, whether they still are theirs or not.
    pub async fn devices_assigned_ever(&self, of: CustomerId, limit: usize) -> Result<BTreeSet<RecordKey>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(sql::DEVICES_ASSIGNED_EVER, values![of, limit]).await?;
        Ok(read_all(rows, asset_key)?.into_iter().collect())
    }

    /// Since when, and until when, a device was a customer's, newest first.
    pub async fn device_history(
        &self,
        of: CustomerId,
        device: &RecordKey,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Option<Timestamp>)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of, &device.system, &device.external_id, limit];
        read_all(self.query(sql::DEVICE_HISTORY, values).await?, |row| Ok((row.get()?, row.get()?)))
    }

    /// All links of a customer, ended ones too, oldest first.
    pub async fn links(&self, of: CustomerId) -> Result<Vec<Link>, StoreError> {
        read_all(self.query(sql::LINKS, values![of]).await?, link)
    }

    /// The active link of a record.
    pub async fn link_of(&self, record: &RecordKey) -> Result<Option<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::LINK_OF_RECORD, values).await?, link)
    }

    /// The link of a record that ended last.
    pub async fn ended_link_of(&self, record: &RecordKey) -> Result<Option<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::LINK_ENDED_OF_RECORD, values).await?, link)
    }

    /// One device.
    pub async fn device(&self, system: &str, external_id: &str) -> Result<Option<Device>, StoreError> {
        read_one(self.one(sql::DEVICE, values![system, external_id]).await?, device)
    }

    /// The devices assigned to a requester.
    pub async fn devices_held(&self, system: &str, requester_id: &str) -> Result<Vec<Device>, StoreError> {
        read_all(self.query(sql::DEVICES_HELD, values![system, requester_id]).await?, device)
    }

    /// The devices of a customer.
    pub async fn devices_of(&self, customer: CustomerId) -> Result<Vec<Device>, StoreError> {
        read_all(self.query(sql::DEVICES_OF_CUSTOMER, values![customer]).await?, device)
    }

    /// How many assets of a customer are no devices.
    pub async fn other_assets_of(&self, customer: CustomerId) -> Result<usize, StoreError> {
        let row = self.one(sql::OTHER_ASSETS_OF_CUSTOMER, values![customer]).await?;
        Ok(row.map_or(Ok(0), |mut row| row.get())?)
    }

    /// The devices of whoever signed in as `identity`; none when the identity belongs to no customer.
    pub async fn my_devices(&self, identity: &IdentityKey) -> Result<Option<MyDevices>, StoreError> {
        let rows = self.query(sql::MY_DEVICES, values![&identity.issuer, &identity.subject]).await?;
        let mut mine: Option<MyDevices> = None;
        for mut row in rows {
            let (customer_id, name, as_of) = (row.id()?, row.get()?, row.get()?);
            let mine = mine.get_or_insert(MyDevices { customer_id, name, as_of, devices: Vec::new() });
            let Some(system) = row.get::<Option<String>>()? else { continue };
            mine.devices.push(device_of(system, &mut row)?);
        }
        if let Some(mine) = &mut mine {
            mine.devices.sort_by(|a, b| (&a.system, &a.external_id).cmp(&(&b.system, &b.external_id)));
        }
        Ok(mine)
    }

    /// Whose an identity is.
    pub async fn identity(&self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        read_one(self.one(sql::IDENTITY, values![&key.issuer, &key.subject]).await?, identity)
    }

    /// The identities of a customer.
    pub async fn identities(&self, of: CustomerId) -> Result<Vec<Identity>, StoreError> {
        read_all(self.query(sql::IDENTITIES, values![of]).await?, identity)
    }

    /// One invitation.
    pub async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        read_one(self.one(sql::INVITATION, values![id]).await?, invitation)
    }

    /// The invitation whose token has this hash.
    pub async fn invitation_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
        read_one(self.one(sql::INVITATION_BY_TOKEN, values![token_hash]).await?, invitation)
    }

    /// The newest invitations of a requester or an account, newest first.
    pub async fn invitations(&self, system: &str, external_id: &str) -> Result<Vec<Invitation>, StoreError> {
        read_all(self.query(sql::INVITATIONS, values![system, external_id, 50_i64]).await?, invitation)
    }

    /// One activation.
    pub async fn activation(&self, id: ActivationId) -> Result<Option<Activation>, StoreError> {
        read_one(self.one(sql::ACTIVATION, values![id]).await?, activation)
    }

    /// The newest activations of an invitation, newest first.
    pub async fn activations_of(&self, invitation: InvitationId) -> Result<Vec<Activation>, StoreError> {
        read_all(self.query(sql::ACTIVATIONS_OF_INVITATION, values![invitation]).await?, activation)
    }

    /// The newest activation of an identity.
    pub async fn activation_of_identity(&self, key: &IdentityKey) -> Result<Option<Activation>, StoreError> {
        read_one(self.one(sql::ACTIVATION_OF_SUBJECT, values![&key.issuer, &key.subject]).await?, activation)
    }

    /// One question.
    pub async fn review(&self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        read_one(self.one(sql::REVIEW, values![id]).await?, review)
    }

    /// All questions about a customer, newest first.
    pub async fn reviews_of(&self, customer: CustomerId) -> Result<Vec<Review>, StoreError> {
        read_all(self.query(sql::REVIEWS_OF_CUSTOMER, values![customer]).await?, review)
    }

    /// All questions about a sign-in that was nobody's when they were put, newest first.
    pub async fn reviews_about(&self, identity: &IdentityKey) -> Result<Vec<Review>, StoreError> {
        let identity = format!("{} {}", identity.issuer, identity.subject);
        read_all(self.query(sql::REVIEWS_OF_IDENTITY, values![identity]).await?, review)
    }

    /// The open questions, oldest first.
    pub async fn open_reviews(&self, limit: usize) -> Result<Vec<Review>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::REVIEWS_OPEN, values![limit]).await?, review)
    }
}

pub(crate) fn read_one<T>(
    row: Option<Row>,
    read: impl FnOnce(&mut Row) -> Result<T, Undecodable>,
) -> Result<Option<T>, StoreError> {
    Ok(row.map(|mut row| read(&mut row)).transpose()?)
}

pub(crate) fn read_all<T>(
    rows: Vec<Row>,
    mut read: impl FnMut(&mut Row) -> Result<T, Undecodable>,
) -> Result<Vec<T>, StoreError> {
    Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, _>>()?)
}

fn asset_key(row: &mut Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey { system: row.get()?, kind: Kind::Asset, external_id: row.get()? })
}

pub(crate) fn record_key(row: &mut Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey { system: row.get()?, kind: row.text(|text| text.parse().ok())?, external_id: row.get()? })
}

/// All of them, or none.
fn all<A: FromValue, B: FromValue>(row: &mut Row) -> Result<Option<(A, B)>, Undecodable> {
    Ok(row.get::<Option<A>>()?.zip(row.get::<Option<B>>()?))
}

fn customer(row: &mut Row) -> Result<Customer, Undecodable> {
    Ok(Customer {
        id: row.id()?,
        version: row.get()?,
        name: row.get()?,
        email: row.get()?,
        created_at: row.get()?,
        updated_at: row.get()?,
        devices_as_of: row.get()?,
        contact_finding: row.optional_json()?,
    })
}

pub(crate) fn link(row: &mut Row) -> Result<Link, Undecodable> {
    Ok(Link {
        id: row.id()?,
        record: record_key(row)?,
        customer_id: row.id()?,
        origin: row.text(Origin::parse)?,
        actor: row.get()?,
        evidence: row.json()?,
        created_at: row.get()?,
        suspended: row.get::<Option<String>>()?.as_deref().and_then(Suspension::parse),
        ended: match (row.get()?, row.get()?, row.optional_json()?) {
            (Some(at), Some(by), Some(why)) => Some(Ended { at, by, why }),
            _ => None,
        },
    })
}

fn device(row: &mut Row) -> Result<Device, Undecodable> {
    let system = row.get()?;
    device_of(system, row)
}

pub(crate) fn device_of(system: String, row: &mut Row) -> Result<Device, Undecodable> {
    Ok(Device {
        system,
        external_id: row.get()?,
        holder: row.get()?,
        name: row.get()?,
        serial: row.get()?,
        inverter_serial: row.get()?,
        state: row.get()?,
        product: row.get()?,
        vendor: row.get()?,
        inverter_vendor: row.get()?,
        assigned_on: row.get()?,
        read_at: row.get()?,
    })
}

pub(crate) fn identity(row: &mut Row) -> Result<Identity, Undecodable> {
    Ok(Identity {
        id: row.id()?,
        person_id: row.id()?,
        customer_id: row.id()?,
        sign_in: row.json::<SignIn>()?,
        created_at: row.get()?,
        last_used_at: row.get()?,
    })
}

pub(crate) fn invitation(row: &mut Row) -> Result<Invitation, Undecodable> {
    Ok(Invitation {
        id: row.id()?,
        system: row.get()?,
        external_id: row.get()?,
        name: row.get()?,
        email: row.get()?,
        token_hash: row.get()?,
        created_at: row.get()?,
        created_by: row.get()?,
        expires_at: row.get()?,
        opened_at: row.get()?,
        claim: match (row.get()?, row.get()?, row.get()?, row.get()?) {
            (Some(issuer), Some(subject), Some(shown_as), Some(at)) => {
                Some(Claim { identity: IdentityKey { issuer, subject }, shown_as, at })
            }
            _ => None,
        },
        consumed_at: row.get()?,
        revoked: all::<Timestamp, String>(row)?
            .map(|(at, why)| (at, Revocation::parse(&why).unwrap_or(Revocation::Withdrawn))),
        ground: row.optional_json::<Ground>()?.unwrap_or_default(),
        kind: row.text(|text| text.parse().ok())?,
    })
}

fn activation(row: &mut Row) -> Result<Activation, Undecodable> {
    Ok(Activation {
        id: row.id()?,
        invitation_id: row.id()?,
        sign_in: row.json()?,
        state: {
            let state: String = row.get()?;
            let refusal: Option<String> = row.get()?;
            match (state.as_str(), refusal.as_deref().and_then(Refusal::parse)) {
                ("pending", _) => ActivationState::Pending,
                ("refused", refusal) => ActivationState::Refused(refusal.unwrap_or(Refusal::SignInFailed)),
                _ => ActivationState::Done,
            }
        },
        progress: row.json()?,
        customer_id: row.get::<Option<uuid::Uuid>>()?.map(CustomerId),
        created_at: row.get()?,
        finished_at: row.get()?,
    })
}

fn review(row: &mut Row) -> Result<Review, Undecodable> {
    Ok(Review {
        id: row.id()?,
        customer_id: row.get::<Option<uuid::Uuid>>()?.map(CustomerId),
        question: row.json()?,
        created_at: row.get()?,
        decided: match (row.get()?, row.get()?, row.get::<Option<String>>()?) {
            (Some(at), Some(by), Some(decision)) => {
                serde_json::from_str(&decision).ok().map(|decision| (at, by, decision))
            }
            _ => None,
        },
        note: row.get()?,
    })
}
