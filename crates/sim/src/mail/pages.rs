//! The HTTP side of the mail sink: the inbox for people, and `/_sim/` for tests.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Deserialize;

use crate::page::{Page, escape};

use super::faults::Fault;
use super::{MailSink, Message};

const SYSTEM: &str = "Mail";

/// `?to=`
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    to: String,
}

/// `GET /_sim/messages`
pub(super) async fn list(
    State(MailSink { inbox, .. }): State<MailSink>,
    Query(wanted): Query<ListQuery>,
) -> Json<Vec<Message>> {
    Json(inbox.messages(&wanted.to))
}

/// `DELETE /_sim/messages`
pub(super) async fn empty(State(MailSink { inbox, .. }): State<MailSink>) -> StatusCode {
    inbox.empty();
    StatusCode::NO_CONTENT
}

/// `GET /_sim/faults`
pub(super) async fn faults(State(MailSink { inbox, .. }): State<MailSink>) -> Json<Vec<Fault>> {
    Json(inbox.faults.list())
}

/// `POST /_sim/faults`
pub(super) async fn add_fault(
    State(MailSink { inbox, .. }): State<MailSink>,
    Json(fault): Json<Fault>,
) -> impl IntoResponse {
    inbox.faults.add(fault.clone());
    (StatusCode::CREATED, Json(fault))
}

/// `DELETE /_sim/faults`
pub(super) async fn clear_faults(State(MailSink { inbox, .. }): State<MailSink>) -> StatusCode {
    inbox.faults.clear();
    StatusCode::NO_CONTENT
}

/// `GET /`
pub(super) async fn inbox(State(MailSink { inbox, .. }): State<MailSink>, Query(wanted): Query<ListQuery>) -> Page {
    let messages = inbox.messages(&wanted.to);
    let rows: String = messages.iter().map(row).collect();
    let list = if messages.is_empty() {
        "<p class=\"quiet\">No mail yet. Reload the page when you expect some.</p>".to_owned()
    } else {
        format!(
            "<table class=\"cards\"><thead><tr><th>Subject</th><th>To</th><th>Received</th></tr></thead>\n\
             <tbody>\n{rows}</tbody></table>"
        )
    };
    let body = format!(
        "<form class=\"search\" role=\"search\"><input type=\"search\" name=\"to\" value=\"{}\" aria-label=\"Recipient\" \
         placeholder=\"Recipient\"><button>Search</button></form>\n{list}",
        escape(&wanted.to),
    );
    Page::new(SYSTEM, "Inbox", body)
}

/// `GET /messages/{id}`
pub(super) async fn message(State(MailSink { inbox, .. }): State<MailSink>, Path(id): Path<u64>) -> Response {
    let Some(message) = inbox.message(id) else {
        let body = "<p>It may have made room for newer mail. <a href=\"/\">Inbox</a></p>";
        return (StatusCode::NOT_FOUND, Page::new(SYSTEM, "No such message", body)).into_response();
    };
    let mut facts = format!("<dt>Sender</dt><dd>{}</dd>\n", escape(&message.from));
    add(&mut facts, format_args!("<dt>Recipients</dt><dd>{}</dd>\n", escape(message.to.join(", "))));
    for (name, value) in &message.headers {
        add(
            &mut facts,
            format_args!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value.as_str().unwrap_or_default())),
        );
    }
    let mut body = String::new();
    if let Some(html) = &message.html {
        // Without `allow-scripts` and `allow-same-origin` the mail can only be displayed, and links followed.
        add(
            &mut body,
            format_args!(
                "<iframe title=\"The message as HTML\" sandbox=\"allow-top-navigation-by-user-activation allow-popups \
                 allow-popups-to-escape-sandbox\" srcdoc=\"{}\"></iframe>\n",
                escape(with_link_target(html)),
            ),
        );
    }
    if let Some(text) = &message.text {
        add(
            &mut body,
            format_args!("<h2>Plain text</h2>\n<div class=\"card\"><pre>{}</pre></div>\n", with_links(text)),
        );
    }
    add(
        &mut body,
        format_args!(
            "<h2>Headers</h2>\n<div class=\"card\"><dl>\n{facts}</dl></div>\n\
             <p><a href=\"/messages/{id}/source\">Source</a> · <a href=\"/\">Inbox</a></p>"
        ),
    );
    Page::new(SYSTEM, title(&message), body).into_response()
}

/// `GET /messages/{id}/source`
pub(super) async fn source(State(MailSink { inbox, .. }): State<MailSink>, Path(id): Path<u64>) -> Response {
    match inbox.message(id) {
        Some(message) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], message.source).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn row(message: &Message) -> String {
    format!(
        "<tr><td><a href=\"/messages/{}\">{}</a></td><td>{}</td><td>{}</td></tr>\n",
        message.id,
        escape(title(message)),
        escape(message.to.join(", ")),
        escape(message.received_at.strftime("%Y-%m-%d %H:%M:%S UTC")),
    )
}

fn title(message: &Message) -> &str {
    if message.subject.is_empty() { "(no subject)" } else { &message.subject }
}

/// Makes the links of a framed mail open in the whole window.
fn with_link_target(html: &str) -> String {
    const TARGET: &str = "<base target=\"_top\">";
    let head = html.to_ascii_lowercase().find("<head").and_then(|start| Some(start + html[start..].find('>')? + 1));
    match head.and_then(|end| html.split_at_checked(end)) {
        Some((before, after)) => format!("{before}{TARGET}{after}"),
        None => format!("{TARGET}{html}"),
    }
}

/// Converts plain text to HTML with clickable URLs.
fn with_links(text: &str) -> String {
    let mut html = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let space = &piece[word.len()..];
        if word.starts_with("https://") || word.starts_with("http://") {
            add(&mut html, format_args!("<a href=\"{0}\">{0}</a>{space}", escape(word)));
        } else {
            html.push_str(&escape(piece));
        }
    }
    html
}

fn add(html: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing into a `String` cannot fail.
    let _: std::fmt::Result = html.write_fmt(piece);
}
