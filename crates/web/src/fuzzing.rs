//! Parsers of requests, for the fuzz targets. Each takes anything and returns.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tessera_core::marketplace::Operation;
use tessera_core::messages::MessageType;
use uuid::Uuid;

use crate::extract::trusted_proxies::{ForwardedHeader, TrustedProxies};
use crate::extract::{cursor as cursors, link_token as links};
use crate::pages::markdown::{Style, html};
use crate::{api, hooks, marketplace_api};

/// The body of a call of a marketplace, by each operation, and what is kept of it.
pub fn marketplace_body(body: &[u8]) {
    for operation in Operation::ALL {
        if let Ok(read) = marketplace_api::read(operation, body) {
            let _ = read.about();
        }
    }
    let _ = marketplace_api::kept(body);
}

/// A delivery to a webhook: the query in the first line, and the body below it.
pub fn hook_delivery(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (query, body) = data.split_at(end);
    hooks::read_any(&String::from_utf8_lossy(query), body.strip_prefix(b"\n").unwrap_or(body));
}

/// The body of a message, of each type.
pub fn message(data: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(data) else { return };
    for kind in MessageType::ALL {
        if let Ok(content) = api::read_message(kind, body.clone()) {
            assert_eq!(content.kind(), kind);
        }
    }
}

/// A cursor of a list.
pub fn cursor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = cursors::read::<i64>("list", Some(&text));
    let _ = cursors::read::<Uuid>("list", Some(&text));
    let written = cursors::write("list", &text);
    let read = cursors::read::<String>("list", Some(&written));
    assert!(read.is_ok_and(|read| read.is_some_and(|read| read == text)), "a cursor reads back");
}

/// What proxies report of a client.
pub fn forwarded(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    for (name, header) in
        [("x-forwarded-for", ForwardedHeader::XForwardedFor), ("forwarded", ForwardedHeader::Forwarded)]
    {
        let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.clone())]);
        let proxies = TrustedProxies { header, ..TrustedProxies::hops(2) };
        let _ = proxies.client(None, &headers);
    }
}

/// The token of a link.
pub fn link_token(text: &str) {
    let token = links::without_marks(text);
    assert_eq!(links::without_marks(token), token, "nothing is left to take away");
}

/// A text in Markdown as HTML.
pub fn markdown(text: &str) {
    for headings in [true, false] {
        let html = html(text, Style { headings, picture: &|_| None }).to_lowercase();
        for tag in ["<script", "<style", "<iframe", "<object", "<img", "<svg", "<form"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        assert!(!html.contains("href=\"javascript:") && !html.contains("href=\"data:"), "{html}");
    }
}
