//! Staff accounts of the console, and API keys: who may do what.

mod api_key;
pub mod event;
mod groups;
pub mod jobs;
mod permissions;

use jiff::Timestamp;

pub use api_key::{
    ApiKey, ApiKeyDraft, MAX_NAME_LENGTH as MAX_KEY_NAME_LENGTH, NewApiKey, issue_api_key, revoke_api_key,
};
pub use groups::{Colleague, Groups, NoRole, Strength, follow_groups, roles_by_group};
pub use permissions::{Area, Level, Permission, Permissions, Role, UnknownName};

use crate::access::Portal;
use crate::kernel::actor::Actor;
use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::{ApiKeyId, CustomerId, PersonId, StaffId};
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::persons::Person;
use crate::staff::event::StaffEvent;

/// Maximum length of a login, and of the name of its owner, in characters.
pub const MAX_NAME_LENGTH: usize = 100;

/// Reason why a staff account or an API key cannot be created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// Something is missing or too long.
    #[error(
        "a staff account needs a login without spaces, a name, and a role; login and name have at most 100 characters"
    )]
    Incomplete,
    /// Only some people can be staff.
    #[error(
        "only a person of the operating company with a licence that opens the SMART Client (NAMED or STUDIO) can be staff"
    )]
    NoStaffPerson,
    /// Another account has the login.
    #[error("another account has this login")]
    LoginTaken,
    /// The link was used, is too old, or the account was removed.
    #[error("this link was used already, or is too old; ask an administrator of the console for a new one")]
    LinkOver,
    /// Someone else decides about the account.
    #[error("this account follows its groups at the company's identity provider; change the groups there")]
    FollowsGroups,
    /// The installation would have nobody left who decides who may do what.
    #[error("this is the last account with the role administrator; give someone else this role first")]
    LastAdministrator,
    /// A key says which machine calls.
    #[error("another machine has this key; each needs a key of its own")]
    KeyTaken,
    /// A key has no name, or one that is too long.
    #[error("name the machine that uses the key, in at most 100 characters")]
    KeyName,
    /// A key would permit nothing.
    #[error("choose at least one scope")]
    NoScope,
    /// A key would never work.
    #[error("the key would have expired already; choose a later time")]
    Expired,
}

impl Rejection for StaffError {
    fn code(&self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::NoStaffPerson => "no_staff_person",
            Self::LoginTaken => "login_taken",
            Self::LinkOver => "link_over",
            Self::FollowsGroups => "follows_groups",
            Self::LastAdministrator => "last_administrator",
            Self::KeyTaken => "key_taken",
            Self::KeyName => "key_name",
            Self::NoScope => "no_scope",
            Self::Expired => "expired",
        }
    }
}

/// A staff account of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAccount {
    /// The account's id.
    pub id: StaffId,
    /// Login name.
    pub login: String,
    /// The staff member's name.
    pub name: String,
    /// Argon2id, in PHC string format; empty until the first password is set.
    pub password_hash: String,
    /// The roles, which determine what the member of staff may do. None: nothing.
    pub roles: Vec<Role>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last sign-in with the account's own password.
    pub last_sign_in_at: Option<Timestamp>,
    /// The person whose account it is, who signs in as in the portals (`P06`).
    pub person: Option<PersonId>,
    /// The sign-in at the company's identity provider whose account it is.
    pub identity: Option<IdentityKey>,
}

impl StaffAccount {
    /// Whether it is a local account with a password.
    pub const fn is_local(&self) -> bool {
        self.person.is_none() && self.identity.is_none()
    }
}

/// A change of staff accounts and API keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffChange {
    /// Insert a new account. Its login must be unique.
    Create(StaffAccount),
    /// Set name and password of the account with this login, which must exist, and end its sessions.
    SetPassword(StaffAccount),
    /// Set the password of an account whose password is still the one `before`, and end its sessions.
    ChoosePassword {
        /// The account with its new password.
        account: StaffAccount,
        /// Hash of the password before.
        before: String,
    },
    /// Set the roles of an account, which must exist.
    SetRoles {
        /// The account.
        id: StaffId,
        /// Its roles from now on.
        roles: Vec<Role>,
    },
    /// Delete an account, which must exist, and end its sessions.
    Remove {
        /// The account.
        id: StaffId,
        /// Its login.
        login: String,
    },
    /// Insert an API key. Older keys of the same name stop working, at once or at a given time.
    PutApiKey(NewApiKey),
    /// Delete an API key, which must exist.
    RevokeApiKey(ApiKeyId),
}

impl FeatureChange for StaffChange {}

/// Creates an account, or sets the password of the existing one with this login (`exists`), which keeps its roles.
pub fn put_account(account: StaffAccount, exists: bool, mut operator: CustomerEdit<'_>) -> Plan {
    let login = account.login.clone();
    if exists {
        operator.note(StaffEvent::StaffPasswordSet { login });
        operator.push(StaffChange::SetPassword(account), "the account has a new password");
    } else {
        operator.note(StaffEvent::StaffAdded { login, roles: names(&account.roles) });
        operator.push(StaffChange::Create(account), "somebody works in the console");
    }
    operator.finish()
}

/// Creates an account without a password.
///
/// # Errors
/// [`StaffError::Incomplete`] if login, name or roles are missing, or too long.
pub fn invite_account(
    login: &str,
    name: &str,
    roles: &[Role],
    operator: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(StaffAccount, Plan), StaffError> {
    let fits =
        |text: &str| (1..=MAX_NAME_LENGTH).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if !fits(login) || !fits(name) || login.contains(char::is_whitespace) || roles.is_empty() {
        return Err(StaffError::Incomplete);
    }
    let account = StaffAccount {
        id: stamp.id(),
        login: login.to_owned(),
        name: name.to_owned(),
        password_hash: String::new(),
        roles: sorted(roles),
        created_at: stamp.now,
        last_sign_in_at: None,
        person: None,
        identity: None,
    };
    Ok((account.clone(), put_account(account, false, operator)))
}

/// Gives a person of the operating company an account, which has the person's id as its login. The person needs a licence that
/// opens the SMART Client (`P06`).
///
/// # Errors
/// [`StaffError::NoStaffPerson`] if the person belongs to a customer, or has no such licence; [`StaffError::Incomplete`] without a
/// role.
pub fn employ(
    person: &Person,
    roles: &[Role],
    operator: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(StaffAccount, Plan), StaffError> {
    let opens = person.licence.is_some_and(|licence| licence.opens(Portal::SmartClient));
    if person.customer_id != CustomerId::OPERATOR || !opens {
        return Err(StaffError::NoStaffPerson);
    }
    if roles.is_empty() {
        return Err(StaffError::Incomplete);
    }
    let account = StaffAccount {
        id: stamp.id(),
        login: person.person_id.clone(),
        name: person.name.clone(),
        password_hash: String::new(),
        roles: sorted(roles),
        created_at: stamp.now,
        last_sign_in_at: None,
        person: Some(person.id),
        identity: None,
    };
    Ok((account.clone(), put_account(account, false, operator)))
}

/// Sets the password that the owner of an account chose with a link. `before` is the hash that the link rests on.
pub fn choose_password(account: StaffAccount, before: &str, mut operator: CustomerEdit<'_>) -> Plan {
    operator.note(StaffEvent::StaffPasswordSet { login: account.login.clone() });
    let change = StaffChange::ChoosePassword { account, before: before.to_owned() };
    operator.push(change, "the owner of the account chose a password");
    operator.finish()
}

fn sorted(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// Gives an account other roles. `all` are the accounts of the installation.
///
/// # Errors
/// [`StaffError::LastAdministrator`] if no administrator would be left; [`StaffError::FollowsGroups`] if its groups decide.
pub fn set_roles(
    account: &StaffAccount,
    roles: &[Role],
    all: &[StaffAccount],
    mut operator: CustomerEdit<'_>,
) -> Result<Plan, StaffError> {
    if account.identity.is_some() {
        return Err(StaffError::FollowsGroups);
    }
    let roles = sorted(roles);
    if roles == account.roles {
        return Ok(operator.finish());
    }
    if !roles.contains(&Role::Administrator) {
        keep_an_administrator(account, all)?;
    }
    operator.note(StaffEvent::StaffRolesChanged { login: account.login.clone(), roles: names(&roles) });
    operator.push(StaffChange::SetRoles { id: account.id, roles }, "the account has other roles");
    Ok(operator.finish())
}

/// Removes an account and ends its sessions. `all` are the accounts of the installation.
///
/// # Errors
/// [`StaffError::LastAdministrator`] if no administrator would be left.
pub fn remove_account(
    account: &StaffAccount,
    all: &[StaffAccount],
    mut operator: CustomerEdit<'_>,
) -> Result<Plan, StaffError> {
    keep_an_administrator(account, all)?;
    operator.note(StaffEvent::StaffRemoved { login: account.login.clone() });
    let change = StaffChange::Remove { id: account.id, login: account.login.clone() };
    operator.push(change, "somebody no longer works in the console");
    Ok(operator.finish())
}

fn keep_an_administrator(account: &StaffAccount, all: &[StaffAccount]) -> Result<(), StaffError> {
    let is_administrator = |it: &StaffAccount| it.roles.contains(&Role::Administrator);
    let another = all.iter().any(|it| it.id != account.id && is_administrator(it));
    if another || !is_administrator(account) { Ok(()) } else { Err(StaffError::LastAdministrator) }
}

fn names(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}

/// The owner key of an account's sessions.
pub fn session_owner(login: &str) -> String {
    Actor::staff(login.to_owned()).to_string()
}
