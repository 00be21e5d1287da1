//! Rows of licences and their seats.

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;

use crate::Undecodable;
use crate::engine::Row;

/// An occupied seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The licence.
    pub licence: LicenceType,
    /// Seat number, from 1.
    pub number: i64,
    /// The person who occupies it.
    pub person: PersonId,
    /// The person id.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// The session that occupies it. `None`: a named seat.
    pub session: Option<[u8; 32]>,
    /// Start of the occupation.
    pub taken_at: Timestamp,
    /// Last use.
    pub used_at: Timestamp,
    /// Whether the reason for the occupation still exists: the session is open, or the person is active with this
    /// licence.
    pub stands: bool,
}

pub(super) fn seat(row: &Row) -> Result<Seat, Undecodable> {
    let (number, person): (i64, PersonId) = (row.get("number")?, row.id("person_id")?);
    let person_id: Option<String> = row.get("signs_in_as")?;
    Ok(Seat {
        licence: row.text("licence", LicenceType::parse)?,
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
