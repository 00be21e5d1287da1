//! Lowers changes of the forum to statements.

use jiff::Timestamp;
use tessera_core::forum::change::ForumChange;
use tessera_core::forum::{Board, Hidden};

use super::reads::KIND;
use super::sql;
use crate::engine::Statement;
use crate::kernel::audience;
use crate::kernel::lower::Lower;
use crate::{Conflict, search, values};

impl Lower for ForumChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        let one = |sql, values| Statement::one(sql, values, Conflict::Forum);
        match self {
            Self::CreateBoard(board) => put_board(board, true, to),
            Self::UpdateBoard(board) => put_board(board, false, to),
            Self::CreateTopic(it) => {
                let values = values![it.id, &it.title, it.author, it.customer_id, it.created_at, it.board_id];
                to.push(one(sql::TOPIC_CREATE, values));
            }
            Self::UpdateTopic(it) => {
                let (at, by, why) = hidden_columns(it.hidden.as_ref());
                let values = values![it.board_id, it.locked, it.pinned, at, by, why, it.id, it.version];
                to.push(one(sql::TOPIC_UPDATE, values));
            }
            Self::ExpectTopic { topic_id, version } => {
                to.push(one(sql::TOPIC_EXPECT, values![*topic_id, *version]));
            }
            Self::CountReply { topic_id, board_id, at } => {
                to.push(one(sql::TOPIC_REPLIED, values![*at, *topic_id, *board_id]));
            }
            Self::Recount { topic_id, by } => to.push(one(sql::TOPIC_RECOUNT, values![*by, *topic_id])),
            Self::CreatePost(it) => {
                let values = values![it.id, it.topic_id, &it.body, it.author, it.customer_id, it.created_at];
                to.push(Statement::one(sql::POST_CREATE, values, Conflict::Exists));
            }
            Self::UpdatePost(it) => {
                let (at, by, why) = hidden_columns(it.hidden.as_ref());
                to.push(one(sql::POST_UPDATE, values![&it.body, it.edited_at, at, by, why, it.id, it.version]));
            }
            Self::Report(it) => {
                to.push(one(sql::POST_SHOWN, values![it.post_id]));
                to.push(Statement::any(sql::REPORT, values![it.id, it.post_id, it.person, &it.why, it.at]));
            }
            Self::CloseReports { post_id, at, by, verdict } => {
                to.push(Statement::any(sql::REPORTS_CLOSE, values![*at, by, verdict.as_str(), *post_id]));
            }
            Self::Follow { topic_id, person, at } => {
                to.push(Statement::any(sql::FOLLOW, values![*topic_id, *person, *at]));
            }
            Self::Unfollow { topic_id, person } => {
                to.push(Statement::any(sql::UNFOLLOW, values![*topic_id, *person]));
            }
            Self::Mute(it) => {
                to.push(Statement::any(sql::MUTE, values![it.person, it.until, &it.why, &it.by, it.at]));
            }
            Self::Rescope { topic_id, board_id } => {
                let scope = board_id.map_or(tessera_core::search::NOBODY, |board| board.0);
                to.push(Statement::any(search::sql::SEARCH_RESCOPE, values![scope, *topic_id]));
            }
        }
    }
}

fn hidden_columns(hidden: Option<&Hidden>) -> (Option<Timestamp>, Option<&str>, Option<&str>) {
    (hidden.map(|it| it.at), hidden.map(|it| it.by.as_str()), hidden.map(|it| it.why.as_str()))
}

fn put_board(board: &Board, fresh: bool, to: &mut Vec<Statement>) {
    let everybody = board.audience.is_everybody();
    if fresh {
        let values = values![
            board.id,
            &board.name,
            &board.description,
            everybody,
            board.closed,
            &board.changed_by,
            board.changed_at,
        ];
        to.push(Statement::one(sql::BOARD_CREATE, values, Conflict::Exists));
    } else {
        let values = values![
            &board.name,
            &board.description,
            everybody,
            board.closed,
            &board.changed_by,
            board.changed_at,
            board.id,
            board.version,
        ];
        to.push(Statement::one(sql::BOARD_UPDATE, values, Conflict::Forum));
    }
    audience::put(KIND, board.id.0, &board.audience, to);
}
