//! What every handler can reach.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tessera_core::kernel::ids::PersonId;
use tessera_hub::Hub;
use tessera_hub::ports::TokenVerifier;

use crate::b2c::B2c;
use crate::extract::limits::MAX_UPLOADS_AT_ONCE;
use crate::health::Metrics;
use crate::hooks::HookFields;
use crate::lifecycle::Lifecycle;
use crate::middleware::rate_limit::RateLimit;
use crate::pages::Renderer;

/// The most requests, or returns, that a person opens within a quarter of an hour: each is work for others.
const OPENED: u32 = 30;

/// What every handler can reach. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The journeys.
    pub hub: Hub,
    /// Pages and mails.
    pub renderer: Arc<Renderer>,
    /// Checks the app API's bearer tokens.
    pub verifier: Arc<dyn TokenVerifier>,
    /// What the operator decided about the faces.
    pub config: WebConfig,
    /// Slows down who guesses.
    pub throttle: RateLimit,
    /// Slows down who guesses codes, which are short: by the quarter of an hour.
    pub slow_throttle: RateLimit,
    /// Whether the process is on its way to the end.
    pub lifecycle: Lifecycle,
    /// Counts.
    pub metrics: Metrics,
    /// Forms with files are read a few at once: they are held in memory.
    pub uploads: tokio::sync::Semaphore,
}

/// What the operator decided about the faces.
#[derive(Debug)]
pub struct WebConfig {
    /// The client's address is the last one in `X-Forwarded-For`: only right behind a proxy that sets it.
    pub trust_forwarded_for: bool,
    /// How the service desk's workflows prove who they are.
    pub hook_auth: Option<HookAuth>,
    /// How policies of Azure AD B2C and Entra are served; none: not at all.
    pub b2c: Option<B2c>,
    /// Which fields of a delivery name what.
    pub hook_fields: HookFields,
    /// How long a request's body may take to arrive, whole.
    pub body_within: Duration,
}

/// How a webhook's sender proves who it is: a header that must carry a secret.
#[derive(Debug, Clone)]
pub struct HookAuth {
    /// The header, `Authorization` for example.
    pub header: String,
    /// Its value. For `Authorization`, a leading `Bearer ` is accepted too.
    pub secret: SecretString,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// An app of these parts.
    pub fn new(hub: Hub, renderer: Arc<Renderer>, verifier: Arc<dyn TokenVerifier>, config: WebConfig) -> Self {
        Self(Arc::new(Parts {
            hub,
            renderer,
            verifier,
            config,
            throttle: RateLimit::default(),
            slow_throttle: RateLimit::within(jiff::SignedDuration::from_mins(15)),
            lifecycle: Lifecycle::default(),
            metrics: Metrics::default(),
            uploads: tokio::sync::Semaphore::new(MAX_UPLOADS_AT_ONCE),
        }))
    }

    /// Whether somebody has opened so many of something within a quarter of an hour that no more are taken; else it is counted.
    pub(crate) fn is_too_many(&self, what: &str, person: PersonId) -> bool {
        let (key, now) = (format!("{what} {person}"), self.hub.env.now());
        let blocked = self.slow_throttle.is_blocked(&key, OPENED, now);
        if !blocked {
            self.slow_throttle.failed(&key, now);
        }
        blocked
    }

    /// Whether customers reach the hub over TLS; then cookies are bound to it.
    pub fn is_https(&self) -> bool {
        self.hub.config.public_url.scheme() == "https"
    }
}
