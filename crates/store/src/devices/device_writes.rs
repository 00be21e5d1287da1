//! Device writes: changes of assets in the service desk.

use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::change::DeviceWriteChange;
use tessera_core::devices::device_writes::{DeviceWrite, WriteState};
use tessera_core::kernel::ids::DeviceWriteId;

use crate::engine::{Row, Statement, room, statements};
use crate::kernel::lower::{Lower, json};
use crate::kernel::reads::{read_all, read_one};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// Column list of a table: `columns!(device_writes)`, or `columns!(device_writes "x.")` with a table alias.
macro_rules! columns {
    (device_writes $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "system", "change", "note", "state", "asked_by", "channel", "created_at", "sent_at",
            "finished_at")
    };
}

statements! {
    DEVICE_WRITE_CREATE =
        "INSERT INTO device_writes (id, system, subject, change, state, asked_by, channel, created_at)
        VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7)";
    DEVICE_WRITE_END =
        "UPDATE device_writes SET state = $1, note = $2, finished_at = $3 WHERE id = $4 AND state = 'waiting'";
    /// From now on, the service desk may have received the change.
    DEVICE_WRITE_SENT =
        "UPDATE device_writes SET sent_at = $1
        WHERE id = $2 AND state = 'waiting' AND sent_at IS NOT DISTINCT FROM $3";
    DEVICE_WRITE = concat!("SELECT ", columns!(device_writes), " FROM device_writes WHERE id = $1");
    DEVICE_WRITES_LISTED = concat!(
        "SELECT ", columns!(device_writes), " FROM device_writes WHERE id IN (", room!(), ")"
    );
    DEVICE_WRITES_OF = concat!(
        "SELECT ", columns!(device_writes), " FROM device_writes
        WHERE system = $1 AND subject = $2 ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    ASSET_FORM = "SELECT form FROM asset_forms WHERE system = $1";
    ASSET_FORM_KEEP =
        "INSERT INTO asset_forms (system, form, read_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (system) DO UPDATE SET form = excluded.form, read_at = excluded.read_at";
}

impl Reads {
    /// The form for a new asset, as it was read last.
    pub async fn asset_form(&self, system: &str) -> Result<Option<AssetForm>, StoreError> {
        read_one(self.one(ASSET_FORM, values![system]).await?, |row| row.json("form"))
    }

    /// One device write.
    pub async fn device_write(&self, id: DeviceWriteId) -> Result<Option<DeviceWrite>, StoreError> {
        read_one(self.one(DEVICE_WRITE, values![id]).await?, write)
    }

    /// Device writes by id, in any order.
    pub async fn device_writes_listed(&self, ids: &[DeviceWriteId]) -> Result<Vec<DeviceWrite>, StoreError> {
        read_all(self.rows_of(DEVICE_WRITES_LISTED, ids).await?, write)
    }

    /// The device writes of one subject (see [`tessera_core::devices::device_writes::AssetChange::subject`]), newest
    /// first.
    pub async fn device_writes_of(
        &self,
        system: &str,
        subject: &str,
        limit: usize,
    ) -> Result<Vec<DeviceWrite>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(DEVICE_WRITES_OF, values![system, subject, limit]).await?, write)
    }
}

fn write(row: &Row) -> Result<DeviceWrite, Undecodable> {
    Ok(DeviceWrite {
        id: row.id("id")?,
        system: row.get("system")?,
        change: row.json("change")?,
        state: {
            let note: Option<String> = row.get("note")?;
            row.text("state", |state| WriteState::parse(state, note))?
        },
        asked_by: row.text("asked_by", |text| text.parse().ok())?,
        channel: row.text("channel", |text| text.parse().ok())?,
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
        finished_at: row.get("finished_at")?,
    })
}

fn create_device_write(write: &DeviceWrite) -> Statement {
    let values = values![
        write.id,
        &write.system,
        write.change.subject(),
        json(&write.change),
        write.asked_by.to_string(),
        write.channel.as_str(),
        write.created_at,
    ];
    Statement::one(DEVICE_WRITE_CREATE, values, Conflict::DeviceWrite)
}

impl Lower for DeviceWriteChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(write) => to.push(create_device_write(write)),
            Self::End { id, state, at } => {
                let values = values![state.as_str(), state.note(), *at, *id];
                to.push(Statement::one(DEVICE_WRITE_END, values, Conflict::DeviceWrite));
            }
            Self::MarkSent { id, was, at } => {
                to.push(Statement::one(DEVICE_WRITE_SENT, values![*at, *id, *was], Conflict::DeviceWrite));
            }
            Self::Load(load) => load.lower(to),
        }
    }
}
