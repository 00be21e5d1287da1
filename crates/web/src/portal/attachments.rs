//! Attached files: listed with the object they are attached to, and served to everyone who may read it.

use axum::extract::Path;
use tessera_core::kernel::ids::AttachmentId;
use tessera_hub::queries::attachments::Attached;

use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get};
use crate::pages::news::Attached as Shown;
use crate::portal::visitor::{PortalVisitor, id};
use crate::respond::files::{served, size};
use crate::respond::page::Answer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal).route("/attachments/{id}", get(file))
}

/// The URL of a file.
pub(crate) fn url(id: AttachmentId) -> String {
    format!("/portal/customer/attachments/{id}")
}

/// A file, as listed on a page.
pub(crate) fn shown(file: &Attached, remove_action: Option<String>) -> Shown {
    Shown { url: url(file.id), name: file.name.clone(), size: size(file.size), remove_action }
}

/// The URL of the picture that a text refers to by name, if it is attached to the text.
pub(crate) fn picture(files: &[Attached]) -> impl Fn(&str) -> Option<String> + '_ {
    |name| {
        let mut pictures = files.iter().filter(|file| file.media_type.is_picture());
        pictures.find(|file| file.name == name).map(|file| url(file.id))
    }
}

pub(crate) async fn file(here: PortalVisitor, Path(file): Path<String>) -> Answer {
    let found = here.app.hub.queries().attachment(&here.viewer, id::<AttachmentId>(&file)?).await?;
    let file = found.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&file.name, file.media_type, file.bytes))
}
