//! The extractor for pages of the customer portal.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use tessera_core::access::Viewer;
use tessera_hub::HubError;

use crate::App;
use crate::auth::caller::InPortal;
use crate::locale::{rejected, text};
use crate::pages::community::Complaint;
use crate::pages::{Chrome, Flash, Page};
use crate::respond::page::{Answer, PageError, chrome_of, page_with, redirect_with};

/// A person with access to the portal, and the chrome of their page. Without access, the page with the reason is shown.
pub(crate) struct PortalVisitor {
    pub(crate) app: App,
    pub(crate) viewer: Viewer,
    chrome: Chrome,
}

impl FromRequestParts<App> for PortalVisitor {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let InPortal(viewer) = InPortal::from_request_parts(parts, app).await?;
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let chrome = chrome_of(app, &parts.headers, uri, &viewer);
        Ok(Self { app: app.clone(), viewer, chrome })
    }
}

impl PortalVisitor {
    pub(crate) fn page<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::OK)
    }

    /// The page of a rejected form, with status 422.
    pub(crate) fn refused<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// The page as text, for a response of another media type.
    pub(crate) fn render<P: Page>(&self, content: &P) -> Result<String, PageError> {
        Ok(self.app.renderer.page(content, &self.chrome)?)
    }

    pub(crate) fn done(&self, to: &str, words: impl Into<String>) -> Response {
        redirect_with(&self.app, to, Some(&Flash::done(words)))
    }

    pub(crate) fn failed(&self, to: &str, words: impl Into<String>) -> Response {
        redirect_with(&self.app, to, Some(&Flash::failed(words)))
    }
}

/// Separates errors that the user can correct in the form from errors with a page of their own.
pub(crate) fn mendable<T>(outcome: Result<T, HubError>) -> Result<Result<T, Complaint>, PageError> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(HubError::Rejected(rejection)) => {
            Ok(Err(Complaint::new(rejection.code(), rejected(&rejection.to_string()))))
        }
        Err(error @ HubError::Busy) => {
            Ok(Err(Complaint::new("form", text!("common-nothing-kept", error = rejected(&error.to_string())))))
        }
        Err(error) => Err(error.into()),
    }
}

/// Parses an id of the path. Invalid text is reported as not found.
pub(crate) fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}
