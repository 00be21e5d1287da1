//! Disposable test accounts: clearly fictional and unique, with the members that the contract names.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A sync option of the vendor, as far as a test value depends on it.
#[derive(Debug, Clone)]
pub struct SeenOption {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its data type.
    pub data_type: String,
    /// Whether an account requires it.
    pub required: bool,
    /// Its choices: id and name.
    pub choices: Vec<(String, String)>,
}

/// A test account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id at the platform.
    pub id: String,
    /// The whole request body.
    pub body: Value,
}

/// A customer created by the check.
#[derive(Debug, Clone)]
pub struct Made {
    /// The account.
    pub account: Account,
    /// The external id from the vendor.
    pub external_id: String,
    /// The extra values that the vendor wants to get back.
    pub extra: Value,
}

/// An account that the vendor was asked about, and that it may have created.
#[derive(Debug)]
pub struct Attempt {
    /// The account.
    pub account: Account,
    /// Whether an answer of Synchronize is awaited.
    pub awaited: bool,
    /// An answer of Synchronize that says neither that a customer was created nor that the account was refused.
    pub unclear: Option<String>,
}

impl Account {
    /// An account with all members. `tag` identifies the run, `number` the account.
    pub fn new(tag: &str, number: usize, options: &[SeenOption], given: &BTreeMap<String, String>) -> Self {
        let id = format!("check-{tag}-{number}");
        // A domain of its own: a vendor may identify customers by the domain of their e-mail address or web site.
        let email = format!("office@{id}.example");
        let values: BTreeMap<&str, String> = options
            .iter()
            .filter_map(|option| {
                let value = given.get(&option.id).cloned().or_else(|| made_up(option, &id, &email))?;
                Some((option.id.as_str(), value))
            })
            .collect();
        let body = json!({
            "ID": id,
            "ExternalID": "",
            "ResellerID": "",
            "ResellerExternalID": "",
            "Name": format!("Contract check {tag} {number}"),
            "Code": format!("CHECK-{number}"),
            "Phone": "415-555-0100",
            "Fax": "415-555-0101",
            "WebSite": format!("https://www.{id}.example"),
            "Email": email,
            "Description": "A test account of a contract check, which deletes it again.",
            "SyncOptions": values,
            "ContactDetails": {
                "ID": format!("{id}-contact"),
                "FirstName": "Contract",
                "LastName": "Check",
                "Phone": "415-555-0100",
                "Fax": "415-555-0101",
                "Email": email,
            },
            "Address": {
                "Address1": "1 Example Street",
                "Address2": "Unit 1",
                "City": "San Rafael",
                "PostCode": "94903",
                "State": { "Code": "CA", "Name": "California" },
                "Country": { "Code": "US", "Name": "United States" },
            },
            "ExtraDetails": {},
        });
        Self { id, body }
    }

    /// The account with another value for one member.
    pub fn with(&self, member: &str, value: impl Into<Value>) -> Self {
        let mut other = self.clone();
        other.body[member] = value.into();
        other
    }

    /// The account with another value for one sync option.
    pub fn with_option(&self, option: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.body["SyncOptions"][option] = Value::from(value);
        other
    }

    /// The account without this member.
    pub fn without(&self, member: &str) -> Self {
        let mut other = self.clone();
        if let Some(members) = other.body.as_object_mut() {
            members.remove(member);
        }
        other
    }

    /// The account without this sync option.
    pub fn without_option(&self, option: &str) -> Self {
        let mut other = self.clone();
        if let Some(values) = other.body["SyncOptions"].as_object_mut() {
            values.remove(option);
        }
        other
    }
}

/// A valid test value for an option. `None` if there is no sensible one and the option is not required.
fn made_up(option: &SeenOption, id: &str, email: &str) -> Option<String> {
    let value = match (option.kind.as_str(), option.data_type.as_str()) {
        ("List" | "ListMultiSelect" | "File" | "Unknown" | "Mask", _) if !option.required => return None,
        ("List" | "ListMultiSelect", _) => option.choices.first().map(|(id, _)| id.clone())?,
        ("Boolean", _) => "true".to_owned(),
        ("Link", _) => format!("https://{id}.example/"),
        ("MOD11CheckDigit", _) => "36532-7".to_owned(),
        (_, "Number" | "Currency") => "1".to_owned(),
        (_, "Date") => "2026-01-31".to_owned(),
        _ => {
            let name = option.id.to_lowercase();
            match name.as_str() {
                name if name.contains("domain") => format!("{id}.example"),
                name if name.contains("mail") || name == "username" => email.to_owned(),
                _ => id.to_owned(),
            }
        }
    };
    Some(value)
}
