//! Invoices (`P09`): read from their source now and then, matched to customers, and kept.
//!
//! What cannot be read is noted row by row. An emptied or broken source takes nothing away.

use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::SignedDuration;
use tessera_connect::Priority;
use tessera_connect::invoice_feed::{Feed, Reading};
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::invoices::{self, Bill, CustomerKey, InvoiceRowError, Mapping, Owner, Row, Text as _, Unmatched};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::job::Task;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_store::{FeedState, StoreError};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// How many rows that could not be read are kept for staff.
const BAD_ROWS: usize = 100;
/// How many invoices that nobody sees are matched anew when the source has nothing new.
const MATCHED_ANEW: usize = 500;

/// Where invoices come from.
#[derive(Debug)]
pub struct InvoiceSource {
    /// What is read.
    pub books: Books,
    /// How its rows are understood.
    pub mapping: Mapping,
    /// By what it names customers.
    pub customer: CustomerKey,
    /// The places that it names.
    pub places: BTreeMap<String, PlaceId>,
    /// How often it is read; zero: only when asked.
    pub every: SignedDuration,
}

/// What invoices are read from.
#[derive(Debug)]
pub enum Books {
    /// A feed.
    Feed(Box<Feed>),
    /// The CRM's deals that were won.
    Deals,
}

impl InvoiceSource {
    /// The source's configured name; the CRM's for its deals.
    pub fn name<'a>(&'a self, hub: &'a Hub) -> &'a str {
        match &self.books {
            Books::Feed(feed) => feed.name(),
            Books::Deals => hub.crm.name(),
        }
    }
}

impl Hub {
    /// Asks for the invoices to be read when their time has come.
    pub(crate) async fn request_due_invoice_readings(&self) -> Result<(), HubError> {
        let Some(source) = self.invoices.as_ref().filter(|source| source.every > SignedDuration::ZERO) else {
            return Ok(());
        };
        let last = self.store.invoice_feed(source.name(self)).await?;
        if last.is_none_or(|last| last.began_at + source.every <= self.env.now()) {
            self.request_invoice_reading(&Ctx::background()).await?;
        }
        Ok(())
    }

    /// Asks for the invoices to be read.
    ///
    /// # Errors
    /// [`HubError::Precondition`] `no_invoice_source` when none is configured.
    pub async fn request_invoice_reading(&self, ctx: &Ctx) -> Result<(), HubError> {
        if self.invoices.is_none() {
            let detail = "no source of invoices is configured; add the section [invoices]";
            return Err(HubError::precondition("no_invoice_source", detail));
        }
        if self.store.has_live_job(&Task::ReadInvoices.key()).await? {
            return Ok(());
        }
        commit!(self, ctx, |tx| {
            tx.enqueue(Task::ReadInvoices, "the source is read in the background");
            Ok(())
        })
    }

    /// Reads the source to its end.
    pub(crate) async fn read_invoices(&self) -> Result<(), HubError> {
        let Some(source) = &self.invoices else { return Ok(()) };
        let name = source.name(self);
        let before = self.store.invoice_feed(name).await?;
        // What went wrong, or could not be read, is read again whatever the source says of changes.
        let etag = before.filter(|before| before.error.is_none() && before.bad.is_empty()).and_then(|it| it.etag);
        let began_at = self.env.now();
        let mut feed = FeedState { etag, began_at, ended_at: None, rows: 0, bad: Vec::new(), error: None };
        let outcome = match &source.books {
            Books::Feed(books) => match books.read(feed.etag.as_deref()).await {
                Ok(Some(reading)) => self.read_rows(source, reading, &mut feed).await,
                Ok(None) => self.match_anew(source).await,
                Err(error) => Err(error.into()),
            },
            Books::Deals => self.read_deals(source, &mut feed).await,
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
        source: &InvoiceSource,
        mut reading: Reading,
        feed: &mut FeedState,
    ) -> Result<(), HubError> {
        feed.etag = reading.etag.take();
        let mut numbers = HashMap::new();
        while let Some(batch) = reading.batches.recv().await {
            let batch = match batch {
                Ok(batch) => batch,
                Err(why) => {
                    feed.error = Some(why);
                    return Ok(());
                }
            };
            self.observe_rows(source, batch, feed, &mut numbers).await?;
        }
        self.miss_unseen(source.name(self), feed).await
    }

    async fn observe_rows(
        &self,
        source: &InvoiceSource,
        rows: Vec<Result<Row, InvoiceRowError>>,
        feed: &mut FeedState,
        numbers: &mut HashMap<String, [u8; 32]>,
    ) -> Result<(), HubError> {
        feed.rows += rows.len();
        let mut confirmed = Plan::default();
        for row in rows {
            let line = row.as_ref().map(|row| row.line).unwrap_or_default();
            match row.and_then(|row| source.mapping.read(&row)).and_then(|bill| once(numbers, bill, line)) {
                Ok(bill) => self.observe_bill(source, bill, &mut confirmed).await?,
                Err(bad) => self.note_bad(source, bad, feed, &mut confirmed).await?,
            }
        }
        self.commit_confirmed(source, confirmed).await
    }

    /// Reads the deals that were won, page by page. Whose a deal is takes a call for each, so one that did not change since the last good
    /// reading is taken for confirmed when it is listed.
    async fn read_deals(&self, source: &InvoiceSource, feed: &mut FeedState) -> Result<(), HubError> {
        let watermark = feed.etag.take();
        let mut numbers = HashMap::new();
        let mut latest = watermark.clone();
        let view = self.crm.won_deals_view(Priority::Background).await?;
        let mut page = 1;
        loop {
            let deals = self.crm.deals_page(&view, page, Priority::Background).await?;
            let mut rows = Vec::with_capacity(deals.rows.len());
            for listed in deals.rows {
                let line = feed.rows + rows.len() + 1;
                let changed = listed.text("updated_at");
                let known = match listed.text(&source.mapping.fields.number) {
                    Some(number) if changed.is_some() && changed <= watermark => {
                        self.store.invoice_known(source.name(self), &number).await?
                    }
                    _ => None,
                };
                latest = latest.max(changed);
                match (known, listed.text("id")) {
                    (Some(known), _) => {
                        self.observe_bill(source, known.invoice.bill, &mut Plan::default()).await?;
                        let mut confirmed = Plan::default();
                        let change = InvoiceChange::Confirm { id: known.invoice.id, at: self.env.now() };
                        confirmed.push(change, "its source says so still");
                        self.commit_confirmed(source, confirmed).await?;
                        feed.rows += 1;
                    }
                    (None, Some(id)) => {
                        let deal = self.crm.deal(&id, Priority::Background).await?;
                        rows.extend(deal.map(|fields| Ok(Row { line, fields, more: Vec::new() })));
                    }
                    (None, None) => {
                        rows.push(Err(InvoiceRowError { line, number: None, why: "a deal without an id".to_owned() }));
                    }
                }
            }
            self.observe_rows(source, rows, feed, &mut numbers).await?;
            if !deals.next {
                break;
            }
            page += 1;
        }
        feed.etag = latest;
        self.miss_unseen(source.name(self), feed).await
    }

    /// Applies what a bill changes. That nothing changed is collected in `confirmed`.
    async fn observe_bill(&self, source: &InvoiceSource, bill: Bill, confirmed: &mut Plan) -> Result<(), HubError> {
        let name = source.name(self);
        let still_so = commit!(self, &self.source_ctx(source), |tx| {
            let known = self.store.invoice_known(name, &bill.number).await?;
            let owner = self.bill_owner(source, &bill).await?;
            let customer = match &owner {
                Owner::Found(customer, _) => self.store.customer(*customer).await?,
                Owner::Unmatched(_) => None,
            };
            let plan = invoices::observe(name, bill.clone(), known.as_ref(), &owner, customer, tx.stamp);
            if plan.changes().all(|change| matches!(change, Change::Invoice(InvoiceChange::Confirm { .. }))) {
                return Ok(Some(plan));
            }
            tx.extend(plan);
            Ok(None)
        })?;
        confirmed.extend(still_so.unwrap_or_default());
        Ok(())
    }

    async fn commit_confirmed(&self, source: &InvoiceSource, confirmed: Plan) -> Result<(), HubError> {
        commit!(self, &self.source_ctx(source), |tx| {
            tx.extend(confirmed.clone());
            Ok(())
        })
    }

    /// The source of invoices at work.
    fn source_ctx(&self, source: &InvoiceSource) -> Ctx {
        Ctx::new(Actor::system(source.name(self).to_owned()), Channel::Job)
    }

    async fn note_bad(
        &self,
        source: &InvoiceSource,
        bad: InvoiceRowError,
        feed: &mut FeedState,
        confirmed: &mut Plan,
    ) -> Result<(), StoreError> {
        // The source still names it, though what it says now cannot be read.
        if let Some(number) = &bad.number
            && let Some(known) = self.store.invoice_known(source.name(self), number).await?
        {
            let change = InvoiceChange::Confirm { id: known.invoice.id, at: self.env.now() };
            confirmed.push(change, "its source still names it");
        }
        if feed.bad.len() < BAD_ROWS {
            feed.bad.push(bad);
        }
        Ok(())
    }

    /// Says of invoices that their source does not name any more that they are no longer confirmed; unless so many are gone at once that it is
    /// the source that is broken.
    async fn miss_unseen(&self, source: &str, feed: &mut FeedState) -> Result<(), HubError> {
        let (known, unseen) = self.store.invoices_visible_to_nobody(source, feed.began_at).await?;
        if unseen == 0 || feed.bad.iter().any(|bad| bad.number.is_none()) {
            return Ok(());
        }
        if !invoices::missing(known, unseen) {
            let detail = format!(
                "{unseen} of {known} invoices are not in the feed any more, which looks like a broken feed; all are kept as they were"
            );
            feed.error = Some(detail);
            return Ok(());
        }
        commit!(self, &Ctx::new(Actor::system(source.to_owned()), Channel::Job), |tx| {
            let change = InvoiceChange::MarkMissing { source: source.to_owned(), at: feed.began_at };
            tx.push(change, "the source does not name them any more; they are kept");
            Ok(())
        })
    }

    /// The source has nothing new; customers may have come whose invoices were nobody's.
    async fn match_anew(&self, source: &InvoiceSource) -> Result<(), HubError> {
        let mut confirmed = Plan::default();
        for unmatched in self.store.unmatched_invoices(MATCHED_ANEW).await? {
            if unmatched.source == source.name(self) {
                self.observe_bill(source, unmatched.bill, &mut confirmed).await?;
            }
        }
        Ok(())
    }

    async fn bill_owner(&self, source: &InvoiceSource, bill: &Bill) -> Result<Owner, StoreError> {
        let customer = match source.customer.record(&bill.customer) {
            Some(record) => self.store.customer_of(&record).await?.map(|customer| customer.id),
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
        Ok(match self.store.place(place).await? {
            None => Owner::Unmatched(Unmatched::UnknownPlace),
            Some(found) if found.owner != Some(customer) => Owner::Unmatched(Unmatched::ForeignPlace),
            Some(_) => Owner::Found(customer, place),
        })
    }

    async fn customers_with(&self, email: &str) -> Result<Vec<CustomerId>, StoreError> {
        let Some(email) = normalise::email(email) else { return Ok(Vec::new()) };
        let mut found = self.store.customers_by_requester_email(&email).await?;
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// A bill whose number was not read before in the same reading, or says the same: with other content, nobody can tell whose it is.
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
