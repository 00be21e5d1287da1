//! Signed-in browsers, sign-ins under way, staff, API keys, and answers kept for repeated requests.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_core::customer::{IdentityKey, SignIn};
use tessera_core::id::{ApiKeyId, PersonId, StaffId};

use crate::engine::Statement;
use crate::lower::{json, keep_answer};
use crate::reads::{read_all, read_one};
use crate::{ApplyError, Conflict, Store, StoreError, sql, values};

/// A sign-in under way at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPending {
    /// Hash of the secret in the browser that began it.
    pub browser_hash: [u8; 32],
    /// The provider's configured name.
    pub provider: String,
    /// The nonce sent along.
    pub nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// What it is for, as whoever began it wrote it down.
    pub purpose: String,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

/// A session of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// How they signed in.
    pub sign_in: SignIn,
    /// Since when.
    pub since: Timestamp,
    /// When it was last noted to be used.
    pub last_used_at: Option<Timestamp>,
    /// Browser and system.
    pub device: Option<String>,
    /// The address it came from.
    pub place: Option<String>,
}

/// A member of staff with a local account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their id.
    pub id: StaffId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Argon2id, in PHC string format.
    pub password_hash: String,
}

impl Store {
    /// Keeps a new session. `owner` names everybody whose sessions end together; `person` is whose it is, when it is a person's.
    pub async fn create_session(
        &self,
        token_hash: &[u8; 32],
        who: &(impl Serialize + Sync),
        person: Option<PersonId>,
        owner: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), ApplyError> {
        let values = values![token_hash, json(who), owner, now, expires_at, person];
        self.write(Statement::one(sql::SESSION_CREATE, values, Conflict::Exists)).await
    }

    /// Whose a session is, unless it has expired.
    pub async fn session<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<W>, StoreError> {
        Ok(self.session_since(token_hash, now).await?.map(|(who, _)| who))
    }

    /// Whose a session is, since when, when they last proved who they are, and when it was last noted to be used; unless it has expired.
    pub async fn session_since<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(W, [Timestamp; 3])>, StoreError> {
        let row = self.one(sql::SESSION, values![token_hash, now]).await?;
        read_one(row, |row| {
            Ok((row.json("who")?, [row.get("created_at")?, row.get("proved_at")?, row.get("last_used_at")?]))
        })
    }

    /// Notes from where a session is used.
    pub async fn session_seen(&self, token_hash: &[u8; 32], device: &str, place: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_SEEN, values![device, place, token_hash])).await
    }

    /// Notes that a session is used.
    pub async fn session_used(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_USED, values![now, token_hash])).await
    }

    /// Lets a session go on under a fresh token, proved at `now`. `false`: it ended meanwhile.
    pub async fn renew_session(&self, before: &[u8; 32], after: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        let renewed = Statement::one(sql::SESSION_RENEW, values![after, now, before], Conflict::Exists);
        // Its seat goes along: nobody loses theirs by proving who they are.
        let seat = Statement::any(sql::SEAT_MOVE, values![after, before]);
        match self.batch(vec![renewed, seat]).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// The sessions of a person that have not expired.
    pub async fn sessions_of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        read_all(self.query(sql::SESSIONS_OF_PERSON, values![person, now]).await?, |row| {
            Ok(SessionRow {
                hash: row.get("token_hash")?,
                sign_in: row.json("who")?,
                since: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
                device: row.get("device")?,
                place: row.get("place")?,
            })
        })
    }

    /// Notes that an identity has signed in to the portal; one that is nobody's is not noted.
    pub async fn identity_used(&self, key: &IdentityKey, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::IDENTITY_USED, values![now, &key.issuer, &key.subject])).await
    }

    /// Ends a session.
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_END, values![token_hash])).await
    }

    /// Ends all sessions of an owner.
    pub async fn end_sessions(&self, owner: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSIONS_END, values![owner])).await
    }

    /// Keeps a sign-in that begins.
    pub async fn begin_sign_in(&self, state_hash: &[u8; 32], pending: &SignInPending) -> Result<(), ApplyError> {
        let values = values![
            state_hash,
            pending.browser_hash,
            &pending.provider,
            &pending.nonce,
            &pending.verifier,
            &pending.purpose,
            pending.expires_at,
        ];
        self.write(Statement::one(sql::SIGN_IN_BEGIN, values, Conflict::Exists)).await
    }

    /// Takes the sign-in that a state belongs to. It works once.
    pub async fn take_sign_in(&self, state_hash: &[u8; 32]) -> Result<Option<SignInPending>, StoreError> {
        let row = self.returning(sql::SIGN_IN_TAKE, values![state_hash]).await?.into_iter().next();
        read_one(row, |row| {
            Ok(SignInPending {
                browser_hash: row.get("browser_hash")?,
                provider: row.get("provider")?,
                nonce: row.get("nonce")?,
                verifier: row.get("verifier")?,
                purpose: row.get("purpose")?,
                expires_at: row.get("expires_at")?,
            })
        })
    }

    /// Forgets what has expired: sessions, sign-ins that never came back, answers older than a day, jobs done more than a week ago,
    /// sign-ins of nobody not seen for a month.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), ApplyError> {
        let day_ago = now - jiff::SignedDuration::from_hours(24);
        let month_ago = now - jiff::SignedDuration::from_hours(24 * 30);
        let week_ago = now - jiff::SignedDuration::from_hours(24 * 7);
        let mut statements = Self::forget_credentials(now);
        statements.extend([
            Statement::any(sql::SESSIONS_EXPIRE, values![now]),
            Statement::any(sql::SIGN_INS_EXPIRE, values![now]),
            Statement::any(sql::IDEMPOTENCY_FORGET, values![day_ago]),
            Statement::any(sql::JOBS_FORGET, values![week_ago]),
            Statement::any(sql::EMAIL_CHANGES_FORGET, values![month_ago]),
            Statement::any(sql::UNLINKED_FORGET, values![month_ago]),
            Statement::any(sql::SWEEPS_FORGET, values![week_ago - jiff::SignedDuration::from_hours(24 * 7)]),
            Statement::any(sql::TAKINGS_FORGET, values![week_ago]),
            Statement::any(sql::LICENCES_REFUSED_FORGET, values![month_ago]),
        ]);
        self.batch(statements).await
    }

    /// Makes a staff account.
    pub async fn create_staff(&self, staff: &Staff, now: Timestamp) -> Result<(), ApplyError> {
        let values = values![staff.id, &staff.login, &staff.name, &staff.password_hash, now];
        self.write(Statement::one(sql::STAFF_CREATE, values, Conflict::Name)).await
    }

    /// Sets a staff account's password and name, and ends its sessions.
    pub async fn reset_staff(&self, staff: &Staff) -> Result<(), ApplyError> {
        let values = values![&staff.password_hash, &staff.name, &staff.login];
        self.batch(vec![
            Statement::one(sql::STAFF_PASSWORD, values, Conflict::Name),
            Statement::any(sql::SESSIONS_END, values![format!("staff:{}", staff.login)]),
        ])
        .await
    }

    /// The staff account with this login.
    pub async fn staff(&self, login: &str) -> Result<Option<Staff>, StoreError> {
        read_one(self.one(sql::STAFF_BY_LOGIN, values![login]).await?, |row| {
            Ok(Staff {
                id: row.id("id")?,
                login: row.get("login")?,
                name: row.get("name")?,
                password_hash: row.get("password_hash")?,
            })
        })
    }

    /// Keeps a machine's key; an older key of the same name stops working.
    pub async fn put_api_key(
        &self,
        id: ApiKeyId,
        name: &str,
        key_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), ApplyError> {
        self.batch(vec![
            Statement::any(sql::API_KEY_REPLACE, values![name]),
            Statement::one(sql::API_KEY_CREATE, values![id, name, key_hash, now], Conflict::Exists),
        ])
        .await
    }

    /// The name of the machine whose key has this hash.
    pub async fn api_key(&self, key_hash: &[u8; 32]) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::API_KEY, values![key_hash]).await?, |row| row.get("name"))
    }

    /// Keeps the answer to a request, so that its repetition gets the same.
    pub async fn keep_answer(
        &self,
        key: &str,
        request_hash: &[u8; 32],
        status: u16,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), ApplyError> {
        self.write(keep_answer(key, request_hash, status, answer, now)).await
    }

    /// The answer kept for a request: the request's hash, the status and the body.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<([u8; 32], u16, String)>, StoreError> {
        read_one(self.one(sql::IDEMPOTENCY, values![key]).await?, |row| {
            let status = u16::try_from(row.get::<i64>("status")?).unwrap_or(500);
            Ok((row.get("request_hash")?, status, row.get("answer")?))
        })
    }
}
