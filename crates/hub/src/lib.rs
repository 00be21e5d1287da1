//! The journeys: what happens, step by step, when somebody is invited, activates, is looked at again, or asks for their devices.
//!
//! Each journey reads what it needs, asks the core for a plan, and has the store apply it. When the world moved meanwhile, it plans again.

mod activate;
mod asset_write;
pub mod audit;
mod b2c;
mod commit;
mod community;
mod config;
mod decide;
pub mod doctor;
mod door;
mod doors;
mod env;
mod error;
mod gather;
mod hooks;
mod identities;
mod invite;
mod invoices;
pub mod jobs;
mod letters;
mod look;
pub mod marketplace;
mod number;
mod observe;
mod passwords;
mod people;
mod preview;
mod refresh;
mod requests;
mod reread;
mod returns;
mod seats;
mod secret;
mod sign_in;
mod staff;
mod sweep;
mod why;

use std::sync::Arc;

use tessera_connect::freshsales::Freshsales;
use tessera_connect::freshservice::Freshservice;
use tessera_connect::oidc::Provider;
use tessera_connect::{Health, mail};
use tessera_store::technical::Technical;
use tessera_store::{Reads, Store};
use webauthn_rs::Webauthn;

pub use activate::{ActivationView, Claimed, Opened};
pub use asset_write::{DeviceDraft, Expected};
pub use b2c::{CustomerClaims, LinkStatus};
use commit::RetryLine;
pub use commit::{Ctx, IdempotencyKey};
pub use community::{Moderating, PostAct, TopicAct};
pub use config::{Brand, Config, Sweeps};
pub use decide::ReviewView;
pub use door::{Approving, Asked, Entered, HalfEntered, Known, Offered, Opening, SessionLine, Signed, Visit};
pub use doors::{AccessAnswer, Entry};
pub use env::Env;
pub use error::HubError;
pub use identities::{ACCESS_ENDED, PortalSession, RECENT};
pub use invite::Invited;
pub use invoices::{Books, InvoiceSource};
pub use letters::{
    ActivatedLetter, Admitted, EmailChangeLetter, EmailChangedLetter, InvitationLetter, Letter, Letters,
    OneTimeLinkLetter, RegistrationDecidedLetter, RegistrationLetter, ReplyLetter, RequestLetter, ReturnLetter,
    ReturnNews, SecurityNoticeLetter, SignInChangedLetter,
};
pub use requests::{NotOpened, RequestKind, Requests, Wish};
pub use returns::{OrderedLine, ReturnOrder, Returnable, Returns, Sight};
pub use seats::{Counting, SeatRule, SeatRules};
pub use secret::{SecretKey, hash, random_token};
pub use sign_in::{BeginError, Purpose, SignedIn};
pub use staff::{SignInOutcome, StaffSession};
pub use sweep::{Chosen, SweepOrder};
pub use why::{DevicesAnswer, Found, Named, Subject, WhyAnswer};

/// Everything a journey needs. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Parts<Reads>,
    store: Store,
    retry_line: RetryLine,
    examinations: doctor::Examinations,
    passkeys: Option<Webauthn>,
}

/// What a hub is made of. Everybody who has a hub has the same with [`Reads`], where the store can only be read: what changes, changes
/// through a journey.
#[derive(Debug)]
pub struct Parts<S = Store> {
    /// What the operator decided.
    pub config: Config,
    /// Rows, timeline and jobs.
    pub store: S,
    /// The service desk.
    pub desk: Freshservice,
    /// The CRM.
    pub crm: Freshsales,
    /// The identity providers, the preferred one first.
    pub providers: Vec<Provider>,
    /// Where invoices come from; none: there are none.
    pub invoices: Option<InvoiceSource>,
    /// Mail.
    pub mailer: mail::Mailer,
    /// Words for the mails.
    pub letters: Arc<dyn Letters>,
    /// Time and chance.
    pub env: Env,
}

impl std::ops::Deref for Hub {
    type Target = Parts<Reads>;
    fn deref(&self) -> &Parts<Reads> {
        &self.0.shared
    }
}

impl Hub {
    /// A hub of these parts.
    pub fn new(parts: Parts) -> Self {
        let examinations = doctor::Examinations::default();
        let passkeys = door::relying_party(&parts.config.public_url, &parts.config.brand.name);
        let Parts { config, store, desk, crm, providers, invoices, mailer, letters, env } = parts;
        let reads = store.reads().clone();
        let shared = Parts { config, store: reads, desk, crm, providers, invoices, mailer, letters, env };
        Self(Arc::new(Inner { shared, store, retry_line: RetryLine::default(), examinations, passkeys }))
    }

    /// The store to write to: [`Hub::commit`] is the only caller that applies plans.
    fn store(&self) -> &Store {
        &self.0.store
    }

    /// The writes that are no plan.
    fn technical(&self) -> Technical<'_> {
        self.0.store.technical()
    }

    fn retry_line(&self) -> &RetryLine {
        &self.0.retry_line
    }

    fn examinations(&self) -> &doctor::Examinations {
        &self.0.examinations
    }

    fn passkeys(&self) -> Option<&Webauthn> {
        self.0.passkeys.as_ref()
    }

    /// The identity provider with this configured name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name() == name)
    }

    /// How each outside system is doing, as the hub sees it.
    pub fn health(&self) -> Vec<Health> {
        let mut all = vec![self.desk.health(), self.crm.health()];
        all.extend(self.providers.iter().map(Provider::health));
        all
    }
}
