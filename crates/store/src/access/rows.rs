//! Rows of licences and their seats.

use jiff::Timestamp;
use tessera_core::kernel::ids::PersonId;

use crate::Undecodable;
use crate::engine::Row;

/// A seat that somebody took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its number, from 1.
    pub number: i64,
    /// Who took it.
    pub person: PersonId,
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// The session for which it was taken; none: it is theirs by name.
    pub session: Option<[u8; 32]>,
    /// Since when.
    pub taken_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
    /// Whether what it was taken for still stands: the session is not over, or the person is active with this licence.
    pub stands: bool,
}

pub(super) fn seat(row: &Row) -> Result<Seat, Undecodable> {
    let (number, person): (i64, PersonId) = (row.get("number")?, row.id("person_id")?);
    let person_id: Option<String> = row.get("signs_in_as")?;
    Ok(Seat {
        number,
        person,
        person_id: person_id.unwrap_or_else(|| person.to_string()),
        name: row.get::<Option<String>>("name")?.unwrap_or_default(),
        session: row.get("session_hash")?,
        taken_at: row.get("taken_at")?,
        used_at: row.get("used_at")?,
        stands: row.get("stands")?,
    })
}
