//! Answers of the vendor, and the effects of faults on them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Vendor;
use super::fault::Fault;
use super::model::Refused;

/// JSON with status 200.
pub fn json(vendor: &Vendor, body: &Value) -> Response {
    let mut body = body.clone();
    if vendor.has(Fault::AnswersNumericIds)
        && let Some(number) = body["Result"].as_str().and_then(|id| id.parse::<u64>().ok())
    {
        body["Result"] = Value::from(number);
    }
    if vendor.has(Fault::AnswersTextCodes)
        && let Some(code) = body["Code"].as_i64()
    {
        body["Code"] = Value::from(code.to_string());
    }
    if vendor.has(Fault::AnswersLowerCase) {
        body = lower_case(body);
    }
    let mark = if vendor.has(Fault::AnswersByteOrderMarks) { "\u{feff}" } else { "" };
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (StatusCode::OK, headers, format!("{mark}{body}")).into_response()
}

/// The body with names in lower case.
fn lower_case(body: Value) -> Value {
    match body {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name.to_lowercase(), lower_case(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(lower_case).collect(),
        scalar => scalar,
    }
}

/// An error answer.
pub fn refusal(vendor: &Vendor, refused: &Refused) -> Response {
    if vendor.has(Fault::AnswersOk) {
        return json(vendor, &json!({ "Result": "Ok" }));
    }
    json(vendor, &json!({ "Code": refused.code, "Message": refused.message, "Result": "" }))
}

/// A success answer with the external id.
pub fn made(vendor: &Vendor, id: &str) -> Response {
    if vendor.has(Fault::AnswersOk) {
        return json(vendor, &json!({ "Result": "Ok" }));
    }
    let extra = if vendor.has(Fault::AnswersNumbers) { json!({ "tenant": 4711 }) } else { json!({ "tenant": "4711" }) };
    let mut body = json!({
        "Code": 0, "Message": "", "Result": id, "AccountExtraInfo": extra, "SendNotification": true,
    });
    if vendor.has(Fault::AnswersPasswords) {
        body["GeneratedPassword"] = Value::from("{P@ssw0rd}");
    }
    json(vendor, &body)
}

/// The sync options.
pub fn options(vendor: &Vendor) -> Response {
    let option = |id: &str, name: &str, kind: &str, order: i64, required: bool, storefront: bool, values: Value| {
        json!({ "ID": id, "Definition": {
            "ID": id, "SortOrder": order, "Name": name, "Description": null, "Kind": kind, "DataType": "Text",
            "IsRequired": required, "PredefinedValues": values, "IsReadOnly": false, "AvailableToStorefront": storefront,
        }})
    };
    let choice = |id: &str, name: &str| json!({ "ID": id, "SortOrder": 0, "Name": name, "Description": null, "IsDefault": id == "1" });
    let kind = if vendor.has(Fault::InventsKinds) { "Dropdown" } else { "SimpleValue" };
    let shown = vendor.has(Fault::AsksCustomersForUsername);
    let mut fields = vec![
        option("username", "Username", "SimpleValue", 0, true, shown, json!([])),
        option("domain", "Domain", kind, 1, true, true, json!([])),
        option("role", "Role", "List", 2, false, false, json!([choice("1", "User"), choice("2", "Reseller")])),
    ];
    if vendor.has(Fault::ListsNumericChoices) {
        for (value, id) in fields[2]["Definition"]["PredefinedValues"].as_array_mut().into_iter().flatten().zip(1..) {
            value["ID"] = Value::from(id);
        }
    }
    if vendor.has(Fault::DemandsTheImpossible) {
        fields[1]["Definition"]["IsReadOnly"] = Value::from(true);
    }
    if vendor.has(Fault::ListsOptionsBare) {
        return json(vendor, &Value::from(fields));
    }
    json(vendor, &json!({ "Fields": fields }))
}
