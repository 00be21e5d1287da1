//! Lenient reading of JSON: ids can be numbers or strings, and missing values can be `null`, `""` or absent.

use jiff::Timestamp;
use serde_json::Value;

/// A string or number as text. `None` for other types and blank strings.
pub(crate) fn text(object: &Value, key: &str) -> Option<String> {
    scalar(object.get(key)?)
}

/// A string or number as text. `None` for other types and blank strings.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string())),
        _ => None,
    }
}

/// A whole number, which some answers write as `7.0`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok())
}

/// All texts of an array.
pub(crate) fn texts(object: &Value, key: &str) -> Vec<String> {
    object.get(key).and_then(Value::as_array).map(|items| items.iter().filter_map(scalar).collect()).unwrap_or_default()
}

/// A boolean, or its text.
pub(crate) fn flag(object: &Value, key: &str) -> Option<bool> {
    match object.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// A timestamp with any offset.
pub(crate) fn time(object: &Value, key: &str) -> Option<Timestamp> {
    object.get(key)?.as_str()?.parse().ok().map(tessera_core::kernel::clock::whole_micros)
}

/// Whether the text is valid as an object's id. It becomes a path segment of a URL, where `..` and `/` would address
/// another object.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether the text is valid as an object's id in a system whose ids are numbers. Any other text names nothing there, and
/// another spelling of a number, such as `07`, is answered with an object of another id.
pub(crate) fn is_number(text: &str) -> bool {
    (1..=18).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Joins the parts of a name with a blank.
pub(crate) fn joined(first: Option<String>, last: Option<String>) -> Option<String> {
    let parts: Vec<String> = [first, last].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
