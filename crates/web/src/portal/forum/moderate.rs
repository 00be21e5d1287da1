//! Moderating the forum in the portal (`P10`): for persons with the role function, within the boards of their places.

use axum::extract::Path;
use tessera_core::forum::PATH;
use tessera_core::kernel::ids::{ForumPostId, TopicId};
use tessera_core::kernel::markdown;
use tessera_hub::queries::forum::{PostToModerate, VisibleReport};
use tessera_hub::{Moderating, PostAct, TopicAct};

use crate::PageError;
use crate::extract::form::Fields;
use crate::locale::{Arg, text};
use crate::pages::community::Complaint;
use crate::pages::dates;
use crate::pages::forum::{PostModeration, ReportLine, Reports};
use crate::pages::markdown::{Style, html};
use crate::portal::forum::{known_as, post_url, topic_url};
use crate::portal::visitor::{PortalVisitor, id, mendable};
use crate::respond::page::Answer;

const EXCERPT: usize = 200;

fn check(here: &PortalVisitor) -> Result<(), PageError> {
    here.app.hub.may_moderate_forum(&here.viewer).then_some(()).ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn reports(here: PortalVisitor) -> Answer {
    check(&here)?;
    let found = here.app.hub.queries().forum_reports(&here.viewer).await?;
    let line = |report: VisibleReport| ReportLine {
        url: moderate_url(report.post_id),
        excerpt: markdown::excerpt(&report.body, EXCERPT),
        title: report.title,
        author: report.author,
        why: report.why,
        reporter: report.reporter,
        at: report.at,
    };
    here.page(&Reports { reports: found.into_iter().map(line).collect(), back_url: PATH.to_owned() })
}

pub(crate) async fn topic(here: PortalVisitor, Path(topic): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let topic: TopicId = id(&topic)?;
    let act = topic_act(&fields).ok_or(PageError::NOT_FOUND)?;
    let by = Moderating::Person(&here.viewer);
    match mendable(here.app.hub.moderate_topic(by, topic, act, fields.get("why")).await)? {
        Ok(()) => Ok(here.done(&topic_url(topic), text!("forum-decided"))),
        Err(error) => Ok(here.failed(&topic_url(topic), error.message)),
    }
}

/// The moderation of a topic in a form.
pub(crate) fn topic_act(fields: &Fields) -> Option<TopicAct> {
    Some(match fields.get("act") {
        "hide" => TopicAct::Hide,
        "restore" => TopicAct::Restore,
        "lock" => TopicAct::Lock,
        "unlock" => TopicAct::Unlock,
        "pin" => TopicAct::Pin,
        "unpin" => TopicAct::Unpin,
        "move" => TopicAct::Move(fields.get("board").parse().ok()?),
        _ => return None,
    })
}

/// The moderation of a post in a form.
pub(crate) fn post_act(fields: &Fields) -> Option<PostAct> {
    Some(match fields.get("act") {
        "hide" => PostAct::Hide,
        "restore" => PostAct::Restore,
        "keep" => PostAct::Keep,
        _ => return None,
    })
}

pub(crate) async fn post_page(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    check(&here)?;
    let content = content(&here, id(&post)?, None).await?;
    here.page(&content)
}

pub(crate) async fn post(here: PortalVisitor, Path(post): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let post: ForumPostId = id(&post)?;
    let act = post_act(&fields).ok_or(PageError::NOT_FOUND)?;
    let by = Moderating::Person(&here.viewer);
    match mendable(here.app.hub.moderate_post(by, post, act, fields.get("why")).await)? {
        Ok(()) => Ok(here.done(&moderate_url(post), text!("forum-decided"))),
        Err(error) => here.refused(&content(&here, post, Some(error)).await?),
    }
}

pub(crate) async fn mute(here: PortalVisitor, Path(post): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let post: ForumPostId = id(&post)?;
    let days: u16 = fields.get("days").parse().ok().filter(|days| *days <= 365).ok_or(PageError::NOT_FOUND)?;
    let by = Moderating::Person(&here.viewer);
    match mendable(here.app.hub.mute_author(by, post, days, fields.get("why")).await)? {
        Ok(()) => Ok(here.done(&moderate_url(post), text!("forum-decided"))),
        Err(error) => here.refused(&content(&here, post, Some(error)).await?),
    }
}

async fn content(here: &PortalVisitor, id: ForumPostId, error: Option<Complaint>) -> Result<PostModeration, PageError> {
    let found = here.app.hub.queries().forum_post_to_moderate(&here.viewer, id).await?;
    let PostToModerate { post: read, topic, mute } = found.ok_or(PageError::NOT_FOUND)?;
    Ok(PostModeration {
        title: topic.title,
        back_url: post_url(read.post.topic_id, id),
        author: known_as(here, &read.author, read.post.customer_id),
        at: read.post.created_at,
        html: html(&read.post.body, Style { headings: false, picture: &|_| None }),
        hidden: read
            .post
            .hidden
            .map(|hidden| text!("forum-hidden-by", by = Arg::shown(&hidden.by), why = Arg::shown(&hidden.why))),
        muted: mute
            .map(|mute| text!("forum-muted-until", until = dates::moment(mute.until), why = Arg::shown(&mute.why))),
        action: moderate_url(id),
        mute_action: format!("{PATH}/posts/{id}/mute"),
        error,
    })
}

fn moderate_url(post: ForumPostId) -> String {
    format!("{PATH}/posts/{post}/moderate")
}
