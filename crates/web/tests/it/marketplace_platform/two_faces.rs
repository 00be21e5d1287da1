//! The platform side and the vendor side of Tessera against each other over HTTP, on a line that loses calls and answers: an
//! account is one customer on each side, linked, or none; and the customer is notified once.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tessera_core::kernel::record::Kind;
use testkit::{Databases, TestApp};

use super::line::{Line, Lost};
use super::{account, connection, create, later, operation, own_platform, put, request, shown, state};

/// Longer than a vendor may be at work on a call that was not answered.
const CALM: u64 = 130;

/// What is lost of calls, in turn.
type Losses = &'static [(&'static str, Lost)];

/// What is lost when an account is brought to the vendor, when it is brought again, and when it is deleted.
const SCENES: [[Losses; 3]; 6] = [
    [&[], &[("Synchronize", Lost::Call)], &[("Delete", Lost::Call)]],
    [&[("Exists", Lost::Call)], &[("Exists", Lost::Answer)], &[("Delete", Lost::Answer)]],
    [
        &[("Exists", Lost::Answer)],
        &[("Synchronize", Lost::Answer)],
        &[("Delete", Lost::Answer), ("Exists", Lost::Call)],
    ],
    [
        &[("Synchronize", Lost::Call)],
        &[("Synchronize", Lost::Answer), ("Synchronize", Lost::Call)],
        &[("Delete", Lost::Call), ("Exists", Lost::Answer)],
    ],
    [
        &[("Synchronize", Lost::Answer)],
        &[("Synchronize", Lost::Call), ("Exists", Lost::Nothing), ("Exists", Lost::Call)],
        &[("Delete", Lost::Answer), ("Delete", Lost::Answer)],
    ],
    [
        // The answer to the look for what was lost is lost, too.
        &[("Synchronize", Lost::Answer), ("Exists", Lost::Nothing), ("Exists", Lost::Answer)],
        &[("Synchronize", Lost::Answer), ("Exists", Lost::Nothing), ("Exists", Lost::Answer)],
        &[("Delete", Lost::Call), ("Delete", Lost::Answer), ("Exists", Lost::Answer)],
    ],
];

/// The customers of a hub at its vendor interface, by the account for which they are.
pub async fn customers_by_account(vendor: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for customer in vendor.store.customers(None, 1000).await.unwrap() {
        for link in vendor.store.links(customer.id).await.unwrap() {
            if link.ended.is_none() && link.record.system == "market" && link.record.kind == Kind::Account {
                found.entry(link.record.external_id).or_default().push(customer.id.to_string());
            }
        }
    }
    found
}

/// The platform side, and the vendor side, which may be the same hub.
struct Sides<'a> {
    platform: &'a TestApp,
    vendor: &'a TestApp,
    line: Line,
    connection: String,
}

impl<'a> Sides<'a> {
    async fn connected(platform: &'a TestApp, vendor: &'a TestApp) -> Self {
        let line = Line::to(&vendor.url).await;
        let mut new = connection("Tessera", &line.url());
        new["notification"] =
            json!({ "enabled": true, "subject": "Welcome", "body": "Activate:\n\n[#activation_url#]" });
        let made = platform.api.post("/service-managers", &platform.api_key, new).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let connection = made.json()["id"].as_str().unwrap().to_owned();
        Self { platform, vendor, line, connection }
    }

    fn lose(&self, losses: Losses) {
        for (operation, lost) in losses {
            self.line.lose(operation, [*lost]);
        }
    }

    /// Brings an account to the vendor, and waits for the end.
    async fn brought(&self, account: &str) -> Value {
        let id = request(self.platform, account, &self.connection, json!({})).await;
        self.ended(&id).await
    }

    async fn deleted(&self, account: &str) -> Value {
        let path = format!("/marketplace-accounts/{account}");
        let asked = self.platform.api.delete(&path, &self.platform.api_key, None).await;
        assert_eq!(asked.status, 202, "{}", asked.body);
        self.ended(asked.json()["id"].as_str().unwrap()).await
    }

    /// Waits until an operation has ended by itself.
    async fn ended(&self, id: &str) -> Value {
        self.platform.hub.run_pending().await;
        for _ in 0..8 {
            let operation = operation(self.platform, id).await;
            if ["done", "failed"].contains(&state(&operation)) {
                return operation;
            }
            later(self.platform, CALM).await;
        }
        panic!("it never ends: {}", operation(self.platform, id).await)
    }

    /// The account's customers, by the vendor and by the platform.
    async fn both(&self, account: &str) -> (Vec<String>, Vec<String>) {
        let there = customers_by_account(self.vendor).await.remove(account).unwrap_or_default();
        let page = shown(self.platform, account).await;
        let linked = page["links"].as_array().unwrap().iter().filter(|link| link["deleted_at"].is_null());
        let linked = linked.filter_map(|link| link["external_id"].as_str().map(ToOwned::to_owned)).collect();
        (there, linked)
    }

    fn welcomed(&self, email: &str) -> usize {
        let mails = self.platform.mail.messages();
        mails.iter().filter(|mail| mail.subject == "Welcome" && mail.to.iter().any(|to| to == email)).count()
    }

    async fn lose_everything(&self) {
        let before = customers_by_account(self.vendor).await;
        for (n, [creation, update, deletion]) in SCENES.into_iter().enumerate() {
            let email = format!("office@roofs-{n}.example");
            let id = create(self.platform, account(&format!("Roofs {n}"), &email)).await;
            self.lose(creation);
            let done = self.brought(&id).await;
            assert_eq!(state(&done), "done", "scene {n}: {done}");
            let (there, linked) = self.both(&id).await;
            assert_eq!((there.len(), &linked), (1, &there), "scene {n}: one customer on each side, linked");
            assert_eq!(done["external_id"], json!(there[0]), "scene {n}: {done}");
            assert!(self.line.is_mended(), "scene {n}: everything was lost that could be");
            later(self.platform, CALM).await;
            assert_eq!(self.welcomed(&email), 1, "scene {n}: notified once");

            let renamed = account(&format!("Roofs {n} & Sons"), &email);
            let path = format!("/marketplace-accounts/{id}");
            assert_eq!(put(self.platform, &path, &renamed).await.status, 200);
            self.lose(update);
            let done = self.brought(&id).await;
            assert_eq!(state(&done), "done", "scene {n}, again: {done}");
            assert_eq!(self.both(&id).await, (there.clone(), there.clone()), "scene {n}: the same customer");
            let customer = self.vendor.api.get(&format!("/customers/{}", there[0]), &self.vendor.api_key).await.json();
            assert_eq!(customer["name"], json!(format!("Roofs {n} & Sons")), "scene {n}: {customer}");

            self.line.mend();
            self.lose(deletion);
            let done = self.deleted(&id).await;
            assert_eq!(
                (state(&done), &shown(self.platform, &id).await["state"]),
                ("done", &json!("deleted")),
                "scene {n}"
            );
            assert_eq!(self.both(&id).await, (vec![], vec![]), "scene {n}: deleted on both sides");
            self.line.mend();
            assert_eq!(self.welcomed(&email), 1, "scene {n}: and not once more");
        }
        assert_eq!(customers_by_account(self.vendor).await, before, "and nobody else");
        self.platform.leave_jobs();
        self.vendor.leave_jobs();
    }
}

#[testkit::both_databases]
async fn m15_m17_m19_m20_two_hubs_that_lose_calls_and_answers_end_with_one_customer_on_each_side(databases: Databases) {
    let platform = TestApp::builder().start(&databases).await;
    let vendor = TestApp::builder().start(&databases).await;
    Sides::connected(&platform, &vendor).await.lose_everything().await;
}

#[testkit::both_databases]
async fn m15_m17_m19_m20_a_hub_that_is_its_own_vendor_and_loses_answers_ends_with_one_customer(databases: Databases) {
    let app = own_platform::own(&databases).await;
    Sides::connected(&app, &app).await.lose_everything().await;
}
