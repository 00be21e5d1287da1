//! The documents of a device, such as manuals, by product.

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::devices::documents::Document;

use super::device_url;
use crate::App;
use crate::auth::caller::InPortal;
use crate::pages::portal::documents as view;
use crate::respond::page::{Answer, PageError, chrome_of, page};

pub(super) async fn documents(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let devices = app.hub.queries().devices_at_places_of(viewer.person).await?;
    let device = devices.into_iter().find(|device| device.external_id == id).ok_or(PageError::NOT_FOUND)?;
    let belonging = app.hub.config.documents.iter().filter(|document| document.is_for(&device));
    let brand = &app.hub.config.brand;
    let content = view::Documents {
        documents: belonging.map(line).collect(),
        device_url: device_url(&device),
        support_email: brand.support_email.clone(),
        support_phone: brand.support_phone.clone(),
        device: device.name,
        product: device.product,
    };
    page(&app, &chrome_of(&app, &headers, &uri, &viewer), &content)
}

fn line(document: &Document) -> view::Line {
    let host = document.url().host_str().unwrap_or_default().to_owned();
    view::Line { title: document.title().to_owned(), url: document.url().to_string(), host }
}
