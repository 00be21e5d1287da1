//! Sign-ins that belong to no customer: known for a while, so that staff can be told why they see nothing.

use jiff::Timestamp;
use tessera_core::kernel::customer::{IdentityKey, SignIn};

use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

/// A sign-in that belonged to no customer when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedSignIn {
    /// Who.
    pub sign_in: SignIn,
    /// When they were last here.
    pub seen_at: Timestamp,
}

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

fn unlinked(row: &Row) -> Result<UnlinkedSignIn, Undecodable> {
    Ok(UnlinkedSignIn { sign_in: row.json("sign_in")?, seen_at: row.get("seen_at")? })
}
