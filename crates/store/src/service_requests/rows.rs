//! Rows of service requests.

use jiff::Timestamp;
use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::{
    Comment, DeliveryState, DeviceNamed, RequestAction, ServiceRequest, Status, TicketLink,
};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(requests)`, or `columns!(requests "x.")` with a table alias.
macro_rules! columns {
    (requests $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "customer_id", "place_id", "person_id", "person_name", "kind", "subject",
            "description", "device_system", "device_id", "device_name", "answers", "desk_status", "status",
            "ticket_id", "mirror_note", "mirror", "sent_at", "read_at", "missing_since", "run", "created_at",
            "updated_at")
    };
    (request_comments $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "request_id", "act", "text", "author", "delivery", "entry", "sent_at", "note", "at")
    };
    (request_files $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "request_id", "comment_id", "name", "media_type", "size", "sha256", "created_at", "created_by")
    };
}
pub(super) use columns;

pub(super) fn request(row: &Row) -> Result<ServiceRequest, Undecodable> {
    Ok(ServiceRequest {
        id: row.id("id")?,
        version: row.get("version")?,
        customer_id: row.id("customer_id")?,
        place_id: row.id::<PlaceId>("place_id")?,
        person_id: row.optional_id("person_id")?,
        person_name: row.get("person_name")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        description: row.get("description")?,
        device: match (row.get("device_system")?, row.get("device_id")?, row.get("device_name")?) {
            (Some(system), Some(external_id), Some(name)) => Some(DeviceNamed { system, external_id, name }),
            _ => None,
        },
        answers: row.json("answers")?,
        status: {
            let number: Option<i64> = row.get("desk_status")?;
            row.text("status", |name| Status::parse(name, number))?
        },
        mirror: {
            let (ticket, note): (Option<String>, Option<String>) = (row.get("ticket_id")?, row.get("mirror_note")?);
            row.text("mirror", |name| TicketLink::parse(name, ticket, note))?
        },
        sent_at: row.get("sent_at")?,
        read_at: row.get("read_at")?,
        missing_since: row.get("missing_since")?,
        run: row.json("run")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(super) fn comment(row: &Row) -> Result<Comment, Undecodable> {
    let (id, request_id) = (row.id("id")?, row.id("request_id")?);
    let act = row.text("act", RequestAction::parse)?;
    let (text, author) = (row.get("text")?, row.get("author")?);
    let (entry, sent_at, note): (Option<String>, Option<Timestamp>, Option<String>) =
        (row.get("entry")?, row.get("sent_at")?, row.get("note")?);
    let delivery = row.text("delivery", |delivery| DeliveryState::parse(delivery, entry, sent_at, note))?;
    Ok(Comment { id, request_id, act, text, author, delivery, at: row.get("at")? })
}

pub(super) fn file(row: &Row) -> Result<RequestFile, Undecodable> {
    Ok(RequestFile {
        id: row.id("id")?,
        request_id: row.id("request_id")?,
        comment_id: row.optional_id("comment_id")?,
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}
