//! The identity provider, as the hub reaches it. A code is the address of the account that signed in.

use std::sync::LazyLock;

use async_trait::async_trait;
use tessera_core::staff::{Groups, Strength};
use tessera_hub::ports::{
    CallbackParams, Claims, ConnectError, Health, IdentityProvider, Priority, ProviderProbe, ProviderSignOut,
    SignInError, SignInPending, SignInStart,
};
use url::Url;
use uuid::Uuid;

use super::Link;
use crate::weather::System;

/// The issuer.
pub const ISSUER: &str = "https://idp.example.com";

static REDIRECT: LazyLock<Url> =
    LazyLock::new(|| Url::parse("https://accounts.example.com/auth/idp/callback").expect("it is a URL"));

/// The identity provider as one process of the hub reaches it.
#[derive(Debug)]
pub struct Identity(pub Link);

impl Identity {
    fn down(&self, error: &ConnectError) -> SignInError {
        let retry_at = error.retry_at().unwrap_or_else(|| self.0.hub_now());
        SignInError::ProviderUnavailable { provider: self.name().to_owned(), reason: error.to_string(), retry_at }
    }
}

#[async_trait]
impl IdentityProvider for Identity {
    fn name(&self) -> &str {
        System::Identity.name()
    }

    fn display_name(&self) -> &'static str {
        "Example"
    }

    fn issuer(&self) -> &str {
        ISSUER
    }

    fn redirect_uri(&self) -> &Url {
        &REDIRECT
    }

    fn health(&self) -> Health {
        self.0.health()
    }

    async fn begin(&self, _: &[(&str, &str)]) -> Result<SignInStart, SignInError> {
        let called = self.0.call(("metadata", Priority::Interactive), |_, _| Ok(())).await;
        called.map_err(|error| self.down(&error))?;
        let dice = &self.0.world.scene.calls;
        let state = Uuid::from_u64_pair(dice.below(u64::MAX), dice.below(u64::MAX)).simple().to_string();
        let mut authorize_url = REDIRECT.clone();
        authorize_url.query_pairs_mut().append_pair("state", &state);
        let pending = SignInPending {
            state,
            nonce: String::new(),
            pkce_verifier: String::new(),
            issuer: ISSUER.to_owned(),
            authenticated_after: None,
        };
        Ok(SignInStart { authorize_url, pending })
    }

    async fn finish(&self, _: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError> {
        let read_at = self.0.reading();
        let called = self.0.call(("code", Priority::Interactive), |_, _| Ok(())).await;
        called.map_err(|error| self.down(&error))?;
        let email = callback.code.clone().unwrap_or_default();
        Ok(Claims {
            issuer: ISSUER.to_owned(),
            subject: format!("subject of {email}"),
            email: Some(email),
            email_verified: true,
            name: None,
            idp: None,
            groups: Groups::NotSent,
            strength: Strength::default(),
            authenticated_at: Some(self.0.hub_now()),
            session: None,
            id_token: String::new(),
            read_at,
        })
    }

    async fn read_sign_out(&self, _: &str) -> Result<ProviderSignOut, SignInError> {
        Err(SignInError::Rejected {
            provider: self.name().to_owned(),
            why: "nobody signs out in this world".to_owned(),
        })
    }

    async fn probe_metadata(&self) -> Result<ProviderProbe, ConnectError> {
        Ok(ProviderProbe { keys: 1, issuer: ISSUER.to_owned(), tells_auth_time: true, ..ProviderProbe::default() })
    }

    async fn probe_client(&self) -> Result<bool, SignInError> {
        Ok(true)
    }
}
