//! Receiving or issuing many devices from a table: the trial run, and carrying it out (`A07`–`A09`).

use axum::extract::{Path, Query, Request};
use axum::http::StatusCode;
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_hub::HubError;

use super::URLS;
use crate::auth::worker::{Worker, id};
use crate::console::sentence;
use crate::devices::loads::{self, LinesQuery, LoadsQuery, Table};
use crate::pages::warehouse::{Load, Loads};
use crate::respond::page::{Answer, PageError};

pub(super) async fn list(worker: Worker, Query(query): Query<LoadsQuery>) -> Answer {
    let content = loads::list(&worker.app, URLS, query.before()?, &Table::default(), None).await?;
    worker.page(&Loads(content))
}

/// Makes the trial run of a submitted table.
pub(super) async fn plan(worker: Worker, request: Request) -> Answer {
    let table = Table::in_form(&worker.app, request).await?;
    let kind = table.kind().ok_or(PageError(StatusCode::BAD_REQUEST))?;
    match worker.app.hub.plan_device_load(kind, &table.text, worker.ctx()).await {
        Ok(load) => worker.follow(URLS.loads, Ok(URLS.load(load.id))),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problem = Some(sentence(&error.to_string()));
            worker.refused(&Loads(loads::list(&worker.app, URLS, None, &table, problem).await?))
        }
    }
}

pub(super) async fn show(worker: Worker, Path(load): Path<String>, Query(query): Query<LinesQuery>) -> Answer {
    worker.page(&Load(loads::page(&worker.app, URLS, id(&load)?, &query).await?))
}

/// Starts a planned table.
pub(super) async fn start(worker: Worker, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = worker.app.hub.start_device_load(id, worker.ctx()).await;
    worker.back(&URLS.load(id), outcome.map(|_| "Started. This page shows the progress.".to_owned()))
}

/// Discards a planned table, or stops a running one.
pub(super) async fn end(worker: Worker, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = worker.app.hub.end_device_load(id, worker.ctx()).await;
    worker.back(&URLS.load(id), outcome.map(|load| loads::ended(&load)))
}
