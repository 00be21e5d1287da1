//! Service requests, for staff: person, device, place, ticket, and what prevents sending them to the service desk
//! (`P09`).

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tessera_core::kernel::ids::{RequestFileId, ServiceRequestId};
use tessera_core::service_requests::{self, ServiceRequest, TicketLink};
use tessera_core::sync::jobs::Hint;
use tessera_core::work_orders::WorkOrder;
use tessera_hub::queries::service_requests::{RequestForStaff, RequestPage, RequestsOfAll};
use tessera_hub::queries::work_orders::ListedWorkOrder;
use url::form_urlencoded::Serializer;

use super::{back, chrome, customer_url, device_url, id};
use crate::auth::caller::Staff;
use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::service_requests::{AllRequests, RequestLine, StaffRequest};
use crate::pages::work_orders::WorkRow;
use crate::portal::service_requests::{one, presenter};
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError, page};
use crate::{App, work_orders};

const REQUESTS: &str = "/console/requests";
/// Requests per page.
const PAGE: usize = 50;

/// Search, filter and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    show: String,
    q: String,
    before: String,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(narrowed): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let in_trouble = narrowed.show == "trouble";
    let search: String = narrowed.q.trim().chars().take(100).collect();
    let before = narrowed.before.parse().ok();
    let found = app.hub.queries().requests_of_all(in_trouble, &search, before, PAGE + 1).await?;
    let RequestsOfAll { requests: mut found, read_at } = found;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let older_url = found.last().filter(|_| more).map(|last| {
        let show = if in_trouble { "trouble" } else { "" };
        let mut query = Serializer::new(String::new());
        query.extend_pairs([("show", show), ("q", &search), ("before", &last.id.to_string())]);
        format!("{REQUESTS}?{}", query.finish())
    });
    let content = AllRequests {
        requests: found.iter().map(|request| line(&app, request)).collect(),
        in_trouble,
        search,
        older_url,
        read_at,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn line(app: &App, request: &ServiceRequest) -> RequestLine {
    RequestLine { trouble: trouble(request), ..presenter::line(app, REQUESTS, request) }
}

/// Why a request could not be sent to the service desk, and what to do.
fn trouble(request: &ServiceRequest) -> Option<String> {
    match &request.mirror {
        TicketLink::Unlinked => Some(
            "The customer has no active requester at the service desk, and a ticket needs one. Link the requester; the request is then sent automatically.".to_owned(),
        ),
        TicketLink::Refused { why } => Some(format!("The service desk refused it: {why}")),
        TicketLink::Lost { id, why } => Some(format!("Ticket {id}: {why}. It is no longer synchronised.")),
        TicketLink::Held | TicketLink::Waiting | TicketLink::Ticket { .. } => None,
    }
}

fn mirror(request: &ServiceRequest) -> Badge {
    match &request.mirror {
        TicketLink::Held => Badge::new("Not for the service desk", Tone::Plain),
        TicketLink::Waiting => Badge::new("On its way", Tone::Warn),
        TicketLink::Unlinked => Badge::new("Waits for a requester", Tone::Bad),
        TicketLink::Ticket { id } => Badge::new(format!("Ticket {id}"), Tone::Good),
        TicketLink::Refused { .. } => Badge::new("Refused by the service desk", Tone::Bad),
        TicketLink::Lost { id, .. } => Badge::new(format!("Ticket {id} is gone"), Tone::Bad),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(request): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let id: ServiceRequestId = id(&request)?;
    let found = app.hub.queries().request_for_staff(id).await?.ok_or(PageError::NOT_FOUND)?;
    let RequestForStaff { page: shown, customer, job_error } = found;
    let RequestPage { request, comments, files, work, place, cannot_approve } = shown;
    let work = work.into_iter().map(|order| work_row(&app, &customer.name, order)).collect();
    let mut facts = one::facts(&app, &request, place);
    facts.insert(0, crate::pages::Fact::new("Opened by", request.person_name.clone()));
    let may_retry = service_requests::may_retry(&request, &comments, job_error.is_some());
    let content = StaffRequest {
        subject: request.subject.clone(),
        status: presenter::status(&app, request.status),
        mirror: mirror(&request),
        trouble: trouble(&request),
        job_error,
        ticket_url: request.mirror.ticket().and_then(|id| app.hub.config.addresses.ticket(id)),
        customer: (customer.name, customer_url(customer.id)),
        facts,
        device: request.device.as_ref().map(|it| (it.name.clone(), device_url(&it.external_id))),
        opened_at: request.created_at,
        paragraphs: presenter::paragraphs(&request.description),
        files: presenter::files(REQUESTS, &request, &files, None),
        steps: presenter::steps(&request.run, &one::unable(&request, cannot_approve)),
        comments: presenter::comments(REQUESTS, &request, &comments, &files),
        work,
        plan_url: format!("/console/work-orders/new?request={id}"),
        retry_action: may_retry.then(|| format!("{REQUESTS}/{id}/retry")),
        reread_action: matches!(request.mirror, TicketLink::Ticket { .. }).then(|| format!("{REQUESTS}/{id}/reread")),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// A work order of a request. The customer is the request's, and the place need not be said again.
fn work_row(app: &App, customer: &str, order: WorkOrder) -> WorkRow {
    let customer = Some(customer.to_owned());
    let listed = ListedWorkOrder { order, customer, place: None, assignee_is_able: true };
    work_orders::row(app, "/console/work-orders", listed)
}

pub(super) async fn retry(State(app): State<App>, staff: Staff, Path(request): Path<String>) -> Answer {
    let id: ServiceRequestId = id(&request)?;
    let outcome = app.hub.retry_request(id, &staff.ctx()).await;
    back(&app, &format!("{REQUESTS}/{id}"), outcome.map(|()| "It is sent again.".to_owned()))
}

pub(super) async fn reread(State(app): State<App>, staff: Staff, Path(request): Path<String>) -> Answer {
    let id: ServiceRequestId = id(&request)?;
    let ticket = app.hub.queries().ticket_of_request(id).await?.ok_or(PageError::NOT_FOUND)?;
    let outcome = app.hub.request_fetch(vec![Hint::Ticket { id: ticket }], &staff.ctx()).await;
    back(&app, &format!("{REQUESTS}/{id}"), outcome.map(|()| "The ticket is read again in a moment.".to_owned()))
}

pub(super) async fn file(
    State(app): State<App>,
    _staff: Staff,
    Path((request, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (request, file) = (id::<ServiceRequestId>(&request)?, id::<RequestFileId>(&file)?);
    let (file, bytes) = app.hub.queries().request_file(request, file).await?.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&file.name, file.media_type, bytes))
}
