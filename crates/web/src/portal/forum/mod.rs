//! Reading the forum (`P10`).

pub(crate) mod boards;
pub(crate) mod moderate;
pub(crate) mod write;

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::access::may_keep_boards;
use tessera_core::forum::{self, Board, PATH, Relation, Topic, is_editable, is_reportable, shown_name};
use tessera_core::kernel::ids::{BoardId, CustomerId, ForumPostId, TopicId};
use tessera_hub::queries::attachments::Attached;
use tessera_hub::queries::forum::{BoardPage, ListedBoard, TopicQuery, VisiblePost, VisibleTopic};
use uuid::Uuid;

use super::attachments::{picture, shown};
use super::news::{PageQuery, next_page};
use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_UPLOAD;
use crate::locale::{Arg, rejected, text};
use crate::pages::community::{Choice, Complaint};
use crate::pages::forum as view;
use crate::pages::forum::{BoardLine, ReportsLink, TopicLine, TopicModeration};
use crate::pages::markdown::{Style, html};
use crate::portal::visitor::{PortalVisitor, id};
use crate::respond::page::Answer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/forum", get(list))
        .route("/forum/boards/new", get(boards::fresh).post(boards::create))
        .route("/forum/boards/{id}", get(board))
        .route("/forum/boards/{id}/change", get(boards::form).post(boards::update))
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

/// Topics per page.
const TOPICS: usize = 20;
/// Posts per page.
const POSTS: usize = 25;

pub(crate) async fn list(here: PortalVisitor) -> Answer {
    let found = here.app.hub.queries().forum_boards(&here.viewer).await?;
    let line = |listed: ListedBoard| BoardLine {
        url: board_url(listed.board.id),
        name: listed.board.name,
        description: listed.board.description,
        closed: listed.board.closed,
        last_at: listed.last_at,
    };
    here.page(&view::Boards {
        boards: found.boards.into_iter().map(line).collect(),
        reports: found.open_reports.map(|open| ReportsLink { url: format!("{PATH}/reports"), open }),
        new_url: may_keep_boards(here.viewer.licence).then(|| format!("{PATH}/boards/new")),
        search_url: format!("{}/search", crate::portal::HOME),
    })
}

pub(crate) async fn board(here: PortalVisitor, Path(board): Path<String>, Query(paged): Query<PageQuery>) -> Answer {
    let after = paged.after::<TopicId>()?;
    let found = here.app.hub.queries().forum_board(&here.viewer, id(&board)?, after, TOPICS + 1).await?;
    let BoardPage { board, pinned, mut topics } = found.ok_or(PageError::NOT_FOUND)?;
    let more = topics.len() > TOPICS;
    topics.truncate(TOPICS);
    let last = topics.last().filter(|_| more).map(|last| (last.topic.last_at, last.topic.id));
    here.page(&view::Board {
        topics: pinned.iter().chain(&topics).map(|topic| topic_line(&here, topic)).collect(),
        new_url: (!board.closed).then(|| format!("{}/new", board_url(board.id))),
        older_url: last.map(|(at, id)| next_page(&board_url(board.id), at, id)),
        edit_url: may_keep_boards(here.viewer.licence).then(|| boards::change_url(board.id)),
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

/// Query: the first post of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct From {
    from: Option<String>,
}

pub(crate) async fn topic(here: PortalVisitor, Path(topic): Path<String>, Query(from): Query<From>) -> Answer {
    let from = from.from.as_deref().map(id).transpose()?;
    let content = topic_page(&here, id(&topic)?, from, None).await?;
    here.page(&content)
}

/// The page of a topic. After a rejected reply, it has the entered text and the error.
pub(crate) async fn topic_page(
    here: &PortalVisitor,
    id: TopicId,
    from: Option<ForumPostId>,
    typed: Option<(String, Complaint)>,
) -> Result<view::Topic, PageError> {
    let asked = TopicQuery { topic: id, from, size: POSTS };
    let found = here.app.hub.queries().forum_topic(&here.viewer, asked).await?.ok_or(PageError::NOT_FOUND)?;
    let (topic, board) = (found.topic, found.board);
    let moderator = found.other_boards.is_some();
    let files = by_post(found.files);
    let closed_because = closed(&board, &topic);
    let (body, error) = typed.map_or_else(Default::default, |(body, error)| (body, Some(error)));
    let action = format!("{}/reply", topic_url(id));
    Ok(view::Topic {
        posts: found.posts.iter().map(|post| shown_post(here, &board, &topic, post, &files, moderator)).collect(),
        earlier_url: found.earlier.map(|from| from_url(id, from)),
        later_url: found.later.map(|from| from_url(id, from)),
        follows: found.follows,
        follow_action: topic.hidden.is_none().then(|| format!("{}/follow", topic_url(id))),
        reply: closed_because.is_none().then_some(view::Reply { action, body, error }),
        closed_because,
        moderation: found.other_boards.map(|boards| moderation(id, boards)),
        board: board.name,
        board_url: board_url(board.id),
        pinned: topic.pinned,
        locked: topic.locked,
        hidden: topic.hidden.map(|hidden| hidden.why),
        title: topic.title,
    })
}

fn moderation(topic: TopicId, boards: Vec<ListedBoard>) -> TopicModeration {
    let choice =
        |listed: ListedBoard| Choice { value: listed.board.id.to_string(), label: listed.board.name, chosen: false };
    TopicModeration {
        action: format!("{}/moderate", topic_url(topic)),
        boards: boards.into_iter().map(choice).collect(),
    }
}

fn closed(board: &Board, topic: &Topic) -> Option<String> {
    match forum::is_open(topic, board) {
        Err(refusal) => Some(rejected(&refusal.to_string())),
        Ok(()) => topic.hidden.is_some().then(|| text!("forum-hidden-topic-closed")),
    }
}

type Files = HashMap<Uuid, Vec<Attached>>;

fn by_post(found: Vec<Attached>) -> Files {
    let mut files = Files::new();
    for file in found {
        files.entry(file.owner_id).or_default().push(file);
    }
    files
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
    // The author may see why a post is hidden, and moderators may see its text.
    let hidden = post.hidden.as_ref().map(|hidden| match (moderator, mine) {
        (true, _) => text!("forum-hidden-by", by = Arg::shown(&hidden.by), why = Arg::shown(&hidden.why)),
        (false, true) => text!("forum-your-post-hidden", why = Arg::shown(&hidden.why)),
        (false, false) => text!("forum-post-hidden"),
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
        report_url: is_reportable(post, viewer.person).then(|| url("report")),
        moderate_url: moderator.then(|| url("moderate")),
        hidden,
    }
}

/// The page of a post: redirects to the page of its topic that begins with the post.
pub(crate) async fn show_post(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    let read = here.app.hub.queries().forum_post(&here.viewer, id(&post)?).await?;
    let post = read.ok_or(PageError::NOT_FOUND)?.post;
    Ok(Redirect::to(&post_url(post.topic_id, post.id)).into_response())
}

/// A writer's name, as far as the reader may know it.
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

/// The URL of a post.
pub(crate) fn post_url(topic: TopicId, post: ForumPostId) -> String {
    format!("{}#{}", from_url(topic, post), anchor(post))
}

fn anchor(post: ForumPostId) -> String {
    format!("post-{post}")
}
