//! The answer to a call, and its body with field names in both spellings that are in use (`M18`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Code, MarketplaceError, SyncOption};
use crate::kernel::ids::CustomerId;

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The synchronization options.
    Options(Vec<SyncOption>),
    /// The account is synchronized (`M07`).
    Synchronized {
        /// The customer's id, which is the external id of the account.
        customer_id: CustomerId,
        /// Extra values that the platform returns with every later call and may use in its e-mail (`M10`).
        extra: BTreeMap<String, String>,
        /// Whether the platform should send its e-mail (`M12`).
        notify: bool,
    },
    /// The customer exists (`M16`).
    Exists(CustomerId),
    /// The account's own customer exists, and the platform does not know it: the answer that told it may be lost. So this
    /// one says the same (`M12`, `M20`).
    Unheard {
        /// The customer's id.
        customer_id: CustomerId,
        /// Extra values, as in the answer that may be lost.
        extra: BTreeMap<String, String>,
        /// Whether the platform should send its e-mail.
        notify: bool,
    },
    /// The customer does not exist.
    Absent,
    /// The customer exists but cannot be linked. The text gives the reason.
    Invalid(String),
    /// The customer is deleted, by this call or earlier.
    Deleted {
        /// Note, if it was deleted earlier. Empty: deleted by this call.
        note: String,
        /// The account id, if the account is known.
        account: Option<String>,
    },
    /// The call was rejected.
    Refused(MarketplaceError),
}

impl Answer {
    /// The status code of the answer.
    pub fn code(&self) -> i32 {
        match self {
            Self::Refused(refusal) => refusal.code.number(),
            Self::Exists(_) | Self::Unheard { .. } => Code::Exists.number(),
            Self::Invalid(_) => Code::ExistsInvalid.number(),
            Self::Options(_) | Self::Synchronized { .. } | Self::Absent | Self::Deleted { .. } => Code::Ok.number(),
        }
    }

    /// The account of the answer, if the call named only the customer.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Deleted { account, .. } => account.as_deref(),
            _ => None,
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let code = self.code();
        match self {
            Self::Options(options) => {
                let fields: Vec<Value> = (0..).zip(options).map(|(order, option)| field(order, option)).collect();
                json!({ "Fields": fields, "Code": code, "Message": "", "ErrorCode": code, "ErrorMessage": "" })
            }
            Self::Synchronized { customer_id, extra, notify } | Self::Unheard { customer_id, extra, notify } => {
                let mut body = common(code, "", &customer_id.to_string());
                body["AccountExtraInfo"] = json!(extra);
                body["SendNotification"] = json!(notify);
                body
            }
            Self::Exists(customer_id) => common(code, "", &customer_id.to_string()),
            Self::Absent => common(code, "", ""),
            Self::Invalid(why) | Self::Deleted { note: why, .. } => common(code, why, ""),
            Self::Refused(refusal) => common(code, &refusal.message(), ""),
        }
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
