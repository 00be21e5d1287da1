//! Reads the answers of vendors as leniently as they are written: names in any letter case and both spellings, numbers
//! as text and text as numbers, a byte order mark before the JSON (`M18`). What is of no use is an error, never a guess.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::kernel::encoding::without_mark;
use crate::marketplace::account::one_line;
use crate::marketplace::{Choice, DataType, OptionKind, SyncOption};

/// Maximum length of an external id, in characters.
const MAX_ID_LENGTH: usize = 300;
/// Maximum length of a message, in characters.
const MAX_MESSAGE_LENGTH: usize = 2000;
/// Maximum number of pairs in `AccountExtraInfo`.
const MAX_PAIRS: usize = 100;
/// Maximum size of all pairs, in bytes.
const MAX_PAIRS_SIZE: usize = 32 * 1024;
/// Maximum number of options.
const MAX_OPTIONS: usize = 200;
/// Maximum number of choices of an option.
const MAX_CHOICES: usize = 2000;
/// Maximum length of the name of an option or choice, in characters.
const MAX_NAME_LENGTH: usize = 300;

/// Why an answer is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the vendor's answer is not of the contract: {0}")]
pub struct Unreadable(pub String);

/// An answer to Exists, Synchronize or Delete.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VendorAnswer {
    /// Code; 0 is success.
    pub code: i64,
    /// Message for people.
    pub message: String,
    /// The external id.
    pub result: Option<String>,
    /// Pairs that are sent back in every later call.
    pub extra: BTreeMap<String, String>,
    /// Whether the vendor wants the customer to be notified.
    pub send_notification: bool,
    /// The password of a new customer, for the notification only.
    pub generated_password: Option<String>,
}

/// Without the password.
impl std::fmt::Debug for VendorAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VendorAnswer")
            .field("code", &self.code)
            .field("result", &self.result)
            .field("send_notification", &self.send_notification)
            .finish_non_exhaustive()
    }
}

/// The meaning of an answer to Exists (`M16`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExistsAnswer {
    /// The vendor has no such customer.
    Absent,
    /// It has the customer.
    Exists {
        /// The customer's id.
        external_id: String,
        /// Pairs that are sent back in every later call.
        extra: BTreeMap<String, String>,
        /// Whether it wants the customer to be notified. The contract has no such member here; some vendors repeat the
        /// answer to Synchronize.
        send_notification: bool,
    },
    /// It has the customer, but it cannot be used; or the vendor reports an error.
    Refused {
        /// Code.
        code: i64,
        /// Message.
        message: String,
    },
}

impl VendorAnswer {
    /// Reads a body.
    ///
    /// # Errors
    /// If it is not an answer of the contract.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let Value::Object(members) = json(body)? else { return Err(Unreadable("it is no JSON object".to_owned())) };
        let codes = [member(&members, "Code"), member(&members, "ErrorCode")].into_iter().flatten();
        let codes: BTreeSet<i64> = codes.map(|code| whole(code).ok_or_else(no_code)).collect::<Result<_, _>>()?;
        let mut codes = codes.into_iter();
        let (Some(code), None) = (codes.next(), codes.next()) else { return Err(no_code()) };
        let of = |one, other| scalar_of(&members, one).or_else(|| scalar_of(&members, other));
        let message = one_line(&of("Message", "ErrorMessage").unwrap_or_default());
        Ok(Self {
            code,
            message: message.chars().take(MAX_MESSAGE_LENGTH).collect(),
            result: result(&members)?,
            extra: pairs(member(&members, "AccountExtraInfo"))?,
            send_notification: member(&members, "SendNotification").is_some_and(flag),
            generated_password: scalar_of(&members, "GeneratedPassword"),
        })
    }

    /// What it means as an answer to Exists.
    ///
    /// # Errors
    /// If it says that the customer exists, without an id.
    pub fn exists(self) -> Result<ExistsAnswer, Unreadable> {
        match (self.code, self.result) {
            (1, Some(external_id)) => {
                let (extra, send_notification) = (self.extra, self.send_notification);
                Ok(ExistsAnswer::Exists { external_id, extra, send_notification })
            }
            (1, None) => Err(Unreadable("it says that the customer exists, without an ID".to_owned())),
            (code, _) if code < 0 || code == 2 => Ok(ExistsAnswer::Refused { code, message: self.message }),
            _ => Ok(ExistsAnswer::Absent),
        }
    }
}

/// Reads the sync options of a vendor, in their order.
///
/// # Errors
/// If the body is not an answer of the contract.
pub fn read_options(body: &[u8]) -> Result<Vec<SyncOption>, Unreadable> {
    let fields = match json(body)? {
        Value::Array(fields) => fields,
        Value::Object(members) => match member(&members, "Fields") {
            Some(Value::Array(fields)) => fields.clone(),
            Some(Value::Null) => Vec::new(),
            _ => return Err(Unreadable(refusal(&members).unwrap_or_else(|| "it has no list `Fields`".to_owned()))),
        },
        _ => return Err(Unreadable("it is neither an object nor a list".to_owned())),
    };
    if fields.len() > MAX_OPTIONS {
        return Err(Unreadable(format!("it has more than {MAX_OPTIONS} sync options")));
    }
    let mut options = fields.iter().map(option).collect::<Result<Vec<_>, _>>()?;
    options.sort_by_key(|(order, _)| *order);
    let mut seen = BTreeSet::new();
    for (_, option) in &options {
        if !seen.insert(option.id.to_lowercase()) {
            return Err(Unreadable(format!("sync option {} is listed twice", option.id)));
        }
    }
    Ok(options.into_iter().map(|(_, option)| option).collect())
}

fn option(field: &Value) -> Result<(i64, SyncOption), Unreadable> {
    let no_id = || Unreadable("a sync option has no ID".to_owned());
    let Value::Object(outer) = field else { return Err(no_id()) };
    let definition = match member(outer, "Definition") {
        Some(Value::Object(definition)) => definition,
        _ => outer,
    };
    let id = scalar_of(outer, "ID").or_else(|| scalar_of(definition, "ID")).ok_or_else(no_id)?;
    if id.chars().count() > MAX_NAME_LENGTH || id.contains(char::is_control) {
        return Err(Unreadable("the ID of a sync option is too long, or not on one line".to_owned()));
    }
    let kind = scalar_of(definition, "Kind").unwrap_or_default();
    let data_type = scalar_of(definition, "DataType").unwrap_or_default();
    let is = |name| member(definition, name).is_some_and(flag);
    let option = SyncOption {
        name: label(definition).unwrap_or_else(|| id.clone()),
        id,
        description: scalar_of(definition, "Description").map(|text| text.chars().take(MAX_MESSAGE_LENGTH).collect()),
        kind: OptionKind::ALL
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(&kind))
            .unwrap_or(OptionKind::Unknown),
        data_type: DataType::ALL
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(&data_type))
            .unwrap_or(DataType::Unknown),
        required: is("IsRequired"),
        read_only: is("IsReadOnly"),
        storefront: is("AvailableToStorefront"),
        values: choices(member(definition, "PredefinedValues"))?,
    };
    Ok((order(definition), option))
}

/// The choices of a list: an array of objects as in the contract, an array of texts, or an object of labels by id.
fn choices(values: Option<&Value>) -> Result<Vec<Choice>, Unreadable> {
    let plain = |id: String, name: String| Choice { id, name, ..Choice::default() };
    let mut choices: Vec<(i64, Choice)> = match values {
        Some(Value::Array(items)) => items.iter().filter_map(choice).collect(),
        Some(Value::Object(labels)) => {
            let labelled =
                labels.iter().map(|(id, name)| plain(id.clone(), scalar(name).unwrap_or_else(|| id.clone())));
            labelled.map(|choice| (0, choice)).collect()
        }
        _ => Vec::new(),
    };
    if choices.len() > MAX_CHOICES {
        return Err(Unreadable(format!("a sync option has more than {MAX_CHOICES} values")));
    }
    choices.sort_by_key(|(order, _)| *order);
    Ok(choices.into_iter().map(|(_, choice)| choice).collect())
}

fn choice(item: &Value) -> Option<(i64, Choice)> {
    let Value::Object(members) = item else {
        let id = scalar(item)?;
        return Some((0, Choice { name: id.clone(), id, ..Choice::default() }));
    };
    let id = scalar_of(members, "ID")?;
    let choice = Choice {
        name: label(members).unwrap_or_else(|| id.clone()),
        id,
        description: scalar_of(members, "Description"),
        default: member(members, "IsDefault").is_some_and(flag),
    };
    Some((order(members), choice))
}

fn json(body: &[u8]) -> Result<Value, Unreadable> {
    let body = without_mark(body);
    serde_json::from_slice(body).map_err(|_| Unreadable(format!("{} bytes that are no JSON", body.len())))
}

fn no_code() -> Unreadable {
    Unreadable("it has no usable `Code`".to_owned())
}

/// The message of an error that is answered instead of a list.
fn refusal(members: &Map<String, Value>) -> Option<String> {
    let message = scalar_of(members, "Message").or_else(|| scalar_of(members, "ErrorMessage"))?;
    Some(one_line(&message).chars().take(MAX_MESSAGE_LENGTH).collect())
}

fn result(members: &Map<String, Value>) -> Result<Option<String>, Unreadable> {
    let unusable = || Unreadable("its `Result` is no usable ID".to_owned());
    for name in ["Result", "Results"] {
        let value = match member(members, name) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(items)) if items.is_empty() => continue,
            // The name in the plural misleads some.
            Some(Value::Array(items)) if items.len() == 1 => &items[0],
            Some(value) => value,
        };
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            continue;
        }
        let id = scalar(value).filter(|_| !value.is_boolean()).ok_or_else(unusable)?;
        let fits = id.chars().count() <= MAX_ID_LENGTH && !id.contains(char::is_control);
        return if fits { Ok(Some(id)) } else { Err(unusable()) };
    }
    Ok(None)
}

fn pairs(value: Option<&Value>) -> Result<BTreeMap<String, String>, Unreadable> {
    let mut pairs = BTreeMap::new();
    match value {
        Some(Value::Object(members)) => {
            for (key, value) in members {
                // A value that is no text is kept as the JSON that it is, so that the vendor gets it back.
                pairs.insert(key.clone(), scalar_or_json(value));
            }
        }
        Some(Value::Array(items)) => {
            for item in items {
                let Value::Object(item) = item else { continue };
                if let Some(key) = scalar_of(item, "Key") {
                    pairs.insert(key, member(item, "Value").map(scalar_or_json).unwrap_or_default());
                }
            }
        }
        _ => {}
    }
    let size: usize = pairs.iter().map(|(key, value)| key.len() + value.len()).sum();
    if pairs.len() > MAX_PAIRS || size > MAX_PAIRS_SIZE {
        let most = format!("`AccountExtraInfo` has more than {MAX_PAIRS} pairs, or more than {MAX_PAIRS_SIZE} bytes");
        return Err(Unreadable(most));
    }
    Ok(pairs)
}

fn scalar_or_json(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => scalar(value).unwrap_or_else(|| value.to_string()),
    }
}

/// A member by its name in any letter case. The exact name comes first.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn scalar_of(members: &Map<String, Value>, name: &str) -> Option<String> {
    member(members, name).and_then(scalar)
}

/// A text that is not blank, a number or a boolean, as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(whole(value).map_or_else(|| number.to_string(), |whole| whole.to_string())),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn label(members: &Map<String, Value>) -> Option<String> {
    let name = one_line(&scalar_of(members, "Name")?);
    Some(name.chars().take(MAX_NAME_LENGTH).collect()).filter(|name: &String| !name.is_empty())
}

fn order(members: &Map<String, Value>) -> i64 {
    member(members, "SortOrder").and_then(whole).unwrap_or(0)
}

/// A whole number, also written as text or as `7.0`.
fn whole(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    text.parse().ok().or_else(|| text.strip_suffix(".0")?.parse().ok())
}

fn flag(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::String(text) => text.trim().eq_ignore_ascii_case("true") || text.trim() == "1",
        value => whole(value).is_some_and(|number| number != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> VendorAnswer {
        VendorAnswer::read(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    #[test]
    fn m18_an_answer_is_read_in_every_spelling() {
        let exact =
            read(r#"{"Code":0,"Message":"ok","Result":"7","AccountExtraInfo":{"a":"1"},"SendNotification":true}"#);
        assert_eq!((exact.code, exact.result.as_deref(), exact.send_notification), (0, Some("7"), true));
        for body in [
            r#"{"ErrorCode":0,"ErrorMessage":"ok","Results":"7","AccountExtraInfo":{"a":"1"},"SendNotification":true}"#,
            r#"{"code":"0","message":"ok","result":7,"accountextrainfo":{"a":1},"sendnotification":"True"}"#,
            r#"{"Code":0.0,"ErrorCode":"0","Message":"ok","Result":7.0,"AccountExtraInfo":{"a":"1"},"SendNotification":1}"#,
            "\u{feff}{\"Code\":0,\"Message\":\"ok\",\"Results\":[\"7\"],\"AccountExtraInfo\":[{\"Key\":\"a\",\"Value\":\"1\"}],\"SendNotification\":true}",
        ] {
            assert_eq!(read(body), exact, "{body}");
        }
        let nested = read(r#"{"Code":0,"AccountExtraInfo":{"Tenant":{"id":5},"Empty":null}}"#);
        assert_eq!(nested.extra["Tenant"], r#"{"id":5}"#, "it comes back as it came");
        assert_eq!(nested.extra["Empty"], "");
    }

    #[test]
    fn m18_an_answer_that_is_not_of_the_contract_is_never_a_success() {
        let big = format!(r#"{{"Code":0,"AccountExtraInfo":{{"x":"{}"}}}}"#, "x".repeat(40_000));
        for body in [
            "",
            "null",
            "[]",
            "<html>",
            r#"{"Result":"Ok"}"#,
            r#"{"Code":"ok","Result":"7"}"#,
            r#"{"Code":0.5}"#,
            r#"{"Code":0,"ErrorCode":-1}"#,
            r#"{"Code":0,"Result":{"ID":"7"}}"#,
            r#"{"Code":0,"Result":["7","8"]}"#,
            r#"{"Code":0,"Result":true}"#,
            r#"{"Code":0,"Result":"a\nb"}"#,
            &big,
        ] {
            assert!(VendorAnswer::read(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn m16_the_code_of_exists_says_absent_there_or_refused() {
        let exists = |code: i64, result: &str| read(&format!(r#"{{"Code":{code},"Result":"{result}"}}"#)).exists();
        for code in [0, 3, 99] {
            assert_eq!(exists(code, "c-1"), Ok(ExistsAnswer::Absent), "{code}");
        }
        assert!(matches!(exists(1, "c-1"), Ok(ExistsAnswer::Exists { external_id, .. }) if external_id == "c-1"));
        assert!(exists(1, "").is_err(), "nobody knows whom to link");
        for code in [2, -1, -80_001] {
            assert!(matches!(exists(code, ""), Ok(ExistsAnswer::Refused { code: told, .. }) if told == code));
        }
    }

    #[test]
    fn m04_sync_options_are_read_with_the_defined_types_and_in_order() {
        let options = read_options(
            r#"{"fields":[
                {"ID":"role","Definition":{"ID":"role","SortOrder":"2","Name":"Role","Kind":"list","DataType":"Text",
                    "PredefinedValues":[{"ID":2,"SortOrder":1,"Name":"Reseller"},{"ID":1,"SortOrder":0,"Name":"User","IsDefault":true}]}},
                {"ID":"username","Definition":{"SortOrder":0,"Name":"Username","Kind":"SimpleValue","DataType":"Text","IsRequired":true}},
                {"Definition":{"ID":"size","SortOrder":1,"Kind":"Dropdown","DataType":"Number","AvailableToStorefront":"true",
                    "PredefinedValues":{"a":"A"}}}
            ]}"#
                .as_bytes(),
        )
        .unwrap();
        let ids: Vec<_> = options.iter().map(|option| option.id.as_str()).collect();
        assert_eq!(ids, ["username", "size", "role"]);
        assert!(options[0].required && options[0].kind == OptionKind::SimpleValue);
        assert_eq!((options[1].name.as_str(), options[1].kind), ("size", OptionKind::Unknown));
        assert_eq!((options[1].data_type, options[1].storefront), (DataType::Number, true));
        let choices: Vec<_> = options[2].values.iter().map(|choice| (choice.id.as_str(), choice.default)).collect();
        assert_eq!((options[2].kind, choices), (OptionKind::List, vec![("1", true), ("2", false)]));
        assert_eq!(read_options(b"[]"), Ok(Vec::new()), "also bare");
    }

    #[test]
    fn m04_unusable_sync_options_are_rejected_as_a_whole() {
        for (body, why) in [
            (r#"{"Code":-1,"Message":"wrong key"}"#, "wrong key"),
            (r#"{"Fields":[{"Definition":{"Name":"x"}}]}"#, "no ID"),
            (r#"{"Fields":[{"ID":"a"},{"ID":"A"}]}"#, "twice"),
            ("<html>", "no JSON"),
            ("7", "neither"),
        ] {
            let error = read_options(body.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
