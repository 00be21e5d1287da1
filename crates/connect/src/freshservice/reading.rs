//! Conversion of requesters and assets to observations.

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::record::{Asset, Attributes, Kind, LeftOut, Observation, RecordKey, Requester};
use tessera_hub::ports::{ConnectError, Priority};

use super::asset_type::{Tree, lineage, with_descendants};
use super::{Freshservice, lenient_json};
use crate::discipline::Answer;

/// Unwraps an object from the first of these wrappers that exists.
pub(super) fn unwrapped(mut body: Value, wrappers: &[&str]) -> Value {
    let wrapper = wrappers.iter().find(|wrapper| body.get(**wrapper).is_some_and(Value::is_object));
    wrapper.and_then(|wrapper| body.get_mut(*wrapper)).map(Value::take).unwrap_or(body)
}

impl Freshservice {
    /// Converts a requester, or an agent who was one.
    pub(super) fn read_requester(&self, raw: Value, read_at: Timestamp) -> Result<Observation, String> {
        let id = lenient_json::text(&raw, "id").ok_or("a requester without an id")?;
        let primary_email = lenient_json::text(&raw, "primary_email").or_else(|| lenient_json::text(&raw, "email"));
        let mut secondary_emails = lenient_json::texts(&raw, "secondary_emails");
        // Their order is irrelevant and varies between answers.
        secondary_emails.sort();
        let requester = Requester {
            left_out: LeftOut { secondary_emails: raw.get("secondary_emails").is_none(), ..LeftOut::default() },
            name: lenient_json::joined(lenient_json::text(&raw, "first_name"), lenient_json::text(&raw, "last_name"))
                .unwrap_or_default(),
            primary_email,
            secondary_emails,
            mobile_phone: lenient_json::text(&raw, "mobile_phone_number"),
            work_phone: lenient_json::text(&raw, "work_phone_number"),
            active: lenient_json::flag(&raw, "active").unwrap_or(true),
            is_agent: lenient_json::flag(&raw, "is_agent").unwrap_or(false),
            company_domains: Vec::new(),
        };
        Ok(Observation {
            key: RecordKey::new(self.name(), Kind::Requester, id),
            attributes: Attributes::Requester(requester),
            updated_at: lenient_json::time(&raw, "updated_at"),
            raw,
            read_at,
        })
    }

    /// Full name of the field with the state of an asset, as last read. `None` if its type has no such field.
    pub(super) async fn state_field(&self, raw: &Value, priority: Priority) -> Result<Option<String>, ConnectError> {
        let type_id = lenient_json::text(raw, "asset_type_id").unwrap_or_default();
        let tree = self.types.knowing(&type_id, self, priority).await?;
        let fields = TypeFields { desk: self, raw, type_id: &type_id, tree: &tree, priority };
        fields.name(&self.config.fields.asset_state).await
    }

    /// Converts an asset. The names of products and vendors are looked up by id.
    pub(super) async fn read_asset(
        &self,
        raw: Value,
        answer: &Answer,
        priority: Priority,
    ) -> Result<Observation, ConnectError> {
        let display_id =
            lenient_json::text(&raw, "display_id").ok_or_else(|| answer.unexpected("an asset without a display_id"))?;
        let type_id = lenient_json::text(&raw, "asset_type_id").unwrap_or_default();
        let tree = self.types.knowing(&type_id, self, priority).await?;
        let fields = TypeFields { desk: self, raw: &raw, type_id: &type_id, tree: &tree, priority };
        // A device without type fields would look as if its serial numbers had been removed.
        if fields.is_device() && !raw.get("type_fields").is_some_and(Value::is_object) {
            return Err(answer.unexpected(format!("asset {display_id} without type_fields")));
        }
        let names = &self.config.fields;
        let asset = Asset {
            asset_id: lenient_json::text(&raw, "id").unwrap_or_default(),
            name: lenient_json::text(&raw, "name").unwrap_or_default(),
            asset_tag: lenient_json::text(&raw, "asset_tag"),
            asset_type: tree.get(&type_id).map(|one| one.name.clone()),
            used_by: lenient_json::text(&raw, "user_id"),
            assigned_on: lenient_json::time(&raw, "assigned_on"),
            serial: fields.text(&names.serial).await?,
            inverter_serial: fields.text(&names.inverter_serial).await?,
            inverter_vendor: fields.vendor(&names.inverter_vendor).await?,
            state: fields.text(&names.asset_state).await?,
            product: fields.product(&names.product).await?,
            vendor: fields.vendor(&names.vendor).await?,
            trashed: lenient_json::flag(&raw, "trashed")
                .or_else(|| lenient_json::flag(&raw, "deleted"))
                .unwrap_or(false),
            asset_type_id: type_id.clone(),
        };
        Ok(Observation {
            key: RecordKey::new(self.name(), Kind::Asset, display_id),
            attributes: Attributes::Asset(asset),
            updated_at: lenient_json::time(&raw, "updated_at"),
            raw,
            read_at: answer.read_at,
        })
    }
}

/// The `type_fields` of an asset.
struct TypeFields<'a> {
    desk: &'a Freshservice,
    raw: &'a Value,
    type_id: &'a str,
    tree: &'a Tree,
    priority: Priority,
}

impl TypeFields<'_> {
    /// A field as text.
    async fn text(&self, configured: &str) -> Result<Option<String>, ConnectError> {
        Ok(self.value(configured).await?.and_then(lenient_json::scalar))
    }

    /// The name of a product; the field contains its id or name.
    async fn product(&self, configured: &str) -> Result<Option<String>, ConnectError> {
        match self.text(configured).await? {
            Some(id) if is_number(&id) => self.desk.products.name(&id, self.desk, self.priority).await,
            name => Ok(name),
        }
    }

    /// The name of a vendor; the field contains its id or name.
    async fn vendor(&self, configured: &str) -> Result<Option<String>, ConnectError> {
        match self.text(configured).await? {
            Some(id) if is_number(&id) => self.desk.vendors.name(&id, self.desk, self.priority).await,
            name => Ok(name),
        }
    }

    /// The value of a field.
    async fn value(&self, configured: &str) -> Result<Option<&Value>, ConnectError> {
        let Some(name) = self.name(configured).await? else { return Ok(None) };
        Ok(self.raw.get("type_fields").and_then(|fields| fields.get(&name)))
    }

    /// The full name of a field. It ends with the id of the defining type: the asset's own or an ancestor.
    async fn name(&self, configured: &str) -> Result<Option<String>, ConnectError> {
        let Some(fields) = self.raw.get("type_fields") else { return Ok(None) };
        let by_name = field_of(fields, configured, self.tree, self.type_id);
        if by_name.is_some() || !self.is_device() {
            return Ok(by_name);
        }
        let labels = self.desk.types.labels(self.type_id, self.desk, self.priority).await?;
        let by_label = labels.get(&configured.trim().to_lowercase());
        Ok(by_label.filter(|name| fields.get(name.as_str()).is_some()).cloned())
    }

    /// Whether the asset is a device. Only then are field labels looked up, because that takes one call per type.
    fn is_device(&self) -> bool {
        with_descendants(self.tree, &self.desk.config.device_asset_type).is_some_and(|ids| ids.contains(self.type_id))
    }
}

/// The full name of a field that the asset's type or an ancestor defines.
pub(super) fn field_of(fields: &Value, configured: &str, tree: &Tree, type_id: &str) -> Option<String> {
    let stem = configured.trim().to_lowercase().replace([' ', '-'], "_");
    let mut names = lineage(tree, type_id).map(|id| format!("{stem}_{id}"));
    names.find(|name| fields.get(name).is_some())
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
