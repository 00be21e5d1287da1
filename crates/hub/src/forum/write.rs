//! Writing in the forum (`P10`). A board that is not visible to a person does not exist for them.

use tessera_core::access::Viewer;
use tessera_core::forum::change::ForumChange;
use tessera_core::forum::{self, Author, BURST, BURST_WITHIN, Board, Post, Topic};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::attachment::change::AttachmentChange;
use tessera_core::kernel::attachment::{self, Attachment, File, Owner, Sent};
use tessera_core::kernel::ids::{BoardId, ForumPostId, TopicId};
use tessera_core::kernel::plan::{Change, Plan, Stamp};

use crate::commit::Tx;
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// A write to the forum. The author is read again for each attempt.
enum Doing<'a> {
    Start(&'a Board, &'a str, &'a str),
    Reply(&'a Topic, &'a Board, &'a str),
    Edit(&'a Topic, &'a Board, &'a Post, &'a str),
    Report(&'a Topic, &'a Post, &'a str),
}

impl Hub {
    /// Starts a topic on a board, with attachments.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the board is not visible to the person; [`HubError::Rejected`] if the input is
    /// invalid.
    pub async fn start_topic(
        &self,
        viewer: &Viewer,
        board: BoardId,
        title: &str,
        body: &str,
        files: &[Sent],
    ) -> Result<TopicId, HubError> {
        let files = fit(files)?;
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let board = self.reads().board_visible_to(viewer.person, board).await?.ok_or_else(nothing)?;
            match self.write(tx, viewer, Doing::Start(&board, title, body), &files).await? {
                Done::Topic(id) => Ok(id),
                Done::Post(_) => Err(nothing()),
            }
        })
    }

    /// Replies in a topic, with attachments.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn reply(
        &self,
        viewer: &Viewer,
        topic: TopicId,
        body: &str,
        files: &[Sent],
    ) -> Result<ForumPostId, HubError> {
        let files = fit(files)?;
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let (topic, board) = self.readable(viewer, topic).await?;
            match self.write(tx, viewer, Doing::Reply(&topic, &board, body), &files).await? {
                Done::Post(id) => Ok(id),
                Done::Topic(_) => Err(nothing()),
            }
        })
    }

    /// Changes one's own post within the edit period.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn edit_post(&self, viewer: &Viewer, id: ForumPostId, body: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let post = self.reads().post_visible_to(viewer.person, id, false).await?.ok_or_else(nothing)?.post;
            let (topic, board) = self.readable(viewer, post.topic_id).await?;
            self.write(tx, viewer, Doing::Edit(&topic, &board, &post, body), &[]).await.map(drop)
        })
    }

    /// Reports a post to the moderators.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn report_post(&self, viewer: &Viewer, id: ForumPostId, why: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let post = self.reads().post_visible_to(viewer.person, id, false).await?.ok_or_else(nothing)?.post;
            let (topic, _) = self.readable(viewer, post.topic_id).await?;
            if post.hidden.is_some() {
                return Err(nothing());
            }
            self.write(tx, viewer, Doing::Report(&topic, &post, why), &[]).await.map(drop)
        })
    }

    /// Follows or unfollows a topic.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn follow(&self, viewer: &Viewer, topic: TopicId, follow: bool) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let (topic, _) = self.readable(viewer, topic).await?;
            let change = if follow {
                ForumChange::Follow { topic_id: topic.id, person: viewer.person, at: tx.stamp.now }
            } else {
                ForumChange::Unfollow { topic_id: topic.id, person: viewer.person }
            };
            tx.push(change, "they want it so");
            Ok(())
        })
    }

    async fn readable(&self, viewer: &Viewer, id: TopicId) -> Result<(Topic, Board), HubError> {
        let topic = self.reads().topic_visible_to(viewer.person, id, false).await?.ok_or_else(nothing)?.topic;
        let board = self.reads().board_visible_to(viewer.person, topic.board_id).await?.ok_or_else(nothing)?;
        Ok((topic, board))
    }

    /// Plans a write by the author's current state.
    async fn write(
        &self,
        tx: &mut Tx<'_>,
        viewer: &Viewer,
        doing: Doing<'_>,
        files: &[&File],
    ) -> Result<Done, HubError> {
        // Reads the customer first: a concurrent write of the same customer makes the plan fail with a conflict, so the
        // rate limit cannot be exceeded by parallel requests.
        let customer = self.noted_on(viewer.customer_id).await?;
        let since = tx.stamp.now - BURST_WITHIN;
        let written = self.reads().posts_written(viewer.person, since, BURST * 2).await?;
        let mute = self.reads().mute(viewer.person).await?;
        let author =
            Author { person: viewer.person, name: &viewer.name, customer, written: &written, mute: mute.as_ref() };
        let planned = planned(author, &doing, files, tx.stamp);
        let (done, plan) = planned?;
        tx.extend(plan);
        Ok(done)
    }
}

/// The result of a write.
enum Done {
    Topic(TopicId),
    Post(ForumPostId),
}

fn planned(
    author: Author<'_>,
    doing: &Doing<'_>,
    files: &[&File],
    stamp: Stamp<'_>,
) -> Result<(Done, Plan), forum::ForumError> {
    let person = author.person;
    let (done, mut plan) = match doing {
        Doing::Start(board, title, body) => {
            let (id, plan) = forum::start(author, board, title, body, stamp)?;
            (Done::Topic(id), plan)
        }
        Doing::Reply(topic, board, body) => {
            let (id, plan) = forum::reply(author, topic, board, body, stamp)?;
            (Done::Post(id), plan)
        }
        Doing::Edit(topic, board, post, body) => {
            (Done::Post(post.id), forum::edit(author, topic, board, post, body, stamp)?)
        }
        Doing::Report(topic, post, why) => (Done::Post(post.id), forum::report(author, topic, post, why, stamp)?),
    };
    let post = plan.changes().find_map(|change| match change {
        Change::Forum(ForumChange::CreatePost(post)) => Some(post.id),
        _ => None,
    });
    if let Some(post) = post {
        let owner = Owner { kind: "forum", id: post.0 };
        for file in files {
            let attachment = Attachment::new(file, owner, person, stamp);
            plan.push(AttachmentChange::Add(Box::new(attachment)), "it was sent along");
        }
    }
    Ok((done, plan))
}

fn fit(files: &[Sent]) -> Result<Vec<&File>, HubError> {
    Ok(attachment::all_fit(files)?)
}

fn nothing() -> HubError {
    HubError::NotFound("there is no such board, topic or post".to_owned())
}
