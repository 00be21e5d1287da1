//! The running application, with common steps of tests.

use std::ops::Deref;
use std::sync::Mutex;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::builder::{HOOK_SECRET, TestAppBuilder};
use super::contract::Contract;
use crate::browser::{Browser, Page, client};
use crate::databases::Databases;
use crate::hub::{Known, PASSWORD, TestHub};
use crate::story::Stage;

/// A hub with its web interfaces and stand-ins.
pub struct TestApp {
    /// The hub's URL, without a trailing slash.
    pub url: String,
    /// A key for the admin API.
    pub api_key: String,
    /// A client of the API that checks each answer against the API's description.
    pub api: Contract,
    pub(super) test_hub: TestHub,
    pub(super) serving: Mutex<JoinSet<()>>,
}

impl Stage for TestApp {
    async fn set(databases: Databases) -> Self {
        Self::builder().start(&databases).await
    }
}

/// `app.hub` is the hub, `app.desk` the stand-in of the service desk, and so on.
impl Deref for TestApp {
    type Target = TestHub;
    fn deref(&self) -> &TestHub {
        &self.test_hub
    }
}

impl TestApp {
    /// Sets up an application with options.
    pub fn builder() -> TestAppBuilder {
        TestAppBuilder::default()
    }

    /// Invites a requester through the API and returns the answer.
    pub async fn invite(&self, requester: &str) -> Value {
        let answer = self.api.post("/invitations", &self.api_key, json!({ "requester_id": requester })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// Invites a requester and returns the activation link.
    pub async fn link(&self, requester: &str) -> String {
        self.invite(requester).await["url"].as_str().unwrap().to_owned()
    }

    /// Opens an activation link, signs in, and returns the resulting page of the hub.
    pub async fn activate(&self, browser: &mut Browser, link: &str, email: &str) -> Page {
        let callback = self.come_back_from_signing_in(browser, link, email).await;
        browser.open(&callback).await
    }

    /// Opens an activation link, signs in, and returns the URL of the callback without opening it.
    pub async fn come_back_from_signing_in(&self, browser: &mut Browser, link: &str, email: &str) -> String {
        let page = browser.open(link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = browser.submit(&page, &[("provider", "idp")]).await;
        assert!(page.url.starts_with(&self.idp_url), "at the identity provider: {}", page.url);
        browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await
    }

    /// Activates a customer and runs all pending jobs. Returns the customer's browser.
    pub async fn activated(&self, who: Known) -> Browser {
        let mut browser = Browser::new();
        let link = self.link(who.requester).await;
        self.activate(&mut browser, &link, who.email).await;
        self.hub.run_pending().await;
        browser
    }

    /// The id of a requester's customer, read from the API.
    pub async fn customer_of(&self, requester: &str) -> String {
        let path = format!("/customers?record=freshservice:requester:{requester}");
        let found = self.api.get(&path, &self.api_key).await.json();
        found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no customer has {requester}: {found}")).to_owned()
    }

    /// Delivers a body to the service desk's webhook. Returns status and body of the answer.
    pub async fn deliver(&self, body: &str) -> (u16, Value) {
        let request = client().post(format!("{}/hooks/freshservice", self.url)).bearer_auth(HOOK_SECRET);
        let answer = request.body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }
}
