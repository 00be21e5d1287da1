//! The page of a request: its status, its comments and the available actions.

use std::collections::BTreeMap;

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;
use tessera_core::access::Viewer;
use tessera_core::kernel::ids::{PersonId, RequestFileId, ServiceRequestId};
use tessera_core::service_requests::workflow::Verdict;
use tessera_core::service_requests::{RequestAction, ServiceRequest, Status, TicketLink, allows};
use tessera_hub::HubError;
use tessera_hub::queries::service_requests::RequestPage;

use super::{HOME, id};
use crate::App;
use crate::auth::caller::InPortal;
use crate::extract::form::WithFiles;
use crate::locale::{rejected, text};
use crate::pages::service_requests as view;
use crate::pages::{Fact, Flash};
use crate::portal::service_requests::presenter;
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError, chrome_of, page_with, redirect_with};

fn too_many() -> String {
    text!("requests-replied-often")
}

pub(crate) async fn show(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(request): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    shown(&app, &viewer, (&headers, &uri), id(&request)?, (String::new(), None)).await
}

async fn shown(
    app: &App,
    viewer: &Viewer,
    (headers, uri): (&HeaderMap, &Uri),
    id: ServiceRequestId,
    (typed, problem): (String, Option<String>),
) -> Answer {
    let found = app.hub.queries().request_visible_to(viewer, id).await?.ok_or(PageError::NOT_FOUND)?;
    let (RequestPage { request, comments, files, work, place, cannot_approve }, sight) = found;
    let url = format!("{HOME}/{id}");
    let action = |act, name: &str| allows(&request, act).is_ok().then(|| format!("{url}/{name}"));
    let content = view::Request {
        subject: request.subject.clone(),
        status: presenter::status(app, request.status),
        explanation: explanation(&request),
        facts: facts(app, &request, place),
        device: device(&request, sight.sees_device),
        opened_by: request.person_name.clone(),
        opened_at: request.created_at,
        paragraphs: presenter::paragraphs(&request.description),
        files: presenter::files(HOME, &request, &files, None),
        steps: presenter::steps(&request.run, &unable(&request, cannot_approve)),
        work: crate::work_orders::for_customer(app, &work),
        comments: presenter::comments(HOME, &request, &comments, &files),
        comment_action: action(RequestAction::Say, "comment"),
        once: app.hub.env.uuid().simple().to_string(),
        typed,
        close_action: action(RequestAction::Close, "close"),
        reopen_action: action(RequestAction::Reopen, "reopen"),
        decide_action: sight.may_decide.then(|| format!("{url}/decide")),
        back_url: HOME.to_owned(),
        problem,
    };
    let status = if content.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(app, &chrome_of(app, headers, uri, viewer), &content, status)
}

/// An explanation of the status, where it needs one.
fn explanation(request: &ServiceRequest) -> Option<String> {
    let words = match (&request.mirror, request.status) {
        (_, Status::Approval) => text!("requests-why-approval"),
        (_, Status::Declined) => text!("requests-why-declined"),
        (TicketLink::Unlinked, _) => {
            text!("requests-why-unlinked")
        }
        (TicketLink::Waiting, _) => text!("requests-why-waiting"),
        (TicketLink::Refused { .. }, _) => {
            text!("requests-why-refused")
        }
        (TicketLink::Lost { .. }, _) => {
            text!("requests-why-lost")
        }
        (_, Status::Pending) => text!("requests-why-pending"),
        (_, Status::Resolved) => text!("requests-why-resolved"),
        _ => return None,
    };
    Some(words)
}

pub(crate) fn facts(app: &App, request: &ServiceRequest, place: Option<String>) -> Vec<Fact> {
    let mut facts = vec![Fact::new(text!("requests-fact-kind"), app.hub.config.requests.label(&request.kind))];
    facts.extend(place.map(|place| Fact::new(text!("requests-fact-place"), place)));
    facts.extend(request.mirror.ticket().map(|ticket| Fact::new(text!("requests-fact-ticket"), ticket)));
    facts.extend(request.answers.iter().map(|(label, answer)| Fact::new(label, answer)));
    facts
}

/// The device's name, and its URL if the reader may see it.
fn device(request: &ServiceRequest, is_seen: bool) -> Option<(String, Option<String>)> {
    let named = request.device.as_ref()?;
    let url = is_seen.then(|| format!("/portal/customer/devices/{}", named.external_id));
    Some((named.name.clone(), url))
}

/// Why the person whose approval is awaited cannot approve, if that is so.
pub(crate) fn unable(request: &ServiceRequest, why: Option<&str>) -> BTreeMap<PersonId, String> {
    let (Some(person), Some(why)) = (request.run.awaited(), why) else { return BTreeMap::new() };
    let words = text!("requests-step-unable", why = rejected(why));
    BTreeMap::from([(person, words)])
}

pub(crate) async fn comment(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(request): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    WithFiles { fields, files }: WithFiles,
) -> Answer {
    let request = id(&request)?;
    let (text, once) = (fields.get("text"), fields.get("once"));
    let once: String = once.chars().take(64).collect();
    let Some(attempt) = app.count_reply(viewer.person).await else {
        return shown(&app, &viewer, (&headers, &uri), request, (text.to_owned(), Some(too_many()))).await;
    };
    match app.hub.act_on_request(&viewer, request, (RequestAction::Say, text, &once), &files).await {
        Err(HubError::Rejected(rejection)) => {
            attempt.counts();
            let problem = Some(crate::console::sentence(&rejected(&rejection.to_string())));
            shown(&app, &viewer, (&headers, &uri), request, (text.to_owned(), problem)).await
        }
        outcome => {
            // It counts unless the hub failed.
            if outcome.is_ok() {
                attempt.counts();
            }
            back(&app, request, outcome.map(|()| text!("requests-commented")))
        }
    }
}

pub(crate) async fn close(State(app): State<App>, InPortal(viewer): InPortal, Path(request): Path<String>) -> Answer {
    act(&app, &viewer, &request, RequestAction::Close, text!("requests-closed")).await
}

pub(crate) async fn reopen(State(app): State<App>, InPortal(viewer): InPortal, Path(request): Path<String>) -> Answer {
    act(&app, &viewer, &request, RequestAction::Reopen, text!("requests-reopened")).await
}

async fn act(app: &App, viewer: &Viewer, request: &str, action: RequestAction, done: String) -> Answer {
    let request = id(request)?;
    let Some(attempt) = app.count_reply(viewer.person).await else {
        return Ok(redirect_with(app, &format!("{HOME}/{request}"), Some(&Flash::failed(too_many()))));
    };
    let outcome = app.hub.act_on_request(viewer, request, (action, "", ""), &[]).await;
    if matches!(outcome, Ok(()) | Err(HubError::Rejected(_))) {
        attempt.counts();
    }
    back(app, request, outcome.map(|()| done))
}

/// Form: the decision on an approval.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    verdict: String,
    reason: String,
}

pub(crate) async fn decide(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(request): Path<String>,
    Form(decision): Form<Decision>,
) -> Answer {
    let request = id(&request)?;
    let (verdict, done) = match decision.verdict.as_str() {
        "approve" => (Verdict::Approve, text!("requests-you-approved")),
        "decline" => (Verdict::Decline(&decision.reason), text!("requests-you-declined")),
        _ => return Err(PageError(StatusCode::BAD_REQUEST)),
    };
    let outcome = app.hub.decide_request(&viewer, request, verdict).await;
    back(&app, request, outcome.map(|_| done))
}

/// Redirects to the request with the result of an action.
fn back(app: &App, request: ServiceRequestId, outcome: Result<String, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(HubError::Rejected(rejection)) => {
            Flash::failed(crate::console::sentence(&rejected(&rejection.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(redirect_with(app, &format!("{HOME}/{request}"), Some(&flash)))
}

pub(crate) async fn file(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path((request, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (request, file) = (id::<ServiceRequestId>(&request)?, id::<RequestFileId>(&file)?);
    let seen = app.hub.queries().request_file_visible_to(&viewer, request, file).await?;
    let (file, bytes) = seen.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&file.name, file.media_type, bytes))
}
