//! Reads of the forum.

use jiff::Timestamp;
use tessera_core::forum::{Board, Mute};
use tessera_core::kernel::ids::{BoardId, ForumPostId, PersonId, TopicId};
use uuid::Uuid;

use super::rows::{VisiblePost, VisibleReport, VisibleTopic, board, post, report, topic};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

pub(super) const KIND: &str = "board";

/// A board in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBoard {
    /// The board, without its audience.
    pub board: Board,
    /// Time of the latest post.
    pub last_at: Option<Timestamp>,
}

impl Reads {
    /// All boards, for staff.
    pub async fn boards(&self, limit: usize) -> Result<Vec<Board>, StoreError> {
        read_all(self.query(sql::BOARDS, values![most(limit)]).await?, |row| Ok(board(row)?.0))
    }

    /// One board with its audience, for staff.
    pub async fn board(&self, id: BoardId) -> Result<Option<Board>, StoreError> {
        let found = read_one(self.one(sql::BOARD, values![id]).await?, board)?;
        self.with_audience(found).await
    }

    async fn with_audience(&self, found: Option<(Board, bool)>) -> Result<Option<Board>, StoreError> {
        let Some((mut board, everybody)) = found else { return Ok(None) };
        board.audience = self.audience(KIND, board.id.0, everybody).await?;
        Ok(Some(board))
    }

    /// The boards visible to a person.
    pub async fn boards_visible_to(&self, person: PersonId, limit: usize) -> Result<Vec<ListedBoard>, StoreError> {
        let rows = self.query(sql::BOARDS_READ, values![person, most(limit)]).await?;
        read_all(rows, |row| Ok(ListedBoard { board: board(row)?.0, last_at: row.get("last_at")? }))
    }

    /// A board, if visible to the person.
    pub async fn board_visible_to(&self, person: PersonId, id: BoardId) -> Result<Option<Board>, StoreError> {
        let found = read_one(self.one(sql::BOARD_READ, values![person, id]).await?, board)?;
        self.with_audience(found).await
    }

    /// The topics of a board that are not pinned, latest post first, after the cursor `before`.
    pub async fn topics_visible_to(
        &self,
        person: PersonId,
        board: BoardId,
        before: Option<(Timestamp, TopicId)>,
        limit: usize,
    ) -> Result<Vec<VisibleTopic>, StoreError> {
        let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_microsecond(), id.0));
        read_all(self.query(sql::TOPICS_READ, values![person, board, at, id, most(limit)]).await?, topic)
    }

    /// The pinned topics of a board.
    pub async fn topics_pinned(
        &self,
        person: PersonId,
        board: BoardId,
        limit: usize,
    ) -> Result<Vec<VisibleTopic>, StoreError> {
        read_all(self.query(sql::TOPICS_PINNED, values![person, board, most(limit)]).await?, topic)
    }

    /// A topic, if visible to the person. Hidden topics are visible only to moderators.
    pub async fn topic_visible_to(
        &self,
        person: PersonId,
        id: TopicId,
        moderator: bool,
    ) -> Result<Option<VisibleTopic>, StoreError> {
        read_one(self.one(sql::TOPIC_READ, values![person, id, moderator]).await?, topic)
    }

    /// A topic, for staff and jobs.
    pub async fn topic(&self, id: TopicId) -> Result<Option<VisibleTopic>, StoreError> {
        read_one(self.one(sql::TOPIC, values![id]).await?, topic)
    }

    /// The posts of a topic from `from` on, oldest first. Includes hidden posts, whose text is not shown.
    pub async fn posts_visible_to(
        &self,
        person: PersonId,
        topic: TopicId,
        from: ForumPostId,
        moderator: bool,
        limit: usize,
    ) -> Result<Vec<VisiblePost>, StoreError> {
        read_all(self.query(sql::POSTS_READ, values![person, topic, from, moderator, most(limit)]).await?, post)
    }

    /// The posts of a topic before `before`, newest first.
    pub async fn posts_before(
        &self,
        person: PersonId,
        topic: TopicId,
        before: ForumPostId,
        moderator: bool,
        limit: usize,
    ) -> Result<Vec<VisiblePost>, StoreError> {
        read_all(self.query(sql::POSTS_BEFORE, values![person, topic, before, moderator, most(limit)]).await?, post)
    }

    /// A post, if its topic is visible to the person.
    pub async fn post_visible_to(
        &self,
        person: PersonId,
        id: ForumPostId,
        moderator: bool,
    ) -> Result<Option<VisiblePost>, StoreError> {
        read_one(self.one(sql::POST_READ, values![person, id, moderator]).await?, post)
    }

    /// A post, for staff and jobs.
    pub async fn post(&self, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        read_one(self.one(sql::POST, values![id]).await?, post)
    }

    /// Times of a person's posts, newest first.
    pub async fn posts_written(
        &self,
        by: PersonId,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        read_all(self.query(sql::POSTS_WRITTEN, values![by, since, most(limit)]).await?, |row| row.get("created_at"))
    }

    /// The current or last mute of a person.
    pub async fn mute(&self, person: PersonId) -> Result<Option<Mute>, StoreError> {
        read_one(self.one(sql::MUTED, values![person]).await?, |row| {
            Ok(Mute {
                person: row.id("person_id")?,
                until: row.get("until")?,
                why: row.get("why")?,
                by: row.get("muted_by")?,
                at: row.get("at")?,
            })
        })
    }

    /// Whether a person follows a topic.
    pub async fn follows(&self, person: PersonId, topic: TopicId) -> Result<bool, StoreError> {
        Ok(self.one(sql::FOLLOWED, values![topic, person]).await?.is_some())
    }

    /// A page of a topic's followers, after a cursor.
    pub async fn followers(
        &self,
        of: TopicId,
        after: Option<PersonId>,
        limit: usize,
    ) -> Result<Vec<PersonId>, StoreError> {
        let after = after.unwrap_or(PersonId(Uuid::nil()));
        read_all(self.query(sql::FOLLOWERS, values![of, after, most(limit)]).await?, |row| row.id("person_id"))
    }

    /// The open reports, oldest first, for staff.
    pub async fn reports(&self, limit: usize) -> Result<Vec<VisibleReport>, StoreError> {
        read_all(self.query(sql::REPORTS_OPEN, values![most(limit)]).await?, report)
    }

    /// The open reports of posts that are visible to a person, oldest first.
    pub async fn reports_visible_to(&self, person: PersonId, limit: usize) -> Result<Vec<VisibleReport>, StoreError> {
        read_all(self.query(sql::REPORTS_READ, values![person, most(limit)]).await?, report)
    }
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
