//! A stand-in for an OpenID Connect provider, "Marzipan ID".
//!
//! Code flow with PKCE, local and "social" accounts, sign-up, refresh tokens and sign-out, after OpenID Connect Core 1.0, RFC 6749,
//! RFC 7636, RFC 9068, RFC 9207 and RFC 9700. The issuer may differ from the place of the metadata, as it does at Azure AD B2C.
//!
//! A request is read in `request`, `authorize` decides what it needs, the pages (`sign_in`, `sign_up`, `social`) find out who is there,
//! `response` sends the browser back, `token` exchanges the code, and `mint` writes the tokens. Under `/_sim/` lie accounts, keys, the
//! clock and the ways to spoil a token.

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

/// How a provider is set up. Begin with [`Options::new`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the endpoints are, without a trailing slash.
    pub url: String,
    /// The `iss` of tokens and responses, when it is not `url`.
    pub issuer: Option<String>,
    /// The applications that may ask for a sign-in.
    pub clients: Vec<Client>,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Makes subjects, codes and tokens the same in every run. `None`: unpredictable. RSA keys are never predictable.
    pub seed: Option<u64>,
    /// How slowly it answers.
    pub latency: Option<Latency>,
    /// Where keys, accounts and refresh tokens survive a restart.
    pub data_file: Option<PathBuf>,
    /// The name of the directory, before `.onmicrosoft.com`, when it runs policies as Azure AD B2C does.
    pub tenant: String,
    /// Its custom policies.
    pub policies: Vec<Policy>,
    /// Life of access and ID tokens.
    pub access_token_ttl: SignedDuration,
    /// Life of a refresh token that is not used.
    pub refresh_token_ttl: SignedDuration,
    /// Life of an authorization code (RFC 6749 §4.1.2: at most ten minutes).
    pub code_ttl: SignedDuration,
    /// How long a browser stays signed in.
    pub session_ttl: SignedDuration,
}

impl Options {
    /// The machine's clock, the lifetimes of a B2C tenant, no clients, nothing kept.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            issuer: None,
            clients: Vec::new(),
            clock: Clock::system(),
            seed: None,
            latency: None,
            data_file: None,
            tenant: "marzipan".to_owned(),
            policies: Vec::new(),
            access_token_ttl: SignedDuration::from_mins(60),
            refresh_token_ttl: SignedDuration::from_hours(14 * 24),
            code_ttl: SignedDuration::from_mins(2),
            session_ttl: SignedDuration::from_hours(24),
        }
    }
}

/// Why a provider could not start.
#[derive(Debug, thiserror::Error)]
pub enum IdpError {
    /// No key for its tokens.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No way to call a policy's REST step.
    #[error("no HTTP client for the policies' REST steps")]
    Http(#[from] reqwest::Error),
    /// The data file could not be read.
    #[error("the identity provider's data file could not be read")]
    Data(#[from] std::io::Error),
}

/// The provider. Clones share one state.
#[derive(Debug, Clone)]
pub struct Idp {
    options: Arc<Options>,
    state: Kept<State>,
    random: Arc<Random>,
    faults: Faults,
    http: reqwest::Client,
}

impl Idp {
    /// Makes a provider, or wakes the one in its data file (which needs a Tokio runtime).
    pub fn new(options: Options) -> Result<Self, IdpError> {
        let state = match &options.data_file {
            Some(file) if file.exists() => Kept::open(Some(file.clone()), State::default)?,
            file => {
                let state = State::with_new_key()?;
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

    /// Gives everybody with a password a local account, unless their e-mail has one.
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
                password: Some((password.clone(), self.random.salt())),
            };
            // After a restart they are all there already.
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

    /// Every account, oldest first.
    pub fn accounts(&self) -> Vec<Account> {
        self.state.read().accounts.all().to_vec()
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        self.options.issuer.as_deref().unwrap_or(&self.options.url)
    }

    /// Where its metadata is.
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.options.url)
    }

    /// Writes what the data file does not hold yet.
    pub fn flush(&self) -> std::io::Result<()> {
        self.state.flush()
    }

    /// Its faults.
    pub const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Everything it serves.
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
