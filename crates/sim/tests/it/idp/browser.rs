//! A provider on loopback, a browser that submits forms, and an application that validates tokens.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::{Client as Http, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tessera_sim::clock::Clock;
use tessera_sim::idp::{Client, Idp, Options};
use tessera_sim::server::Running;
use url::Url;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "plum-otter-42";
pub const WEB: &str = "web";
pub const SECRET: &str = "s3c ret/+&=";
pub const WEB_REDIRECT: &str = "https://app.example.com/callback?via=idp";
pub const PHONE: &str = "phone";
pub const PHONE_REDIRECT: &str = "http://127.0.0.1:49152/callback";
/// The example pair of RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Provider {
    pub idp: Idp,
    pub clock: Clock,
    running: Running,
    http: Http,
    cookie: Mutex<Option<String>>,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The parameters of the redirect back to the application.
    pub fn sent_back(&self) -> BTreeMap<String, String> {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        Url::parse(self.header("location")).unwrap().query_pairs().into_owned().collect()
    }

    /// The action and the fields of the first form on the page.
    pub fn form(&self) -> (String, BTreeMap<String, String>) {
        let form = self.body.split("<form").nth(1).unwrap_or_else(|| panic!("no form: {}", self.body));
        let form = form.split("</form>").next().unwrap();
        let fields = form.split("<input").skip(1).filter_map(|input| Some((attribute(input, "name")?, input)));
        let fields = fields.map(|(name, input)| (name, attribute(input, "value").unwrap_or_default()));
        (attribute(form, "action").unwrap(), fields.collect())
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split('>').next()?.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"')?.0.replace("&amp;", "&").replace("&#x2f;", "/"))
}

impl Provider {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let clock = Clock::manual("2026-06-01T08:00:00Z".parse::<Timestamp>().unwrap());
        let mut options = Options::new(format!("http://{}", listener.local_addr().unwrap()));
        options.clock = clock.clone();
        options.key_file = Some(concat!(env!("CARGO_TARGET_TMPDIR"), "/identity-provider.pem").into());
        options.clients = vec![
            Client {
                client_id: WEB.to_owned(),
                secret: Some(SECRET.to_owned()),
                name: "Example Portal".to_owned(),
                redirect_uris: vec![WEB_REDIRECT.to_owned()],
                post_logout_redirect_uris: vec!["https://app.example.com/bye".to_owned()],
                audience: Some("https://api.example.com".to_owned()),
            },
            Client {
                client_id: PHONE.to_owned(),
                redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
                ..Client::default()
            },
        ];
        change(&mut options);
        let idp = Idp::new(options).unwrap();
        let running = Running::serve(listener, idp.router()).unwrap();
        let http = Http::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .no_proxy()
            .build()
            .unwrap();
        Self { idp, clock, running, http, cookie: Mutex::new(None) }
    }

    pub async fn start_with_ada() -> Self {
        let provider = Self::start().await;
        provider.add_account(json!({"email": EMAIL, "password": PASSWORD, "name": "Ada Example"})).await;
        provider
    }

    pub fn keeping(file: PathBuf) -> impl FnOnce(&mut Options) {
        move |options| options.data_file = Some(file)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    pub async fn add_account(&self, order: Value) -> Answer {
        self.post_json("/_sim/accounts", order).await
    }

    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn spoil(&self, rule: Value) {
        assert_eq!(self.post_json("/_sim/tokens", rule).await.status, StatusCode::CREATED);
    }

    /// Sends a request with the browser's cookie.
    pub async fn browse(&self, request: RequestBuilder) -> Answer {
        let cookie = self.cookie.lock().unwrap().clone();
        let request = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let answer = self.send(request).await;
        if let Some(cookie) = answer.header("set-cookie").split(';').next().filter(|cookie| !cookie.is_empty()) {
            *self.cookie.lock().unwrap() = Some(cookie.to_owned());
        }
        answer
    }

    pub async fn open(&self, path: &str) -> Answer {
        self.browse(self.request(Method::GET, path)).await
    }

    /// Submits the first form of a page with these entries.
    pub async fn fill(&self, page: &Answer, typed: &[(&str, &str)]) -> Answer {
        let (action, mut fields) = page.form();
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.browse(self.request(Method::POST, &action).form(&fields)).await
    }

    pub async fn authorize(&self, change: &[(&str, &str)]) -> Answer {
        self.open(&authorize_path(change)).await
    }

    /// Signs Ada in, and returns the parameters that the application receives.
    pub async fn sign_in(&self, change: &[(&str, &str)]) -> BTreeMap<String, String> {
        let page = self.authorize(change).await;
        self.fill(&page, &[("email", EMAIL), ("password", PASSWORD)]).await.sent_back()
    }

    pub async fn token(&self, params: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, "/token").form(params)).await
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", PHONE),
            ("redirect_uri", PHONE_REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    /// Signs in and redeems the code.
    pub async fn tokens(&self, change: &[(&str, &str)]) -> Value {
        let code = self.sign_in(change).await.remove("code").unwrap();
        let answer = self.redeem(&code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    pub async fn userinfo(&self, access_token: &str) -> Answer {
        self.send(self.request(Method::GET, "/userinfo").bearer_auth(access_token)).await
    }

    /// Validates an ID token as an application should. Returns its claims, or the reason for rejecting it.
    pub async fn check_id_token(&self, token: &str, nonce: &str) -> Result<Value, String> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
        let keys: JwkSet = serde_json::from_value(self.open("/jwks").await.json()).unwrap();
        let kid = header.kid.unwrap();
        let key = DecodingKey::from_jwk(keys.find(&kid).ok_or("unknown kid")?).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[PHONE]);
        rules.set_issuer(&[self.idp.issuer()]);
        // The clock of these tests does not advance, so the expiry is compared here.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Value>(token, &key, &rules).map_err(|error| error.to_string())?.claims;
        if claims["exp"].as_i64().unwrap() <= self.clock.now().as_second() {
            return Err("expired".to_owned());
        }
        if claims["nonce"] == nonce { Ok(claims) } else { Err("nonce".to_owned()) }
    }
}

/// A valid authorization request of the phone app, with some parameters changed. An empty one is left out.
pub fn authorize_path(change: &[(&str, &str)]) -> String {
    let mut params: BTreeMap<&str, &str> = BTreeMap::from([
        ("client_id", PHONE),
        ("redirect_uri", PHONE_REDIRECT),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "st&te=1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    params.extend(change.iter().copied());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("/authorize?{query}")
}
