//! The forum, for staff: boards, and decisions about reported posts (`P10`).

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode};
use tessera_core::forum::Board;
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{BoardId, ForumPostId, PlaceId, TopicId};
use tessera_core::kernel::markdown;
use tessera_hub::queries::forum::PostToModerate;
use tessera_hub::{HubError, Moderating};

use super::{PAGE_SIZE, back, chrome, customer_url, id};
use crate::App;
use crate::auth::caller::Staff;
use crate::extract::form::Fields;
use crate::pages::community::Choice;
use crate::pages::console::{Badge, BoardForm, BoardRow, ForumBoards, ForumPost};
use crate::pages::forum::ReportLine;
use crate::pages::markdown::{Style, html};
use crate::pages::{Flash, Tone};
use crate::portal::forum::moderate::{post_act, topic_act};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

const PAGE: &str = "/console/boards";
const EXCERPT: usize = 160;

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let desk = app.hub.queries().forum_desk(PAGE_SIZE).await?;
    let reports = desk.reports.into_iter().map(|report| ReportLine {
        url: format!("{PAGE}/posts/{}", report.post_id),
        excerpt: markdown::excerpt(&report.body, EXCERPT),
        title: report.title,
        author: report.author,
        why: report.why,
        reporter: report.reporter,
        at: report.at,
    });
    let boards = desk.boards.into_iter().map(|board| BoardRow {
        url: format!("{PAGE}/{}", board.id),
        audience: if board.audience.is_everybody() { "Everyone" } else { "Chosen places" }.to_owned(),
        state: if board.closed { Badge::new("Closed", Tone::Plain) } else { Badge::new("Open", Tone::Good) },
        name: board.name,
        description: board.description,
        changed_at: board.changed_at,
        changed_by: board.changed_by,
    });
    let content = ForumBoards { boards: boards.collect(), new_url: format!("{PAGE}/new"), reports: reports.collect() };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn fresh(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let content = BoardForm {
        action: format!("{PAGE}/new"),
        fresh: true,
        version: 0,
        name: String::new(),
        description: String::new(),
        everybody: true,
        places: Vec::new(),
        more_places: String::new(),
        closed: false,
        error: None,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    put(&app, &staff, &uri, &headers, None, &fields).await
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(board): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().forum_board_to_change(id(&board)?).await?;
    let (board, names) = found.ok_or(PageError::NOT_FOUND)?;
    let content = BoardForm {
        action: format!("{PAGE}/{}", board.id),
        fresh: false,
        version: board.version,
        everybody: board.audience.is_everybody(),
        places: choices(board.audience.places(), &names),
        more_places: String::new(),
        closed: board.closed,
        name: board.name,
        description: board.description,
        error: None,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(board): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let board: BoardId = id(&board)?;
    put(&app, &staff, &uri, &headers, Some(board), &fields).await
}

async fn put(
    app: &App,
    staff: &Staff,
    uri: &axum::http::Uri,
    headers: &HeaderMap,
    board: Option<BoardId>,
    fields: &Fields,
) -> Answer {
    let version = fields.get("version").parse().unwrap_or_default();
    let outcome = match parse_board(app, fields).await? {
        Ok(wanted) => match app.hub.put_board(board.map(|id| (id, version)), &wanted, &staff.ctx()).await {
            Ok(id) => {
                let flash = Flash::done(format!("The board {} was saved.", wanted.name));
                return Ok(redirect_with(app, &format!("{PAGE}/{id}"), Some(&flash)));
            }
            Err(HubError::Rejected(rejection)) => rejection.to_string(),
            Err(error) => return Err(error.into()),
        },
        Err(error) => error,
    };
    let ticked: Vec<PlaceId> = fields.all("place").filter_map(|place| place.parse().ok()).collect();
    let names = app.hub.queries().names_of_places(&ticked).await?;
    let content = BoardForm {
        action: board.map_or_else(|| format!("{PAGE}/new"), |id| format!("{PAGE}/{id}")),
        fresh: board.is_none(),
        version,
        name: fields.get("name").to_owned(),
        description: fields.get("description").to_owned(),
        everybody: fields.is_set("everybody"),
        places: choices(ticked.into_iter(), &names),
        more_places: fields.get("more_places").to_owned(),
        closed: fields.is_set("closed"),
        error: Some(outcome),
    };
    let chrome = chrome(app, headers, uri, staff).await?;
    page_with(app, &chrome, &content, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The board in the form, or the error about its places.
async fn parse_board(app: &App, fields: &Fields) -> Result<Result<Board, String>, PageError> {
    let mut places = BTreeSet::new();
    let typed = || fields.all("place").chain(fields.get("more_places").split_whitespace());
    let ids: Vec<PlaceId> = typed().filter_map(|typed| typed.parse().ok()).collect();
    let names = app.hub.queries().names_of_places(&ids).await?;
    for typed in typed() {
        let Ok(place) = typed.parse::<PlaceId>() else {
            return Ok(Err(format!(
                "“{}” is no id of a place. Copy it from the place’s page.",
                typed.chars().take(60).collect::<String>()
            )));
        };
        if !names.contains_key(&place) {
            return Ok(Err(format!("There is no place {place}. Copy the id from the place’s page.")));
        }
        places.insert(place);
    }
    let audience = if fields.is_set("everybody") { Audience::Everybody } else { Audience::Places(places) };
    Ok(Ok(Board {
        id: BoardId(uuid::Uuid::nil()),
        version: 0,
        name: fields.get("name").to_owned(),
        description: fields.get("description").to_owned(),
        audience,
        closed: fields.is_set("closed"),
        changed_by: String::new(),
        changed_at: app.hub.env.now(),
    }))
}

fn choices(places: impl Iterator<Item = PlaceId>, names: &BTreeMap<PlaceId, String>) -> Vec<Choice> {
    let choice = |place: PlaceId| Choice {
        value: place.to_string(),
        label: names.get(&place).cloned().unwrap_or_else(|| place.to_string()),
        chosen: true,
    };
    places.map(choice).collect()
}

pub(super) async fn post(
    State(app): State<App>,
    staff: Staff,
    Path(post): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().forum_post_for_staff(id(&post)?, PAGE_SIZE).await?;
    let (PostToModerate { post: read, topic, mute }, boards) = found.ok_or(PageError::NOT_FOUND)?;
    let here = format!("{PAGE}/posts/{}", read.post.id);
    let content = ForumPost {
        title: topic.title,
        author: read.author,
        customer_url: customer_url(read.post.customer_id),
        at: read.post.created_at,
        edited_at: read.post.edited_at,
        html: html(&read.post.body, Style { headings: false, picture: &|_| None }),
        hidden: read.post.hidden.map(|hidden| format!("Hidden by {}: {}", hidden.by, hidden.why)),
        muted: mute.map(|it| format!("Cannot write until {}: {}", it.until.strftime("%-d %b %Y, %H:%M UTC"), it.why)),
        mute_action: format!("{here}/mute"),
        topic_action: format!("{here}/topic"),
        action: here,
        locked: topic.locked,
        pinned: topic.pinned,
        topic_hidden: topic.hidden.is_some(),
        boards: boards
            .into_iter()
            .map(|it| Choice { value: it.id.to_string(), label: it.name, chosen: false })
            .collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn decide(State(app): State<App>, staff: Staff, Path(post): Path<String>, fields: Fields) -> Answer {
    let post: ForumPostId = id(&post)?;
    let act = post_act(&fields).ok_or(PageError::NOT_FOUND)?;
    let outcome = app.hub.moderate_post(Moderating::Staff(&staff.ctx()), post, act, fields.get("why")).await;
    decided(&app, post, outcome)
}

pub(super) async fn decide_topic(
    State(app): State<App>,
    staff: Staff,
    Path(post): Path<String>,
    fields: Fields,
) -> Answer {
    let post: ForumPostId = id(&post)?;
    let act = topic_act(&fields).ok_or(PageError::NOT_FOUND)?;
    let topic: TopicId = app.hub.queries().forum_topic_of(post).await?.ok_or(PageError::NOT_FOUND)?;
    let outcome = app.hub.moderate_topic(Moderating::Staff(&staff.ctx()), topic, act, fields.get("why")).await;
    decided(&app, post, outcome)
}

pub(super) async fn mute(State(app): State<App>, staff: Staff, Path(post): Path<String>, fields: Fields) -> Answer {
    let post: ForumPostId = id(&post)?;
    let days: u16 = fields.get("days").parse().ok().filter(|days| *days <= 365).ok_or(PageError::NOT_FOUND)?;
    let outcome = app.hub.mute_author(Moderating::Staff(&staff.ctx()), post, days, fields.get("why")).await;
    decided(&app, post, outcome)
}

fn decided(app: &App, post: ForumPostId, outcome: Result<(), HubError>) -> Answer {
    back(
        app,
        &format!("{PAGE}/posts/{post}"),
        outcome.map(|()| "Decided. It is on the customer’s timeline.".to_owned()),
    )
}
