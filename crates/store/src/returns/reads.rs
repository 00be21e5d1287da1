//! Reads of returns.

use tessera_core::kernel::ids::{CustomerId, PersonId, ReturnId};
use tessera_core::kernel::unicode::searchable;
use tessera_core::returns::{Return, ReturnStatus};
use uuid::Uuid;

use super::rows::customer_return;
use super::sql;
use crate::engine::Value;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Filter of a return list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReturnFilter {
    /// All returns.
    #[default]
    All,
    /// Returns that are not finished.
    Open,
    /// Returns that wait for the customer's answer.
    Asking,
    /// Finished returns.
    Ended,
}

impl ReturnFilter {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Asking, Self::Ended];

    /// The name in query strings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Asking => "asking",
            Self::Ended => "ended",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text)
    }

    /// The statuses to select, one per placeholder of the statement, and whether an answer must be pending.
    const fn shows(self) -> ([ReturnStatus; 5], bool) {
        use ReturnStatus::{Cancelled, Closed, InProgress, New, OnHold};
        match self {
            Self::All => ([New, InProgress, OnHold, Closed, Cancelled], false),
            Self::Open => ([New, InProgress, OnHold, OnHold, OnHold], false),
            Self::Asking => ([OnHold, OnHold, OnHold, OnHold, OnHold], true),
            Self::Ended => ([Closed, Cancelled, Cancelled, Cancelled, Cancelled], false),
        }
    }
}

impl Reads {
    /// A page of the returns at a person's places, newest first. `search` matches numbers, models and serial numbers.
    pub async fn returns_visible_to(
        &self,
        person: PersonId,
        filter: ReturnFilter,
        search: &str,
        before: Option<ReturnId>,
        limit: usize,
    ) -> Result<Vec<Return>, StoreError> {
        let (statuses, asks) = filter.shows();
        let mut values = values![person, before.unwrap_or(ReturnId(Uuid::max()))];
        values.extend(statuses.map(|status| Value::from(status.as_str())));
        values.extend(values![asks, containing(search), i64::try_from(limit).unwrap_or(i64::MAX)]);
        read_all(self.query(sql::RETURNS_IN_PLACES, values).await?, customer_return)
    }

    /// A return, if it is at one of the person's places.
    pub async fn return_visible_to(&self, person: PersonId, id: ReturnId) -> Result<Option<Return>, StoreError> {
        read_one(self.one(sql::RETURN_IN_PLACES, values![id, person]).await?, customer_return)
    }

    /// A return, for staff and API.
    pub async fn return_by_id(&self, id: ReturnId) -> Result<Option<Return>, StoreError> {
        read_one(self.one(sql::RETURN, values![id]).await?, customer_return)
    }

    /// Returns by id, in any order, for staff.
    pub async fn returns_listed(&self, ids: &[ReturnId]) -> Result<Vec<Return>, StoreError> {
        read_all(self.rows_of(sql::RETURNS_LISTED, ids).await?, customer_return)
    }

    /// A page of all returns, newest first, for staff and API.
    pub async fn returns(
        &self,
        filter: ReturnFilter,
        before: Option<ReturnId>,
        limit: usize,
    ) -> Result<Vec<Return>, StoreError> {
        let before = before.unwrap_or(ReturnId(Uuid::max()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (statuses, asks) = filter.shows();
        if filter == ReturnFilter::All {
            return read_all(self.query(sql::RETURNS_NEWEST, values![before, limit]).await?, customer_return);
        }
        let mut values: Vec<Value> = statuses[..3].iter().map(|status| status.as_str().into()).collect();
        values.extend(values![before, asks, limit]);
        read_all(self.query(sql::RETURNS_BY_STATUS, values).await?, customer_return)
    }

    /// The newest returns of a customer, for staff.
    pub async fn returns_of(&self, customer: CustomerId, limit: usize) -> Result<Vec<Return>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::RETURNS_OF_CUSTOMER, values![customer, limit]).await?, customer_return)
    }

    /// Returns with a word that has this prefix, for staff and API. Words are numbers, serial numbers and models,
    /// normalised.
    pub async fn returns_by_word(&self, word: &str, limit: usize) -> Result<Vec<Return>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found: Vec<Return> = Vec::new();
        let beyond = format!("{word}\u{10FFFF}");
        for row in self.query(sql::RETURNS_BY_WORD, values![word, beyond, limit]).await? {
            let next = customer_return(&row)?;
            if found.iter().all(|known| known.id != next.id) {
                found.push(next);
            }
        }
        Ok(found)
    }

    /// The open return that contains a unit, by the unit's key; see [`Return::units_taken`].
    pub async fn return_of_unit(&self, key: &str) -> Result<Option<ReturnId>, StoreError> {
        read_one(self.one(sql::RETURN_OF_UNIT, values![key]).await?, |row| row.id("return_id"))
    }
}

pub(super) fn asks(customer_return: &Return) -> bool {
    customer_return.lines.iter().any(|line| line.asked().is_some())
}

/// A `LIKE` pattern for texts that contain `search` literally.
pub(crate) fn containing(search: &str) -> String {
    let literal =
        searchable(search.trim()).to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}
