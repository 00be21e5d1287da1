//! Seats: limits on the concurrent use of a licence (`P12`).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tessera_core::access::Seats;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_store::{Seat, StoreError};

use crate::{Hub, HubError};

/// Minimum interval between writes of a seat's last use.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The seat limit of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRule {
    /// Number of seats.
    pub count: u32,
    /// The counting mode.
    pub counting: Counting,
}

/// The counting mode of seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Counts sessions: any number of people, but a limited number of sessions at once.
    Concurrent,
    /// Counts people. A person keeps the seat until they are deactivated, get another licence, or staff free it.
    Named,
}

/// Seat limits of all licences.
#[derive(Debug, Clone)]
pub struct SeatRules {
    /// Limits by licence. A licence without an entry is unlimited.
    pub rules: BTreeMap<&'static str, SeatRule>,
    /// Idle time after which a session's seat becomes free.
    pub idle: SignedDuration,
}

impl Default for SeatRules {
    fn default() -> Self {
        Self { rules: BTreeMap::new(), idle: SignedDuration::from_mins(30) }
    }
}

impl SeatRules {
    /// The seat limit of a licence. `None`: unlimited.
    pub fn of(&self, licence: LicenceType) -> Option<SeatRule> {
        self.rules.get(licence.as_str()).copied()
    }

    /// Whether a seat is still occupied.
    fn is_taken(&self, seat: &Seat, now: Timestamp) -> bool {
        seat.stands && (seat.session.is_none() || now.duration_since(seat.used_at) <= self.idle)
    }
}

impl Hub {
    /// The occupied seats of some licences, by licence and number.
    pub(crate) async fn seats_taken(&self, licences: &[LicenceType]) -> Result<Vec<Seat>, StoreError> {
        let now = self.env.now();
        let mut seats = self.reads().seats(licences, now).await?;
        seats.retain(|seat| self.config.seats.is_taken(seat, now));
        Ok(seats)
    }

    /// The seats of a licence from a person's point of view, without taking one.
    pub(crate) async fn seats_for(&self, person: PersonId, licence: LicenceType) -> Result<Option<Seats>, StoreError> {
        let Some(rule) = self.config.seats.of(licence) else { return Ok(None) };
        let taken = self.seats_taken(&[licence]).await?;
        let held = taken.iter().any(|seat| seat.person == person);
        let others = taken.iter().filter(|seat| seat.person != person).count();
        Ok(Some(Seats { count: rule.count, taken_by_others: u32::try_from(others).unwrap_or(u32::MAX), held }))
    }

    /// Takes a seat for a session, or keeps the session's seat. `None`: the licence is unlimited.
    pub(crate) async fn seat(
        &self,
        person: PersonId,
        session: [u8; 32],
        licence: LicenceType,
    ) -> Result<Option<Seats>, HubError> {
        let Some(rule) = self.config.seats.of(licence) else { return Ok(None) };
        let held = Seats { count: rule.count, taken_by_others: 0, held: true };
        for _ in 0..=rule.count {
            let now = self.env.now();
            if self.has_seat(person, session, licence, rule, now).await? {
                return Ok(Some(held));
            }
            let known = self.reads().seats(&[licence], now).await?;
            let is_taken =
                |number| known.iter().any(|seat| seat.number == number && self.config.seats.is_taken(seat, now));
            let Some(free) = (1..=i64::from(rule.count)).find(|number| !is_taken(*number)) else {
                return Ok(Some(Seats { count: rule.count, taken_by_others: rule.count, held: false }));
            };
            let before = known.iter().find(|seat| seat.number == free).map(|seat| seat.used_at);
            let for_session = Some(session).filter(|_| rule.counting == Counting::Concurrent);
            if self.technical().take_seat(licence, free, person, for_session, before, now).await? {
                return Ok(Some(held));
            }
        }
        Err(HubError::Busy)
    }

    async fn has_seat(
        &self,
        person: PersonId,
        session: [u8; 32],
        licence: LicenceType,
        rule: SeatRule,
        now: Timestamp,
    ) -> Result<bool, HubError> {
        if rule.counting == Counting::Named {
            return Ok(self.reads().has_named_seat(person, licence).await?);
        }
        let Some(used_at) = self.reads().seat_of_session(&session, licence).await? else { return Ok(false) };
        let idle = now.duration_since(used_at);
        if idle > NOTED_EVERY {
            self.technical().use_seat(&session, now).await?;
        }
        Ok(true)
    }
}
