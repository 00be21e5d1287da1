//! Forms: fields that can occur more than once, and files.

use axum::body::{Body, to_bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, RawForm, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tessera_core::kernel::attachment::{File, MAX_FILE_SIZE, MAX_FILES, Sent};
use url::form_urlencoded;

use crate::extract::limits::{MAX_BODY, MAX_FIELDS, MAX_TEXT};
use crate::extract::multipart;
use crate::extract::uploads::Sender;
use crate::{App, PageError};

/// The fields of a form.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field's value; empty if the field is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The fields whose names start with `prefix`, without the prefix.
    pub(crate) fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// Whether a check box is ticked or the corresponding button was pressed.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.get(name) == "true"
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let RawForm(bytes) = RawForm::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

/// A form with files, or without any in the encoding for files. Invalid files are reported to the sender, not rejected
/// here.
#[derive(Debug, Default)]
pub(crate) struct WithFiles {
    pub(crate) fields: Fields,
    pub(crate) files: Vec<Sent>,
}

impl FromRequest<App> for WithFiles {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let sent_as = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if sent_as.is_some_and(|sent_as| sent_as.starts_with("application/x-www-form-urlencoded")) {
            return Self::without_files(request).await.map_err(IntoResponse::into_response);
        }
        let Some(Sender(person)) = request.extensions().get().copied() else {
            return Err(PageError(StatusCode::FORBIDDEN).into_response());
        };
        let (parts, body) = request.into_parts();
        let received = app.uploads.receive(person, body, app.config.upload_pace).await;
        let mut received = received.map_err(IntoResponse::into_response)?;
        let _turn = app.uploads.turn().await.map_err(IntoResponse::into_response)?;
        let pieces = received.pieces().await.map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts, Body::from_stream(pieces));
        let form = multipart::parts(request).await.map_err(IntoResponse::into_response)?;
        let read = Self::read(form).await.map_err(IntoResponse::into_response)?;
        if !read.files.is_empty() {
            let counted = app.count_upload(person).await;
            counted.ok_or_else(|| PageError(StatusCode::TOO_MANY_REQUESTS).into_response())?.counts();
        }
        Ok(read)
    }
}

impl WithFiles {
    /// Reads a form without files, which is as small as others, although its route takes files too.
    async fn without_files(request: Request) -> Result<Self, PageError> {
        let bytes = to_bytes(request.into_body(), MAX_BODY).await;
        let bytes = bytes.map_err(|_| PageError(StatusCode::PAYLOAD_TOO_LARGE))?;
        Ok(Self { fields: Fields(form_urlencoded::parse(&bytes).into_owned().collect()), files: Vec::new() })
    }

    async fn read(mut form: Multipart) -> Result<Self, PageError> {
        let mut read = Self::default();
        for _ in 0..MAX_FIELDS {
            let Some(field) = form.next_field().await.map_err(|error| PageError(error.status()))? else { break };
            let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
            if let Some(file) = field.file_name().map(ToOwned::to_owned) {
                // One byte over the limit is enough to detect that a file is too large, and one extra file that there
                // are too many.
                let bytes = bounded(field, MAX_FILE_SIZE + 1).await?;
                // Browsers send an empty file field with neither name nor content.
                if !(file.is_empty() && bytes.is_empty()) && read.files.len() <= MAX_FILES {
                    read.files.push(File::read(&file, bytes));
                }
            } else {
                let bytes = bounded(field, MAX_TEXT).await?;
                read.fields.0.push((name, String::from_utf8_lossy(&bytes).replace("\r\n", "\n")));
            }
        }
        Ok(read)
    }
}

/// Reads the beginning of a field, up to a limit, and discards the rest.
pub(crate) async fn bounded(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| PageError(error.status()))? {
        let room = most - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(bytes)
}
