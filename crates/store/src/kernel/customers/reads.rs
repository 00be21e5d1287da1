//! Reads of customers and links.

use std::collections::BTreeMap;

use tessera_core::kernel::customer::{Customer, IdentityKey, Link};
use tessera_core::kernel::domain::{Domain, EnteredDomain};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::RecordKey;

use super::rows::link;
use super::sql;
use super::table::customer;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::records::{by_kind, record_key};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

impl Reads {
    /// All links of a record, including ended ones, newest first.
    pub async fn links_of_record(&self, record: &RecordKey) -> Result<Vec<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_all(self.query(sql::LINKS_OF_RECORD, values).await?, link)
    }

    /// One customer.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        read_one(self.one(sql::CUSTOMER, values![id]).await?, customer)
    }

    /// Names of customers. Unknown ids are omitted.
    pub async fn customer_names(&self, ids: &[CustomerId]) -> Result<BTreeMap<CustomerId, String>, StoreError> {
        let rows = self.rows_of(sql::CUSTOMER_NAMES, ids).await?;
        Ok(read_all(rows, |row| Ok((row.id("id")?, row.get("name")?)))?.into_iter().collect())
    }

    /// The customers linked to some records, by record.
    pub async fn owners_among(&self, keys: &[&RecordKey]) -> Result<BTreeMap<RecordKey, Customer>, StoreError> {
        let mut owners = BTreeMap::new();
        for ((system, kind), ids) in by_kind(keys) {
            for some in ids.chunks(ROOM) {
                let mut values = filled(some.iter().map(|id| Value::from(*id)));
                values.extend(values![system, kind.as_str()]);
                let key = |row: &Row| Ok(RecordKey::new(system, kind, row.get::<String>("external_id")?));
                let read = |row: &Row| Ok((key(row)?, customer(row)?));
                owners.extend(read_all(self.query(sql::OWNERS_AMONG, values).await?, read)?);
            }
        }
        Ok(owners)
    }

    /// The customer a record is linked to.
    pub async fn customer_of(&self, record: &RecordKey) -> Result<Option<Customer>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::CUSTOMER_OF_RECORD, values).await?, customer)
    }

    /// The customer of a sign-in, unless the person is inactive.
    pub async fn customer_of_identity(&self, key: &IdentityKey) -> Result<Option<Customer>, StoreError> {
        read_one(self.one(sql::CUSTOMER_OF_IDENTITY, values![&key.issuer, &key.subject]).await?, customer)
    }

    /// A page of all customers, by id, which is the order of creation. The operating company's own record has the
    /// lowest id and is excluded.
    pub async fn customers(&self, after: Option<CustomerId>, limit: usize) -> Result<Vec<Customer>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.unwrap_or(CustomerId::OPERATOR);
        read_all(self.query(sql::CUSTOMERS_AFTER, values![after, limit]).await?, customer)
    }

    /// Ids of the customers whose requester has this normalised primary e-mail.
    pub async fn customers_by_requester_email(&self, email: &str) -> Result<Vec<CustomerId>, StoreError> {
        let rows = self.query(sql::CUSTOMERS_BY_REQUESTER_EMAIL, values![email]).await?;
        read_all(rows, |row| row.id("customer_id"))
    }

    /// The customers whose requester has this normalised primary e-mail.
    pub async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, StoreError> {
        read_all(self.query(sql::CUSTOMERS_BY_EMAIL, values![email]).await?, customer)
    }

    /// The domains that were entered for a customer.
    pub async fn entered_domains(&self, of: CustomerId) -> Result<Vec<EnteredDomain>, StoreError> {
        read_all(self.query(sql::DOMAINS, values![of]).await?, |row| {
            let domain = row.text("domain", Domain::stored)?;
            Ok(EnteredDomain { domain, by: row.get("entered_by")?, at: row.get("at")? })
        })
    }

    /// The linked records of the customers who have a domain: because it was entered for them, or because a record
    /// names it. A record may be listed twice.
    pub async fn records_of_domain(&self, domain: &str, limit: usize) -> Result<Vec<RecordKey>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = self.query(sql::RECORDS_BY_ENTERED_DOMAIN, values![domain, limit]).await?;
        found.extend(self.query(sql::RECORDS_BY_OWN_DOMAIN, values![domain, limit]).await?);
        read_all(found, record_key)
    }

    /// All links of a customer, including ended ones, oldest first.
    pub async fn links(&self, of: CustomerId) -> Result<Vec<Link>, StoreError> {
        read_all(self.query(sql::LINKS, values![of]).await?, link)
    }

    /// The active link of a record.
    pub async fn link_of(&self, record: &RecordKey) -> Result<Option<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::LINK_OF_RECORD, values).await?, link)
    }

    /// The most recently ended link of a record.
    pub async fn ended_link_of(&self, record: &RecordKey) -> Result<Option<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_one(self.one(sql::LINK_ENDED_OF_RECORD, values).await?, link)
    }
}
