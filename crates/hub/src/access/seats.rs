//! Seats: how many people use a licence at once (`P12`).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tessera_core::access::Seats;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_store::{Seat, StoreError};

use crate::{Hub, HubError};

/// That a seat is used is written down no more often than this.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How many may use a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRule {
    /// How many seats there are.
    pub count: u32,
    /// How they are counted.
    pub counting: Counting,
}

/// How seats are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Any number of people, so many sessions at once.
    Concurrent,
    /// So many people; a seat stays with whoever took it until they are made inactive, get another licence, or staff free it.
    Named,
}

/// How licences are counted.
#[derive(Debug, Clone)]
pub struct SeatRules {
    /// By licence; one that is not listed may be used by any number.
    pub rules: BTreeMap<&'static str, SeatRule>,
    /// After how long without a request a session's seat is free for others.
    pub idle: SignedDuration,
}

impl Default for SeatRules {
    fn default() -> Self {
        Self { rules: BTreeMap::new(), idle: SignedDuration::from_mins(30) }
    }
}

impl SeatRules {
    /// How a licence is counted; none: it is not.
    pub fn of(&self, licence: LicenceType) -> Option<SeatRule> {
        self.rules.get(licence.as_str()).copied()
    }

    /// Whether somebody has a seat still.
    fn is_taken(&self, seat: &Seat, now: Timestamp) -> bool {
        seat.stands && (seat.session.is_none() || now.duration_since(seat.used_at) <= self.idle)
    }
}

impl Hub {
    /// The seats of a licence that somebody has now, by number.
    pub async fn seats_taken(&self, licence: LicenceType) -> Result<Vec<Seat>, StoreError> {
        let now = self.env.now();
        let mut seats = self.reads().seats(licence, now).await?;
        seats.retain(|seat| self.config.seats.is_taken(seat, now));
        Ok(seats)
    }

    /// How a person stands with the seats of a licence, without taking one.
    pub(crate) async fn seats_for(&self, person: PersonId, licence: LicenceType) -> Result<Option<Seats>, StoreError> {
        let Some(rule) = self.config.seats.of(licence) else { return Ok(None) };
        let taken = self.seats_taken(licence).await?;
        let held = taken.iter().any(|seat| seat.person == person);
        let others = taken.iter().filter(|seat| seat.person != person).count();
        Ok(Some(Seats { count: rule.count, taken_by_others: u32::try_from(others).unwrap_or(u32::MAX), held }))
    }

    /// Takes a seat for a session, or keeps the one it has; none: the licence is not counted.
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
            let known = self.reads().seats(licence, now).await?;
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
