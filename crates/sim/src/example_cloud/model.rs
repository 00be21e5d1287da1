//! The customers of Example Cloud, and what its operations do.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The first customer's number.
const FIRST: u64 = 700_101;

/// All customers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Customers {
    /// In the order of their creation.
    pub all: Vec<Customer>,
    /// Number of customers that were ever created.
    made: u64,
}

/// A customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Customer {
    /// Its id, a number as text.
    pub external_id: String,
    /// The account's id at the platform.
    pub account: String,
    /// Name.
    pub name: String,
    /// Domain.
    pub domain: String,
    /// Plan.
    pub plan: String,
}

/// The sync options.
pub fn options() -> Value {
    let option = |id: &str, order: u32, name: &str, kind: &str, required: bool, storefront: bool, values: Value| {
        json!({ "ID": id, "Definition": {
            "ID": id, "SortOrder": order, "Name": name, "Description": null, "Kind": kind, "DataType": "Text",
            "IsRequired": required, "PredefinedValues": values, "IsReadOnly": false, "AvailableToStorefront": storefront,
        } })
    };
    let choice = |id: &str, order: u32, name: &str| json!({ "ID": id, "SortOrder": order, "Name": name, "Description": null, "IsDefault": order == 0 });
    let plans = json!([choice("s", 0, "Small"), choice("l", 1, "Large")]);
    json!({ "Fields": [
        option("username", 0, "Username", "SimpleValue", true, false, json!([])),
        option("domain", 1, "Domain", "SimpleValue", false, true, json!([])),
        option("plan", 2, "Plan", "List", false, true, plans),
        option("contract_number", 3, "Contract number", "SimpleValue", false, false, json!([])),
    ] })
}

impl Customers {
    /// Carries out an operation, given in lower case. The answer.
    pub fn carry_out(&mut self, operation: &str, body: &Value) -> Value {
        match operation {
            "exists" => self.exists(body),
            "synchronize" => self.synchronize(body),
            "delete" => {
                let id = text(&body["ExternalID"]);
                self.all.retain(|customer| customer.external_id != id);
                json!({ "Code": 0, "Message": "" })
            }
            _ => json!({ "Code": -2, "Message": "There is no such operation." }),
        }
    }

    /// The answer of Exists or Synchronize with the id of a customer who is not this account's.
    pub fn as_another(&self, operation: &str, body: &Value) -> Value {
        let account = text(&body["ID"]);
        let other = self.all.iter().find(|customer| customer.account != account);
        let id = other.map_or_else(|| FIRST.saturating_sub(1).to_string(), |customer| customer.external_id.clone());
        json!({ "Code": i32::from(operation == "exists"), "Message": "", "Result": id })
    }

    fn exists(&self, body: &Value) -> Value {
        let found = |id: &str| json!({ "Code": 1, "Message": "", "Result": id });
        if let Some(customer) = self.find(body) {
            return found(&customer.external_id);
        }
        let domain = text(&body["SyncOptions"]["domain"]).to_lowercase();
        let taken = !domain.is_empty() && self.all.iter().any(|customer| customer.domain == domain);
        if taken && text(&body["ExternalID"]).is_empty() {
            return json!({ "Code": 2, "Message": "This domain belongs to another account.", "Result": "" });
        }
        json!({ "Code": 0, "Message": "", "Result": "" })
    }

    fn synchronize(&mut self, body: &Value) -> Value {
        let (account, name) = (text(&body["ID"]).to_owned(), text(&body["Name"]).to_owned());
        if account.is_empty() || name.trim().is_empty() {
            return json!({ "Code": -80_001, "Message": "Enter a name.", "Result": "" });
        }
        let (domain, plan) = (text(&body["SyncOptions"]["domain"]).to_lowercase(), text(&body["SyncOptions"]["plan"]));
        let plan = plan.to_owned();
        if body["IsTest"] == true || body["CheckOnly"] == true {
            return json!({ "Code": 0, "Message": "", "Result": "test", "SendNotification": false });
        }
        let id = if let Some(id) = self.find(body).map(|customer| customer.external_id.clone()) {
            for customer in self.all.iter_mut().filter(|customer| customer.external_id == id) {
                (customer.account, customer.name) = (account.clone(), name.clone());
                (customer.domain, customer.plan) = (domain.clone(), plan.clone());
            }
            id
        } else {
            let external_id = (FIRST + self.made).to_string();
            self.made += 1;
            self.all.push(Customer { external_id: external_id.clone(), account, name, domain, plan });
            external_id
        };
        let extra = json!({ "tenant": format!("t-{id}"), "console_url": "https://cloud.example/console" });
        json!({ "Code": 0, "Message": "", "Result": id, "AccountExtraInfo": extra, "SendNotification": true })
    }

    fn find(&self, body: &Value) -> Option<&Customer> {
        let (external_id, account) = (text(&body["ExternalID"]), text(&body["ID"]));
        let fits = |customer: &&Customer| match external_id {
            "" => !account.is_empty() && customer.account == account,
            id => customer.external_id == id,
        };
        self.all.iter().find(fits)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
