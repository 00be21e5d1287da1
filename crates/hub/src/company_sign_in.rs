//! Sign-in of staff at the company's own identity provider, whose groups decide the roles. Local accounts remain for when it is
//! down, and their use is loud.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tessera_core::credentials::session::NewSession;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::job::Leased;
use tessera_core::staff::event::StaffEvent;
use tessera_core::staff::jobs::MailBreakGlass;
use tessera_core::staff::{self, Colleague, NoRole, Role, StaffAccount};

use crate::commit::commit;
use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::ports::IdentityProvider;
use crate::secret::{hash, random_token};
use crate::staff::StaffSession;
use crate::{Ctx, Hub, HubError, SignedIn};

/// Maximum length of a login that is made of what the provider says.
const MAX_LOGIN: usize = 100;

/// How staff sign in at the company's provider.
#[derive(Debug, Clone)]
pub struct CompanySignIn {
    /// Name of the identity provider. Customers are not offered it.
    pub provider: String,
    /// The roles of each group.
    pub roles: BTreeMap<String, Vec<Role>>,
    /// The classes (`acr`) and methods (`amr`) of a sign-in that are accepted. Empty: all.
    pub required_strength: Vec<String>,
    /// How long a session lasts: the longest that someone keeps a role after leaving its group.
    pub session_lifetime: SignedDuration,
    /// Whom to ask for access.
    pub contact: Option<String>,
}

/// The result of a sign-in at the company's provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyEntry {
    /// Signed in, with the session token.
    In(String),
    /// Nobody who works in the console.
    Refused(NoRole),
}

impl Hub {
    /// The company's provider, if staff sign in there.
    pub fn company_provider(&self) -> Option<&dyn IdentityProvider> {
        self.provider(&self.config.company_sign_in.as_ref()?.provider)
    }

    /// Whether a provider is that of the company, where staff sign in and customers do not.
    pub fn is_company_provider(&self, name: &str) -> bool {
        self.config.company_sign_in.as_ref().is_some_and(|company| company.provider == name)
    }

    /// Lets someone in who signed in at the company's provider, with the roles of their groups of this moment. The account
    /// follows the groups, and so it loses its roles with the last one.
    pub async fn enter_as_staff(&self, signed: &SignedIn) -> Result<CompanyEntry, HubError> {
        let Some(company) = self.config.company_sign_in.as_ref() else {
            return Ok(CompanyEntry::Refused(NoRole::NoneMapped));
        };
        if !signed.strength.satisfies(&company.required_strength) {
            // Roles stay as they are: this says nothing about the groups of the person.
            return Ok(refused(company, NoRole::TooWeak));
        }
        let decided = if signed.sign_in.provider == company.provider {
            staff::roles_by_group(&signed.groups, &company.roles)
        } else {
            Err(NoRole::NoneMapped)
        };
        let roles = decided.as_deref().unwrap_or_default();
        let account = self.follow_groups(signed, roles).await?;
        if let Err(why) = decided {
            return Ok(refused(company, why));
        }
        let Some(account) = account else { return Ok(CompanyEntry::Refused(NoRole::NoneMapped)) };
        let lifetime = company.session_lifetime.min(self.config.session_lifetime);
        self.open_company_session(account, lifetime, signed.provider_session()).await
    }

    async fn follow_groups(&self, signed: &SignedIn, roles: &[Role]) -> Result<Option<StaffAccount>, HubError> {
        let identity = &signed.sign_in.identity;
        commit!(self, &Ctx::new(Actor::Hub, Channel::Console), |tx| {
            let known = self.reads().staff_of_identity(identity).await?;
            let login = self.login_for(signed).await?;
            let name = signed.sign_in.name.clone().unwrap_or_else(|| login.clone());
            let colleague = Colleague { identity: identity.clone(), login, name: shortened(&name) };
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            let (account, plan) = staff::follow_groups(known, colleague, roles, operator, tx.stamp);
            tx.extend(plan);
            Ok(account)
        })
    }

    /// The login of a new account: the address, or what nobody else can have.
    async fn login_for(&self, signed: &SignedIn) -> Result<String, HubError> {
        let sign_in = &signed.sign_in;
        let address = sign_in.email.as_deref().map(str::to_lowercase).filter(|email| {
            email.len() <= MAX_LOGIN
                && email.contains('@')
                && !email.contains(|c: char| c.is_whitespace() || c.is_control())
        });
        if let Some(address) = address
            && self.reads().staff(&address).await?.is_none()
        {
            return Ok(address);
        }
        Ok(shortened(&format!("{}:{}", sign_in.provider, sign_in.identity.subject)))
    }

    async fn open_company_session(
        &self,
        account: StaffAccount,
        lifetime: SignedDuration,
        provider_session: Option<[u8; 32]>,
    ) -> Result<CompanyEntry, HubError> {
        let (token, now) = (random_token(), self.env.now());
        let (id, owner) = (account.id, staff::session_owner(&account.login));
        let session = StaffSession { login: account.login, name: account.name };
        let session = NewSession {
            token_hash: hash(&token),
            who: serde_json::to_value(session).unwrap_or_default(),
            owner,
            identity: None,
            device: None,
            address: None,
            created_at: now,
            proved_at: None,
            expires_at: now + lifetime,
            provider_session,
            replaces: None,
            proof: None,
        };
        self.technical().open_session(&session).await?;
        self.technical().staff_signed_in(id, now).await?;
        Ok(CompanyEntry::In(token))
    }

    /// Notes that a local account is used although staff sign in at the company's provider: on the operator's timeline, in the
    /// log and in the metrics. Nobody gets in if it cannot be noted.
    pub(crate) async fn note_local_sign_in(&self, login: &str) -> Result<(), HubError> {
        if self.config.company_sign_in.is_none() {
            return Ok(());
        }
        tracing::warn!(
            login,
            "a local staff account signs in although staff sign in at the company's identity provider"
        );
        self.counted().break_glass_sign_ins.inc();
        commit!(self, &Ctx::new(Actor::staff(login.to_owned()), Channel::Console), |tx| {
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            operator.note(StaffEvent::StaffBreakGlass { login: login.to_owned() });
            tx.extend(operator.finish());
            for account in self.reads().staff_accounts().await? {
                if account.roles.contains(&Role::Administrator) && self.address_of_staff(&account).await?.is_some() {
                    let mail = MailBreakGlass { staff_id: account.id, login: login.to_owned(), at: tx.stamp.now };
                    tx.enqueue(mail, "administrators hear of it");
                }
            }
            Ok(())
        })
    }
}

impl Hub {
    /// The address of a member of staff, if it is known. That of a local account is not.
    async fn address_of_staff(&self, account: &StaffAccount) -> Result<Option<String>, HubError> {
        match (account.person, &account.identity) {
            (Some(person), _) => Ok(self.reads().person(person).await?.and_then(|person| person.email)),
            (None, Some(_)) => Ok(Some(account.login.clone()).filter(|login| login.contains('@'))),
            (None, None) => Ok(None),
        }
    }
}

/// The notice that a local account signed in.
#[derive(Serialize)]
struct BreakGlassEmail {
    name: String,
    login: String,
    at: Timestamp,
    staff_url: String,
}

impl Email for BreakGlassEmail {
    const NAME: &'static str = "break_glass";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let (name, login) = ("Jo Meyer".to_owned(), "emergency".to_owned());
        vec![("used", Self { name, login, at: sample::now(), staff_url: sample::url("/console/staff") })]
    }
}

inventory::submit! { EmailSamples::of::<BreakGlassEmail>() }

impl Run for MailBreakGlass {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(account) = hub.reads().staff_account(self.staff_id).await? else { return Ok(JobOutcome::Done) };
        let Some(address) = hub.address_of_staff(&account).await? else { return Ok(JobOutcome::Done) };
        let (login, staff_url) = (self.login.clone(), hub.config.url("/console/staff"));
        Ok(hub.send(&address, &BreakGlassEmail { name: account.name, login, at: self.at, staff_url }, job).await)
    }
}

fn refused(company: &CompanySignIn, why: NoRole) -> CompanyEntry {
    tracing::warn!(provider = company.provider, %why, remedy = why.remedy(), "a sign-in of staff was refused");
    CompanyEntry::Refused(why)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_LOGIN).collect()
}
