//! Sync options: whether a platform can make form fields of them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::SeenOption;
use crate::answer::Exchange;
use crate::rules;
use crate::run::Run;

const KINDS: [&str; 10] = [
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
const DATA_TYPES: [&str; 5] = ["Text", "Number", "Currency", "Date", "Unknown"];

/// Maximum number of options with a test value.
const MOST: usize = 200;

/// Requests the options twice and checks each.
pub async fn all(run: &mut Run) {
    let exchange = run.call("SyncOptions", None).await;
    let wrapped = exchange.member(&["Fields"]).and_then(Value::as_array).cloned();
    let missing = || "there is no list called Fields".to_owned();
    run.judge(rules::OPTIONS, &exchange, wrapped.as_ref().map(drop).ok_or_else(missing));
    // A list without the wrapper is accepted here, so that the other checks can run.
    let Some(fields) = wrapped.or_else(|| serde_json::from_str(&exchange.body).ok()) else { return };
    run.judge(rules::DEFINITION, &exchange, defined(&fields));
    run.judge(rules::VALUES, &exchange, fields.iter().try_for_each(values));
    run.options = fields.iter().filter_map(seen).take(MOST).collect();
    username(run, &exchange, &fields);
    run.judge(rules::FILLABLE, &exchange, fields.iter().try_for_each(fillable));
    let again = run.call("SyncOptions", None).await;
    let same = again.body == exchange.body || again.member(&["Fields"]) == exchange.member(&["Fields"]);
    run.judge(rules::STEADY, &again, same.then_some(()).ok_or_else(|| "the second answer differs".to_owned()));
}

fn id(field: &Value) -> &str {
    field["ID"].as_str().unwrap_or_default()
}

fn defined(fields: &[Value]) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for field in fields {
        let (id, definition) = (id(field), &field["Definition"]);
        let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("option “{id}”: {what}")) };
        must(!id.is_empty(), "ID is missing")?;
        must(ids.insert(id.to_owned()), "ID is there twice")?;
        must(definition.is_object(), "Definition is missing")?;
        must(definition["ID"].as_str() == Some(id), "Definition.ID is not the same as ID")?;
        must(definition["Name"].as_str().is_some_and(|name| !name.trim().is_empty()), "Definition.Name is missing")?;
        must(definition["SortOrder"].is_i64(), "SortOrder is not a whole number")?;
        let known =
            |member: &str, names: &[&str]| definition[member].as_str().is_some_and(|text| names.contains(&text));
        must(known("Kind", &KINDS), "Kind is none of the contract's")?;
        must(known("DataType", &DATA_TYPES), "DataType is none of the contract's")?;
        for flag in ["IsRequired", "IsReadOnly", "AvailableToStorefront"] {
            must(definition[flag].is_boolean(), &format!("{flag} is neither true nor false"))?;
        }
    }
    Ok(())
}

fn values(field: &Value) -> Result<(), String> {
    let (id, definition) = (id(field), &field["Definition"]);
    let is_list = matches!(definition["Kind"].as_str(), Some("List" | "ListMultiSelect"));
    let empty = Vec::new();
    let values = definition["PredefinedValues"].as_array().unwrap_or(&empty);
    if is_list == values.is_empty() {
        let what = if is_list { "is a list without PredefinedValues" } else { "has PredefinedValues, but is no list" };
        return Err(format!("option “{id}” {what}"));
    }
    let mut ids = BTreeSet::new();
    for value in values {
        let own = value["ID"].as_str().filter(|id| !id.is_empty());
        let named = value["Name"].as_str().is_some_and(|name| !name.trim().is_empty());
        if !own.is_some_and(|own| ids.insert(own.to_owned())) || !named {
            return Err(format!("option “{id}”: a value has no ID of its own as text, or no Name: {value}"));
        }
    }
    Ok(())
}

fn username(run: &mut Run, exchange: &Exchange, fields: &[Value]) {
    let Some(field) = fields.iter().find(|field| id(field).eq_ignore_ascii_case("username")) else {
        return run.skip(rules::USERNAME, "there is no option called username");
    };
    let definition = &field["Definition"];
    let fits = id(field) == "username"
        && definition["Kind"] == "SimpleValue"
        && definition["DataType"] == "Text"
        && definition["AvailableToStorefront"] == false;
    let wrong = || format!("it is defined as {definition}");
    run.judge(rules::USERNAME, exchange, fits.then_some(()).ok_or_else(wrong));
}

fn fillable(field: &Value) -> Result<(), String> {
    let definition = &field["Definition"];
    let stuck = definition["IsRequired"] == true && definition["IsReadOnly"] == true && id(field) != "username";
    if stuck { Err(format!("option “{}” is required and read-only", id(field))) } else { Ok(()) }
}

fn seen(field: &Value) -> Option<SeenOption> {
    let definition = &field["Definition"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let choices = definition["PredefinedValues"].as_array();
    let choices = choices.into_iter().flatten().map(|value| (text(&value["ID"]), text(&value["Name"])));
    Some(SeenOption {
        id: field["ID"].as_str()?.to_owned(),
        kind: text(&definition["Kind"]),
        data_type: text(&definition["DataType"]),
        required: definition["IsRequired"] == true,
        choices: choices.collect(),
    })
}
