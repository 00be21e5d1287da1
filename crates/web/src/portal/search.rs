//! The portal's search (`P09`): a list of sources, each of which finds only what the person may see.

use axum::extract::Query;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tessera_core::kernel::markdown;
use tessera_core::returns;
use tessera_core::search::{self, Source};
use tessera_core::service_requests::possible_ticket_number;
use tessera_hub::queries::portal_search::{Found, PortalFinds, PortalHits};

use crate::auth::route_access::{Routes, Rule, get};
use crate::locale::{Arg, text};
use crate::pages::search::{Group, Hit, PortalSearch};
use crate::portal;
use crate::portal::visitor::PortalVisitor;
use crate::respond::page::Answer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal).route("/search", get(search))
}

/// Maximum number of results per source.
const SOME: usize = 10;
/// Maximum number of characters of an excerpt.
const EXCERPT: usize = 160;
/// Maximum number of characters of a query; the rest is ignored.
const MAX_QUERY_LENGTH: usize = 200;

/// The search query.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SearchQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn search(here: PortalVisitor, Query(SearchQuery { q }): Query<SearchQuery>) -> Answer {
    let q: String = q.trim().chars().take(MAX_QUERY_LENGTH).collect();
    let ticket = || possible_ticket_number(&q).map(|number| vec![number]);
    let words = search::asked(&returns::meant(&q)).or_else(ticket);
    let mut groups = Vec::new();
    if let Some(words) = &words {
        let found =
            here.app.hub.queries().portal_search(&here.viewer, (q.as_str(), words.as_slice()), SOME + 1).await?;
        groups = shown(found);
        groups.retain(|group| !group.hits.is_empty() || group.cut);
    }
    here.page(&PortalSearch { q, groups, asked: words.is_some() })
}

fn shown(found: PortalFinds) -> Vec<Group> {
    let mut groups = vec![
        group(text!("search-devices"), Found { items: found.devices, is_cut: false }, |device| Hit {
            url: format!("{}/devices/{}", portal::HOME, device.external_id),
            title: device.name,
            excerpt: device
                .serial
                .map(|serial| text!("search-serial", serial = Arg::shown(&serial)))
                .unwrap_or_default(),
            at: None,
        }),
        group(text!("search-requests"), found.requests, |request| Hit {
            url: format!("{}/{}", portal::service_requests::HOME, request.id),
            title: request.subject,
            excerpt: markdown::excerpt(&request.description, EXCERPT),
            at: Some(request.updated_at),
        }),
        group(text!("search-returns"), found.returns, |customer_return| Hit {
            url: format!("{}/{}", portal::returns::URL, customer_return.id),
            excerpt: customer_return.lines.iter().map(|line| line.model.as_str()).collect::<Vec<_>>().join(", "),
            title: customer_return.number,
            at: Some(customer_return.updated_at),
        }),
        group(text!("search-invoices"), found.invoices, |invoice| Hit {
            url: format!("{}/{}", portal::invoices::URL, invoice.id),
            title: text!("search-invoice", number = Arg::shown(&invoice.bill.number)),
            excerpt: invoice.bill.lines.first().map(|line| line.text.clone()).unwrap_or_default(),
            at: invoice.bill.date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|date| date.timestamp()),
        }),
    ];
    groups.extend(found.indexed.into_iter().map(|(source, PortalHits { hits, is_cut })| {
        let hits = Found { items: hits, is_cut };
        let label = match source {
            Source::News => text!("search-news"),
            Source::Forum => text!("search-forum"),
        };
        group(label, hits, |hit| Hit { url: hit.path, title: hit.title, excerpt: hit.excerpt, at: Some(hit.at) })
    }));
    groups
}

fn group<T>(label: String, Found { items, is_cut }: Found<T>, hit: impl Fn(T) -> Hit) -> Group {
    let mut hits: Vec<Hit> = items.into_iter().take(SOME + 1).map(hit).collect();
    let more = hits.len() > SOME;
    hits.truncate(SOME);
    Group { label, hits, more, cut: is_cut && !more }
}
