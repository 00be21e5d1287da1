//! Marketplaces: the options for their customers, their accounts, and their calls (`M01`–`M20`).

mod account;
mod calls;
mod options;

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::record::RecordKey;
use tessera_core::marketplace::{Call, SyncOption};
use tessera_hub::marketplace::MarketplaceConfig;
use tessera_hub::queries::marketplace::{MarketplaceLine, MarketplacePage};
use tessera_hub::queries::records::StoredRecord;
use url::form_urlencoded::byte_serialize;

use super::{PAGE_SIZE, chrome};
use crate::App;
use crate::auth::caller::Staff;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::console::presenter;
use crate::pages::Tone;
use crate::pages::console::{AccountRow, Badge, CallRow, Marketplace, MarketplaceRow, Marketplaces, OptionRow};
use crate::respond::page::{Answer, PageError, page};

/// Maximum number of calls shown on a page.
const CALLS: usize = 25;

/// The routes, relative to `/console/marketplaces`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::Staff)
        .route("/", get(list))
        .route("/{marketplace}", get(show))
        .route("/{marketplace}/options", get(options::form).post(options::save))
        .route("/{marketplace}/options/remove", post(options::remove))
        .route("/{marketplace}/options/reset", post(options::reset))
        .route("/{marketplace}/accounts/{account}", get(account::show))
        .route("/{marketplace}/accounts/{account}/restore", post(account::restore))
        .route("/{marketplace}/calls/{call}", get(calls::show))
        .route("/{marketplace}/calls/{call}/replay", post(calls::replay))
}

async fn list(State(app): State<App>, staff: Staff, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let line = |line: MarketplaceLine<'_>| MarketplaceRow {
        url: url(&line.config.name),
        label: line.config.display_name.clone(),
        address: address(&app, line.config),
        options: u32::try_from(line.options.options.len()).unwrap_or(u32::MAX),
        last: line.last.as_ref().map(call_row),
    };
    let items = app.hub.queries().marketplaces().await?.into_iter().map(line).collect();
    page(&app, &chrome, &Marketplaces { items })
}

/// Query: the account after which the list begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    after: String,
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Query(From { after }): Query<From>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let marketplace = marketplace(&app, &name)?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let found = app.hub.queries().marketplace(marketplace, &after, (PAGE_SIZE + 1, CALLS)).await?;
    let MarketplacePage { options: set, mut accounts, calls } = found;
    let more = accounts.len() > PAGE_SIZE;
    accounts.truncate(PAGE_SIZE);
    let next = accounts.last().filter(|_| more).map(|(last, _)| {
        let after: String = byte_serialize(last.key.external_id.as_bytes()).collect();
        format!("{}?after={after}", url(&name))
    });
    let content = Marketplace {
        label: marketplace.display_name.clone(),
        address: address(&app, marketplace),
        applications: marketplace.applications.iter().map(|application| application.id.clone()).collect(),
        settings: marketplace.settings.iter().map(|setting| setting.id.clone()).collect(),
        rules: marketplace.matching.iter().map(|rule| format!("{} as {}", rule.by, rule.compare.as_str())).collect(),
        licence: marketplace.licence.map(|licence| licence.as_str().to_owned()),
        invites: marketplace.invite,
        options: set.options.iter().map(|option| option_row(&name, option)).collect(),
        changed: set.changed.as_ref().map(|(at, by)| presenter::done(&app, *at, by)),
        version: set.version,
        add_url: format!("{}/options", url(&name)),
        reset_action: set.changed.is_some().then(|| format!("{}/options/reset", url(&name))),
        accounts: accounts.iter().map(|(account, is_linked)| account_row(account, *is_linked)).collect(),
        next,
        calls: calls.iter().map(call_row).collect(),
    };
    page(&app, &chrome, &content)
}

/// The marketplace in the path.
fn marketplace<'a>(app: &'a App, name: &str) -> Result<&'a MarketplaceConfig, PageError> {
    app.hub.marketplace(name).ok_or(PageError::NOT_FOUND)
}

/// The address to configure at the platform: the part before `/API/Accounts/…`.
fn address(app: &App, marketplace: &MarketplaceConfig) -> String {
    app.hub.config.url(&marketplace.prefix)
}

fn url(name: &str) -> String {
    format!("/console/marketplaces/{name}")
}

/// The URL of an account's page.
pub(super) fn account_url(key: &RecordKey) -> String {
    let id: String = byte_serialize(key.external_id.as_bytes()).collect();
    format!("{}/accounts/{}", url(&key.system), id.replace('+', "%20"))
}

fn option_row(name: &str, option: &SyncOption) -> OptionRow {
    let who = match (option.read_only, option.storefront) {
        (true, _) => "Nobody: read-only",
        (false, true) => "The customer, at the first order",
        (false, false) => "The platform or its staff",
    };
    OptionRow {
        url: format!("{}/options?id={}", url(name), option.id),
        id: option.id.clone(),
        name: option.name.clone(),
        kind: option.kind.as_str().to_owned(),
        data_type: option.data_type.as_str().to_owned(),
        required: option.required,
        filled_by: who.to_owned(),
        values: option.values.iter().map(|choice| format!("{} = {}", choice.id, choice.name)).collect(),
    }
}

fn account_row(record: &StoredRecord, is_linked: bool) -> AccountRow {
    AccountRow {
        url: account_url(&record.key),
        id: record.key.external_id.clone(),
        name: record.attributes.title().to_owned(),
        state: state(record, is_linked),
        read_at: record.read_at,
    }
}

fn state(record: &StoredRecord, is_linked: bool) -> Badge {
    match (record.gone_at.is_some(), is_linked) {
        (true, _) => Badge::new("Deleted", Tone::Plain),
        (false, true) => Badge::new("Linked", Tone::Good),
        (false, false) => Badge::new("Waits for a decision", Tone::Warn),
    }
}

fn call_row(call: &Call) -> CallRow {
    CallRow {
        url: format!("{}/calls/{}", url(&call.marketplace), call.id),
        operation: call.operation.map_or("Unknown", tessera_core::marketplace::Operation::as_str).to_owned(),
        account: call.account_id.clone(),
        at: call.at,
        millis: format!("{}.{} ms", call.micros / 1000, call.micros % 1000 / 100),
        outcome: outcome(call.code),
        is_test: call.is_test,
    }
}

/// A response code with its name. Codes that customers can fix have a different colour from those that staff have to
/// fix.
fn outcome(code: i32) -> Badge {
    use tessera_core::marketplace::code::{CUSTOMER_BAND, Code};
    let name = Code::of(code).map_or("unknown", |entry| entry.name);
    let tone = match code {
        0 | 1 => Tone::Good,
        code if code == 2 || CUSTOMER_BAND.contains(&code) => Tone::Warn,
        _ => Tone::Bad,
    };
    Badge::new(format!("{code} {name}"), tone)
}
