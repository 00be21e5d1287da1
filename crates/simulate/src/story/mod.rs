//! A story: what people, staff, the service desk and a marketplace do with the hub at random times, beside each other.

mod desk;
mod market;
mod people;
mod portal;
mod shop;
mod staff;
mod vendors;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{CustomerId, DeviceWriteId, InvitationId, OrderId, ServiceRequestId};
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::{Ctx, Hub, HubError, IdempotencyKey};
use tessera_store::Store;
use tokio::task::JoinSet;

use crate::company::REQUESTERS;
use crate::dice::Dice;
use crate::host::Host;
use crate::outside::World;
pub use shop::email as email_of_buyer;

/// Number of people who may buy in the storefront.
pub const BUYERS: u64 = 3;

/// What the hub has acknowledged.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// Invitations, with the link and the address.
    pub invitations: Vec<(InvitationId, String)>,
    /// Requesters who signed in through an invitation, and how long they waited for their devices.
    pub activations: Vec<(u64, Option<Duration>)>,
    /// Service requests.
    pub requests: Vec<ServiceRequestId>,
    /// Comments, by request and text.
    pub comments: Vec<(ServiceRequestId, String)>,
    /// Changes of devices.
    pub writes: Vec<DeviceWriteId>,
    /// Accounts of the marketplace, with how they were answered last.
    pub accounts: Vec<Account>,
    /// Orders of the storefront, each with the number of its checkout, which is its quantity.
    pub orders: Vec<(u32, OrderId)>,
    /// How many checkouts were sent.
    pub checkouts: u32,
    /// Deliveries of webhooks, and sweeps.
    pub others: u64,
}

impl Acknowledged {
    /// How many.
    pub fn count(&self) -> u64 {
        let lists = [
            self.invitations.len(),
            self.activations.len(),
            self.requests.len(),
            self.comments.len(),
            self.writes.len(),
            self.accounts.len(),
            self.orders.len(),
        ];
        lists.iter().sum::<usize>() as u64 + self.others
    }
}

/// An account at the marketplace, as the platform knows it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// What tells its company from others.
    pub domain: String,
    /// The customer and the name of the last Synchronize that was answered.
    pub known: Option<(CustomerId, String)>,
    /// A later call was not answered: it may have been carried out or not.
    pub unsure: bool,
    /// It was deleted at some time.
    pub was_deleted: bool,
}

/// Something that happens in a story.
#[derive(Debug, Clone)]
enum Act {
    Invite(u64),
    Activate(u64),
    UsePortal(u64),
    ChangeDesk,
    ChangeCrm,
    ChangeBooks,
    Sweep(SweepOf),
    Market(u64),
    Resell(u64),
    Shop(u64),
    CreateDevice(Option<u64>),
    HandDevice(Option<u64>),
    SetClock(SignedDuration),
}

/// A client of the hub: a person, a colleague, or a program.
#[derive(Debug, Clone)]
pub struct Client {
    /// The machine on which the hub runs.
    pub host: Arc<Host>,
    /// The world.
    pub world: Arc<World>,
    acknowledged: Arc<Mutex<Acknowledged>>,
}

/// What a client was answered.
enum Said<T> {
    Done(T),
    /// A rule says no.
    Refused,
    /// Nothing, or that it did not work: it may have been done or not.
    Nothing,
}

impl Client {
    /// A client.
    pub fn new(host: Arc<Host>, world: Arc<World>) -> Self {
        Self { host, world, acknowledged: Arc::default() }
    }

    /// What was acknowledged so far.
    pub fn acknowledged(&self) -> MutexGuard<'_, Acknowledged> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask<T, F>(&self, does: impl FnOnce(Hub, Store) -> F + Send + 'static) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let process = self.host.current()?;
        process.ask(does).await
    }

    /// Asks the hub for a change.
    async fn order<T, F>(&self, what: &str, does: impl FnOnce(Hub) -> F + Send + 'static) -> Said<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, HubError>> + Send + 'static,
    {
        let answer = self.ask(|hub, _| does(hub)).await;
        let (said, text) = match answer {
            Some(Ok(done)) => (Said::Done(done), "acknowledged".to_owned()),
            Some(Err(error @ (HubError::Rejected(_) | HubError::NotFound(_)))) => (Said::Refused, error.to_string()),
            Some(Err(error)) => (Said::Nothing, error.to_string()),
            None => (Said::Nothing, "no answer".to_owned()),
        };
        self.world.scene.note(format_args!("client {what}: {text}"));
        said
    }

    /// Waits before the same is asked for again; false: it is given up.
    async fn again(&self, tries: u32) -> bool {
        let dice = &self.world.scene.clients;
        if tries >= 4 || dice.chance(150) {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(200) + dice.short(20_000)).await;
        true
    }

    async fn play(self, act: Act, number: usize) {
        match act {
            Act::Invite(requester) => self.invite(requester, number).await,
            Act::Activate(requester) => self.activate(requester, number).await,
            Act::UsePortal(requester) => self.use_portal(requester, number).await,
            Act::ChangeDesk => self.change_desk().await,
            Act::ChangeCrm => self.change_crm(),
            Act::ChangeBooks => self.change_books(),
            Act::Sweep(what) => self.sweep(what).await,
            Act::Market(account) => self.market(account).await,
            Act::Resell(account) => self.resell(account).await,
            Act::Shop(buyer) => self.shop(buyer).await,
            Act::CreateDevice(requester) => self.create_device(requester, number).await,
            Act::HandDevice(requester) => self.hand_device(requester, number).await,
            Act::SetClock(by) => {
                self.world.scene.note(format_args!("the clock is set by {by:#}"));
                self.world.scene.clocks.set_hub(by);
            }
        }
    }
}

/// Plays a story of this length to its end.
pub async fn play(client: &Client, dice: &Dice, length: Duration) {
    let mut acts = JoinSet::new();
    for (number, (at, act)) in plan(dice, length).into_iter().enumerate() {
        let client = client.clone();
        acts.spawn(async move {
            tokio::time::sleep(at).await;
            client.play(act, number).await;
        });
    }
    while let Some(ended) = acts.join_next().await {
        if let Err(error) = ended {
            client.world.scene.broken(format!("a client panicked: {error}"));
        }
    }
}

fn plan(dice: &Dice, length: Duration) -> Vec<(Duration, Act)> {
    let mut acts = Vec::new();
    let mut add = |act| acts.push((dice.between(Duration::ZERO, length), act));
    // People come first: most of the rest needs customers.
    for requester in 1001..=1000 + REQUESTERS {
        if dice.chance(700) {
            add(Act::Activate(requester));
        }
        if dice.chance(400) {
            add(Act::UsePortal(requester));
        }
    }
    for account in 0..3 {
        if dice.chance(500) {
            add(Act::Market(account));
        }
    }
    for account in 0..3 {
        if dice.chance(400) {
            add(Act::Resell(account));
        }
    }
    for _ in 0..4 + dice.below(20) {
        add(some_act(dice));
    }
    for _ in 0..dice.pick(&[0, 0, 0, 1, 1, 2]) {
        let seconds = dice.pick(&[1_i64, 30, 600, 2400, 7200]) + dice.below(60).cast_signed();
        let by = SignedDuration::from_secs(seconds);
        add(Act::SetClock(if dice.chance(500) { -by } else { by }));
    }
    // Last, so that the seeds of stories without them are the stories that they were.
    for buyer in 0..BUYERS {
        if dice.chance(400) {
            add(Act::Shop(buyer));
        }
    }
    acts
}

fn some_act(dice: &Dice) -> Act {
    let requester = 1001 + dice.below(REQUESTERS);
    let perhaps = dice.chance(700).then_some(requester);
    match dice.below(12) {
        0 => Act::Invite(requester),
        1 => Act::Activate(requester),
        2..5 => Act::ChangeDesk,
        5 => Act::ChangeCrm,
        6 => Act::ChangeBooks,
        7 => Act::Sweep(dice.pick(&SweepOf::ALL)),
        8 => Act::CreateDevice(perhaps),
        9..11 => Act::HandDevice(perhaps),
        _ => Act::UsePortal(requester),
    }
}

/// A program with an API key, which marks a request so that it can repeat it.
fn machine(key: &str) -> Ctx {
    let idempotency = IdempotencyKey { key: key.to_owned(), status: 201 };
    Ctx::new(Actor::ApiKey("simulation".into()), Channel::Api).with_idempotency(Some(idempotency))
}
