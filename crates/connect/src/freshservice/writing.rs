//! Writing: what a new asset needs, making one, and giving one to somebody (`A08`, `A09`).

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};
use tessera_core::devices::device_writes::NewAsset;

use super::asset_type::lineage;
use super::{Freshservice, found, lenient_json as read, reading};
use crate::discipline::{Charge, ConnectError, Priority};

/// What has to be told of a new asset of the device type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetForm {
    /// The asset type's id.
    pub asset_type_id: String,
    /// Its name.
    pub asset_type: String,
    /// The fields that are mandatory or that the hub knows a meaning of, in the service desk's order.
    pub fields: Vec<FormField>,
    /// The key of the field that holds the hardware serial number.
    pub serial: String,
    /// The key of the field that holds the inverter serial number.
    pub inverter_serial: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// By what it is filled in: its name without the number (`serial_number`).
    pub key: String,
    /// Its full name (`serial_number_21000855201`).
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Whether the service desk insists on it.
    pub required: bool,
    /// What may be chosen; empty: any text.
    pub choices: Vec<Choice>,
}

/// One value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What people choose.
    pub label: String,
    /// What the service desk gets.
    pub value: Value,
}

/// A value that the form does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// The field's key.
    pub key: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl AssetForm {
    /// The type fields of these values, by key; or everything that is wrong with them. The inverter's serial number is the hardware's
    /// unless another one is told (`A06`).
    ///
    /// # Errors
    /// One problem for each value that is missing, unknown, or not among the choices.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<Map<String, Value>, Vec<FormProblem>> {
        let mut problems: Vec<FormProblem> = values
            .keys()
            .filter(|key| !self.fields.iter().any(|field| field.key == **key))
            .map(|key| FormProblem {
                key: key.clone(),
                message: format!("the asset type {} has no such field", self.asset_type),
            })
            .collect();
        let mut filled = Map::new();
        for field in &self.fields {
            let given = |key: &str| values.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
            let same = || given(&self.serial).filter(|_| field.key == self.inverter_serial);
            match given(&field.key).or_else(same) {
                Some(text) => match field.value(text) {
                    Ok(value) => drop(filled.insert(field.name.clone(), value)),
                    Err(message) => problems.push(FormProblem { key: field.key.clone(), message }),
                },
                None if field.required || field.key == self.serial => {
                    let message = format!("{} is needed{}", field.label, field.allowed_choices());
                    problems.push(FormProblem { key: field.key.clone(), message });
                }
                None => {}
            }
        }
        if problems.is_empty() { Ok(filled) } else { Err(problems) }
    }
}

impl FormField {
    fn value(&self, text: &str) -> Result<Value, String> {
        if self.choices.is_empty() {
            return Ok(Value::from(text));
        }
        let chosen = self.choices.iter().find(|choice| choice.label.trim().eq_ignore_ascii_case(text));
        chosen
            .map(|choice| choice.value.clone())
            .ok_or_else(|| format!("{} is not `{text}`{}", self.label, self.allowed_choices()))
    }

    fn allowed_choices(&self) -> String {
        let labels: Vec<&str> = self.choices.iter().map(|choice| choice.label.as_str()).collect();
        if labels.is_empty() { String::new() } else { format!(": one of {}", labels.join(", ")) }
    }
}

impl Freshservice {
    /// What has to be told of a new asset of the device type, as its fields are defined just now.
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

    /// The field, if it is mandatory or has a meaning here.
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

    /// Makes an asset, and tells its display id. Never repeated by itself: when the answer is lost, the asset may be there or not.
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
        let answer = self.client.exchange(&call.write(Method::POST, &body)).await?.checked()?;
        let made = reading::unwrapped(answer.json()?, &["asset"]);
        read::text(&made, "display_id").ok_or_else(|| answer.unexpected("a new asset without a display_id"))
    }

    /// Gives an asset to a requester, or to nobody. `false`: the service desk has no such asset.
    pub async fn hand_asset(
        &self,
        display_id: &str,
        to: Option<&str>,
        priority: Priority,
    ) -> Result<bool, ConnectError> {
        if !read::is_id(display_id) {
            return Ok(false);
        }
        let body = json!({ "user_id": to.map(number) });
        let object = format!("asset {display_id}");
        let call = self.call(&["assets", display_id], &[], "/assets/{display_id}", object, priority, Charge::ONE);
        Ok(found(self.client.exchange(&call.write(Method::PUT, &body)).await?)?.is_some())
    }
}

fn field_rows(body: &Value) -> impl Iterator<Item = &Value> {
    let sections = body.get("asset_type_fields").and_then(Value::as_array).into_iter().flatten();
    sections.filter_map(|section| section.get("fields").and_then(Value::as_array)).flatten()
}

/// Choices come as `[["In Stock"], …]`, as `["In Stock", …]`, or as `[["In Stock", 1], …]`; the first is the name and the value.
fn choices_in(row: &Value) -> Vec<Choice> {
    let listed = row.get("choices").and_then(Value::as_array).into_iter().flatten();
    let first =
        |one: &Value| one.as_array().map_or_else(|| read::scalar(one), |parts| parts.first().and_then(read::scalar));
    listed.filter_map(first).map(|label| Choice { value: Value::from(label.as_str()), label }).collect()
}

/// The configuration names a field by its name without the number, or by its label.
fn is_called(field: &FormField, configured: &str) -> bool {
    let plain = configured.trim().to_lowercase().replace([' ', '-'], "_");
    field.key == plain || field.label.trim().eq_ignore_ascii_case(configured.trim())
}

/// Ids are numbers in the service desk.
pub(super) fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AssetForm {
        let field = |key: &str, required, choices: &[&str]| FormField {
            key: key.into(),
            name: format!("{key}_9"),
            label: key.replace('_', " "),
            required,
            choices: choices.iter().map(|label| Choice { label: (*label).into(), value: Value::from(7) }).collect(),
        };
        AssetForm {
            asset_type_id: "9".into(),
            asset_type: "Bundle".into(),
            fields: vec![
                field("product", true, &["PACE"]),
                field("serial_number", false, &[]),
                field("inverter_serial_number", false, &[]),
            ],
            serial: "serial_number".into(),
            inverter_serial: "inverter_serial_number".into(),
        }
    }

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a08_choices_become_the_service_desks_own_values() {
        let filled = form().fill(&values(&[("product", "pace"), ("serial_number", "S1")])).unwrap();
        assert_eq!(filled["product_9"], 7);
        assert_eq!(filled["inverter_serial_number_9"], "S1", "A06: equal unless told otherwise");
        let other = [("product", "PACE"), ("serial_number", "S1"), ("inverter_serial_number", "S2")];
        assert_eq!(form().fill(&values(&other)).unwrap()["inverter_serial_number_9"], "S2");
    }

    #[test]
    fn a08_everything_wrong_is_told_at_once_with_what_would_be_right() {
        let problems = form().fill(&values(&[("product", "Toaster"), ("colour", "red")])).unwrap_err();
        let told: Vec<_> = problems.iter().map(|problem| (problem.key.as_str(), problem.message.as_str())).collect();
        assert_eq!(
            told,
            [
                ("colour", "the asset type Bundle has no such field"),
                ("product", "product is not `Toaster`: one of PACE"),
                ("serial_number", "serial number is needed"),
            ]
        );
    }

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
