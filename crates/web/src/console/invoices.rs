//! Invoices (`P09`): the state of their source, and invoices that no customer can see, with the reason.

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use jiff::civil::Date;
use serde::Deserialize;
use tessera_core::invoices::{Invoice, Unmatched};
use tessera_hub::queries::invoices::FeedState;

use super::{PAGE_SIZE, back, chrome, customer_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::pages::console::Badge;
use crate::pages::invoices::{FeedCard, InvoiceDesk, InvoiceRow};
use crate::pages::{Fact, Tone};
use crate::portal::invoices::{day, status};
use crate::respond::page::{Answer, page};

const URL: &str = "/console/invoices";

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let search = wanted.q.trim().to_owned();
    let found = app.hub.queries().invoice_overview(&search, PAGE_SIZE).await?;
    let today = app.hub.config.locale.day_of(app.hub.env.now());
    let items = found.invoices.into_iter().map(|(invoice, customer)| row(invoice, customer, today)).collect();
    let source = found.feed.map(|(name, state)| feed(&name, state));
    page(&app, &chrome, &InvoiceDesk { source, search, items, read_action: format!("{URL}/read") })
}

fn feed(name: &str, state: Option<FeedState>) -> FeedCard {
    let Some(state) = state else {
        let state = Badge::new("Not read yet", Tone::Plain);
        return FeedCard { name: name.to_owned(), state, began_at: None, rows: 0, error: None, bad: Vec::new() };
    };
    let badge = match (&state.error, state.bad.is_empty()) {
        (Some(_), _) => Badge::new("Failed", Tone::Bad),
        (None, false) => Badge::new("Read, but not every row", Tone::Warn),
        (None, true) => Badge::new("Read", Tone::Good),
    };
    let bad = state.bad.iter().map(|bad| {
        let number = bad.number.as_ref().map_or_else(String::new, |number| format!("{number}: "));
        Fact::new(format!("Line {}", bad.line), format!("{number}{}", bad.why))
    });
    FeedCard {
        name: name.to_owned(),
        state: badge,
        began_at: Some(state.began_at),
        rows: state.rows,
        bad: bad.collect(),
        error: state.error.map(|error| presenter::sentence(&error)),
    }
}

fn row(invoice: Invoice, customer: Option<String>, today: Date) -> InvoiceRow {
    let bill = &invoice.bill;
    let mut notes: Vec<String> =
        invoice.unmatched.map(Unmatched::sentence).map(ToOwned::to_owned).into_iter().collect();
    if bill.does_not_add_up() {
        notes.push("The lines do not make the total. It is shown as delivered.".to_owned());
    }
    if let Some(since) = invoice.missing_since {
        notes.push(format!("No longer in its source since {}.", since.strftime("%-d %b %Y")));
    }
    InvoiceRow {
        number: bill.number.clone(),
        date: day(bill.date),
        total: bill.total.to_string(),
        status: status(bill.status(today)),
        customer_url: invoice.customer_id.map(customer_url),
        customer: customer.unwrap_or_else(|| bill.customer.clone()),
        notes,
    }
}

/// Requests a reading of the source.
pub(super) async fn read(State(app): State<App>, staff: Staff) -> Answer {
    let outcome = app.hub.request_invoice_reading(&staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "The source is being read. Look again in a moment.".to_owned()))
}
