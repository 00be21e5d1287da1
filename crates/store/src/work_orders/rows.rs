//! Rows of work orders.

use jiff::Timestamp;
use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::PersonId;
use tessera_core::service_requests::DeviceNamed;
use tessera_core::work_orders::file::WorkFile;
use tessera_core::work_orders::{Assignee, InstalledDevice, State, Window, WorkNote, WorkOrder};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(work_orders)`, or `columns!(work_orders "w.")` with a table alias.
macro_rules! columns {
    (work_orders $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "number", "version", "kind", "customer_id", "place_id", "request_id", "return_id", "subject",
            "description", "device_system", "device_id", "device_name", "model", "starts_at", "ends_at",
            "assignee_id", "assignee_name", "state", "reason", "checks", "parts", "installed", "created_at",
            "created_by", "updated_at")
    };
    (work_order_notes $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?; "id", "work_order_id", "act", "text", "author", "actor", "at")
    };
    (work_order_files $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "work_order_id", "note_id", "name", "media_type", "size", "sha256", "created_at", "created_by")
    };
}
pub(super) use columns;

pub(super) fn work_order(row: &Row) -> Result<WorkOrder, Undecodable> {
    let (from, to): (Option<Timestamp>, Option<Timestamp>) = (row.get("starts_at")?, row.get("ends_at")?);
    let (person, name): (Option<PersonId>, Option<String>) =
        (row.optional_id("assignee_id")?, row.get("assignee_name")?);
    Ok(WorkOrder {
        id: row.id("id")?,
        number: row.get("number")?,
        version: row.get("version")?,
        kind: row.json("kind")?,
        customer_id: row.id("customer_id")?,
        place_id: row.id("place_id")?,
        request_id: row.optional_id("request_id")?,
        return_id: row.optional_id("return_id")?,
        subject: row.get("subject")?,
        description: row.get("description")?,
        device: match (row.get("device_system")?, row.get("device_id")?, row.get("device_name")?) {
            (Some(system), Some(external_id), Some(name)) => Some(DeviceNamed { system, external_id, name }),
            _ => None,
        },
        model: row.get("model")?,
        window: from.zip(to).map(|(from, to)| Window { from, to }),
        assignee: person.map(|person| Assignee { person, name: name.unwrap_or_default() }),
        state: row.text("state", State::parse)?,
        reason: row.get("reason")?,
        checks: row.json("checks")?,
        parts: row.json("parts")?,
        installed: row.json::<Option<InstalledDevice>>("installed")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(super) fn note(row: &Row) -> Result<WorkNote, Undecodable> {
    Ok(WorkNote {
        id: row.id("id")?,
        work_order_id: row.id("work_order_id")?,
        act: row.get("act")?,
        text: row.get("text")?,
        author: row.get("author")?,
        actor: row.get("actor")?,
        at: row.get("at")?,
    })
}

pub(super) fn file(row: &Row) -> Result<WorkFile, Undecodable> {
    Ok(WorkFile {
        id: row.id("id")?,
        work_order_id: row.id("work_order_id")?,
        note_id: row.id("note_id")?,
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}
