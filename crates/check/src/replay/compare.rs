//! Compares an answer with the recorded one. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::rules;
use crate::answer::Exchange;
use crate::rules::Rule;
use crate::run::CUSTOMER_BAND;

/// The endpoints of the contract that a replay knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The sync options.
    SyncOptions,
    /// Whether an account exists.
    Exists,
    /// Create or update a customer.
    Synchronize,
    /// Delete a customer.
    Delete,
}

/// A rule, and how an answer differs from the recorded one.
pub type Difference = (&'static Rule, String);

/// Members that have two spellings, the usual one first.
const SPELLINGS: [[&str; 2]; 3] = [["Code", "ErrorCode"], ["Message", "ErrorMessage"], ["Result", "Results"]];
/// The members of the contract.
const CONTRACT: [&str; 6] = ["Code", "Message", "Result", "AccountExtraInfo", "SendNotification", "GeneratedPassword"];

/// What Exists says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existence {
    Absent,
    Found,
    Invalid,
    Error,
}

impl Endpoint {
    /// The endpoint by its name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::SyncOptions, Self::Exists, Self::Synchronize, Self::Delete];
        all.into_iter().find(|endpoint| endpoint.as_str().eq_ignore_ascii_case(name))
    }

    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SyncOptions => "SyncOptions",
            Self::Exists => "Exists",
            Self::Synchronize => "Synchronize",
            Self::Delete => "Delete",
        }
    }
}

/// The rules that the answer to a recorded call is about.
pub fn concerned(endpoint: Endpoint, recorded: &Exchange) -> Vec<&'static Rule> {
    let mut rules = vec![rules::ANSWERED, rules::STATUS];
    if !recorded.is_answer() {
        return rules;
    }
    rules.push(rules::SPELLING);
    match endpoint {
        Endpoint::SyncOptions if recorded.lists_options() => rules.extend([rules::SUCCEEDS, rules::OPTIONS]),
        Endpoint::Exists if recorded.code() == Some(1) => rules.extend([rules::EXISTS, rules::IDS]),
        Endpoint::Exists if recorded.code().is_some_and(|code| code >= 0) => rules.push(rules::EXISTS),
        Endpoint::Synchronize if recorded.code() == Some(0) => rules.extend([rules::SUCCEEDS, rules::IDS]),
        Endpoint::Delete if recorded.code() == Some(0) => rules.push(rules::SUCCEEDS),
        _ if recorded.code().is_some() => rules.extend([rules::REFUSES, rules::CODES]),
        _ => {}
    }
    if endpoint != Endpoint::SyncOptions && recorded.object().is_some() {
        rules.extend([rules::SHAPE, rules::VALUES]);
    }
    rules
}

/// How an answer differs from the recorded one.
pub fn differences(endpoint: Endpoint, recorded: &Exchange, now: &Exchange) -> Vec<Difference> {
    let status = |exchange: &Exchange| exchange.status.map(|status| status.to_string()).unwrap_or_default();
    if now.status.is_none() {
        return vec![(rules::ANSWERED, now.body.clone())];
    }
    if recorded.is_answer() && !now.is_answer() {
        return vec![(rules::ANSWERED, format!("the status is {}, recorded was {}", status(now), status(recorded)))];
    }
    let mut found = Vec::new();
    if recorded.status != now.status {
        found.push((rules::STATUS, format!("the status is {}, recorded was {}", status(now), status(recorded))));
    }
    if !recorded.is_answer() {
        return found;
    }
    let notes: Vec<&str> = now.notes.difference(&recorded.notes).map(String::as_str).collect();
    if !notes.is_empty() {
        found.push((rules::SPELLING, notes.join("; ")));
    }
    match endpoint {
        Endpoint::SyncOptions => found.extend(options(recorded, now)),
        Endpoint::Exists => found.extend(existence(recorded, now)),
        Endpoint::Synchronize | Endpoint::Delete => found.extend(success(endpoint, recorded, now)),
    }
    // Where the outcome is another one, the members are others too.
    let same_outcome = now.code().is_some() && (recorded.code() == Some(0)) == (now.code() == Some(0));
    if let (Some(before), Some(after)) = (recorded.object(), now.object())
        && endpoint != Endpoint::SyncOptions
        && same_outcome
    {
        found.extend(members(before, after));
    }
    found
}

fn success(endpoint: Endpoint, recorded: &Exchange, now: &Exchange) -> Option<Difference> {
    let (before, after) = (recorded.code()?, now.code());
    let Some(after) = after else { return Some((rules::SHAPE, no_code(now))) };
    match (before, after) {
        (0, 0) if endpoint == Endpoint::Synchronize && recorded.result().is_some() && now.result().is_none() => {
            Some((rules::IDS, "Result holds no id".to_owned()))
        }
        (0, 0) => None,
        (0, _) => Some((rules::SUCCEEDS, format!("{}; recorded was Code 0", now.outcome()))),
        (_, 0) => Some((rules::REFUSES, format!("Code is 0; recorded was {}", quoted(recorded)))),
        _ => codes(recorded, now),
    }
}

fn existence(recorded: &Exchange, now: &Exchange) -> Option<Difference> {
    let (before, after) = (recorded.code()?, now.code());
    let Some(after) = after else { return Some((rules::SHAPE, no_code(now))) };
    match (Existence::of(before), Existence::of(after)) {
        (Existence::Found, Existence::Found) if recorded.result().is_some() && now.result().is_none() => {
            Some((rules::IDS, "Result holds no id".to_owned()))
        }
        (Existence::Error, Existence::Error) => codes(recorded, now),
        (before, after) if before == after => None,
        (Existence::Error, _) => Some((rules::REFUSES, format!("{}; recorded was {}", quoted(now), quoted(recorded)))),
        (before, after) => {
            let found = format!(
                "{}: {}; recorded was Code {}: {}",
                quoted(now),
                after.words(),
                recorded.code()?,
                before.words()
            );
            Some((rules::EXISTS, found))
        }
    }
}

impl Existence {
    const fn of(code: i64) -> Self {
        match code {
            ..=-1 => Self::Error,
            1 => Self::Found,
            2 => Self::Invalid,
            _ => Self::Absent,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Absent => "it does not exist",
            Self::Found => "it exists",
            Self::Invalid => "it exists but is not valid",
            Self::Error => "an error",
        }
    }
}

fn codes(recorded: &Exchange, now: &Exchange) -> Option<Difference> {
    let (before, after) = (recorded.code()?, now.code()?);
    if before == after {
        return None;
    }
    let reads = match (CUSTOMER_BAND.contains(&before), CUSTOMER_BAND.contains(&after)) {
        (true, false) => ". The customer reads “Contact your support department” now",
        (false, true) => ". The customer reads the message now",
        _ => "",
    };
    Some((rules::CODES, format!("Code is {after}; recorded was {before}{reads}")))
}

fn quoted(exchange: &Exchange) -> String {
    exchange.code().map_or_else(|| exchange.outcome(), |code| format!("Code {code}"))
}

fn no_code(now: &Exchange) -> String {
    match now.object() {
        None => "the answer is not a JSON object".to_owned(),
        Some(_) => "there is neither Code nor ErrorCode as a whole number".to_owned(),
    }
}

/// Compares the members of an answer by presence and type.
fn members(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Difference> {
    let (before, after) = (by_name(before), by_name(after));
    let mut found = Vec::new();
    for (name, was) in &before {
        let is_contract = CONTRACT.contains(name);
        match after.get(name) {
            // Other rules are about these, and a message is for people.
            None if matches!(*name, "Code" | "Result" | "Message") || is_blank(was) => {}
            None => found.push((rules::VALUES, format!("there is no {name}; recorded was {}", type_of(was)))),
            Some(is) if type_of(is) != type_of(was) && !was.is_null() && !is.is_null() => {
                let rule = if is_contract { rules::SHAPE } else { rules::VALUES };
                found.push((rule, format!("{name} is {}; recorded was {}", type_of(is), type_of(was))));
            }
            Some(is) => found.extend(values(name, was, is)),
        }
    }
    if after.get("GeneratedPassword").is_some_and(|value| !is_blank(value)) && !before.contains_key("GeneratedPassword")
    {
        found.push((rules::VALUES, "GeneratedPassword is new: a password is answered".to_owned()));
    }
    found
}

/// Members whose value matters, not only its type.
fn values(name: &str, was: &Value, is: &Value) -> Option<Difference> {
    match name {
        "SendNotification" if was != is => {
            Some((rules::VALUES, format!("SendNotification is {is}; recorded was {was}")))
        }
        "AccountExtraInfo" => {
            let (was, is) = (was.as_object()?, is.as_object()?);
            let gone: Vec<&str> = was.keys().filter(|key| !is.contains_key(*key)).map(String::as_str).collect();
            let found = format!("AccountExtraInfo has no {} any more", gone.join(", "));
            (!gone.is_empty()).then_some((rules::VALUES, found))
        }
        _ => None,
    }
}

/// The members by their usual names. Of two spellings, the one with a value counts.
fn by_name(members: &Map<String, Value>) -> BTreeMap<&str, &Value> {
    let mut named: BTreeMap<&str, &Value> = BTreeMap::new();
    for (name, value) in members {
        let spelt = SPELLINGS.iter().find(|spellings| spellings.contains(&name.as_str()));
        let name = spelt.map_or(name.as_str(), |spellings| spellings[0]);
        if !value.is_null() || !named.contains_key(name) {
            named.insert(name, value);
        }
    }
    named
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn options(recorded: &Exchange, now: &Exchange) -> Vec<Difference> {
    if !recorded.lists_options() {
        return Vec::new();
    }
    if !now.lists_options() {
        return vec![(rules::SUCCEEDS, "the options are not listed".to_owned())];
    }
    let (before, after) = (definitions(recorded), definitions(now));
    let mut found = Vec::new();
    for (id, was) in &before {
        let Some(is) = after.get(id) else {
            found.push(format!("{id} is gone"));
            continue;
        };
        for (what, was, is) in was.iter().zip(is).map(|((name, was), (_, is))| (name, was, is)) {
            if was != is {
                found.push(format!("{what} of {id} is {is}; recorded was {was}"));
            }
        }
    }
    for (id, is) in after.iter().filter(|(id, _)| !before.contains_key(*id)) {
        let required = is.iter().any(|(name, value)| *name == "IsRequired" && value == "true");
        found.push(format!("{id} is new{}", if required { " and required" } else { "" }));
    }
    if found.is_empty() { Vec::new() } else { vec![(rules::OPTIONS, found.join("; "))] }
}

/// What matters about each option, by its id.
fn definitions(exchange: &Exchange) -> BTreeMap<String, Vec<(&'static str, String)>> {
    const FACTS: [&str; 5] = ["Kind", "DataType", "IsRequired", "IsReadOnly", "AvailableToStorefront"];
    let mut definitions = BTreeMap::new();
    for option in exchange.fields().into_iter().flatten() {
        let Some(id) = option["ID"].as_str() else { continue };
        let definition = &option["Definition"];
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let mut facts: Vec<(&'static str, String)> =
            FACTS.into_iter().map(|name| (name, text(&definition[name]))).collect();
        let choices = definition["PredefinedValues"].as_array().into_iter().flatten();
        let choices: Vec<String> = choices.map(|choice| text(&choice["ID"])).collect();
        facts.push(("PredefinedValues", choices.join(", ")));
        definitions.insert(id.to_owned(), facts);
    }
    definitions
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exchange(status: u16, body: &Value) -> Exchange {
        Exchange::answered(String::new(), status, body.to_string())
    }

    fn found(endpoint: Endpoint, recorded: &Value, now: &Value) -> Vec<(&'static str, String)> {
        let found = differences(endpoint, &exchange(200, recorded), &exchange(200, now));
        found.into_iter().map(|(rule, text)| (rule.id, text)).collect()
    }

    fn ids(endpoint: Endpoint, recorded: &Value, now: &Value) -> Vec<&'static str> {
        found(endpoint, recorded, now).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn m22_the_same_answer_with_other_ids_and_messages_does_not_differ() {
        let recorded = json!({
            "Code": 0, "Message": "", "Result": "c-1", "AccountExtraInfo": { "tenant": "1" }, "SendNotification": true,
        });
        let now = json!({
            "ErrorCode": 0, "ErrorMessage": "created", "Results": "c-9", "AccountExtraInfo": { "tenant": "9", "more": "x" },
            "SendNotification": true, "Took": 3,
        });
        assert_eq!(found(Endpoint::Synchronize, &recorded, &now), []);
        let (was, is) =
            (json!({ "Code": -80_003, "Message": "a" }), json!({ "Code": -80_003, "Message": "b", "Result": "" }));
        assert_eq!(found(Endpoint::Synchronize, &was, &is), []);
        assert_eq!(found(Endpoint::Exists, &json!({ "Code": 0 }), &json!({ "Code": 3 })), [], "both say absent");
    }

    #[test]
    fn m22_a_success_that_is_refused_breaks_the_rule_and_a_refusal_that_succeeds_is_advice() {
        let (made, refused) =
            (json!({ "Code": 0, "Result": "c-1" }), json!({ "Code": -105, "Message": "no licences" }));
        let broken = found(Endpoint::Synchronize, &made, &refused);
        assert_eq!(broken, [("P3", "Code is -105: no licences; recorded was Code 0".to_owned())]);
        assert_eq!(ids(Endpoint::Synchronize, &refused, &made), ["P7"]);
        assert_eq!(ids(Endpoint::Delete, &made, &refused), ["P3"]);
        assert_eq!(ids(Endpoint::Synchronize, &made, &json!({ "Code": 0, "Result": "" })), ["P5"]);
        assert_eq!(ids(Endpoint::Synchronize, &made, &json!({ "Result": "Ok" })), ["P6"]);
    }

    #[test]
    fn m22_exists_is_compared_by_what_its_code_means() {
        let answer = |code: i64| json!({ "Code": code, "Result": "c-1", "Message": "m" });
        for (was, is, expected) in [
            (1, 0, vec!["P4"]),
            (0, 1, vec!["P4"]),
            (1, 2, vec!["P4"]),
            (0, -1, vec!["P4"]),
            (-1, 0, vec!["P7"]),
            (-1, -2, vec!["P8"]),
            (0, 7, vec![]),
        ] {
            assert_eq!(ids(Endpoint::Exists, &answer(was), &answer(is)), expected, "{was} {is}");
        }
        assert_eq!(ids(Endpoint::Exists, &answer(1), &json!({ "Code": 1 })), ["P5"]);
    }

    #[test]
    fn m22_a_code_that_leaves_the_customers_range_says_what_the_customer_reads() {
        let refused = |code: i64| json!({ "Code": code, "Message": "Enter a domain." });
        let [(id, text)] = &found(Endpoint::Synchronize, &refused(-80_017), &refused(-105))[..] else {
            panic!("one difference was expected");
        };
        assert_eq!(*id, "P8");
        assert!(text.contains("recorded was -80017") && text.contains("Contact your support department"), "{text}");
    }

    #[test]
    fn m22_statuses_and_lost_answers_are_compared_first() {
        let (body, page) = (json!({ "Code": 0, "Result": "c-1" }), json!("<h1>Error</h1>"));
        let ids = |was: &Exchange, now: &Exchange| -> Vec<&str> {
            differences(Endpoint::Synchronize, was, now).into_iter().map(|(rule, _)| rule.id).collect()
        };
        let lost = Exchange::unanswered(String::new(), "no answer: it took too long".to_owned());
        assert_eq!(ids(&exchange(200, &body), &lost), ["P2"]);
        assert_eq!(ids(&exchange(200, &body), &exchange(503, &body)), ["P2"], "whatever the body claims");
        assert_eq!(ids(&exchange(200, &body), &exchange(201, &body)), ["P11"]);
        assert_eq!(ids(&exchange(503, &page), &exchange(200, &body)), ["P11"]);
        assert_eq!(ids(&exchange(503, &page), &exchange(503, &body)), [] as [&str; 0]);
    }

    #[test]
    fn m22_types_break_the_shape_and_spellings_are_advice() {
        let recorded = json!({ "Code": 0, "Result": "7", "AccountExtraInfo": { "tenant": "1", "region": "eu" } });
        let list = json!({ "Code": 0, "Result": ["7"], "AccountExtraInfo": { "tenant": "1", "region": "eu" } });
        assert_eq!(ids(Endpoint::Synchronize, &recorded, &list), ["P5", "P6"]);
        let odd = json!({ "code": "0", "result": 7, "accountExtraInfo": { "tenant": "1", "region": "eu" } });
        let [(id, text)] = &found(Endpoint::Synchronize, &recorded, &odd)[..] else { panic!("spelling alone") };
        assert!(*id == "P12" && text.contains("Code is written code") && text.contains("Result is a number"), "{text}");
        assert_eq!(found(Endpoint::Synchronize, &odd, &odd), [], "it was so before");
        let fewer = json!({ "Code": 0, "Result": "7", "AccountExtraInfo": { "tenant": "1" } });
        let lost = found(Endpoint::Synchronize, &recorded, &fewer);
        assert_eq!(lost, [("P10", "AccountExtraInfo has no region any more".to_owned())]);
        let (with, without) =
            (json!({ "Code": 0, "Result": "7", "SendNotification": true }), json!({ "Code": 0, "Result": "7" }));
        assert_eq!(ids(Endpoint::Synchronize, &with, &without), ["P10"]);
        let password = json!({ "Code": 0, "Result": "7", "GeneratedPassword": "•••" });
        assert_eq!(ids(Endpoint::Synchronize, &without, &password), ["P10"]);
    }

    #[test]
    fn m22_options_are_compared_by_id_and_definition() {
        let option = |id: &str, kind: &str, required: bool| {
            let choices = json!([{ "ID": "1", "Name": "User" }]);
            json!({ "ID": id, "Definition": {
                "ID": id, "Name": id, "Kind": kind, "DataType": "Text", "IsRequired": required, "PredefinedValues": choices,
            } })
        };
        let list = |options: &[Value]| json!({ "Fields": options });
        let recorded = list(&[option("domain", "SimpleValue", true), option("role", "List", false)]);
        let bare = json!([option("role", "List", false), option("domain", "SimpleValue", true)]);
        assert_eq!(found(Endpoint::SyncOptions, &recorded, &recorded), []);
        assert!(!ids(Endpoint::SyncOptions, &recorded, &bare).contains(&"P9"), "the order says nothing");
        let changed = list(&[option("domain", "Link", true), option("region", "List", true)]);
        let [(id, text)] = &found(Endpoint::SyncOptions, &recorded, &changed)[..] else { panic!("one difference") };
        assert_eq!(*id, "P9");
        for part in ["Kind of domain is Link; recorded was SimpleValue", "role is gone", "region is new and required"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(ids(Endpoint::SyncOptions, &recorded, &json!({ "Code": -5, "Message": "no" })), ["P3"]);
    }
}
