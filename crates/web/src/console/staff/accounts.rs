//! Staff accounts: who works in the console, and what they may do there.

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use tessera_core::kernel::ids::StaffId;
use tessera_core::staff::{Role, StaffAccount};
use tessera_hub::HubError;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::console::{back, chrome, id, presenter};
use crate::extract::form::Fields;
use crate::pages::console::staff::{NewStaff, RoleChoice, RoleLine, StaffAccounts, StaffLink, StaffRow};
use crate::respond::page::{Answer, PageError, page_with};

const URL: &str = "/console/staff";

/// What was typed, and the result of the last form.
#[derive(Debug, Default)]
struct Shown {
    person_id: String,
    login: String,
    name: String,
    roles: Vec<Role>,
    problem: Option<String>,
    link: Option<StaffLink>,
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
    let accounts = app.hub.queries().staff_accounts().await?;
    let status = if shown.problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let content = StaffAccounts {
        accounts: accounts.iter().map(|account| row(staff, account)).collect(),
        roles: Role::ALL.iter().map(|role| RoleLine::new(role.title(), role.purpose())).collect(),
        employ_action: format!("{URL}/persons"),
        person_id: shown.person_id,
        new: NewStaff { action: URL.to_owned(), login: shown.login, name: shown.name, roles: choices(&shown.roles) },
        problem: shown.problem,
        link: shown.link,
    };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

fn row(staff: &Staff, account: &StaffAccount) -> StaffRow {
    let url = format!("{URL}/{}", account.id);
    StaffRow {
        login: account.login.clone(),
        name: account.name.clone(),
        is_you: account.login == staff.0.login,
        titles: account.roles.iter().map(|role| role.title().to_owned()).collect(),
        roles: choices(&account.roles),
        person_url: account.person.map(person::url),
        waits_for_password: account.is_local() && account.password_hash.is_empty(),
        created_at: account.created_at,
        last_sign_in_at: account.last_sign_in_at,
        roles_action: format!("{url}/roles"),
        link_action: account.is_local().then(|| format!("{url}/link")),
        remove_action: format!("{url}/remove"),
    }
}

fn choices(chosen: &[Role]) -> Vec<RoleChoice> {
    let choice = |role: &Role| RoleChoice {
        value: role.as_str().to_owned(),
        label: role.title().to_owned(),
        chosen: chosen.contains(role),
    };
    Role::ALL.iter().map(choice).collect()
}

/// The ticked roles. Unknown names come from no form of ours.
fn roles(fields: &Fields) -> Result<Vec<Role>, PageError> {
    let parsed: Result<Vec<Role>, _> = fields.all("role").map(str::parse).collect();
    parsed.map_err(|_| PageError(StatusCode::BAD_REQUEST))
}

/// Creates an account and shows the link with which its owner chooses a password. The page is the answer to the form, so
/// nothing keeps the link.
pub(in crate::console) async fn invite(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let roles = roles(&fields)?;
    let (login, name) = (fields.get("login").trim().to_owned(), fields.get("name").trim().to_owned());
    let shown = match app.hub.invite_staff(&login, &name, &roles, &staff.ctx()).await {
        Ok(account) => Shown { link: Some(link(&app, &account)), ..Shown::default() },
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => {
            let problem = Some(presenter::sentence(&error.to_string()));
            Shown { login, name, roles, problem, ..Shown::default() }
        }
    };
    show(&app, &staff, (&uri, &headers), shown).await
}

/// Gives a person of the operating company an account.
pub(in crate::console) async fn employ(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let (roles, person_id) = (roles(&fields)?, fields.get("person_id").trim().to_owned());
    match app.hub.employ(&person_id, &roles, &staff.ctx()).await {
        Ok(account) => back(&app, URL, Ok(format!("{} can use the console from now on.", account.name))),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problem = Some(presenter::sentence(&error.to_string()));
            show(&app, &staff, (&uri, &headers), Shown { person_id, roles, problem, ..Shown::default() }).await
        }
    }
}

fn link(app: &App, account: &StaffAccount) -> StaffLink {
    let (url, expires_at) = app.hub.staff_link(account);
    StaffLink { name: account.name.clone(), url, expires_at }
}

/// Shows a link with which the owner of an account chooses a new password.
pub(in crate::console) async fn new_link(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let account = app.hub.queries().staff_account(id(&account)?).await?;
    let account = account.filter(StaffAccount::is_local).ok_or(PageError::NOT_FOUND)?;
    let shown = Shown { link: Some(link(&app, &account)), ..Shown::default() };
    show(&app, &staff, (&uri, &headers), shown).await
}

pub(in crate::console) async fn set_roles(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    fields: Fields,
) -> Answer {
    let account: StaffId = id(&account)?;
    let outcome = app.hub.set_staff_roles(account, &roles(&fields)?, &staff.ctx()).await;
    let done = |account: StaffAccount| {
        let titles: Vec<&str> = account.roles.iter().map(|role| role.title()).collect();
        if titles.is_empty() {
            format!("{} no longer has a role and cannot sign in.", account.name)
        } else {
            format!("Roles of {}: {}.", account.name, titles.join(", "))
        }
    };
    back(&app, URL, outcome.map(done))
}

pub(in crate::console) async fn remove(State(app): State<App>, staff: Staff, Path(account): Path<String>) -> Answer {
    let outcome = app.hub.remove_staff(id(&account)?, &staff.ctx()).await;
    back(&app, URL, outcome.map(|account| format!("{} was removed and is signed out everywhere.", account.name)))
}
