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
use crate::pages::service_requests as view;
use crate::pages::{Fact, Flash};
use crate::portal::service_requests::presenter;
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError, chrome_of, page_with, redirect_with};

const TOO_MANY: &str =
    "You wrote, closed or reopened a lot within a short time. Wait a quarter of an hour, then try again.";

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
        (_, Status::Approval) => "Before the service team gets it, your own organisation has to approve it.",
        (_, Status::Declined) => "Your own organisation declined it. The service team was not told.",
        (TicketLink::Unlinked, _) => {
            "It is kept here and waits for the service team: your account is not connected with their system yet. They see it and have been told why; once the connection is there it goes to them by itself."
        }
        (TicketLink::Waiting, _) => "It is on its way to the service team. You need not do anything.",
        (TicketLink::Refused { .. }, _) => {
            "The service team’s system did not take it as it is. They see that, and send it again or get in touch."
        }
        (TicketLink::Lost { .. }, _) => {
            "The service team no longer has this request. Open a new one if it still matters."
        }
        (_, Status::Pending) => "The service team waits for something: an answer of yours, a part, or a date.",
        (_, Status::Resolved) => "The service team thinks it is solved. If it is not, open it again.",
        _ => return None,
    };
    Some(words.to_owned())
}

pub(crate) fn facts(app: &App, request: &ServiceRequest, place: Option<String>) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Kind", app.hub.config.requests.label(&request.kind))];
    facts.extend(place.map(|place| Fact::new("Place", place)));
    facts.extend(request.mirror.ticket().map(|ticket| Fact::new("Ticket", ticket)));
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
    let words = format!("Waiting, but this person {why}: somebody who may define your workflows can answer instead");
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
        return shown(&app, &viewer, (&headers, &uri), request, (text.to_owned(), Some(TOO_MANY.to_owned()))).await;
    };
    match app.hub.act_on_request(&viewer, request, (RequestAction::Say, text, &once), &files).await {
        Err(HubError::Rejected(rejection)) => {
            attempt.counts();
            let problem = Some(crate::console::sentence(&rejection.to_string()));
            shown(&app, &viewer, (&headers, &uri), request, (text.to_owned(), problem)).await
        }
        outcome => {
            // It counts unless the hub failed.
            if outcome.is_ok() {
                attempt.counts();
            }
            back(&app, request, outcome.map(|()| "Your comment is here."))
        }
    }
}

pub(crate) async fn close(State(app): State<App>, InPortal(viewer): InPortal, Path(request): Path<String>) -> Answer {
    act(&app, &viewer, &request, RequestAction::Close, "The request is closed. You can open it again.").await
}

pub(crate) async fn reopen(State(app): State<App>, InPortal(viewer): InPortal, Path(request): Path<String>) -> Answer {
    act(&app, &viewer, &request, RequestAction::Reopen, "The request is open again.").await
}

async fn act(app: &App, viewer: &Viewer, request: &str, action: RequestAction, done: &str) -> Answer {
    let request = id(request)?;
    let Some(attempt) = app.count_reply(viewer.person).await else {
        return Ok(redirect_with(app, &format!("{HOME}/{request}"), Some(&Flash::failed(TOO_MANY))));
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
        "approve" => (Verdict::Approve, "You approved the request."),
        "decline" => {
            (Verdict::Decline(&decision.reason), "You declined the request. The person who opened it is told why.")
        }
        _ => return Err(PageError(StatusCode::BAD_REQUEST)),
    };
    let outcome = app.hub.decide_request(&viewer, request, verdict).await;
    back(&app, request, outcome.map(|_| done))
}

/// Redirects to the request with the result of an action.
fn back(app: &App, request: ServiceRequestId, outcome: Result<&str, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(HubError::Rejected(rejection)) => Flash::failed(crate::console::sentence(&rejection.to_string())),
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
