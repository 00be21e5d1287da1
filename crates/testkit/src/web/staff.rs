//! A member of staff with a browser in the console.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode, header};
use url::Url;

use super::app::TestApp;
use crate::browser::{client, without_form_keys};
use crate::hub::CLI;

/// The staff account that [`Colleague::signed_in`] creates.
pub const STAFF_LOGIN: &str = "agnes";
/// Its password.
pub const STAFF_PASSWORD: &str = "quince-heron-7";

/// A member of staff.
pub struct Colleague {
    /// The browser's cookies.
    pub cookies: BTreeMap<String, String>,
    url: String,
}

/// The cookie of a preview of the portal as a person, begun now in a staff session.
pub fn preview_cookie(app: &TestApp, staff_session: &str, person: &str) -> String {
    let preview = format!("{person}.{}", app.hub.env.now().as_second());
    let mark = app.hub.config.secret_key.preview_mark(staff_session, &preview);
    format!("tessera-preview={preview}.{mark}")
}

/// A page, with HTML entities decoded.
pub struct Shown {
    /// Its path.
    pub path: String,
    /// Its status.
    pub status: StatusCode,
    /// Its text.
    pub body: String,
}

impl Shown {
    /// Asserts that the page has these texts.
    #[track_caller]
    pub fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.body.contains(text), "`{text}` at {} ({}): {}", self.path, self.status, self.body);
        }
    }

    /// Asserts that the page has none of these texts.
    #[track_caller]
    pub fn lacks(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.body.contains(text), "`{text}` at {} ({}): {}", self.path, self.status, self.body);
        }
    }
}

impl Colleague {
    /// A browser without a session.
    pub fn signed_out(app: &TestApp) -> Self {
        Self { url: app.url.clone(), cookies: BTreeMap::new() }
    }

    /// Creates the staff account and signs in.
    pub async fn signed_in(app: &TestApp) -> Self {
        app.hub.put_staff(STAFF_LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
        let mut colleague = Self::signed_out(app);
        let start = colleague.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
        assert_eq!((start.path.as_str(), start.status), ("/console", StatusCode::OK));
        colleague
    }

    /// The same browser at another process.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), cookies: self.cookies.clone() }
    }

    /// Submits the console's sign-in form.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Shown {
        self.post("/sign-in", &[("login", login), ("password", password)]).await
    }

    /// Opens a page of the console.
    pub async fn open(&mut self, path: &str) -> Shown {
        self.go(Method::GET, &format!("/console{path}"), &[]).await
    }

    /// Searches in the console.
    pub async fn search(&mut self, query: &str) -> Shown {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        self.open(&format!("?{query}")).await
    }

    /// The value of the `Cookie` header.
    pub fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Posts a form of the console.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Shown {
        self.go(Method::POST, &format!("/console{path}"), form).await
    }

    /// Sends a request and follows redirects.
    pub async fn go(&mut self, mut method: Method, path: &str, form: &[(&str, &str)]) -> Shown {
        let mut url = Url::parse(&self.url).unwrap().join(path).unwrap();
        for _ in 0..5 {
            let mut request = client().request(method.clone(), url.clone());
            if method == Method::POST {
                request = request.form(form);
            }
            let response = request.header(header::COOKIE, self.cookie()).send().await.unwrap();
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                match value {
                    "" => self.cookies.remove(name),
                    value => self.cookies.insert(name.to_owned(), value.to_owned()),
                };
            }
            if let Some(location) = response.headers().get(header::LOCATION) {
                url = url.join(location.to_str().unwrap()).unwrap();
                method = Method::GET;
                continue;
            }
            let (status, body) = (response.status(), without_form_keys(&response.text().await.unwrap()));
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            return Shown { path: format!("{}{query}", url.path()), status, body: without_escapes(body) };
        }
        panic!("redirected for ever, at last to {url}");
    }
}

fn without_escapes(body: String) -> String {
    let escapes = [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    escapes.iter().fold(body, |body, (escaped, plain)| body.replace(escaped, plain))
}
