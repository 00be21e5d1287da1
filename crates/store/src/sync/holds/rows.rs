//! Rows of held changes.

use jiff::Timestamp;
use tessera_core::kernel::record::{Observation, RecordKey};
use tessera_core::sync::hold::HeldChange;
use tessera_core::sync::observe::ReadRecord;

use crate::Undecodable;
use crate::engine::Row;
use crate::kernel::records::rows::{attributes, record_key};

/// Column list of a table: `columns!(held_changes)`, or `columns!(held_changes "x.")` with a table alias.
macro_rules! columns {
    (held_changes $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "run_id", "system", "kind", "external_id", "title", "before_text", "after_text", "takes",
            "held_at", "chosen", "gone", "read_at", "merge_target_id", "merge_target_read_at", "attributes",
            "raw", "updated_at")
    };
}
pub(super) use columns;

pub(super) fn held(row: &Row) -> Result<HeldChange, Undecodable> {
    let (id, run) = (row.id("id")?, row.id("run_id")?);
    let key = record_key(row)?;
    let (title, before, after, takes) =
        (row.get("title")?, row.get("before_text")?, row.get("after_text")?, row.get("takes")?);
    let (held_at, chosen, gone, read_at) =
        (row.get("held_at")?, row.get("chosen")?, row.get::<bool>("gone")?, row.get("read_at")?);
    let (merge_target_id, merge_target_read_at): (Option<String>, Option<Timestamp>) =
        (row.get("merge_target_id")?, row.get("merge_target_read_at")?);
    let merge_target =
        merge_target_id.zip(merge_target_read_at).map(|(id, at)| (RecordKey::new(&key.system, key.kind, id), at));
    let read = match (gone, &merge_target) {
        (true, None) => None,
        (true, Some((merge_target, at))) => Some((merge_target.clone(), *at)),
        (false, _) => Some((key.clone(), read_at)),
    };
    let (raw, updated_at) = (row.optional_json("raw")?, row.get("updated_at")?);
    // For a deleted object that was not merged, nothing was read.
    let _nothing: Option<String> = row.get("attributes")?;
    let observation = match read {
        Some((key, read_at)) => {
            let attributes = attributes(key.kind, row)?;
            Some(Box::new(Observation { key, attributes, raw: raw.unwrap_or_default(), updated_at, read_at }))
        }
        None => None,
    };
    let seen = match (gone, observation) {
        (false, Some(observation)) => ReadRecord::There(observation),
        (_, merge_target) => ReadRecord::Missing { key, read_at, merge_target },
    };
    Ok(HeldChange { id, run, title, before, after, takes, seen, held_at, chosen })
}
