//! Trying what the hub needs of the service desk, without changing anything there.

use super::asset_type::with_descendants;
use super::{Freshservice, PER_PAGE};
use crate::discipline::{ConnectError, Priority};

impl Freshservice {
    /// Whether requesters may be read.
    pub async fn probe_requesters(&self) -> Result<(), ConnectError> {
        let query = [("per_page", "1".to_owned()), ("page", "1".to_owned())];
        self.requester_list(&query, "the requesters", Priority::Interactive).await.map(drop)
    }

    /// Whether assets may be read, with the fields of their types.
    pub async fn probe_assets(&self) -> Result<(), ConnectError> {
        let query = [
            ("include", "type_fields".to_owned()),
            ("per_page", PER_PAGE.min(5).to_string()),
            ("page", "1".to_owned()),
        ];
        let call = self.asset_list(&query, "the assets with their type fields".to_owned(), Priority::Interactive);
        let (rows, answer) = self.rows(&call, "assets").await?;
        let complete = rows.iter().all(|row| row.get("type_fields").is_some_and(serde_json::Value::is_object));
        if complete { Ok(()) } else { Err(answer.unexpected("assets without type_fields")) }
    }

    /// Whether asset types may be read, and how many there are. What was remembered of them is forgotten.
    pub async fn probe_asset_types(&self) -> Result<usize, ConnectError> {
        let rows = self.all_rows("asset_types", "/asset_types", Priority::Interactive).await?;
        self.types.forget().await;
        Ok(rows.len())
    }

    /// Which of the configured fields the configured device type has not, as they are configured: its own, or those of a type above it.
    pub async fn probe_fields(&self) -> Result<Vec<String>, ConnectError> {
        let types = self.types.all(self, Priority::Interactive).await?;
        let ids = with_descendants(&types, &self.config.device_asset_type).unwrap_or_default();
        let fields = &self.config.fields;
        let configured = [
            &fields.serial,
            &fields.inverter_serial,
            &fields.inverter_vendor,
            &fields.product,
            &fields.vendor,
            &fields.asset_state,
        ];
        let mut missing = Vec::new();
        for id in ids.iter().filter(|id| types.get(*id).is_some_and(|it| self.is_named(&it.id, &it.name))) {
            let labels = self.types.labels(id, self, Priority::Interactive).await?;
            let has = |wanted: &str| {
                let name = wanted.trim().to_lowercase().replace([' ', '-'], "_");
                let stem = |full: &String| full.rsplit_once('_').is_some_and(|(stem, _)| stem == name);
                labels.contains_key(&wanted.trim().to_lowercase()) || labels.values().any(stem)
            };
            missing.extend(configured.into_iter().filter(|wanted| !has(wanted)).cloned());
        }
        missing.dedup();
        Ok(missing)
    }

    fn is_named(&self, id: &str, name: &str) -> bool {
        let wanted = self.config.device_asset_type.trim();
        id == wanted || name.trim().eq_ignore_ascii_case(wanted)
    }
}
