//! A person with a browser: cookies, forms, and the way through the identity provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, ensure};
use reqwest::header::COOKIE;
use reqwest::{Method, RequestBuilder};
use url::Url;

use super::{Answer, Client};
use crate::outside::PASSWORD;

/// The hub's cookie of a signed-in customer.
const SESSION: &str = "tessera";

/// A person with a browser.
#[derive(Debug, Clone)]
pub struct Visitor {
    client: Arc<Client>,
    /// The address that the proxy reports.
    address: String,
    email: String,
    at_hub: BTreeMap<String, String>,
    at_provider: BTreeMap<String, String>,
}

impl Visitor {
    /// Visitor `n`, who signs in by this address.
    pub fn new(client: Arc<Client>, n: u64, email: String) -> Self {
        let address = format!("10.{}.{}.{}", n / 62_500 % 250, n / 250 % 250, n % 250 + 1);
        Self { client, address, email, at_hub: BTreeMap::new(), at_provider: BTreeMap::new() }
    }

    /// Whether they have a session.
    pub fn is_signed_in(&self) -> bool {
        self.at_hub.get(SESSION).is_some_and(|value| !value.is_empty())
    }

    /// Opens a page of the hub.
    pub async fn open(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.ask((Method::GET, path), &[]).await
    }

    /// Sends a form to the hub.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        self.ask((Method::POST, path), fields).await
    }

    /// Opens an activation link and signs in. Returns the path and query of the callback; none: something is not ready.
    pub async fn sign_in(&mut self, link: &str) -> anyhow::Result<Option<String>> {
        let begun = self.post(link, &[("provider", "customers")]).await?;
        let Some(at_provider) = begun.location.filter(|_| begun.status == 303) else { return Ok(None) };
        let page = self.ask_provider(&at_provider, None).await?;
        let back = match page.location {
            Some(next) => self.follow(Url::parse(&at_provider)?.join(&next)?).await?,
            None => self.fill_in(&at_provider, &page.body).await?,
        };
        Ok(back.map(|url| format!("{}?{}", url.path(), url.query().unwrap_or_default())))
    }

    /// Follows the provider's redirects up to its sign-in form, or back to the hub.
    async fn follow(&mut self, mut url: Url) -> anyhow::Result<Option<Url>> {
        for _ in 0..5 {
            if url.path().ends_with("/callback") {
                return Ok(Some(url));
            }
            let page = self.ask_provider(url.as_str(), None).await?;
            match page.location {
                Some(next) => url = url.join(&next)?,
                None => return self.fill_in(url.as_str(), &page.body).await,
            }
        }
        Ok(None)
    }

    /// Fills in the provider's form: the sign-in, or the choice of the account.
    async fn fill_in(&mut self, at: &str, page: &str) -> anyhow::Result<Option<Url>> {
        let form = page.split("<form").nth(1).and_then(|form| form.split("</form>").next());
        let form = form.with_context(|| format!("no form at {at}"))?;
        let mut fields = BTreeMap::new();
        for input in form.split("<input").skip(1).chain(form.split("<button").skip(1)) {
            if let Some(name) = attribute(input, "name") {
                fields.insert(name, attribute(input, "value").unwrap_or_default());
            }
        }
        if fields.contains_key("password") {
            fields.insert("email".to_owned(), self.email.clone());
            fields.insert("password".to_owned(), PASSWORD.to_owned());
        }
        let url = Url::parse(at)?.join(&attribute(form, "action").unwrap_or_default())?;
        let answer = self.ask_provider(url.as_str(), Some(&fields)).await?;
        let Some(next) = answer.location else { return Ok(None) };
        let next = url.join(&next)?;
        Ok(Some(next).filter(|next| next.path().ends_with("/callback")))
    }

    async fn ask(&mut self, call: (Method, &str), fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let cookies = header(&self.at_hub);
        let is_form = call.0 == Method::POST;
        let answer = self.client.send(call, |request: RequestBuilder| {
            let request = request.header(COOKIE, &cookies).header("x-forwarded-for", &self.address);
            let request = request.header("sec-fetch-site", "same-origin");
            if is_form { request.form(fields) } else { request }
        });
        let answer = answer.await?;
        self.at_hub.extend(answer.cookies.iter().cloned());
        Ok(answer)
    }

    async fn ask_provider(&mut self, url: &str, form: Option<&BTreeMap<String, String>>) -> anyhow::Result<Answer> {
        let http = self.client.http();
        let request = form.map_or_else(|| http.get(url), |form| http.post(url).form(form));
        let answer = Answer::read(request.header(COOKIE, header(&self.at_provider)).send().await?).await?;
        ensure!(answer.status < 500, "the identity provider answered {}", answer.status);
        self.at_provider.extend(answer.cookies.iter().cloned());
        Ok(answer)
    }
}

fn header(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// The value of an attribute of a tag.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split('>').next()?.split_once(&format!(" {name}=\""))?.1;
    let value = rest.split_once('"')?.0;
    let plain = [("&#x2f;", "/"), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(plain.iter().fold(value.to_owned(), |value, (written, letter)| value.replace(written, letter)))
}
