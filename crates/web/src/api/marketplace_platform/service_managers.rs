//! Service managers: the vendors that the marketplace calls (`M04`, `M05`).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::marketplace::SyncOption;
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{self as platform, ServiceManagerDraft};
use tessera_hub::{FieldWithValues, Refreshed, ServiceManagerSecrets};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ById, Page, made, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "service-managers";

/// A new service manager.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewServiceManager {
    /// Name, which is also the name of the group of custom fields.
    #[schema(example = "Example Cloud EU")]
    name: String,
    /// Address before `/API/Accounts/…`.
    #[schema(example = "https://vendor.example/api")]
    base_url: String,
    /// Addresses of endpoints that are elsewhere.
    #[serde(default)]
    endpoints: Endpoints,
    /// The application id that the vendor gave.
    #[schema(example = "5f2b3c1e-7a64-4d0b-9d53-3a7c1f0e2b90")]
    application_id: String,
    /// The API key that the vendor gave. It is stored encrypted and never shown again.
    api_key: String,
    /// Setting fields by id, sent with every call. They are stored encrypted and never shown again.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// The e-mail to a new customer, if the vendor asks for one.
    #[serde(default)]
    notification: Notification,
    /// Whether Synchronize is called with `CheckOnly` first. Only for vendors that know it: others would create the customer.
    #[serde(default)]
    pre_check: bool,
    /// Whether a reseller is synchronized before its customers.
    #[serde(default = "yes")]
    reseller_support: bool,
}

/// The settings of a service manager. Secrets that are left out stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ChangedServiceManager {
    /// Name, which is also the name of the group of custom fields.
    #[schema(example = "Example Cloud EU")]
    name: String,
    /// Address before `/API/Accounts/…`.
    #[schema(example = "https://vendor.example/api")]
    base_url: String,
    /// Addresses of endpoints that are elsewhere.
    #[serde(default)]
    endpoints: Endpoints,
    /// The application id that the vendor gave.
    application_id: String,
    /// A new API key.
    #[serde(default)]
    api_key: Option<String>,
    /// All setting fields anew.
    #[serde(default)]
    settings: Option<BTreeMap<String, String>>,
    /// The e-mail to a new customer, if the vendor asks for one.
    #[serde(default)]
    notification: Notification,
    /// Whether Synchronize is called with `CheckOnly` first.
    #[serde(default)]
    pre_check: bool,
    /// Whether a reseller is synchronized before its customers.
    #[serde(default = "yes")]
    reseller_support: bool,
}

/// Addresses of endpoints that are not below the base address.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::api) struct Endpoints {
    /// Address of `SyncOptions`.
    sync_options: Option<String>,
    /// Address of `Exists`.
    exists: Option<String>,
    /// Address of `Synchronize`.
    synchronize: Option<String>,
    /// Address of `Delete`.
    delete: Option<String>,
}

/// The e-mail to a new customer.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::api) struct Notification {
    /// Whether it is sent.
    enabled: bool,
    /// Subject, with merge fields.
    subject: String,
    /// Body, with merge fields such as `[#Contacts.FullName#]`.
    body: String,
}

/// A service manager.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ServiceManager {
    /// Its id.
    id: Uuid,
    /// Name.
    name: String,
    /// Address before `/API/Accounts/…`.
    base_url: String,
    /// Addresses of endpoints that are elsewhere.
    endpoints: Endpoints,
    /// The application id.
    application_id: String,
    /// Ids of the setting fields that are sent.
    setting_ids: Vec<String>,
    /// The e-mail to a new customer.
    notification: Notification,
    /// Whether Synchronize is called with `CheckOnly` first.
    pre_check: bool,
    /// Whether a reseller is synchronized before its customers.
    reseller_support: bool,
    /// The custom fields of accounts that the vendor defines.
    group: FieldGroup,
    /// Number of times that the settings were saved.
    version: i64,
    /// When it was created.
    created_at: Timestamp,
    /// When the settings were saved last.
    changed_at: Timestamp,
    /// Who saved them.
    #[schema(example = "api_key:shop")]
    changed_by: String,
}

/// A group of custom fields.
#[derive(Debug, Serialize, ToSchema)]
struct FieldGroup {
    /// Its name, which is that of the service manager.
    name: String,
    /// The fields, in the vendor's order.
    fields: Vec<CustomField>,
    /// When they were fetched.
    #[schema(required)]
    fetched_at: Option<Timestamp>,
    /// Why they could not be fetched since. They are fetched again in the background.
    #[schema(required)]
    error: Option<String>,
}

/// A custom field: a sync option of the vendor.
#[derive(Debug, Serialize, ToSchema)]
struct CustomField {
    /// Id.
    #[schema(example = "domain")]
    id: String,
    /// Label.
    name: String,
    /// Description.
    #[schema(required)]
    description: Option<String>,
    /// Input type, as in the contract.
    #[schema(example = "SimpleValue")]
    kind: &'static str,
    /// Data type, as in the contract.
    #[schema(example = "Text")]
    data_type: &'static str,
    /// Whether it is needed.
    required: bool,
    /// Whether people can only see it.
    read_only: bool,
    /// Whether the customer enters it.
    available_to_storefront: bool,
    /// The choices of a list.
    values: Vec<FieldChoice>,
}

/// A choice of a list.
#[derive(Debug, Serialize, ToSchema)]
struct FieldChoice {
    /// Id, which is the value.
    id: String,
    /// Label.
    name: String,
    /// Description.
    #[schema(required)]
    description: Option<String>,
    /// Whether it is preselected.
    default: bool,
}

/// A service manager in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ServiceManagerItem {
    /// Its id.
    id: Uuid,
    /// Name.
    name: String,
    /// Address before `/API/Accounts/…`.
    base_url: String,
    /// Number of custom fields.
    fields: usize,
    /// Why they could not be fetched since.
    #[schema(required)]
    error: Option<String>,
    /// When the settings were saved last.
    changed_at: Timestamp,
}

/// A page of service managers.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ServiceManagers {
    /// The service managers, in the order of their creation.
    items: Vec<ServiceManagerItem>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// What a refresh of sync options changed.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Refresh {
    /// New fields.
    added: Vec<NamedField>,
    /// Fields with another definition. Their values are kept, and checked at the next synchronization.
    changed: Vec<FieldAndValues>,
    /// Fields that are gone. Their values are kept, are not sent, and count again if the field returns.
    removed: Vec<FieldAndValues>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
struct NamedField {
    /// Id.
    id: String,
    /// Label.
    name: String,
}

/// A field and the values that it has.
#[derive(Debug, Serialize, ToSchema)]
struct FieldAndValues {
    /// Id.
    id: String,
    /// Label.
    name: String,
    /// Number of accounts with a value, which is kept.
    kept_values: i64,
}

const fn yes() -> bool {
    true
}

fn draft(
    name: String,
    base_url: String,
    application_id: String,
    endpoints: Endpoints,
    notification: Notification,
    (pre_check, reseller_support): (bool, bool),
) -> ServiceManagerDraft {
    let Endpoints { sync_options, exists, synchronize, delete } = endpoints;
    let Notification { enabled, subject, body } = notification;
    let settings = ServiceManagerSettings {
        base_url,
        endpoints: platform::Endpoints { sync_options, exists, synchronize, delete },
        application_id,
        setting_ids: Vec::new(),
        pre_check,
        reseller_support,
        notification: platform::Notification { enabled, subject, body },
    };
    ServiceManagerDraft { name, settings }
}

fn secret(values: BTreeMap<String, String>) -> BTreeMap<String, SecretString> {
    values.into_iter().map(|(id, value)| (id, SecretString::from(value))).collect()
}

impl From<platform::ServiceManager> for ServiceManager {
    fn from(it: platform::ServiceManager) -> Self {
        let platform::Endpoints { sync_options, exists, synchronize, delete } = it.settings.endpoints;
        let platform::Notification { enabled, subject, body } = it.settings.notification;
        let group = FieldGroup {
            name: it.name.clone(),
            fields: it.fields.into_iter().map(CustomField::from).collect(),
            fetched_at: it.fetched_at,
            error: it.fetch_error,
        };
        Self {
            id: it.id.0,
            name: it.name,
            base_url: it.settings.base_url,
            endpoints: Endpoints { sync_options, exists, synchronize, delete },
            application_id: it.settings.application_id,
            setting_ids: it.settings.setting_ids,
            notification: Notification { enabled, subject, body },
            pre_check: it.settings.pre_check,
            reseller_support: it.settings.reseller_support,
            group,
            version: it.version,
            created_at: it.created_at,
            changed_at: it.changed_at,
            changed_by: it.changed_by,
        }
    }
}

impl From<SyncOption> for CustomField {
    fn from(option: SyncOption) -> Self {
        let choice = |choice: tessera_core::marketplace::Choice| FieldChoice {
            id: choice.id,
            name: choice.name,
            description: choice.description,
            default: choice.default,
        };
        Self {
            id: option.id,
            name: option.name,
            description: option.description,
            kind: option.kind.as_str(),
            data_type: option.data_type.as_str(),
            required: option.required,
            read_only: option.read_only,
            available_to_storefront: option.storefront,
            values: option.values.into_iter().map(choice).collect(),
        }
    }
}

impl From<platform::ServiceManager> for ServiceManagerItem {
    fn from(it: platform::ServiceManager) -> Self {
        Self {
            id: it.id.0,
            name: it.name,
            base_url: it.settings.base_url,
            fields: it.fields.len(),
            error: it.fetch_error,
            changed_at: it.changed_at,
        }
    }
}

impl From<FieldWithValues> for FieldAndValues {
    fn from(FieldWithValues { field, values }: FieldWithValues) -> Self {
        Self { id: field.id, name: field.name, kept_values: values }
    }
}

impl From<Refreshed> for Refresh {
    fn from(Refreshed { added, changed, removed }: Refreshed) -> Self {
        Self {
            added: added.into_iter().map(|field| NamedField { id: field.id, name: field.name }).collect(),
            changed: changed.into_iter().map(FieldAndValues::from).collect(),
            removed: removed.into_iter().map(FieldAndValues::from).collect(),
        }
    }
}

/// Create a service manager
///
/// The vendor's sync options are fetched and become custom fields of accounts. If that fails, `group.error` says why, and
/// it is tried again in the background.
#[utoipa::path(
    post, path = "/service-managers", operation_id = "createServiceManager", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = NewServiceManager,
    responses(
        (status = 201, description = "The service manager", body = ServiceManager, headers(("location" = String, description = "The service manager"))),
        problems::Any, problems::Refused,
    ),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(new): Json<NewServiceManager>,
) -> Result<Response, Problem> {
    let NewServiceManager { name, base_url, endpoints, application_id, api_key, settings, notification, .. } = new;
    let switches = (new.pre_check, new.reseller_support);
    let secrets = ServiceManagerSecrets { api_key: SecretString::from(api_key), settings: secret(settings) };
    let draft = draft(name, base_url, application_id, endpoints, notification, switches);
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let created = app.hub.create_service_manager(draft, &secrets, &ctx).await?;
    Ok(made(StatusCode::CREATED, LIST, created.id.0, ServiceManager::from(created)))
}

/// List service managers
#[utoipa::path(
    get, path = "/service-managers", operation_id = "listServiceManagers", tag = "Admin", security(("apiKey" = [])),
    params(Page),
    responses((status = 200, description = "A page of service managers", body = ServiceManagers), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<ServiceManagers>, Problem> {
    let size = cursor::page_size(limit)?;
    let after: Option<ServiceManagerId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().service_managers(after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(ServiceManagers { items: found.into_iter().map(ServiceManagerItem::from).collect(), next_cursor }))
}

/// Get a service manager
#[utoipa::path(
    get, path = "/service-managers/{id}", operation_id = "getServiceManager", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The service manager", body = ServiceManager), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<ServiceManager>, Problem> {
    let found = app.hub.queries().service_manager(ServiceManagerId(id)).await?;
    found.map(|found| Json(found.into())).ok_or_else(|| none(id))
}

/// Save the settings of a service manager
///
/// The vendor's sync options are fetched again. Entered values are kept.
#[utoipa::path(
    put, path = "/service-managers/{id}", operation_id = "saveServiceManager", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = ChangedServiceManager,
    responses(
        (status = 200, description = "The service manager", body = ServiceManager),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn save(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(saved): Json<ChangedServiceManager>,
) -> Result<Json<ServiceManager>, Problem> {
    let ChangedServiceManager { name, base_url, endpoints, application_id, api_key, settings, notification, .. } =
        saved;
    let switches = (saved.pre_check, saved.reseller_support);
    let draft = draft(name, base_url, application_id, endpoints, notification, switches);
    let settings = settings.map(|values| secret(values).into_iter().map(|(id, value)| (id, Some(value))).collect());
    let api_key = api_key.map(SecretString::from);
    let id = ServiceManagerId(id);
    Ok(Json(app.hub.save_service_manager(id, draft, api_key, settings, &machine.ctx()).await?.into()))
}

/// Delete a service manager
///
/// The values of its custom fields, its calls, its notification and its finished operations are deleted with it. It is refused while accounts are
/// linked with it (`accounts_linked`), or operations at the vendor have not ended (`operation_pending`).
#[utoipa::path(
    delete, path = "/service-managers/{id}", operation_id = "deleteServiceManager", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses((status = 204, description = "It is deleted"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn delete(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.delete_service_manager(ServiceManagerId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refresh the sync options of a service manager
///
/// Says what became of the custom fields and of the values that were entered for them.
#[utoipa::path(
    post, path = "/service-managers/{id}/refresh", operation_id = "refreshServiceManager", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 200, description = "The difference", body = Refresh),
        problems::Any, problems::NotFound, problems::Upstream,
    ),
)]
pub(in crate::api) async fn refresh(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Refresh>, Problem> {
    Ok(Json(app.hub.refresh_service_manager(ServiceManagerId(id)).await?.into()))
}

/// The problem for an unknown id.
pub(super) fn none(id: Uuid) -> Problem {
    Problem::not_found(format!("there is no service manager {id}"))
}
