//! State that is shared by all handlers.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use tessera_core::kernel::ids::PersonId;
use tessera_hub::Hub;
use tessera_hub::ports::TokenVerifier;

use crate::b2c::B2c;
use crate::extract::limits::MAX_UPLOADS_AT_ONCE;
use crate::health::Metrics;
use crate::hooks::HookFields;
use crate::lifecycle::Lifecycle;
use crate::middleware::shared_rate_limit::{CountedAttempt, SharedRateLimit};
use crate::pages::Renderer;

/// Maximum number of service requests, or of returns, that a person may open within 15 minutes, because each causes
/// work for staff.
const OPENED: u32 = 30;

/// State that is shared by all handlers. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The hub with its journeys.
    pub hub: Hub,
    /// Renders pages and e-mails.
    pub renderer: Arc<Renderer>,
    /// Verifies the bearer tokens of the app API.
    pub verifier: Arc<dyn TokenVerifier>,
    /// Configuration of the interfaces.
    pub config: WebConfig,
    /// Limits failed attempts per minute.
    pub throttle: SharedRateLimit,
    /// Limits failed attempts per 15 minutes, for codes, which are short.
    pub slow_throttle: SharedRateLimit,
    /// Limits the service requests and returns that one person opens.
    pub opened: SharedRateLimit,
    /// Limits the messages of one key per minute.
    pub messages: SharedRateLimit,
    /// Whether the process is stopping.
    pub lifecycle: Lifecycle,
    /// Metrics.
    pub metrics: Metrics,
    /// Limits how many forms with files are read in parallel, because they are held in memory.
    pub uploads: tokio::sync::Semaphore,
}

/// Configuration of the interfaces.
#[derive(Debug)]
pub struct WebConfig {
    /// Whether to use the last address in `X-Forwarded-For` as the client's address. Correct only behind a proxy that
    /// sets it.
    pub trust_forwarded_for: bool,
    /// How the service desk's workflows authenticate.
    pub hook_auth: Option<HookAuth>,
    /// Configuration of the endpoints for policies of Azure AD B2C and Entra; `None` disables them.
    pub b2c: Option<B2c>,
    /// The fields of a webhook delivery in which to find each identifier.
    pub hook_fields: HookFields,
    /// The time limit for receiving a request's whole body.
    pub body_within: Duration,
}

/// How the sender of a webhook authenticates: with a secret in a header.
#[derive(Debug, Clone)]
pub struct HookAuth {
    /// The header, for example `Authorization`.
    pub header: String,
    /// The header's value. For `Authorization`, a leading `Bearer ` is accepted too.
    pub secret: SecretString,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Creates the state.
    pub fn new(hub: Hub, renderer: Arc<Renderer>, verifier: Arc<dyn TokenVerifier>, config: WebConfig) -> Self {
        Self(Arc::new(Parts {
            renderer,
            verifier,
            config,
            throttle: SharedRateLimit::within(SignedDuration::from_mins(1), &hub),
            slow_throttle: SharedRateLimit::within(SignedDuration::from_mins(15), &hub),
            opened: SharedRateLimit::within(SignedDuration::from_mins(15), &hub),
            messages: SharedRateLimit::within(SignedDuration::from_mins(1), &hub),
            lifecycle: Lifecycle::default(),
            metrics: Metrics::default(),
            uploads: tokio::sync::Semaphore::new(MAX_UPLOADS_AT_ONCE),
            hub,
        }))
    }

    /// Counts an object that a person opens. `None`: the person has opened too many of this kind within 15 minutes.
    pub(crate) async fn count_opened(&self, what: &str, person: PersonId) -> Option<CountedAttempt<'_>> {
        self.opened.begin(format!("{what} {person}"), OPENED, self.hub.env.now()).await
    }

    /// Whether customers reach the hub over TLS. If so, cookies are bound to it.
    pub fn is_https(&self) -> bool {
        self.hub.config.public_url.scheme() == "https"
    }
}
