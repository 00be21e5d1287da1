//! What is encrypted with the installation's secret key, wherever it is stored, so that it can be encrypted with another one.
//! A value is replaced only if it is still the one that was read, so this can run beside a hub that changes it.

use uuid::Uuid;

use super::Technical;
use crate::engine::{Row, Sql, Statement, statements};
use crate::kernel::reads::{read_all, read_one};
use crate::{ApplyError, StoreError, Undecodable, values};

/// Number of rows that a step reads.
const STEP: usize = 200;

statements! {
    SEALED_SERVICE_MANAGERS = "SELECT id, name, sealed FROM service_managers WHERE id > $1 ORDER BY id LIMIT $2";
    SEALED_NOTIFICATIONS = "SELECT id, sealed FROM vendor_notifications WHERE id > $1 ORDER BY id LIMIT $2";
    SEALED_FACTORS =
        "SELECT person_id, factor_key, factor_sealed FROM credentials
        WHERE person_id > $1 AND factor_key IS NOT NULL
        ORDER BY person_id LIMIT $2";
    SEALED_TASKS = "SELECT id, task, state FROM jobs WHERE id > $1 ORDER BY id LIMIT $2";
    SERVICE_MANAGER_SEAL = "UPDATE service_managers SET sealed = $1 WHERE id = $2 AND sealed = $3";
    NOTIFICATION_SEAL = "UPDATE vendor_notifications SET sealed = $1 WHERE id = $2 AND sealed = $3";
    FACTOR_SEAL_AGAIN =
        "UPDATE credentials SET factor_sealed = $1 WHERE person_id = $2 AND factor_key = $3 AND factor_sealed = $4";
    FACTOR_SEAL =
        "UPDATE credentials SET factor_sealed = $1 WHERE person_id = $2 AND factor_key = $3 AND factor_sealed IS NULL";
    TASK_SEAL = "UPDATE jobs SET task = $1 WHERE id = $2 AND task = $3";
    /// An early invitation, whose token was derived with the key that derived the secrets of the first apps.
    EARLY_INVITATION = "SELECT id, token_hash FROM invitations WHERE id > $1 ORDER BY id LIMIT 1";
}

/// The places of encrypted values, in the order in which they are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealedKind {
    /// API key and settings of a vendor.
    ServiceManager,
    /// An e-mail of a vendor that waits to be sent.
    Notification,
    /// The secret of an authenticator app.
    SecondFactor,
    /// What someone typed who asked for a link to set a password, in the job that sends it.
    Task,
}

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedPosition(SealedKind, Uuid);

impl Default for SealedPosition {
    fn default() -> Self {
        Self(SealedKind::ServiceManager, Uuid::nil())
    }
}

/// An encrypted value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Where it is stored.
    pub kind: SealedKind,
    /// Id of its row: of a person, if it is a second factor.
    pub id: Uuid,
    /// What staff call it, if it has a name.
    pub name: Option<String>,
    /// The encrypted text. `None`: a second factor whose secret is still derived.
    pub text: Option<String>,
    /// Key id of a second factor.
    pub factor_key: Option<Uuid>,
    /// Whether someone may still need it.
    pub is_needed: bool,
    /// The column's text, which contains the encrypted one.
    column: String,
}

/// Some encrypted values, and where to go on; `None` at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPage {
    /// The values.
    pub values: Vec<Sealed>,
    /// Where to go on.
    pub next: Option<SealedPosition>,
}

impl SealedKind {
    const fn page(self) -> Sql {
        match self {
            Self::ServiceManager => SEALED_SERVICE_MANAGERS,
            Self::Notification => SEALED_NOTIFICATIONS,
            Self::SecondFactor => SEALED_FACTORS,
            Self::Task => SEALED_TASKS,
        }
    }

    const fn next(self) -> Option<Self> {
        match self {
            Self::ServiceManager => Some(Self::Notification),
            Self::Notification => Some(Self::SecondFactor),
            Self::SecondFactor => Some(Self::Task),
            Self::Task => None,
        }
    }
}

impl Technical<'_> {
    /// Some encrypted values. Jobs are gone through only `with_tasks`, because they are many and most have none.
    pub async fn sealed_after(&self, from: SealedPosition, with_tasks: bool) -> Result<SealedPage, StoreError> {
        let SealedPosition(kind, after) = from;
        let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
        let rows = read_all(self.0.query(kind.page(), values![after, limit]).await?, |row| Sealed::read(kind, row))?;
        let next = match rows.last() {
            Some(last) if rows.len() == STEP => Some(SealedPosition(kind, last.id)),
            _ => kind
                .next()
                .filter(|next| with_tasks || *next != SealedKind::Task)
                .map(|next| SealedPosition(next, Uuid::nil())),
        };
        let values = rows.into_iter().filter(|value| value.text.is_some() || value.factor_key.is_some()).collect();
        Ok(SealedPage { values, next })
    }

    /// Replaces values by their text in another encryption, unless they have changed since.
    pub async fn replace_sealed(&self, replaced: &[(Sealed, String)]) -> Result<(), ApplyError> {
        if replaced.is_empty() {
            return Ok(());
        }
        self.batch(replaced.iter().map(|(value, text)| value.replace(text)).collect()).await
    }

    /// Id and token hash of one of the first invitations.
    pub async fn early_invitation(&self) -> Result<Option<(Uuid, [u8; 32])>, StoreError> {
        let row = self.0.query(EARLY_INVITATION, values![Uuid::nil()]).await?.into_iter().next();
        read_one(row, |row| Ok((row.id("id")?, row.get("token_hash")?)))
    }
}

impl Sealed {
    fn read(kind: SealedKind, row: &Row) -> Result<Self, Undecodable> {
        let plain = |id, name, sealed: String| Self {
            kind,
            id,
            name,
            text: Some(sealed.clone()),
            factor_key: None,
            is_needed: true,
            column: sealed,
        };
        Ok(match kind {
            SealedKind::ServiceManager => plain(row.id("id")?, Some(row.get("name")?), row.get("sealed")?),
            SealedKind::Notification => plain(row.id("id")?, None, row.get("sealed")?),
            SealedKind::SecondFactor => {
                let text: Option<String> = row.get("factor_sealed")?;
                let factor_key = row.get("factor_key")?;
                Self { text, factor_key, ..plain(row.id("person_id")?, None, String::new()) }
            }
            SealedKind::Task => {
                let (task, state): (String, String) = (row.get("task")?, row.get("state")?);
                let text = sealed_in(&task);
                Self { text, is_needed: state != "done", column: task, ..plain(row.id("id")?, None, String::new()) }
            }
        })
    }

    fn replace(&self, text: &str) -> Statement {
        match (self.kind, &self.text) {
            (SealedKind::ServiceManager, _) => {
                Statement::any(SERVICE_MANAGER_SEAL, values![text, self.id, &self.column])
            }
            (SealedKind::Notification, _) => Statement::any(NOTIFICATION_SEAL, values![text, self.id, &self.column]),
            (SealedKind::SecondFactor, None) => Statement::any(FACTOR_SEAL, values![text, self.id, self.factor_key]),
            (SealedKind::SecondFactor, Some(before)) => {
                Statement::any(FACTOR_SEAL_AGAIN, values![text, self.id, self.factor_key, before])
            }
            (SealedKind::Task, before) => {
                // The encrypted text has no character that JSON would escape.
                let task =
                    before.as_ref().map_or_else(|| self.column.clone(), |before| self.column.replace(before, text));
                Statement::any(TASK_SEAL, values![task, self.id, &self.column])
            }
        }
    }
}

/// The encrypted text in a task, if it has one.
fn sealed_in(task: &str) -> Option<String> {
    if !task.contains("\"sealed\"") {
        return None;
    }
    let task: serde_json::Value = serde_json::from_str(task).ok()?;
    task["sealed"].as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}
