//! Writing in the forum (`P10`). A board that somebody may not read does not exist for them.

use tessera_core::access::Viewer;
use tessera_core::attachment::{self, Attachment, File, Owner, Sent};
use tessera_core::forum::{self, Author, BURST, BURST_WITHIN, Board, ForumChange, Post, Topic};
use tessera_core::id::{BoardId, ForumPostId, TopicId};
use tessera_core::plan::{Change, Plan, Stamp};

use super::PORTAL;
use crate::error::again;
use crate::{ATTEMPTS, Hub, HubError};

/// What can be done with what was written. Whoever does it is read anew for each attempt.
enum Doing<'a> {
    Start(&'a Board, &'a str, &'a str),
    Reply(&'a Topic, &'a Board, &'a str),
    Edit(&'a Topic, &'a Board, &'a Post, &'a str),
    Report(&'a Topic, &'a Post, &'a str),
}

impl Hub {
    /// Begins a topic on a board, with the files that were sent.
    ///
    /// # Errors
    /// [`HubError::NotFound`] for a board the person may not read; [`HubError::Precondition`] when it does not fit.
    pub async fn start_topic(
        &self,
        viewer: &Viewer,
        board: BoardId,
        title: &str,
        body: &str,
        files: &[Sent],
    ) -> Result<TopicId, HubError> {
        let files = fit(files)?;
        for _ in 0..ATTEMPTS {
            let board = self.store.board_read(viewer.person, board).await?.ok_or_else(nothing)?;
            let done = self.write(viewer, Doing::Start(&board, title, body), &files).await?;
            if let Some(Done::Topic(id)) = done {
                return Ok(id);
            }
        }
        Err(HubError::Busy)
    }

    /// Replies in a topic, with the files that were sent.
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
        for _ in 0..ATTEMPTS {
            let (topic, board) = self.readable(viewer, topic).await?;
            if let Some(Done::Post(id)) = self.write(viewer, Doing::Reply(&topic, &board, body), &files).await? {
                return Ok(id);
            }
        }
        Err(HubError::Busy)
    }

    /// Changes one's own post, within its time.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn edit_post(&self, viewer: &Viewer, id: ForumPostId, body: &str) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let post = self.store.post_read(viewer.person, id, false).await?.ok_or_else(nothing)?.post;
            let (topic, board) = self.readable(viewer, post.topic_id).await?;
            if self.write(viewer, Doing::Edit(&topic, &board, &post, body), &[]).await?.is_some() {
                return Ok(());
            }
        }
        Err(HubError::Busy)
    }

    /// Tells moderators that a post is wrong.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn report_post(&self, viewer: &Viewer, id: ForumPostId, why: &str) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let post = self.store.post_read(viewer.person, id, false).await?.ok_or_else(nothing)?.post;
            let (topic, _) = self.readable(viewer, post.topic_id).await?;
            if post.hidden.is_some() {
                return Err(nothing());
            }
            if self.write(viewer, Doing::Report(&topic, &post, why), &[]).await?.is_some() {
                return Ok(());
            }
        }
        Err(HubError::Busy)
    }

    /// Whether somebody is told of replies in a topic from now on.
    ///
    /// # Errors
    /// As for [`Hub::start_topic`].
    pub async fn follow(&self, viewer: &Viewer, topic: TopicId, follow: bool) -> Result<(), HubError> {
        let (topic, _) = self.readable(viewer, topic).await?;
        let change = if follow {
            ForumChange::Follow { topic_id: topic.id, person: viewer.person, at: self.env.now() }
        } else {
            ForumChange::Unfollow { topic_id: topic.id, person: viewer.person }
        };
        let mut plan = Plan::default();
        plan.push(Change::Forum(change), "they want it so");
        Ok(self.store.apply(&plan).await?)
    }

    async fn readable(&self, viewer: &Viewer, id: TopicId) -> Result<(Topic, Board), HubError> {
        let topic = self.store.topic_read(viewer.person, id, false).await?.ok_or_else(nothing)?.topic;
        let board = self.store.board_read(viewer.person, topic.board_id).await?.ok_or_else(nothing)?;
        Ok((topic, board))
    }

    /// Plans and applies. None: the world moved meanwhile.
    async fn write(&self, viewer: &Viewer, doing: Doing<'_>, files: &[&File]) -> Result<Option<Done>, HubError> {
        // The customer first: whatever of theirs is written after this makes the plan be refused, so that nobody writes too much at once.
        let customer = self.noted_on(viewer.customer_id).await?;
        let since = self.env.now() - BURST_WITHIN;
        let written = self.store.posts_written(viewer.person, since, BURST * 2).await?;
        let mute = self.store.mute(viewer.person).await?;
        let author =
            Author { person: viewer.person, name: &viewer.name, customer, written: &written, mute: mute.as_ref() };
        let planned = self.stamped(&viewer.actor(), PORTAL, |stamp| planned(author, &doing, files, stamp));
        let (done, plan) = planned.map_err(|refusal| HubError::precondition(refusal.field(), refusal.to_string()))?;
        match self.store.apply(&plan).await {
            Ok(()) => Ok(Some(done)),
            Err(error) => again(error).map(|()| None),
        }
    }
}

/// What came of it.
enum Done {
    Topic(TopicId),
    Post(ForumPostId),
}

fn planned(
    author: Author<'_>,
    doing: &Doing<'_>,
    files: &[&File],
    stamp: Stamp<'_>,
) -> Result<(Done, Plan), forum::Refusal> {
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
            plan.push(Change::Attach(Box::new(attachment)), "it was sent along");
        }
    }
    Ok((done, plan))
}

fn fit(files: &[Sent]) -> Result<Vec<&File>, HubError> {
    attachment::all_fit(files).map_err(|unfit| HubError::precondition("files", unfit.join(" ")))
}

fn nothing() -> HubError {
    HubError::NotFound("there is no such board, topic or post".to_owned())
}
