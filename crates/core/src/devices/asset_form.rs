//! The form for a new asset: its fields, and validation of the input (`A08`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The form for a new asset of the device type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetForm {
    /// The asset type's id.
    pub asset_type_id: String,
    /// The asset type's name.
    pub asset_type: String,
    /// Fields that are mandatory or known to the hub, in the order of the service desk.
    pub fields: Vec<FormField>,
    /// Key of the hardware serial number's field.
    pub serial: String,
    /// Key of the inverter serial number's field.
    pub inverter_serial: String,
}

/// A field of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// Key: the field's name without the trailing number (`serial_number`).
    pub key: String,
    /// Full name in the service desk (`serial_number_21000855201`).
    pub name: String,
    /// Label for people.
    pub label: String,
    /// Whether the service desk requires it.
    pub required: bool,
    /// The choices; empty if any text is valid.
    pub choices: Vec<Choice>,
}

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Label for people.
    pub label: String,
    /// Value for the service desk.
    pub value: Value,
}

/// A validation problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// The field's key.
    pub key: String,
    /// Description of the problem, with the valid input.
    pub message: String,
}

impl AssetForm {
    /// Returns the type fields for the service desk, or all problems. The inverter serial number defaults to the
    /// hardware serial number (`A06`).
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
    fn a08_choices_are_converted_to_values_of_the_service_desk() {
        let filled = form().fill(&values(&[("product", "pace"), ("serial_number", "S1")])).unwrap();
        assert_eq!(filled["product_9"], 7);
        assert_eq!(filled["inverter_serial_number_9"], "S1", "A06: equal unless told otherwise");
        let other = [("product", "PACE"), ("serial_number", "S1"), ("inverter_serial_number", "S2")];
        assert_eq!(form().fill(&values(&other)).unwrap()["inverter_serial_number_9"], "S2");
    }

    #[test]
    fn a08_all_problems_are_reported_at_once_with_valid_choices() {
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
}
