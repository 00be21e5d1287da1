//! Reads of invoices.

use jiff::Timestamp;
use jiff::civil::Date;
use tessera_core::invoices::{Delivered, Invoice, InvoiceRowError, Known};
use tessera_core::kernel::ids::{CustomerId, InvoiceId, PersonId};

use super::rows::known;
use super::sql;
use crate::engine::{Row, Value};
use crate::kernel::reads::{read_all, read_one};
use crate::returns::reads::containing;
use crate::{Reads, StoreError, values};

/// Filter of an invoice list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InvoiceFilter {
    /// All invoices.
    #[default]
    All,
    /// Unpaid, overdue or not.
    Open,
    /// Unpaid, and due before this day.
    Overdue(Date),
    /// Paid.
    Paid,
    /// Credited.
    Credited,
}

/// The state of the last reading of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedState {
    /// Entity tag for a conditional request.
    pub etag: Option<String>,
    /// Start.
    pub began_at: Timestamp,
    /// End. `None`: in progress, or aborted.
    pub ended_at: Option<Timestamp>,
    /// Number of rows.
    pub rows: usize,
    /// The first unreadable rows.
    pub bad: Vec<InvoiceRowError>,
    /// The error, if it failed.
    pub error: Option<String>,
}

impl Reads {
    /// A page of the invoices at a person's places, newest first. `before` is the [`sorted`] key of the previous page's
    /// last invoice.
    pub async fn invoices_visible_to(
        &self,
        person: PersonId,
        filter: InvoiceFilter,
        search: &str,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Invoice>, StoreError> {
        let all = [Delivered::Open, Delivered::Paid, Delivered::Credited];
        let (statuses, due_before) = match filter {
            InvoiceFilter::All => (all, None),
            InvoiceFilter::Open => ([Delivered::Open; 3], None),
            InvoiceFilter::Overdue(today) => ([Delivered::Open; 3], Some(today.to_string())),
            InvoiceFilter::Paid => ([Delivered::Paid; 3], None),
            InvoiceFilter::Credited => ([Delivered::Credited; 3], None),
        };
        let mut values = values![person, before.unwrap_or("~")];
        values.extend(statuses.map(|status| Value::from(status.as_str())));
        let due_before = due_before.unwrap_or_else(|| "~".to_owned());
        values.extend(values![due_before, containing(search), i64::try_from(limit).unwrap_or(i64::MAX)]);
        let rows = self.query(sql::INVOICES_IN_PLACES, values).await?;
        Ok(read_all(rows, known)?.into_iter().map(|known| known.invoice).collect())
    }

    /// An invoice, if it is at one of the person's places.
    pub async fn invoice_visible_to(&self, person: PersonId, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
        let row = self.one(sql::INVOICE_IN_PLACES, values![id, person]).await?;
        Ok(read_one(row, known)?.map(|known| known.invoice))
    }

    /// An invoice, for staff.
    pub async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
        Ok(read_one(self.one(sql::INVOICE, values![id]).await?, known)?.map(|known| known.invoice))
    }

    /// An invoice by its number, with the state that the next reading is compared with.
    pub async fn invoice_known(&self, source: &str, number: &str) -> Result<Option<Known>, StoreError> {
        read_one(self.one(sql::INVOICE_BY_NUMBER, values![source, number]).await?, known)
    }

    /// The newest invoices of a customer, for staff.
    pub async fn invoices_of(&self, customer: CustomerId, limit: usize) -> Result<Vec<Invoice>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(sql::INVOICES_OF_CUSTOMER, values![customer, limit]).await?;
        Ok(read_all(rows, known)?.into_iter().map(|known| known.invoice).collect())
    }

    /// The newest unmatched invoices, for staff.
    pub async fn unmatched_invoices(&self, limit: usize) -> Result<Vec<Invoice>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(sql::INVOICES_UNMATCHED, values![limit]).await?;
        Ok(read_all(rows, known)?.into_iter().map(|known| known.invoice).collect())
    }

    /// The invoices whose number has this prefix, for staff.
    pub async fn invoices_from(&self, number: &str, limit: usize) -> Result<Vec<Invoice>, StoreError> {
        let (limit, beyond) = (i64::try_from(limit).unwrap_or(i64::MAX), format!("{number}\u{10FFFF}"));
        let rows = self.query(sql::INVOICES_FROM, values![number, beyond, limit]).await?;
        Ok(read_all(rows, known)?.into_iter().map(|known| known.invoice).collect())
    }

    /// Number of a source's confirmed invoices, and of those that the source has not listed since `began`.
    pub async fn invoices_visible_to_nobody(
        &self,
        source: &str,
        began: Timestamp,
    ) -> Result<(usize, usize), StoreError> {
        let known = self.one(sql::INVOICES_COUNT, values![source]).await?;
        let unseen = self.one(sql::INVOICES_UNSEEN, values![source, began]).await?;
        let count = |row: Option<Row>| row.map_or(Ok(0), |row| row.get("count"));
        Ok((count(known)?, count(unseen)?))
    }

    /// The state of the last reading of a source.
    pub async fn invoice_feed(&self, source: &str) -> Result<Option<FeedState>, StoreError> {
        read_one(self.one(sql::INVOICE_FEED, values![source]).await?, |row| {
            Ok(FeedState {
                etag: row.get("etag")?,
                began_at: row.get("began_at")?,
                ended_at: row.get("ended_at")?,
                rows: row.get("rows_read")?,
                bad: row.json("bad")?,
                error: row.get("error")?,
            })
        })
    }
}
