//! Deals that were won, as a source of invoices.

use serde_json::{Value, json};

use super::{Freshsales, PER_PAGE, existing};
use crate::discipline::{ConnectError, Priority};
use crate::lenient_json as lenient;

/// The view whose deals are invoices, by its usual name.
const WON: &str = "Won Deals";

/// A page of deals.
#[derive(Debug, Clone, PartialEq)]
pub struct Deals {
    /// As the CRM tells them, without their contacts.
    pub rows: Vec<Value>,
    /// Whether another page follows.
    pub next: bool,
}

impl Freshsales {
    /// The id of the view that holds the deals that were won.
    pub async fn won_deals_view(&self, priority: Priority) -> Result<String, ConnectError> {
        let call = self.call(&["deals", "filters"], &[], "/deals/filters", "the views of deals", priority);
        let answer = existing(self.client.exchange(&call).await?, &call)?;
        let body = answer.json()?;
        let views = body.get("filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let won =
            views.iter().find(|view| lenient::text(view, "name").is_some_and(|name| name.eq_ignore_ascii_case(WON)));
        won.and_then(|view| lenient::text(view, "id")).ok_or_else(|| answer.unexpected("no view called `Won Deals`"))
    }

    /// A page (from 1) of a view of deals, the oldest first.
    pub async fn deals_page(&self, view: &str, page: u32, priority: Priority) -> Result<Deals, ConnectError> {
        let query = [
            ("page", page.to_string()),
            ("per_page", PER_PAGE.to_string()),
            ("sort", "created_at".to_owned()),
            ("sort_type", "asc".to_owned()),
        ];
        let object = format!("page {page} of the deals");
        let call = self.call(&["deals", "view", view], &query, "/deals/view/{id}", object, priority);
        let answer = existing(self.client.exchange(&call).await?, &call)?;
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

    /// One deal with the id of its first contact under `contact`, and itself as its only line; none when the CRM has none of this id.
    pub async fn deal(&self, id: &str, priority: Priority) -> Result<Option<Value>, ConnectError> {
        if !lenient::is_id(id) {
            return Ok(None);
        }
        let query = [("include", "contacts".to_owned())];
        let call = self.call(&["deals", id], &query, "/deals/{id}", format!("deal {id}"), priority);
        let answer = match self.client.exchange(&call).await?.checked() {
            Ok(answer) => answer,
            Err(ConnectError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
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
