//! The portal's search (`P09`): a list of sources, each of which finds only what the person may see.

use axum::extract::Query;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tessera_core::kernel::markdown;
use tessera_core::search::{self, Source};
use tessera_store::{InvoiceFilter, RequestFilter, ReturnFilter};

use crate::auth::route_access::{Routes, Rule, get};
use crate::pages::search::{Group, Hit, PortalSearch};
use crate::portal::visitor::PortalVisitor;
use crate::respond::page::Answer;
use crate::{PageError, portal};

/// The routes, below `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal).route("/search", get(search))
}

/// What each source shows.
const SOME: usize = 10;
/// Of those that hold the longest word, so many of the newest are looked through for the others.
const SIFTED: usize = 200;
/// The most characters of an excerpt.
const EXCERPT: usize = 160;
/// The most letters that are looked at.
const MAX_QUERY_LENGTH: usize = 200;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SearchQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn search(here: PortalVisitor, Query(SearchQuery { q }): Query<SearchQuery>) -> Answer {
    let q: String = q.trim().chars().take(MAX_QUERY_LENGTH).collect();
    let words = search::asked(&q);
    let mut groups = Vec::new();
    if let Some(words) = &words {
        groups.push(devices(&here, words).await?);
        groups.push(requests(&here, words).await?);
        groups.push(returns(&here, words).await?);
        groups.push(invoices(&here, words).await?);
        for source in Source::ALL {
            groups.push(indexed(&here, words, source).await?);
        }
        groups.retain(|group| !group.hits.is_empty());
    }
    here.page(&PortalSearch { q, groups, asked: words.is_some() })
}

/// The devices at the person's places.
async fn devices(here: &PortalVisitor, asked: &[String]) -> Result<Group, PageError> {
    let devices = here.app.hub.store.devices_visible_to(here.viewer.person).await?;
    let found = devices.into_iter().map(|(_, device)| device).filter(|device| {
        let serials: Vec<&str> = device.serial.iter().chain(&device.inverter_serial).map(String::as_str).collect();
        // A serial number is found however it is divided.
        let whole: String = serials.join(" ").chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        let named = [Some(device.name.as_str()), device.product.as_deref(), device.vendor.as_deref()];
        holds(named.into_iter().flatten().chain(serials).chain([whole.as_str()]), asked)
    });
    Ok(group("Devices", found, |device| Hit {
        url: format!("{}/devices/{}", portal::HOME, device.external_id),
        title: device.name,
        excerpt: device.serial.map(|serial| format!("Serial number {serial}")).unwrap_or_default(),
        at: None,
    }))
}

/// The service requests at the person's places.
async fn requests(here: &PortalVisitor, asked: &[String]) -> Result<Group, PageError> {
    let filter = RequestFilter { search: longest(asked), ..RequestFilter::default() };
    let found = here.app.hub.store.requests_visible_to(here.viewer.person, filter, SIFTED).await?;
    let found = found.into_iter().filter(|request| holds([request.search_text().as_str()], asked));
    Ok(group("Service requests", found, |request| Hit {
        url: format!("{}/{}", portal::service_requests::HOME, request.id),
        title: request.subject,
        excerpt: markdown::excerpt(&request.description, EXCERPT),
        at: Some(request.updated_at),
    }))
}

/// The returns at the person's places.
async fn returns(here: &PortalVisitor, asked: &[String]) -> Result<Group, PageError> {
    let (store, longest) = (&here.app.hub.store, longest(asked));
    let found = store.returns_visible_to(here.viewer.person, ReturnFilter::All, longest, None, SIFTED).await?;
    let found = found.into_iter().filter(|customer_return| holds([customer_return.search_text().as_str()], asked));
    Ok(group("Returns", found, |customer_return| Hit {
        url: format!("{}/{}", portal::returns::URL, customer_return.id),
        excerpt: customer_return.lines.iter().map(|line| line.model.as_str()).collect::<Vec<_>>().join(", "),
        title: customer_return.number,
        at: Some(customer_return.updated_at),
    }))
}

/// The invoices at the person's places.
async fn invoices(here: &PortalVisitor, asked: &[String]) -> Result<Group, PageError> {
    let (store, longest) = (&here.app.hub.store, longest(asked));
    let found = store.invoices_visible_to(here.viewer.person, InvoiceFilter::All, longest, None, SIFTED).await?;
    let found = found.into_iter().filter(|invoice| holds([invoice.bill.search_text().as_str()], asked));
    Ok(group("Invoices", found, |invoice| Hit {
        url: format!("{}/{}", portal::invoices::URL, invoice.id),
        title: format!("Invoice {}", invoice.bill.number),
        excerpt: invoice.bill.lines.first().map(|line| line.text.clone()).unwrap_or_default(),
        at: invoice.bill.date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|date| date.timestamp()),
    }))
}

/// What is kept in the index of words.
async fn indexed(here: &PortalVisitor, asked: &[String], source: Source) -> Result<Group, PageError> {
    let found = here.app.hub.store.search_portal(here.viewer.person, asked, Some(source), SOME + 1).await?;
    let label = match source {
        Source::Blog => "News",
        Source::Forum => "Forum",
    };
    Ok(group(label, found, |hit| Hit { url: hit.path, title: hit.title, excerpt: hit.excerpt, at: Some(hit.at) }))
}

/// The longest word, which finds the least.
fn longest(asked: &[String]) -> &str {
    asked.first().map(String::as_str).unwrap_or_default()
}

/// Whether each word that is asked for begins a word of the texts.
fn holds<'a>(texts: impl IntoIterator<Item = &'a str>, asked: &[String]) -> bool {
    let words = search::words(texts);
    asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked.as_str())))
}

fn group<T>(label: &str, found: impl IntoIterator<Item = T>, hit: impl Fn(T) -> Hit) -> Group {
    let mut hits: Vec<Hit> = found.into_iter().take(SOME + 1).map(hit).collect();
    let more = hits.len() > SOME;
    hits.truncate(SOME);
    Group { label: label.to_owned(), hits, more }
}
