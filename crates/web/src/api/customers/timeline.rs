//! A customer's timeline: all events, and whether the entries are unaltered (`H05`).

use std::fmt::Write as _;

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::Entry;
use utoipa::{IntoParams, ToSchema};

use super::{ById, none};
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::timeline::staff;
use crate::{App, Problem};

const LIST: &str = "timeline";

/// A page of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Timeline {
    /// The entries, newest first.
    items: Vec<TimelineEntry>,
    /// Whether the entries of this page are unaltered and in their place. Their hashes are computed again, starting
    /// from the hash of the entry before them; the first page must end at the head of the chain. `tessera audit verify`
    /// checks whole chains.
    verified: bool,
    /// What is wrong with this part of the chain; `null` if it is intact.
    #[schema(required)]
    broken: Option<String>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
struct TimelineEntry {
    /// Position in the chain, from 1.
    #[schema(example = 4)]
    seq: i64,
    /// When the event happened.
    at: Timestamp,
    /// The event's type.
    #[schema(example = "linked")]
    event: String,
    /// Version of the format of `detail`. An event written by a newer version of the program is returned as it was
    /// written.
    #[schema(example = 1)]
    version: u32,
    /// Data that depends on `event`. An erased name, address or text reads `{"erased": true}`.
    #[schema(value_type = Object)]
    detail: Value,
    /// The event described in a sentence.
    #[schema(
        example = "Linked freshsales:contact:31016358306: the only contact whose primary e-mail is ada@example.com"
    )]
    sentence: String,
    /// Who caused the event.
    #[schema(example = "api_key:installer")]
    actor: String,
    /// The channel: `activation`, `api`, `cli`, `console`, `hook` or `job`.
    #[schema(example = "activation")]
    channel: String,
    /// The entry's hash, which covers the hash of the previous entry: SHA-256, hexadecimal.
    hash: String,
}

impl From<Entry> for TimelineEntry {
    fn from(entry: Entry) -> Self {
        let (sentence, written) = (staff::entry(&entry), entry.written().plain());
        let detail = if written.detail.is_null() { json!({}) } else { written.detail };
        let mut hash = String::with_capacity(64);
        for byte in entry.hash {
            let _infallible = write!(hash, "{byte:02x}");
        }
        Self {
            seq: entry.seq,
            at: entry.at,
            event: written.event,
            version: written.v,
            detail,
            sentence,
            actor: entry.actor,
            channel: entry.channel,
            hash,
        }
    }
}

/// Paging.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Page {
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// Get a customer's timeline
///
/// All events, newest first. Each entry's hash covers the hash of the previous entry, and every response says whether
/// the entries on its page match their hashes, and the newest one the head of the chain. Reading all pages therefore
/// verifies the whole chain.
#[utoipa::path(
    get, path = "/customers/{id}/timeline", operation_id = "getTimeline", tag = "Admin", security(("apiKey" = [])),
    params(ById, Page),
    responses((status = 200, description = "A page of the timeline", body = Timeline), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(page): Query<Page>,
) -> Result<Json<Timeline>, Problem> {
    let size = cursor::page_size(page.limit)?;
    let before = cursor::read::<i64>(LIST, page.cursor.as_deref())?.unwrap_or(i64::MAX);
    let page = app.hub.queries().timeline(CustomerId(id), Some(before), size).await?.ok_or_else(|| none(id))?;
    let broken = page.checked.err().map(|broken| broken.to_string());
    let items: Vec<TimelineEntry> = page.entries.into_iter().map(TimelineEntry::from).collect();
    let next_cursor = items.last().filter(|_| page.more).map(|last| cursor::write(LIST, &last.seq.to_string()));
    Ok(Json(Timeline { items, verified: broken.is_none(), broken, next_cursor }))
}
