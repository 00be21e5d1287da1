//! HTML pages of contacts and their deals.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::page::{Page, escape};

use super::contacts::Contact;
use super::lists::leading_number;
use super::parameters::{Name, Parameters};
use super::record::Records;
use super::selectors::lifecycle_stage;
use super::{Freshsales, wire};

const SYSTEM: &str = "Freshsales";
const ROWS: usize = 50;

/// `GET /?q=&page=`
pub(super) async fn contacts(State(crm): State<Freshsales>, parameters: Parameters) -> Page {
    let records = crm.0.records.read();
    let q = parameters.get("q").unwrap_or_default();
    let text = q.trim().to_lowercase();
    let fits = |contact: &&Contact| {
        let email = contact.primary_email().unwrap_or_default();
        !contact.deleted
            && [contact.display_name().as_str(), email].iter().any(|field| field.to_lowercase().contains(&text))
    };
    let found: Vec<&Contact> = records.contacts.values().filter(fits).collect();
    let page = parameters.get("page").map_or(1, leading_number).clamp(1, found.len().div_ceil(ROWS).max(1));
    let rows: String = found.iter().skip((page - 1) * ROWS).take(ROWS).map(|contact| row(&records, contact)).collect();
    let q = escape(q);
    let body = format!(
        "<form class=\"search\" role=\"search\"><input type=\"search\" name=\"q\" value=\"{q}\" aria-label=\"Name or e-mail\" \
         placeholder=\"Name or e-mail\"><button>Search</button></form>\n<p class=\"quiet\">{} contacts</p>\n\
         <table class=\"cards\"><thead><tr><th>Contact</th><th>E-mail</th><th>Stage</th><th>Deals</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n{}",
        found.len(),
        turning(&q, page, found.len().div_ceil(ROWS)),
    );
    Page::new(SYSTEM, "Contacts", body)
}

/// `GET /crm/sales/contacts/{id}`
pub(super) async fn contact(State(crm): State<Freshsales>, Name(id): Name) -> Response {
    let records = crm.0.records.read();
    let Some(contact) = id.parse().ok().and_then(|id| records.contact(id)) else {
        let body = "<p>This contact is not in the CRM. <a href=\"/\">All contacts</a></p>";
        return (StatusCode::NOT_FOUND, Page::new(SYSTEM, "No such contact", body)).into_response();
    };
    let mut facts = String::new();
    let address = [contact.text("address"), contact.text("city"), contact.text("zipcode")].join(", ");
    for (label, value) in [
        ("Contact id", contact.id.to_string()),
        ("E-mail", contact.primary_email().unwrap_or("none").to_owned()),
        ("Mobile", contact.text("mobile_number").to_owned()),
        ("Address", address),
        ("Stage", stage(contact)),
        ("Created", wire::time(contact.created_at)),
        ("Updated", wire::time(contact.updated_at)),
    ] {
        add(&mut facts, format_args!("<dt>{label}</dt><dd>{}</dd>\n", escape(value)));
    }
    let deals = deals(&records, contact);
    let deals = if deals.is_empty() { "<p class=\"quiet\">No deals</p>".to_owned() } else { deals };
    let body = format!("<div class=\"card\"><dl>\n{facts}</dl></div>\n<h2>Deals</h2>\n{deals}");
    Page::new(SYSTEM, contact.display_name(), body).into_response()
}

fn row(records: &Records, contact: &Contact) -> String {
    format!(
        "<tr><td><a href=\"/crm/sales/contacts/{id}\">{name}</a></td><td>{email}</td><td>{stage}</td><td>{deals}</td></tr>\n",
        id = contact.id,
        name = escape(contact.display_name()),
        email = escape(contact.primary_email().unwrap_or_default()),
        stage = escape(stage(contact)),
        deals = deals(records, contact),
    )
}

fn deals(records: &Records, contact: &Contact) -> String {
    let mut html = String::new();
    for deal in records.deals_of(contact.id) {
        let (name, amount) = (escape(&deal.name), escape(wire::amount(deal.amount)));
        add(&mut html, format_args!("<div>{name} <span class=\"badge\">{} · {amount}</span></div>\n", deal.forecast()));
    }
    html
}

fn stage(contact: &Contact) -> String {
    let stage = contact.number("lifecycle_stage_id").and_then(lifecycle_stage);
    stage.and_then(|stage| Some(stage["name"].as_str()?.to_owned())).unwrap_or_default()
}

fn turning(q: &str, page: usize, pages: usize) -> String {
    let link = |to: usize, label: &str| format!("<a href=\"/?q={q}&amp;page={to}\">{label}</a>");
    let back = if page > 1 { link(page - 1, "Previous") } else { String::new() };
    let on = if page < pages { link(page + 1, "Next") } else { String::new() };
    format!("<nav class=\"pages\"><span>{back}</span><span>{on}</span></nav>")
}

fn add(html: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _: std::fmt::Result = html.write_fmt(piece);
}
