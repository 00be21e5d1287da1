//! Random sequences of orders, refreshes, deletions and lost answers. When all is well again, each account is one customer of the
//! vendor, linked, or none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{ProductId, ServiceManagerId};
use tessera_core::storefront::BillingDetails;
use tessera_hub::{Checkout, HubError};
use tessera_sim::scripted_vendor::Turn;
use testkit::{Databases, TestApp};

use super::line::{Line, Lost};
use super::two_faces::customers_by_account;
use super::{RunningVendor, account, connect, create, later, operation, own_platform, shown, state};
use crate::storefront::{BILLING, product};

const SEEDS: u64 = 4;
/// Stories in which the vendor is a hub, which take longer.
const SEEDS_WITH_A_HUB: u64 = 2;
const STEPS: u64 = 25;
/// Longer than a vendor may be at work on a call that was not answered.
const CALM: u64 = 130;

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// The vendor of a story.
enum Vendor<'a> {
    /// A stand-in. It makes another customer whenever it is asked twice.
    StandIn(RunningVendor),
    /// The vendor interface of a hub, at the end of a line that loses calls and answers.
    Hub(&'a TestApp, Line),
}

impl Vendor<'_> {
    async fn stand_in() -> Self {
        let running = RunningVendor::usual().await;
        // A call that is sent twice shows as a second customer.
        drop(running.vendor.clone().creating_again());
        Self::StandIn(running)
    }

    fn url(&self) -> String {
        match self {
            Self::StandIn(running) => running.url(),
            Self::Hub(_, line) => line.url(),
        }
    }

    /// The next answer is lost, or of no use. What happens, for the log.
    fn disturb(&self, dice: &mut Dice) -> String {
        let operation = *dice.pick(&["Exists", "Synchronize", "Synchronize", "Delete"]);
        match self {
            Self::StandIn(running) => {
                let page = || "<html>Back soon</html>".to_owned();
                let turns = [
                    Turn::DoAndFallSilent,
                    Turn::DoAndFallSilent,
                    Turn::FallSilent,
                    Turn::DoAndAnswer(200, page()),
                    Turn::Answer(503, page()),
                ];
                let turn = dice.pick(&turns).clone();
                let what = format!("{operation}: {turn:?}");
                running.vendor.script(operation, [turn]);
                what
            }
            Self::Hub(_, line) => {
                let lost = *dice.pick(&[Lost::Answer, Lost::Answer, Lost::Call]);
                line.lose(operation, [lost]);
                format!("{operation}: the {lost:?} is lost")
            }
        }
    }

    fn behave(&self) {
        match self {
            Self::StandIn(running) => running.vendor.behave(),
            Self::Hub(_, line) => line.mend(),
        }
    }

    /// Its customers, by the account for which they were made.
    async fn customers(&self) -> BTreeMap<String, Vec<String>> {
        match self {
            Self::StandIn(running) => {
                let vendor = &running.vendor;
                vendor.accounts().into_iter().map(|account| (account.clone(), vendor.customers_of(&account))).collect()
            }
            Self::Hub(hub, _) => customers_by_account(hub).await,
        }
    }
}

/// A vendor with accounts, one of which is that of a buyer in the storefront.
struct Story<'a> {
    app: &'a TestApp,
    seed: u64,
    dice: Dice,
    at: Vendor<'a>,
    /// The customers that the vendor had before.
    before: BTreeSet<String>,
    vendor: String,
    product: ProductId,
    buyer: SignIn,
    accounts: Vec<String>,
    operations: Vec<String>,
    orders: u64,
    log: Vec<String>,
}

impl<'a> Story<'a> {
    async fn begin(app: &'a TestApp, seed: u64, at: Vendor<'a>) -> Self {
        let vendor = connect(app, &format!("Vendor {seed}"), &at.url()).await;
        let product = product(app, &format!("Backup {seed}"), &vendor).await.parse().unwrap();
        let mut accounts = Vec::new();
        for n in 0..3 {
            let email = format!("account-{n}-{seed}@example.com");
            accounts.push(create(app, account(&format!("Account {n} {seed}"), &email)).await);
        }
        let subject = format!("buyer-{seed}");
        let buyer = SignIn {
            identity: IdentityKey { issuer: app.idp_url.clone(), subject: subject.clone() },
            provider: "idp".to_owned(),
            email: Some(format!("{subject}@example.com")),
            email_verified: true,
            name: None,
        };
        let (dice, operations, log) = (Dice(seed), Vec::new(), Vec::new());
        let before = at.customers().await.into_values().flatten().collect();
        Self { app, seed, dice, at, before, vendor, product, buyer, accounts, operations, orders: 0, log }
    }

    /// From the beginning to the end, with the check.
    async fn play(app: &'a TestApp, seed: u64, at: Vendor<'a>) {
        let mut story = Self::begin(app, seed, at).await;
        later(app, 30).await;
        for _ in 0..STEPS {
            story.step().await;
        }
        story.end().await;
        story.check().await;
    }

    async fn step(&mut self) {
        let account = self.dice.pick(&self.accounts).clone();
        match self.dice.below(12) {
            0..=2 => {
                let body = json!({ "service_manager_id": self.vendor });
                let path = format!("/marketplace-accounts/{account}/synchronize");
                let asked = self.app.api.post(&path, &self.app.api_key, body).await;
                self.note("synchronize", &account, asked.status, &asked.json());
            }
            3 | 4 => self.delete(&account).await,
            5 => {
                let path = format!("/service-managers/{}/refresh", self.vendor);
                assert_eq!(self.app.api.order(&path, &self.app.api_key).await.status, 200);
            }
            6 | 7 => self.order().await,
            8 => self.act("cancel").await,
            9 => self.act("retry").await,
            _ => self.disturb(),
        }
        later(self.app, *self.dice.pick(&[1, 5, 40, CALM])).await;
    }

    fn note(&mut self, what: &str, of: &str, status: u16, body: &Value) {
        assert!([200, 202, 409].contains(&status), "{what} {of}: {status} {body}");
        self.log.push(format!("{what} {of}: {status}"));
        self.operations.extend(body["id"].as_str().filter(|_| status == 202).map(ToOwned::to_owned));
    }

    async fn delete(&mut self, account: &str) {
        let path = format!("/marketplace-accounts/{account}");
        let asked = self.app.api.delete(&path, &self.app.api_key, None).await;
        self.note("delete", account, asked.status, &asked.json());
    }

    async fn act(&mut self, what: &str) {
        let Some(id) = self.operations.last().cloned() else { return };
        let asked = self.app.api.order(&format!("/operations/{id}/{what}"), &self.app.api_key).await;
        assert!([200, 202, 409].contains(&asked.status), "{what}: {}", asked.body);
        self.log.push(format!("{what} {id}: {}", asked.status));
    }

    /// The buyer orders in the storefront, with a new account if theirs was deleted.
    async fn order(&mut self) {
        self.orders += 1;
        let billing =
            BillingDetails::read(|name| BILLING.iter().find(|(known, _)| *known == name).map_or("", |it| it.1));
        let vendor: ServiceManagerId = self.vendor.parse().unwrap();
        let details = BTreeMap::from([(vendor, BTreeMap::from([("domain".to_owned(), String::new())]))]);
        let checkout = Checkout {
            key: format!("order-{}-{}", self.seed, self.orders),
            items: &[(self.product, 1)],
            seen: None,
            billing: &billing,
            details: &details,
        };
        match self.app.hub.place_order(&self.buyer, &checkout).await {
            Ok(order) => self.log.push(format!("order {order}")),
            Err(HubError::Rejected(why)) => self.log.push(format!("no order: {why}")),
            Err(error) => panic!("{error}"),
        }
        let account = self.app.hub.buyer(&self.buyer).await.unwrap().account;
        let account = account.map(|account| account.id.to_string());
        self.accounts.extend(account.filter(|account| !self.accounts.contains(account)));
    }

    fn disturb(&mut self) {
        let what = self.at.disturb(&mut self.dice);
        self.log.push(what);
    }

    /// The vendor is well again. What was given up is tried again, and every account that stays is ordered for once more.
    async fn end(&mut self) {
        self.at.behave();
        self.calm().await;
        for id in self.operations.clone() {
            if state(&operation(self.app, &id).await) == "failed" {
                let _ = self.app.api.order(&format!("/operations/{id}/retry"), &self.app.api_key).await;
                later(self.app, CALM).await;
            }
        }
        self.calm().await;
        for id in self.accounts.clone() {
            if shown(self.app, &id).await["state"] == "active" {
                let body = json!({ "service_manager_id": self.vendor });
                let path = format!("/marketplace-accounts/{id}/synchronize");
                let asked = self.app.api.post(&path, &self.app.api_key, body).await;
                self.note("synchronize", &id, asked.status, &asked.json());
            }
        }
        self.calm().await;
    }

    async fn calm(&self) {
        for _ in 0..6 {
            later(self.app, CALM).await;
        }
    }

    async fn check(&self) {
        let (mut customers, mut known) = (self.at.customers().await, BTreeSet::new());
        for id in &self.accounts {
            let page = shown(self.app, id).await;
            let links = page["links"].as_array().unwrap().iter();
            let linked: Vec<_> = links
                .filter(|link| link["service_manager_id"] == self.vendor.as_str() && link["deleted_at"].is_null())
                .filter_map(|link| link["external_id"].as_str().map(ToOwned::to_owned))
                .collect();
            let there = customers.remove(id).unwrap_or_default();
            let expected = usize::from(page["state"] == "active");
            assert_eq!((&linked, linked.len()), (&there, expected), "seed {}: {page} {:#?}", self.seed, self.log);
            known.extend(there);
        }
        customers.retain(|_, there| there.iter().any(|id| !self.before.contains(id)));
        assert!(customers.is_empty(), "seed {}: nobody else: {customers:?} {:#?}", self.seed, self.log);
        assert!(self.before.is_disjoint(&known), "seed {}: {known:?} {:#?}", self.seed, self.log);
    }
}

#[testkit::both_databases]
async fn m15_m20_random_orders_deletions_and_lost_answers_end_with_one_customer_or_none(app: TestApp) {
    for seed in 0..SEEDS {
        Story::play(&app, seed, Vendor::stand_in().await).await;
    }
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m15_m19_m20_random_sequences_between_two_hubs_end_with_one_customer_on_each_side_or_none(
    databases: Databases,
) {
    let app = TestApp::builder().start(&databases).await;
    let other = TestApp::builder().start(&databases).await;
    for seed in 100..100 + SEEDS_WITH_A_HUB {
        Story::play(&app, seed, Vendor::Hub(&other, Line::to(&other.url).await)).await;
    }
    app.leave_jobs();
    other.leave_jobs();
}

#[testkit::both_databases]
async fn m15_m19_m20_random_sequences_of_a_hub_that_is_its_own_vendor_end_with_one_customer_or_none(
    databases: Databases,
) {
    let app = own_platform::own(&databases).await;
    for seed in 200..200 + SEEDS_WITH_A_HUB {
        Story::play(&app, seed, Vendor::Hub(&app, Line::to(&app.url).await)).await;
    }
    app.leave_jobs();
}
