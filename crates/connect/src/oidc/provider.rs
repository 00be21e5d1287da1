//! Sign-in with the authorisation code flow and PKCE (OpenID Connect Core §3.1, RFC 7636, RFC 9207, RFC 9700).

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, TokenUrl,
};
use secrecy::ExposeSecret;
use serde_json::Value;
use tessera_core::kernel::encoding::without_mark;
use tessera_core::staff::{Groups, Strength};
use tessera_hub::ports::{
    CallbackParams, Claims, ConnectError, Health, IdentityProvider, Priority, ProviderProbe, ProviderSignOut,
    SignInError, SignInPending, SignInStart,
};
use url::Url;

use super::claims::{self, seconds, subject};
use super::config::Config;
use super::discovery::{Discovery, Snapshot};
use super::id_token::{self, IdTokenError};
use super::sign_out;
use super::token_answer::TokenAnswer;
use super::userinfo::{self, UserinfoError};
use crate::discipline::{Call, Charge, Client, Environment, SetupError, redact};
use crate::lenient_json::text;

type ProviderClient = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// An identity provider for sign-in.
#[derive(Debug)]
pub struct Provider {
    config: Config,
    discovery: Discovery,
    /// Why the last token was not accepted, until one is.
    refusal: Mutex<Option<String>>,
}

impl Provider {
    /// Creates a provider without calling it, so that the hub can start while it is unavailable.
    pub fn new(config: Config, environment: Environment) -> Result<Self, SetupError> {
        let (url, issuer) = (config.discovery_url.as_ref(), config.metadata_issuer.as_deref());
        let discovery = Discovery::new(&config.name, &config.issuer, url, issuer, config.read_timeout, environment)?;
        Ok(Self { config, discovery, refusal: Mutex::default() })
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

    /// Starts a sign-in. `extra` parameters (`prompt`, `login_hint`…) replace configured ones of the same name.
    pub async fn begin(&self, extra: &[(&str, &str)]) -> Result<SignInStart, SignInError> {
        let snapshot = self.snapshot().await?;
        let client = self.client(&snapshot)?;
        let configured = self.config.extra_authorize_params.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let replaced = |key: &str| extra.iter().any(|(name, _)| *name == key);
        let parameters: Vec<_> = configured.filter(|(key, _)| !replaced(key)).chain(extra.iter().copied()).collect();
        Ok(self.start(&client, &parameters))
    }

    /// Starts a reset of the password in its own policy, if one is configured (Azure AD B2C). The code that it ends with
    /// signs nobody in.
    pub async fn begin_password_reset(&self) -> Result<Option<SignInStart>, SignInError> {
        let Some(policy) = &self.config.password_reset_policy else { return Ok(None) };
        let snapshot = self.snapshot().await?;
        let client = self.client(&snapshot)?;
        let configured = self.config.extra_authorize_params.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        // These are about the sign-in's policy.
        let parameters: Vec<_> = configured.filter(|(key, _)| !matches!(*key, "p" | "prompt" | "max_age")).collect();
        let endpoint = at_policy(client.auth_uri().url(), policy);
        let client = client.set_auth_uri(AuthUrl::from_url(endpoint));
        Ok(Some(self.start(&client, &parameters)))
    }

    fn start(&self, client: &ProviderClient, parameters: &[(&str, &str)]) -> SignInStart {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let mut request = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge);
        request = request.add_scope(Scope::new("openid".to_owned()));
        for scope in self.config.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        request = request.add_extra_param("nonce", nonce.secret());
        for (key, value) in parameters {
            request = request.add_extra_param(*key, *value);
        }
        let (authorize_url, state) = request.url();
        let pending = SignInPending {
            state: state.into_secret(),
            nonce: nonce.into_secret(),
            pkce_verifier: verifier.into_secret(),
            issuer: self.config.issuer.clone(),
            authenticated_after: None,
        };
        SignInStart { authorize_url, pending }
    }

    /// Finishes a sign-in: checks the callback's parameters, redeems the code, verifies the ID token, and asks the
    /// userinfo endpoint for what the token lacks.
    pub async fn finish(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError> {
        let read_at = self.discovery.client.reading();
        self.check_state(pending, callback)?;
        let snapshot = self.snapshot().await?;
        self.check_sender(&snapshot, pending, callback)?;
        if let Some(error) = &callback.error {
            return Err(self.authorization_error(error, callback.error_description.as_deref().unwrap_or_default()));
        }
        let code = callback.code.as_deref().filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| self.rejected("the callback carries no code"))?;
        let answer = self.redeem(&snapshot, code, &pending.pkce_verifier).await?;
        let claims = self.claims(snapshot, &answer, pending, read_at).await;
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        match &claims {
            Ok(_) => *refusal = None,
            Err(SignInError::Rejected { why, .. }) => *refusal = Some(why.clone()),
            Err(_) => {}
        }
        drop(refusal);
        claims
    }

    /// What the tokens say of the user.
    async fn claims(
        &self,
        snapshot: Arc<Snapshot>,
        answer: &TokenAnswer,
        pending: &SignInPending,
        read_at: Timestamp,
    ) -> Result<Claims, SignInError> {
        let token = answer.id_token().ok_or_else(|| self.rejected("its token endpoint gave no ID token"))?;
        let (id_claims, snapshot) = self.verified(snapshot, token, pending).await?;
        let subject =
            subject(&id_claims, &self.config.subject_claim).map_err(|error| self.rejected(error.to_string()))?;
        let more = self.userinfo(&snapshot, &id_claims, answer.bearer_token()).await?.unwrap_or_default();
        let (email, email_verified) = match claims::address(&id_claims) {
            (None, _) => claims::address(&more),
            address => address,
        };
        let groups = self.config.groups_claim.as_deref().map_or(Groups::NotSent, |claim| {
            match claims::groups(&id_claims, claim) {
                Groups::NotSent => claims::groups(&more, claim),
                groups => groups,
            }
        });
        Ok(Claims {
            groups,
            strength: Strength { class: text(&id_claims, "acr"), methods: claims::one_or_many(&id_claims, "amr") },
            issuer: self.config.issuer.clone(),
            subject,
            email,
            email_verified,
            name: claims::name(&id_claims).or_else(|| claims::name(&more)),
            idp: text(&id_claims, "idp"),
            authenticated_at: seconds(&id_claims, "auth_time"),
            session: text(&id_claims, "sid"),
            id_token: token.to_owned(),
            read_at,
        })
    }

    /// The claims at the userinfo endpoint, if the ID token lacks some.
    async fn userinfo(
        &self,
        snapshot: &Snapshot,
        claims: &Value,
        access_token: Option<&str>,
    ) -> Result<Option<Value>, SignInError> {
        let Some(access_token) = access_token.filter(|_| userinfo::is_wanted(&self.config, claims)) else {
            return Ok(None);
        };
        let client = &self.discovery.client;
        let asked = userinfo::ask(client, &self.config, snapshot, access_token, &claims["sub"]).await;
        asked.map_err(|error| match error {
            UserinfoError::Unavailable(error) => unavailable(error, client.now()),
            UserinfoError::Invalid(why) => self.rejected(why),
        })
    }

    /// Reads a notice that a session ended at the provider, which sends it to the hub itself.
    pub async fn read_sign_out(&self, token: &str) -> Result<ProviderSignOut, SignInError> {
        let now = self.discovery.client.now();
        let verify = |snapshot: &Snapshot| sign_out::verify(&self.config, now, snapshot, token);
        let (claims, _) = self.with_keys(self.snapshot().await?, verify).await?;
        sign_out::read(&self.config, &claims).map_err(|why| self.rejected(why.to_string()))
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

    /// Azure AD B2C reports what the user did by its own codes, in the description.
    fn authorization_error(&self, error: &str, description: &str) -> SignInError {
        let provider = self.config.name.clone();
        let says = |code: &str| description.trim_start().starts_with(code);
        match error {
            _ if says("AADB2C90118") => SignInError::PasswordForgotten { provider },
            _ if says("AADB2C90091") => SignInError::Cancelled { provider },
            "access_denied" => SignInError::Cancelled { provider },
            "temporarily_unavailable" | "server_error" => SignInError::ProviderUnavailable {
                provider,
                reason: format!("it answered {error}"),
                retry_at: self.discovery.client.now(),
            },
            _ => self.rejected(format!("it answered {}", redact(error))),
        }
    }

    /// Redeems the code. There is no retry, because a code is valid once.
    async fn redeem(&self, snapshot: &Snapshot, code: &str, verifier: &str) -> Result<TokenAnswer, SignInError> {
        let client = self.client(snapshot)?;
        // The closure owns its data. With borrowed data, the compiler could not prove that the future is `Send`.
        let (caller, system) = (self.discovery.client.clone(), self.config.name.clone());
        let http = move |request: oauth2::HttpRequest| post(caller.clone(), system.clone(), request);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        request.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => unavailable(error, self.discovery.client.now()),
            RequestTokenError::ServerResponse(answer) => {
                self.rejected(format!("its token endpoint answered {}", answer.error()))
            }
            _ => self.rejected("its token endpoint's answer cannot be read"),
        })
    }

    /// Fetches metadata and keys, and returns what they say.
    pub async fn probe_metadata(&self) -> Result<ProviderProbe, ConnectError> {
        let snapshot = self.discovery.read_anew().await?;
        let Config { subject_claim, .. } = &self.config;
        let supported = &snapshot.metadata.claims_supported;
        let says = |claim: &str| supported.is_empty() || supported.iter().any(|known| known == claim);
        Ok(ProviderProbe {
            keys: snapshot.keys.get("keys").and_then(Value::as_array).map_or(0, Vec::len),
            issuer: snapshot.metadata.issuer.clone(),
            signs_with: snapshot.metadata.id_token_signing_alg_values_supported.clone(),
            accepted_algorithms: self.config.signing_algorithms.names(),
            missing_subject: (!says(subject_claim)).then(|| subject_claim.clone()),
            other_subjects: claims::other_subjects(supported, subject_claim),
            tells_auth_time: says("auth_time"),
        })
    }

    /// Whether the token endpoint accepts the client. It is called with an invalid code: an unknown client gets a
    /// different error than an invalid code.
    pub async fn probe_client(&self) -> Result<bool, SignInError> {
        let snapshot = self.snapshot().await?;
        let client = self.client(&snapshot)?;
        let (caller, system) = (self.discovery.client.clone(), self.config.name.clone());
        let http = move |request: oauth2::HttpRequest| post(caller.clone(), system.clone(), request);
        let request = client
            .exchange_code(AuthorizationCode::new("no-such-code".to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new("no-such-verifier-no-such-verifier-no-such-verifier".to_owned()));
        match request.request_async(&http).await {
            Err(RequestTokenError::ServerResponse(answer)) => Ok(!matches!(
                answer.error(),
                BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient
            )),
            Err(RequestTokenError::Request(error)) => Err(unavailable(error, self.discovery.client.now())),
            Ok(_) | Err(_) => Err(self.rejected("its token endpoint's answer to a wrong code cannot be read")),
        }
    }

    /// The redirect URI.
    pub fn redirect_uri(&self) -> &Url {
        &self.config.redirect_uri
    }

    async fn verified(
        &self,
        snapshot: Arc<Snapshot>,
        token: &str,
        pending: &SignInPending,
    ) -> Result<(Value, Arc<Snapshot>), SignInError> {
        let now = self.discovery.client.now();
        self.with_keys(snapshot, |snapshot| id_token::verify(&self.config, now, snapshot, token, pending)).await
    }

    /// Verifies a token. If its key is unknown, the keys are refreshed once. Returns the claims, and the keys that fitted.
    async fn with_keys(
        &self,
        snapshot: Arc<Snapshot>,
        verify: impl Fn(&Snapshot) -> Result<Value, IdTokenError> + Send + Sync,
    ) -> Result<(Value, Arc<Snapshot>), SignInError> {
        let refusal = match verify(&snapshot) {
            Ok(claims) => return Ok((claims, snapshot)),
            Err(refusal) => refusal,
        };
        let newer = if refusal == IdTokenError::Signature { self.newer_than(&snapshot).await? } else { None };
        let outcome = newer.map_or(Err(refusal), |newer| verify(&newer).map(|claims| (claims, newer)));
        outcome.map_err(|refusal| self.rejected(refusal.to_string()))
    }

    fn client(&self, snapshot: &Snapshot) -> Result<ProviderClient, SignInError> {
        let lacking = |part: &str| self.rejected(format!("its metadata lack a usable {part}"));
        let endpoint = |url: &Option<Url>, part| url.clone().ok_or_else(|| lacking(part));
        let authorize = endpoint(&snapshot.metadata.authorization_endpoint, "authorization_endpoint")?;
        let token = endpoint(&snapshot.metadata.token_endpoint, "token_endpoint")?;
        let mut client = oauth2::Client::new(ClientId::new(self.config.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(authorize))
            .set_token_uri(TokenUrl::from_url(token))
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

    fn redirect_uri(&self) -> &Url {
        self.redirect_uri()
    }

    fn health(&self) -> Health {
        self.health()
    }

    async fn begin(&self, extra: &[(&str, &str)]) -> Result<SignInStart, SignInError> {
        self.begin(extra).await
    }

    async fn begin_password_reset(&self) -> Result<Option<SignInStart>, SignInError> {
        self.begin_password_reset().await
    }

    async fn finish(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError> {
        self.finish(pending, callback).await
    }

    async fn read_sign_out(&self, token: &str) -> Result<ProviderSignOut, SignInError> {
        self.read_sign_out(token).await
    }

    fn last_refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn probe_metadata(&self) -> Result<ProviderProbe, ConnectError> {
        self.probe_metadata().await
    }

    async fn probe_client(&self) -> Result<bool, SignInError> {
        self.probe_client().await
    }
}

/// The address of another policy than that of `endpoint`. Azure AD B2C names the policy in the path, before `oauth2`, or in
/// the parameter `p`.
fn at_policy(endpoint: &Url, policy: &str) -> Url {
    let mut url = endpoint.clone();
    let mut path: Vec<String> = url.path_segments().into_iter().flatten().map(ToOwned::to_owned).collect();
    let before = path.iter().position(|part| part == "oauth2").and_then(|at| at.checked_sub(1));
    let named = before.and_then(|at| path.get_mut(at)).filter(|part| part.to_ascii_lowercase().starts_with("b2c_1"));
    if let Some(named) = named {
        policy.clone_into(named);
        url.set_path(&path.join("/"));
        return url;
    }
    let others: Vec<_> = url.query_pairs().into_owned().filter(|(key, _)| key != "p").collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("p", policy);
    url
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
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, ConnectError> {
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
    let mut response = oauth2::HttpResponse::new(without_mark(&answer.body).to_vec());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}
