//! Writes: the form for new assets, creating assets and assigning them (`A08`, `A09`).

use http::Method;
use serde_json::{Value, json};
use tessera_core::devices::asset_form::{AssetForm, Choice, FormField};
use tessera_core::devices::device_writes::NewAsset;
use tessera_core::kernel::record::Observation;
use tessera_hub::ports::{ConnectError, Priority};

use super::asset_type::lineage;
use super::{Freshservice, lenient_json as read, reading};
use crate::discipline::Charge;

impl Freshservice {
    /// The form for a new asset of the device type, read from the current field definitions.
    pub async fn asset_form(&self, priority: Priority) -> Result<AssetForm, ConnectError> {
        let tree = self.types.all(self, priority).await?;
        let wanted = self.config.device_asset_type.trim();
        let is_it = |id: &str, name: &str| id == wanted || name.trim().eq_ignore_ascii_case(wanted);
        let of_type = tree.values().find(|one| is_it(&one.id, &one.name)).cloned();
        let of_type = of_type.ok_or_else(|| ConnectError::Unexpected {
            system: self.name().to_owned(),
            object: format!("asset type `{wanted}`"),
            found: "no such asset type".to_owned(),
        })?;
        let object = format!("the fields of asset type {}", of_type.id);
        let path = ["asset_types", &of_type.id, "fields"];
        let call = self.call(&path, &[], "/asset_types/{id}/fields", object, priority, Charge::ONE);
        let body = self.client.exchange(&call).await?.checked()?.json()?;
        let suffixes: Vec<String> = lineage(&tree, &of_type.id).map(|id| format!("_{id}")).collect();
        let mut fields = Vec::new();
        for row in field_rows(&body) {
            fields.extend(self.form_field(row, &suffixes, priority).await?);
        }
        let key =
            |configured: &str| fields.iter().find(|field| is_called(field, configured)).map(|field| field.key.clone());
        let names = &self.config.fields;
        let serial = key(&names.serial).ok_or_else(|| ConnectError::Unexpected {
            system: self.name().to_owned(),
            object: format!("the fields of asset type {}", of_type.name),
            found: format!("no field `{}` for the serial number", names.serial),
        })?;
        let inverter_serial = key(&names.inverter_serial).unwrap_or_default();
        Ok(AssetForm { asset_type_id: of_type.id, asset_type: of_type.name, fields, serial, inverter_serial })
    }

    /// Converts a field definition, if the field is mandatory or known to the hub.
    async fn form_field(
        &self,
        row: &Value,
        suffixes: &[String],
        priority: Priority,
    ) -> Result<Option<FormField>, ConnectError> {
        let Some(name) = read::text(row, "name") else { return Ok(None) };
        let key = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str())).unwrap_or(&name).to_owned();
        let label = read::text(row, "label").unwrap_or_else(|| key.clone());
        let required = read::flag(row, "required").unwrap_or(false);
        let field = FormField { key, name, label, required, choices: choices_in(row) };
        let names = &self.config.fields;
        let known = [
            &names.serial,
            &names.inverter_serial,
            &names.inverter_vendor,
            &names.product,
            &names.vendor,
            &names.asset_state,
        ];
        if !required && !known.iter().any(|configured| is_called(&field, configured)) {
            return Ok(None);
        }
        let catalogue = if is_called(&field, &names.product) {
            Some(&self.products)
        } else if is_called(&field, &names.vendor) {
            Some(&self.vendors)
        } else {
            None
        };
        let choices = match catalogue {
            Some(catalogue) if field.choices.is_empty() => catalogue.choices(self, priority).await?,
            _ => field.choices,
        };
        Ok(Some(FormField { choices, ..field }))
    }

    /// Creates an asset and returns its display id. It is not retried automatically, because the asset may exist even
    /// if the answer is lost.
    pub async fn create_asset(&self, asset: &NewAsset, priority: Priority) -> Result<String, ConnectError> {
        let mut body = json!({
            "name": asset.name,
            "asset_type_id": number(&asset.asset_type_id),
            "type_fields": asset.type_fields,
        });
        if let Some(used_by) = &asset.used_by {
            body["user_id"] = number(used_by);
        }
        if let Some(workspace) = self.config.workspace_id.filter(|id| *id > 0) {
            body["workspace_id"] = workspace.into();
        }
        let call =
            self.call(&["assets"], &[], "/assets", format!("the new asset {}", asset.name), priority, Charge::ONE);
        let call = call.write(Method::POST, &body);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let made = reading::unwrapped(answer.json()?, &["asset"]);
        read::text(&made, "display_id").ok_or_else(|| answer.unexpected("a new asset without a display_id"))
    }

    /// Assigns an asset, as last read, to a requester or to none, and sets its state to the configured one (`A09`).
    /// `false` if there is no such asset.
    pub async fn reassign_asset(
        &self,
        asset: &Observation,
        to: Option<&str>,
        priority: Priority,
    ) -> Result<bool, ConnectError> {
        let display_id = asset.key.external_id.as_str();
        if !read::is_number(display_id) {
            return Ok(false);
        }
        let mut body = json!({ "user_id": to.map(number) });
        let (assigned, stock) = (self.config.assigned_state.trim(), self.config.stock_state.trim());
        let state = if to.is_some() { assigned } else { stock };
        if !state.is_empty()
            && let Some(field) = self.state_field(&asset.raw, priority).await?
        {
            body["type_fields"] = json!({ field: state });
        }
        let object = format!("asset {display_id}");
        let call = self.call(&["assets", display_id], &[], "/assets/{display_id}", object, priority, Charge::ONE);
        Ok(self.found(self.client.exchange(&call.write(Method::PUT, &body)).await?, priority).await?.is_some())
    }
}

fn field_rows(body: &Value) -> impl Iterator<Item = &Value> {
    let sections = body.get("asset_type_fields").and_then(Value::as_array).into_iter().flatten();
    sections.filter_map(|section| section.get("fields").and_then(Value::as_array)).flatten()
}

/// Choices have the form `[["In Stock"], …]`, `["In Stock", …]` or `[["In Stock", 1], …]`. The first element is both
/// name and value.
fn choices_in(row: &Value) -> Vec<Choice> {
    let listed = row.get("choices").and_then(Value::as_array).into_iter().flatten();
    let first =
        |one: &Value| one.as_array().map_or_else(|| read::scalar(one), |parts| parts.first().and_then(read::scalar));
    listed.filter_map(first).map(|label| Choice { value: Value::from(label.as_str()), label }).collect()
}

/// Whether a configured name means this field, by its name without number or by its label.
pub(super) fn is_called(field: &FormField, configured: &str) -> bool {
    let plain = configured.trim().to_lowercase().replace([' ', '-'], "_");
    field.key == plain || field.label.trim().eq_ignore_ascii_case(configured.trim())
}

/// Ids are numbers in Freshservice.
pub(super) fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_however_they_are_written() {
        for choices in
            [json!([["In Stock"], ["In Use"]]), json!(["In Stock", "In Use"]), json!([["In Stock", 1], ["In Use", 2]])]
        {
            let labels: Vec<_> =
                choices_in(&json!({ "choices": choices })).into_iter().map(|choice| choice.label).collect();
            assert_eq!(labels, ["In Stock", "In Use"]);
        }
    }
}
