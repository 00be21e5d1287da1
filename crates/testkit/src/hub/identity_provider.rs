//! The identity provider's stand-in: accounts, clients and policy.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_connect::{Environment, oidc};
use tessera_sim::clock::Clock;
use tessera_sim::idp::{self, Idp};
use url::Url;

use super::StandIns;
use super::customers::{PASSWORD, world};
use crate::browser::{Browser, client};
use crate::identity_provider_key;

/// Credentials of the hub at the identity provider.
const HUB_CLIENT: (&str, &str) = ("tessera-hub", "a client secret");
/// The header value that the policy's REST step sends.
pub const B2C_KEY: &str = "the key of the policy";
/// The policy behind links in the format of B2C.
pub const POLICY: &str = "B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE";
/// The company's website, a client of the identity provider to which the policy redirects.
pub const WEBSITE: (&str, &str) = ("website", "https://www.example.com/");
/// The app, a client of the identity provider.
pub const APP_CLIENT: &str = "app";
const APP_REDIRECT: &str = "http://127.0.0.1:49152/callback";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl StandIns {
    pub(super) fn identity_client(
        &self,
        public_url: &str,
        environment: &Environment,
        change: impl FnOnce(&mut oidc::Config),
    ) -> oidc::Provider {
        let redirect = format!("{public_url}/auth/idp/callback").parse().unwrap();
        let mut config = oidc::Config::new("idp", &self.idp_url, HUB_CLIENT.0, redirect);
        config.client_secret = Some(SecretString::from(HUB_CLIENT.1));
        change(&mut config);
        oidc::Provider::new(config, environment.clone()).unwrap()
    }

    /// Creates an account at the identity provider.
    pub async fn sign_up(&self, email: &str) {
        let order = json!({ "email": email, "password": PASSWORD, "name": "Somebody Example" });
        let answer = client().post(format!("{}/_sim/accounts", self.idp_url)).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 201);
    }

    /// Has the provider say these claims too in every token of an account from now on. Returns the account's subject.
    pub async fn put_claims(&self, email: &str, claims: Value) -> String {
        let accounts = format!("{}/_sim/accounts", self.idp_url);
        let listed: Value = client().get(&accounts).send().await.unwrap().json().await.unwrap();
        let mut accounts_listed = listed["accounts"].as_array().unwrap().iter();
        let account = accounts_listed.find(|account| account["email"] == email).unwrap();
        let subject = account["sub"].as_str().unwrap().to_owned();
        let change = json!({ "claims": claims });
        let answer = client().patch(format!("{accounts}/{subject}")).json(&change).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        subject
    }

    /// A logout token of the provider for the hub, with these claims as well (OpenID Connect Back-Channel Logout 1.0).
    pub fn logout_token(&self, issued: Timestamp, claims: Value) -> String {
        let event = "http://schemas.openid.net/event/backchannel-logout";
        let mut all = json!({
            "aud": HUB_CLIENT.0, "iat": issued.as_second(), "exp": issued.as_second() + 120, "events": { event: {} },
        });
        let all = all.as_object_mut().unwrap();
        all.extend(claims.as_object().unwrap().clone());
        self.idp.sign("logout+jwt", all.clone()).unwrap()
    }

    /// The app's access token for a user.
    pub async fn access_token(&self, email: &str) -> String {
        self.tokens(email).await["access_token"].as_str().unwrap().to_owned()
    }

    /// The app's tokens for a user.
    pub async fn tokens(&self, email: &str) -> Value {
        let mut browser = Browser::new();
        let mut authorize = Url::parse(&format!("{}/authorize", self.idp_url)).unwrap();
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", APP_CLIENT),
            ("redirect_uri", APP_REDIRECT),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let page = browser.open(authorize.as_str()).await;
        let back = browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await;
        let back = Url::parse(&back).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("client_id", APP_CLIENT),
            ("redirect_uri", APP_REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let answer = client().post(format!("{}/token", self.idp_url)).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

/// The stand-in, which knows the hub by its public URL.
pub(super) fn provider(url: &str, public_url: &str, clock: &Clock) -> Idp {
    let mut options = idp::Options::new(url);
    options.clock = clock.clone();
    options.key_file = Some(identity_provider_key());
    options.clients = vec![
        idp::Client {
            client_id: HUB_CLIENT.0.to_owned(),
            secret: Some(HUB_CLIENT.1.to_owned()),
            name: "Sunfield Energy".to_owned(),
            redirect_uris: vec![format!("{public_url}/auth/idp/callback")],
            ..idp::Client::default()
        },
        idp::Client {
            client_id: APP_CLIENT.to_owned(),
            redirect_uris: vec![APP_REDIRECT.to_owned()],
            ..idp::Client::default()
        },
        idp::Client {
            client_id: WEBSITE.0.to_owned(),
            secret: Some("a website's secret".to_owned()),
            redirect_uris: vec![WEBSITE.1.to_owned()],
            ..idp::Client::default()
        },
    ];
    options.policies = vec![idp::Policy {
        name: POLICY.to_owned(),
        parameter: "requesterId".to_owned(),
        step: Some(idp::RestStep {
            url: format!("{public_url}/b2c/link"),
            header: "x-api-key".to_owned(),
            key: B2C_KEY.to_owned(),
            failure: idp::Failure::Redirect,
            lose_first_answer: true,
        }),
    }];
    Idp::new(options).unwrap().load(&world())
}
