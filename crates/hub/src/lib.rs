//! The journeys: the steps of an invitation, an activation, a refresh, a query for devices, and so on.
//!
//! Each journey reads the data it needs, lets the core make a plan, and has the store apply it. After a version
//! conflict it plans again.

pub(crate) mod access;
pub(crate) mod activation;
pub mod audit;
mod clock_watch;
mod commit;
mod commit_conflicts;
mod company_sign_in;
mod config;
mod credentials;
pub(crate) mod devices;
pub mod doctor;
mod effects;
mod emails;
mod env;
mod error;
mod explain;
mod form_posts;
mod forum;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod invitations;
mod invoices;
pub mod jobs;
mod mail_caps;
pub mod marketplace;
mod marketplace_platform;
mod messages;
mod metrics;
pub(crate) mod news;
mod outage_log;
mod persons;
pub mod ports;
mod presented_secret;
pub mod queries;
mod readiness;
mod returns;
mod secret;
mod secret_keys;
mod service_requests;
mod shared_limits;
mod staff;
mod storefront;
pub(crate) mod sync;
mod systems;
pub(crate) mod tables;
mod work_orders;

use std::sync::Arc;

use tessera_core::kernel::clock_watch::ClockWatch;
use tessera_store::technical::Technical;
use tessera_store::{Reads, Store};
use tokio::sync::Mutex;
use webauthn_rs::Webauthn;

use crate::ports::{Crm, IdentityProvider, MailTransport, Reach, ServiceDesk, ServiceManagers};

pub use access::portal_access::{AccessAnswer, Entry, PortalsOfPerson, WorkEntry};
pub use access::seats::{Counting, SeatRule, SeatRules};
pub use activation::activate::{ActivationView, Claimed, Opened};
pub use activation::b2c::{CustomerClaims, LinkStatus};
pub use commit::{Ctx, IdempotencyKey};
use commit_conflicts::RetryLine;
pub use company_sign_in::{CompanyEntry, CompanySignIn};
pub use config::{Brand, Config, Locale, Sweeps};
pub use credentials::provider_sign_in::{BeginError, CallbackError, Purpose, SignedIn};
pub use credentials::{
    Approving, Asked, KnownPerson, MfaOutcome, Offered, Opening, PortalSession, RECENT, SessionLine, SignInOutcome,
    SignOutNotice, Signed, Visit,
};
pub use devices::device_writes::{DeviceDraft, Expected, MAX_VALUE_LENGTH as MAX_DEVICE_VALUE_LENGTH};
pub use emails::{EmailRenderer, EmailSample, RenderedEmail, samples as email_samples};
pub use env::{Env, ManualTimer, PasswordCost, Randomness, Timer};
pub use error::HubError;
pub use explain::{DevicesAnswer, Found, Named, Subject, WhyAnswer};
pub use form_posts::FormClaim;
pub use forum::{Moderating, PostAct, TopicAct};
pub use invitations::Invited;
pub use invoices::Invoices;
pub use marketplace_platform::{
    FieldWithValues, NotificationPreview, PreviewedRefresh, Refreshed, ServiceManagerSecrets, account_hash,
};
pub use metrics::{Counted, Ended, JobRun, SignInEnded};
pub use presented_secret::{Secret, WeakSecretError};
pub use returns::{OrderedLine, ReturnOrder, Returnable, Returns, Sight};
pub use secret::{SameKeyError, SecretKey, UnsealError, hash, random_token};
pub use secret_keys::{KeyStatus, Reencrypted, UnreadableSecret};
pub use service_requests::{NewServiceRequest, NewServiceRequestError, RequestKind, RequesterTickets, Requests};
pub use shared_limits::SharedCalls;
pub use staff::{StaffMember, StaffPerson, StaffSession, StaffSignInOutcome};
pub use storefront::{Checkout, DueDetails, KnownBuyer, Storefront};
pub use sync::review::ReviewView;
pub use sync::sweep::{Chosen, SweepOrder};
pub use systems::{OutsideSystem, Role};
pub use tessera_core::kernel::retention::Retention;
pub use tessera_store::{Cause, StoreError};
pub use work_orders::{NewWorkOrder, WorkAction, WorkSight};

/// Entry point to all journeys and queries. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    store: Store,
    retry_line: RetryLine,
    examinations: doctor::Examinations,
    last_probe: readiness::LastProbe,
    one_off: jobs::OneOff,
    passkeys: Option<Webauthn>,
    clock_watch: Mutex<ClockWatch>,
    sent_effects: effects::SentEffects,
    outage_log: outage_log::OutageLog,
    given_up_jobs: jobs::GivenUpJobs,
    counted: Counted,
}

/// The parts of a hub, apart from the store. They are accessible through the hub. Rows are read through
/// [`Hub::queries`] and changed through a journey.
#[derive(Debug)]
pub struct Parts {
    /// The operator's configuration.
    pub config: Config,
    /// The service desk.
    pub desk: Arc<dyn ServiceDesk>,
    /// The CRM.
    pub crm: Arc<dyn Crm>,
    /// The identity providers, in order of preference.
    pub providers: Vec<Arc<dyn IdentityProvider>>,
    /// The source of invoices, if any.
    pub invoices: Option<Invoices>,
    /// The mail transport.
    pub mailer: Arc<dyn MailTransport>,
    /// Calls the vendors of the marketplace that the operator runs.
    pub service_managers: Arc<dyn ServiceManagers>,
    /// Checks whether the hub's public address answers.
    pub reach: Arc<dyn Reach>,
    /// Renders the e-mails.
    pub emails: Arc<dyn EmailRenderer>,
    /// Time and random ids.
    pub env: Env,
}

impl std::ops::Deref for Hub {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl Hub {
    /// Creates a hub from a store and its parts.
    pub fn new(store: Store, parts: Parts) -> Self {
        let examinations = doctor::Examinations::default();
        let passkeys = credentials::relying_party(&parts.config.public_url, &parts.config.brand.name);
        Self(Arc::new(Inner {
            parts,
            store,
            retry_line: RetryLine::default(),
            examinations,
            last_probe: readiness::LastProbe::default(),
            one_off: jobs::OneOff::default(),
            passkeys,
            clock_watch: Mutex::default(),
            sent_effects: effects::SentEffects::default(),
            outage_log: outage_log::OutageLog::default(),
            given_up_jobs: jobs::GivenUpJobs::default(),
            counted: Counted::new(),
        }))
    }

    /// The store, for writes. Only `commit` applies plans.
    fn store(&self) -> &Store {
        &self.0.store
    }

    /// The store, read-only.
    fn reads(&self) -> &Reads {
        self.0.store.reads()
    }

    /// Technical writes, which need no plan.
    fn technical(&self) -> Technical<'_> {
        self.0.store.technical()
    }

    fn retry_line(&self) -> &RetryLine {
        &self.0.retry_line
    }

    fn examinations(&self) -> &doctor::Examinations {
        &self.0.examinations
    }

    fn clock_watch(&self) -> &Mutex<ClockWatch> {
        &self.0.clock_watch
    }

    fn sent_effects(&self) -> &effects::SentEffects {
        &self.0.sent_effects
    }

    fn outage_log(&self) -> &outage_log::OutageLog {
        &self.0.outage_log
    }

    fn given_up_jobs(&self) -> &jobs::GivenUpJobs {
        &self.0.given_up_jobs
    }

    /// What this process counts of its own work.
    pub fn counted(&self) -> &Counted {
        &self.0.counted
    }

    fn last_probe(&self) -> &readiness::LastProbe {
        &self.0.last_probe
    }

    fn one_off(&self) -> &jobs::OneOff {
        &self.0.one_off
    }

    fn passkeys(&self) -> Option<&Webauthn> {
        self.0.passkeys.as_ref()
    }

    /// The identity provider with this configured name.
    pub fn provider(&self, name: &str) -> Option<&dyn IdentityProvider> {
        self.providers.iter().map(AsRef::as_ref).find(|provider| provider.name() == name)
    }
}
