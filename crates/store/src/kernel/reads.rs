//! What faces and journeys ask for: each is one indexed query.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tessera_core::activation::{Activation, ActivationState};
use tessera_core::devices::Device;
use tessera_core::invitations::{ActivationError, Claim, Entitlement, Invitation, Revocation};
use tessera_core::kernel::customer::{Customer, Ended, Identity, IdentityKey, Link, Origin, SignIn, Suspension};
use tessera_core::kernel::ids::{ActivationId, CustomerId, InvitationId, ReviewId};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::review::Review;

use crate::engine::Row;
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, Undecoded, values};

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

impl Reads {
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

    /// A page of all customers, in the order of their ids, which is the order they came in. The operating company's own
    /// record has the lowest id and is not among them.
    pub async fn customers(&self, after: Option<CustomerId>, limit: usize) -> Result<Vec<Customer>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.unwrap_or(CustomerId::OPERATOR);
        read_all(self.query(sql::CUSTOMERS_AFTER, values![after, limit]).await?, customer)
    }

    /// The customers whose requester has this primary e-mail, normalised.
    pub async fn customers_by_requester_email(&self, email: &str) -> Result<Vec<CustomerId>, StoreError> {
        let rows = self.query(sql::CUSTOMERS_BY_REQUESTER_EMAIL, values![email]).await?;
        read_all(rows, |row| row.id("customer_id"))
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
        read_all(self.query(sql::DEVICE_HISTORY, values).await?, |row| Ok((row.get("since")?, row.get("ended_at")?)))
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
        Ok(row.map_or(Ok(0), |row| row.get("count"))?)
    }

    /// The devices of whoever signed in as `identity`; none when the identity belongs to no customer.
    pub async fn my_devices(&self, identity: &IdentityKey) -> Result<Option<MyDevices>, StoreError> {
        let rows = self.query(sql::MY_DEVICES, values![&identity.issuer, &identity.subject]).await?;
        let mut mine: Option<MyDevices> = None;
        for row in rows {
            let (customer_id, name, as_of) =
                (row.id("customer_id")?, row.get("customer_name")?, row.get("devices_as_of")?);
            let mine = mine.get_or_insert(MyDevices { customer_id, name, as_of, devices: Vec::new() });
            if row.get::<Option<String>>("system")?.is_some() {
                mine.devices.push(device(&row)?);
            }
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
    read: impl Fn(&Row) -> Result<T, Undecodable>,
) -> Result<Option<T>, StoreError> {
    Ok(read_all(row.into_iter().collect(), read)?.pop())
}

pub(crate) fn read_all<T>(rows: Vec<Row>, read: impl Fn(&Row) -> Result<T, Undecodable>) -> Result<Vec<T>, StoreError> {
    let all = rows.iter().map(&read).collect::<Result<_, _>>()?;
    if cfg!(debug_assertions) {
        rows.first().into_iter().for_each(|row| needs_every_column(row, &read));
    }
    Ok(all)
}

/// Asserts that a decoder fails without any of the columns its statement reads, so that no column can be forgotten, or read in vain. Debug
/// builds, and with them all tests, ask this of every statement they run.
fn needs_every_column<T>(row: &Row, read: impl Fn(&Row) -> Result<T, Undecodable>) {
    for column in row.columns() {
        let missing = read(&row.without(column)).err().filter(|error| error.problem == Undecoded::Missing);
        assert!(missing.is_some_and(|error| error.column == column), "{row:?} is read without its column {column}");
    }
}

fn asset_key(row: &Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey { system: row.get("system")?, kind: Kind::Asset, external_id: row.get("external_id")? })
}

pub(crate) fn record_key(row: &Row) -> Result<RecordKey, Undecodable> {
    Ok(RecordKey {
        system: row.get("system")?,
        kind: row.text("kind", |text| text.parse().ok())?,
        external_id: row.get("external_id")?,
    })
}

fn customer(row: &Row) -> Result<Customer, Undecodable> {
    Ok(Customer {
        id: row.id("id")?,
        version: row.get("version")?,
        name: row.get("name")?,
        email: row.get("email")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        devices_as_of: row.get("devices_as_of")?,
        contact_finding: row.optional_json("contact_finding")?,
    })
}

pub(crate) fn link(row: &Row) -> Result<Link, Undecodable> {
    Ok(Link {
        id: row.id("id")?,
        record: record_key(row)?,
        customer_id: row.id("customer_id")?,
        origin: row.text("origin", Origin::parse)?,
        actor: row.get("actor")?,
        evidence: row.json("evidence")?,
        created_at: row.get("created_at")?,
        suspended: row.get::<Option<String>>("suspended_why")?.as_deref().and_then(Suspension::parse),
        ended: match (row.get("ended_at")?, row.get("ended_by")?, row.optional_json("ended_why")?) {
            (Some(at), Some(by), Some(why)) => Some(Ended { at, by, why }),
            _ => None,
        },
    })
}

pub(crate) fn device(row: &Row) -> Result<Device, Undecodable> {
    Ok(Device {
        system: row.get("system")?,
        external_id: row.get("external_id")?,
        holder: row.get("holder")?,
        name: row.get("name")?,
        serial: row.get("serial")?,
        inverter_serial: row.get("inverter_serial")?,
        state: row.get("state")?,
        product: row.get("product")?,
        vendor: row.get("vendor")?,
        inverter_vendor: row.get("inverter_vendor")?,
        assigned_on: row.get("assigned_on")?,
        read_at: row.get("read_at")?,
    })
}

pub(crate) fn identity(row: &Row) -> Result<Identity, Undecodable> {
    Ok(Identity {
        id: row.id("id")?,
        person_id: row.id("person_id")?,
        customer_id: row.id("customer_id")?,
        sign_in: row.json::<SignIn>("sign_in")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

pub(crate) fn invitation(row: &Row) -> Result<Invitation, Undecodable> {
    Ok(Invitation {
        id: row.id("id")?,
        system: row.get("system")?,
        external_id: row.get("external_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        token_hash: row.get("token_hash")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        expires_at: row.get("expires_at")?,
        opened_at: row.get("opened_at")?,
        claim: match (
            row.get("claimed_issuer")?,
            row.get("claimed_subject")?,
            row.get("claimed_as")?,
            row.get("claimed_at")?,
        ) {
            (Some(issuer), Some(subject), Some(shown_as), Some(at)) => {
                Some(Claim { identity: IdentityKey { issuer, subject }, shown_as, at })
            }
            _ => None,
        },
        consumed_at: row.get("consumed_at")?,
        revoked: row
            .get::<Option<Timestamp>>("revoked_at")?
            .zip(row.get::<Option<String>>("revoked_why")?)
            .map(|(at, why)| (at, Revocation::parse(&why).unwrap_or(Revocation::Withdrawn))),
        ground: row.optional_json::<Entitlement>("ground")?.unwrap_or_default(),
        kind: row.text("kind", |text| text.parse().ok())?,
    })
}

fn activation(row: &Row) -> Result<Activation, Undecodable> {
    Ok(Activation {
        id: row.id("id")?,
        invitation_id: row.id("invitation_id")?,
        sign_in: row.json("sign_in")?,
        state: {
            let state: String = row.get("state")?;
            let refusal: Option<String> = row.get("refusal")?;
            match (state.as_str(), refusal.as_deref().and_then(ActivationError::parse)) {
                ("pending", _) => ActivationState::Pending,
                ("refused", refusal) => ActivationState::Refused(refusal.unwrap_or(ActivationError::SignInFailed)),
                _ => ActivationState::Done,
            }
        },
        progress: row.json("progress")?,
        customer_id: row.optional_id("customer_id")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}

fn review(row: &Row) -> Result<Review, Undecodable> {
    Ok(Review {
        id: row.id("id")?,
        customer_id: row.optional_id("customer_id")?,
        question: row.json("question")?,
        created_at: row.get("created_at")?,
        decided: match (row.get("decided_at")?, row.get("decided_by")?, row.optional_json("decision")?) {
            (Some(at), Some(by), Some(decision)) => Some((at, by, decision)),
            _ => None,
        },
        note: row.get("note")?,
    })
}
