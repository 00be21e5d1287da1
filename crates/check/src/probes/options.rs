//! Sync options: whether a platform can make form fields of them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::SeenOption;
use crate::answer::Exchange;
use crate::reading::{DATA_TYPES, KINDS};
use crate::rules;
use crate::run::Run;

/// Maximum number of options with a test value.
const MOST: usize = 200;

/// Requests the options twice and checks each.
pub async fn all(run: &mut Run) {
    let exchange = run.call("SyncOptions", None).await;
    let Some(fields) = exchange.fields().cloned() else {
        return run.judge(
            rules::OPTIONS,
            &exchange,
            Err(format!("there is no list of options; {}", exchange.outcome())),
        );
    };
    run.judge(rules::OPTIONS, &exchange, Ok(()));
    let bare = || "the answer is the list itself".to_owned();
    run.judge(rules::WRAPPED, &exchange, exchange.object().map(drop).ok_or_else(bare));
    each(run, &exchange, &fields);
    run.options = fields.iter().filter_map(seen).take(MOST).collect();
    username(run, &exchange, &fields);
    let again = run.call("SyncOptions", None).await;
    let same = again.fields() == Some(&fields);
    run.judge(rules::STEADY, &again, same.then_some(()).ok_or_else(|| "the second answer differs".to_owned()));
}

/// The rules about single options.
fn each(run: &mut Run, exchange: &Exchange, fields: &[Value]) {
    for (rule, verdict) in [
        (rules::DEFINITION, defined(fields)),
        (rules::KINDS, fields.iter().try_for_each(known)),
        (rules::VALUES, fields.iter().try_for_each(values)),
        (rules::FILLABLE, fields.iter().try_for_each(fillable)),
    ] {
        if fields.is_empty() {
            run.does_not_apply(rule, "there are no options");
        } else {
            run.judge(rule, exchange, verdict);
        }
    }
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
        must(has_text(&definition["Name"]), "Definition.Name is missing")?;
        must(definition["SortOrder"].is_i64(), "SortOrder is not a whole number")?;
        must(has_text(&definition["Kind"]), "Kind is missing")?;
        must(has_text(&definition["DataType"]), "DataType is missing")?;
        for flag in ["IsRequired", "IsReadOnly", "AvailableToStorefront"] {
            must(definition[flag].is_boolean(), &format!("{flag} is neither true nor false"))?;
        }
    }
    Ok(())
}

fn has_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn known(field: &Value) -> Result<(), String> {
    for (member, names) in [("Kind", &KINDS[..]), ("DataType", &DATA_TYPES[..])] {
        if let Some(unknown) = field["Definition"][member].as_str().filter(|name| !names.contains(name)) {
            return Err(format!("option “{}”: {member} is “{unknown}”", id(field)));
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
        let named = has_text(&value["Name"]);
        if !own.is_some_and(|own| ids.insert(own.to_owned())) || !named {
            return Err(format!("option “{id}”: a value has no ID of its own, or no Name: {value}"));
        }
    }
    Ok(())
}

fn username(run: &mut Run, exchange: &Exchange, fields: &[Value]) {
    let Some(field) = fields.iter().find(|field| id(field).eq_ignore_ascii_case("username")) else {
        return run.does_not_apply(rules::USERNAME, "there is no option called username");
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
