//! Writing in the forum (`P10`).

use axum::extract::Path;
use tessera_core::forum::{EDITABLE, PATH, is_editable};
use tessera_core::kernel::ids::{BoardId, ForumPostId, TopicId};
use tessera_core::kernel::markdown;
use tessera_hub::queries::forum::{PostToEdit, VisiblePost};

use crate::PageError;
use crate::extract::form::{Fields, WithFiles};
use crate::locale::text;
use crate::pages::community::Complaint;
use crate::pages::forum::{ReportForm, Write};
use crate::portal::forum::{board_url, known_as, post_url, topic_page, topic_url};
use crate::portal::visitor::{PortalVisitor, id, mendable};
use crate::respond::page::Answer;

const EXCERPT: usize = 200;

pub(crate) async fn new_topic(here: PortalVisitor, Path(board): Path<String>) -> Answer {
    let content = topic_form(&here, id(&board)?, "", "", None).await?;
    here.page(&content)
}

pub(crate) async fn start(here: PortalVisitor, Path(board): Path<String>, form: WithFiles) -> Answer {
    let board: BoardId = id(&board)?;
    let (title, body) = (form.fields.get("title"), form.fields.get("body"));
    match mendable(here.app.hub.start_topic(&here.viewer, board, title, body, &form.files).await)? {
        Ok(topic) => Ok(here.done(&topic_url(topic), text!("forum-topic-begun"))),
        Err(error) => here.refused(&topic_form(&here, board, title, body, Some(error)).await?),
    }
}

async fn topic_form(
    here: &PortalVisitor,
    board: BoardId,
    title: &str,
    body: &str,
    error: Option<Complaint>,
) -> Result<Write, PageError> {
    let found = here.app.hub.queries().forum_board_to_write_in(&here.viewer, board).await?;
    let board = found.ok_or(PageError::NOT_FOUND)?;
    Ok(Write {
        heading: text!("portal-forum-board-new-topic"),
        action: format!("{}/new", board_url(board.id)),
        title: Some(title.to_owned()),
        body: body.to_owned(),
        error,
        until: None,
        button: text!("forum-begin-topic"),
        back_url: board_url(board.id),
        back_label: board.name,
    })
}

pub(crate) async fn reply(here: PortalVisitor, Path(topic): Path<String>, form: WithFiles) -> Answer {
    let topic: TopicId = id(&topic)?;
    let body = form.fields.get("body").to_owned();
    match mendable(here.app.hub.reply(&here.viewer, topic, &body, &form.files).await)? {
        Ok(post) => Ok(here.done(&post_url(topic, post), text!("forum-replied"))),
        Err(error) => here.refused(&topic_page(&here, topic, None, Some((body, error))).await?),
    }
}

pub(crate) async fn follow(here: PortalVisitor, Path(topic): Path<String>, fields: Fields) -> Answer {
    let (topic, follow) = (id::<TopicId>(&topic)?, fields.is_set("follow"));
    here.app.hub.follow(&here.viewer, topic, follow).await?;
    let words = if follow { text!("forum-follows") } else { text!("forum-unfollowed") };
    Ok(here.done(&topic_url(topic), words))
}

pub(crate) async fn edit_form(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    let found = to_edit(&here, id(&post)?).await?;
    // The form exists only for the author and only for a limited time, which may have ended since the link was shown.
    let (PostToEdit { post, topic, board }, now) = (&found, here.app.hub.env.now());
    if !is_editable(&post.post, here.viewer.person, topic, board, now) {
        return Err(PageError::NOT_FOUND);
    }
    here.page(&edited(&found, &post.post.body, None))
}

pub(crate) async fn edit(here: PortalVisitor, Path(post): Path<String>, fields: Fields) -> Answer {
    let found = to_edit(&here, id(&post)?).await?;
    let (post, body) = (&found.post.post, fields.get("body"));
    match mendable(here.app.hub.edit_post(&here.viewer, post.id, body).await)? {
        Ok(()) => Ok(here.done(&post_url(post.topic_id, post.id), text!("forum-post-changed"))),
        Err(error) => here.refused(&edited(&found, body, Some(error))),
    }
}

async fn to_edit(here: &PortalVisitor, id: ForumPostId) -> Result<PostToEdit, PageError> {
    here.app.hub.queries().forum_post_to_edit(&here.viewer, id).await?.ok_or(PageError::NOT_FOUND)
}

fn edited(found: &PostToEdit, body: &str, error: Option<Complaint>) -> Write {
    let post = &found.post.post;
    Write {
        heading: text!("forum-edit-post"),
        action: format!("{PATH}/posts/{}/edit", post.id),
        title: None,
        body: body.to_owned(),
        error,
        until: Some(post.created_at + EDITABLE),
        button: text!("portal-forum-board-form-save"),
        back_url: post_url(post.topic_id, post.id),
        back_label: found.topic.title.clone(),
    }
}

pub(crate) async fn report_form(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    let read = post_of(&here, id(&post)?).await?;
    here.page(&reported(&here, &read, "", None))
}

pub(crate) async fn report(here: PortalVisitor, Path(post): Path<String>, fields: Fields) -> Answer {
    let read = post_of(&here, id(&post)?).await?;
    let why = fields.get("why");
    match mendable(here.app.hub.report_post(&here.viewer, read.post.id, why).await)? {
        Ok(()) => Ok(here.done(&post_url(read.post.topic_id, read.post.id), text!("forum-reported"))),
        Err(error) => here.refused(&reported(&here, &read, why, Some(error))),
    }
}

fn reported(here: &PortalVisitor, read: &VisiblePost, why: &str, error: Option<Complaint>) -> ReportForm {
    ReportForm {
        action: format!("{PATH}/posts/{}/report", read.post.id),
        author: known_as(here, &read.author, read.post.customer_id),
        excerpt: markdown::excerpt(&read.post.body, EXCERPT),
        why: why.to_owned(),
        error,
        back_url: post_url(read.post.topic_id, read.post.id),
    }
}

/// A post that the person may read and that is not hidden.
async fn post_of(here: &PortalVisitor, id: ForumPostId) -> Result<VisiblePost, PageError> {
    here.app.hub.queries().forum_post_shown(&here.viewer, id).await?.ok_or(PageError::NOT_FOUND)
}
