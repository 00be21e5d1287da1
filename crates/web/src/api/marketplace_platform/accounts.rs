//! Accounts of the marketplace: direct customers, resellers and their customers.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::marketplace;
use tessera_core::marketplace_platform::{self as platform, AccountProfile, VendorLink};
use tessera_hub::queries::marketplace_platform::MarketplaceAccountPage;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::operations::Operation;
use super::{ById, made, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "marketplace-accounts";

/// What is entered about an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct AccountEntry {
    /// The company's or person's name.
    #[schema(example = "Direct Customer Example")]
    name: String,
    /// A short code.
    #[serde(default)]
    code: Option<String>,
    /// E-mail address.
    #[serde(default)]
    email: Option<String>,
    /// Telephone.
    #[serde(default)]
    phone: Option<String>,
    /// Fax.
    #[serde(default)]
    fax: Option<String>,
    /// Web site.
    #[serde(default)]
    web_site: Option<String>,
    /// Description.
    #[serde(default)]
    description: Option<String>,
    /// The primary contact.
    #[serde(default)]
    contact: Option<PrimaryContact>,
    /// The addresses. Vendors receive the billing address, or else the first one.
    #[serde(default)]
    addresses: Vec<AccountAddress>,
    /// The account that sells to this one. Left out for a direct customer.
    #[serde(default)]
    reseller_id: Option<Uuid>,
}

/// The primary contact of an account.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::api) struct PrimaryContact {
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// E-mail address.
    email: Option<String>,
}

/// An address of an account.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::api) struct AccountAddress {
    /// What it is for: `billing`, or another word.
    #[schema(example = "billing")]
    kind: String,
    /// First line.
    address1: Option<String>,
    /// Second line.
    address2: Option<String>,
    /// City.
    city: Option<String>,
    /// Post code.
    post_code: Option<String>,
    /// State or province.
    state: Option<Region>,
    /// Country.
    country: Option<Region>,
}

/// A state or a country.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::api) struct Region {
    /// Code.
    #[schema(example = "US")]
    code: Option<String>,
    /// Name.
    #[schema(example = "United States")]
    name: Option<String>,
}

/// An account of the marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MarketplaceAccount {
    /// Its id, which vendors receive.
    id: Uuid,
    /// `direct_customer`, `reseller` or `customer_of_reseller`.
    #[schema(example = "direct_customer")]
    kind: &'static str,
    /// `active`, `deleting` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// The company's or person's name.
    name: String,
    /// A short code.
    #[schema(required)]
    code: Option<String>,
    /// E-mail address.
    #[schema(required)]
    email: Option<String>,
    /// Telephone.
    #[schema(required)]
    phone: Option<String>,
    /// Fax.
    #[schema(required)]
    fax: Option<String>,
    /// Web site.
    #[schema(required)]
    web_site: Option<String>,
    /// Description.
    #[schema(required)]
    description: Option<String>,
    /// The primary contact.
    #[schema(required)]
    contact: Option<PrimaryContact>,
    /// The addresses.
    addresses: Vec<AccountAddress>,
    /// The account that sells to this one.
    #[schema(required)]
    reseller_id: Option<Uuid>,
    /// When it was created.
    created_at: Timestamp,
    /// Who created it.
    #[schema(example = "api_key:shop")]
    created_by: String,
    /// Number of changes, from 1.
    version: i64,
    /// Its customer in the hub. `null` while a review waits for a decision whose account it is.
    #[schema(required)]
    customer_id: Option<Uuid>,
    /// The vendors that have it, or had it.
    links: Vec<LinkWithVendor>,
    /// Values of custom fields, by service manager and field.
    sync_options: BTreeMap<String, BTreeMap<String, String>>,
}

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MarketplaceAccountItem {
    /// Its id, which vendors receive.
    id: Uuid,
    /// `direct_customer`, `reseller` or `customer_of_reseller`.
    #[schema(example = "direct_customer")]
    kind: &'static str,
    /// `active`, `deleting` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// The company's or person's name.
    name: String,
    /// E-mail address.
    #[schema(required)]
    email: Option<String>,
    /// The account that sells to this one.
    #[schema(required)]
    reseller_id: Option<Uuid>,
    /// When it was created.
    created_at: Timestamp,
}

/// The link of an account with its customer at a vendor.
#[derive(Debug, Serialize, ToSchema)]
struct LinkWithVendor {
    /// The service manager.
    service_manager_id: Uuid,
    /// The customer's id at the vendor. `null`: the vendor has not confirmed it yet.
    #[schema(required)]
    external_id: Option<String>,
    /// Whether the customer existed there before.
    existed: bool,
    /// What the vendor wants to hear again in every call.
    extra_details: BTreeMap<String, String>,
    /// When it was linked.
    #[schema(required)]
    linked_at: Option<Timestamp>,
    /// When it was deleted there.
    #[schema(required)]
    deleted_at: Option<Timestamp>,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MarketplaceAccounts {
    /// The accounts, in the order of their creation.
    items: Vec<MarketplaceAccountItem>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Filter and page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ListQuery {
    /// Only customers of this reseller.
    reseller_id: Option<Uuid>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

impl AccountEntry {
    fn read(self) -> (AccountProfile, Option<MarketplaceAccountId>) {
        let contact = self.contact.map(|PrimaryContact { first_name, last_name, email }| platform::PrimaryContact {
            first_name,
            last_name,
            email,
        });
        let profile = AccountProfile {
            name: self.name,
            code: self.code,
            email: self.email,
            phone: self.phone,
            fax: self.fax,
            web_site: self.web_site,
            description: self.description,
            contact,
            addresses: self.addresses.into_iter().map(platform::AccountAddress::from).collect(),
        };
        (profile, self.reseller_id.map(MarketplaceAccountId))
    }
}

impl From<Region> for marketplace::Place {
    fn from(Region { code, name }: Region) -> Self {
        Self { code, name }
    }
}

impl From<marketplace::Place> for Region {
    fn from(marketplace::Place { code, name }: marketplace::Place) -> Self {
        Self { code, name }
    }
}

impl From<AccountAddress> for platform::AccountAddress {
    fn from(it: AccountAddress) -> Self {
        let AccountAddress { kind, address1, address2, city, post_code, state, country } = it;
        let (state, country) = (state.map(Into::into), country.map(Into::into));
        let address = marketplace::Address { address1, address2, city, post_code, state, country };
        Self { kind, address }
    }
}

impl From<platform::AccountAddress> for AccountAddress {
    fn from(platform::AccountAddress { kind, address }: platform::AccountAddress) -> Self {
        let marketplace::Address { address1, address2, city, post_code, state, country } = address;
        let (state, country) = (state.map(Into::into), country.map(Into::into));
        Self { kind, address1, address2, city, post_code, state, country }
    }
}

impl From<platform::MarketplaceAccount> for MarketplaceAccountItem {
    fn from(it: platform::MarketplaceAccount) -> Self {
        Self {
            id: it.id.0,
            kind: it.kind(),
            state: it.state.into(),
            name: it.profile.name,
            email: it.profile.email,
            reseller_id: it.reseller.map(|id| id.0),
            created_at: it.created_at,
        }
    }
}

impl From<VendorLink> for LinkWithVendor {
    fn from(it: VendorLink) -> Self {
        Self {
            service_manager_id: it.service_manager.0,
            external_id: it.external_id,
            existed: it.existed,
            extra_details: it.extra,
            linked_at: it.linked_at,
            deleted_at: it.deleted_at,
        }
    }
}

impl From<MarketplaceAccountPage> for MarketplaceAccount {
    fn from(page: MarketplaceAccountPage) -> Self {
        let mut sync_options: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for value in page.values {
            sync_options.entry(value.service_manager.to_string()).or_default().insert(value.field, value.value);
        }
        let it = page.account;
        let (kind, state) = (it.kind(), it.state.into());
        let contact = it.profile.contact.map(|contact| PrimaryContact {
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
        });
        Self {
            id: it.id.0,
            kind,
            state,
            name: it.profile.name,
            code: it.profile.code,
            email: it.profile.email,
            phone: it.profile.phone,
            fax: it.profile.fax,
            web_site: it.profile.web_site,
            description: it.profile.description,
            contact,
            addresses: it.profile.addresses.into_iter().map(AccountAddress::from).collect(),
            reseller_id: it.reseller.map(|id| id.0),
            created_at: it.created_at,
            created_by: it.created_by,
            version: it.version,
            customer_id: page.customer.map(|id| id.0),
            links: page.links.into_iter().map(LinkWithVendor::from).collect(),
            sync_options,
        }
    }
}

/// Create a marketplace account
///
/// The account is linked to the customer of the hub that has its e-mail address, or a new customer is created. If several
/// customers could be meant, a review waits for a decision.
#[utoipa::path(
    post, path = "/marketplace-accounts", operation_id = "createMarketplaceAccount", tag = "Admin",
    security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = AccountEntry,
    responses(
        (status = 201, description = "The account", body = MarketplaceAccount, headers(("location" = String, description = "The account"))),
        problems::Any, problems::Refused,
    ),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(entry): Json<AccountEntry>,
) -> Result<Response, Problem> {
    let (profile, reseller) = entry.read();
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let created = app.hub.create_marketplace_account(profile, reseller, &ctx).await?;
    Ok(made(StatusCode::CREATED, LIST, created.id.0, detail(&app, created.id).await?))
}

/// List marketplace accounts
#[utoipa::path(
    get, path = "/marketplace-accounts", operation_id = "listMarketplaceAccounts", tag = "Admin",
    security(("apiKey" = [])), params(ListQuery),
    responses((status = 200, description = "A page of accounts", body = MarketplaceAccounts), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(ListQuery { reseller_id, limit, cursor }): Query<ListQuery>,
) -> Result<Json<MarketplaceAccounts>, Problem> {
    let size = cursor::page_size(limit)?;
    let after: Option<MarketplaceAccountId> = cursor::read(LIST, cursor.as_deref())?;
    let reseller = reseller_id.map(MarketplaceAccountId);
    let found = app.hub.queries().platform_accounts(reseller, after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(MarketplaceAccounts { items: found.into_iter().map(MarketplaceAccountItem::from).collect(), next_cursor }))
}

/// Get a marketplace account
#[utoipa::path(
    get, path = "/marketplace-accounts/{id}", operation_id = "getMarketplaceAccount", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 200, description = "The account", body = MarketplaceAccount),
        problems::Any, problems::NotFound,
    ),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<MarketplaceAccount>, Problem> {
    Ok(Json(detail(&app, MarketplaceAccountId(id)).await?))
}

/// Change a marketplace account
///
/// Everything is replaced by what is sent. The vendors hear of it at the next synchronization.
#[utoipa::path(
    put, path = "/marketplace-accounts/{id}", operation_id = "changeMarketplaceAccount", tag = "Admin",
    security(("apiKey" = [])), params(ById), request_body = AccountEntry,
    responses(
        (status = 200, description = "The account", body = MarketplaceAccount),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn change(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(entry): Json<AccountEntry>,
) -> Result<Json<MarketplaceAccount>, Problem> {
    let ((profile, reseller), id) = (entry.read(), MarketplaceAccountId(id));
    app.hub.change_marketplace_account(id, profile, reseller, &machine.ctx()).await?;
    Ok(Json(detail(&app, id).await?))
}

/// Delete a marketplace account
///
/// It is deleted at every vendor, and then here. The operation says how far that is.
#[utoipa::path(
    delete, path = "/marketplace-accounts/{id}", operation_id = "deleteMarketplaceAccount", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 202, description = "The operation", body = Operation, headers(("location" = String, description = "The operation"))),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn delete(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Response, Problem> {
    let operation = app.hub.delete_account(MarketplaceAccountId(id), &machine.ctx()).await?;
    super::operations::accepted(&app, operation).await
}

async fn detail(app: &App, id: MarketplaceAccountId) -> Result<MarketplaceAccount, Problem> {
    let found = app.hub.queries().platform_account(id).await?;
    found.map(Into::into).ok_or_else(|| Problem::not_found(format!("there is no marketplace account {id}")))
}
