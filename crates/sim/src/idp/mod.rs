//! A stand-in for an OpenID Connect provider, "Marzipan ID".
//!
//! Code flow with PKCE, local and "social" accounts, sign-up, refresh tokens and sign-out, according to OpenID Connect
//! Core 1.0, RFC 6749, RFC 7636, RFC 9068, RFC 9207 and RFC 9700. The issuer can differ from the URL of the metadata,
//! as in Azure AD B2C.
//!
//! `request` parses a request, `authorize` decides about the next step, the pages (`sign_in`, `sign_up`, `social`)
//! authenticate the person, `response` redirects the browser, `token` exchanges the code, and `mint` issues the tokens.
//! Accounts, keys, the clock and token corruption are controlled under `/_sim/`.

mod accounts;
mod authorize;
mod clients;
mod control;
mod corrupt;
mod grants;
mod home;
mod keys;
mod logout;
mod metadata;
mod mint;
mod pages;
mod params;
mod policy;
mod random;
mod request;
mod response;
mod same_origin;
mod session;
mod sign_in;
mod sign_up;
mod social;
mod state;
mod token;
mod userinfo;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};

pub use accounts::Account;
pub use clients::Client;
pub use corrupt::{Corruption, Rule, Target};
pub use keys::KeyError;
pub use policy::{Failure, Policy, RestStep};

use crate::clock::Clock;
use crate::faults::{Faults, Latency};
use crate::persist::Kept;
use crate::world::World;
use accounts::NewAccount;
use random::Random;
use state::State;

/// The provider's name on its pages.
const NAME: &str = "Marzipan ID";

/// Configuration of the provider. Start with [`Options::new`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Base URL of the endpoints, without a trailing slash.
    pub url: String,
    /// The `iss` of tokens and responses, if it differs from `url`.
    pub issuer: Option<String>,
    /// Registered applications.
    pub clients: Vec<Client>,
    /// Clock.
    pub clock: Clock,
    /// Seed that makes subjects, codes and tokens reproducible. `None`: unpredictable. RSA keys are not reproducible.
    pub seed: Option<u64>,
    /// Delay of every request.
    pub latency: Option<Latency>,
    /// File for keys, accounts and refresh tokens. `None`: in memory only.
    pub data_file: Option<PathBuf>,
    /// File with the first signing key, which is made if it does not exist. `None`: a new key at every start. Making one takes as long as
    /// many a test.
    pub key_file: Option<PathBuf>,
    /// Name of the directory, before `.onmicrosoft.com`, for policies as in Azure AD B2C.
    pub tenant: String,
    /// Custom policies.
    pub policies: Vec<Policy>,
    /// Lifetime of access and ID tokens.
    pub access_token_ttl: SignedDuration,
    /// Lifetime of an unused refresh token.
    pub refresh_token_ttl: SignedDuration,
    /// Lifetime of an authorization code (RFC 6749 §4.1.2: at most ten minutes).
    pub code_ttl: SignedDuration,
    /// Lifetime of a browser session.
    pub session_ttl: SignedDuration,
}

impl Options {
    /// The system clock, the lifetimes of a B2C tenant, no clients and no data file.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            issuer: None,
            clients: Vec::new(),
            clock: Clock::system(),
            seed: None,
            latency: None,
            data_file: None,
            key_file: None,
            tenant: "marzipan".to_owned(),
            policies: Vec::new(),
            access_token_ttl: SignedDuration::from_mins(60),
            refresh_token_ttl: SignedDuration::from_hours(14 * 24),
            code_ttl: SignedDuration::from_mins(2),
            session_ttl: SignedDuration::from_hours(24),
        }
    }
}

/// Startup error of a provider.
#[derive(Debug, thiserror::Error)]
pub enum IdpError {
    /// The signing key could not be generated or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The HTTP client for REST steps could not be created.
    #[error("no HTTP client for the policies' REST steps")]
    Http(#[from] reqwest::Error),
    /// The data file could not be read.
    #[error("the identity provider's data file could not be read")]
    Data(#[from] std::io::Error),
}

/// The provider. Clones share the state.
#[derive(Debug, Clone)]
pub struct Idp {
    options: Arc<Options>,
    state: Kept<State>,
    random: Arc<Random>,
    faults: Faults,
    http: reqwest::Client,
}

impl Idp {
    /// Creates a provider, with the state in the data file if there is one. A data file requires a Tokio runtime.
    pub fn new(options: Options) -> Result<Self, IdpError> {
        let state = match &options.data_file {
            Some(file) if file.exists() => Kept::open(Some(file.clone()), State::default)?,
            file => {
                let state = State::with_key(options.key_file.as_deref())?;
                Kept::open(file.clone(), move || state)?
            }
        };
        state.change(|state| state.clients.clone_from(&options.clients));
        let random = Arc::new(Random::new(options.seed));
        let faults = Faults::new(options.seed.unwrap_or_default())
            .with_latency(options.latency)
            .with_clock(options.clock.clone());
        Ok(Self { options: Arc::new(options), state, random, faults, http: policy::client()? })
    }

    /// Creates a local account for each person with a password, unless their e-mail address has one.
    #[must_use]
    pub fn load(self, world: &World) -> Self {
        for person in &world.people {
            let (Some(email), Some(password)) = (&person.email, &person.password) else { continue };
            let new = NewAccount {
                sub: self.random.guid(),
                email: email.clone(),
                email_verified: true,
                name: format!("{} {}", person.first_name, person.last_name),
                idp: None,
                claims: serde_json::Map::new(),
                password: Some((password.clone(), self.random.salt())),
            };
            // After a restart, all accounts exist already.
            let _known = self.state.change(|state| state.accounts.add(new, self.now()));
        }
        self
    }

    /// Registers an application, or replaces the one with the same id.
    pub fn register(&self, client: Client) {
        self.state.change(|state| {
            state.clients.retain(|known| known.client_id != client.client_id);
            state.clients.push(client);
        });
    }

    /// All accounts, oldest first.
    pub fn accounts(&self) -> Vec<Account> {
        self.state.read().accounts.all().to_vec()
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        self.options.issuer.as_deref().unwrap_or(&self.options.url)
    }

    /// URL of the metadata.
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.options.url)
    }

    /// Writes the state to the data file.
    pub fn flush(&self) -> std::io::Result<()> {
        self.state.flush()
    }

    /// The faults of this stand-in.
    pub const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The router: endpoints, pages and `/_sim/`.
    pub fn router(&self) -> Router {
        let pages = Router::new()
            .route("/", get(home::show))
            .route("/account/verify", post(home::verify))
            .route("/account/sign-out", post(home::sign_out))
            .route("/sign-in", get(sign_in::show).post(sign_in::submit))
            .route("/choose", get(sign_in::show_chooser).post(sign_in::choose))
            .route("/sign-up", get(sign_up::show).post(sign_up::submit))
            .route("/verify", get(sign_up::show_verification).post(sign_up::verify))
            .route("/verify/skip", post(sign_up::skip_verification))
            .route("/social/{brand}", get(social::show).post(social::submit))
            .route("/cancel", get(sign_in::cancel))
            .route("/end_session/confirm", post(logout::confirm))
            .layer(middleware::from_fn(same_origin::guard));
        let endpoints = Router::new()
            .route("/.well-known/openid-configuration", get(metadata::discovery))
            .route("/jwks", get(metadata::jwks))
            .route("/authorize", get(authorize::authorize).post(authorize::authorize))
            .route("/token", post(token::exchange))
            .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
            .route("/end_session", get(logout::end_session).post(logout::end_session));
        self.faults
            .wrap(pages.merge(endpoints).merge(policy::routes()).merge(control::routes()).with_state(self.clone()))
    }

    fn now(&self) -> Timestamp {
        self.options.clock.now()
    }
}
