//! Changes of assets in the service desk.

use tessera_core::devices::device_writes::{DeviceWrite, WriteState};
use tessera_core::kernel::ids::AssetWriteId;

use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

impl Reads {
    /// One write.
    pub async fn asset_write(&self, id: AssetWriteId) -> Result<Option<DeviceWrite>, StoreError> {
        read_one(self.one(sql::ASSET_WRITE, values![id]).await?, write)
    }

    /// The writes about one subject, see [`tessera_core::devices::device_writes::AssetChange::subject`]; the newest first.
    pub async fn asset_writes_of(
        &self,
        system: &str,
        subject: &str,
        limit: usize,
    ) -> Result<Vec<DeviceWrite>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::ASSET_WRITES_OF, values![system, subject, limit]).await?, write)
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
