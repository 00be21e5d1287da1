//! Rejection pages, each with a next step.

use axum::http::{HeaderMap, StatusCode, Uri};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::InvitationId;

use crate::pages::activation as page;
use crate::respond::page::{Answer, PageError, chrome, page_with};
use crate::{App, pages};

/// Builder of a rejection page.
pub(crate) struct RejectionPage<'a> {
    app: &'a App,
    chrome: pages::Chrome,
    content: page::Refused,
}

/// Starts building a rejection page.
pub(crate) fn refused<'a>(app: &'a App, headers: &HeaderMap, uri: &Uri) -> RejectionPage<'a> {
    RejectionPage {
        app,
        chrome: chrome(app, headers, uri, None),
        content: page::Refused::new(ActivationError::UnknownLink),
    }
}

impl RejectionPage<'_> {
    /// Offers to send a new link by a POST to `action`.
    pub(crate) fn renew(mut self, action: String) -> Self {
        self.content.renew_action = Some(action);
        self
    }

    /// Offers to retry by a POST to `action`.
    pub(crate) fn retry(mut self, action: String) -> Self {
        self.content.retry_action = Some(action);
        self
    }

    /// Offers to start again with a different account by a POST to `action`.
    pub(crate) fn switch(mut self, action: String) -> Self {
        self.content.switch_action = Some(action);
        self
    }

    /// Offers a link to the devices of the signed-in user.
    pub(crate) fn signed_in(mut self, _: &SignIn) -> Self {
        self.content.devices_url = Some("/portal/customer".to_owned());
        self
    }

    /// Offers a link to the portal, where everyone can sign in.
    pub(crate) fn portal(mut self) -> Self {
        self.content.devices_url = Some("/portal/customer".to_owned());
        self
    }

    /// Adds a masked hint at the sign-in that activated the record. The holder of the invitation's link may see it.
    pub(crate) async fn for_invitation(mut self, id: InvitationId) -> Result<Self, PageError> {
        self.content.other_sign_in = self.app.hub.queries().sign_in_of_invitation(id).await?;
        Ok(self)
    }

    /// Renders the page with only those actions that can help with this error.
    pub(crate) fn show(self, refusal: ActivationError) -> Answer {
        let Self { app, chrome, content: collected } = self;
        let mut content = page::Refused::new(refusal);
        content.renew_action = collected.renew_action.filter(|_| refusal.may_renew());
        content.switch_action = collected.switch_action.filter(|_| refusal.may_switch());
        content.retry_action = collected.retry_action.filter(|_| refusal.may_retry());
        content.devices_url = collected.devices_url;
        content.other_sign_in = collected.other_sign_in.filter(|_| refusal.is_of_another_sign_in());
        let status = StatusCode::from_u16(page::status(refusal)).unwrap_or(StatusCode::CONFLICT);
        page_with(app, &chrome, &content, status)
    }
}
