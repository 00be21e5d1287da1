//! Sessions of the portals: whose they are, where they are used, and how they end.

use jiff::Timestamp;
use tessera_core::credentials::{self, passkey_of};
use tessera_core::kernel::customer::{Identity, SignIn};
use tessera_core::kernel::ids::PersonId;
use tessera_store::SessionRow;

use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError};

/// From where somebody signs in, for their list of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// Browser and system, in a few words.
    pub device: String,
    /// The address they come from.
    pub place: String,
    /// SHA-256 of the token of the session that the browser has already, which ends with the sign-in.
    pub session_before: Option<[u8; 32]>,
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Names the session without giving it away.
    pub handle: String,
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// How they signed in.
    pub sign_in: SignIn,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_used_at: Timestamp,
    /// Browser and system, if known.
    pub device: Option<String>,
    /// The address it came from, if known.
    pub place: Option<String>,
}

impl Hub {
    /// Somebody proved anew who they are: their session goes on under a fresh token, and the old one opens nothing any more.
    pub async fn renew_session(&self, session: &[u8; 32]) -> Result<Option<String>, HubError> {
        let token = random_token();
        let renewed = self.technical().renew_session(session, &hash(&token), self.env.now()).await?;
        Ok(renewed.then_some(token))
    }

    /// The sessions of a person, the one used last first.
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

    /// Ends all sessions of a person but this one, if one is named.
    pub async fn end_sessions_of(&self, person: PersonId, except: Option<[u8; 32]>, ctx: &Ctx) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| Ok(credentials::sign_out(known.subject(except), stamp))).await?;
        Ok(())
    }
}

/// Sessions of a person with these sign-ins, the one used last first.
pub(crate) fn session_lines(rows: Vec<SessionRow>, identities: &[Identity]) -> Vec<SessionLine> {
    // Passkeys by what their owner calls them; a session is called by its person.
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
