//! The forum (`P10`): what a person may read of it, and how it changes. Every read from the portal names the person.

use jiff::Timestamp;
use tessera_core::forum::change::ForumChange;
use tessera_core::forum::{Board, Hidden, Mute, Post, Topic};
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{BoardId, ForumPostId, PersonId, TopicId};
use uuid::Uuid;

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::{audience, sql};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

const KIND: &str = "board";

/// A board as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBoard {
    /// The board; its audience is not read with it.
    pub board: Board,
    /// When something was last written there.
    pub last_at: Option<Timestamp>,
}

/// A topic, and its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleTopic {
    /// The topic.
    pub topic: Topic,
    /// The author's name; empty when it is not known any more.
    pub author: String,
}

/// A post, and its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisiblePost {
    /// The post.
    pub post: Post,
    /// The author's name; empty when it is not known any more.
    pub author: String,
}

/// An open report, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleReport {
    /// The post.
    pub post_id: ForumPostId,
    /// What is wrong, in the reporter's words.
    pub why: String,
    /// When it was reported.
    pub at: Timestamp,
    /// Who reported it.
    pub reporter: String,
    /// The post's topic.
    pub topic_id: TopicId,
    /// Its title.
    pub title: String,
    /// The post's text.
    pub body: String,
    /// Who wrote it.
    pub author: String,
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

    /// The boards a person may read.
    pub async fn boards_visible_to(&self, person: PersonId, limit: usize) -> Result<Vec<ListedBoard>, StoreError> {
        let rows = self.query(sql::BOARDS_READ, values![person, most(limit)]).await?;
        read_all(rows, |row| Ok(ListedBoard { board: board(row)?.0, last_at: row.get("last_at")? }))
    }

    /// One board, if the person may read it.
    pub async fn board_visible_to(&self, person: PersonId, id: BoardId) -> Result<Option<Board>, StoreError> {
        let found = read_one(self.one(sql::BOARD_READ, values![person, id]).await?, board)?;
        self.with_audience(found).await
    }

    /// The topics of a board that are not pinned, the one last written in first, after the one last written in at `before`.
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

    /// One topic, if the person may read it; a hidden one only for a moderator.
    pub async fn topic_visible_to(
        &self,
        person: PersonId,
        id: TopicId,
        moderator: bool,
    ) -> Result<Option<VisibleTopic>, StoreError> {
        read_one(self.one(sql::TOPIC_READ, values![person, id, moderator]).await?, topic)
    }

    /// One topic, for staff and jobs.
    pub async fn topic(&self, id: TopicId) -> Result<Option<VisibleTopic>, StoreError> {
        read_one(self.one(sql::TOPIC, values![id]).await?, topic)
    }

    /// The posts of a topic from one on, oldest first; hidden ones too, which are not shown.
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

    /// The posts of a topic before one, newest first.
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

    /// One post, if the person may read its topic.
    pub async fn post_visible_to(
        &self,
        person: PersonId,
        id: ForumPostId,
        moderator: bool,
    ) -> Result<Option<VisiblePost>, StoreError> {
        read_one(self.one(sql::POST_READ, values![person, id, moderator]).await?, post)
    }

    /// One post, for staff and jobs.
    pub async fn post(&self, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        read_one(self.one(sql::POST, values![id]).await?, post)
    }

    /// When somebody wrote, newest first.
    pub async fn posts_written(
        &self,
        by: PersonId,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        read_all(self.query(sql::POSTS_WRITTEN, values![by, since, most(limit)]).await?, |row| row.get("created_at"))
    }

    /// Whether somebody may not write, or once might not.
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

    /// Whether somebody is told of replies in a topic.
    pub async fn follows(&self, person: PersonId, topic: TopicId) -> Result<bool, StoreError> {
        Ok(self.one(sql::FOLLOWED, values![topic, person]).await?.is_some())
    }

    /// Some of those who are told of replies in a topic, after one of them.
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

    /// The open reports about posts that a person may read, oldest first.
    pub async fn reports_visible_to(&self, person: PersonId, limit: usize) -> Result<Vec<VisibleReport>, StoreError> {
        read_all(self.query(sql::REPORTS_READ, values![person, most(limit)]).await?, report)
    }
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A board, and whether it is for everybody; for whom else has to be read.
fn board(row: &Row) -> Result<(Board, bool), Undecodable> {
    let (id, version, name, description) =
        (row.id("id")?, row.get("version")?, row.get("name")?, row.get("description")?);
    let everybody = row.get("everybody")?;
    let audience = if everybody { Audience::Everybody } else { Audience::Places(std::collections::BTreeSet::new()) };
    let (closed, changed_by, changed_at) = (row.get("closed")?, row.get("changed_by")?, row.get("changed_at")?);
    Ok((Board { id, version, name, description, audience, closed, changed_by, changed_at }, everybody))
}

fn hidden(row: &Row) -> Result<Option<Hidden>, Undecodable> {
    let (at, by, why) =
        (row.get::<Option<_>>("hidden_at")?, row.get::<Option<_>>("hidden_by")?, row.get::<Option<_>>("hidden_why")?);
    Ok(at.zip(by).zip(why).map(|((at, by), why)| Hidden { at, by, why }))
}

fn topic(row: &Row) -> Result<VisibleTopic, Undecodable> {
    let topic = Topic {
        id: row.id("id")?,
        version: row.get("version")?,
        board_id: row.id("board_id")?,
        title: row.get("title")?,
        author: row.id("author_id")?,
        customer_id: row.id("customer_id")?,
        created_at: row.get("created_at")?,
        last_at: row.get("last_at")?,
        posts: row.get("posts")?,
        locked: row.get("locked")?,
        pinned: row.get("pinned")?,
        hidden: hidden(row)?,
    };
    Ok(VisibleTopic { topic, author: row.get("author_name")? })
}

fn post(row: &Row) -> Result<VisiblePost, Undecodable> {
    let post = Post {
        id: row.id("id")?,
        version: row.get("version")?,
        topic_id: row.id("topic_id")?,
        body: row.get("body")?,
        author: row.id("author_id")?,
        customer_id: row.id("customer_id")?,
        created_at: row.get("created_at")?,
        edited_at: row.get("edited_at")?,
        hidden: hidden(row)?,
    };
    Ok(VisiblePost { post, author: row.get("author_name")? })
}

fn report(row: &Row) -> Result<VisibleReport, Undecodable> {
    Ok(VisibleReport {
        post_id: row.id("post_id")?,
        why: row.get("why")?,
        at: row.get("at")?,
        reporter: row.get("reporter")?,
        topic_id: row.id("topic_id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        author: row.get("author")?,
    })
}

pub(crate) fn lower(change: &ForumChange, to: &mut Vec<Statement>) {
    let one = |sql, values| Statement::one(sql, values, Conflict::Forum);
    match change {
        ForumChange::CreateBoard(board) => put_board(board, true, to),
        ForumChange::UpdateBoard(board) => put_board(board, false, to),
        ForumChange::CreateTopic(it) => {
            let values = values![it.id, &it.title, it.author, it.customer_id, it.created_at, it.board_id];
            to.push(one(sql::TOPIC_CREATE, values));
        }
        ForumChange::UpdateTopic(it) => {
            let (at, by, why) = hidden_columns(it.hidden.as_ref());
            let values = values![it.board_id, it.locked, it.pinned, at, by, why, it.id, it.version];
            to.push(one(sql::TOPIC_UPDATE, values));
        }
        ForumChange::ExpectTopic { topic_id, version } => {
            to.push(one(sql::TOPIC_EXPECT, values![*topic_id, *version]));
        }
        ForumChange::CountReply { topic_id, board_id, at } => {
            to.push(one(sql::TOPIC_REPLIED, values![*at, *topic_id, *board_id]));
        }
        ForumChange::Recount { topic_id, by } => to.push(one(sql::TOPIC_RECOUNT, values![*by, *topic_id])),
        ForumChange::CreatePost(it) => {
            let values = values![it.id, it.topic_id, &it.body, it.author, it.customer_id, it.created_at];
            to.push(Statement::one(sql::POST_CREATE, values, Conflict::Exists));
        }
        ForumChange::UpdatePost(it) => {
            let (at, by, why) = hidden_columns(it.hidden.as_ref());
            to.push(one(sql::POST_UPDATE, values![&it.body, it.edited_at, at, by, why, it.id, it.version]));
        }
        ForumChange::Report(it) => {
            to.push(Statement::any(sql::REPORT, values![it.id, it.post_id, it.person, &it.why, it.at]));
        }
        ForumChange::CloseReports { post_id, at, by, verdict } => {
            to.push(Statement::any(sql::REPORTS_CLOSE, values![*at, by, verdict.as_str(), *post_id]));
        }
        ForumChange::Follow { topic_id, person, at } => {
            to.push(Statement::any(sql::FOLLOW, values![*topic_id, *person, *at]));
        }
        ForumChange::Unfollow { topic_id, person } => {
            to.push(Statement::any(sql::UNFOLLOW, values![*topic_id, *person]));
        }
        ForumChange::Mute(it) => {
            to.push(Statement::any(sql::MUTE, values![it.person, it.until, &it.why, &it.by, it.at]));
        }
        ForumChange::Rescope { topic_id, board_id } => {
            let scope = board_id.map_or(tessera_core::search::NOBODY, |board| board.0);
            to.push(Statement::any(sql::SEARCH_RESCOPE, values![scope, *topic_id]));
        }
    }
}

fn hidden_columns(hidden: Option<&Hidden>) -> (Option<Timestamp>, Option<&str>, Option<&str>) {
    (hidden.map(|it| it.at), hidden.map(|it| it.by.as_str()), hidden.map(|it| it.why.as_str()))
}

fn put_board(board: &Board, fresh: bool, to: &mut Vec<Statement>) {
    let everybody = board.audience.is_everybody();
    if fresh {
        let values = values![
            board.id,
            &board.name,
            &board.description,
            everybody,
            board.closed,
            &board.changed_by,
            board.changed_at,
        ];
        to.push(Statement::one(sql::BOARD_CREATE, values, Conflict::Exists));
    } else {
        let values = values![
            &board.name,
            &board.description,
            everybody,
            board.closed,
            &board.changed_by,
            board.changed_at,
            board.id,
            board.version,
        ];
        to.push(Statement::one(sql::BOARD_UPDATE, values, Conflict::Forum));
    }
    audience::put(KIND, board.id.0, &board.audience, to);
}
