//! Moderation of the forum (`P10`): by staff, and by people with the role function, within the boards visible to them.

use jiff::SignedDuration;
use tessera_core::access::Viewer;
use tessera_core::forum::ForumError;
use tessera_core::forum::{self, Board, ModerationAction, Moderator, Post};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::{BoardId, ForumPostId, TopicId};
use tessera_store::{VisiblePost, VisibleTopic};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// The moderator.
#[derive(Debug, Clone, Copy)]
pub enum Moderating<'a> {
    /// A person in the portal with the role function.
    Person(&'a Viewer),
    /// A member of staff in the console.
    Staff(&'a Ctx),
}

/// A moderation action on a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicAct {
    /// Hide the topic.
    Hide,
    /// Show the topic again.
    Restore,
    /// Close the topic for new posts.
    Lock,
    /// Open the topic for new posts.
    Unlock,
    /// Pin the topic above the others.
    Pin,
    /// Unpin the topic.
    Unpin,
    /// Move the topic to this board.
    Move(BoardId),
}

/// A moderation action on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostAct {
    /// Hide the post.
    Hide,
    /// Show the post again.
    Restore,
    /// Keep the post despite the reports.
    Keep,
}

impl Moderating<'_> {
    fn ctx(self) -> Ctx {
        match self {
            Self::Person(viewer) => Ctx::new(viewer.actor(), Channel::Portal),
            Self::Staff(ctx) => ctx.clone(),
        }
    }
}

impl Hub {
    /// Applies a moderation action to a topic, with a reason.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the moderator cannot see the topic or board, [`HubError::Rejected`] without a reason
    /// or if the person is not a moderator.
    pub async fn moderate_topic(
        &self,
        by: Moderating<'_>,
        id: TopicId,
        act: TopicAct,
        why: &str,
    ) -> Result<(), HubError> {
        commit!(self, &by.ctx(), |tx| {
            let VisibleTopic { topic, author } = self.topic_for(by, id).await?;
            let board = match act {
                TopicAct::Move(board) => Some(self.board_for(by, board).await?),
                _ => None,
            };
            let customer = self.noted_on(topic.customer_id).await?;
            let moderator = Moderator { customer, name: &author, why };
            let act = topic_act(act, board.as_ref());
            let planned = forum::moderate(moderator, &topic, act, tx.stamp);
            tx.extend(planned.map_err(ForumError::Reason)?);
            Ok(())
        })
    }

    /// Applies a moderation action to a post, with a reason.
    ///
    /// # Errors
    /// As for [`Hub::moderate_topic`].
    pub async fn moderate_post(
        &self,
        by: Moderating<'_>,
        id: ForumPostId,
        act: PostAct,
        why: &str,
    ) -> Result<(), HubError> {
        commit!(self, &by.ctx(), |tx| {
            let VisiblePost { post, author } = self.post_for(by, id).await?;
            let VisibleTopic { topic, .. } = self.topic_for(by, post.topic_id).await?;
            let customer = self.noted_on(post.customer_id).await?;
            let moderator = Moderator { customer, name: &author, why };
            let planned = { forum::moderate(moderator, &topic, post_act(act, &post), tx.stamp) };
            tx.extend(planned.map_err(ForumError::Reason)?);
            Ok(())
        })
    }

    /// Mutes the author of a post for a number of days. Zero days end the mute.
    ///
    /// # Errors
    /// As for [`Hub::moderate_topic`].
    pub async fn mute_author(&self, by: Moderating<'_>, id: ForumPostId, days: u16, why: &str) -> Result<(), HubError> {
        commit!(self, &by.ctx(), |tx| {
            let VisiblePost { post, author } = self.post_for(by, id).await?;
            let customer = self.noted_on(post.customer_id).await?;
            let moderator = Moderator { customer, name: &author, why };
            let until = self.env.now() + SignedDuration::from_hours(24 * i64::from(days));
            let planned = forum::mute(moderator, post.author, until, tx.stamp);
            tx.extend(planned.map_err(ForumError::Reason)?);
            Ok(())
        })
    }

    async fn topic_for(&self, by: Moderating<'_>, id: TopicId) -> Result<VisibleTopic, HubError> {
        let found = match by {
            Moderating::Person(viewer) => {
                self.check_moderator(viewer)?;
                self.reads().topic_visible_to(viewer.person, id, true).await?
            }
            Moderating::Staff(_) => self.reads().topic(id).await?,
        };
        found.ok_or_else(nothing)
    }

    async fn post_for(&self, by: Moderating<'_>, id: ForumPostId) -> Result<VisiblePost, HubError> {
        let found = match by {
            Moderating::Person(viewer) => {
                self.check_moderator(viewer)?;
                self.reads().post_visible_to(viewer.person, id, true).await?
            }
            Moderating::Staff(_) => self.reads().post(id).await?,
        };
        found.ok_or_else(nothing)
    }

    async fn board_for(&self, by: Moderating<'_>, id: BoardId) -> Result<Board, HubError> {
        let found = match by {
            Moderating::Person(viewer) => self.reads().board_visible_to(viewer.person, id).await?,
            Moderating::Staff(_) => self.reads().board(id).await?,
        };
        found.ok_or_else(nothing)
    }

    fn check_moderator(&self, viewer: &Viewer) -> Result<(), HubError> {
        if self.may_moderate_forum(viewer) {
            return Ok(());
        }
        Err(ForumError::NotModerator.into())
    }
}

const fn topic_act(act: TopicAct, board: Option<&Board>) -> ModerationAction<'_> {
    match (act, board) {
        (TopicAct::Move(_), Some(board)) => ModerationAction::Move(board),
        (TopicAct::Hide, _) => ModerationAction::HideTopic,
        (TopicAct::Restore, _) => ModerationAction::RestoreTopic,
        (TopicAct::Unlock, _) => ModerationAction::Unlock,
        (TopicAct::Pin, _) => ModerationAction::Pin,
        (TopicAct::Unpin, _) => ModerationAction::Unpin,
        (TopicAct::Lock | TopicAct::Move(_), _) => ModerationAction::Lock,
    }
}

const fn post_act(act: PostAct, post: &Post) -> ModerationAction<'_> {
    match act {
        PostAct::Hide => ModerationAction::HidePost(post),
        PostAct::Restore => ModerationAction::RestorePost(post),
        PostAct::Keep => ModerationAction::KeepPost(post),
    }
}

pub(super) fn nothing() -> HubError {
    HubError::NotFound("there is no such board, topic or post".to_owned())
}
