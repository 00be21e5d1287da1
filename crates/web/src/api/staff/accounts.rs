//! Staff accounts of the console.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::StaffId;
use tessera_core::staff::{Role, StaffAccount};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::persons::refused;
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// A staff account of the console.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct StaffMember {
    /// The account's id.
    id: Uuid,
    /// Login name.
    #[schema(example = "kim")]
    login: String,
    /// The name.
    #[schema(example = "Kim Example")]
    name: String,
    /// The roles: `administrator`, `support`, `operator`, `moderator`, `warehouse` or `auditor`. An account without a role cannot
    /// sign in.
    #[schema(example = json!(["support"]))]
    roles: Vec<&'static str>,
    /// The person whose account it is, who signs in as in the portals; `null` for a local account with a password.
    #[schema(required)]
    person_id: Option<Uuid>,
    /// Whether the owner of a local account has chosen a password.
    has_password: bool,
    /// When the account was created.
    created_at: Timestamp,
    /// Time of the last sign-in.
    #[schema(required)]
    last_sign_in_at: Option<Timestamp>,
}

impl From<StaffAccount> for StaffMember {
    fn from(account: StaffAccount) -> Self {
        Self {
            id: account.id.0,
            login: account.login,
            name: account.name,
            roles: account.roles.iter().map(|role| role.as_str()).collect(),
            person_id: account.person.map(|person| person.0),
            has_password: !account.password_hash.is_empty(),
            created_at: account.created_at,
            last_sign_in_at: account.last_sign_in_at,
        }
    }
}

/// All staff accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct StaffMembers {
    /// The accounts, by login.
    items: Vec<StaffMember>,
}

/// A new staff account: of a person, or a local one with login and name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewStaffMember {
    /// Person id, or the hub's own id, of a person of the operating company whose licence opens the SMART Client. The person
    /// signs in as in the portals.
    #[serde(default)]
    #[schema(example = "kim.example")]
    person_id: Option<String>,
    /// Login name of a local account, without spaces.
    #[serde(default)]
    login: Option<String>,
    /// Name of the owner of a local account.
    #[serde(default)]
    name: Option<String>,
    /// The roles, at least one.
    #[schema(example = json!(["support"]))]
    roles: Vec<String>,
}

/// A staff account that was just created.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct InvitedStaffMember {
    /// The account's id.
    id: Uuid,
    /// Login name.
    #[schema(example = "kim")]
    login: String,
    /// The name.
    #[schema(example = "Kim Example")]
    name: String,
    /// The roles.
    #[schema(example = json!(["support"]))]
    roles: Vec<&'static str>,
    /// The link with which the owner of a local account chooses a password; `null` for a person. It works once and is not shown
    /// again.
    #[schema(required)]
    link: Option<String>,
    /// When the link stops working.
    #[schema(required)]
    link_expires_at: Option<Timestamp>,
}

/// Other roles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct StaffMemberChange {
    /// The roles from now on. None: the account cannot sign in any more.
    #[schema(example = json!(["support", "warehouse"]))]
    roles: Vec<String>,
}

/// The account in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The account's id.
    id: Uuid,
}

/// List staff accounts
#[utoipa::path(
    get, path = "/staff", operation_id = "listStaff", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "The accounts", body = StaffMembers), problems::Any),
)]
pub(in crate::api) async fn list(State(app): State<App>, _machine: Machine) -> Result<Json<StaffMembers>, Problem> {
    let items = app.hub.queries().staff_accounts().await?.into_iter().map(StaffMember::from).collect();
    Ok(Json(StaffMembers { items }))
}

/// Create a staff account
///
/// For a local account, the answer has a link with which its owner chooses a password. Pass it on; it works once, for three days.
#[utoipa::path(
    post, path = "/staff", operation_id = "createStaff", tag = "Admin", security(("apiKey" = [])),
    request_body = NewStaffMember,
    responses((status = 201, description = "The account", body = InvitedStaffMember), problems::Any, problems::Refused),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    Json(new): Json<NewStaffMember>,
) -> Result<Response, Problem> {
    let roles = roles(&new.roles)?;
    let (account, link) = match (new.person_id, new.login, new.name) {
        (Some(person), None, None) => (app.hub.employ(&person, &roles, &machine.ctx()).await.map_err(refused)?, None),
        (None, Some(login), Some(name)) => {
            let account = app.hub.invite_staff(&login, &name, &roles, &machine.ctx()).await?;
            let link = app.hub.staff_link(&account);
            (account, Some(link))
        }
        _ => {
            let detail = "give person_id for a person, or login and name for a local account";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "person_or_login", detail));
        }
    };
    let (link, link_expires_at) = link.unzip();
    let StaffMember { id, login, name, roles, .. } = account.into();
    let invited = InvitedStaffMember { id, login, name, roles, link, link_expires_at };
    Ok((StatusCode::CREATED, Json(invited)).into_response())
}

/// Change the roles of a staff account
///
/// They count from the next request of the member of staff on. The last administrator keeps this role.
#[utoipa::path(
    patch, path = "/staff/{id}", operation_id = "changeStaff", tag = "Admin", security(("apiKey" = [])), params(ById),
    request_body = StaffMemberChange,
    responses(
        (status = 200, description = "The account", body = StaffMember),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn change(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(change): Json<StaffMemberChange>,
) -> Result<Json<StaffMember>, Problem> {
    let account = app.hub.set_staff_roles(StaffId(id), &roles(&change.roles)?, &machine.ctx()).await?;
    Ok(Json(account.into()))
}

/// Remove a staff account
///
/// Its sessions end at once. The last administrator cannot be removed.
#[utoipa::path(
    delete, path = "/staff/{id}", operation_id = "removeStaff", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 204, description = "The account is removed"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn remove(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.remove_staff(StaffId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn roles(names: &[String]) -> Result<Vec<Role>, Problem> {
    let known = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let parsed = names.iter().map(|name| name.parse::<Role>());
    parsed.collect::<Result<_, _>>().map_err(|unknown| {
        let detail = format!("roles: {:?} is no role; the roles are {}", unknown.0, known());
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_role", detail)
    })
}
