//! The results of a search, at the address of the home page.

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use tessera_core::access::AmbiguousPersonError;
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::searched;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::staff::Area;
use tessera_hub::HubError;
use tessera_hub::ports::ConnectError;
use tessera_hub::queries::search::{DeviceHit as Found, FreeHit, ListedCustomer, SearchResult};

use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::console::{
    PAGE_SIZE, chrome, customer_url, device_url, invitations, presenter, record_url, returns, work_orders,
};
use crate::pages::Flash;
use crate::pages::console::{Badge, CustomerHit, DeviceHit, RecordHit, RequestHit, Search};
use crate::respond::page::{Answer, PageError, page};
use crate::work_orders::row;

/// Maximum length of a query, in characters.
const MAX_QUERY_LENGTH: usize = 200;

/// What was entered in the search box, cut to the maximum length.
pub(crate) fn query(entered: &str) -> String {
    entered.trim().chars().take(MAX_QUERY_LENGTH).collect()
}

/// The results of a search.
pub(crate) async fn results(app: &App, staff: &Staff, uri: &Uri, headers: &HeaderMap, query: String) -> Answer {
    if staff.0.permissions.level(Area::Customers).is_none() {
        return Ok(PageError(StatusCode::FORBIDDEN).not_permitted());
    }
    let mut chrome = chrome(app, headers, &page_of(uri), staff).await?;
    let mut found = app.hub.queries().search(&query, PAGE_SIZE).await?;
    if found.is_empty {
        match just_made(app, &query, staff).await {
            Ok(true) => found = app.hub.queries().search(&query, PAGE_SIZE).await?,
            Ok(false) => {}
            Err(error) => chrome.flash = Some(Flash::failed(presenter::sentence(&error.to_string()))),
        }
    }
    if found.is_empty
        && let Some(person) = person_named(app, &query).await?
    {
        return Ok(Redirect::to(&person::url(person)).into_response());
    }
    page(app, &chrome, &shown(app, query, found))
}

/// The person that a query identifies: by person id, by the hub's own id, or by e-mail address.
pub(crate) async fn person_named(app: &App, typed: &str) -> Result<Option<PersonId>, PageError> {
    let address = searched::address(typed);
    let typed = address.as_deref().unwrap_or(typed);
    match app.hub.find_person(typed.trim_start_matches("person ").trim()).await {
        Ok(found) => Ok(found.map(|person| person.id)),
        // Several persons have this address. Their page has a search by address.
        Err(error) if error.rejection::<AmbiguousPersonError>().is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The navigation has the console's home page without a slash at the end.
pub(crate) fn page_of(uri: &Uri) -> Uri {
    if uri.path() == "/console" { uri.clone() } else { Uri::from_static("/console") }
}

/// A requester created a minute ago may not have been read yet. If the query is an id, the service desk is asked for
/// that requester.
async fn just_made(app: &App, query: &str, staff: &Staff) -> Result<bool, HubError> {
    if query.len() > 20 || !query.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(false);
    }
    let key = RecordKey::new(app.hub.desk.name(), Kind::Requester, query);
    match app.hub.read_through(&key, &staff.ctx()).await {
        Ok(()) => Ok(true),
        Err(HubError::NotFound(_) | HubError::Connect(ConnectError::NotFound { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The page of results: customers, records without a customer, devices.
fn shown(app: &App, query: String, found: SearchResult) -> Search {
    Search {
        query,
        customers: found.customers.into_iter().map(|customer| customer_hit(app, customer)).collect(),
        records: found.records.iter().map(|hit| record_hit(app, hit)).collect(),
        devices: found.devices.into_iter().map(device_hit).collect(),
        request: found.request.and_then(request_hit),
        customer_return: found.customer_return.map(returns::row),
        work_order: found.work_order.map(|listed| row(app, work_orders::URL, listed)),
        truncated: found.truncated,
    }
}

fn request_hit(request: ServiceRequest) -> Option<RequestHit> {
    Some(RequestHit {
        url: format!("/console/requests/{}", request.id),
        ticket: request.mirror.ticket()?.to_owned(),
        subject: request.subject,
        person: request.person_name,
        updated_at: request.updated_at,
    })
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

fn record_hit(app: &App, hit: &FreeHit) -> RecordHit {
    RecordHit {
        url: record_url(&hit.key),
        system: presenter::system(app, &hit.key.system),
        kind: hit.key.kind.to_string(),
        external_id: hit.key.external_id.clone(),
        name: hit.attributes.title().to_owned(),
        email: hit.attributes.primary_email().map(ToOwned::to_owned),
        invitation: match hit.key.kind {
            Kind::Requester => invitations::standing(hit.invitation.as_ref(), app.hub.env.now()),
            _ => Badge::new("Follows its requester", crate::pages::Tone::Plain),
        },
    }
}

fn device_hit(hit: Found) -> DeviceHit {
    let Found { key, asset, owner } = hit;
    let holder = asset.used_by.map(|id| RecordKey::new(&key.system, Kind::Requester, id));
    let holder_name = holder.as_ref().map(|holder| format!("Requester {}, not linked", holder.external_id));
    let owner_url = owner.as_ref().map(|owner| customer_url(owner.id));
    DeviceHit {
        url: device_url(&key.external_id),
        name: asset.name,
        serial: asset.serial,
        state: presenter::asset_state(asset.state.as_deref()),
        owner: owner.map(|owner| owner.name).or(holder_name),
        owner_url: owner_url.or_else(|| holder.as_ref().map(record_url)),
    }
}
