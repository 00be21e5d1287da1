//! Returns in the customer portal (`P09`): opening and following a return, and answering an approval request.
//!
//! Only returns at the person's places are found; all others are reported as not found.

mod form;
mod presenter;

use axum::extract::{Form, OriginalUri, Path, Query, RawForm, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use tessera_core::access::Viewer;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::ReturnId;
use tessera_core::returns::{ReturnAction, ReturnDraft};
use tessera_hub::queries::returns::{ReturnChoices, ReturnFilter, ReturnsQuery, ReturnsVisible};
use tessera_hub::{Ctx, HubError, Sight};
use url::form_urlencoded;

use crate::App;
use crate::auth::caller::InPortal;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::locale::{Arg, rejected, text};
use crate::middleware::form_once::not_carried_out;
use crate::pages::Flash;
use crate::pages::returns::{NewReturn, Returns};
use crate::respond::page::{Answer, PageError, chrome_of, page, page_with, redirect_with};
pub(crate) use form::{Offered, ReturnForm, ReturnFormError};
pub(crate) use presenter::parcel;

pub(crate) const URL: &str = "/portal/customer/returns";
const CHANNEL: Channel = Channel::Portal;
/// Returns per page of the list.
const PAGE: usize = 20;

pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/", get(list).post(open))
        .route("/new", get(new))
        .route("/{id}", get(show))
        .route("/{id}/cancel", post(cancel))
        .route("/{id}/lines/{line}/answer", post(answer))
}

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    show: String,
    q: String,
    before: Option<String>,
}

async fn list(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let filter = ReturnFilter::parse(&wanted.show).unwrap_or_default();
    let search: String = wanted.q.trim().chars().take(100).collect();
    let before = wanted.before.as_deref().map(id).transpose()?;
    let asked = ReturnsQuery { filter, search: &search, before, size: PAGE + 1 };
    let ReturnsVisible { returns: mut found, any } = app.hub.queries().returns_visible_to(&viewer, asked).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let more_url = found.last().filter(|_| more).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", filter.as_str()).append_pair("q", &search);
        format!("{URL}?{}", query.append_pair("before", &last.id.to_string()).finish())
    });
    let content = Returns {
        items: found.iter().map(presenter::card).collect(),
        filters: presenter::filters(filter),
        search,
        any,
        new_url: format!("{URL}/new"),
        more_url,
    };
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

async fn show(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(customer_return): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().return_with_devices(&viewer, id(&customer_return)?).await?;
    let (customer_return, devices) = found.ok_or(PageError::NOT_FOUND)?;
    let content = presenter::page(&customer_return, &devices, app.hub.config.returns.instructions.as_deref());
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

/// Query: the device of a new return.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct For {
    device: String,
}

async fn new(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Query(wanted): Query<For>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let content = form(&app, &viewer, &ReturnForm::for_device(&wanted.device), Vec::new()).await?;
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

async fn form(app: &App, viewer: &Viewer, typed: &ReturnForm, problems: Vec<String>) -> Result<NewReturn, PageError> {
    let ReturnChoices { devices, places, .. } = app.hub.queries().return_choices(viewer).await?;
    let reasons = app.hub.config.returns.reasons.iter().filter(|reason| reason.for_customers).collect();
    let default_place = viewer.default_place;
    Ok(typed.shown(&Offered { devices: &devices, places: &places, default_place, reasons, url: URL }, problems))
}

async fn open(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Answer {
    let mut typed = ReturnForm::read(&body);
    let surroundings = chrome_of(&app, &headers, &uri, &viewer);
    if typed.wants_another_line() {
        typed.add_line();
        return page(&app, &surroundings, &form(&app, &viewer, &typed, Vec::new()).await?).map(not_carried_out);
    }
    let Some(attempt) = app.count_opened("return", viewer.person).await else {
        let wrong = text!("returns-too-many");
        let content = form(&app, &viewer, &typed, vec![wrong]).await?;
        return page_with(&app, &surroundings, &content, StatusCode::TOO_MANY_REQUESTS);
    };
    match open_typed(&app, &viewer, &typed).await {
        Ok(opened) => {
            attempt.counts();
            Ok(opened)
        }
        Err(HubError::Rejected(rejection)) => {
            // Nothing was opened: the attempt is taken back, and counted among the refused ones.
            drop(attempt);
            let Some(refused) = app.count_refused("return", viewer.person).await else {
                let wrong = text!("common-refused-often");
                let content = form(&app, &viewer, &typed, vec![wrong]).await?;
                return page_with(&app, &surroundings, &content, StatusCode::TOO_MANY_REQUESTS);
            };
            refused.counts();
            let mut problems: Vec<_> =
                rejection.problems().iter().map(|problem| sentence(&typed.in_words(problem))).collect();
            if problems.is_empty() {
                problems.push(sentence(&rejected(&rejection.to_string())));
            }
            let content = form(&app, &viewer, &typed, problems).await?;
            page_with(&app, &surroundings, &content, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

async fn open_typed(app: &App, viewer: &Viewer, typed: &ReturnForm) -> Result<Response, HubError> {
    typed.check_named()?;
    let ReturnChoices { devices, places, email } = app.hub.queries().return_choices(viewer).await?;
    let place = typed.place(&devices, &places, viewer.default_place)?;
    let draft = ReturnDraft {
        customer_id: place.owner.unwrap_or(viewer.customer_id),
        place_id: place.id,
        person_id: Some(viewer.person),
        email,
        lines: typed.lines(&devices)?,
    };
    let ctx = &Ctx::new(viewer.actor(), CHANNEL);
    let customer_return = app.hub.open_return(&draft, Sight::Of(viewer.person), ctx).await?;
    let flash = Flash::done(text!("returns-opened", number = Arg::shown(&customer_return.number)));
    Ok(redirect_with(app, &format!("{URL}/{}", customer_return.id), Some(&flash)))
}

async fn cancel(State(app): State<App>, InPortal(viewer): InPortal, Path(customer_return): Path<String>) -> Answer {
    let customer_return = id(&customer_return)?;
    let ctx = &Ctx::new(viewer.actor(), CHANNEL);
    let outcome = app.hub.withdraw_return(customer_return, viewer.person, ctx).await;
    back_to_return(&app, customer_return, outcome.map(|_| text!("returns-cancelled")))
}

/// Form: the customer's answer to a request to approve an amount.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answered {
    version: u32,
    answer: String,
    note: String,
}

async fn answer(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path((customer_return, line)): Path<(String, String)>,
    Form(answered): Form<Answered>,
) -> Answer {
    let (customer_return, line): (ReturnId, u32) =
        (id(&customer_return)?, line.parse().map_err(|_| PageError::NOT_FOUND)?);
    let version = answered.version;
    let (act, done) = match answered.answer.as_str() {
        "approve" => (ReturnAction::Approve { version }, text!("returns-approved")),
        "decline" => (ReturnAction::Decline { version, note: Some(answered.note) }, text!("returns-declined")),
        _ => return Err(PageError(StatusCode::BAD_REQUEST)),
    };
    let ctx = &Ctx::new(viewer.actor(), CHANNEL);
    let outcome = app.hub.act_on_return(customer_return, &[(line, act)], None, Sight::Of(viewer.person), ctx).await;
    back_to_return(&app, customer_return, outcome.map(|_| done))
}

/// Redirects to the return with the result of an action. A return that the person may not see is reported as not found,
/// whatever the action.
fn back_to_return(app: &App, customer_return: ReturnId, outcome: Result<String, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(HubError::Rejected(rejection)) => Flash::failed(sentence(&rejected(&rejection.to_string()))),
        Err(error) => return Err(error.into()),
    };
    Ok(redirect_with(app, &format!("{URL}/{customer_return}"), Some(&flash)))
}

fn id(text: &str) -> Result<ReturnId, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}

/// Formats a message as a sentence.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", rest.as_str().trim_end_matches('.'))
}
