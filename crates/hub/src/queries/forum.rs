//! Queries of the forum's pages (`P10`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::forum::{Board, Mute, Topic};
use tessera_core::kernel::ids::{BoardId, ForumPostId, PlaceId, TopicId};
use tessera_core::persons::place::Place;
use tessera_store::{Attached, StoreError};
use uuid::Uuid;

use super::Queries;

pub use tessera_store::{ListedBoard, VisiblePost, VisibleReport, VisibleTopic};

/// Maximum number of boards in a list.
const MAX_BOARDS: usize = 100;
/// Maximum number of open reports in a list.
const MAX_REPORTS: usize = 100;

/// The boards visible to a person.
#[derive(Debug)]
pub struct BoardList {
    /// The boards, by name.
    pub boards: Vec<ListedBoard>,
    /// Number of open reports. `None`: the viewer is not a moderator.
    pub open_reports: Option<usize>,
}

/// A board with some of its topics.
#[derive(Debug)]
pub struct BoardPage {
    /// The board.
    pub board: Board,
    /// Pinned topics, only on the first page.
    pub pinned: Vec<VisibleTopic>,
    /// The other topics, latest post first.
    pub topics: Vec<VisibleTopic>,
}

/// A page of a topic.
#[derive(Debug, Clone, Copy)]
pub struct TopicQuery {
    /// The topic.
    pub topic: TopicId,
    /// The first post of the page. `None`: the topic's first post.
    pub from: Option<ForumPostId>,
    /// Number of posts per page.
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
    /// First post of the previous page.
    pub earlier: Option<ForumPostId>,
    /// First post of the next page.
    pub later: Option<ForumPostId>,
    /// Attachments of these posts.
    pub files: Vec<Attached>,
    /// Whether the reader is notified of replies.
    pub follows: bool,
    /// The boards to which a moderator may move the topic. `None`: the viewer is not a moderator.
    pub other_boards: Option<Vec<ListedBoard>>,
}

/// A post with the data that decides whether its author may still change it.
#[derive(Debug)]
pub struct PostToEdit {
    /// The post.
    pub post: VisiblePost,
    /// The topic.
    pub topic: Topic,
    /// Its board.
    pub board: Board,
}

/// A post, as shown to a moderator.
#[derive(Debug)]
pub struct PostToModerate {
    /// The post.
    pub post: VisiblePost,
    /// The topic.
    pub topic: Topic,
    /// The author's current mute, if any.
    pub mute: Option<Mute>,
}

/// The forum's moderation page in the console.
#[derive(Debug)]
pub struct ForumDesk {
    /// The open reports, oldest first.
    pub reports: Vec<VisibleReport>,
    /// The boards, by name.
    pub boards: Vec<Board>,
}

impl Queries<'_> {
    /// The boards visible to the viewer.
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

    /// A board and its topics after the cursor `after`, if the board is visible to the viewer.
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

    /// The board for a new topic, if visible to the viewer.
    pub async fn forum_board_to_write_in(&self, viewer: &Viewer, id: BoardId) -> Result<Option<Board>, StoreError> {
        self.snapshot().await?.board_visible_to(viewer.person, id).await
    }

    /// The places from which a person in the portal can choose the audience of a board.
    pub async fn forum_places(&self, viewer: &Viewer) -> Result<Vec<Place>, StoreError> {
        self.reads().places_of_person(viewer.person).await
    }

    /// A board visible to the viewer, and the places from which its audience can be chosen.
    pub async fn forum_board_to_keep(
        &self,
        viewer: &Viewer,
        id: BoardId,
    ) -> Result<Option<(Board, Vec<Place>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(board) = store.board_visible_to(viewer.person, id).await? else { return Ok(None) };
        Ok(Some((board, store.places_of_person(viewer.person).await?)))
    }

    /// A page of a topic, if visible to the viewer.
    pub async fn forum_topic(&self, viewer: &Viewer, asked: TopicQuery) -> Result<Option<TopicPage>, StoreError> {
        let (store, person, TopicQuery { topic: id, from, size }) = (self.snapshot().await?, viewer.person, asked);
        let moderator = self.hub.may_moderate_forum(viewer);
        let Some(read) = store.topic_visible_to(person, id, moderator).await? else { return Ok(None) };
        let Some(board) = store.board_visible_to(person, read.topic.board_id).await? else { return Ok(None) };
        let mut first = ForumPostId(Uuid::nil());
        let mut posts = store.posts_visible_to(person, id, first, moderator, size + 1).await?;
        // A post among the first ones is shown on the first page, after the posts that it answers.
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

    /// A post, if its topic is visible to the viewer. Includes hidden posts, whose text is not shown.
    pub async fn forum_post(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        let moderator = self.hub.may_moderate_forum(viewer);
        self.reads().post_visible_to(viewer.person, id, moderator).await
    }

    /// A post, if it is visible to the viewer and not hidden.
    pub async fn forum_post_shown(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<VisiblePost>, StoreError> {
        let found = self.reads().post_visible_to(viewer.person, id, false).await?;
        Ok(found.filter(|read| read.post.hidden.is_none()))
    }

    /// As [`Queries::forum_post_shown`], with the data that decides whether the author may still change the post.
    pub async fn forum_post_to_edit(&self, viewer: &Viewer, id: ForumPostId) -> Result<Option<PostToEdit>, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let found = store.post_visible_to(person, id, false).await?;
        let Some(post) = found.filter(|read| read.post.hidden.is_none()) else { return Ok(None) };
        let Some(topic) = store.topic_visible_to(person, post.post.topic_id, false).await? else { return Ok(None) };
        let Some(board) = store.board_visible_to(person, topic.topic.board_id).await? else { return Ok(None) };
        Ok(Some(PostToEdit { post, topic: topic.topic, board }))
    }

    /// A post for a moderator in the portal, if visible to the viewer.
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

    /// The open reports of posts that are visible to the viewer.
    pub async fn forum_reports(&self, viewer: &Viewer) -> Result<Vec<VisibleReport>, StoreError> {
        self.reads().reports_visible_to(viewer.person, MAX_REPORTS).await
    }
}

/// Queries for staff, who see everything.
impl Queries<'_> {
    /// The open reports, and all boards.
    pub async fn forum_desk(&self, limit: usize) -> Result<ForumDesk, StoreError> {
        let store = self.snapshot().await?;
        Ok(ForumDesk { reports: store.reports(limit).await?, boards: store.boards(limit).await? })
    }

    /// A board, with the names of the places in its audience.
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

    /// The names of places. Unknown ids are omitted.
    pub async fn names_of_places(&self, ids: &[PlaceId]) -> Result<BTreeMap<PlaceId, String>, StoreError> {
        let places = self.reads().places_listed(ids).await?;
        Ok(places.into_iter().map(|place| (place.id, place.name)).collect())
    }

    /// A post for moderation by staff, and the boards to which its topic may be moved.
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

    /// The topic of a post.
    pub async fn forum_topic_of(&self, post: ForumPostId) -> Result<Option<TopicId>, StoreError> {
        Ok(self.reads().post(post).await?.map(|read| read.post.topic_id))
    }
}
