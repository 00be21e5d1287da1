//! Lowers changes of work orders to statements.

use tessera_core::work_orders::change::WorkOrderChange;
use tessera_core::work_orders::file::WorkFile;
use tessera_core::work_orders::{MAX_FILES, WorkNote, WorkOrder};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for WorkOrderChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(order) => to.push(create(order)),
            Self::Update(order) => to.push(update(order)),
            Self::Touch { id, at } => {
                to.push(Statement::one(sql::WORK_ORDER_TOUCH, values![*at, *id], Conflict::WorkOrder));
            }
            Self::Log(note) => to.push(log(note)),
            Self::KeepFile(kept) => keep_file(&kept.0, &kept.1, to),
            Self::AddParts { place, part, quantity } => {
                let values = values![*place, part, i64::from(*quantity)];
                to.push(Statement::one(sql::PARTS_ADD, values, Conflict::Parts));
            }
            Self::TakeParts { place, part, quantity } => {
                let values = values![i64::from(*quantity), *place, part];
                to.push(Statement::one(sql::PARTS_TAKE, values, Conflict::Parts));
            }
        }
    }
}

fn create(order: &WorkOrder) -> Statement {
    let (device, assignee) = (order.device.as_ref(), order.assignee.as_ref());
    let values = values![
        order.id,
        &order.number,
        json(&order.kind),
        order.customer_id,
        order.place_id,
        order.request_id,
        order.return_id,
        &order.subject,
        &order.description,
        device.map(|it| it.system.as_str()),
        device.map(|it| it.external_id.as_str()),
        device.map(|it| it.name.as_str()),
        order.model.as_deref(),
        order.window.map(|window| window.from),
        order.window.map(|window| window.to),
        order.due_at(),
        assignee.map(|it| it.person),
        assignee.map(|it| it.name.as_str()),
        order.state.as_str(),
        order.reason.as_deref(),
        json(&order.checks),
        json(&order.parts),
        json(&order.installed),
        order.search_text(),
        order.created_at,
        &order.created_by,
        order.updated_at,
    ];
    Statement::one(sql::WORK_ORDER_CREATE, values, Conflict::Exists)
}

fn update(order: &WorkOrder) -> Statement {
    let assignee = order.assignee.as_ref();
    let values = values![
        order.window.map(|window| window.from),
        order.window.map(|window| window.to),
        order.due_at(),
        assignee.map(|it| it.person),
        assignee.map(|it| it.name.as_str()),
        order.state.as_str(),
        order.reason.as_deref(),
        json(&order.checks),
        json(&order.parts),
        json(&order.installed),
        order.search_text(),
        order.updated_at,
        order.id,
        order.version,
    ];
    Statement::one(sql::WORK_ORDER_UPDATE, values, Conflict::WorkOrder)
}

fn log(note: &WorkNote) -> Statement {
    let values = values![note.id, note.work_order_id, &note.act, &note.text, &note.author, &note.actor, note.at];
    Statement::one(sql::WORK_NOTE_ADD, values, Conflict::Exists)
}

fn keep_file(file: &WorkFile, bytes: &[u8], to: &mut Vec<Statement>) {
    let room = values![file.work_order_id, MAX_FILES];
    to.push(Statement::one(sql::WORK_FILE_ROOM, room, Conflict::WorkFiles));
    let values = values![
        file.id,
        file.work_order_id,
        file.note_id,
        &file.name,
        file.media_type.as_str(),
        file.size,
        file.sha256,
        bytes.to_vec(),
        file.created_at,
        &file.created_by,
    ];
    to.push(Statement::one(sql::WORK_FILE_KEEP, values, Conflict::Exists));
}
