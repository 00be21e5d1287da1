//! What the pages of the forum read (`P10`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::forum::{Board, Mute, Topic};
use tessera_core::kernel::ids::{BoardId, ForumPostId, PlaceId, TopicId};
use tessera_store::{Attached, StoreError};
use uuid::Uuid;

use super::Queries;

pub use tessera_store::{ListedBoard, VisiblePost, VisibleReport, VisibleTopic};

/// The most boards that are listed.
const MAX_BOARDS: usize = 100;
/// The most open reports that are listed.
const MAX_REPORTS: usize = 100;

/// The boards somebody may read.
#[derive(Debug)]
pub struct BoardList {
    /// The boards, by name.
    pub boards: Vec<ListedBoard>,
    /// How many reports wait for a moderator; none: this is no moderator.
    pub open_reports: Option<usize>,
}

/// A board with some of its topics.
#[derive(Debug)]
pub struct BoardPage {
    /// The board.
    pub board: Board,
    /// Above all others, on the first page.
    pub pinned: Vec<VisibleTopic>,
    /// The others, the one last written in first.
    pub topics: Vec<VisibleTopic>,
}

/// Which part of a topic is shown.
#[derive(Debug, Clone, Copy)]
pub struct TopicQuery {
    /// Which topic.
    pub topic: TopicId,
    /// With which post it begins; none: with its first.
    pub from: Option<ForumPostId>,
    /// How many posts a page has.
    pub size: usize,
}

/// A topic with some of its posts.
#[derive(Debug)]
pub struct TopicPage {
    /// The topic.
    pub topic: Topic,
    /// Its board.
    pub board: Board,
    /// The posts, oldest first.
    pub posts: Vec<VisiblePost>,
    /// With which post the page before begins.
    pub earlier: Option<ForumPostId>,
    /// With which post the next page begins.
    pub later: Option<ForumPostId>,
    /// What is attached to them.
    pub files: Vec<Attached>,
    /// Whether the reader is notified of replies.
    pub follows: bool,
    /// Where a moderator may move it; none: this is no moderator.
    pub other_boards: Option<Vec<ListedBoard>>,
}

/// A post with what decides whether its author may still change it.
#[derive(Debug)]
pub struct PostToEdit {
    /// The post.
    pub post: VisiblePost,
    /// The topic.
    pub topic: Topic,
    /// Its board.
    pub board: Board,
}

/// A post as a moderator decides about it.
#[derive(Debug)]
pub struct PostToModerate {
    /// The post.
    pub post: VisiblePost,
    /// The topic.
    pub topic: Topic,
    /// What keeps the author from writing now.
    pub mute: Option<Mute>,
}

/// What staff look after.
#[derive(Debug)]
pub struct ForumDesk {
    /// The open reports, oldest first.
    pub reports: Vec<VisibleReport>,
    /// The boards, by name.
    pub boards: Vec<Board>,
}

impl Queries<'_> {
    /// The boards somebody may read.
    pub async fn forum_boards(&self, viewer: &Viewer) -> Result<BoardList, StoreError> {
        let store = self.snapshot().await?;
        let boards = store.boards_visible_to(viewer.person, MAX_BOARDS).await?;
        let open_reports = if self.hub.may_moderate_forum(viewer) {
            Some(store.reports_visible_to(viewer.person, MAX_REPORTS).await?.len())
        } else {
            None
        };
        Ok(BoardList { boards, open_reports })
    }

    /// A board and its topics after the one last written in at `after`, if somebody may read it.
    pub async fn forum_board(
        &self,
        viewer: &Viewer,
        board: BoardId,
        after: Option<(Timestamp, TopicId)>,
        size: usize,
    ) -> Result<Option<BoardPage>, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let Some(board) = store.board_visible_to(person, board).await? else { return Ok(None) };
        let topics = store.topics_visible_to(person, board.id, after, size).await?;
        let pinned = if after.is_none() { store.topics_pinned(person, board.id, size).await? } else { Vec::new() };
        Ok(Some(BoardPage { board, pinned, topics }))
    }

    /// The board that a new topic is for, if somebody may read it.
    pub async fn forum_board_to_write_in(&self, viewer: &Viewer, id: BoardId) -> Result<Option<Board>, StoreError> {
        self.snapshot().await?.board_visible_to(viewer.person, id).await
    }

    /// A topic, if somebody may read it.
    pub async fn forum_topic(&self, viewer: &Viewer, asked: TopicQuery) -> Result<Option<TopicPage>, StoreError> {
        let (store, person, TopicQuery { topic: id, from, size }) = (self.snapshot().await?, viewer.person, asked);
        let moderator = self.hub.may_moderate_forum(viewer);
        let Some(read) = store.topic_visible_to(person, id, moderator).await? else { return Ok(None) };
        let Some(board) = store.board_visible_to(person, read.topic.board_id).await? else { return Ok(None) };
        let mut first = ForumPostId(Uuid::nil());
        let mut posts = store.posts_visible_to(person, id, first, moderator, size + 1).await?;
        // A post among the first ones is shown after what it answers.
        if let Some(from) = from.filter(|from| posts.iter().take(size).all(|post| post.post.id != *from)) {
            first = from;
            posts = store.posts_visible_to(person, id, first, moderator, size + 1).await?;
        }
        let later = posts.get(size).map(|post| post.post.id);
        posts.truncate(size);
        let earlier = store.posts_before(person, id, first, moderator, size).await?;
        let files = match (posts.first(), posts.last()) {
            (Some(first), Some(last)) => store.attachments_of_posts(id, first.post.id, last.post.id).await?,
            _ => Vec::new(),
        };
        let mut other_boards = None;
        if moderator {
            let boards = store.boards_visible_to(person, MAX_BOARDS).await?;
            other_boards = Some(boards.into_iter().filter(|listed| listed.board.id != board.id).collect());
        }
        let follows = store.follows(person, id).await?;
        let earlier = earlier.last().map(|post| post.post.id);
        Ok(Some(TopicPage { topic: read.topic, board, posts, earlier, later, files, follows, other_boards }))
    }

    /// A post, if somebody may read its topic; a hidden one too, which is not shown.
    pub async fn forum_post(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        let moderator = self.hub.may_moderate_forum(viewer);
        self.reads().post_visible_to(viewer.person, id, moderator).await
    }

    /// A post, if somebody may read it and it is not hidden.
    pub async fn forum_post_shown(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        let found = self.reads().post_visible_to(viewer.person, id, false).await?;
        Ok(found.filter(|read| read.post.hidden.is_none()))
    }

    /// The same, with what decides whether its author may still change it.
    pub async fn forum_post_to_edit(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<PostToEdit>, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let found = store.post_visible_to(person, id, false).await?;
        let Some(post) = found.filter(|read| read.post.hidden.is_none()) else { return Ok(None) };
        let Some(topic) = store.topic_visible_to(person, post.post.topic_id, false).await? else { return Ok(None) };
        let Some(board) = store.board_visible_to(person, topic.topic.board_id).await? else { return Ok(None) };
        Ok(Some(PostToEdit { post, topic: topic.topic, board }))
    }

    /// A post as a moderator in the portal decides about it, if they may read it.
    pub async fn forum_post_to_moderate(
        &self,
        viewer: &Viewer,
        id: ForumPostId,
    ) -> Result<Option<PostToModerate>, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let Some(post) = store.post_visible_to(person, id, true).await? else { return Ok(None) };
        let Some(topic) = store.topic_visible_to(person, post.post.topic_id, true).await? else { return Ok(None) };
        let mute = store.mute(post.post.author).await?.filter(|mute| mute.is_in_force(self.hub.env.now()));
        Ok(Some(PostToModerate { post, topic: topic.topic, mute }))
    }

    /// The open reports about posts that somebody may read.
    pub async fn forum_reports(&self, viewer: &Viewer) -> Result<Vec<VisibleReport>, StoreError> {
        self.reads().reports_visible_to(viewer.person, MAX_REPORTS).await
    }
}

/// What staff read, who see everything.
impl Queries<'_> {
    /// The open reports, and all boards.
    pub async fn forum_desk(&self, limit: usize) -> Result<ForumDesk, StoreError> {
        let store = self.snapshot().await?;
        Ok(ForumDesk { reports: store.reports(limit).await?, boards: store.boards(limit).await? })
    }

    /// One board, with the names of the places it is for.
    pub async fn forum_board_to_change(
        &self,
        id: BoardId,
    ) -> Result<Option<(Board, BTreeMap<PlaceId, String>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(board) = store.board(id).await? else { return Ok(None) };
        let places: Vec<PlaceId> = board.audience.places().collect();
        let places = store.places_listed(&places).await?;
        Ok(Some((board, places.into_iter().map(|place| (place.id, place.name)).collect())))
    }

    /// What places are called. Ids of none are left out.
    pub async fn names_of_places(&self, ids: &[PlaceId]) -> Result<BTreeMap<PlaceId, String>, StoreError> {
        let places = self.reads().places_listed(ids).await?;
        Ok(places.into_iter().map(|place| (place.id, place.name)).collect())
    }

    /// A post as staff decide about it, and the boards its topic may be moved to.
    pub async fn forum_post_for_staff(
        &self,
        id: ForumPostId,
        limit: usize,
    ) -> Result<Option<(PostToModerate, Vec<Board>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(post) = store.post(id).await? else { return Ok(None) };
        let Some(topic) = store.topic(post.post.topic_id).await? else { return Ok(None) };
        let mute = store.mute(post.post.author).await?.filter(|mute| mute.is_in_force(self.hub.env.now()));
        let mut boards = store.boards(limit).await?;
        boards.retain(|board| board.id != topic.topic.board_id);
        Ok(Some((PostToModerate { post, topic: topic.topic, mute }, boards)))
    }

    /// The topic that a post is in.
    pub async fn forum_topic_of(&self, post: ForumPostId) -> Result<Option<TopicId>, StoreError> {
        Ok(self.reads().post(post).await?.map(|read| read.post.topic_id))
    }
}
