//! Finding the identifiers in a delivery, however the workflow's text substitution has changed its body.
//!
//! The workflow creates a body by replacing placeholders in a text: numbers become text, empty values leave nothing
//! behind, and a quote in a name breaks the JSON. Only identifiers are read from the body, so parsing is lenient and no
//! other content is trusted.

use serde_json::Value;
use tessera_core::sync::jobs::Hint;

/// Maximum length of an id, tag or serial number.
const MAX_LENGTH: usize = 100;
/// Maximum depth of nested objects.
const DEEPEST: usize = 8;

/// The fields of a delivery in which to find each identifier. Names are compared without letter case, spaces, `-` and
/// `_`; a name with a dot refers to a field of a nested object.
#[derive(Debug, Clone)]
pub struct HookFields {
    /// An asset's display id.
    pub display_id: Vec<String>,
    /// An asset's tag.
    pub asset_tag: Vec<String>,
    /// An asset's serial number.
    pub serial: Vec<String>,
    /// A requester's id.
    pub requester_id: Vec<String>,
    /// A ticket's number.
    pub ticket_id: Vec<String>,
}

impl Default for HookFields {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            display_id: names(&["display_id", "asset_display_id"]),
            asset_tag: names(&["asset_tag", "tag"]),
            serial: names(&["serial_number", "serial", "inverter_serial_number"]),
            requester_id: names(&["requester_id", "requester.id"]),
            ticket_id: names(&["ticket_id", "ticket.id", "ticket.id_numeric"]),
        }
    }
}

impl HookFields {
    /// All names of fields.
    pub fn all(&self) -> Vec<&str> {
        let lists = [&self.display_id, &self.asset_tag, &self.serial, &self.requester_id, &self.ticket_id];
        lists.into_iter().flatten().map(String::as_str).collect()
    }
}

/// The objects that a delivery names; empty if there are none. Of an asset's identifiers, only the most reliable one is
/// used.
pub(super) fn hints(fields: &HookFields, query: &str, body: &[u8]) -> Vec<Hint> {
    let found = named(query, body);
    let first = |names: &[String], fits: fn(&str) -> bool| {
        let wanted: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let fitting = |(name, value): &&(String, String)| {
            wanted.iter().any(|wanted| name == wanted || name.rsplit('.').next() == Some(wanted)) && fits(value)
        };
        found.iter().find(fitting).map(|(_, value)| value.clone())
    };
    let asset = first(&fields.display_id, is_id)
        .map(|display_id| Hint::Asset { display_id })
        .or_else(|| first(&fields.asset_tag, is_number).map(|tag| Hint::AssetTag { tag }))
        .or_else(|| first(&fields.serial, is_number).map(|serial| Hint::Serial { serial }));
    let requester = first(&fields.requester_id, is_id).map(|id| Hint::Requester { id });
    let ticket = first(&fields.ticket_id, is_ticket).map(|id| Hint::Ticket { id: digits(&id) });
    asset.into_iter().chain(requester).chain(ticket).collect()
}

/// An excerpt of a delivery that staff may see: the names of its fields, with every value masked.
pub(super) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]).into_owned();
    let mut shown = String::new();
    for (word, after) in words(&text) {
        let is_name = after.trim_start_matches(['"', '\'']).trim_start().starts_with([':', '='])
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        for c in word.chars() {
            match c {
                _ if is_name => shown.push(c),
                c if c.is_numeric() => shown.push('0'),
                c if c.is_alphabetic() => shown.push('x'),
                c if c.is_control() => shown.push(' '),
                c => shown.push(c),
            }
        }
    }
    shown
}

/// Splits a text into words and what is between them, each with the text that follows it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some((word, after))
    })
}

/// All names and values, of the body first and then of the query.
fn named(query: &str, body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let mut found = Vec::new();
    match serde_json::from_str::<Value>(&text) {
        Ok(value @ (Value::Object(_) | Value::Array(_) | Value::String(_))) => within(&value, "", 0, &mut found),
        _ if text.contains('=') && !text.trim_start().starts_with(['{', '[']) => pairs(&text, &mut found),
        _ => found.extend(scanned(&text)),
    }
    pairs(query, &mut found);
    found
}

fn pairs(text: &str, found: &mut Vec<(String, String)>) {
    let decoded = url::form_urlencoded::parse(text.trim().as_bytes());
    found.extend(decoded.map(|(name, value)| (plain(&name), value.trim().to_owned())));
}

/// Outer fields come before inner ones, because the outermost one is meant.
fn within(value: &Value, path: &str, depth: usize, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if depth < DEEPEST => {
            let name = |key: &str| if path.is_empty() { plain(key) } else { format!("{path}.{}", plain(key)) };
            for (key, value) in fields {
                match value {
                    Value::String(text) => found.push((name(key), text.trim().to_owned())),
                    Value::Number(number) => found.push((name(key), number.to_string())),
                    _ => {}
                }
            }
            for (key, value) in fields.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                within(value, &name(key), depth + 1, found);
            }
        }
        Value::Array(values) if depth < DEEPEST => {
            for value in values {
                within(value, path, depth + 1, found);
            }
        }
        // A body that is quoted as a JSON string.
        Value::String(text) if depth == 0 => {
            if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
                within(&value, path, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// Names and values of a text that is not valid JSON: a name before each colon, and after it a value up to the next
/// quote, comma or brace.
fn scanned(text: &str) -> Vec<(String, String)> {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let mut found = Vec::new();
    for (at, _) in text.match_indices(':') {
        let before = text[..at].trim_end().trim_end_matches(is_quote);
        let begin = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')));
        let name = begin.map_or(before, |begin| before[begin..].trim_start_matches(|c: char| !c.is_alphanumeric()));
        let after = text[at + 1..].trim_start_matches([' ', '\t']).trim_start_matches(is_quote);
        // A longer value is no identifier. Without the limit, a body full of colons would be read to its end for each
        // of them.
        let mut within = after.char_indices().take(MAX_LENGTH + 1);
        let ends = |(_, c): &(usize, char)| is_quote(*c) || matches!(c, ',' | '}' | '\n' | '\r');
        let end = match within.by_ref().find(ends) {
            Some((end, _)) => end,
            None if after.chars().nth(MAX_LENGTH + 1).is_none() => after.len(),
            None => continue,
        };
        if !name.is_empty() && name.len() <= MAX_LENGTH {
            found.push((plain(name), after[..end].trim().to_owned()));
        }
    }
    found
}

/// Normalises a name for comparison. The id that the service desk appends to the names of type fields is removed.
fn plain(name: &str) -> String {
    let name = name.trim().trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    name.chars().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect()
}

fn is_id(value: &str) -> bool {
    tessera_core::activation::requester_id_link::is_requester_id(value)
}

/// Whether the value is a ticket number. People see it with a prefix: `INC-264`.
fn is_ticket(value: &str) -> bool {
    is_id(&digits(value)) && value.len() <= 24
}

fn digits(value: &str) -> String {
    let kind = value.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '#');
    kind.trim_start_matches(['-', ' ', '#']).to_owned()
}

fn is_number(value: &str) -> bool {
    value.len() <= MAX_LENGTH && value.chars().any(char::is_alphanumeric) && !value.contains("{{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<String> {
        hints(&HookFields::default(), "", body.as_bytes()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a17_a_body_full_of_colons_is_read_once() {
        let most = 64 * 1024;
        for part in [":", "a:", "a :\"", "serial_number: "] {
            let found = scanned(&part.repeat(most / part.len()));
            let kept: usize = found.iter().map(|(name, value)| name.len() + value.len()).sum();
            assert!(kept <= 2 * most, "{part}: {kept} bytes of {most}");
        }
        assert_eq!(found(r#"{"name":"Ada "Spark" O'Hara, at: the: roof","display_id":"4""#), ["asset:4"]);
        assert_eq!(found("{\"display_id\":4"), ["asset:4"], "the last value has no end");
    }

    #[test]
    fn a17_whatever_the_substitution_makes_of_the_body_names_the_asset() {
        for body in [
            r#"{"display_id":"4"}"#,
            r#"{"display_id": 4}"#,
            r#"{"asset":{"display_id":4,"name":"PACE"}}"#,
            r#"[{"asset":{"Display ID":"4"}}]"#,
            r#""{\"display_id\":4}""#,
            // A quote in a name, an empty value, a line break within a text.
            r#"{"name":"Ada "Spark" O'Hara","display_id":"4","used_by":""}"#,
            r#"{"used_by": ,"display_id":4}"#,
            "{\"name\":\"two\nlines\",\"display_id\":\"4\"}",
            "{\"display_id\":\"4\",\"name\":\"cut off",
            "display_id: 4\nname: PACE",
            "display_id=4&name=PACE+5%20kW",
            r#"{"asset_display_id":"4","asset_tag":"ASSET-4"}"#,
        ] {
            assert_eq!(found(body), ["asset:4"], "{body}");
        }
    }

    #[test]
    fn a17_one_identifier_is_enough() {
        assert_eq!(found(r#"{"display_id":"","asset_tag":"asset 4"}"#), ["asset_tag:ASSET4"]);
        assert_eq!(found(r#"{"serial_number_21000855304":"gw-1"}"#), ["serial:GW1"]);
        assert_eq!(found(r#"{"requester":{"id":"777","email":"jane@example.com"}}"#), ["requester:777"]);
        assert_eq!(found(r#"{"display_id":4,"requester_id":"777"}"#), ["asset:4", "requester:777"]);
        for number in ["264", "#264", "INC-264", "#INC-264", "SR-264"] {
            assert_eq!(found(&format!(r#"{{"ticket_id":"{number}"}}"#)), ["ticket:264"], "{number}");
        }
        assert_eq!(found(r#"{"ticket":{"id_numeric":264,"id":"INC-264"}}"#), ["ticket:264"]);
        let by_query = hints(&HookFields::default(), "display_id=4", b"");
        assert_eq!(by_query, [Hint::Asset { display_id: "4".into() }]);
    }

    #[test]
    fn a17_what_names_nothing_names_nothing() {
        for body in [
            "",
            "{}",
            "null",
            "[1]",
            r#"{"display_id":""}"#,
            r#"{"display_id":"../../requesters"}"#,
            r#"{"email":"jane@example.com"}"#,
            r#"{"asset_tag":"{{asset.asset_tag}}"}"#,
            "\u{0}",
            "::::",
        ] {
            assert_eq!(found(body), [] as [&str; 0], "{body}");
        }
        let deep = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
        assert_eq!(found(&deep), [] as [&str; 0]);
    }

    #[test]
    fn a17_the_fields_are_the_operators_choice() {
        let fields = HookFields { display_id: vec!["Anlage.Nummer".into()], ..HookFields::default() };
        let body = r#"{"anlage":{"nummer":"4"},"display_id":"5"}"#;
        assert_eq!(hints(&fields, "", body.as_bytes()), [Hint::Asset { display_id: "4".into() }]);
    }

    #[test]
    fn a17_an_excerpt_shows_names_and_no_values() {
        let shown = excerpt(br#"{"name":"Jane Doe","e_mail":"jane@example.com","n":12"#);
        assert_eq!(shown, r#"{"name":"xxxx xxx","e_mail":"xxxx@xxxxxxx.xxx","n":00"#);
    }
}
