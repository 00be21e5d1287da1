//! Sign-ins that belong to no customer: known for a while, so that staff can be told why they see nothing.

use tessera_core::kernel::customer::IdentityKey;

use super::rows::{UnlinkedSignIn, unlinked};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The sign-in of this identity, if it was seen within a month without a customer.
    pub async fn unlinked(&self, key: &IdentityKey) -> Result<Option<UnlinkedSignIn>, StoreError> {
        read_one(self.one(sql::UNLINKED, values![&key.issuer, &key.subject]).await?, unlinked)
    }

    /// The same for all that have this address, normalised; verified or not.
    pub async fn unlinked_by_email(&self, email: &str, limit: usize) -> Result<Vec<UnlinkedSignIn>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::UNLINKED_BY_EMAIL, values![email, limit]).await?, unlinked)
    }
}
