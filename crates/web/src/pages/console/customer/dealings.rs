//! What a customer has with the company beside devices: deals in the CRM, requests, returns, invoices and tickets (A02).

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::{Badge, SystemName};

/// The CRM's contact of a customer, with its deals.
#[derive(Debug, Clone, Serialize)]
pub struct CrmContact {
    /// The CRM.
    pub system: SystemName,
    /// The contact's name.
    pub name: String,
    /// URL of the contact in the CRM.
    pub url: Option<String>,
    /// Lead or customer. `None`: the CRM says neither.
    pub standing: Option<Badge>,
    /// The lifecycle stage's name.
    pub stage: Option<String>,
    /// The deals: open ones first.
    pub deals: Vec<DealRow>,
    /// Number of deals in the CRM, as far as known. It can exceed the number of rows.
    pub deals_known: i64,
}

/// A deal.
#[derive(Debug, Clone, Serialize)]
pub struct DealRow {
    /// The deal's name.
    pub name: String,
    /// URL of the deal in the CRM.
    pub url: Option<String>,
    /// The amount with its currency.
    pub amount: Option<String>,
    /// The stage, coloured by the outcome.
    pub stage: Option<Badge>,
    /// The expected closing date.
    pub expected: Option<String>,
    /// The actual closing date.
    pub closed: Option<String>,
}

/// The customer's newest requests, returns and invoices.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Dealings {
    /// The requests, newest first.
    pub requests: Vec<DealingRow>,
    /// The returns, newest first.
    pub returns: Vec<DealingRow>,
    /// The invoices, newest first.
    pub invoices: Vec<DealingRow>,
    /// Whether an invoice source is configured.
    pub has_invoice_source: bool,
    /// URL of the requester's tickets in the service desk.
    pub tickets_url: Option<String>,
}

/// A request, return or invoice.
#[derive(Debug, Clone, Serialize)]
pub struct DealingRow {
    /// URL of its page.
    pub url: String,
    /// What it is about.
    pub title: String,
    /// More about it, in a few words.
    pub detail: Option<String>,
    /// The state.
    pub state: Badge,
    /// The ticket's number, with its URL in the service desk.
    pub ticket: Option<(String, Option<String>)>,
    /// When it last changed; `None` for an invoice, whose date is in the detail.
    pub at: Option<Timestamp>,
}

/// A requester's tickets, as the service desk has them now.
#[derive(Debug, Clone, Serialize)]
pub struct TicketsPage {
    /// The service desk.
    pub system: SystemName,
    /// The requester's name.
    pub name: String,
    /// URL of the requester's page or the customer's.
    pub back_url: String,
    /// The tickets, newest first. `None`: the service desk did not answer.
    pub tickets: Option<Vec<TicketRow>>,
    /// Why they cannot be shown.
    pub problem: Option<String>,
    /// Only tickets that changed within so many days are shown.
    pub days: u16,
}

impl Page for TicketsPage {
    const TEMPLATE: &'static str = "console/customers/tickets.html";
}

/// A ticket.
#[derive(Debug, Clone, Serialize)]
pub struct TicketRow {
    /// The ticket's number.
    pub id: String,
    /// URL of the ticket in the service desk.
    pub url: Option<String>,
    /// The subject.
    pub subject: String,
    /// The state.
    pub state: Badge,
    /// When it was opened.
    pub opened_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}
