//! Everything about a person: export and erasure (`H10`).

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_hub::queries::privacy::{ErasedItem, ErasureReport, KeptItem, PersonExport as Exported};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::persons::{ById, find};
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::pages::console::PersonExportPage;
use crate::respond::page::{chrome, page};
use crate::{App, Problem};

/// Everything that the hub keeps about a person.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonExport {
    /// The hub's own id.
    id: Uuid,
    /// The person id.
    #[schema(example = "ada.example")]
    person_id: String,
    /// The name.
    #[schema(example = "Ada Example")]
    name: String,
    /// When the data was read.
    exported_at: Timestamp,
    /// The data, by sections. Sections without data are left out.
    sections: Vec<ExportSection>,
}

/// A section of an export.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ExportSection {
    /// Name of the section.
    #[schema(example = "sessions")]
    section: &'static str,
    /// Title of the section.
    #[schema(example = "Sessions")]
    title: &'static str,
    /// The entries. Their fields depend on the section.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// What the erasure of a person erases, and what stays.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonErasure {
    /// Whether nothing was changed.
    preview: bool,
    /// The hub's own id, which stays.
    id: Uuid,
    /// The person id until then.
    #[schema(example = "ada.example")]
    person_id: String,
    /// The person id by which the history names the person from then on.
    #[schema(example = "P-7K3F-9QX2")]
    erased_as: String,
    /// What is erased.
    erased: Vec<Erased>,
    /// What stays, and why.
    kept: Vec<Kept>,
}

/// Data that is erased.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Erased {
    /// Name of the section, as in the export.
    #[schema(example = "sessions")]
    section: &'static str,
    /// Title, for people.
    #[schema(example = "Sessions")]
    title: &'static str,
    /// How many entries.
    count: usize,
    /// `deleted`: the entries are gone. `emptied`: the entries stay, without anything personal.
    #[schema(example = "deleted")]
    how: &'static str,
}

/// Data that stays.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Kept {
    /// Name of the section, as in the export.
    #[schema(example = "invoices")]
    section: &'static str,
    /// Title, for people.
    #[schema(example = "Invoices")]
    title: &'static str,
    /// How many entries.
    count: usize,
    /// Why it stays, and what to do about it.
    why: &'static str,
}

/// Format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum ExportFormat {
    /// JSON.
    Json,
    /// A page to be printed.
    Html,
}

/// Options of an export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ExportOptions {
    /// `json`, or `html` for a page to be printed. Without it, the `Accept` header decides.
    #[param(inline)]
    format: Option<ExportFormat>,
}

/// Options of an erasure.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ErasureOptions {
    /// Whether to answer only what would be erased and what would stay. Nothing is changed.
    preview: Option<bool>,
    /// Whether the customer record is about this person alone, and is erased with them. Without it, it is if nobody else
    /// belongs to the customer and it has the person's name.
    with_customer: Option<bool>,
}

/// Export everything about a person
///
/// Returns what the hub keeps about the person: data of their own, what they wrote, and the facts that name them. Secrets,
/// such as hashes of passwords, are left out. With `Accept: text/html` or `format=html`, the answer is a page to be printed.
#[utoipa::path(
    post, path = "/persons/{id}/export", operation_id = "exportPerson", tag = "Admin", security(("apiKey" = [])),
    params(ById, ExportOptions),
    responses(
        (status = 200, description = "Everything about the person", content(
            (PersonExport = "application/json"),
            (String = "text/html; charset=utf-8"),
        )),
        problems::Any, problems::NotFound,
    ),
)]
pub(in crate::api) async fn export(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(options): Query<ExportOptions>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let person = find(&app, &id).await?;
    let exported = app.hub.queries().person_export(person.id).await?;
    if options.format.unwrap_or_else(|| accepted(&headers)) == ExportFormat::Json {
        return Ok(Json(PersonExport::from((person.id.0, exported))).into_response());
    }
    let chrome = chrome(&app, &headers, &uri, None);
    page(&app, &chrome, &PersonExportPage::of(&exported, None)).map_err(|error| {
        Problem::new(error.0, "internal_error", "the page cannot be rendered; ask for JSON".to_owned())
    })
}

/// The format that is asked for, where none is named: a page only for those who take HTML and not JSON.
fn accepted(headers: &HeaderMap) -> ExportFormat {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = accept.contains("text/html") && !accept.contains("application/json");
    if is_page { ExportFormat::Html } else { ExportFormat::Json }
}

/// Erase a person
///
/// Ends the person's sessions and sign-ins and erases everything personal. The timelines stay verifiable: facts stay, with a
/// commitment to what was erased. The answer says what was erased and what stays, and why. With `preview=true`, nothing is
/// changed. An erasure cannot be undone.
#[utoipa::path(
    post, path = "/persons/{id}/erasure", operation_id = "erasePerson", tag = "Admin", security(("apiKey" = [])),
    params(ById, ErasureOptions),
    responses(
        (status = 200, description = "What is erased, and what stays", body = PersonErasure),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn erase(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(options): Query<ErasureOptions>,
) -> Result<(StatusCode, Json<PersonErasure>), Problem> {
    let person = find(&app, &id).await?;
    let preview = options.preview == Some(true);
    let report = if preview {
        app.hub.queries().erasure_preview(person.id, options.with_customer).await?
    } else {
        app.hub.erase_person(person.id, options.with_customer, &machine.ctx()).await?
    };
    Ok((StatusCode::OK, Json(PersonErasure::from((preview, report)))))
}

impl From<(Uuid, Exported)> for PersonExport {
    fn from((id, exported): (Uuid, Exported)) -> Self {
        let sections = exported.sections.into_iter();
        let sections = sections.map(|it| ExportSection { section: it.section, title: it.title, items: it.items });
        Self {
            id,
            person_id: exported.person_id,
            name: exported.name,
            exported_at: exported.exported_at,
            sections: sections.collect(),
        }
    }
}

impl From<(bool, ErasureReport)> for PersonErasure {
    fn from((preview, report): (bool, ErasureReport)) -> Self {
        Self {
            preview,
            id: report.person.0,
            person_id: report.person_id,
            erased_as: report.erased_as,
            erased: report.erased.into_iter().map(Erased::from).collect(),
            kept: report.kept.into_iter().map(Kept::from).collect(),
        }
    }
}

impl From<ErasedItem> for Erased {
    fn from(ErasedItem { section, title, count, is_deleted }: ErasedItem) -> Self {
        Self { section, title, count, how: if is_deleted { "deleted" } else { "emptied" } }
    }
}

impl From<KeptItem> for Kept {
    fn from(KeptItem { section, title, count, why }: KeptItem) -> Self {
        Self { section, title, count, why }
    }
}
