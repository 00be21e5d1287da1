//! Licences and their seats (`P05`, `P12`).

use tessera_core::access::licence::LicenceType;
use tessera_store::{Seat, StoreError};

use super::Queries;
use crate::SeatRule;

/// A licence with a limited number of seats.
#[derive(Debug, Clone)]
pub struct LimitedLicence {
    /// The licence.
    pub licence: LicenceType,
    /// Its limit.
    pub rule: SeatRule,
    /// The occupied seats, by number.
    pub taken: Vec<Seat>,
}

impl Queries<'_> {
    /// The licences with a limited number of seats.
    pub async fn limited_licences(&self) -> Result<Vec<LimitedLicence>, StoreError> {
        let rules = &self.hub.config.seats;
        let limited = LicenceType::ALL.into_iter().filter_map(|licence| Some((licence, rules.of(licence)?)));
        let limited: Vec<_> = limited.collect();
        let licences: Vec<LicenceType> = limited.iter().map(|(licence, _)| *licence).collect();
        let taken = self.hub.seats_taken(&licences).await?;
        let seats = |licence| taken.iter().filter(|seat| seat.licence == licence).cloned().collect();
        let with_seats = |(licence, rule)| LimitedLicence { licence, rule, taken: seats(licence) };
        Ok(limited.into_iter().map(with_seats).collect())
    }
}
