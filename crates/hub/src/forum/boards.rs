//! Creating and changing boards (`P10`): by staff, and by people with licence STUDIO within what is visible to them.

use tessera_core::access::{Viewer, may_keep_boards};
use tessera_core::forum::{self, Board, BoardInput, ForumError};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::BoardId;
use tessera_store::Conflict;

use super::moderate::nothing;
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Creates a board as staff, or changes the board with this id and version.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such board; [`HubError::Rejected`] if the input is invalid or the board
    /// has been changed concurrently.
    pub async fn put_board(
        &self,
        changed: Option<(BoardId, i64)>,
        wanted: &Board,
        ctx: &Ctx,
    ) -> Result<BoardId, HubError> {
        commit!(self, ctx, |tx| {
            let (id, change) = forum::put_board(changed, wanted, tx.stamp)?;
            tx.reject_on(Conflict::Forum, ForumError::BoardChanged.into());
            tx.push(change, "staff want it so");
            Ok(id)
        })
    }

    /// Creates a board as a person in the portal, or changes the board with this id and version.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the person cannot see the board; [`HubError::Rejected`] if the input is invalid, the
    /// person may not keep boards, or the board has been changed concurrently.
    pub async fn keep_board(
        &self,
        viewer: &Viewer,
        changed: Option<(BoardId, i64)>,
        input: &BoardInput,
    ) -> Result<BoardId, HubError> {
        if !may_keep_boards(viewer.licence) {
            return Err(ForumError::NotBoardKeeper.into());
        }
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let before = match changed {
                Some((id, version)) => Some(self.board_to_keep(viewer, id, version).await?),
                None => None,
            };
            let places = self.reads().places_of_person(viewer.person).await?;
            let theirs = places.into_iter().map(|place| place.id).collect();
            let (id, change) = forum::keep_board(before.as_ref(), input, &theirs, tx.stamp)?;
            tx.reject_on(Conflict::Forum, ForumError::BoardChanged.into());
            tx.push(change, "a person with licence STUDIO wants it so");
            Ok(id)
        })
    }

    /// The board as the form showed it. Its places cannot be merged with those of a later version.
    async fn board_to_keep(&self, viewer: &Viewer, id: BoardId, version: i64) -> Result<Board, HubError> {
        let board = self.reads().board_visible_to(viewer.person, id).await?.ok_or_else(nothing)?;
        if board.version != version {
            return Err(ForumError::BoardChanged.into());
        }
        Ok(board)
    }
}
