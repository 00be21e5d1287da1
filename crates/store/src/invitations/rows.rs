//! Rows of invitations.

use jiff::Timestamp;
use tessera_core::invitations::{Claim, Entitlement, Invitation, Revocation};
use tessera_core::kernel::customer::IdentityKey;

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(invitations)`, or `columns!(invitations "x.")` with a table alias.
macro_rules! columns {
    (invitations $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "system", "external_id", "name", "email", "token_hash", "created_at", "created_by",
            "expires_at", "opened_at", "claimed_issuer", "claimed_subject", "claimed_as", "claimed_at",
            "consumed_at", "revoked_at", "revoked_why", "ground", "kind")
    };
}
pub(super) use columns;

pub(super) fn invitation(row: &Row) -> Result<Invitation, Undecodable> {
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
