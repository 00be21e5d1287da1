//! Sign-in at the identity provider and activation, without a web interface.

use tessera_core::kernel::customer::SignIn;
use tessera_hub::ports::CallbackParams;
use tessera_hub::{Purpose, SignedIn, Visit};
use url::Url;

use super::{Known, MACHINE, PASSWORD, TestHub};
use crate::browser::Browser;

/// The secret of the browser that signs in.
const BROWSER: &str = "the secret of a browser";

impl TestHub {
    /// Signs in at the identity provider and completes the callback.
    pub async fn sign_in(&self, email: &str, purpose: Purpose) -> SignedIn {
        let authorize = self.hub.begin_sign_in(Some("idp"), purpose, BROWSER, false).await.unwrap();
        let mut browser = Browser::new();
        let page = browser.open(authorize.as_str()).await;
        let callback = browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await;
        let callback = Url::parse(&callback).unwrap();
        let parameter =
            |name: &str| callback.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
        let parameters = CallbackParams {
            code: parameter("code"),
            state: parameter("state"),
            iss: parameter("iss"),
            error: parameter("error"),
            error_description: parameter("error_description"),
        };
        self.hub.finish_sign_in("idp", &parameters, Some(BROWSER)).await.unwrap()
    }

    /// Invites a requester, who signs in and claims the invitation. Does not run the background steps.
    pub async fn claimed(&self, who: Known) -> SignIn {
        let invitation_id = self.hub.invite(who.requester, &MACHINE).await.unwrap().id;
        let SignedIn { sign_in, .. } = self.sign_in(who.email, Purpose::Activate { invitation_id }).await;
        let claimed = self.hub.claim_and_sign_in(invitation_id, &sign_in, &Visit::default()).await.unwrap();
        assert_eq!(claimed.refusal, None);
        sign_in
    }

    /// Activates a customer and runs all pending jobs. Returns the sign-in.
    pub async fn activated(&self, who: Known) -> SignIn {
        let sign_in = self.claimed(who).await;
        self.hub.run_pending().await;
        sign_in
    }
}
