//! Reading the news (`P10`).

pub(crate) mod edit;

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Deserialize;
use tessera_core::forum::{Relation, shown_name};
use tessera_core::kernel::ids::NewsPostId;
use tessera_core::kernel::markdown;
use tessera_core::news::PATH;
use tessera_hub::queries::news::News;

use super::attachments::{picture, shown};
use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_UPLOAD;
use crate::pages::markdown::{Style, html};
use crate::pages::news::{FeedEntry, NewsCard, NewsFeed, NewsList, NewsPost};
use crate::portal::visitor::{PortalVisitor, id};
use crate::respond::page::Answer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/news", get(list))
        .route("/news/feed", get(feed))
        .route("/news/desk", get(edit::desk))
        .route("/news/new", get(edit::fresh).post(edit::create))
        .route("/news/{id}", get(show_post))
        .route("/news/{id}/edit", get(edit::form).post(edit::update))
        .route("/news/{id}/attach", post(edit::attach).at_most(MAX_UPLOAD))
        .route("/news/{id}/attachments/{file}/remove", post(edit::detach))
}

/// Posts per page.
const SOME: usize = 10;
/// Posts in the feed.
const FED: usize = 30;
/// Maximum number of characters of an excerpt.
const EXCERPT: usize = 240;

/// Paging.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PageQuery {
    pub(crate) before: Option<String>,
}

impl PageQuery {
    /// The last post of the previous page: its time and id.
    pub(crate) fn after<Id: std::str::FromStr>(&self) -> Result<Option<(Timestamp, Id)>, PageError> {
        let Some(before) = &self.before else { return Ok(None) };
        let (at, last) = before.split_once('.').ok_or(PageError::NOT_FOUND)?;
        let at =
            at.parse().ok().and_then(|micros| Timestamp::from_microsecond(micros).ok()).ok_or(PageError::NOT_FOUND)?;
        Ok(Some((at, id(last)?)))
    }
}

/// The URL of the next page.
pub(crate) fn next_page(path: &str, at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{path}?before={}.{id}", at.as_microsecond())
}

pub(crate) async fn list(here: PortalVisitor, Query(paged): Query<PageQuery>) -> Answer {
    let after = paged.after::<NewsPostId>()?;
    let mut posts = here.app.hub.queries().news(&here.viewer, after, SOME + 1).await?;
    let more = posts.len() > SOME;
    posts.truncate(SOME);
    let last = posts.last().filter(|_| more).and_then(|post| Some((post.published_at?, post.id)));
    here.page(&NewsList {
        older_url: last.map(|(at, id)| next_page(PATH, at, id)),
        posts: posts.iter().map(|post| card(&here, post)).collect(),
        edit_url: here.app.hub.may_edit_news(&here.viewer).then(|| format!("{PATH}/desk")),
        feed_url: format!("{PATH}/feed"),
        search_url: format!("{}/search", crate::portal::HOME),
    })
}

fn card(here: &PortalVisitor, post: &News) -> NewsCard {
    NewsCard {
        url: format!("{PATH}/{}", post.id),
        title: post.title.clone(),
        excerpt: markdown::excerpt(&post.body, EXCERPT),
        author: author(here, post),
        at: post.published_at.unwrap_or(post.created_at),
    }
}

/// The author's name, as far as the reader may know it.
fn author(here: &PortalVisitor, post: &News) -> String {
    match post.author_customer {
        Some(customer) if !post.author.is_empty() => {
            shown_name(&post.author, Relation::between(customer, here.viewer.customer_id))
        }
        _ => String::new(),
    }
}

pub(crate) async fn show_post(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    let found = here.app.hub.queries().news_post(&here.viewer, id(&post)?).await?;
    let (post, files) = found.ok_or(PageError::NOT_FOUND)?;
    let picture = picture(&files);
    let at = post.published_at.unwrap_or(post.created_at);
    here.page(&NewsPost {
        html: html(&post.body, Style { headings: true, picture: &picture }),
        author: author(&here, &post),
        at,
        edited_at: Some(post.updated_at).filter(|edited| *edited > at),
        attachments: files.iter().map(|file| shown(file, None)).collect(),
        back_url: PATH.to_owned(),
        edit_url: here.app.hub.may_edit_news(&here.viewer).then(|| format!("{PATH}/{}/edit", post.id)),
        title: post.title,
    })
}

pub(crate) async fn feed(here: PortalVisitor) -> Answer {
    let hub = &here.app.hub;
    let posts = hub.queries().news(&here.viewer, None, FED).await?;
    let content = NewsFeed {
        feed_url: hub.config.url(&format!("{PATH}/feed")),
        list_url: hub.config.url(PATH),
        updated_at: posts.iter().map(|post| post.updated_at).max().unwrap_or_else(|| hub.env.now()),
        posts: posts.iter().map(|post| entry(&here, post)).collect(),
    };
    let mut response = here.render(&content)?.into_response();
    let xml = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, xml);
    Ok(response)
}

fn entry(here: &PortalVisitor, post: &News) -> FeedEntry {
    FeedEntry {
        url: here.app.hub.config.url(&format!("{PATH}/{}", post.id)),
        id: post.id.to_string(),
        title: post.title.clone(),
        excerpt: markdown::excerpt(&post.body, EXCERPT),
        published_at: post.published_at.unwrap_or(post.created_at),
        updated_at: post.updated_at,
    }
}
