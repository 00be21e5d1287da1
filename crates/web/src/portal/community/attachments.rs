//! Files that people attached: listed beside what they are attached to, and sent to whoever may read that.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tessera_core::attachment;
use tessera_core::id::AttachmentId;
use tessera_store::{Attached, AttachedFile};

use super::here::{Here, id};
use crate::PageError;
use crate::page::Answer;
use crate::view::community::blog::Attached as Shown;

/// Where a file is.
pub(super) fn url(id: AttachmentId) -> String {
    format!("/portal/customer/attachments/{id}")
}

/// A file as a page lists it.
pub(super) fn shown(file: &Attached, remove_action: Option<String>) -> Shown {
    Shown { url: url(file.id), name: file.name.clone(), size: size(file.size), remove_action }
}

/// The address of a picture that a text names, when it is attached to the text.
pub(super) fn picture(files: &[Attached]) -> impl Fn(&str) -> Option<String> + '_ {
    |name| {
        let mut pictures = files.iter().filter(|file| attachment::is_picture(&file.media_type));
        pictures.find(|file| file.name == name).map(|file| url(file.id))
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

pub(super) async fn file(here: Here, Path(file): Path<String>) -> Answer {
    let (file, viewer) = (id::<AttachmentId>(&file)?, &here.viewer);
    let (hub, store) = (&here.app.hub, &here.app.hub.store);
    let found = match store.attachment_kind(file).await?.as_deref() {
        Some("blog") => store.attachment_of_blog(viewer.person, file, hub.may_edit_blog(viewer)).await?,
        Some("forum") => store.attachment_of_forum(viewer.person, file, hub.may_moderate_forum(viewer)).await?,
        _ => None,
    };
    found.map(sent).ok_or(PageError::NOT_FOUND)
}

/// Pictures are shown, everything else is kept: nothing that somebody sent runs in this site's name.
fn sent(file: AttachedFile) -> Response {
    let how = if attachment::is_picture(&file.media_type) { "inline" } else { "attachment" };
    let name: String =
        url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&file.media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{name}"))),
    ];
    let mut response = (StatusCode::OK, file.bytes).into_response();
    for (header, value) in headers {
        if let Ok(value) = value {
            response.headers_mut().insert(header, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
