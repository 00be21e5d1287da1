//! Reads an answer like the platform does: names in any letter case, numbers and booleans also as text, text also as a
//! number, and a byte order mark before the JSON. Whatever is accepted in this way becomes a note.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Deviations that the platform's reader accepts.
pub type Notes = BTreeSet<String>;

/// Kinds of an option.
pub const KINDS: [&str; 10] = [
    "SimpleValue",
    "List",
    "TextArea",
    "ListMultiSelect",
    "Boolean",
    "Link",
    "Mask",
    "MOD11CheckDigit",
    "Unknown",
    "File",
];
/// Data types of an option.
pub const DATA_TYPES: [&str; 5] = ["Text", "Number", "Currency", "Date", "Unknown"];

/// The type of a member.
#[derive(Clone, Copy)]
enum Type {
    Whole,
    Text,
    Flag,
    OneOf(&'static [&'static str]),
    Pairs,
    Object(&'static [(&'static str, Type)]),
    List(&'static [(&'static str, Type)]),
}

const ANSWER: &[(&str, Type)] = &[
    ("Code", Type::Whole),
    ("ErrorCode", Type::Whole),
    ("Message", Type::Text),
    ("ErrorMessage", Type::Text),
    ("Result", Type::Text),
    ("Results", Type::Text),
    ("AccountExtraInfo", Type::Pairs),
    ("SendNotification", Type::Flag),
    ("GeneratedPassword", Type::Text),
    ("Fields", Type::List(OPTION)),
];
const OPTION: &[(&str, Type)] = &[("ID", Type::Text), ("Definition", Type::Object(DEFINITION))];
const DEFINITION: &[(&str, Type)] = &[
    ("ID", Type::Text),
    ("SortOrder", Type::Whole),
    ("Name", Type::Text),
    ("Description", Type::Text),
    ("Kind", Type::OneOf(&KINDS)),
    ("DataType", Type::OneOf(&DATA_TYPES)),
    ("IsRequired", Type::Flag),
    ("PredefinedValues", Type::List(VALUE)),
    ("IsReadOnly", Type::Flag),
    ("AvailableToStorefront", Type::Flag),
];
const VALUE: &[(&str, Type)] = &[
    ("ID", Type::Text),
    ("SortOrder", Type::Whole),
    ("Name", Type::Text),
    ("Description", Type::Text),
    ("IsDefault", Type::Flag),
];

/// The body in the names and types of the contract, or null if it is not JSON.
pub fn read(body: &str) -> (Value, Notes) {
    let mut notes = Notes::new();
    let text = match body.strip_prefix('\u{feff}') {
        Some(text) => {
            notes.insert("the answer begins with a byte order mark".to_owned());
            text
        }
        None => body,
    };
    let mut json: Value = serde_json::from_str(text).unwrap_or_default();
    let type_ = if json.is_array() { Type::List(OPTION) } else { Type::Object(ANSWER) };
    convert(&mut json, type_, "the answer", &mut notes);
    (json, notes)
}

/// Converts a value to the type if the platform's reader would; any other value stays as it is.
fn convert(value: &mut Value, type_: Type, name: &str, notes: &mut Notes) {
    match (type_, &mut *value) {
        (Type::Object(members), Value::Object(object)) => convert_members(object, members, notes),
        (Type::List(members), Value::Array(items)) => {
            for item in items {
                convert(item, Type::Object(members), name, notes);
            }
        }
        (Type::Pairs, Value::Object(pairs)) => {
            for pair in pairs.values_mut() {
                convert(pair, Type::Text, "a value of AccountExtraInfo", notes);
            }
        }
        (Type::OneOf(names), Value::String(given)) => {
            let given = given.as_str();
            let known = names.iter().find(|known| known.eq_ignore_ascii_case(given) && **known != given);
            if let Some(known) = known {
                notes.insert(format!("{name} is {known} in another letter case"));
                *value = Value::from(*known);
            }
        }
        _ => convert_scalar(value, type_, name, notes),
    }
}

fn convert_members(object: &mut Map<String, Value>, members: &[(&str, Type)], notes: &mut Notes) {
    for (name, type_) in members {
        let other = object.keys().find(|key| key.eq_ignore_ascii_case(name) && key != name).cloned();
        if !object.contains_key(*name)
            && let Some(other) = other
            && let Some(value) = object.remove(&other)
        {
            notes.insert(format!("{name} is written {other}"));
            object.insert((*name).to_owned(), value);
        }
        if let Some(value) = object.get_mut(*name) {
            convert(value, *type_, name, notes);
        }
    }
}

fn convert_scalar(value: &mut Value, type_: Type, name: &str, notes: &mut Notes) {
    let (taken, note) = match (type_, &*value) {
        (Type::Whole, Value::String(text)) => (text.trim().parse::<i64>().ok().map(Value::from), "text, not a number"),
        (Type::Whole, Value::Number(number)) if !number.is_i64() => {
            (number.as_f64().and_then(whole).map(Value::from), "a number with a decimal point")
        }
        // A number that does not fit would come back as another id.
        (Type::Text, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            (Some(Value::from(number.to_string())), "a number, not text")
        }
        (Type::Text, Value::Bool(flag)) => (Some(Value::from(flag.to_string())), "a boolean, not text"),
        (Type::Flag, Value::String(text)) => {
            (text.trim().to_ascii_lowercase().parse::<bool>().ok().map(Value::from), "text, not a boolean")
        }
        (Type::Flag, Value::Number(number)) => {
            (number.as_i64().map(|number| Value::from(number != 0)), "a number, not a boolean")
        }
        _ => return,
    };
    if let Some(taken) = taken {
        notes.insert(format!("{name} is {note}"));
        *value = taken;
    }
}

/// A whole number of a size that a floating-point number holds exactly.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn m21_an_answer_is_read_like_the_platform_reads_it() {
        let (read_exactly, notes) = read(r#"{"Code": 0, "Result": "7", "SendNotification": true}"#);
        assert!(notes.is_empty(), "{notes:?}");
        for body in [
            "\u{feff}{\"Code\": 0, \"Result\": \"7\", \"SendNotification\": true}",
            r#"{"code": 0, "RESULT": "7", "sendNotification": true}"#,
            r#"{"Code": "0", "Result": 7, "SendNotification": "True"}"#,
            r#"{"Code": 0.0, "Result": "7", "SendNotification": 1}"#,
        ] {
            let (json, notes) = read(body);
            assert_eq!(json, read_exactly, "{body}");
            assert!(!notes.is_empty(), "{body}");
        }
        for body in
            [r#"{"Code": 0.5}"#, r#"{"Code": "ok"}"#, r#"{"Result": 123456789012345678901234}"#, r#"{"Result": {}}"#]
        {
            let (json, notes) = read(body);
            assert_eq!(json, serde_json::from_str::<Value>(body).unwrap(), "not read as anything else");
            assert!(notes.is_empty(), "{notes:?}");
        }
    }

    #[test]
    fn m21_options_are_read_like_the_platform_reads_them() {
        let exact = json!({ "Fields": [{ "ID": "5", "Definition": {
            "ID": "5", "SortOrder": 1, "Kind": "List", "IsRequired": true, "PredefinedValues": [{ "ID": "1", "Name": "2" }],
        } }] });
        let (json, notes) = read(
            r#"{"fields": [{"id": 5, "definition": {"ID": 5, "sortOrder": "1", "Kind": "list", "isRequired": "true",
                "predefinedValues": [{"ID": 1, "name": 2}]}}]}"#,
        );
        assert_eq!(json, exact);
        assert!(notes.contains("ID is a number, not text") && notes.contains("Kind is List in another letter case"));
        let extra = json!({ "AccountExtraInfo": { "Tenant": 5, "code": "1", "more": {} } });
        let (json, notes) = read(&extra.to_string());
        let (pairs, known) = (&json["AccountExtraInfo"], json!({ "Tenant": "5", "code": "1", "more": {} }));
        assert_eq!((pairs, notes.len()), (&known, 1), "keys are the vendor's own");
    }
}
