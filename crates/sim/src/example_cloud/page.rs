//! The page: a button for each fault, the customers, and the last calls.

use axum::extract::State;

use super::ExampleCloud;
use super::fault::Fault;
use crate::page::{Page, escape};

const SYSTEM: &str = "Example Cloud";

/// `GET /`.
pub async fn show(State(vendor): State<ExampleCloud>) -> Page {
    let (fault, calls) = {
        let now = vendor.now();
        (now.fault, now.calls.clone())
    };
    let state = match fault {
        None => "<p>Example Cloud keeps the contract. Choose how it misbehaves:</p>".to_owned(),
        Some(fault) => format!(
            "<form class=\"card\" method=\"post\" action=\"/fault\"><p class=\"error\"><strong>{}</strong>: {}</p>\
             <button name=\"fault\" value=\"\">Keep the contract again</button></form>",
            fault.label(),
            fault.explanation()
        ),
    };
    let button = |it: Fault| {
        let chosen = if fault == Some(it) { " aria-pressed=\"true\"" } else { "" };
        format!(
            "<tr><td><button name=\"fault\" value=\"{}\"{chosen}>{}</button></td><td>{}</td></tr>",
            it.name(),
            it.label(),
            it.explanation()
        )
    };
    let buttons: String = Fault::ALL.into_iter().map(button).collect();
    let customers: String = vendor
        .0
        .customers
        .read()
        .all
        .iter()
        .map(|it| {
            let cells =
                [&it.external_id, &it.name, &it.domain, &it.plan].map(|cell| format!("<td>{}</td>", escape(cell)));
            format!("<tr>{}</tr>", cells.concat())
        })
        .collect();
    let calls: String = calls
        .iter()
        .map(|call| {
            let cells = [&call.operation, &call.account, &call.answer].map(|cell| format!("<td>{}</td>", escape(cell)));
            format!("<tr>{}</tr>", cells.concat())
        })
        .collect();
    let body = format!(
        "{state}\n<form method=\"post\" action=\"/fault\"><table><tbody>{buttons}</tbody></table></form>\n\
         <h2>Customers</h2>\n<table><thead><tr><th>Id</th><th>Name</th><th>Domain</th><th>Plan</th></tr></thead>\
         <tbody>{customers}</tbody></table>\n\
         <h2>Last calls</h2>\n<table><thead><tr><th>Operation</th><th>Account</th><th>Answer</th></tr></thead>\
         <tbody>{calls}</tbody></table>"
    );
    Page::new(SYSTEM, "A vendor with faults", body)
}
