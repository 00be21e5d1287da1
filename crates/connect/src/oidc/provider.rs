//! Sign-in with the authorisation code flow and PKCE (OpenID Connect Core §3.1, RFC 7636, RFC 9207, RFC 9700).

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointNotSet,
    EndpointSet, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse, TokenUrl,
};
use secrecy::ExposeSecret;
use tessera_core::kernel::encoding::without_mark;
use tessera_hub::ports::{
    CallbackParams, Claims, ConnectError, Health, IdentityProvider, Priority, SignInError, SignInPending, SignInStart,
};

use super::config::Config;
use super::discovery::{Discovery, Snapshot};
use super::id_token::{self, ProviderClaims, ProviderIdToken, ProviderIdTokenClaims};
use crate::discipline::{Call, Charge, Client, Environment, SetupError, redact};

type ProviderTokenFields = IdTokenFields<
    ProviderClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type ProviderClient = openidconnect::Client<
    ProviderClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<ProviderTokenFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// An identity provider for sign-in.
#[derive(Debug)]
pub struct Provider {
    config: Config,
    discovery: Discovery,
}

impl Provider {
    /// Creates a provider without calling it, so that the hub can start while it is unavailable.
    pub fn new(config: Config, environment: Environment) -> Result<Self, SetupError> {
        let (url, issuer) = (config.discovery_url.as_ref(), config.metadata_issuer.as_deref());
        let discovery = Discovery::new(&config.name, &config.issuer, url, issuer, config.read_timeout, environment)?;
        Ok(Self { config, discovery })
    }

    /// The configured name.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Label of the sign-in button.
    pub fn display_name(&self) -> &str {
        &self.config.display_name
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Health of the connection.
    pub fn health(&self) -> Health {
        self.discovery.client.health()
    }

    /// Starts a sign-in. `extra` parameters follow the configured ones in the URL: `login_hint`, `ui_locales`…
    pub async fn begin(&self, extra: &[(&str, &str)]) -> Result<SignInStart, SignInError> {
        let snapshot = self.snapshot().await?;
        let client = self.client(&snapshot)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let code = CoreAuthenticationFlow::AuthorizationCode;
        let mut request =
            client.authorize_url(code, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
        for scope in self.config.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for (key, value) in &self.config.extra_authorize_params {
            request = request.add_extra_param(key, value);
        }
        for (key, value) in extra {
            request = request.add_extra_param(*key, *value);
        }
        let (authorize_url, state, nonce) = request.url();
        let pending = SignInPending {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
            issuer: self.config.issuer.clone(),
        };
        Ok(SignInStart { authorize_url, pending })
    }

    /// Finishes a sign-in: checks the callback's parameters, redeems the code and verifies the ID token.
    pub async fn finish(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError> {
        let read_at = self.discovery.client.reading();
        self.check_state(pending, callback)?;
        let snapshot = self.snapshot().await?;
        self.check_sender(&snapshot, pending, callback)?;
        if let Some(error) = &callback.error {
            return Err(self.authorization_error(error, callback.error_description.as_deref()));
        }
        let code = callback.code.as_deref().filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| self.rejected("the callback carries no code"))?;
        let token = self.redeem(&snapshot, code, &pending.pkce_verifier).await?;
        let claims = self.verified(snapshot, &token, &Nonce::new(pending.nonce.clone())).await?;
        id_token::accepted(&self.config, self.discovery.client.now(), &claims, &token, read_at)
            .map_err(|why| self.rejected(why))
    }

    fn check_state(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<(), SignInError> {
        let brought = callback.state.as_deref().unwrap_or_default().as_bytes();
        aws_lc_rs::constant_time::verify_slices_are_equal(brought, pending.state.as_bytes())
            .map_err(|_| self.rejected("the state is not that of the sign-in that was started in this browser"))
    }

    /// Defends against mix-up attacks (RFC 9700 §4.4): the answer must come from the provider that the browser was sent
    /// to.
    fn check_sender(
        &self,
        snapshot: &Snapshot,
        pending: &SignInPending,
        callback: &CallbackParams,
    ) -> Result<(), SignInError> {
        if pending.issuer != self.config.issuer {
            return Err(self.rejected("the sign-in was started at another provider"));
        }
        match callback.iss.as_deref() {
            // RFC 9207 §2.4 compares with the issuer of the metadata, which can differ from that of tokens in B2C.
            Some(iss) if iss == snapshot.metadata.issuer || iss == self.config.issuer => Ok(()),
            Some(_) => Err(self.rejected("the answer comes from another provider")),
            None if snapshot.metadata.authorization_response_iss_parameter_supported => {
                Err(self.rejected("the answer does not say which provider it comes from, though this one always does"))
            }
            None => Ok(()),
        }
    }

    fn authorization_error(&self, error: &str, description: Option<&str>) -> SignInError {
        let provider = self.config.name.clone();
        // Azure AD B2C has its own error code for a cancelled sign-in.
        let cancelled = error == "access_denied" || description.is_some_and(|text| text.starts_with("AADB2C90091"));
        match error {
            _ if cancelled => SignInError::Cancelled { provider },
            "temporarily_unavailable" | "server_error" => SignInError::ProviderUnavailable {
                provider,
                reason: format!("it answered {error}"),
                retry_at: self.discovery.client.now(),
            },
            _ => self.rejected(format!("it answered {}", redact(error))),
        }
    }

    /// Redeems the code for an ID token. There is no retry, because a code is valid once.
    async fn redeem(&self, snapshot: &Snapshot, code: &str, verifier: &str) -> Result<ProviderIdToken, SignInError> {
        let client = self.client(snapshot)?;
        // The closure owns its data. With borrowed data, the compiler could not prove that the future is `Send`.
        let (caller, system) = (self.discovery.client.clone(), self.config.name.clone());
        let http = move |request: openidconnect::HttpRequest| post(caller.clone(), system.clone(), request);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        let response = request.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => unavailable(error, self.discovery.client.now()),
            RequestTokenError::ServerResponse(told) => {
                self.rejected(format!("its token endpoint answered {}", told.error()))
            }
            _ => self.rejected("its token endpoint's answer cannot be read"),
        })?;
        response.id_token().cloned().ok_or_else(|| self.rejected("its token endpoint gave no ID token"))
    }

    /// Fetches metadata and keys, and returns the number of keys.
    pub async fn probe_metadata(&self) -> Result<usize, ConnectError> {
        let snapshot = self.discovery.read_anew().await?;
        Ok(snapshot.keys.get("keys").and_then(serde_json::Value::as_array).map_or(0, Vec::len))
    }

    /// Whether the token endpoint accepts the client. It is called with an invalid code: an unknown client gets a
    /// different error than an invalid code.
    pub async fn probe_client(&self) -> Result<bool, SignInError> {
        let snapshot = self.snapshot().await?;
        let client = self.client(&snapshot)?;
        let (caller, system) = (self.discovery.client.clone(), self.config.name.clone());
        let http = move |request: openidconnect::HttpRequest| post(caller.clone(), system.clone(), request);
        let request = client
            .exchange_code(AuthorizationCode::new("no-such-code".to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new("no-such-verifier-no-such-verifier-no-such-verifier".to_owned()));
        match request.request_async(&http).await {
            Err(RequestTokenError::ServerResponse(told)) => Ok(!matches!(
                told.error(),
                CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient
            )),
            Err(RequestTokenError::Request(error)) => Err(unavailable(error, self.discovery.client.now())),
            Ok(_) | Err(_) => Err(self.rejected("its token endpoint's answer to a wrong code cannot be read")),
        }
    }

    /// The redirect URI.
    pub fn redirect_uri(&self) -> &url::Url {
        &self.config.redirect_uri
    }

    /// Verifies the token. If its key is unknown, the keys are refreshed once.
    async fn verified(
        &self,
        snapshot: Arc<Snapshot>,
        token: &ProviderIdToken,
        nonce: &Nonce,
    ) -> Result<ProviderIdTokenClaims, SignInError> {
        let now = self.discovery.client.now();
        let refusal = match id_token::verify(&self.config, now, &snapshot, token, nonce) {
            Ok(claims) => return Ok(claims),
            Err(refusal) => refusal,
        };
        let newer = if id_token::may_be_rotation(&refusal) { self.newer_than(&snapshot).await? } else { None };
        let again = |newer: Arc<Snapshot>| id_token::verify(&self.config, now, &newer, token, nonce);
        let outcome = newer.map_or(Err(refusal), again);
        outcome.map_err(|refusal| self.rejected(id_token::why(&refusal)))
    }

    fn client(&self, snapshot: &Snapshot) -> Result<ProviderClient, SignInError> {
        let lacking = |part: &str| self.rejected(format!("its metadata lack a usable {part}"));
        let endpoint =
            |url: &Option<url::Url>, part| url.as_ref().map(url::Url::to_string).ok_or_else(|| lacking(part));
        let authorize = endpoint(&snapshot.metadata.authorization_endpoint, "authorization_endpoint")?;
        let token = endpoint(&snapshot.metadata.token_endpoint, "token_endpoint")?;
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|_| lacking("issuer"))?;
        let keys = CoreJsonWebKeySet::new(Vec::new());
        let mut client = openidconnect::Client::new(ClientId::new(self.config.client_id.clone()), issuer, keys)
            .set_auth_uri(AuthUrl::new(authorize).map_err(|_| lacking("authorization_endpoint"))?)
            .set_token_uri(TokenUrl::new(token).map_err(|_| lacking("token_endpoint"))?)
            .set_redirect_uri(RedirectUrl::from_url(self.config.redirect_uri.clone()));
        if let Some(secret) = &self.config.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let methods = &snapshot.metadata.token_endpoint_auth_methods_supported;
        let supports = |method: &str| methods.iter().any(|supported| supported == method);
        if supports("client_secret_post") && !supports("client_secret_basic") {
            client = client.set_auth_type(AuthType::RequestBody);
        }
        Ok(client)
    }

    async fn snapshot(&self) -> Result<Arc<Snapshot>, SignInError> {
        self.discovery.snapshot().await.map_err(|error| unavailable(error, self.discovery.client.now()))
    }

    async fn newer_than(&self, seen: &Arc<Snapshot>) -> Result<Option<Arc<Snapshot>>, SignInError> {
        self.discovery.newer_than(seen).await.map_err(|error| unavailable(error, self.discovery.client.now()))
    }

    fn rejected(&self, why: impl Into<String>) -> SignInError {
        SignInError::Rejected { provider: self.config.name.clone(), why: why.into() }
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn name(&self) -> &str {
        self.name()
    }

    fn display_name(&self) -> &str {
        self.display_name()
    }

    fn issuer(&self) -> &str {
        self.issuer()
    }

    fn redirect_uri(&self) -> &url::Url {
        self.redirect_uri()
    }

    fn health(&self) -> Health {
        self.health()
    }

    async fn begin(&self, extra: &[(&str, &str)]) -> Result<SignInStart, SignInError> {
        self.begin(extra).await
    }

    async fn finish(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError> {
        self.finish(pending, callback).await
    }

    async fn probe_metadata(&self) -> Result<usize, ConnectError> {
        self.probe_metadata().await
    }

    async fn probe_client(&self) -> Result<bool, SignInError> {
        self.probe_client().await
    }
}

/// Converts a failed call to a sign-in error.
fn unavailable(error: ConnectError, now: Timestamp) -> SignInError {
    let provider = error.system().to_owned();
    match error {
        ConnectError::Unavailable { reason, retry_at, .. } => {
            SignInError::ProviderUnavailable { provider, reason, retry_at }
        }
        ConnectError::Throttled { until, .. } => SignInError::ProviderUnavailable {
            provider,
            reason: "it allows no more calls for the moment".to_owned(),
            retry_at: until,
        },
        // A user cannot do anything about an invalid answer of the provider; the operator sees it in the health report.
        other => SignInError::ProviderUnavailable { provider, reason: other.to_string(), retry_at: now },
    }
}

/// Sends a request of the OpenID Connect library through the shared client.
async fn post(
    client: Client,
    system: String,
    request: openidconnect::HttpRequest,
) -> Result<openidconnect::HttpResponse, ConnectError> {
    let (parts, body) = request.into_parts();
    let wrong = |found: String| ConnectError::Unexpected {
        system: system.clone(),
        object: "the token endpoint".to_owned(),
        found,
    };
    let url = parts.uri.to_string().parse().map_err(|_| wrong("a token endpoint that is no URL".to_owned()))?;
    let call = Call {
        method: parts.method,
        url,
        template: "/token",
        object: "the person who signs in".to_owned(),
        priority: Priority::Interactive,
        charge: Charge::ONE,
        repeatable: false,
        headers: parts.headers,
        body,
    };
    let answer = client.exchange(&call).await?;
    let mut response = openidconnect::HttpResponse::new(without_mark(&answer.body).to_vec());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}
