//! The extractor for pages of the portals in which the operating company's own people work.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::PersonId;
use tessera_hub::{Ctx, HubError};

use crate::App;
use crate::auth::caller::AtWork;
use crate::console::sentence;
use crate::extract::uploads;
use crate::pages::{Chrome, Flash, Page};
use crate::respond::page::{Answer, PageError, chrome, page_with, portal_links, redirect_with};

/// A person at work, and the chrome of their page.
pub(crate) struct Worker {
    pub(crate) app: App,
    pub(crate) person: PersonId,
    pub(crate) name: String,
    ctx: Ctx,
    chrome: Chrome,
}

impl FromRequestParts<App> for Worker {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let AtWork(worker) = AtWork::from_request_parts(parts, app).await?;
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let ctx = Ctx::new(worker.actor(), Channel::Portal);
        let portals = portal_links(&worker.portals, uri);
        let chrome = Chrome { portals, ..chrome(app, &parts.headers, uri, Some(worker.name.clone())) };
        parts.extensions.insert(uploads::Sender(worker.person));
        Ok(Self { app: app.clone(), person: worker.person, name: worker.name, ctx, chrome })
    }
}

impl Worker {
    /// The person and the portal, for everything that they do.
    pub(crate) const fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    pub(crate) fn page<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::OK)
    }

    /// The page of a rejected form, with status 422.
    pub(crate) fn refused<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Redirects to the page of what was requested, or back to where it was asked for.
    pub(crate) fn follow(&self, from: &str, outcome: Result<String, HubError>) -> Answer {
        match outcome {
            Ok(to) => Ok(Redirect::to(&to).into_response()),
            Err(error) => self.back(from, Err(error)),
        }
    }

    /// Redirects to a page with the result of an action. Errors of the hub are shown there, because they say what to do;
    /// errors of the database get an error page.
    pub(crate) fn back(&self, to: &str, outcome: Result<String, HubError>) -> Answer {
        let flash = match outcome {
            Ok(done) => Flash::done(done),
            Err(error @ HubError::Store(_)) => return Err(error.into()),
            Err(error) => Flash::failed(sentence(&error.to_string())),
        };
        Ok(redirect_with(&self.app, to, Some(&flash)))
    }
}

/// Parses an id of the path. Invalid text is reported as not found.
pub(crate) fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}
