//! Files that people attached: listed beside what they are attached to, and sent to whoever may read that.

use axum::extract::Path;
use tessera_core::kernel::ids::AttachmentId;
use tessera_hub::queries::attachments::Attached;

use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get};
use crate::pages::news::Attached as Shown;
use crate::portal::visitor::{PortalVisitor, id};
use crate::respond::files::{served, size};
use crate::respond::page::Answer;

/// The routes, below `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal).route("/attachments/{id}", get(file))
}

/// Where a file is.
pub(crate) fn url(id: AttachmentId) -> String {
    format!("/portal/customer/attachments/{id}")
}

/// A file as a page lists it.
pub(crate) fn shown(file: &Attached, remove_action: Option<String>) -> Shown {
    Shown { url: url(file.id), name: file.name.clone(), size: size(file.size), remove_action }
}

/// The address of a picture that a text names, when it is attached to the text.
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
