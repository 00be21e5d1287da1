//! Invoices (`P09`): read from their source at intervals, matched to customers, and stored.
//!
//! Unreadable rows are recorded one by one. An empty or broken source removes nothing.

use std::time::Duration;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use tessera_core::invoices::InvoiceError;
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::invoices::jobs::ReadInvoices;
use tessera_core::invoices::{self, Bill, CustomerKey, InvoiceRowError, Mapping, Owner, Row, Text as _, Unmatched};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::clock::is_due;
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::job::{JobKind, Leased, Retries};
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_store::{FeedState, StoreError};

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run, progressed};
use crate::ports::{InvoiceReading, InvoiceSource, ListedInvoice, ReadingError};
use crate::{Ctx, Hub, HubError};

/// Maximum number of unreadable rows kept for staff.
const BAD_ROWS: usize = 100;
/// Maximum number of unmatched invoices that are matched again when the source has no changes.
const MATCHED_ANEW: usize = 500;

/// Configuration of the invoice source.
#[derive(Debug)]
pub struct Invoices {
    /// The source.
    pub source: Arc<dyn InvoiceSource>,
    /// Mapping of the source's fields.
    pub mapping: Mapping,
    /// The key by which the source identifies customers.
    pub customer: CustomerKey,
    /// Places, by their names in the source.
    pub places: BTreeMap<String, PlaceId>,
    /// Interval between readings. Zero: only on request.
    pub every: SignedDuration,
}

impl Invoices {
    /// The source's configured name.
    pub fn name(&self) -> &str {
        self.source.name()
    }
}

impl Run for ReadInvoices {
    const TIME_LIMIT: Duration = Duration::from_mins(5);
    const RETRIES: Retries = Retries::FOR_EVER;

    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        hub.read_invoices().await?;
        Ok(JobOutcome::Done)
    }
}

impl Hub {
    /// Enqueues a reading of the invoices if one is due.
    pub async fn request_due_invoice_readings(&self) -> Result<(), HubError> {
        let Some(source) = self.invoices.as_ref().filter(|source| source.every > SignedDuration::ZERO) else {
            return Ok(());
        };
        let last = self.reads().invoice_feed(source.name()).await?;
        // The time of its beginning is that of the reading clock, which stays ahead after the wall clock was set back.
        let ended = last.and_then(|last| last.ended_at);
        if ended.is_none_or(|ended| is_due(ended, source.every, self.env.now())) {
            self.request_invoice_reading(&Ctx::background()).await?;
        }
        Ok(())
    }

    /// Enqueues a reading of the invoices.
    ///
    /// # Errors
    /// [`InvoiceError::NoSource`] if no source is configured.
    pub async fn request_invoice_reading(&self, ctx: &Ctx) -> Result<(), HubError> {
        if self.invoices.is_none() {
            return Err(InvoiceError::NoSource.into());
        }
        commit!(self, ctx, |tx| {
            if !self.reads().has_live_job(&ReadInvoices.key()).await? {
                tx.enqueue(ReadInvoices, "the source is read in the background");
            }
            Ok(())
        })
    }

    /// Reads the source completely.
    pub(crate) async fn read_invoices(&self) -> Result<(), HubError> {
        let Some(source) = &self.invoices else { return Ok(()) };
        let name = source.name();
        let before = self.reads().invoice_feed(name).await?;
        // After an error or with unreadable rows, the source is read in full, even if it reports no changes.
        let etag = before.filter(|before| before.error.is_none() && before.bad.is_empty()).and_then(|it| it.etag);
        let began_at = self.env.reading();
        let mut feed = FeedState { etag, began_at, ended_at: None, rows: 0, bad: Vec::new(), error: None };
        let outcome = match source.source.read(feed.etag.as_deref()).await {
            Ok(Some(reading)) => self.read_rows(source, reading, &mut feed).await,
            Ok(None) => self.match_anew(source).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = &outcome {
            feed.error = Some(error.to_string());
        }
        feed.ended_at = Some(self.env.now());
        self.technical().put_invoice_feed(name, &feed).await?;
        outcome
    }

    async fn read_rows(
        &self,
        source: &Invoices,
        mut reading: Box<dyn InvoiceReading + '_>,
        feed: &mut FeedState,
    ) -> Result<(), HubError> {
        feed.etag = reading.etag();
        let mut numbers = HashMap::new();
        loop {
            match reading.next().await {
                Ok(Some(rows)) => self.observe_rows(source, rows, feed, &mut numbers).await?,
                Ok(None) => break,
                Err(ReadingError::Malformed(why)) => {
                    feed.error = Some(why);
                    return Ok(());
                }
                Err(ReadingError::Connect(error)) => return Err(error.into()),
            }
        }
        feed.etag = reading.etag();
        self.miss_unseen(source.name(), feed).await
    }

    async fn observe_rows(
        &self,
        source: &Invoices,
        rows: Vec<ListedInvoice>,
        feed: &mut FeedState,
        numbers: &mut HashMap<String, [u8; 32]>,
    ) -> Result<(), HubError> {
        let mut confirmed = Plan::default();
        for listed in rows {
            progressed();
            let row = match listed {
                ListedInvoice::Full(row) => Ok(row),
                ListedInvoice::Bad(bad) => Err(bad),
                ListedInvoice::Unchanged(listed) => {
                    if self.confirm_unchanged(source, &listed, &mut confirmed).await? {
                        feed.rows += 1;
                        continue;
                    }
                    let Some(row) = source.source.in_full(&listed).await? else { continue };
                    Ok(row)
                }
            };
            feed.rows += 1;
            let (line, zone) = (row.as_ref().map(|row| row.line).unwrap_or_default(), &self.config.locale.time_zone);
            match row.and_then(|row| source.mapping.read(&row, zone)).and_then(|bill| once(numbers, bill, line)) {
                Ok(bill) => self.observe_bill(source, &bill.number.clone(), Some(bill), &mut confirmed).await?,
                Err(bad) => self.note_bad(source, bad, feed, &mut confirmed).await?,
            }
        }
        self.commit_confirmed(source, confirmed).await
    }

    /// Confirms a known invoice that has not changed since the last good reading; its owner may have changed. `false`:
    /// it has to be read in full.
    async fn confirm_unchanged(&self, source: &Invoices, listed: &Row, confirmed: &mut Plan) -> Result<bool, HubError> {
        let Some(number) = listed.fields.text(&source.mapping.fields.number) else { return Ok(false) };
        let Some(known) = self.reads().invoice_known(source.name(), &number).await? else { return Ok(false) };
        self.observe_bill(source, &number, None, &mut Plan::default()).await?;
        let change = InvoiceChange::Confirm { id: known.invoice.id, at: self.env.reading() };
        confirmed.push(change, "its source says so still");
        Ok(true)
    }

    /// Applies the changes of a bill; without a bill, the stored one is matched again. If nothing has changed, adds a
    /// confirmation to `confirmed`.
    async fn observe_bill(
        &self,
        source: &Invoices,
        number: &str,
        bill: Option<Bill>,
        confirmed: &mut Plan,
    ) -> Result<(), HubError> {
        let name = source.name();
        let still_so = commit!(self, &source_ctx(source), |tx| {
            let known = self.reads().invoice_known(name, number).await?;
            let bill = bill.clone().or_else(|| known.as_ref().map(|known| known.invoice.bill.clone()));
            let Some(bill) = bill else { return Ok(None) };
            let owner = self.bill_owner(source, &bill).await?;
            let customer = match &owner {
                Owner::Found(customer, _) => self.reads().customer(*customer).await?,
                Owner::Unmatched(_) => None,
            };
            let today = self.config.locale.day_of(tx.stamp.now);
            let plan = invoices::observe(name, bill, known.as_ref(), &owner, customer, today, tx.stamp);
            if plan.changes().all(|change| matches!(change, Change::Invoice(InvoiceChange::Confirm { .. }))) {
                return Ok(Some(plan));
            }
            tx.extend(plan);
            Ok(None)
        })?;
        confirmed.extend(still_so.unwrap_or_default());
        Ok(())
    }

    async fn commit_confirmed(&self, source: &Invoices, confirmed: Plan) -> Result<(), HubError> {
        commit!(self, &source_ctx(source), |tx| {
            tx.extend(confirmed.clone());
            Ok(())
        })
    }

    async fn note_bad(
        &self,
        source: &Invoices,
        bad: InvoiceRowError,
        feed: &mut FeedState,
        confirmed: &mut Plan,
    ) -> Result<(), StoreError> {
        // The source still lists the invoice, although the row is now unreadable.
        if let Some(number) = &bad.number
            && let Some(known) = self.reads().invoice_known(source.name(), number).await?
        {
            let change = InvoiceChange::Confirm { id: known.invoice.id, at: self.env.reading() };
            confirmed.push(change, "its source still names it");
        }
        if feed.bad.len() < BAD_ROWS {
            feed.bad.push(bad);
        }
        Ok(())
    }

    /// Marks invoices that the source no longer lists as unconfirmed, unless so many are missing at once that the
    /// source is probably broken.
    async fn miss_unseen(&self, source: &str, feed: &mut FeedState) -> Result<(), HubError> {
        if feed.bad.iter().any(|bad| bad.number.is_none()) {
            return Ok(());
        }
        let broken = commit!(self, &Ctx::new(Actor::system(source.to_owned()), Channel::Job), |tx| {
            let (known, unseen) = self.reads().invoices_visible_to_nobody(source, feed.began_at).await?;
            if unseen == 0 {
                return Ok(None);
            }
            if !invoices::missing(known, unseen) {
                return Ok(Some(format!(
                    "{unseen} of {known} invoices are not in the feed any more, which looks like a broken feed; all are kept as they were"
                )));
            }
            let change = InvoiceChange::MarkMissing { source: source.to_owned(), at: feed.began_at };
            tx.push(change, "the source does not name them any more; they are kept");
            Ok(None)
        })?;
        feed.error = broken.or(feed.error.take());
        Ok(())
    }

    /// The source has no changes, but unmatched invoices may belong to customers who are new.
    async fn match_anew(&self, source: &Invoices) -> Result<(), HubError> {
        let mut confirmed = Plan::default();
        for unmatched in self.reads().unmatched_invoices(MATCHED_ANEW).await? {
            if unmatched.source == source.name() {
                self.observe_bill(source, &unmatched.bill.number, None, &mut confirmed).await?;
            }
        }
        Ok(())
    }

    async fn bill_owner(&self, source: &Invoices, bill: &Bill) -> Result<Owner, StoreError> {
        let customer = match source.customer.record(&bill.customer) {
            Some(record) => self.reads().customer_of(&record).await?.map(|customer| customer.id),
            None => match self.customers_with(&bill.customer).await?.as_slice() {
                [one] => Some(*one),
                [] => None,
                _ => return Ok(Owner::Unmatched(Unmatched::SeveralCustomers)),
            },
        };
        let Some(customer) = customer else { return Ok(Owner::Unmatched(Unmatched::NoCustomer)) };
        let Some(named) = &bill.place else { return Ok(Owner::Found(customer, PlaceId::home_of(customer))) };
        let Some(place) = source.places.get(named).copied() else {
            return Ok(Owner::Unmatched(Unmatched::UnknownPlace));
        };
        Ok(match self.reads().place(place).await? {
            None => Owner::Unmatched(Unmatched::UnknownPlace),
            Some(found) if found.owner != Some(customer) => Owner::Unmatched(Unmatched::ForeignPlace),
            Some(_) => Owner::Found(customer, place),
        })
    }

    async fn customers_with(&self, email: &str) -> Result<Vec<CustomerId>, StoreError> {
        let Some(email) = normalise::email(email) else { return Ok(Vec::new()) };
        let mut found = self.reads().customers_by_requester_email(&email).await?;
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// A bill whose number is new in this reading, or a repetition with the same content. With different content, its owner
/// would be ambiguous.
fn once(numbers: &mut HashMap<String, [u8; 32]>, bill: Bill, line: usize) -> Result<Bill, InvoiceRowError> {
    match numbers.insert(bill.number.clone(), bill.hash()) {
        Some(first) if first != bill.hash() => {
            numbers.insert(bill.number.clone(), first);
            let why = "its number was read before in this reading, with other content; that one counts".to_owned();
            Err(InvoiceRowError { line, number: Some(bill.number), why })
        }
        _ => Ok(bill),
    }
}

/// The context of the invoice source.
fn source_ctx(source: &Invoices) -> Ctx {
    Ctx::new(Actor::system(source.name().to_owned()), Channel::Job)
}
