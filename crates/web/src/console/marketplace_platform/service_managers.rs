//! Service managers: connecting a vendor, its settings, its custom fields, and a test of the connection (`M04`, `M05`).

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use secrecy::SecretString;
use serde::Deserialize;
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::marketplace::SyncOption;
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{Endpoints, PlatformError, ServiceManager, ServiceManagerDraft};
use tessera_hub::ports::{VendorFinding, VendorFindings, VendorRule};
use tessera_hub::{FieldWithValues, HubError, PreviewedRefresh, ServiceManagerSecrets};

use super::super::{PAGE_SIZE, chrome, id};
use super::presenter::{back, field_type, filled_by, from_hex, hex, labelled};
use super::{MANAGERS, manager_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::extract::form::Fields;
use crate::middleware::form_once::not_carried_out;
use crate::pages::console::Badge;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::service_managers::{
    ChangedField, ConnectionTest, FieldRow, KeptValues, ManagerForm, ManagerPage, ManagerRow, RefreshPreview,
    ServiceManagers, SettingRow, TestedRule,
};
use crate::pages::{Flash, Tone};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

/// Number of empty rows for setting fields.
const EMPTY_ROWS: usize = 3;
/// Maximum number of rows for setting fields that are read.
const MAX_ROWS: usize = 60;
/// The labels of the form's fields.
const LABELS: [(&str, &str); 7] = [
    ("name", "Name"),
    ("base_url", "Address"),
    ("application_id", "Application ID"),
    ("api_key", "API key"),
    ("endpoints", "Endpoint"),
    ("settings", "Setting field"),
    ("notification", "E-mail"),
];

/// Paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    after: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(ListQuery { after }): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let after = after.as_deref().map(id::<ServiceManagerId>).transpose()?;
    let mut found = app.hub.queries().service_managers(after, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let content = ServiceManagers {
        more_url: found.last().filter(|_| more).map(|last| format!("{MANAGERS}?after={}", last.id)),
        rows: found.iter().map(|it| row(&app, it)).collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn row(app: &App, it: &ServiceManager) -> ManagerRow {
    ManagerRow {
        url: manager_url(it.id),
        name: it.name.clone(),
        address: it.settings.base_url.clone(),
        fields: it.fields.len(),
        state: match (&it.fetch_error, it.is_fetched()) {
            (Some(_), _) => Badge::new("Could not be fetched", Tone::Bad),
            (None, true) => Badge::new("Fetched", Tone::Good),
            (None, false) => Badge::new("Not fetched yet", Tone::Warn),
        },
        saved: presenter::done(app, it.changed_at, &it.changed_by),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    shown(&app, &staff, (&uri, &headers), id(&manager)?, None, None).await
}

async fn shown(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    manager: ServiceManagerId,
    test: Option<ConnectionTest>,
    refresh: Option<RefreshPreview>,
) -> Answer {
    let found = app.hub.queries().service_manager_detail(manager).await?;
    let (it, entered) = found.ok_or(PageError::NOT_FOUND)?;
    let Endpoints { sync_options, exists, synchronize, delete } = &it.settings.endpoints;
    let endpoints =
        [("SyncOptions", sync_options), ("Exists", exists), ("Synchronize", synchronize), ("Delete", delete)];
    let known: BTreeSet<&str> = it.fields.iter().map(|field| field.id.as_str()).collect();
    let kept = entered.iter().filter(|(field, _)| !known.contains(field.as_str()));
    let content = ManagerPage {
        url: manager_url(manager),
        address: it.settings.base_url.clone(),
        application_id: it.settings.application_id.clone(),
        settings: it.settings.setting_ids.clone(),
        endpoints: endpoints
            .into_iter()
            .filter_map(|(operation, address)| Some((operation.to_owned(), address.clone()?)))
            .collect(),
        reseller_support: it.settings.reseller_support,
        pre_check: it.settings.pre_check,
        notifies: it.settings.notification.enabled,
        saved: presenter::done(app, it.changed_at, &it.changed_by),
        fetched_at: it.fetched_at,
        fetch_error: it.fetch_error.as_deref().map(presenter::sentence),
        fields: it.fields.iter().map(|field| field_row(field, &entered)).collect(),
        kept: kept.map(|(field, entered)| KeptValues { id: field.clone(), entered: *entered }).collect(),
        name: it.name,
        test,
        refresh,
    };
    page(app, &chrome(app, headers, uri, staff).await?, &content)
}

fn field_row(field: &SyncOption, entered: &BTreeMap<String, i64>) -> FieldRow {
    FieldRow {
        id: field.id.clone(),
        name: field.name.clone(),
        description: field.description.clone(),
        kind: field_type(field),
        required: field.required,
        filled_by: filled_by(field),
        choices: field.values.iter().map(|choice| choice.name.clone()).collect(),
        entered: entered.get(&field.id).copied().unwrap_or(0),
    }
}

/// Tests the connection, by calls that change nothing at the vendor.
pub(super) async fn test(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let manager: ServiceManagerId = id(&manager)?;
    match app.hub.test_service_manager(manager).await {
        Ok(found) => {
            let test = Some(tested(found));
            shown(&app, &staff, (&uri, &headers), manager, test, None).await.map(not_carried_out)
        }
        Err(error) => back(&app, &manager_url(manager), Err(error)),
    }
}

fn tested(found: VendorFindings) -> ConnectionTest {
    let count = |kept: VendorRule| found.rules.iter().filter(|rule| rule.kept == kept).count();
    let (broken, advice) = (count(VendorRule::Broken), count(VendorRule::Advice));
    let number = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let verdict = match (broken, advice, &found.stopped) {
        (0, _, Some(_)) => Badge::new("Not finished", Tone::Warn),
        (0, 0, None) => Badge::new("The connection works", Tone::Good),
        (0, ..) => Badge::new(
            format!("The connection works, {}", number(advice, "recommendation", "recommendations")),
            Tone::Warn,
        ),
        _ => Badge::new(format!("{} of the contract", number(broken, "broken rule", "broken rules")), Tone::Bad),
    };
    ConnectionTest {
        verdict,
        calls: found.calls,
        not_checked: found.not_checked,
        stopped: found.stopped,
        rules: found.rules.into_iter().map(rule).collect(),
    }
}

fn rule(it: VendorFinding) -> TestedRule {
    let is_kept = it.kept == VendorRule::Kept;
    TestedRule {
        id: it.id.to_owned(),
        title: it.title.to_owned(),
        outcome: match it.kept {
            VendorRule::Kept => Badge::new("Kept", Tone::Good),
            VendorRule::Advice => Badge::new("Recommendation", Tone::Warn),
            VendorRule::Broken => Badge::new("Broken", Tone::Bad),
        },
        found: it.found.as_deref().map(presenter::sentence),
        fix: (!is_kept).then(|| it.fix.to_owned()),
        exchange: it.exchange.filter(|_| !is_kept),
    }
}

/// Shows what a refresh of the custom fields would change.
pub(super) async fn preview_refresh(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    previewed(&app, &staff, (&uri, &headers), id(&manager)?).await
}

async fn previewed(app: &App, staff: &Staff, around: (&Uri, &HeaderMap), manager: ServiceManagerId) -> Answer {
    match app.hub.preview_refresh(manager).await {
        Ok(PreviewedRefresh { refreshed, seen }) => {
            let field = |it: FieldWithValues| ChangedField { id: it.field.id, name: it.field.name, entered: it.values };
            let added = refreshed.added.into_iter().map(|field| FieldWithValues { field, values: 0 });
            let refresh = RefreshPreview {
                seen: hex(seen),
                added: added.map(field).collect(),
                changed: refreshed.changed.into_iter().map(field).collect(),
                removed: refreshed.removed.into_iter().map(field).collect(),
            };
            shown(app, staff, around, manager, None, Some(refresh)).await.map(not_carried_out)
        }
        Err(error) => back(app, &manager_url(manager), Err(error)),
    }
}

/// Applies the refresh that was shown.
pub(super) async fn apply_refresh(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let manager: ServiceManagerId = id(&manager)?;
    let seen = from_hex(fields.get("seen")).ok_or(PageError(StatusCode::BAD_REQUEST))?;
    let outcome = app.hub.apply_refresh(manager, seen, &staff.ctx()).await;
    if let Err(error) = &outcome
        && let Some(PlatformError::OptionsChanged) = error.rejection::<PlatformError>()
    {
        return previewed(&app, &staff, (&uri, &headers), manager).await;
    }
    let told = "The custom fields are up to date. Every value that was entered is kept.";
    back(&app, &manager_url(manager), outcome.map(|()| told.to_owned()))
}

pub(super) async fn fresh(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let draft = ServiceManagerSettings { reseller_support: true, ..ServiceManagerSettings::default() };
    let content = form(None, 0, &ServiceManagerDraft { name: String::new(), settings: draft }, &[], Vec::new());
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn edit(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let it = app.hub.queries().service_manager(id(&manager)?).await?.ok_or(PageError::NOT_FOUND)?;
    let draft = ServiceManagerDraft { name: it.name.clone(), settings: it.settings.clone() };
    let content = form(Some(&it), it.version, &draft, &it.settings.setting_ids, Vec::new());
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// The form. `ids` are the ids of the setting fields in it.
fn form(
    of: Option<&ServiceManager>,
    version: i64,
    draft: &ServiceManagerDraft,
    ids: &[String],
    problems: Vec<String>,
) -> ManagerForm {
    let settings = &draft.settings;
    let Endpoints { sync_options, exists, synchronize, delete } = &settings.endpoints;
    let endpoints = [
        ("sync_options", "SyncOptions", sync_options),
        ("exists", "Exists", exists),
        ("synchronize", "Synchronize", synchronize),
        ("delete", "Delete", delete),
    ];
    let stored = |id: &str| of.is_some_and(|of| of.settings.setting_ids.iter().any(|known| known == id));
    let rows = ids.iter().cloned().chain(std::iter::repeat_n(String::new(), EMPTY_ROWS)).enumerate();
    ManagerForm {
        of: of.map(|of| Link::new(&of.name, manager_url(of.id))),
        action: of.map_or_else(|| MANAGERS.to_owned(), |of| manager_url(of.id)),
        version,
        name: draft.name.clone(),
        base_url: settings.base_url.clone(),
        application_id: settings.application_id.clone(),
        endpoints: endpoints
            .into_iter()
            .map(|(name, label, address)| (name.to_owned(), label.to_owned(), address.clone().unwrap_or_default()))
            .collect(),
        settings: rows.map(|(at, id)| SettingRow { number: at + 1, stored: stored(&id), id }).collect(),
        reseller_support: settings.reseller_support,
        pre_check: settings.pre_check,
        problems,
    }
}

/// The form as it was sent.
struct Sent {
    draft: ServiceManagerDraft,
    api_key: Option<SecretString>,
    settings: BTreeMap<String, Option<SecretString>>,
    version: i64,
}

impl Sent {
    fn read(fields: &Fields) -> Self {
        let entered = |name: &str| Some(fields.get(name).trim().to_owned()).filter(|text| !text.is_empty());
        let settings = (1..=MAX_ROWS).filter_map(|number| {
            let id = entered(&format!("setting_id_{number}"))?;
            let value = fields.get(&format!("setting_value_{number}"));
            Some((id, Some(value).filter(|value| !value.is_empty()).map(SecretString::from)))
        });
        let endpoints = Endpoints {
            sync_options: entered("endpoint_sync_options"),
            exists: entered("endpoint_exists"),
            synchronize: entered("endpoint_synchronize"),
            delete: entered("endpoint_delete"),
        };
        let draft = ServiceManagerSettings {
            base_url: fields.get("base_url").to_owned(),
            endpoints,
            application_id: fields.get("application_id").to_owned(),
            pre_check: fields.is_set("pre_check"),
            reseller_support: fields.is_set("reseller_support"),
            ..ServiceManagerSettings::default()
        };
        Self {
            draft: ServiceManagerDraft { name: fields.get("name").to_owned(), settings: draft },
            api_key: Some(fields.get("api_key")).filter(|key| !key.is_empty()).map(SecretString::from),
            settings: settings.collect(),
            version: fields.get("version").parse().unwrap_or(0),
        }
    }
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let sent = Sent::read(&fields);
    let empty = || SecretString::from("");
    let secrets = ServiceManagerSecrets {
        api_key: sent.api_key.clone().unwrap_or_else(empty),
        settings: sent.settings.iter().map(|(id, it)| (id.clone(), it.clone().unwrap_or_else(empty))).collect(),
    };
    match app.hub.create_service_manager(sent.draft.clone(), &secrets, &staff.ctx()).await {
        Ok(made) => Ok(Redirect::to(&manager_url(made.id)).into_response()),
        Err(error) => refused(&app, &staff, (&uri, &headers), None, &sent, error).await,
    }
}

pub(super) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let it = app.hub.queries().service_manager(id(&manager)?).await?.ok_or(PageError::NOT_FOUND)?;
    let mut sent = Sent::read(&fields);
    sent.draft.settings.notification = it.settings.notification.clone();
    let saved = if sent.version == it.version {
        let (draft, api_key, settings) = (sent.draft.clone(), sent.api_key.clone(), sent.settings.clone());
        app.hub.save_service_manager(it.id, draft, api_key, Some(settings), &staff.ctx()).await
    } else {
        Err(PlatformError::SavedMeanwhile.into())
    };
    match saved {
        Ok(saved) => {
            let told = match &saved.fetch_error {
                None => Flash::done("Saved. The custom fields are up to date."),
                Some(_) => Flash::partly("Saved, but the sync options could not be fetched. See below."),
            };
            Ok(redirect_with(&app, &manager_url(it.id), Some(&told)))
        }
        Err(error) => refused(&app, &staff, (&uri, &headers), Some(&it), &sent, error).await,
    }
}

async fn refused(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    of: Option<&ServiceManager>,
    sent: &Sent,
    error: HubError,
) -> Answer {
    if !matches!(error, HubError::Rejected(_)) {
        return Err(error.into());
    }
    let ids: Vec<String> = sent.settings.keys().cloned().collect();
    let content = form(of, sent.version, &sent.draft, &ids, labelled(&error, &LABELS));
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, StatusCode::UNPROCESSABLE_ENTITY)
}
