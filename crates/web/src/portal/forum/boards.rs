//! Creating and changing boards in the portal (`P10`): for people with licence STUDIO. Everyone else gets a 404.

use std::collections::BTreeSet;

use axum::extract::Path;
use tessera_core::access::may_keep_boards;
use tessera_core::forum::{Board, BoardInput, PATH};
use tessera_core::kernel::ids::{BoardId, PlaceId};
use tessera_core::persons::place::Place;

use super::board_url;
use crate::PageError;
use crate::extract::form::Fields;
use crate::locale::{Arg, text};
use crate::pages::community::{Choice, Complaint};
use crate::pages::forum::BoardForm;
use crate::portal::visitor::{PortalVisitor, id, mendable};
use crate::respond::page::Answer;

fn check(here: &PortalVisitor) -> Result<(), PageError> {
    may_keep_boards(here.viewer.licence).then_some(()).ok_or(PageError::NOT_FOUND)
}

pub(crate) fn change_url(id: BoardId) -> String {
    format!("{}/change", board_url(id))
}

pub(crate) async fn fresh(here: PortalVisitor) -> Answer {
    check(&here)?;
    let typed = BoardInput { everybody: true, ..BoardInput::default() };
    let content = blank(&here, &typed, None).await?;
    here.page(&content)
}

pub(crate) async fn create(here: PortalVisitor, fields: Fields) -> Answer {
    check(&here)?;
    let typed = typed(&fields);
    match mendable(here.app.hub.keep_board(&here.viewer, None, &typed).await)? {
        Ok(_) => Ok(here.done(PATH, text!("forum-board-created", name = Arg::shown(&typed.name.trim())))),
        Err(error) => here.refused(&blank(&here, &typed, Some(error)).await?),
    }
}

pub(crate) async fn form(here: PortalVisitor, Path(board): Path<String>) -> Answer {
    check(&here)?;
    let (board, places) = kept(&here, id(&board)?).await?;
    let typed = BoardInput {
        name: board.name.clone(),
        description: board.description.clone(),
        everybody: board.audience.is_everybody(),
        places: board.audience.places().collect(),
        closed: board.closed,
    };
    here.page(&filled(&board, &places, board.version, &typed, None))
}

pub(crate) async fn update(here: PortalVisitor, Path(board): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let board: BoardId = id(&board)?;
    let (typed, version) = (typed(&fields), fields.get("version").parse().unwrap_or_default());
    match mendable(here.app.hub.keep_board(&here.viewer, Some((board, version)), &typed).await)? {
        Ok(_) => Ok(here.done(PATH, text!("forum-board-saved", name = Arg::shown(&typed.name.trim())))),
        Err(error) => {
            let (board, places) = kept(&here, board).await?;
            here.refused(&filled(&board, &places, version, &typed, Some(error)))
        }
    }
}

async fn kept(here: &PortalVisitor, id: BoardId) -> Result<(Board, Vec<Place>), PageError> {
    here.app.hub.queries().forum_board_to_keep(&here.viewer, id).await?.ok_or(PageError::NOT_FOUND)
}

fn typed(fields: &Fields) -> BoardInput {
    BoardInput {
        name: fields.get("name").to_owned(),
        description: fields.get("description").to_owned(),
        everybody: fields.is_set("everybody"),
        places: fields.all("place").filter_map(|place| place.parse().ok()).collect(),
        closed: fields.is_set("closed"),
    }
}

async fn blank(here: &PortalVisitor, typed: &BoardInput, error: Option<Complaint>) -> Result<BoardForm, PageError> {
    let places = here.app.hub.queries().forum_places(&here.viewer).await?;
    Ok(BoardForm {
        action: format!("{PATH}/boards/new"),
        fresh: true,
        version: 0,
        name: typed.name.clone(),
        description: typed.description.clone(),
        everybody: typed.everybody,
        places: choices(&places, &typed.places),
        other_places: 0,
        closed: typed.closed,
        error,
        back_url: PATH.to_owned(),
        back_label: text!("portal-forum-board-forum"),
    })
}

fn filled(board: &Board, places: &[Place], version: i64, typed: &BoardInput, error: Option<Complaint>) -> BoardForm {
    let theirs: BTreeSet<PlaceId> = places.iter().map(|place| place.id).collect();
    BoardForm {
        action: change_url(board.id),
        fresh: false,
        version,
        name: typed.name.clone(),
        description: typed.description.clone(),
        everybody: typed.everybody,
        places: choices(places, &typed.places),
        other_places: board.audience.places().filter(|place| !theirs.contains(place)).count(),
        closed: typed.closed,
        error,
        back_url: board_url(board.id),
        back_label: board.name.clone(),
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
