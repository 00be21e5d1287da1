//! The privacy tab of a person (`H10`): staff export everything about the person, and erase it after a preview.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum_extra::extract::Form;
use serde::Deserialize;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::{Person, key};
use tessera_hub::HubError;

use super::person;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{chrome, presenter};
use crate::pages::Flash;
use crate::pages::console::{ErasureForm, PersonExportPage, PersonPrivacy};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

pub(crate) fn url(person: PersonId) -> String {
    format!("{}/privacy", person::url(person))
}

/// Query: whether the customer record is erased with the person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    with_customer: Option<bool>,
}

/// Query: the format of an export.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Format {
    format: Option<String>,
}

/// The form of an erasure.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Confirmation {
    confirm: String,
    with_customer: Option<bool>,
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    Query(choice): Query<Choice>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = person::find(&app, &person).await?;
    let content = content(&app, &person, choice.with_customer).await?;
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

async fn content(app: &App, person: &Person, with_customer: Option<bool>) -> Result<PersonPrivacy, PageError> {
    let base = person::url(person.id);
    let (erasure, problem) = match app.hub.queries().erasure_preview(person.id, with_customer).await {
        Ok(report) => {
            let other = !report.erased.iter().any(|it| it.section == "customer");
            let other_url = format!("{}?with_customer={other}", url(person.id));
            (Some(ErasureForm::of(report, format!("{base}/erasure"), other_url)), None)
        }
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => (None, Some(presenter::sentence(&error.to_string()))),
    };
    Ok(PersonPrivacy {
        name: person.name.clone(),
        person_id: person.person_id.clone(),
        person_url: base.clone(),
        export_url: format!("{base}/export"),
        download_url: format!("{base}/export?format=json"),
        erasure,
        problem,
    })
}

pub(crate) async fn export(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    Query(wanted): Query<Format>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = person::find(&app, &person).await?;
    let exported = app.hub.queries().person_export(person.id).await?;
    if wanted.format.as_deref() != Some("json") {
        let chrome = chrome(&app, &headers, &uri, &staff).await?;
        return page(&app, &chrome, &PersonExportPage::of(&exported, Some(url(person.id))));
    }
    let mut response = axum::Json(&exported).into_response();
    // Person ids consist of letters, digits, dots, dashes and underscores.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"person-{}.json\"", person.person_id)) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(crate) async fn erase(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<Confirmation>,
) -> Answer {
    let person = person::find(&app, &person).await?;
    let problem = if key(&form.confirm) == key(&person.person_id) {
        match app.hub.erase_person(person.id, form.with_customer, &staff.ctx()).await {
            Ok(report) => {
                let done = Flash::done(format!("Erased. The history names this person {} now.", report.erased_as));
                return Ok(redirect_with(&app, &person::url(person.id), Some(&done)));
            }
            Err(error @ HubError::Store(_)) => return Err(error.into()),
            Err(error) => presenter::sentence(&error.to_string()),
        }
    } else {
        format!("Type the person ID {} to confirm.", person.person_id)
    };
    let mut content = content(&app, &person, form.with_customer).await?;
    content.problem = Some(problem);
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    page_with(&app, &chrome, &content, StatusCode::UNPROCESSABLE_ENTITY)
}
