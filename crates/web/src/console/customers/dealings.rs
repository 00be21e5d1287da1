//! A customer's deals, requests, returns and invoices, and a requester's tickets (`A02`).

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tessera_core::invoices::Invoice;
use tessera_core::kernel::record::Attributes;
use tessera_core::kernel::record::deal::{Deal, DealOutcome, Standing};
use tessera_core::returns::Return;
use tessera_core::service_requests::{ServiceRequest, Status};
use tessera_hub::ports::Ticket;
use tessera_hub::queries::customers::{self, StoredRecord};
use tessera_hub::{HubError, RequesterTickets};
use url::form_urlencoded;

use super::records;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{chrome, customer_url, presenter, record_url, returns};
use crate::pages::Tone;
use crate::pages::console::{Badge, CrmContact, DealRow, DealingRow, Dealings, TicketRow, TicketsPage};
use crate::portal::invoices;
use crate::portal::service_requests::presenter as requests;
use crate::respond::page::{Answer, page};

/// The contact among linked records, with its deals.
pub(super) fn crm_contact(app: &App, record: &StoredRecord) -> Option<CrmContact> {
    let Attributes::Contact(contact) = &record.attributes else { return None };
    let counted = contact.open_deals.unwrap_or(0) + contact.won_deals.unwrap_or(0);
    let read = i64::try_from(contact.deals.len()).unwrap_or(i64::MAX);
    Some(CrmContact {
        system: presenter::system(app, &record.key.system),
        name: contact.name.clone(),
        url: app.hub.config.addresses.record(&record.key),
        standing: app.hub.config.customer_stages.standing(contact).map(standing),
        stage: contact.lifecycle_stage.clone(),
        deals: contact.deals.iter().map(|deal| deal_row(app, deal)).collect(),
        deals_known: counted.max(read),
    })
}

/// The state of a contact.
fn standing(standing: Standing) -> Badge {
    match standing {
        Standing::Lead => Badge::new("Lead", Tone::Plain),
        Standing::Customer => Badge::new("Customer", Tone::Good),
    }
}

fn deal_row(app: &App, deal: &Deal) -> DealRow {
    let tone = match deal.outcome {
        Some(DealOutcome::Won) => Tone::Good,
        Some(DealOutcome::Lost) => Tone::Warn,
        Some(DealOutcome::Open) | None => Tone::Plain,
    };
    let amount = || deal.amount.clone().filter(|amount| !amount.is_empty());
    DealRow {
        name: if deal.name.is_empty() { format!("Deal {}", deal.id) } else { deal.name.clone() },
        url: app.hub.config.addresses.deal(&deal.id),
        amount: deal.money().map(|money| money.to_string()).or_else(amount),
        stage: deal.stage.as_deref().map(|stage| Badge::new(stage, tone)),
        expected: deal.expected_close.map(invoices::day),
        closed: deal.closed_on.map(invoices::day),
    }
}

/// The customer's newest requests, returns and invoices.
pub(super) fn dealings(app: &App, found: &customers::Dealings, tickets_url: Option<String>) -> Dealings {
    let today = app.hub.env.now().to_zoned(TimeZone::UTC).date();
    Dealings {
        requests: found.requests.iter().map(|request| request_row(app, request)).collect(),
        returns: found.returns.iter().map(return_row).collect(),
        invoices: found.invoices.iter().map(|invoice| invoice_row(invoice, today)).collect(),
        has_invoice_source: app.hub.invoices.is_some(),
        tickets_url,
    }
}

fn request_row(app: &App, request: &ServiceRequest) -> DealingRow {
    let line = requests::line(app, "/console/requests", request);
    let ticket = |id: String| {
        let url = app.hub.config.addresses.ticket(&id);
        (id, url)
    };
    DealingRow {
        url: line.url,
        title: line.subject,
        detail: Some(line.device.map_or_else(|| line.kind.clone(), |device| format!("{}, {device}", line.kind))),
        state: line.status,
        ticket: line.ticket.map(ticket),
        at: Some(request.updated_at),
    }
}

fn return_row(found: &Return) -> DealingRow {
    let units: Vec<String> = found.lines.iter().map(tessera_core::returns::Line::summary).collect();
    DealingRow {
        url: returns::url(found.id),
        title: found.number.clone(),
        detail: Some(units.join(", ")).filter(|units| !units.is_empty()),
        state: returns::status(found.status()),
        ticket: None,
        at: Some(found.updated_at),
    }
}

fn invoice_row(invoice: &Invoice, today: Date) -> DealingRow {
    let bill = &invoice.bill;
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", &bill.number).finish();
    DealingRow {
        url: format!("/console/invoices?{query}"),
        title: bill.number.clone(),
        detail: Some(format!("{}, {}", invoices::day(bill.date), bill.total)),
        state: invoices::status(bill.status(today)),
        ticket: None,
        at: None,
    }
}

/// The tickets of a requester, linked or not.
pub(crate) async fn tickets(
    State(app): State<App>,
    staff: Staff,
    Path(named): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let key = records::requester(&app, named)?;
    let owner = app.hub.queries().customer_of(&key).await?;
    let (tickets, problem) = match app.hub.tickets_of_requester(&key.external_id).await {
        Ok(RequesterTickets { tickets, .. }) => (Some(tickets.iter().map(|it| ticket_row(&app, it)).collect()), None),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => (None, Some(presenter::sentence(&error.to_string()))),
    };
    let name = match &owner {
        Some(customer) => customer.name.clone(),
        None => app.hub.queries().record_title(&key).await?.unwrap_or_else(|| format!("requester {}", key.external_id)),
    };
    let content = TicketsPage {
        system: presenter::system(&app, &key.system),
        name,
        back_url: owner.map_or_else(|| record_url(&key), |customer| customer_url(customer.id)),
        tickets,
        problem,
        days: app.hub.config.requests.history_days,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn ticket_row(app: &App, ticket: &Ticket) -> TicketRow {
    TicketRow {
        id: ticket.id.clone(),
        url: app.hub.config.addresses.ticket(&ticket.id),
        subject: ticket.subject.clone(),
        state: requests::status(app, Status::of_desk(ticket.status)),
        opened_at: ticket.created_at,
        updated_at: ticket.updated_at,
    }
}
