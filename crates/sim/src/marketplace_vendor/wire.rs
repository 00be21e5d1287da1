//! Answers of the vendor, and the effects of faults on them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Vendor;
use super::fault::Fault;
use super::model::Refused;

/// JSON with status 200.
pub fn json(body: &Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}

/// An error answer.
pub fn refusal(vendor: &Vendor, refused: &Refused) -> Response {
    if vendor.has(Fault::AnswersOk) {
        return json(&json!({ "Result": "Ok" }));
    }
    json(&json!({ "Code": refused.code, "Message": refused.message, "Result": "" }))
}

/// A success answer with the external id.
pub fn made(vendor: &Vendor, id: &str) -> Response {
    if vendor.has(Fault::AnswersOk) {
        return json(&json!({ "Result": "Ok" }));
    }
    let extra = if vendor.has(Fault::AnswersNumbers) { json!({ "tenant": 4711 }) } else { json!({ "tenant": "4711" }) };
    let mut body = json!({
        "Code": 0, "Message": "", "Result": id, "AccountExtraInfo": extra, "SendNotification": true,
    });
    if vendor.has(Fault::AnswersPasswords) {
        body["GeneratedPassword"] = Value::from("{P@ssw0rd}");
    }
    json(&body)
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
    if vendor.has(Fault::DemandsTheImpossible) {
        fields[1]["Definition"]["IsReadOnly"] = Value::from(true);
    }
    if vendor.has(Fault::ListsOptionsBare) {
        return json(&Value::from(fields));
    }
    json(&json!({ "Fields": fields }))
}
