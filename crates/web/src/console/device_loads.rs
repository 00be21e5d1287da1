//! Loading many devices or assignments from a table: the trial run, and carrying it out (`A07`, `A08`, `A09`).

use axum::extract::{OriginalUri, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_hub::HubError;

use super::{URLS, back, chrome, id, presenter};
use crate::App;
use crate::auth::caller::Staff;
use crate::devices::loads::{self, LinesQuery, LoadsQuery, Table};
use crate::respond::page::{Answer, PageError, page, page_with};

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<LoadsQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let content = loads::list(&app, URLS, query.before()?, &Table::default(), None).await?;
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

async fn refused(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    typed: &Table,
    problem: String,
) -> Answer {
    let content = loads::list(app, URLS, None, typed, Some(problem)).await?;
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, StatusCode::UNPROCESSABLE_ENTITY)
}

/// Makes the trial run of a submitted table.
pub(super) async fn plan(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let table = Table::in_form(&app, request).await?;
    let kind = table.kind().ok_or(PageError(StatusCode::BAD_REQUEST))?;
    match app.hub.plan_device_load(kind, &table.text, &staff.ctx()).await {
        Ok(load) => Ok(Redirect::to(&URLS.load(load.id)).into_response()),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => refused(&app, &staff, (&uri, &headers), &table, presenter::sentence(&error.to_string())).await,
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(load): Path<String>,
    Query(query): Query<LinesQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let content = loads::page(&app, URLS, id(&load)?, &query).await?;
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// Starts a planned load.
pub(super) async fn start(State(app): State<App>, staff: Staff, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = app.hub.start_device_load(id, &staff.ctx()).await;
    back(&app, &URLS.load(id), outcome.map(|_| "Started. This page shows the progress.".to_owned()))
}

/// Discards a planned load, or stops a running one.
pub(super) async fn end(State(app): State<App>, staff: Staff, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = app.hub.end_device_load(id, &staff.ctx()).await;
    back(&app, &URLS.load(id), outcome.map(|load| loads::ended(&load)))
}
