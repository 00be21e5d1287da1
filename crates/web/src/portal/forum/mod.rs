//! Reading the forum (`P10`).

pub(crate) mod moderate;
pub(crate) mod write;

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::forum::{self, Board, PATH, Relation, Topic, is_editable, shown_name};
use tessera_core::kernel::ids::{BoardId, CustomerId, ForumPostId, TopicId};
use tessera_store::{Attached, VisiblePost, VisibleTopic};
use uuid::Uuid;

use super::attachments::{picture, shown};
use super::news::{PageQuery, next_page};
use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_UPLOAD;
use crate::pages::community::{Choice, Complaint};
use crate::pages::forum as view;
use crate::pages::forum::{BoardLine, ReportsLink, TopicLine, TopicModeration};
use crate::pages::markdown::{Style, html};
use crate::portal::visitor::{PortalVisitor, id};
use crate::respond::page::Answer;

/// The routes, below `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/forum", get(boards))
        .route("/forum/boards/{id}", get(board))
        .route("/forum/boards/{id}/new", get(write::new_topic).post(write::start).at_most(MAX_UPLOAD))
        .route("/forum/topics/{id}", get(topic))
        .route("/forum/topics/{id}/reply", post(write::reply).at_most(MAX_UPLOAD))
        .route("/forum/topics/{id}/follow", post(write::follow))
        .route("/forum/topics/{id}/moderate", post(moderate::topic))
        .route("/forum/posts/{id}", get(show_post))
        .route("/forum/posts/{id}/edit", get(write::edit_form).post(write::edit))
        .route("/forum/posts/{id}/report", get(write::report_form).post(write::report))
        .route("/forum/posts/{id}/moderate", get(moderate::post_page).post(moderate::post))
        .route("/forum/posts/{id}/mute", post(moderate::mute))
        .route("/forum/reports", get(moderate::reports))
}

/// The most boards that are listed.
pub(crate) const BOARDS: usize = 100;
/// Topics on a page.
const TOPICS: usize = 20;
/// Posts on a page.
const POSTS: usize = 25;

pub(crate) async fn boards(here: PortalVisitor) -> Answer {
    let (hub, person) = (&here.app.hub, here.viewer.person);
    let boards = hub.store.boards_visible_to(person, BOARDS).await?;
    let reports = if hub.may_moderate_forum(&here.viewer) {
        let open = hub.store.reports_visible_to(person, BOARDS).await?.len();
        Some(ReportsLink { url: format!("{PATH}/reports"), open })
    } else {
        None
    };
    let line = |listed: tessera_store::ListedBoard| BoardLine {
        url: board_url(listed.board.id),
        name: listed.board.name,
        description: listed.board.description,
        closed: listed.board.closed,
        last_at: listed.last_at,
    };
    here.page(&view::Boards {
        boards: boards.into_iter().map(line).collect(),
        reports,
        search_url: format!("{}/search", crate::portal::HOME),
    })
}

pub(crate) async fn board(here: PortalVisitor, Path(board): Path<String>, Query(paged): Query<PageQuery>) -> Answer {
    let (store, person) = (&here.app.hub.store, here.viewer.person);
    let board = store.board_visible_to(person, id(&board)?).await?.ok_or(PageError::NOT_FOUND)?;
    let after = paged.after::<TopicId>()?;
    let mut topics = store.topics_visible_to(person, board.id, after, TOPICS + 1).await?;
    let more = topics.len() > TOPICS;
    topics.truncate(TOPICS);
    let last = topics.last().filter(|_| more).map(|last| (last.topic.last_at, last.topic.id));
    if after.is_none() {
        topics.splice(0..0, store.topics_pinned(person, board.id, TOPICS).await?);
    }
    here.page(&view::Board {
        topics: topics.iter().map(|topic| topic_line(&here, topic)).collect(),
        new_url: (!board.closed).then(|| format!("{}/new", board_url(board.id))),
        older_url: last.map(|(at, id)| next_page(&board_url(board.id), at, id)),
        back_url: PATH.to_owned(),
        name: board.name,
        description: board.description,
        closed: board.closed,
    })
}

fn topic_line(here: &PortalVisitor, read: &VisibleTopic) -> TopicLine {
    TopicLine {
        url: topic_url(read.topic.id),
        title: read.topic.title.clone(),
        author: known_as(here, &read.author, read.topic.customer_id),
        posts: u64::try_from(read.topic.posts).unwrap_or_default(),
        last_at: read.topic.last_at,
        pinned: read.topic.pinned,
        locked: read.topic.locked,
    }
}

/// From which post on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct From {
    from: Option<String>,
}

pub(crate) async fn topic(here: PortalVisitor, Path(topic): Path<String>, Query(from): Query<From>) -> Answer {
    let from = from.from.as_deref().map(id).transpose()?;
    let content = topic_page(&here, id(&topic)?, from, None).await?;
    here.page(&content)
}

/// The page of a topic; with what was typed and why it was not taken, if that is so.
pub(crate) async fn topic_page(
    here: &PortalVisitor,
    id: TopicId,
    from: Option<ForumPostId>,
    typed: Option<(String, Complaint)>,
) -> Result<view::Topic, PageError> {
    let (hub, viewer) = (&here.app.hub, &here.viewer);
    let moderator = hub.may_moderate_forum(viewer);
    let read = hub.store.topic_visible_to(viewer.person, id, moderator).await?.ok_or(PageError::NOT_FOUND)?;
    let topic = read.topic;
    let board = hub.store.board_visible_to(viewer.person, topic.board_id).await?.ok_or(PageError::NOT_FOUND)?;
    let mut first = ForumPostId(Uuid::nil());
    let mut posts = hub.store.posts_visible_to(viewer.person, id, first, moderator, POSTS + 1).await?;
    // A post among the first ones is shown after what it answers.
    if let Some(from) = from.filter(|from| posts.iter().take(POSTS).all(|post| post.post.id != *from)) {
        first = from;
        posts = hub.store.posts_visible_to(viewer.person, id, first, moderator, POSTS + 1).await?;
    }
    let later = posts.get(POSTS).map(|post| post.post.id);
    posts.truncate(POSTS);
    let earlier = hub.store.posts_before(viewer.person, id, first, moderator, POSTS).await?;
    let earlier = earlier.last().map(|post| post.post.id);
    let files = files(here, id, &posts).await?;
    let closed_because = closed(&board, &topic);
    let (body, error) = typed.map_or_else(Default::default, |(body, error)| (body, Some(error)));
    let action = format!("{}/reply", topic_url(id));
    Ok(view::Topic {
        posts: posts.iter().map(|post| shown_post(here, &board, &topic, post, &files, moderator)).collect(),
        earlier_url: earlier.map(|from| from_url(id, from)),
        later_url: later.map(|from| from_url(id, from)),
        follows: hub.store.follows(viewer.person, id).await?,
        follow_action: topic.hidden.is_none().then(|| format!("{}/follow", topic_url(id))),
        reply: closed_because.is_none().then_some(view::Reply { action, body, error }),
        closed_because,
        moderation: if moderator { Some(moderation(here, &topic).await?) } else { None },
        board: board.name,
        board_url: board_url(board.id),
        pinned: topic.pinned,
        locked: topic.locked,
        hidden: topic.hidden.map(|hidden| hidden.why),
        title: topic.title,
    })
}

async fn moderation(here: &PortalVisitor, topic: &Topic) -> Result<TopicModeration, PageError> {
    let boards = here.app.hub.store.boards_visible_to(here.viewer.person, BOARDS).await?;
    let others = boards.into_iter().filter(|listed| listed.board.id != topic.board_id);
    let choice = |listed: tessera_store::ListedBoard| Choice {
        value: listed.board.id.to_string(),
        label: listed.board.name,
        chosen: false,
    };
    Ok(TopicModeration { action: format!("{}/moderate", topic_url(topic.id)), boards: others.map(choice).collect() })
}

fn closed(board: &Board, topic: &Topic) -> Option<String> {
    let refusal = match (board.closed, topic.locked, &topic.hidden) {
        (true, ..) => forum::ForumError::BoardClosed,
        (_, true, _) => forum::ForumError::TopicLocked,
        (.., Some(_)) => return Some("Nothing is written in a hidden topic.".to_owned()),
        _ => return None,
    };
    Some(refusal.to_string())
}

type Files = HashMap<Uuid, Vec<Attached>>;

async fn files(here: &PortalVisitor, topic: TopicId, posts: &[VisiblePost]) -> Result<Files, PageError> {
    let (Some(first), Some(last)) = (posts.first(), posts.last()) else { return Ok(Files::new()) };
    let found = here.app.hub.store.attachments_of_posts(topic, first.post.id, last.post.id).await?;
    let mut files = Files::new();
    for file in found {
        files.entry(file.owner_id).or_default().push(file);
    }
    Ok(files)
}

fn shown_post(
    here: &PortalVisitor,
    board: &Board,
    topic: &Topic,
    read: &VisiblePost,
    files: &Files,
    moderator: bool,
) -> view::Post {
    let (post, viewer) = (&read.post, &here.viewer);
    let files = files.get(&post.id.0).map(Vec::as_slice).unwrap_or_default();
    let picture = picture(files);
    let mine = post.author == viewer.person;
    // Its author may read why a post is hidden, and moderators what it said.
    let hidden = post.hidden.as_ref().map(|hidden| match (moderator, mine) {
        (true, _) => format!("Hidden by {}: {}", hidden.by, hidden.why),
        (false, true) => format!("A moderator hid your post: {}", hidden.why),
        (false, false) => "A moderator hid this post.".to_owned(),
    });
    let readable = hidden.is_none() || moderator;
    let url = |what: &str| format!("{PATH}/posts/{}/{what}", post.id);
    let now = here.app.hub.env.now();
    view::Post {
        anchor: anchor(post.id),
        author: known_as(here, &read.author, post.customer_id),
        house: post.customer_id == CustomerId::OPERATOR,
        mine,
        at: post.created_at,
        edited_at: post.edited_at,
        html: if readable { html(&post.body, Style { headings: false, picture: &picture }) } else { String::new() },
        attachments: files.iter().filter(|_| readable).map(|file| shown(file, None)).collect(),
        edit_url: is_editable(post, viewer.person, topic, board, now).then(|| url("edit")),
        report_url: (!mine && hidden.is_none()).then(|| url("report")),
        moderate_url: moderator.then(|| url("moderate")),
        hidden,
    }
}

/// A post by itself: the page of its topic that begins with it.
pub(crate) async fn show_post(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    let moderator = here.app.hub.may_moderate_forum(&here.viewer);
    let read = here.app.hub.store.post_visible_to(here.viewer.person, id(&post)?, moderator).await?;
    let post = read.ok_or(PageError::NOT_FOUND)?.post;
    Ok(Redirect::to(&post_url(post.topic_id, post.id)).into_response())
}

/// A writer's name as the reader may know it.
pub(crate) fn known_as(here: &PortalVisitor, name: &str, customer: CustomerId) -> String {
    shown_name(name, Relation::between(customer, here.viewer.customer_id))
}

pub(crate) fn board_url(id: BoardId) -> String {
    format!("{PATH}/boards/{id}")
}

pub(crate) fn topic_url(id: TopicId) -> String {
    format!("{PATH}/topics/{id}")
}

fn from_url(topic: TopicId, from: ForumPostId) -> String {
    format!("{}?from={from}", topic_url(topic))
}

/// Where a post is seen.
pub(crate) fn post_url(topic: TopicId, post: ForumPostId) -> String {
    format!("{}#{}", from_url(topic, post), anchor(post))
}

fn anchor(post: ForumPostId) -> String {
    format!("post-{post}")
}
