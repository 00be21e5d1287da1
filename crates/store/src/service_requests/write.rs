//! Lowers changes of service requests to statements.

use tessera_core::kernel::ids::CommentId;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::workflow::Workflow;
use tessera_core::service_requests::{Comment, DeliveryState, ServiceRequest, Status};

use super::reads::mark;
use super::sql;
use crate::engine::{Statement, Value};
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for ServiceRequestChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(request) => to.push(create(request)),
            Self::Update(request) => to.push(update(request)),
            Self::Touch { id, mirror, at } => {
                to.push(Statement::one(sql::REQUEST_TOUCH, values![*at, *id, *mirror], Conflict::Request));
            }
            Self::AddComment(comment) => to.push(add_comment(comment)),
            Self::MarkComment { id, delivery } => to.push(mark_comment(*id, delivery)),
            Self::RetryComments(id) => to.push(Statement::any(sql::COMMENTS_RETRY, values![*id])),
            Self::KeepFile(kept) => keep_file(&kept.0, &kept.1, to),
            Self::PutWorkflow(workflow) => to.push(put_workflow(workflow)),
            Self::MarkSent { id, version, at } => {
                to.push(Statement::one(sql::REQUEST_SENT, values![*at, *id, *version], Conflict::Request));
            }
            Self::MarkCommentSent { id, was, at } => {
                to.push(Statement::one(sql::COMMENT_SENT, values![*at, *id, *was], Conflict::Request));
            }
        }
    }
}

fn create(request: &ServiceRequest) -> Statement {
    let device = request.device.as_ref();
    let values = values![
        request.id,
        mark(request),
        request.customer_id,
        request.place_id,
        request.person_id,
        &request.person_name,
        &request.kind,
        &request.subject,
        &request.description,
        device.map(|it| it.system.as_str()),
        device.map(|it| it.external_id.as_str()),
        device.map(|it| it.name.as_str()),
        json(&request.answers),
        request.status.as_str(),
        request.status.number(),
        request.mirror.as_str(),
        request.mirror.ticket(),
        request.mirror.note(),
        request.sent_at,
        request.read_at,
        json(&request.run),
        request.run.awaited(),
        request.search_text(),
        request.created_at,
        request.updated_at,
    ];
    Statement::one(sql::REQUEST_CREATE, values, Conflict::Request)
}

fn update(request: &ServiceRequest) -> Statement {
    let device = request.device.as_ref();
    let awaited = request.run.awaited().filter(|_| request.status == Status::Approval);
    let values = values![
        device.map(|it| it.system.as_str()),
        device.map(|it| it.external_id.as_str()),
        device.map(|it| it.name.as_str()),
        request.status.as_str(),
        request.status.number(),
        request.mirror.as_str(),
        request.mirror.ticket(),
        request.mirror.note(),
        request.sent_at,
        request.read_at,
        request.missing_since,
        json(&request.run),
        awaited,
        request.search_text(),
        request.updated_at,
        request.id,
        request.version,
    ];
    Statement::one(sql::REQUEST_UPDATE, values, Conflict::Request)
}

fn add_comment(comment: &Comment) -> Statement {
    let (sent_at, note) = match &comment.delivery {
        DeliveryState::Waiting { sent_at } => (*sent_at, None),
        DeliveryState::Refused { why } => (None, Some(why.as_str())),
        _ => (None, None),
    };
    let values = values![
        comment.id,
        comment.request_id,
        comment.act.as_str(),
        &comment.text,
        &comment.author,
        comment.delivery.as_str(),
        comment.delivery.entry(),
        sent_at,
        note,
        comment.at,
    ];
    Statement::one(sql::COMMENT_ADD, values, Conflict::Request)
}

fn mark_comment(id: CommentId, delivery: &DeliveryState) -> Statement {
    let note = if let DeliveryState::Refused { why } = delivery { Some(why.as_str()) } else { None };
    Statement::one(sql::COMMENT_MARK, values![delivery.as_str(), delivery.entry(), note, id], Conflict::Request)
}

fn keep_file(file: &RequestFile, bytes: &[u8], to: &mut Vec<Statement>) {
    to.push(Statement::one(sql::FILE_ROOM, values![file.request_id], Conflict::RequestFiles));
    let values = values![
        file.id,
        file.request_id,
        file.comment_id,
        &file.name,
        file.media_type.as_str(),
        file.size,
        file.sha256,
        bytes.to_vec(),
        file.created_at,
        &file.created_by,
    ];
    to.push(Statement::one(sql::FILE_KEEP, values, Conflict::Exists));
}

fn put_workflow(workflow: &Workflow) -> Statement {
    let values: Vec<Value> = values![
        workflow.customer_id,
        &workflow.kind,
        json(&workflow.steps),
        workflow.changed_at,
        &workflow.changed_by,
        workflow.version,
    ];
    Statement::one(sql::WORKFLOW_PUT, values, Conflict::Workflow)
}
