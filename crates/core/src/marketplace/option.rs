//! Sync options: fields that a vendor asks for in addition to name and address (`M01`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Input type of an option, named as in the contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionKind {
    /// Single-line text.
    #[default]
    SimpleValue,
    /// One choice; the value is its id.
    List,
    /// Multi-line text.
    TextArea,
    /// Several choices; the value is their ids, separated by `|` or `,`.
    ListMultiSelect,
    /// Yes or no.
    Boolean,
    /// A URL.
    Link,
    /// Text with a fixed format, enforced by the platform.
    Mask,
    /// A number with a check digit (modulo 11).
    #[serde(rename = "MOD11CheckDigit")]
    Mod11CheckDigit,
    /// Unspecified; not validated.
    Unknown,
    /// A file, as the platform sends it.
    File,
}

/// Data type of an option, named as in the contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataType {
    /// Text.
    #[default]
    Text,
    /// A number.
    Number,
    /// An amount of money.
    Currency,
    /// A date, or a date with a time.
    Date,
    /// Unspecified.
    Unknown,
}

impl OptionKind {
    /// All input types.
    pub const ALL: [Self; 10] = [
        Self::SimpleValue,
        Self::List,
        Self::TextArea,
        Self::ListMultiSelect,
        Self::Boolean,
        Self::Link,
        Self::Mask,
        Self::Mod11CheckDigit,
        Self::Unknown,
        Self::File,
    ];

    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SimpleValue => "SimpleValue",
            Self::List => "List",
            Self::TextArea => "TextArea",
            Self::ListMultiSelect => "ListMultiSelect",
            Self::Boolean => "Boolean",
            Self::Link => "Link",
            Self::Mask => "Mask",
            Self::Mod11CheckDigit => "MOD11CheckDigit",
            Self::Unknown => "Unknown",
            Self::File => "File",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether values are selected from choices.
    pub const fn has_choices(self) -> bool {
        matches!(self, Self::List | Self::ListMultiSelect)
    }
}

impl DataType {
    /// All data types.
    pub const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Currency, Self::Date, Self::Unknown];

    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Currency => "Currency",
            Self::Date => "Date",
            Self::Unknown => "Unknown",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|data_type| data_type.as_str() == text)
    }
}

/// A choice of a list option.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Id, which is the value in an account.
    pub id: String,
    /// Label.
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it is preselected.
    #[serde(default)]
    pub default: bool,
}

/// A sync option.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SyncOption {
    /// Id, used in requests and mail templates.
    pub id: String,
    /// Label.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Input type.
    pub kind: OptionKind,
    /// Data type of the value.
    pub data_type: DataType,
    /// Whether it is needed to create a customer.
    pub required: bool,
    /// Whether people can only see it.
    pub read_only: bool,
    /// Whether the customer enters it with the first order; otherwise the platform or staff do (`M03`).
    pub storefront: bool,
    /// The choices of a list, in order.
    pub values: Vec<Choice>,
}

/// Id of the option that the platform fills in automatically (`M02`).
pub const USERNAME: &str = "username";

/// Validates a set of options. An error names the option and a remedy.
pub fn check(options: &[SyncOption]) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for option in options {
        let id = option.id.as_str();
        let shaped =
            !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        if !shaped {
            return Err(format!("sync option id `{id}`: use 1 to 64 letters, digits, hyphens, dots and underscores"));
        }
        if !ids.insert(id.to_lowercase()) {
            return Err(format!("sync option `{id}` is there twice; ids differ in more than case"));
        }
        if option.name.trim().is_empty() {
            return Err(format!("sync option `{id}` has no name; people read the name"));
        }
        if option.required && option.read_only && id != USERNAME {
            return Err(format!("sync option `{id}` is required and read-only: nobody could fill it in"));
        }
        check_choices(option)?;
    }
    Ok(())
}

fn check_choices(option: &SyncOption) -> Result<(), String> {
    let id = &option.id;
    if option.kind.has_choices() == option.values.is_empty() {
        return Err(if option.values.is_empty() {
            format!("sync option `{id}` is a list without values; add some")
        } else {
            format!("sync option `{id}` has values, but is no list; make it a List, or take them away")
        });
    }
    let mut seen = BTreeSet::new();
    for choice in &option.values {
        let bad = choice.id.trim().is_empty() || choice.id.contains(['|', ',']) || choice.name.trim().is_empty();
        if bad || !seen.insert(&choice.id) {
            return Err(format!(
                "sync option `{id}`: each value needs an id of its own, without `|` and `,`, and a name"
            ));
        }
    }
    let defaults = option.values.iter().filter(|choice| choice.default).count();
    if option.kind == OptionKind::List && defaults > 1 {
        return Err(format!("sync option `{id}`: only one value can be the default of a List"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(id: &str) -> SyncOption {
        SyncOption { id: id.into(), name: "Name".into(), ..SyncOption::default() }
    }

    #[test]
    fn m01_option_kinds_and_data_types_have_the_names_of_the_contract() {
        for kind in OptionKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(OptionKind::parse(kind.as_str()), Some(kind));
        }
        for data_type in DataType::ALL {
            assert_eq!(serde_json::to_value(data_type).unwrap(), data_type.as_str());
            assert_eq!(DataType::parse(data_type.as_str()), Some(data_type));
        }
    }

    #[test]
    fn m01_invalid_sync_options_are_rejected_with_the_option_named() {
        let choice = |id: &str, default| Choice { id: id.into(), name: "x".into(), default, ..Choice::default() };
        let list = |values| SyncOption { kind: OptionKind::List, values, ..option("role") };
        assert_eq!(check(&[option("username"), list(vec![choice("1", true), choice("2", false)])]), Ok(()));
        for (bad, named) in [
            (vec![option("a b")], "`a b`"),
            (vec![option("a"), option("A")], "twice"),
            (vec![SyncOption { name: " ".into(), ..option("a") }], "no name"),
            (vec![SyncOption { required: true, read_only: true, ..option("a") }], "nobody could"),
            (vec![list(Vec::new())], "without values"),
            (vec![SyncOption { values: vec![choice("1", false)], ..option("a") }], "no list"),
            (vec![list(vec![choice("1", false), choice("1", false)])], "of its own"),
            (vec![list(vec![choice("1", true), choice("2", true)])], "only one"),
        ] {
            let error = check(&bad).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
