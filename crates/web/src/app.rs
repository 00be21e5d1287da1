//! State that is shared by all handlers.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::ids::PersonId;
use tessera_hub::ports::TokenVerifier;
use tessera_hub::{Hub, Secret};

use crate::b2c::B2c;
use crate::extract::trusted_proxies::TrustedProxies;
use crate::extract::uploads::Uploads;
use crate::hooks::HookFields;
use crate::lifecycle::Lifecycle;
use crate::metrics::Metrics;
use crate::middleware::rate_limit::RateLimit;
use crate::middleware::shared_rate_limit::{CountedAttempt, SharedRateLimit};
use crate::pages::Renderer;

/// Maximum number of service requests, or of returns, that a person may open within 15 minutes, because each causes
/// work for staff.
const OPENED: u32 = 30;
/// Maximum number of forms of a person for a request, or for a return, that are refused within 15 minutes.
const REFUSED: u32 = 90;
/// Maximum number of comments, closings and re-openings of a person within 15 minutes.
const REPLIES: u32 = 60;
/// Maximum number of forms with files of a person within 15 minutes.
const UPLOADS: u32 = 40;

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
    /// Limits the forms of one client that are claimed per minute, in this process.
    pub forms: RateLimit,
    /// Limits the refused requests that are logged per minute, in this process.
    pub refusals: RateLimit,
    /// Whether the process is stopping.
    pub lifecycle: Lifecycle,
    /// Metrics.
    pub metrics: Metrics,
    /// The forms with files that are under way.
    pub uploads: Uploads,
}

/// Configuration of the interfaces.
#[derive(Debug)]
pub struct WebConfig {
    /// The proxies in front of the hub.
    pub proxies: TrustedProxies,
    /// How the service desk's workflows authenticate.
    pub hook_auth: Option<HookAuth>,
    /// Configuration of the endpoints for policies of Azure AD B2C and Entra; `None` disables them.
    pub b2c: Option<B2c>,
    /// The fields of a webhook delivery in which to find each identifier.
    pub hook_fields: HookFields,
    /// The time limit for receiving a request's whole body.
    pub body_within: Duration,
    /// The period in which at least 32 KiB of a form with files have to arrive.
    pub upload_pace: Duration,
    /// Limits of connections.
    pub connections: ConnectionLimits,
    /// Whether browsers shall use TLS for the subdomains of the hub's host name too.
    pub hsts_subdomains: bool,
}

/// Limits of connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// How long a connection may be open without a complete head of a request: the first one, or the next one.
    pub head_within: Duration,
    /// Maximum number of open connections.
    pub in_all: usize,
    /// Maximum number of open connections of one client address. Not applied behind a proxy, to which all belong.
    pub per_client: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { head_within: Duration::from_secs(30), in_all: 4_096, per_client: 256 }
    }
}

/// How the sender of a webhook authenticates: with a secret in a header.
#[derive(Debug, Clone)]
pub struct HookAuth {
    /// The header, for example `Authorization`.
    pub header: String,
    /// The header's value. For `Authorization`, a leading `Bearer ` is accepted too.
    pub secret: Secret,
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
            forms: RateLimit::default(),
            refusals: RateLimit::default(),
            lifecycle: Lifecycle::default(),
            metrics: Metrics::of(&hub),
            uploads: Uploads::default(),
            hub,
        }))
    }

    /// Counts an object that a person opens. `None`: the person has opened too many of this kind within 15 minutes.
    pub(crate) async fn count_opened(&self, what: &str, person: PersonId) -> Option<CountedAttempt<'_>> {
        self.opened.begin(format!("{what} {person}"), OPENED, self.hub.env.now()).await
    }

    /// Counts what a person wanted to open, and what was refused. A refusal opens nothing, so it has a limit of its own:
    /// people correct a form several times.
    pub(crate) async fn count_refused(&self, what: &str, person: PersonId) -> Option<CountedAttempt<'_>> {
        self.opened.begin(format!("refused {what} {person}"), REFUSED, self.hub.env.now()).await
    }

    /// Counts a comment of a person on a request, or that they close or reopen it. `None`: there were too many.
    pub(crate) async fn count_reply(&self, person: PersonId) -> Option<CountedAttempt<'_>> {
        self.opened.begin(format!("replies {person}"), REPLIES, self.hub.env.now()).await
    }

    /// Counts a form with files. `None`: the person has sent too many.
    pub(crate) async fn count_upload(&self, person: PersonId) -> Option<CountedAttempt<'_>> {
        self.opened.begin(format!("uploads {person}"), UPLOADS, self.hub.env.now()).await
    }

    /// Whether customers reach the hub over TLS. If so, cookies are bound to it.
    pub fn is_https(&self) -> bool {
        self.hub.config.public_url.scheme() == "https"
    }
}
