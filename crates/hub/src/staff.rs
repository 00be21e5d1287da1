//! Staff accounts of the console, and API keys.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tessera_core::access::Portal;
use tessera_core::credentials;
use tessera_core::credentials::password::{self, PasswordError};
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{ApiKeyId, CustomerId, StaffId};
use tessera_core::staff::{self, ApiKey, ApiKeyDraft, Permissions, Role, StaffAccount, StaffError};

use crate::commit::commit;
use crate::credentials::password_hashing::Lane;
use crate::credentials::sessions::{Whose, still_proved};
use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError, PortalSession, WorkEntry};

/// Minimum interval between writes of a key's last use.
const KEY_USE_NOTED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long a link for choosing a password works.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(72);

/// The data of a staff session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSession {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
}

/// What a session of the portals is at the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffPerson {
    /// A member of staff.
    Member(StaffMember),
    /// A member of staff who signs in with a password alone.
    NeedsSecondFactor,
    /// Nobody who works there.
    NoStaff,
}

/// A member of staff who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// What the roles permit at present.
    pub permissions: Permissions,
    /// The portals that are open to the person; none with a local account.
    pub portals: Vec<Portal>,
}

/// The result of a staff sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffSignInOutcome {
    /// Signed in, with the session token.
    In(String),
    /// Login or password is wrong, or the account has no role. The answer does not reveal which.
    Wrong,
}

impl Hub {
    /// Signs a member of staff in. An unknown login takes as long as a wrong password.
    /// A `known` browser has signed in with this login before, and does not wait behind strangers.
    pub async fn sign_in_staff(
        &self,
        login: &str,
        password: &str,
        known: bool,
    ) -> Result<StaffSignInOutcome, HubError> {
        let ended = self.check_staff_password(login, password, known).await;
        self.counted().staff_sign_in(&ended);
        ended
    }

    async fn check_staff_password(
        &self,
        login: &str,
        password: &str,
        known: bool,
    ) -> Result<StaffSignInOutcome, HubError> {
        let lane = if known { Lane::Known } else { Lane::Strangers };
        let staff = self.reads().staff(login.trim()).await?;
        let staff = staff.filter(|staff| !staff.roles.is_empty() && staff.identity.is_none());
        let stored = staff.as_ref().map(|staff| staff.password_hash.clone()).filter(|stored| !stored.is_empty());
        let right = self.env.passwords().verify(password.to_owned(), stored, lane).await?;
        let Some(staff) = staff.filter(|_| right) else { return Ok(StaffSignInOutcome::Wrong) };
        self.note_local_sign_in(&staff.login).await?;
        let token = random_token();
        let now = self.env.now();
        let owner = staff::session_owner(&staff.login);
        let proof = Proof::StaffPassword { login: staff.login.clone(), hash: staff.password_hash };
        let id = staff.id;
        let session = StaffSession { login: staff.login, name: staff.name };
        let session = NewSession {
            token_hash: hash(&token),
            who: serde_json::to_value(session).unwrap_or_default(),
            owner,
            identity: None,
            device: None,
            address: None,
            created_at: now,
            proved_at: None,
            expires_at: now + self.config.session_lifetime,
            provider_session: None,
            replaces: None,
            proof: Some(proof),
        };
        let opened = still_proved(self.technical().open_session(&session).await)?;
        if opened.is_none() {
            return Ok(StaffSignInOutcome::Wrong);
        }
        self.technical().staff_signed_in(id, now).await?;
        Ok(StaffSignInOutcome::In(token))
    }

    /// The member of staff who owns a session, with the roles of this moment. `None` also if the account was removed or has no
    /// role any more.
    pub async fn staff_session(&self, token: &str) -> Result<Option<StaffMember>, HubError> {
        let found = self.reads().session(&hash(token), self.env.now()).await?;
        let Some(Whose::Staff(session)) = found else { return Ok(None) };
        let account = self.reads().staff(&session.login).await?.filter(|account| !account.roles.is_empty());
        Ok(account.map(|account| StaffMember {
            permissions: Permissions::of_roles(&account.roles),
            login: account.login,
            name: account.name,
            portals: Vec::new(),
        }))
    }

    /// Creates a staff account with the role administrator, or sets the password of an existing one and ends its sessions.
    pub async fn put_staff(&self, login: &str, name: &str, password: &str, ctx: &Ctx) -> Result<(), HubError> {
        self.put_staff_with(login, name, password, &[Role::Administrator], ctx).await
    }

    /// Creates a staff account with these roles, or sets the password of an existing one, which keeps its roles, and ends its
    /// sessions.
    ///
    /// # Errors
    /// [`StaffError::Incomplete`] if the login is empty; [`PasswordError`] if the password is not acceptable.
    pub async fn put_staff_with(
        &self,
        login: &str,
        name: &str,
        password: &str,
        roles: &[Role],
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        if login.trim().is_empty() {
            return Err(StaffError::Incomplete.into());
        }
        self.check_new_staff_password(login, name, password)?;
        let password_hash = self.env.passwords().hash(password.to_owned()).await?;
        let login = login.trim();
        commit!(self, ctx, |tx| {
            let known = self.reads().staff(login).await?;
            if known.as_ref().is_some_and(|account| account.identity.is_some()) {
                return Err(StaffError::FollowsGroups.into());
            }
            let exists = known.is_some();
            let account = StaffAccount {
                id: tx.stamp.id(),
                login: login.to_owned(),
                name: name.to_owned(),
                password_hash: password_hash.clone(),
                roles: roles.to_vec(),
                created_at: tx.stamp.now,
                last_sign_in_at: None,
                person: None,
                identity: None,
            };
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(staff::put_account(account, exists, operator));
            Ok(())
        })
    }

    /// Creates a staff account without a password, which its owner chooses with a link ([`Hub::staff_link`]).
    ///
    /// # Errors
    /// [`StaffError::LoginTaken`]
    pub async fn invite_staff(
        &self,
        login: &str,
        name: &str,
        roles: &[Role],
        ctx: &Ctx,
    ) -> Result<StaffAccount, HubError> {
        let (login, name) = (login.trim(), name.trim());
        commit!(self, ctx, |tx| {
            if self.reads().staff(login).await?.is_some() {
                return Err(StaffError::LoginTaken.into());
            }
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let planned = staff::invite_account(login, name, roles, operator, tx.stamp);
            let (account, plan) = planned?;
            tx.extend(plan);
            Ok(account)
        })
    }

    /// Gives a person of the operating company an account.
    ///
    /// # Errors
    /// [`HubError::NotFound`]; [`StaffError::NoStaffPerson`]; [`StaffError::LoginTaken`] if the person has an account already.
    pub async fn employ(&self, person_id: &str, roles: &[Role], ctx: &Ctx) -> Result<StaffAccount, HubError> {
        commit!(self, ctx, |tx| {
            let found = self.queries().person_called(person_id.trim()).await?;
            let person = found.ok_or_else(|| HubError::NotFound(format!("there is no person {person_id}")))?;
            if self.reads().staff_of_person(person.id).await?.is_some()
                || self.reads().staff(&person.person_id).await?.is_some()
            {
                return Err(StaffError::LoginTaken.into());
            }
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let planned = staff::employ(&person, roles, operator, tx.stamp);
            let (account, plan) = planned?;
            tx.extend(plan);
            Ok(account)
        })
    }

    /// The member of staff behind a session of the portals (`P06`): a person with a staff account whom the rules of the SMART
    /// Client let in, and who needs more than a password to sign in.
    pub async fn staff_person(&self, session: &PortalSession) -> Result<StaffPerson, HubError> {
        let Some(person) = self.reads().person_of_identity(&session.sign_in.identity).await? else {
            return Ok(StaffPerson::NoStaff);
        };
        let account = self.reads().staff_of_person(person.id).await?.filter(|account| !account.roles.is_empty());
        let Some(account) = account.filter(|_| person.customer_id == CustomerId::OPERATOR) else {
            return Ok(StaffPerson::NoStaff);
        };
        let WorkEntry::In(worker) = self.enter_work(session, Portal::SmartClient).await? else {
            return Ok(StaffPerson::NoStaff);
        };
        let by_password = session.sign_in.identity.issuer == credentials::ISSUER;
        if by_password && !self.reads().credentials(person.id).await?.has_second_step() {
            return Ok(StaffPerson::NeedsSecondFactor);
        }
        Ok(StaffPerson::Member(StaffMember {
            permissions: Permissions::of_roles(&account.roles),
            login: account.login,
            name: person.name,
            portals: worker.portals,
        }))
    }

    /// Whether someone is staff, by person id or by the hub's own id.
    pub async fn is_staff_person(&self, id: &str) -> Result<bool, HubError> {
        let Some(person) = self.queries().person_called(id).await? else { return Ok(false) };
        Ok(self.reads().staff_of_person(person.id).await?.is_some())
    }

    /// A link with which the owner of an account chooses a password, and when it expires. It works once.
    pub fn staff_link(&self, account: &StaffAccount) -> (String, Timestamp) {
        let expires = self.env.now() + LINK_LASTS;
        let seconds = expires.as_second();
        let mark = self.config.secret_key.staff_link_mark(account.id.0, seconds, &account.password_hash);
        (self.config.url(&format!("/console/welcome/{}.{seconds}.{mark}", account.id)), expires)
    }

    /// The account whose owner may choose a password with the token of a link.
    ///
    /// # Errors
    /// [`StaffError::LinkOver`]
    pub async fn staff_of_link(&self, token: &str) -> Result<StaffAccount, HubError> {
        let over = || HubError::from(StaffError::LinkOver);
        let mut parts = token.splitn(3, '.');
        let (Some(id), Some(expires), Some(mark)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(over());
        };
        let (Ok(id), Ok(expires)) = (id.parse::<StaffId>(), expires.parse::<i64>()) else { return Err(over()) };
        let account = self.reads().staff_account(id).await?.filter(StaffAccount::is_local).ok_or_else(over)?;
        let keys = &self.config.secret_key;
        let is_ours = keys.made(mark, |key| key.staff_link_mark(id.0, expires, &account.password_hash));
        let valid = is_ours && self.env.now().as_second() < expires;
        if valid { Ok(account) } else { Err(over()) }
    }

    /// Sets the password of the account whose link this is. The link works no longer, and the account's sessions end.
    ///
    /// # Errors
    /// [`StaffError::LinkOver`]; [`PasswordError`] if the password is not acceptable. The link stays valid then.
    pub async fn use_staff_link(&self, token: &str, password: &str) -> Result<StaffAccount, HubError> {
        let account = self.staff_of_link(token).await?;
        self.check_new_staff_password(&account.login, &account.name, password)?;
        let password_hash = self.env.passwords().hash(password.to_owned()).await?;
        let ctx = Ctx::new(Actor::staff(account.login.clone()), Channel::Console);
        commit!(self, &ctx, |tx| {
            let account = self.staff_of_link(token).await?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let changed = StaffAccount { password_hash: password_hash.clone(), ..account.clone() };
            tx.extend(staff::choose_password(changed, &account.password_hash, operator));
            Ok(account)
        })
    }

    /// The same rules as for the passwords of people.
    fn check_new_staff_password(&self, login: &str, name: &str, password: &str) -> Result<(), PasswordError> {
        password::check(password, &[login, name], &self.config.brand.name)
    }

    /// Gives a staff account other roles. They count from the next request on.
    ///
    /// # Errors
    /// [`HubError::NotFound`]; [`StaffError::LastAdministrator`] if no administrator would be left.
    pub async fn set_staff_roles(&self, id: StaffId, roles: &[Role], ctx: &Ctx) -> Result<StaffAccount, HubError> {
        commit!(self, ctx, |tx| {
            let account = self.staff_account(id).await?;
            let all = self.reads().staff_accounts().await?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let planned = staff::set_roles(&account, roles, &all, operator);
            tx.extend(planned?);
            Ok(StaffAccount { roles: roles.to_vec(), ..account })
        })
    }

    /// Removes a staff account and ends its sessions.
    ///
    /// # Errors
    /// [`HubError::NotFound`]; [`StaffError::LastAdministrator`] if no administrator would be left.
    pub async fn remove_staff(&self, id: StaffId, ctx: &Ctx) -> Result<StaffAccount, HubError> {
        commit!(self, ctx, |tx| {
            let account = self.staff_account(id).await?;
            let all = self.reads().staff_accounts().await?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let planned = staff::remove_account(&account, &all, operator);
            tx.extend(planned?);
            Ok(account)
        })
    }

    async fn staff_account(&self, id: StaffId) -> Result<StaffAccount, HubError> {
        let account = self.reads().staff_account(id).await?;
        account.ok_or_else(|| HubError::NotFound(format!("there is no staff account {id}")))
    }

    /// Creates an API key with every scope and returns it once. An older key with the same name becomes invalid.
    pub async fn put_api_key(&self, name: &str, ctx: &Ctx) -> Result<String, HubError> {
        Ok(self.issue_api_key(&every_scope(name), ctx).await?.1)
    }

    /// Creates an API key and returns it once.
    ///
    /// # Errors
    /// [`StaffError`] if its name does not fit, or if it would permit nothing.
    pub async fn issue_api_key(&self, draft: &ApiKeyDraft, ctx: &Ctx) -> Result<(ApiKey, String), HubError> {
        let key = format!("tsk_{}", random_token());
        Ok((self.keep_api_key(draft, &key, ctx).await?, key))
    }

    /// Sets the API key of a name, with every scope. An older key with the same name becomes invalid.
    ///
    /// # Errors
    /// [`StaffError::KeyTaken`] if another name has this key.
    pub async fn set_api_key(&self, name: &str, key: &str, ctx: &Ctx) -> Result<(), HubError> {
        self.keep_api_key(&every_scope(name), key, ctx).await.map(|_| ())
    }

    async fn keep_api_key(&self, draft: &ApiKeyDraft, key: &str, ctx: &Ctx) -> Result<ApiKey, HubError> {
        commit!(self, ctx, |tx| {
            if self.reads().api_key(&hash(key)).await?.is_some_and(|known| known.name != draft.name) {
                return Err(StaffError::KeyTaken.into());
            }
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let planned = staff::issue_api_key(draft.clone(), hash(key), operator, tx.stamp);
            let (key, plan) = planned?;
            tx.extend(plan);
            Ok(key)
        })
    }

    /// Revokes an API key.
    ///
    /// # Errors
    /// [`HubError::NotFound`]
    pub async fn revoke_api_key(&self, id: ApiKeyId, ctx: &Ctx) -> Result<ApiKey, HubError> {
        commit!(self, ctx, |tx| {
            let found = self.reads().api_key_by_id(id).await?;
            let key = found.ok_or_else(|| HubError::NotFound(format!("there is no API key {id}")))?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(staff::revoke_api_key(&key, operator));
            Ok(key)
        })
    }

    /// The API key behind a text, if it still works. Records its use.
    pub async fn api_key(&self, key: &str) -> Result<Option<ApiKey>, HubError> {
        let now = self.env.now();
        let found = self.reads().api_key(&hash(key)).await?;
        let Some(found) = found.filter(|found| found.expires_at.is_none_or(|at| at > now)) else { return Ok(None) };
        if found.last_used_at.is_none_or(|at| at + KEY_USE_NOTED_EVERY <= now) {
            self.technical().api_key_used(found.id, now).await?;
        }
        Ok(Some(found))
    }
}

fn every_scope(name: &str) -> ApiKeyDraft {
    ApiKeyDraft { name: name.to_owned(), scopes: Permissions::all(), expires_at: None, older_until: None }
}
