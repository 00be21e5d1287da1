//! Sessions of the portals: list, renewal and end.

use jiff::Timestamp;
use tessera_core::credentials::{self, passkey_of};
use tessera_core::kernel::customer::{Identity, SignIn};
use tessera_core::kernel::ids::PersonId;
use tessera_store::SessionRow;

use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError};

/// The origin of a sign-in, for the person's list of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// Browser and operating system, in a few words.
    pub device: String,
    /// Client address.
    pub place: String,
    /// SHA-256 of the token of the browser's previous session, which ends with the sign-in.
    pub session_before: Option<[u8; 32]>,
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
    /// Replaces the session's token after a reauthentication. The old token becomes invalid.
    pub async fn renew_session(&self, session: &[u8; 32]) -> Result<Option<String>, HubError> {
        let token = random_token();
        let renewed = self.technical().renew_session(session, &hash(&token), self.env.now()).await?;
        Ok(renewed.then_some(token))
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
