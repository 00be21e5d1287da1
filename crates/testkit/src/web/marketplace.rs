//! The platform of a marketplace, which calls the hub.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::app::TestApp;
use crate::browser::client;
use crate::hub::{MARKETPLACE, PARTNER_KEY};
use crate::internal_name;

/// A platform that calls one configured marketplace.
#[derive(Clone)]
pub struct Platform {
    /// Base URL of its calls, without a trailing slash.
    pub url: String,
    /// Its application id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// The settings it sends.
    pub settings: Vec<(String, String)>,
}

impl Platform {
    /// The marketplace at the root.
    pub fn of(app: &TestApp) -> Self {
        Self { url: app.url.clone(), id: MARKETPLACE.0.to_owned(), key: MARKETPLACE.1.to_owned(), settings: Vec::new() }
    }

    /// The marketplace under a prefix, with its setting field.
    pub fn partner(app: &TestApp) -> Self {
        let url = format!("{}/Partner", app.url);
        let settings = vec![("PartnerCode".to_owned(), "4711".to_owned())];
        Self { url, id: MARKETPLACE.0.to_owned(), key: PARTNER_KEY.to_owned(), settings }
    }

    /// Sends a request. Asserts that the answer has the contract's format.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Value {
        let mut request = client()
            .request(method, format!("{}{path}", self.url))
            .header("X-CloudPlatform-ApplicationId", &self.id)
            .header("X-CloudPlatform-APIKey", STANDARD.encode(&self.key))
            .header("X-CloudPlatform-TrackId", "b7f1d1de-6c9c-4a53-9a6e-111111111111")
            .header("Accept-Language", "en")
            .header("Accept", "Accept=application/json");
        for (name, value) in &self.settings {
            request = request.header(format!("X-CloudPlatform-Setting-{name}"), value);
        }
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json; charset=UTF-8").body(body);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
        let body = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        for (one, other) in [("Code", "ErrorCode"), ("Message", "ErrorMessage"), ("Result", "Results")] {
            assert_eq!(answer.get(one), answer.get(other), "both spellings: {answer}");
        }
        assert!(answer["Code"].is_i64(), "{answer}");
        let message = answer["Message"].as_str().unwrap_or_default();
        assert_eq!(internal_name(message), None, "a platform shows this to people: {message}");
        answer
    }

    /// The headers with its credentials.
    pub fn credentials(&self) -> [(&'static str, String); 2] {
        [("X-CloudPlatform-ApplicationId", self.id.clone()), ("X-CloudPlatform-APIKey", STANDARD.encode(&self.key))]
    }

    /// Asks for the synchronization options.
    pub async fn options(&self) -> Value {
        self.send(Method::GET, "/API/Accounts/SyncOptions", None).await
    }

    /// Synchronizes an account.
    pub async fn synchronize(&self, body: &Value) -> Value {
        self.send(Method::POST, "/API/Accounts/Synchronize", Some(body.to_string())).await
    }

    /// Synchronizes an account and returns the external id.
    pub async fn synchronized(&self, body: &Value) -> String {
        let answer = self.synchronize(body).await;
        assert_eq!(answer["Code"], 0, "{answer}");
        answer["Result"].as_str().filter(|id| !id.is_empty()).unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// Asks whether an account exists.
    pub async fn exists(&self, body: &Value) -> Value {
        self.send(Method::POST, "/API/Accounts/Exists", Some(body.to_string())).await
    }

    /// Deletes an account.
    pub async fn delete(&self, external_id: &str) -> Value {
        let body = json!({ "ExternalID": external_id, "ExtraDetails": {} });
        self.send(Method::POST, "/API/Accounts/Delete", Some(body.to_string())).await
    }
}

/// An account with only the required members.
pub fn account(id: &str, name: &str) -> Value {
    json!({
        "ID": id, "ExternalID": "", "Name": name, "Email": format!("{id}@example.com"),
        "SyncOptions": { "role": "1" },
        "ContactDetails": { "FirstName": "Jo", "LastName": "Example", "Email": format!("{id}@example.com") },
    })
}

/// The account with another value for one member.
pub fn with(account: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut account = account.clone();
    account[member] = value.into();
    account
}

/// The account with another value for one sync option.
pub fn with_option(account: &Value, option: &str, value: &str) -> Value {
    let mut account = account.clone();
    account["SyncOptions"][option] = Value::from(value);
    account
}
