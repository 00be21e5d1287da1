//! Jobs of the forum.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{ForumPostId, PersonId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Notify the followers of a topic about a reply (`P10`): one e-mail each, in batches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyFollowers {
    /// The reply.
    pub post_id: ForumPostId,
    /// The follower notified last; `None` at the start.
    pub after: Option<PersonId>,
}

impl JobKind for NotifyFollowers {
    const KIND: &'static str = "notify_followers";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        match self.after {
            None => self.post_id.to_string(),
            Some(after) => format!("{}:{after}", self.post_id),
        }
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Notify one follower of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReply {
    /// The reply.
    pub post_id: ForumPostId,
    /// The follower.
    pub person_id: PersonId,
}

impl JobKind for MailReply {
    const KIND: &'static str = "mail_reply";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        format!("{}:{}", self.post_id, self.person_id)
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
