//! Opening a request.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::persons::place::Place;
use tessera_core::service_requests::workflow::Step;
use tessera_hub::queries::service_requests::RequestChoices;
use tessera_hub::{NewServiceRequest, NewServiceRequestError};

use super::HOME;
use crate::App;
use crate::auth::caller::InPortal;
use crate::extract::form::WithFiles;
use crate::locale::{rejected, text};
use crate::middleware::form_once::not_carried_out;
use crate::pages::Flash;
use crate::pages::service_requests::{AskedField, Choice, FormProblem, NewRequest};
use crate::respond::page::{Answer, PageError, chrome_of, page_with, redirect_with};

/// Key of the rate limit for opening requests.
const OPENED: &str = "request";

/// Browsers do not send the files of a form that is shown again.
fn choose_again() -> String {
    text!("requests-choose-again")
}

/// The questions of a form depend on the kind of request, and another kind was chosen than the one it was shown for.
fn another_kind() -> String {
    text!("requests-another-kind")
}

/// Query: prefilled values of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Prefill {
    kind: String,
    device: String,
}

pub(crate) async fn form(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Query(begun): Query<Prefill>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let once = app.hub.env.uuid().simple().to_string();
    let wish = NewServiceRequest { once, kind: begun.kind, device: Some(begun.device), ..NewServiceRequest::default() };
    shown(&app, &viewer, (&headers, &uri), &wish, Vec::new()).await
}

pub(crate) async fn open(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    WithFiles { fields, files }: WithFiles,
) -> Answer {
    let wish = NewServiceRequest {
        once: fields.get("once").chars().take(64).collect(),
        kind: fields.get("kind").to_owned(),
        subject: fields.get("subject").to_owned(),
        description: fields.get("description").to_owned(),
        place: fields.get("place").parse().ok(),
        device: Some(fields.get("device").to_owned()),
        answers: fields.beginning("answer.").map(|(label, answer)| (label.to_owned(), answer.to_owned())).collect(),
        files,
    };
    let surroundings = (&headers, &uri);
    // What has to be answered depends on the kind. So if another one was chosen, its questions are shown first, with
    // everything that was typed.
    let shown_for = fields.get("shown");
    if shown_for != wish.kind && asks_otherwise(&app, &viewer, (shown_for, &wish.kind)).await? {
        let mut notes = vec![("kind".to_owned(), another_kind())];
        if !wish.files.is_empty() {
            notes.push(("files".to_owned(), choose_again()));
        }
        return shown(&app, &viewer, surroundings, &wish, notes).await.map(not_carried_out);
    }
    let Some(attempt) = app.count_opened(OPENED, viewer.person).await else {
        let wrong = text!("requests-too-many");
        return shown(&app, &viewer, surroundings, &wish, vec![("subject".to_owned(), wrong)]).await;
    };
    match app.hub.open_request(&viewer, &wish).await {
        Ok(request) => {
            attempt.counts();
            let done = Flash::done(text!("requests-opened"));
            Ok(redirect_with(&app, &format!("{HOME}/{}", request.id), Some(&done)))
        }
        Err(NewServiceRequestError::Wrong(mut wrong)) => {
            // Nothing was opened: the attempt is taken back, and counted among the refused ones.
            drop(attempt);
            let Some(refused) = app.count_refused(OPENED, viewer.person).await else {
                let wrong = text!("common-refused-often");
                return shown(&app, &viewer, surroundings, &wish, vec![("subject".to_owned(), wrong)]).await;
            };
            refused.counts();
            if !wish.files.is_empty() && !wrong.iter().any(|(field, _)| field == "files") {
                wrong.push(("files".to_owned(), choose_again()));
            }
            shown(&app, &viewer, surroundings, &wish, wrong).await
        }
        Err(NewServiceRequestError::Hub(error)) => Err(error.into()),
    }
}

async fn shown(
    app: &App,
    viewer: &Viewer,
    (headers, uri): (&HeaderMap, &Uri),
    wish: &NewServiceRequest,
    wrong: Vec<(String, String)>,
) -> Answer {
    let kinds = &app.hub.config.requests.kinds;
    let kind = kinds.iter().find(|kind| kind.code == wish.kind).or_else(|| kinds.first());
    let kind = kind.map(|kind| kind.code.clone()).ok_or(PageError::NOT_FOUND)?;
    let RequestChoices { steps, places, devices } = app.hub.queries().request_choices(viewer, &kind).await?;
    let device = wish.device.as_deref().unwrap_or_default();
    let content = NewRequest {
        action: format!("{HOME}/new"),
        once: wish.once.clone(),
        kinds: kinds
            .iter()
            .map(|it| Choice { value: it.code.clone(), label: it.label.clone(), chosen: it.code == kind })
            .collect(),
        kind,
        subject: wish.subject.clone(),
        description: wish.description.clone(),
        places: place_choices(places, viewer, wish, steps.contains(&Step::RequirePlace)),
        devices: device_choices(devices, device),
        fields: fields(&steps, &wrong, &wish.answers),
        steps: before(&steps),
        problems: wrong
            .into_iter()
            .map(|(field, message)| FormProblem { field, message: rejected(&message) })
            .collect(),
        back_url: HOME.to_owned(),
    };
    let status = if content.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(app, &chrome_of(app, headers, uri, viewer), &content, status)
}

/// Whether two kinds of request have different steps. A form that does not say for which kind it was shown is complete.
async fn asks_otherwise(app: &App, viewer: &Viewer, (shown_for, chosen): (&str, &str)) -> Result<bool, PageError> {
    let kinds = &app.hub.config.requests.kinds;
    if ![shown_for, chosen].iter().all(|code| kinds.iter().any(|kind| kind.code == **code)) {
        return Ok(false);
    }
    let before = app.hub.queries().request_choices(viewer, shown_for).await?.steps;
    Ok(app.hub.queries().request_choices(viewer, chosen).await?.steps != before)
}

/// The places to choose from; empty if there is no choice and none is required.
fn place_choices(places: Vec<Place>, viewer: &Viewer, wish: &NewServiceRequest, required: bool) -> Vec<Choice> {
    if places.len() < 2 && !required {
        return Vec::new();
    }
    let chosen = wish.place.or((!required).then_some(viewer.default_place));
    let blank = Choice { value: String::new(), label: text!("requests-choose-place"), chosen: chosen.is_none() };
    let place = places.into_iter().map(|place| Choice {
        value: place.id.to_string(),
        chosen: chosen == Some(place.id),
        label: place.name,
    });
    required.then_some(blank).into_iter().chain(place).collect()
}

fn device_choices(devices: Vec<Device>, chosen: &str) -> Vec<Choice> {
    let device = |device: Device| {
        let serial = device.serial.map(|serial| format!(", serial {serial}")).unwrap_or_default();
        Choice {
            chosen: device.external_id == chosen,
            label: format!("{}{serial}", device.name),
            value: device.external_id,
        }
    };
    devices.into_iter().map(device).collect()
}

/// The fields required by the workflow of the person's customer, and those required by the workflow of another customer
/// at whose place the request is opened.
fn fields(steps: &[Step], wrong: &[(String, String)], answers: &BTreeMap<String, String>) -> Vec<AskedField> {
    let own = steps
        .iter()
        .filter_map(|step| if let Step::RequireField { label } = step { Some(label.clone()) } else { None });
    let mut labels: Vec<String> = own.collect();
    for label in wrong.iter().filter_map(|(field, _)| field.strip_prefix("answer.")) {
        if !labels.iter().any(|known| known == label) {
            labels.push(label.to_owned());
        }
    }
    let field = |label: String| AskedField {
        name: format!("answer.{label}"),
        value: answers.get(&label).cloned().unwrap_or_default(),
        label,
    };
    labels.into_iter().map(field).collect()
}

/// The workflow's steps before the request is sent to the service team.
fn before(steps: &[Step]) -> Vec<String> {
    let told = steps.iter().filter(|step| matches!(step, Step::Approval { .. } | Step::Notice { .. }));
    told.map(super::presenter::step).collect()
}
