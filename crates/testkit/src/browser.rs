//! A minimal browser with forms, cookies and redirects.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, header, redirect};
use url::Url;

/// Maximum number of consecutive redirects.
const MAX_REDIRECTS: usize = 10;

/// A browser. Like any browser, it has one cookie jar for all ports of a host.
#[derive(Debug, Clone)]
pub struct Browser {
    http: Client,
    cookies: BTreeMap<String, String>,
    languages: Option<&'static str>,
}

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its URL.
    pub url: String,
    /// Status code.
    pub status: u16,
    /// Its HTML, without the keys of its forms, which differ each time.
    pub body: String,
    /// Its HTML as it was sent.
    pub html: String,
}

/// A file for upload.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// File name.
    pub name: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

impl File<'_> {
    /// An empty file field.
    pub const NONE: Self = Self { name: "", bytes: b"" };
}

impl Page {
    /// The action and the fields of the first form.
    fn form(&self) -> (String, BTreeMap<String, String>) {
        let form = self.html.split("<form").nth(1).unwrap_or_else(|| panic!("no form at {}: {}", self.url, self.body));
        let form = form.split("</form>").next().unwrap();
        let inputs = form.split("<input").skip(1).filter_map(|input| Some((attribute(input, "name")?, input)));
        let fields = inputs.map(|(name, input)| (name, attribute(input, "value").unwrap_or_default()));
        let action = attribute(form, "action").unwrap_or_default();
        (Url::parse(&self.url).unwrap().join(&action).unwrap().into(), fields.collect())
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// A browser without cookies.
    pub fn new() -> Self {
        Self { http: client(), cookies: BTreeMap::new(), languages: None }
    }

    /// A browser without cookies, whose user reads these languages (an `Accept-Language` header).
    pub fn reading(languages: &'static str) -> Self {
        Self { languages: Some(languages), ..Self::new() }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).cloned()
    }

    /// Adds a cookie to the jar, for example a stolen one.
    pub fn put_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens a URL and follows redirects.
    pub async fn open(&mut self, url: &str) -> Page {
        let mut url = url.to_owned();
        for _ in 0..MAX_REDIRECTS {
            let request = self.http.request(Method::GET, &url);
            match self.send(request, &url).await {
                Ok(page) => return page,
                Err(next) => url = next,
            }
        }
        panic!("redirected for ever, at last to {url}");
    }

    /// Opens a URL and follows redirects, but stops at a URL with this prefix and returns it.
    pub async fn open_until(&mut self, url: &str, elsewhere: &str) -> Result<Page, String> {
        let mut url = url.to_owned();
        for _ in 0..MAX_REDIRECTS {
            if url.starts_with(elsewhere) {
                return Err(url);
            }
            match self.send(self.http.request(Method::GET, &url), &url).await {
                Ok(page) => return Ok(page),
                Err(next) => url = next,
            }
        }
        panic!("redirected for ever, at last to {url}");
    }

    /// Fills in and submits the first form of a page, and follows redirects.
    pub async fn submit(&mut self, page: &Page, typed: &[(&str, &str)]) -> Page {
        match self.submit_form(page, typed).await {
            Ok(page) => page,
            Err(next) => self.open(&next).await,
        }
    }

    /// Fills in and submits the first form of a page, and returns the redirect target without opening it.
    pub async fn submit_only(&mut self, page: &Page, typed: &[(&str, &str)]) -> String {
        self.submit_form(page, typed).await.expect_err("the form leads elsewhere")
    }

    /// Posts a form and follows redirects.
    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        match self.send(self.http.request(Method::POST, url).form(&fields), url).await {
            Ok(page) => page,
            Err(next) => self.open(&next).await,
        }
    }

    /// Posts a form with a file and follows redirects.
    pub async fn upload(&mut self, url: &str, fields: &[(&str, &str)], file: File<'_>) -> Page {
        self.upload_all(url, fields, &[(file.name, file.bytes)]).await
    }

    /// The raw response of a URL.
    pub async fn fetch(&self, url: &str) -> reqwest::Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.get(url).header(header::COOKIE, cookies.join("; "));
        self.asking(request).send().await.unwrap()
    }

    /// Posts a form with any number of files and follows redirects.
    pub async fn upload_all(&mut self, url: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        const BORDER: &str = "a-border-that-is-in-no-file";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BORDER}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, bytes) in files {
            let name = name.replace('"', "%22");
            let head = format!("content-disposition: form-data; name=\"files\"; filename=\"{name}\"");
            body.extend_from_slice(format!("--{BORDER}\r\n{head}\r\ncontent-type: image/jpeg\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BORDER}--\r\n").as_bytes());
        let request = self.http.request(Method::POST, url).body(body);
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BORDER}"));
        match self.send(request, url).await {
            Ok(page) => page,
            Err(next) => self.open(&next).await,
        }
    }

    async fn submit_form(&mut self, page: &Page, typed: &[(&str, &str)]) -> Result<Page, String> {
        let (action, mut fields) = page.form();
        fields.extend(typed.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        let request = self.http.request(Method::POST, &action).form(&fields);
        self.send(request, &action).await
    }

    /// The request with the languages of the browser.
    fn asking(&self, request: RequestBuilder) -> RequestBuilder {
        match self.languages {
            Some(languages) => request.header(header::ACCEPT_LANGUAGE, languages),
            None => request,
        }
    }

    /// The page, or the redirect target.
    async fn send(&mut self, request: RequestBuilder, url: &str) -> Result<Page, String> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.asking(request.header(header::COOKIE, cookies.join("; ")));
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        if response.status().is_redirection() {
            let location = response.headers()[header::LOCATION].to_str().unwrap();
            return Err(Url::parse(url).unwrap().join(location).unwrap().into());
        }
        let (status, html) = (response.status().as_u16(), response.text().await.unwrap());
        Ok(Page { url: url.to_owned(), status, body: without_form_keys(&html), html })
    }
}

/// A page without the keys of its forms.
pub fn without_form_keys(html: &str) -> String {
    let mut parts = html.split("once=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let key = part.find('"').filter(|end| *end == 43);
        let (before, rest) = match key {
            Some(end) => (kept.trim_end_matches("&amp;").trim_end_matches('?').to_owned(), &part[end..]),
            None => (kept + "once=", part),
        };
        before + rest
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split('>').next()?.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"')?.0.replace("&#x2f;", "/").replace("&amp;", "&"))
}

/// A client that follows no redirects and uses no proxy. Like a browser, it sends the header that identifies
/// same-origin requests.
pub fn client() -> Client {
    // Reading the certificates of the machine takes longer than most requests, and nothing here uses TLS.
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().tls_certs_only([]);
    let ours = [(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("same-origin"))];
    client.default_headers(ours.into_iter().collect()).timeout(Duration::from_secs(30)).build().unwrap()
}
