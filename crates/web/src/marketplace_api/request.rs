//! Parsing the platform's requests. Unknown fields are stored and ignored, and missing blocks are allowed; a field of
//! the wrong type is an error that names it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tessera_core::kernel::normalise::{self, clean_address};
use tessera_core::marketplace::account::is_hidden;
use tessera_core::marketplace::call::{self, Operation, redact};
use tessera_core::marketplace::{Account, AccountContact, Address, Code, MarketplaceError, Place};
use tessera_hub::marketplace::{AccountRequest, Deletion};

/// Maximum length of a text field, in characters.
const MAX_LENGTH: usize = 10_000;
/// Maximum length of an id, in characters.
const MAX_ID_LENGTH: usize = 200;

/// Maximum number of values in a block such as `SyncOptions`. Its account can be found by each of them.
const MAX_VALUES: usize = 500;

/// A parsed request.
#[derive(Debug)]
pub(crate) enum AccountBody {
    /// List the options.
    Options,
    /// Create or update a customer.
    Synchronize(Box<AccountRequest>),
    /// Check whether a customer exists.
    Exists(Box<AccountRequest>),
    /// Delete a customer.
    Delete(Deletion),
}

impl AccountBody {
    /// The id of the account, and whether the request is a test without effect.
    pub(crate) fn about(&self) -> (Option<String>, bool) {
        match self {
            Self::Options => (None, false),
            Self::Synchronize(request) | Self::Exists(request) => (Some(request.id.clone()), request.is_test),
            Self::Delete(deletion) => (Some(deletion.account_id.clone()).filter(|id| !id.is_empty()), deletion.is_test),
        }
    }
}

/// The part of a body that is stored for staff.
pub(crate) fn kept(body: &[u8]) -> String {
    if body.is_empty() {
        return String::new();
    }
    serde_json::from_slice(body).map_or_else(|_| call::unreadable(body.len()), call::redacted)
}

/// Parses a body.
pub(crate) fn read(operation: Operation, body: &[u8]) -> Result<AccountBody, MarketplaceError> {
    let body: Value =
        serde_json::from_slice(body).map_err(|error| MarketplaceError::new(Code::NotJson, error.to_string()))?;
    let Value::Object(fields) = &body else {
        return Err(MarketplaceError::new(Code::NotJson, "an object is expected"));
    };
    let block = Block { path: "", fields };
    if operation == Operation::Delete {
        return Ok(AccountBody::Delete(Deletion {
            external_id: block.id("ExternalID")?,
            account_id: block.id("ID")?,
            is_test: block.flag("IsTest")?,
        }));
    }
    let request = Box::new(AccountRequest {
        id: block.id("ID")?,
        external_id: block.id("ExternalID")?,
        account: account(&block)?,
        is_test: block.flag("IsTest")?,
        raw: raw(&body),
    });
    if request.id.is_empty() {
        return Err(MarketplaceError::new(Code::IdMissing, "ID"));
    }
    Ok(if operation == Operation::Exists { AccountBody::Exists(request) } else { AccountBody::Synchronize(request) })
}

/// The part of a request that is stored with the account: without secrets, and without members that are not about the
/// account.
fn raw(body: &Value) -> Value {
    let mut raw = body.clone();
    redact(&mut raw);
    if let Some(fields) = raw.as_object_mut() {
        fields.remove("IsTest");
        fields.remove("ExternalID");
    }
    raw
}

fn account(block: &Block<'_>) -> Result<Account, MarketplaceError> {
    block.texts("ExtraDetails")?;
    let own_id = block.id("ID")?;
    let reseller = block.id("ResellerID")?;
    let reseller_external_id = block.id("ResellerExternalID")?;
    Ok(Account {
        name: block.text("Name")?.unwrap_or_default(),
        code: block.text("Code")?,
        phone: block.text("Phone")?,
        fax: block.text("Fax")?,
        website: block.text("WebSite")?,
        email: block.email("Email")?,
        description: block.text("Description")?,
        // A reseller's own call may name the reseller itself.
        reseller: Some(reseller).filter(|id| !id.is_empty() && *id != own_id),
        reseller_external_id: Some(reseller_external_id).filter(|id| !id.is_empty()),
        options: block.texts("SyncOptions")?,
        contact: block.block("ContactDetails")?.as_ref().map(contact).transpose()?,
        address: block.block("Address")?.as_ref().map(address).transpose()?,
    })
}

fn contact(block: &Block<'_>) -> Result<AccountContact, MarketplaceError> {
    Ok(AccountContact {
        id: block.text("ID")?,
        first_name: block.text("FirstName")?,
        last_name: block.text("LastName")?,
        phone: block.text("Phone")?,
        fax: block.text("Fax")?,
        email: block.email("Email")?,
    })
}

fn address(block: &Block<'_>) -> Result<Address, MarketplaceError> {
    let place = |name: &'static str| -> Result<Option<Place>, MarketplaceError> {
        let Some(block) = block.block(name)? else { return Ok(None) };
        Ok(Some(Place { code: block.text("Code")?, name: block.text("Name")? }))
    };
    Ok(Address {
        address1: block.text("Address1")?,
        address2: block.text("Address2")?,
        city: block.text("City")?,
        post_code: block.text("PostCode")?,
        state: place("State")?,
        country: place("Country")?,
    })
}

/// An object of the body, and its path.
struct Block<'a> {
    path: &'a str,
    fields: &'a Map<String, Value>,
}

impl<'a> Block<'a> {
    fn wrong(&self, name: &str, expected: &str, found: &Value) -> MarketplaceError {
        let what = match found {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        MarketplaceError::new(Code::WrongField, format!("{}{name} must be {expected}, and is {what}", self.dotted()))
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A text field that is present and not empty.
    fn text(&self, name: &str) -> Result<Option<String>, MarketplaceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() > MAX_LENGTH => Err(self.too_long(name, MAX_LENGTH)),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
            Some(other) => Err(self.wrong(name, "text", other)),
        }
    }

    /// An e-mail address, without invisible characters. A text that was meant as one but is none (a name with an address,
    /// several addresses) would be ignored silently. A text without `@` is kept: platforms send placeholders.
    fn email(&self, name: &str) -> Result<Option<String>, MarketplaceError> {
        let Some(address) = self.text(name)?.map(|text| clean_address(&text)) else { return Ok(None) };
        if address.contains(['@', '\u{ff20}', '\u{fe6b}']) && normalise::email(&address).is_none() {
            let shown: String = address.chars().filter(|c| !is_hidden(*c)).take(100).collect();
            return Err(MarketplaceError::new(Code::EmailInvalid, shown));
        }
        Ok(Some(address).filter(|address| !address.is_empty()))
    }

    /// An id; empty if it is missing. Ids occur in URLs and logs, so they have to be printable and unambiguous.
    fn id(&self, name: &str) -> Result<String, MarketplaceError> {
        let id = self.text(name)?.unwrap_or_default().trim().to_owned();
        if id.chars().count() > MAX_ID_LENGTH {
            return Err(self.too_long(name, MAX_ID_LENGTH));
        }
        if id.contains(is_hidden) || matches!(id.as_str(), "." | "..") {
            return Err(MarketplaceError::new(
                Code::WrongField,
                format!("{}{name} is no id that can be shown", self.dotted()),
            ));
        }
        Ok(id)
    }

    /// The prefix for the paths of its members.
    fn dotted(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}.", self.path) }
    }

    fn too_long(&self, name: &str, most: usize) -> MarketplaceError {
        MarketplaceError::new(Code::WrongField, format!("{}{name} is longer than {most} characters", self.dotted()))
    }

    fn flag(&self, name: &str) -> Result<bool, MarketplaceError> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(name, "true or false", other)),
        }
    }

    fn block(&self, name: &'a str) -> Result<Option<Block<'a>>, MarketplaceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Block { path: name, fields })),
            Some(other) => Err(self.wrong(name, "an object", other)),
        }
    }

    /// An object whose values are text.
    fn texts(&self, name: &'a str) -> Result<BTreeMap<String, String>, MarketplaceError> {
        let Some(block) = self.block(name)? else { return Ok(BTreeMap::new()) };
        if block.fields.len() > MAX_VALUES {
            return Err(MarketplaceError::new(Code::WrongField, format!("{name} holds more than {MAX_VALUES} values")));
        }
        if block.fields.keys().any(|key| key.chars().count() > MAX_ID_LENGTH) {
            return Err(MarketplaceError::new(
                Code::WrongField,
                format!("{name} has a name longer than {MAX_ID_LENGTH} characters"),
            ));
        }
        let texts = block.fields.keys().map(|key| Ok(block.text(key)?.map(|text| (key.clone(), text))));
        texts.filter_map(Result::transpose).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(operation: Operation, body: &Value) -> (Code, String) {
        let refusal = read(operation, body.to_string().as_bytes()).unwrap_err();
        (refusal.code, refusal.message())
    }

    #[test]
    fn m07_missing_blocks_are_fine_and_unknown_fields_are_kept() {
        let body = json!({ "ID": "3000", "Name": "A", "Loyalty": { "Tier": 3 }, "Fax": null, "Phone": "" });
        let AccountBody::Synchronize(request) = read(Operation::Synchronize, body.to_string().as_bytes()).unwrap()
        else {
            panic!("a Synchronize")
        };
        assert_eq!((request.id.as_str(), request.account.phone.as_deref()), ("3000", None));
        assert_eq!(request.raw["Loyalty"]["Tier"], 3);
        assert!(request.account.contact.is_none() && !request.is_test);
    }

    #[test]
    fn m18_a_field_of_the_wrong_type_is_named() {
        for (body, named) in [
            (json!({ "ID": 3000 }), "ID must be text, and is a number"),
            (json!({ "ID": "1", "SyncOptions": [] }), "SyncOptions must be an object"),
            (json!({ "ID": "1", "SyncOptions": { "role": 1 } }), "SyncOptions.role must be text"),
            (json!({ "ID": "1", "Address": { "State": "CA" } }), "State must be an object"),
            (json!({ "ID": "1", "IsTest": "true" }), "IsTest must be true or false"),
            (json!({ "ID": "1", "ExtraDetails": { "a": {} } }), "ExtraDetails.a must be text"),
        ] {
            let (code, message) = refused(Operation::Synchronize, &body);
            assert_eq!(code, Code::WrongField);
            assert!(message.contains(named), "{message}");
        }
        assert_eq!(refused(Operation::Exists, &json!({ "ID": " " })).0, Code::IdMissing);
        assert_eq!(refused(Operation::Delete, &json!([])).0, Code::NotJson);
        assert_eq!(read(Operation::Delete, b"{").unwrap_err().code, Code::NotJson);
    }

    #[test]
    fn m08_a_reseller_that_names_itself_has_no_reseller() {
        let reseller = |body: Value| match read(Operation::Synchronize, body.to_string().as_bytes()).unwrap() {
            AccountBody::Synchronize(request) => request.account.reseller,
            other => panic!("{other:?}"),
        };
        assert_eq!(reseller(json!({ "ID": "77", "ResellerID": "77" })), None);
        assert_eq!(reseller(json!({ "ID": "78", "ResellerID": "77" })), Some("77".to_owned()));
    }
}
