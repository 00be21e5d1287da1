//! The fields of a form, some of which may come more than once, and the file that came with them.

use axum::extract::{FromRequest, Multipart, RawForm, Request};
use axum::response::{IntoResponse, Response};
use tessera_core::attachment::Sent;
use url::form_urlencoded;

use crate::{App, PageError};

/// The fields of a form.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field's value; empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked, or a button that says so was pressed.
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

/// A form with a file. What is wrong with the file is for whoever sent it to mend.
#[derive(Debug)]
pub(super) struct WithFile {
    pub(super) fields: Fields,
    pub(super) file: Result<Option<Sent>, String>,
}

impl FromRequest<App> for WithFile {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let mut form = Multipart::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        let (mut fields, mut file) = (Vec::new(), Ok(None));
        loop {
            match form.next_field().await {
                Ok(None) => return Ok(Self { fields: Fields(fields), file }),
                Ok(Some(field)) => {
                    let name = field.name().unwrap_or_default().to_owned();
                    let file_name = field.file_name().map(ToOwned::to_owned);
                    let bytes = field.bytes().await.map_err(|error| PageError(error.status()).into_response())?;
                    match file_name {
                        // A field for a file that was left empty is sent without name and content.
                        Some(file_name) if !(file_name.is_empty() && bytes.is_empty()) => {
                            file = Sent::look(&file_name, bytes.to_vec()).map(Some).map_err(|error| error.to_string());
                        }
                        Some(_) => {}
                        None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
                    }
                }
                Err(error) => return Err(PageError(error.status()).into_response()),
            }
        }
    }
}
