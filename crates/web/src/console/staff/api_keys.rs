//! API keys of the company's other systems.

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use tessera_core::staff::{ApiKey, ApiKeyDraft, Area, Level, Permission, Permissions};
use tessera_hub::HubError;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::{back, chrome, id, presenter};
use crate::extract::form::Fields;
use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::console::staff::{ApiKeyRow, ApiKeys, NewApiKey, ScopeChoice};
use crate::respond::page::{Answer, PageError, page_with};

const URL: &str = "/console/api-keys";
/// Maximum lifetime of a key and of its predecessor, in days.
const MAX_DAYS: i64 = 3660;

/// What was typed, and the result of the last form.
#[derive(Debug, Default)]
struct Shown {
    name: String,
    scopes: Permissions,
    days: String,
    overlap_days: String,
    problem: Option<String>,
    /// The new key's name and the key itself.
    issued: Option<(String, String)>,
}

pub(in crate::console) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    show(&app, &staff, (&uri, &headers), Shown::default()).await
}

async fn show(app: &App, staff: &Staff, (uri, headers): (&Uri, &HeaderMap), shown: Shown) -> Answer {
    let now = app.hub.env.now();
    let keys = app.hub.queries().api_keys().await?;
    let status = if shown.problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let content = ApiKeys {
        keys: keys.iter().rev().map(|key| row(key, now)).collect(),
        new: NewApiKey {
            action: URL.to_owned(),
            name: shown.name,
            scopes: Area::ALL.iter().map(|&area| choice(area, &shown.scopes)).collect(),
            days: shown.days,
            overlap_days: shown.overlap_days,
        },
        problem: shown.problem,
        issued_name: shown.issued.as_ref().map(|(name, _)| name.clone()),
        issued_key: shown.issued.map(|(_, key)| key),
    };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

fn row(key: &ApiKey, now: Timestamp) -> ApiKeyRow {
    let state = match (key.expires_at, key.replaced_at) {
        (Some(at), _) if at <= now => Badge::new("Expired", Tone::Bad),
        (_, Some(_)) => Badge::new("Replaced", Tone::Warn),
        _ => Badge::new("In use", Tone::Good),
    };
    let everything = key.scopes == Permissions::all();
    ApiKeyRow {
        name: key.name.clone(),
        state,
        scopes: if everything {
            vec!["everything".to_owned()]
        } else {
            key.scopes.iter().map(|it| it.to_string()).collect()
        },
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoke_action: format!("{URL}/{}/revoke", key.id),
    }
}

fn choice(area: Area, chosen: &Permissions) -> ScopeChoice {
    ScopeChoice {
        name: format!("scope-{}", area.as_str()),
        label: presenter::sentence(area.as_str()),
        level: match chosen.level(area) {
            None => "",
            Some(Level::Read) => "read",
            Some(Level::Change) => "change",
        }
        .to_owned(),
    }
}

fn scopes(fields: &Fields) -> Result<Permissions, PageError> {
    let chosen = Area::ALL.iter().filter_map(|&area| {
        let level = match fields.get(&format!("scope-{}", area.as_str())) {
            "" => return None,
            "read" => Level::Read,
            "change" => Level::Change,
            _ => return Some(Err(PageError(StatusCode::BAD_REQUEST))),
        };
        Some(Ok(Permission { area, level }))
    });
    chosen.collect()
}

/// A number of days from now; `None` for an empty field.
fn in_days(text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(days) if (0..=MAX_DAYS).contains(&days) => Ok(Some(now + SignedDuration::from_hours(24 * days))),
        _ => Err(format!("{text} is not a number of days between 0 and {MAX_DAYS}.")),
    }
}

/// Issues a key, and shows it once: the page is the answer to the form, so nothing keeps the key.
pub(in crate::console) async fn issue(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let (now, scopes) = (app.hub.env.now(), scopes(&fields)?);
    let typed = |problem| Shown {
        name: fields.get("name").to_owned(),
        scopes: scopes.clone(),
        days: fields.get("days").to_owned(),
        overlap_days: fields.get("overlap_days").to_owned(),
        problem: Some(problem),
        issued: None,
    };
    let times = in_days(fields.get("days"), now)
        .and_then(|expires_at| Ok((expires_at, in_days(fields.get("overlap_days"), now)?)));
    let shown = match times {
        Err(problem) => typed(problem),
        Ok((expires_at, older_until)) => {
            let name = fields.get("name").trim().to_owned();
            let draft = ApiKeyDraft { name, scopes: scopes.clone(), expires_at, older_until };
            match app.hub.issue_api_key(&draft, &staff.ctx()).await {
                Ok((key, secret)) => Shown { issued: Some((key.name, secret)), ..Shown::default() },
                Err(error @ HubError::Store(_)) => return Err(error.into()),
                Err(error) => typed(presenter::sentence(&error.to_string())),
            }
        }
    };
    show(&app, &staff, (&uri, &headers), shown).await
}

pub(in crate::console) async fn revoke(State(app): State<App>, staff: Staff, Path(key): Path<String>) -> Answer {
    let outcome = app.hub.revoke_api_key(id(&key)?, &staff.ctx()).await;
    back(&app, URL, outcome.map(|key| format!("The key {} no longer works.", key.name)))
}
