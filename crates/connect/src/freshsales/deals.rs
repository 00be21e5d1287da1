//! Won deals as a source of invoices.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use tessera_core::invoices::{FieldNames, InvoiceRowError, Row, Text as _};
use tessera_hub::ports::{ConnectError, Finding, InvoiceReading, InvoiceSource, ListedInvoice, Priority, ReadingError};

use super::{Freshsales, PER_PAGE};
use crate::discipline::checks;
use crate::lenient_json as lenient;

/// Default name of the view of won deals.
const WON: &str = "Won Deals";

/// A page of deals.
#[derive(Debug, Clone, PartialEq)]
pub struct Deals {
    /// Deals as returned by the CRM, without contacts.
    pub rows: Vec<Value>,
    /// Whether another page follows.
    pub next: bool,
}

impl Freshsales {
    /// Id of the view of won deals.
    pub async fn won_deals_view(&self, priority: Priority) -> Result<String, ConnectError> {
        let call = self.call(&["deals", "filters"], &[], "/deals/filters", "the views of deals", priority);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let body = answer.json()?;
        let views = body.get("filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let won =
            views.iter().find(|view| lenient::text(view, "name").is_some_and(|name| name.eq_ignore_ascii_case(WON)));
        won.and_then(|view| lenient::text(view, "id")).ok_or_else(|| answer.unexpected("no view called `Won Deals`"))
    }

    /// A page (from 1) of a view of deals, oldest first.
    pub async fn deals_page(&self, view: &str, page: u32, priority: Priority) -> Result<Deals, ConnectError> {
        let query = [
            ("page", page.to_string()),
            ("per_page", PER_PAGE.to_string()),
            ("sort", "created_at".to_owned()),
            ("sort_type", "asc".to_owned()),
        ];
        let object = format!("page {page} of the deals");
        let call = self.call(&["deals", "view", view], &query, "/deals/view/{id}", object, priority);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let body = answer.json()?;
        let rows = match &body {
            Value::Array(rows) => Some(rows),
            body => body.get("deals").and_then(Value::as_array),
        };
        let rows = rows.cloned().ok_or_else(|| answer.unexpected("no list of deals"))?;
        let pages = body.get("meta").and_then(|meta| meta.get("total_pages")).and_then(Value::as_u64);
        let next = pages.map_or(rows.len() >= PER_PAGE as usize, |pages| u64::from(page) < pages);
        Ok(Deals { rows, next })
    }

    /// One deal, with the id of its first contact as `contact` and the deal itself as the only line. `None` if there is
    /// none with this id.
    pub async fn deal(&self, id: &str, priority: Priority) -> Result<Option<Value>, ConnectError> {
        if !lenient::is_number(id) {
            return Ok(None);
        }
        let query = [("include", "contacts".to_owned())];
        let call = self.call(&["deals", id], &query, "/deals/{id}", format!("deal {id}"), priority);
        let Some(answer) = self.found(self.client.exchange(&call).await?, priority).await? else { return Ok(None) };
        let body = answer.json()?;
        let mut deal = body.get("deal").filter(|deal| deal.is_object()).cloned();
        let deal = deal.as_mut().and_then(Value::as_object_mut).ok_or_else(|| answer.unexpected("no deal"))?;
        let contacts = body.get("contacts").and_then(Value::as_array);
        let contact = contacts.and_then(|contacts| lenient::text(contacts.first()?, "id"));
        deal.insert("contact".to_owned(), json!(contact));
        let (text, amount) = (deal.get("name").cloned(), deal.get("amount").cloned());
        deal.insert("lines".to_owned(), json!([{ "text": text, "amount": amount }]));
        Ok(Some(Value::Object(deal.clone())))
    }
}

/// Won deals as invoices.
///
/// Reading a deal's contact takes one call per deal, so a deal that has not changed since the last successful reading
/// is not read in full.
#[derive(Debug)]
pub struct WonDeals {
    crm: Arc<Freshsales>,
}

impl WonDeals {
    /// Creates the source for one account.
    pub const fn new(crm: Arc<Freshsales>) -> Self {
        Self { crm }
    }
}

#[async_trait]
impl InvoiceSource for WonDeals {
    fn name(&self) -> &str {
        self.crm.name()
    }

    fn usual_fields(&self) -> FieldNames {
        let name = |name: &str| name.to_owned();
        FieldNames {
            number: name("id"),
            date: name("closed_date"),
            total: name("amount"),
            customer: name("contact"),
            ..FieldNames::default()
        }
    }

    async fn check(&self) -> Vec<Finding> {
        let view = self.crm.won_deals_view(Priority::Interactive).await;
        vec![checks::invoices(self.name(), view.map(drop))]
    }

    async fn read<'a>(&'a self, etag: Option<&str>) -> Result<Option<Box<dyn InvoiceReading + 'a>>, ConnectError> {
        let view = self.crm.won_deals_view(Priority::Background).await?;
        let watermark: Option<Timestamp> = etag.and_then(|etag| etag.parse().ok());
        Ok(Some(Box::new(DealReading {
            crm: &self.crm,
            view,
            page: 1,
            line: 0,
            latest: watermark,
            watermark,
            ended: false,
        })))
    }

    async fn in_full(&self, listed: &Row) -> Result<Option<Row>, ConnectError> {
        let Some(id) = listed.fields.text("id") else { return Ok(None) };
        let deal = self.crm.deal(&id, Priority::Background).await?;
        Ok(deal.map(|fields| Row { line: listed.line, fields, more: Vec::new() }))
    }
}

/// A reading of all deals, page by page.
struct DealReading<'a> {
    crm: &'a Freshsales,
    view: String,
    page: u32,
    /// Number of deals read so far.
    line: usize,
    /// Latest change seen by the last successful reading.
    watermark: Option<Timestamp>,
    /// Latest change seen so far.
    latest: Option<Timestamp>,
    ended: bool,
}

impl DealReading<'_> {
    /// Converts a listed deal. `None` if it was deleted since it was listed.
    async fn listed(&mut self, fields: Value) -> Result<Option<ListedInvoice>, ConnectError> {
        let line = self.line + 1;
        // As moments: the offset of their texts changes with daylight saving time.
        let changed: Option<Timestamp> = fields.text("updated_at").and_then(|text| text.parse().ok());
        let is_unchanged = changed.is_some() && changed <= self.watermark;
        self.latest = self.latest.max(changed);
        let row = match fields.text("id") {
            None => ListedInvoice::Bad(InvoiceRowError { line, number: None, why: "a deal without an id".to_owned() }),
            Some(_) if is_unchanged => ListedInvoice::Unchanged(Row { line, fields, more: Vec::new() }),
            Some(id) => match self.crm.deal(&id, Priority::Background).await? {
                Some(fields) => ListedInvoice::Full(Row { line, fields, more: Vec::new() }),
                None => return Ok(None),
            },
        };
        self.line = line;
        Ok(Some(row))
    }
}

#[async_trait]
impl InvoiceReading for DealReading<'_> {
    async fn next(&mut self) -> Result<Option<Vec<ListedInvoice>>, ReadingError> {
        if self.ended {
            return Ok(None);
        }
        let Deals { rows, next } = self.crm.deals_page(&self.view, self.page, Priority::Background).await?;
        let mut listed = Vec::with_capacity(rows.len());
        for deal in rows {
            listed.extend(self.listed(deal).await?);
        }
        (self.page, self.ended) = (self.page + 1, !next);
        Ok(Some(listed))
    }

    /// The latest change, available at the end of the reading.
    fn etag(&self) -> Option<String> {
        self.latest.filter(|_| self.ended).map(|latest| latest.to_string())
    }
}
