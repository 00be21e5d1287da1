//! Invoices in the customer portal (`P09`): list, view, PDF. Only invoices at the person's places are found.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use tessera_core::access::Viewer;
use tessera_core::invoices::{Invoice, InvoiceStatus};
use tessera_core::kernel::money::Money;
use tessera_hub::queries::invoices::{InvoiceFilter, InvoicesQuery, InvoicesVisible, sorted};
use url::form_urlencoded;

use crate::App;
use crate::auth::caller::InPortal;
use crate::auth::route_access::{Routes, Rule, get};
use crate::locale::{self, amount, text};
use crate::pages::console::Badge;
use crate::pages::dates;
use crate::pages::invoice_pdf::InvoiceDocument;
use crate::pages::invoices::{InvoiceCard, InvoicePage, Invoices};
use crate::pages::returns::Choice;
use crate::pages::{Fact, Tone};
use crate::respond::page::{Answer, PageError, chrome_of, page};

pub(crate) const URL: &str = "/portal/customer/invoices";
/// Invoices per page of the list.
const PAGE: usize = 20;

pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal).route("/", get(list)).route("/{id}", get(show)).route("/{id}/pdf", get(pdf))
}

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    show: String,
    q: String,
    before: Option<String>,
}

async fn list(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let today = today(&app);
    let filters = [
        ("all", text!("invoices-all"), InvoiceFilter::All),
        ("open", text!("invoices-open"), InvoiceFilter::Open),
        ("overdue", text!("invoices-overdue"), InvoiceFilter::Overdue(today)),
        ("paid", text!("invoices-paid"), InvoiceFilter::Paid),
        ("credited", text!("invoices-credited"), InvoiceFilter::Credited),
    ];
    let (name, filter) = {
        let (name, _, filter) = filters.iter().find(|(name, ..)| *name == wanted.show).unwrap_or(&filters[0]);
        (*name, *filter)
    };
    let search: String = wanted.q.trim().chars().take(100).collect();
    let asked = InvoicesQuery { filter, search: &search, before: wanted.before.as_deref(), size: PAGE + 1 };
    let InvoicesVisible { invoices: mut found, any } = app.hub.queries().invoices_visible_to(&viewer, asked).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let more_url = found.last().filter(|_| more).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", name).append_pair("q", &search);
        format!("{URL}?{}", query.append_pair("before", &sorted(last)).finish())
    });
    let content = Invoices {
        items: found.iter().map(|invoice| card(invoice, today)).collect(),
        filters: filters.map(|(value, label, _)| Choice::new(value, label, value == name)).into(),
        search,
        any,
        more_url,
    };
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

fn today(app: &App) -> Date {
    app.hub.config.locale.day_of(app.hub.env.now())
}

async fn mine(app: &App, viewer: &Viewer, id: &str) -> Result<Invoice, PageError> {
    let id = id.parse().map_err(|_| PageError::NOT_FOUND)?;
    app.hub.queries().invoice_visible_to(viewer, id).await?.ok_or(PageError::NOT_FOUND)
}

async fn show(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let invoice = mine(&app, &viewer, &id).await?;
    let content = InvoicePage {
        invoice: card(&invoice, today(&app)),
        lines: lines(&invoice),
        sums: sums(&invoice),
        confirmed_at: invoice.confirmed_at,
        unconfirmed: invoice.missing_since.is_some(),
        pdf_url: format!("{URL}/{}/pdf", invoice.id),
        back_url: URL.to_owned(),
    };
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

async fn pdf(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let invoice = mine(&app, &viewer, &id).await?;
    let card = card(&invoice, today(&app));
    let mut facts = vec![Fact::new(text!("portal-invoices-list-date"), card.date)];
    facts.extend(card.due.map(|due| Fact::new(text!("portal-invoices-list-due"), due)));
    facts.push(Fact::new(text!("invoices-status"), card.status.text));
    let mut notes = vec![text!("invoices-copy")];
    if invoice.missing_since.is_some() {
        notes.push(text!("invoices-unconfirmed"));
    }
    let document = InvoiceDocument {
        brand: app.hub.config.brand.name.clone(),
        number: invoice.bill.number.clone(),
        facts,
        lines: lines(&invoice),
        sums: sums(&invoice),
        notes,
    };
    let reader = locale::current();
    let made = tokio::task::spawn_blocking(move || locale::within(reader, || document.pdf())).await;
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a PDF cannot be made");
        PageError(StatusCode::INTERNAL_SERVER_ERROR)
    };
    let pdf = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    // The characters of the invoice number that are safe in a file name.
    let name: String = invoice.bill.number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let disposition = format!("attachment; filename=\"invoice-{name}.pdf\"");
    let mut response = ([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn card(invoice: &Invoice, today: Date) -> InvoiceCard {
    let bill = &invoice.bill;
    InvoiceCard {
        url: format!("{URL}/{}", invoice.id),
        number: bill.number.clone(),
        status: status(bill.status(today)),
        date: day(bill.date),
        due: bill.payable_until().map(day),
        total: amount(&bill.total),
    }
}

pub(crate) fn day(date: Date) -> String {
    dates::civil(date)
}

pub(crate) fn status(status: InvoiceStatus) -> Badge {
    match status {
        InvoiceStatus::Open => Badge::new(text!("invoices-open"), Tone::Plain),
        InvoiceStatus::Overdue => Badge::new(text!("invoices-overdue"), Tone::Warn),
        InvoiceStatus::Paid => Badge::new(text!("invoices-paid"), Tone::Good),
        InvoiceStatus::Credited => Badge::new(text!("invoices-credited"), Tone::Plain),
        InvoiceStatus::CreditNote => Badge::new(text!("invoices-credit-note"), Tone::Plain),
        InvoiceStatus::NothingToPay => Badge::new(text!("invoices-nothing-to-pay"), Tone::Good),
    }
}

fn lines(invoice: &Invoice) -> Vec<[String; 3]> {
    let lines = invoice.bill.lines.iter();
    lines.map(|line| [line.text.clone(), line.quantity.clone().unwrap_or_default(), amount(&line.amount)]).collect()
}

fn sums(invoice: &Invoice) -> Vec<Fact> {
    let tax = invoice.bill.tax.map(|tax: Money| Fact::new(text!("invoices-tax"), amount(&tax)));
    tax.into_iter().chain([Fact::new(text!("portal-invoices-list-total"), amount(&invoice.bill.total))]).collect()
}
