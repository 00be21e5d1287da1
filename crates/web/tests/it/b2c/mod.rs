//! Activation through a policy of Azure AD B2C, and the answers to policies and Entra.

mod links;
mod policies;
mod requester_ids;
mod tokens;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::{B2C_KEY, Known, TestApp, client};

/// An answer to a policy.
pub struct Told {
    pub status: u16,
    headers: HeaderMap,
    pub body: Value,
}

impl Told {
    /// Asserts that this is an error in the format of B2C, and returns its code.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        let body = &self.body;
        assert_eq!((self.status, &body["status"], &body["version"]), (status, &json!(409), &json!("1.0.0")), "{body}");
        assert!(!body["userMessage"].as_str().unwrap().is_empty() && body["requestId"].is_string(), "{body}");
        assert_eq!(self.headers["content-type"], "application/json");
        body["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn status(&self) -> &str {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["linkStatus"].as_str().unwrap_or_else(|| panic!("no status: {}", self.body))
    }
}

async fn ask(url: &str, complete: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Told {
    let answer = complete(client().request(Method::POST, url)).send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Told { status, headers, body: answer.json().await.unwrap() }
}

/// Calls the REST step as the policy does.
pub async fn step(hub: &str, claims: &Value) -> Told {
    ask(&format!("{hub}/b2c/link"), |request| request.header("x-api-key", B2C_KEY).json(claims)).await
}

fn subject_of(app: &TestApp, email: &str) -> String {
    app.idp.accounts().into_iter().find(|account| account.email == email).unwrap().sub
}

/// The claims that the policy sends.
fn claims(app: &TestApp, email: &str, given: &str, verified: bool) -> Value {
    json!({ "objectId": subject_of(app, email), "requesterId": given, "email": email, "emailVerified": verified })
}

/// The token of a new invitation.
async fn token(app: &TestApp, who: Known) -> String {
    app.link(who.requester).await.rsplit_once('/').unwrap().1.to_owned()
}
