//! Receiving a device (`A08`), and what the service desk answers to a request.

use axum::extract::{Form, Path};
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_hub::HubError;

use super::{HOME, URLS};
use crate::auth::worker::{Worker, id};
use crate::devices::form::{self, Typed};
use crate::devices::writes;
use crate::pages::warehouse::{Change, Receive};
use crate::respond::page::Answer;

/// The form for a device that has come in.
pub(super) async fn form(worker: Worker) -> Answer {
    match form::page(&worker.app, URLS, &Typed::new(), Vec::new()).await {
        Ok(content) => worker.page(&Receive(content)),
        Err(error) => worker.back(HOME, Err(error)),
    }
}

/// Requests the device that was typed.
pub(super) async fn create(worker: Worker, Form(typed): Form<Typed>) -> Answer {
    match form::request(&worker.app, &typed, worker.ctx()).await {
        Ok(write) => worker.follow(HOME, Ok(URLS.write(write.id))),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let content = form::page(&worker.app, URLS, &typed, form::problems(&error)).await?;
            worker.refused(&Receive(content))
        }
    }
}

/// A request to the service desk.
pub(super) async fn change(worker: Worker, Path(write): Path<String>) -> Answer {
    let write = worker.app.hub.device_write(id(&write)?).await?;
    worker.page(&Change(writes::page(&worker.app, URLS, &write)))
}

/// Cancels a request that has not been carried out.
pub(super) async fn cancel(worker: Worker, Path(write): Path<String>) -> Answer {
    let write: DeviceWriteId = id(&write)?;
    let outcome = worker.app.hub.cancel_device_write(write, worker.ctx()).await;
    worker.back(&URLS.write(write), outcome.map(|_| "Cancelled. Nothing was changed.".to_owned()))
}
