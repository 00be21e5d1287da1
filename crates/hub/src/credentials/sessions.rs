//! Sessions: how they are opened, read, listed, renewed and ended. `[sessions] lifetime_hours` says how long they are
//! valid; use does not extend them.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::credentials::{self, passkey_of};
use tessera_core::kernel::customer::{Identity, IdentityKey, SignIn};
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::language::Preferences;
use tessera_store::{ApplyError, Conflict, SessionRow};

use super::provider_sign_in::SignedIn;
use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError, StaffSession};

/// Maximum age of the last authentication for changes of credentials.
pub const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// Maximum time after which a form that was sent twice gets the session's new token again.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// Minimum interval between writes of a session's last use. Not every page view is worth a write.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// The origin of a sign-in, for the person's list of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// Browser and operating system, in a few words.
    pub device: String,
    /// Client address.
    pub place: String,
    /// SHA-256 of the token of the browser's previous session, which ends with the sign-in.
    pub session_before: Option<[u8; 32]>,
    /// When the user proved who they are; `None`: at the sign-in.
    pub proved_at: Option<Timestamp>,
    /// Hash of issuer and session at the identity provider, if it names one.
    pub provider_session: Option<[u8; 32]>,
    /// Whether the browser has signed in with this login before. Its passwords do not wait behind those of strangers.
    pub known: bool,
}

/// The owner of a session. All sessions are stored together, but a staff token is not valid for the portal, nor a
/// customer's for the console.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Whose {
    /// A member of staff.
    Staff(StaffSession),
    /// A customer.
    Customer(SignIn),
}

/// A session of the customer portal.
#[derive(Debug, Clone)]
pub struct PortalSession {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Time of the sign-in.
    pub since: Timestamp,
    /// Time of the last authentication: the sign-in, or a later reauthentication.
    pub proved_at: Timestamp,
    /// SHA-256 of the session token. Identifies the session without revealing the token.
    pub hash: [u8; 32],
    /// Language and time zone, as chosen by the person.
    pub preferences: Preferences,
}

impl PortalSession {
    /// Whether the last authentication is recent enough for changes of credentials.
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now.duration_since(self.proved_at) <= RECENT
    }
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Id of the session for lists and forms, which does not reveal the token.
    pub handle: String,
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// The sign-in of the session.
    pub sign_in: SignIn,
    /// Time of the sign-in.
    pub since: Timestamp,
    /// Time of the last use, accurate to a few minutes.
    pub last_used_at: Timestamp,
    /// Browser and operating system, if known.
    pub device: Option<String>,
    /// Client address, if known.
    pub place: Option<String>,
}

impl Hub {
    /// Opens a session for a completed sign-in and returns its token.
    pub async fn open_session(&self, sign_in: &SignIn, visit: &Visit) -> Result<String, HubError> {
        let token = random_token();
        self.technical().open_session(&self.new_session(sign_in, visit, &token, self.env.now())).await?;
        Ok(token)
    }

    /// Opens a session that rests on a password, second factor or passkey verified here. `None`: the proof is no longer
    /// valid, or no longer suffices.
    pub(crate) async fn open_proved_session(
        &self,
        sign_in: &SignIn,
        visit: &Visit,
        proof: Option<Proof>,
    ) -> Result<Option<String>, HubError> {
        let token = random_token();
        let session = self.new_session(sign_in, visit, &token, self.env.now());
        still_proved(self.technical().open_session(&NewSession { proof, ..session }).await.map(|()| token))
    }

    /// The session of a sign-in, with a new token.
    pub(crate) fn new_session(&self, sign_in: &SignIn, visit: &Visit, token: &str, now: Timestamp) -> NewSession {
        NewSession {
            token_hash: hash(token),
            who: serde_json::to_value(sign_in).unwrap_or_default(),
            owner: session_owner(&sign_in.identity),
            identity: Some(sign_in.identity.clone()),
            device: Some(visit.device.clone()),
            address: Some(visit.place.clone()),
            created_at: now,
            // Clocks differ: no proof is from the future.
            proved_at: visit.proved_at.map(|at| at.min(now)),
            expires_at: now + self.config.session_lifetime,
            provider_session: visit.provider_session,
            replaces: visit.session_before,
            proof: None,
        }
    }

    /// Reads a session by its token, and records its use.
    pub async fn portal_session(&self, token: &str) -> Result<Option<PortalSession>, HubError> {
        let (hash, now) = (hash(token), self.env.now());
        let found = self.reads().session_since(&hash, now).await?;
        let Some((Whose::Customer(sign_in), [since, proved_at, used_at], preferences)) = found else { return Ok(None) };
        if used_at + NOTED_EVERY <= now {
            self.technical().session_used(&hash, now).await?;
        }
        Ok(Some(PortalSession { sign_in, since, proved_at, hash, preferences }))
    }

    /// Replaces the session's token `before` after a reauthentication by a form, which is identified by its key and
    /// content. The old token becomes invalid.
    pub async fn renew_session(&self, before: &str, form: Option<&[u8; 32]>) -> Result<Option<String>, HubError> {
        let token = form.map_or_else(random_token, |form| self.config.secret_key.next_session_token(before, form));
        self.renew_proved_session(&hash(before), token, self.env.now(), None).await
    }

    /// The token that replaced `before` when the same form was sent the first time, a moment ago. A browser in which a
    /// form is sent twice, by a double click, never sees the first answer, and the session would be lost with it.
    pub async fn session_renewed_by(&self, before: &str, form: &[u8; 32]) -> Result<Option<String>, HubError> {
        let token = self.config.secret_key.next_session_token(before, form);
        let session = self.portal_session(&token).await?;
        let age = session.map(|session| self.env.now().duration_since(session.proved_at));
        Ok(age.is_some_and(|age| age <= REPEATED_WITHIN).then_some(token))
    }

    /// Replaces the session's token after a reauthentication at `proved_at`.
    async fn renew_proved_session(
        &self,
        session: &[u8; 32],
        token: String,
        proved_at: Timestamp,
        provider_session: Option<[u8; 32]>,
    ) -> Result<Option<String>, HubError> {
        let (now, after) = (self.env.now(), hash(&token));
        let proved_at = proved_at.min(now);
        let renewed = self.technical().renew_session(session, &after, proved_at, now, provider_session).await?;
        Ok(renewed.then_some(token))
    }

    /// Replaces the session's token after its owner proved at an identity provider who they are. `None`: the session has
    /// ended, or the sign-in belongs to another user.
    pub async fn reauthenticate_at_provider(
        &self,
        session: &PortalSession,
        signed_in: &SignedIn,
    ) -> Result<Option<String>, HubError> {
        let (mine, theirs) = (&session.sign_in.identity, &signed_in.sign_in.identity);
        let same_person = match (self.reads().identity(mine).await?, self.reads().identity(theirs).await?) {
            (Some(mine), Some(theirs)) => mine.person_id == theirs.person_id,
            _ => mine == theirs,
        };
        if !same_person {
            return Ok(None);
        }
        // The user may have another session there by now. One of another account says nothing about this one.
        let provider_session = signed_in.provider_session().filter(|_| *mine == *theirs);
        self.renew_proved_session(&session.hash, random_token(), signed_in.proved_at(), provider_session).await
    }

    /// Ends a session.
    pub async fn close_session(&self, token: &str) -> Result<(), HubError> {
        Ok(self.technical().end_session(&hash(token)).await?)
    }

    /// A person's sessions, most recently used first.
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<SessionLine>, HubError> {
        let rows = self.reads().sessions_of_person(person, self.env.now()).await?;
        Ok(session_lines(rows, &self.reads().identities_of_person(person).await?))
    }

    /// Ends one session of a person. `false`: the person has no such session.
    pub async fn end_session_of(&self, person: PersonId, handle: &str) -> Result<bool, HubError> {
        let Some(line) = self.sessions_of(person).await?.into_iter().find(|line| line.handle == handle) else {
            return Ok(false);
        };
        self.technical().end_session(&line.hash).await?;
        Ok(true)
    }

    /// Ends all sessions of a person, except `except` if given.
    pub async fn end_sessions_of(&self, person: PersonId, except: Option<[u8; 32]>, ctx: &Ctx) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| Ok(credentials::sign_out(known.subject(except), stamp))).await?;
        Ok(())
    }
}

/// A person's sessions with these sign-ins, most recently used first.
pub(crate) fn session_lines(rows: Vec<SessionRow>, identities: &[Identity]) -> Vec<SessionLine> {
    // Shows a passkey under its owner's name for it. The session itself only has the person's name.
    let own = |sign_in: SignIn| {
        let mut known = identities.iter().filter(|known| passkey_of(&known.sign_in.identity).is_some());
        let known = known.find(|known| known.sign_in.identity == sign_in.identity);
        known.map_or(sign_in, |known| known.sign_in.clone())
    };
    let mut lines: Vec<SessionLine> = rows
        .into_iter()
        .map(|row| SessionLine {
            handle: row.hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect(),
            hash: row.hash,
            sign_in: own(row.sign_in),
            since: row.since,
            last_used_at: row.last_used_at.unwrap_or(row.since),
            device: row.device,
            place: row.place,
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.last_used_at));
    lines
}

/// Converts the conflict of an outdated proof into `None`.
pub(crate) fn still_proved<T>(outcome: Result<T, ApplyError>) -> Result<Option<T>, HubError> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(ApplyError::Conflict(Conflict::Credentials)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The owner key, by which all sessions of an identity end together. The statement that ends them on unlinking builds
/// the same text.
pub(super) fn session_owner(identity: &IdentityKey) -> String {
    format!("{} {}", identity.issuer, identity.subject)
}
