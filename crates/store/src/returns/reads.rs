//! What is read of returns.

use tessera_core::kernel::ids::{CustomerId, PersonId, ReturnId};
use tessera_core::returns::{Return, ReturnStatus};
use uuid::Uuid;

use super::rows::customer_return;
use super::sql;
use crate::engine::Value;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Which returns a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReturnFilter {
    /// Every one.
    #[default]
    All,
    /// Those on which something is left to do.
    Open,
    /// Those that wait for the customer's answer.
    Asking,
    /// Those that ended.
    Ended,
}

impl ReturnFilter {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Asking, Self::Ended];

    /// The name used in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Asking => "asking",
            Self::Ended => "ended",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text)
    }

    /// The statuses it shows, as many as the statement has room for, and whether an answer must be waited for.
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
    /// A page of the returns at somebody's places, the newest first. `search` is looked for in numbers, models and serial numbers.
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

    /// One return at one of somebody's places; elsewhere there is none.
    pub async fn return_visible_to(&self, person: PersonId, id: ReturnId) -> Result<Option<Return>, StoreError> {
        read_one(self.one(sql::RETURN_IN_PLACES, values![id, person]).await?, customer_return)
    }

    /// One return, for staff and machines.
    pub async fn return_by_id(&self, id: ReturnId) -> Result<Option<Return>, StoreError> {
        read_one(self.one(sql::RETURN, values![id]).await?, customer_return)
    }

    /// Some returns, in any order, for staff.
    pub async fn returns_listed(&self, ids: &[ReturnId]) -> Result<Vec<Return>, StoreError> {
        read_all(self.rows_of(sql::RETURNS_LISTED, ids).await?, customer_return)
    }

    /// A page of all returns, the newest first, for staff and machines.
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

    /// Returns of which a word begins so: number, serial number, model; comparable forms. For staff and machines.
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

    /// The open return that a unit is on, by its key; see [`Rma::units_taken`].
    pub async fn return_of_unit(&self, key: &str) -> Result<Option<ReturnId>, StoreError> {
        read_one(self.one(sql::RETURN_OF_UNIT, values![key]).await?, |row| row.id("return_id"))
    }
}

pub(super) fn asks(customer_return: &Return) -> bool {
    customer_return.lines.iter().any(|line| line.asked().is_some())
}

/// A pattern for texts that hold `search`, which is taken literally.
pub(crate) fn containing(search: &str) -> String {
    let literal = search.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}
