//! Chooses the language of a request: what the reader chose in the footer, or what their browser asks for, or the
//! installation's. What a signed-in person chose in their profile comes first; it is known when their session is read.

use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use tessera_core::kernel::language::Language;
use url::{Url, form_urlencoded};

use super::around;
use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::respond::page::append_cookie;

/// Query parameter with the language that was chosen in the footer.
pub(crate) const PARAMETER: &str = "lang";

/// The language that was chosen in the footer.
#[derive(Debug, Clone, Copy)]
struct Asked(Language);

/// Takes the choice out of the address of a page, so that no handler sees it.
pub(crate) fn take_choice(request: &mut Request) {
    let faces = ["/portal", "/console", "/shop", "/activat", "/password/", "/register/", "/unsubscribe/"];
    let path = request.uri().path();
    let is_page = path == "/" || faces.iter().any(|face| path.starts_with(face));
    if !request.method().is_safe() || !is_page {
        return;
    }
    let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let (choices, others): (Vec<_>, Vec<_>) = pairs.into_owned().partition(|(name, _)| name == PARAMETER);
    let Some(language) = choices.iter().find_map(|(_, tag)| Language::parse(tag)) else { return };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
    let address = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let Ok(address) = address.parse::<Uri>() else { return };
    *request.uri_mut() = address;
    request.extensions_mut().insert(Asked(language));
}

/// Runs the request for its reader. The choice of the footer lasts as long as the browser keeps cookies.
pub(crate) async fn choose(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let asked = request.extensions().get::<Asked>().map(|Asked(language)| *language);
    let kept = || session_cookie::read(&app, headers, Kind::Language).and_then(|tag| Language::parse(&tag));
    let browser = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted);
    let mut locale = app.hub.config.locale.reader();
    locale.language = asked.or_else(kept).or_else(browser).unwrap_or(locale.language);
    let is_varied = !request.uri().path().starts_with("/assets/");
    let page = page_of(request.method(), request.uri(), headers);
    let (mut response, language) = around(locale, page, next.run(request)).await;
    if is_varied {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
    }
    if is_html(&response) {
        let tag = HeaderValue::from_static(language.tag());
        response.headers_mut().insert(header::CONTENT_LANGUAGE, tag);
    }
    if let Some(language) = asked {
        append_cookie(&mut response, &kept_in(&app, language));
    }
    response
}

/// The cookie that keeps a language in the browser.
pub(crate) fn kept_in(app: &App, language: Language) -> axum_extra::extract::cookie::Cookie<'static> {
    session_cookie::lasting_cookie(app, Kind::Language, language.tag().to_owned())
}

fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// The address that shows the page again. The answer to a form has none of its own: there it is the page with the form,
/// which the browser names, and on which the address may be the same.
fn page_of(method: &Method, uri: &Uri, headers: &HeaderMap) -> String {
    if method.is_safe() {
        return uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    }
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let referer = referer.and_then(|address| Url::parse(address).ok()).map(|address| address.path().to_owned());
    // A page with a token in its address names only its host; its form is sent to the same address.
    referer.filter(|path| path.len() > 1 && !path.starts_with("//")).unwrap_or_else(|| uri.path().to_owned())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn taken(address: &str) -> (String, Option<Language>) {
        let mut request = Request::builder().uri(address).body(Body::empty()).expect("an address");
        take_choice(&mut request);
        (request.uri().to_string(), request.extensions().get::<Asked>().map(|Asked(language)| *language))
    }

    #[test]
    fn the_choice_of_the_footer_is_taken_out_of_the_address() {
        assert_eq!(taken("/portal/customer?lang=de"), ("/portal/customer".to_owned(), Some(Language::German)));
        assert_eq!(taken("/shop?q=a%20b&lang=de"), ("/shop?q=a+b".to_owned(), Some(Language::German)));
        assert_eq!(taken("/shop?lang=xx"), ("/shop?lang=xx".to_owned(), None));
        assert_eq!(taken("/api/v1/me?lang=de").1, None, "an app asks with its header");
    }

    #[test]
    fn the_footer_leads_to_the_page_that_is_shown() {
        let page = |method: Method, referer: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            referer.map(|referer| headers.insert(header::REFERER, HeaderValue::from_static(referer)));
            page_of(&method, &Uri::from_static("/portal/customer/sign-in/password?a=b"), &headers)
        };
        let form = Some("https://hub.example.com/portal/customer/sign-in");
        assert_eq!(page(Method::GET, form), "/portal/customer/sign-in/password?a=b");
        assert_eq!(page(Method::POST, form), "/portal/customer/sign-in");
        assert_eq!(page(Method::POST, Some("https://hub.example.com/")), "/portal/customer/sign-in/password");
        assert_eq!(
            page(Method::POST, Some("https://hub.example.com//other.example")),
            "/portal/customer/sign-in/password"
        );
    }
}
