//! Authorization codes and refresh tokens. Each is valid once; reuse revokes all tokens derived from it (RFC 6749
//! §4.1.2, RFC 9700 §4.14.2).

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Period after expiry during which the reuse of a code is detected.
const REPLAY_WATCH: SignedDuration = SignedDuration::from_mins(10);

/// Subject and client of tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Subject {
    pub(super) client_id: String,
    pub(super) sub: String,
    pub(super) scope: Vec<String>,
    pub(super) auth_time: Timestamp,
    /// The policy of the sign-in.
    #[serde(default)]
    pub(super) policy: Option<String>,
}

/// An authorization code.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) subject: Subject,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) expires: Timestamp,
    /// Id of the tokens issued for it, once it was used.
    pub(super) family: Option<String>,
}

/// All tokens derived from one code.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Family {
    subject: Subject,
    /// `jti` of its access tokens.
    access: Vec<String>,
    /// Expiry of its last token.
    expires: Timestamp,
    revoked: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Refresh {
    family: String,
    spent: bool,
    expires: Timestamp,
}

/// Issued codes and tokens.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Grants {
    #[serde(skip)]
    codes: HashMap<String, Code>,
    families: HashMap<String, Family>,
    refresh: HashMap<String, Refresh>,
}

impl Grants {
    pub(super) fn add_code(&mut self, code: String, grant: Code, now: Timestamp) {
        self.codes.retain(|_, known| known.expires + REPLAY_WATCH > now);
        self.codes.insert(code, grant);
    }

    pub(super) fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }

    /// Marks a code as used and creates its token family.
    pub(super) fn spend_code(&mut self, code: &str, family: String, now: Timestamp) {
        let Some(grant) = self.codes.get_mut(code) else { return };
        grant.family = Some(family.clone());
        let begun = Family { subject: grant.subject.clone(), access: Vec::new(), expires: now, revoked: false };
        self.families.retain(|_, known| known.expires + REPLAY_WATCH > now);
        self.refresh.retain(|_, known| known.expires > now);
        self.families.insert(family, begun);
    }

    /// Adds an access token to a family.
    pub(super) fn add_access(&mut self, family: &str, jti: String, expires: Timestamp) {
        if let Some(family) = self.families.get_mut(family) {
            family.access.push(jti);
            family.expires = family.expires.max(expires);
        }
    }

    pub(super) fn add_refresh(&mut self, token: String, family: &str, expires: Timestamp) {
        if let Some(known) = self.families.get_mut(family) {
            known.expires = known.expires.max(expires);
            self.refresh.insert(token, Refresh { family: family.to_owned(), spent: false, expires });
        }
    }

    /// The subject and family of a refresh token, valid or not; see [`Self::spend_refresh`].
    pub(super) fn refresh(&self, token: &str) -> Option<(&Subject, &str)> {
        let known = self.refresh.get(token)?;
        let family = self.families.get(&known.family)?;
        Some((&family.subject, &known.family))
    }

    /// Uses a refresh token. `false` if it was used, expired or revoked. Reuse revokes its family.
    pub(super) fn spend_refresh(&mut self, token: &str, now: Timestamp) -> bool {
        let Some(known) = self.refresh.get_mut(token) else { return false };
        let (family, reused, expired) = (known.family.clone(), known.spent, known.expires <= now);
        known.spent = true;
        if reused {
            self.revoke(&family);
        }
        !reused && !expired && self.families.get(&family).is_some_and(|family| !family.revoked)
    }

    /// Revokes all tokens of a family.
    pub(super) fn revoke(&mut self, family: &str) {
        if let Some(family) = self.families.get_mut(family) {
            family.revoked = true;
        }
    }

    pub(super) fn is_revoked(&self, jti: &str) -> bool {
        self.families.values().any(|family| family.revoked && family.access.iter().any(|known| known == jti))
    }
}
