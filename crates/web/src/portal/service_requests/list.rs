//! The list of the person's or their organisation's requests, with search, filter and paging.

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_hub::queries::service_requests::{RequestFilter, RequestsVisible};
use url::form_urlencoded::Serializer;

use super::HOME;
use crate::App;
use crate::auth::caller::InPortal;
use crate::locale::text;
use crate::pages::service_requests::{Choice, Requests};
use crate::portal::service_requests::presenter;
use crate::respond::page::{Answer, chrome_of, page};

/// Requests per page.
const PAGE: usize = 20;
/// The statuses to filter by, with their labels.
fn statuses() -> [(&'static str, String); 8] {
    [
        ("", text!("requests-all")),
        ("active", text!("requests-unfinished")),
        ("approval", text!("requests-status-approval")),
        ("open", text!("requests-status-open")),
        ("pending", text!("requests-status-pending")),
        ("resolved", text!("requests-status-resolved")),
        ("closed", text!("requests-status-closed")),
        ("declined", text!("requests-status-declined")),
    ]
}

/// Search, filter and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    whose: String,
    status: String,
    q: String,
    before: String,
}

pub(crate) async fn list(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Query(narrowed): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let statuses = statuses();
    let status = statuses.iter().map(|(name, _)| *name).find(|name| *name == narrowed.status).unwrap_or_default();
    let search: String = narrowed.q.trim().chars().take(100).collect();
    let mine = narrowed.whose == "mine";
    let filter = RequestFilter { mine, status, search: &search, before: narrowed.before.parse().ok() };
    let found = app.hub.queries().requests_visible_to(&viewer, filter, (PAGE + 1, PAGE)).await?;
    let RequestsVisible { requests: mut found, awaited } = found;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let older_url = found.last().filter(|_| more).map(|last| {
        let whose = if mine { "mine" } else { "" };
        let pairs = [("whose", whose), ("status", status), ("q", &search), ("before", &last.id.to_string())];
        let mut query = Serializer::new(String::new());
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        format!("{HOME}?{}", query.finish())
    });
    let choice =
        |value: &str, label: &str, chosen: bool| Choice { value: value.to_owned(), label: label.to_owned(), chosen };
    let content = Requests {
        awaited: awaited.iter().map(|request| presenter::line(&app, HOME, request)).collect(),
        requests: found.iter().map(|request| presenter::line(&app, HOME, request)).collect(),
        whose: vec![choice("", &text!("requests-organisation"), !mine), choice("mine", &text!("requests-mine"), mine)],
        statuses: statuses.iter().map(|(name, words)| choice(name, words, *name == status)).collect(),
        narrowed: mine || !status.is_empty() || !search.is_empty() || filter.before.is_some(),
        search,
        older_url,
        new_url: format!("{HOME}/new"),
        workflows_url: viewer
            .may(&app.hub.config.requests.workflow_admin)
            .then(|| "/portal/customer/workflows".to_owned()),
    };
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}
