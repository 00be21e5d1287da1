//! Creating and changing boards: by staff in the console, and by people with licence STUDIO in the portal.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Board;
use super::change::ForumChange;
use super::write::ForumError;
use crate::kernel::audience::Audience;
use crate::kernel::ids::{BoardId, PlaceId};
use crate::kernel::input;
use crate::kernel::plan::Stamp;

/// Form input of a person who keeps boards in the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardInput {
    /// The name.
    pub name: String,
    /// Description of the topics that belong here.
    pub description: String,
    /// Whether it is for everyone; otherwise for `places`.
    pub everybody: bool,
    /// The selected places.
    pub places: BTreeSet<PlaceId>,
    /// Whether writing is disabled.
    pub closed: bool,
}

/// Saves the input of a person with the places `theirs` as a new board, or as a change of `before`. Places of `before`
/// that the person does not have are kept.
pub fn keep_board(
    before: Option<&Board>,
    input: &BoardInput,
    theirs: &BTreeSet<PlaceId>,
    stamp: Stamp<'_>,
) -> Result<(BoardId, ForumChange), ForumError> {
    let nobody = Audience::Places(BTreeSet::new());
    let audience = before.map_or(&nobody, |board| &board.audience);
    let wanted = Board {
        id: before.map_or(BoardId(Uuid::nil()), |board| board.id),
        version: before.map_or(0, |board| board.version),
        name: input.name.clone(),
        description: input.description.clone(),
        audience: audience.chosen(input.everybody, &input.places, theirs),
        closed: input.closed,
        changed_by: stamp.actor.to_string(),
        changed_at: stamp.now,
    };
    put_board(before.map(|board| (board.id, board.version)), &wanted, stamp)
}

/// Creates a board, or changes the board with this id and version.
pub fn put_board(
    changed: Option<(BoardId, i64)>,
    wanted: &Board,
    stamp: Stamp<'_>,
) -> Result<(BoardId, ForumChange), ForumError> {
    let name = input::line(&wanted.name, input::TITLE).map_err(ForumError::BoardName)?;
    let description = input::optional_line(&wanted.description, input::REASON);
    let description = description.map_err(ForumError::BoardDescription)?.unwrap_or_default();
    if wanted.audience == Audience::Places(BTreeSet::new()) {
        return Err(ForumError::BoardForNobody);
    }
    let (changed_by, changed_at) = (stamp.actor.to_string(), stamp.now);
    let board = Board { name, description, changed_by, changed_at, ..wanted.clone() };
    Ok(if let Some((id, version)) = changed {
        (id, ForumChange::UpdateBoard(Box::new(Board { id, version, ..board })))
    } else {
        let id = stamp.id();
        (id, ForumChange::CreateBoard(Box::new(Board { id, version: 0, ..board })))
    })
}
