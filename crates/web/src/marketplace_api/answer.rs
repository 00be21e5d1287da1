//! Writing responses, with field names in both spellings that are in use (`M18`).

use serde_json::{Value, json};
use tessera_core::marketplace::SyncOption;
use tessera_hub::marketplace::Answer;

/// The body of a response.
pub(crate) fn body(answer: &Answer) -> Value {
    let code = answer.code();
    match answer {
        Answer::Options(options) => {
            let fields: Vec<Value> = (0..).zip(options).map(|(order, option)| field(order, option)).collect();
            json!({ "Fields": fields, "Code": code, "Message": "", "ErrorCode": code, "ErrorMessage": "" })
        }
        Answer::Synchronized { customer_id, extra, notify } => {
            let mut body = common(code, "", &customer_id.to_string());
            body["AccountExtraInfo"] = json!(extra);
            body["SendNotification"] = json!(notify);
            body
        }
        Answer::Exists(customer_id) => common(code, "", &customer_id.to_string()),
        Answer::Absent => common(code, "", ""),
        Answer::Invalid(why) | Answer::Deleted { note: why, .. } => common(code, why, ""),
        Answer::Refused(refusal) => common(code, &refusal.message(), ""),
    }
}

fn common(code: i32, message: &str, result: &str) -> Value {
    json!({
        "Code": code, "Message": message, "Result": result,
        "ErrorCode": code, "ErrorMessage": message, "Results": result,
    })
}

/// A sync option, with its members in the contract's order.
fn field(order: u32, option: &SyncOption) -> Value {
    let values = (0_u32..).zip(&option.values).map(|(order, choice)| {
        json!({
            "ID": choice.id,
            "SortOrder": order,
            "Name": choice.name,
            "Description": choice.description,
            "IsDefault": choice.default,
        })
    });
    json!({
        "ID": option.id,
        "Definition": {
            "ID": option.id,
            "SortOrder": order,
            "Name": option.name,
            "Description": option.description,
            "Kind": option.kind,
            "DataType": option.data_type,
            "IsRequired": option.required,
            "PredefinedValues": values.collect::<Vec<_>>(),
            "IsReadOnly": option.read_only,
            "AvailableToStorefront": option.storefront,
        },
    })
}
