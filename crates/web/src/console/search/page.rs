//! The search page, which is the console's start.

use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::access::AmbiguousPersonError;
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::kernel::record::{Asset, Attributes, Kind, RecordKey};
use tessera_hub::HubError;
use tessera_hub::ports::ConnectError;
use tessera_store::{ListedCustomer, SearchHit, StoreError};

use super::find::{Found, find};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::console::{PAGE_SIZE, chrome, customer_url, device_url, invitations, presenter, record_url};
use crate::pages::Flash;
use crate::pages::console::{Badge, CustomerHit, DeviceHit, RecordHit, Search};
use crate::respond::page::{Answer, PageError, page};

/// The longest query that is looked up, in characters.
const MAX_QUERY_LENGTH: usize = 200;

/// What the box sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchQuery {
    q: String,
}

pub(crate) async fn search(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(asked): Query<SearchQuery>,
) -> Answer {
    let query: String = asked.q.trim().chars().take(MAX_QUERY_LENGTH).collect();
    let mut chrome = chrome(&app, &headers, &page_of(&uri), &staff).await?;
    let mut found = find(&app, &query).await?;
    if found.hits.is_empty() && found.customer.is_none() {
        match just_made(&app, &query, &staff).await {
            Ok(true) => found = find(&app, &query).await?,
            Ok(false) => {}
            Err(error) => chrome.flash = Some(Flash::failed(presenter::sentence(&error.to_string()))),
        }
    }
    if found.hits.is_empty()
        && found.customer.is_none()
        && let Some(person) = person_named(&app, &query).await?
    {
        return Ok(Redirect::to(&person::url(person)).into_response());
    }
    page(&app, &chrome, &shown(&app, query, found).await?)
}

/// The one person that somebody typed: by person id, by the hub's own id, or by an e-mail address.
pub(crate) async fn person_named(app: &App, typed: &str) -> Result<Option<PersonId>, PageError> {
    match app.hub.find_person(typed.trim_start_matches("person ").trim()).await {
        Ok(found) => Ok(found.map(|person| person.id)),
        // Several have the address: people are searched by it on their own page.
        Err(error) if error.rejection::<AmbiguousPersonError>().is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The console's start has no slash at its end in the navigation.
fn page_of(uri: &Uri) -> Uri {
    if uri.path() == "/console" { uri.clone() } else { Uri::from_static("/console") }
}

/// A requester made a minute ago is not known here yet; by its id, the service desk is asked whether there is one.
async fn just_made(app: &App, query: &str, staff: &Staff) -> Result<bool, HubError> {
    if query.is_empty() || query.len() > 20 || !query.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(false);
    }
    let key = RecordKey::new(app.hub.desk.name(), Kind::Requester, query);
    match app.hub.read_through(&key, &staff.ctx()).await {
        Ok(()) => Ok(true),
        Err(HubError::NotFound(_) | HubError::Connect(ConnectError::NotFound { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The page for what was found: customers, records that are nobody's yet, devices.
async fn shown(app: &App, query: String, found: Found) -> Result<Search, StoreError> {
    let Found { hits, customer, more, .. } = found;
    let (assets, people): (Vec<_>, Vec<_>) = hits.into_iter().partition(|hit| hit.key.kind == Kind::Asset);
    let devices: Vec<(SearchHit, Asset)> = assets.into_iter().filter_map(|hit| device(app, hit)).collect();
    let mut ids: Vec<CustomerId> = customer.into_iter().collect();
    for id in people.iter().filter_map(|hit| hit.customer_id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut free: Vec<SearchHit> = people
        .into_iter()
        .filter(|hit| hit.customer_id.is_none() && matches!(hit.key.kind, Kind::Requester | Kind::Contact))
        .collect();
    // Requesters are invited, contacts follow: what can be acted on comes first.
    free.sort_by_key(|hit| hit.key.kind != Kind::Requester);
    let truncated = more || ids.len() > PAGE_SIZE || free.len() > PAGE_SIZE || devices.len() > PAGE_SIZE;
    ids.truncate(PAGE_SIZE);

    let customers = app.hub.store.customers_listed(&ids).await?;
    let owners: Vec<CustomerId> = devices.iter().take(PAGE_SIZE).filter_map(|(hit, _)| hit.customer_id).collect();
    let owners = app.hub.store.customers_listed(&owners).await?;
    Ok(Search {
        query,
        customers: customers.into_iter().map(|customer| customer_hit(app, customer)).collect(),
        records: record_hits(app, free.into_iter().take(PAGE_SIZE).collect()).await?,
        devices: devices.into_iter().take(PAGE_SIZE).map(|(hit, asset)| device_hit(&hit, asset, &owners)).collect(),
        truncated,
    })
}

/// The asset of a hit, if it makes a device (`A05`).
fn device(app: &App, hit: SearchHit) -> Option<(SearchHit, Asset)> {
    let Attributes::Asset(asset) = hit.attributes.clone() else { return None };
    (!asset.trashed && app.hub.config.device_type.admits(&asset)).then_some((hit, asset))
}

fn customer_hit(app: &App, customer: ListedCustomer) -> CustomerHit {
    CustomerHit {
        url: customer_url(customer.id),
        name: customer.name,
        email: customer.email,
        systems: customer.systems.iter().map(|name| presenter::system(app, name).label).collect(),
        devices: u32::try_from(customer.devices).unwrap_or(0),
        since: customer.created_at,
    }
}

async fn record_hits(app: &App, hits: Vec<SearchHit>) -> Result<Vec<RecordHit>, StoreError> {
    let desk = app.hub.desk.name();
    let requesters = hits.iter().filter(|hit| hit.key.kind == Kind::Requester && hit.key.system == desk);
    let ids: Vec<&str> = requesters.map(|hit| hit.key.external_id.as_str()).collect();
    let invited = app.hub.store.standing_invitations(desk, &ids).await?;
    let now = app.hub.env.now();
    let row = |hit: &SearchHit| RecordHit {
        url: record_url(&hit.key),
        system: presenter::system(app, &hit.key.system),
        kind: hit.key.kind.to_string(),
        external_id: hit.key.external_id.clone(),
        name: hit.attributes.title().to_owned(),
        email: hit.attributes.primary_email().map(ToOwned::to_owned),
        invitation: match hit.key.kind {
            Kind::Requester => {
                let newest = invited.iter().find(|invitation| invitation.external_id == hit.key.external_id);
                invitations::standing(newest, now)
            }
            _ => Badge::new("Follows its requester", crate::pages::Tone::Plain),
        },
    };
    Ok(hits.iter().map(row).collect())
}

fn device_hit(hit: &SearchHit, asset: Asset, owners: &[ListedCustomer]) -> DeviceHit {
    let owner = owners.iter().find(|owner| Some(owner.id) == hit.customer_id);
    let holder = asset.used_by.map(|id| RecordKey::new(&hit.key.system, Kind::Requester, id));
    let holder_name = holder.as_ref().map(|holder| format!("Requester {}, not linked", holder.external_id));
    DeviceHit {
        url: device_url(&hit.key.external_id),
        name: asset.name,
        serial: asset.serial,
        state: presenter::asset_state(asset.state.as_deref()),
        owner: owner.map(|owner| owner.name.clone()).or(holder_name),
        owner_url: owner.map(|owner| customer_url(owner.id)).or_else(|| holder.as_ref().map(record_url)),
    }
}
