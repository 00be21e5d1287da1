//! Writing the news (`P10`). These pages exist for editors only; everyone else gets a 404.

use std::collections::BTreeSet;

use axum::extract::Path;
use tessera_core::kernel::ids::{NewsPostId, PlaceId};
use tessera_core::news::{PATH, PostAction, PostForm, PostState};
use tessera_core::persons::place::Place;
use tessera_hub::queries::attachments::Attached;
use tessera_hub::queries::news::{News, NewsToEdit};

use crate::PageError;
use crate::extract::form::{Fields, WithFiles};
use crate::locale::text;
use crate::pages::Tone;
use crate::pages::community::{Choice, Complaint};
use crate::pages::markdown::{Style, html};
use crate::pages::news::{DeskLine, NewsDesk, NewsForm};
use crate::portal::attachments::{picture, shown};
use crate::portal::visitor::{PortalVisitor, id, mendable};
use crate::respond::page::Answer;

fn check(here: &PortalVisitor) -> Result<(), PageError> {
    here.app.hub.may_edit_news(&here.viewer).then_some(()).ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn desk(here: PortalVisitor) -> Answer {
    check(&here)?;
    let posts = here.app.hub.queries().news_edited(&here.viewer).await?;
    let line = |post: &News| {
        let (state, tone) = match post.state {
            PostState::Draft => (text!("news-state-draft"), Tone::Plain),
            PostState::Published => (text!("portal-news-form-published"), Tone::Good),
            PostState::Unpublished => (text!("news-state-taken-back"), Tone::Warn),
        };
        DeskLine {
            url: format!("{PATH}/{}/edit", post.id),
            title: post.title.clone(),
            state,
            tone,
            updated_at: post.updated_at,
        }
    };
    here.page(&NewsDesk {
        posts: posts.iter().map(line).collect(),
        new_url: format!("{PATH}/new"),
        back_url: PATH.to_owned(),
    })
}

pub(crate) async fn fresh(here: PortalVisitor) -> Answer {
    check(&here)?;
    let typed = PostForm { everybody: true, ..PostForm::default() };
    let content = blank(&here, &typed, None).await?;
    here.page(&content)
}

pub(crate) async fn create(here: PortalVisitor, fields: Fields) -> Answer {
    check(&here)?;
    let (typed, act) = typed(&fields);
    match mendable(here.app.hub.write_news(&here.viewer, None, &typed, act).await)? {
        Ok(id) => Ok(here.done(&format!("{PATH}/{id}/edit"), done_message(act))),
        Err(error) => here.refused(&blank(&here, &typed, Some(error)).await?),
    }
}

pub(crate) async fn form(here: PortalVisitor, Path(post): Path<String>) -> Answer {
    check(&here)?;
    let found = here.app.hub.queries().news_to_edit(&here.viewer, id(&post)?).await?;
    let post = &found.post;
    let places = post.audience.places().collect();
    let everybody = post.audience.is_everybody();
    let typed = PostForm { title: post.title.clone(), body: post.body.clone(), everybody, places };
    here.page(&filled(&found, &typed, None))
}

pub(crate) async fn update(here: PortalVisitor, Path(post): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let post: NewsPostId = id(&post)?;
    let (typed, act) = typed(&fields);
    let version = fields.get("version").parse().unwrap_or_default();
    match mendable(here.app.hub.write_news(&here.viewer, Some((post, version)), &typed, act).await)? {
        Ok(id) => Ok(here.done(&format!("{PATH}/{id}/edit"), done_message(act))),
        Err(error) => {
            let kept = here.app.hub.queries().news_to_edit(&here.viewer, post).await?;
            here.refused(&filled(&kept, &typed, Some(error)))
        }
    }
}

pub(crate) async fn attach(here: PortalVisitor, Path(post): Path<String>, form: WithFiles) -> Answer {
    check(&here)?;
    let post: NewsPostId = id(&post)?;
    let back = format!("{PATH}/{post}/edit");
    if form.files.is_empty() {
        return Ok(here.failed(&back, text!("news-choose-file")));
    }
    match mendable(here.app.hub.attach_to_news(&here.viewer, post, &form.files).await)? {
        Ok(()) => Ok(here.done(&back, text!("news-files-attached"))),
        Err(error) => Ok(here.failed(&back, error.message)),
    }
}

pub(crate) async fn detach(here: PortalVisitor, Path((post, file)): Path<(String, String)>) -> Answer {
    check(&here)?;
    let post: NewsPostId = id(&post)?;
    here.app.hub.detach_from_news(&here.viewer, post, id(&file)?).await?;
    Ok(here.done(&format!("{PATH}/{post}/edit"), text!("news-file-removed")))
}

fn typed(fields: &Fields) -> (PostForm, PostAction) {
    let places = fields.all("place").filter_map(|place| place.parse().ok()).collect();
    let everybody = fields.is_set("everybody");
    let typed =
        PostForm { title: fields.get("title").to_owned(), body: fields.get("body").to_owned(), everybody, places };
    let act = match fields.get("act") {
        "publish" => PostAction::Publish,
        "unpublish" => PostAction::Unpublish,
        _ => PostAction::Keep,
    };
    (typed, act)
}

fn done_message(act: PostAction) -> String {
    match act {
        PostAction::Keep => text!("common-saved"),
        PostAction::Publish => text!("news-published"),
        PostAction::Unpublish => text!("news-taken-back"),
    }
}

async fn blank(here: &PortalVisitor, typed: &PostForm, error: Option<Complaint>) -> Result<NewsForm, PageError> {
    let places = here.app.hub.queries().news_places(&here.viewer).await?;
    Ok(NewsForm {
        action: format!("{PATH}/new"),
        fresh: true,
        published: false,
        title: typed.title.clone(),
        body: typed.body.clone(),
        everybody: typed.everybody,
        places: choices(&places, &typed.places),
        other_places: 0,
        version: 0,
        error,
        attachments: Vec::new(),
        attach_action: None,
        preview: None,
        back_url: format!("{PATH}/desk"),
    })
}

fn filled(found: &NewsToEdit, typed: &PostForm, error: Option<Complaint>) -> NewsForm {
    let NewsToEdit { post, places, files } = found;
    let theirs: BTreeSet<PlaceId> = places.iter().map(|place| place.id).collect();
    let (here_url, picture) = (format!("{PATH}/{}", post.id), picture(files));
    let remove = |file: &Attached| shown(file, Some(format!("{here_url}/attachments/{}/remove", file.id)));
    NewsForm {
        action: format!("{here_url}/edit"),
        fresh: false,
        published: post.state == PostState::Published,
        title: typed.title.clone(),
        body: typed.body.clone(),
        everybody: typed.everybody,
        places: choices(places, &typed.places),
        other_places: post.audience.places().filter(|place| !theirs.contains(place)).count(),
        version: post.version,
        error,
        attachments: files.iter().map(remove).collect(),
        attach_action: Some(format!("{here_url}/attach")),
        preview: Some(html(&post.body, Style { headings: false, picture: &picture })),
        back_url: format!("{PATH}/desk"),
    }
}

fn choices(places: &[Place], chosen: &BTreeSet<PlaceId>) -> Vec<Choice> {
    let choice = |place: &Place| Choice {
        value: place.id.to_string(),
        label: place.name.clone(),
        chosen: chosen.contains(&place.id),
    };
    places.iter().map(choice).collect()
}
