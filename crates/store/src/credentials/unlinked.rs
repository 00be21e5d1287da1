//! Unlinked sign-ins, kept for a month so that staff can explain why the user sees no data.

use tessera_core::kernel::customer::IdentityKey;

use super::rows::{UnlinkedSignIn, unlinked};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The sign-in of this identity, if it was used within a month while it was not linked.
    pub async fn unlinked(&self, key: &IdentityKey) -> Result<Option<UnlinkedSignIn>, StoreError> {
        read_one(self.one(sql::UNLINKED, values![&key.issuer, &key.subject]).await?, unlinked)
    }

    /// The unlinked sign-ins with this normalised address, verified or not.
    pub async fn unlinked_by_email(&self, email: &str, limit: usize) -> Result<Vec<UnlinkedSignIn>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::UNLINKED_BY_EMAIL, values![email, limit]).await?, unlinked)
    }
}
