//! Layout of the stand-ins' HTML pages, without scripts.

use std::fmt::Display;

use axum::response::{Html, IntoResponse, Response};
use http::header;

const STYLE: &str = include_str!("page.css");

/// A page of a stand-in. Its body is HTML: external text must be escaped with [`escape`].
#[derive(Debug)]
pub struct Page {
    system: &'static str,
    title: String,
    body: String,
}

impl Page {
    /// Creates a page with `title` (plain text) for the stand-in of `system`.
    pub fn new(system: &'static str, title: impl Into<String>, body: impl Into<String>) -> Self {
        Self { system, title: title.into(), body: body.into() }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let (system, title, body) = (self.system, escape(&self.title), self.body);
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {system}</title>\n<style>\n{STYLE}</style>\n\
             </head>\n<body>\n<header><a href=\"/\">{system}</a><span class=\"badge\">stand-in</span></header>\n<main>\n\
             <h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
        );
        // The pages need only own forms and framed mail. Scripts are not allowed.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-src 'self'";
        ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
    }
}

/// Escapes text for HTML content and quoted attributes.
pub fn escape(text: impl Display) -> String {
    let text = text.to_string();
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}
