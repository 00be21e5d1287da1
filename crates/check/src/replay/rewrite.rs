//! Rewrites recorded requests for another build of the vendor. Pure.
//!
//! Ids of accounts, e-mail addresses and domains are replaced by new ones, everywhere in the same way, so that the replay
//! meets no customer that is there already, and the same conversation can be replayed again. `ExternalID`s are replaced by
//! those that the new build gave.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::answer::Exchange;
use crate::recording::HIDDEN;

/// Members with the id of an account.
const ACCOUNT_IDS: [&str; 2] = ["ID", "ResellerID"];
/// Members with the id of a customer at the vendor.
const CUSTOMER_IDS: [&str; 2] = ["ExternalID", "ResellerExternalID"];
/// Parts of the ids of options by which vendors tell customers apart.
const UNIQUE_OPTIONS: [&str; 6] = ["domain", "user", "login", "tenant", "prefix", "account"];
/// Maximum length of what is kept of a domain: a label has at most 63 characters.
const MAX_KEPT: usize = 45;

/// What the new build has answered so far, and how requests are rewritten.
#[derive(Debug)]
pub struct Rewriter {
    /// What makes new names unique: lower-case letters and digits.
    tag: String,
    /// Values of options whose recorded values are hidden.
    given: BTreeMap<String, String>,
    /// Options whose values are the vendor's own choices.
    choices: BTreeSet<String>,
    /// The ids that the new build gave, by the recorded ones.
    customers: BTreeMap<String, String>,
    /// The extra values that the new build wants to get back, by the recorded id of the customer.
    extra: BTreeMap<String, Value>,
}

impl Rewriter {
    /// A rewriter for one replay.
    pub fn new(tag: &str, given: &BTreeMap<String, String>) -> Self {
        Self {
            tag: tag.to_owned(),
            given: given.clone(),
            choices: BTreeSet::new(),
            customers: BTreeMap::new(),
            extra: BTreeMap::new(),
        }
    }

    /// Notes which options have choices, which are sent as they are.
    pub fn learn_options(&mut self, options: &Exchange) {
        for option in options.fields().into_iter().flatten() {
            let kind = option["Definition"]["Kind"].as_str().unwrap_or_default();
            if let Some(id) = option["ID"].as_str().filter(|_| kind.starts_with("List")) {
                self.choices.insert(id.to_owned());
            }
        }
    }

    /// The body to send in place of a recorded one.
    ///
    /// # Errors
    /// Why it cannot be sent: it names a customer that the new build has not created in this replay.
    pub fn request(&self, recorded: &Value) -> Result<Value, String> {
        let Some(members) = recorded.as_object() else { return Ok(recorded.clone()) };
        let mut body = Map::new();
        for (name, value) in members {
            body.insert(name.clone(), self.member(name, value, members)?);
        }
        Ok(Value::Object(body))
    }

    /// Notes which customer of the new build is which recorded one.
    ///
    /// # Errors
    /// How the ids contradict each other.
    pub fn learn_customer(&mut self, recorded: &str, now: &str, extra: Option<&Value>) -> Result<(), String> {
        let other = self.customers.iter().find(|(of, id)| of.as_str() != recorded && id.as_str() == now);
        if let Some((other, _)) = other {
            return Err(format!("{now} is the id of two customers; recorded were {other} and {recorded}"));
        }
        match self.customers.get(recorded) {
            Some(before) if before != now => {
                return Err(format!("the id is {now}, before it was {before}; recorded was {recorded} both times"));
            }
            _ => {}
        }
        self.customers.insert(recorded.to_owned(), now.to_owned());
        if let Some(extra) = extra.filter(|extra| extra.is_object()) {
            self.extra.insert(recorded.to_owned(), extra.clone());
        }
        Ok(())
    }

    fn member(&self, name: &str, value: &Value, all: &Map<String, Value>) -> Result<Value, String> {
        let text = value.as_str().unwrap_or_default();
        Ok(match name {
            _ if ACCOUNT_IDS.contains(&name) && !text.is_empty() => Value::from(self.account_id(text)),
            _ if CUSTOMER_IDS.contains(&name) && !text.is_empty() => {
                let known = self.customers.get(text);
                let unknown = || format!("{name} {text} is no customer that was created in this replay");
                Value::from(known.cloned().ok_or_else(unknown)?)
            }
            "Code" if !text.is_empty() => Value::from(format!("{text}-{}", self.tag)),
            "SyncOptions" => self.options(value),
            "ExtraDetails" => {
                let customer = all.get("ExternalID").and_then(Value::as_str).unwrap_or_default();
                let is_empty = value.as_object().is_none_or(Map::is_empty);
                self.extra.get(customer).filter(|_| !is_empty).unwrap_or(value).clone()
            }
            "ContactDetails" => {
                let mut contact = self.rewritten(value);
                if let Some(id) = contact.get_mut("ID")
                    && let Some(text) = id.as_str().filter(|text| !text.is_empty())
                {
                    *id = Value::from(self.account_id(text));
                }
                contact
            }
            _ => self.rewritten(value),
        })
    }

    /// The values of options. One by which vendors tell customers apart becomes unique, if it is the customer's own.
    fn options(&self, value: &Value) -> Value {
        let Some(options) = value.as_object() else { return value.clone() };
        let rewrite = |id: &String, value: &Value| {
            let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return value.clone() };
            if self.choices.contains(id) {
                return value.clone();
            }
            if text.contains(HIDDEN) {
                let made_up = || format!("hidden-{}", self.tag);
                return Value::from(self.given.get(id).cloned().unwrap_or_else(made_up));
            }
            let rewritten = self.text(text);
            let lower = id.to_lowercase();
            let is_word = text.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
            if rewritten == text && is_word && UNIQUE_OPTIONS.iter().any(|part| lower.contains(part)) {
                return Value::from(format!("{text}{}", self.tag));
            }
            Value::from(rewritten)
        };
        Value::Object(options.iter().map(|(id, value)| (id.clone(), rewrite(id, value))).collect())
    }

    fn rewritten(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.rewritten(item)).collect()),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), self.rewritten(value))).collect())
            }
            other => other.clone(),
        }
    }

    fn account_id(&self, recorded: &str) -> String {
        match uuid::Uuid::try_parse(recorded) {
            // A platform whose ids are UUIDs goes on sending UUIDs.
            Ok(id) => uuid::Uuid::from_u128(id.as_u128() ^ self.salt()).to_string(),
            Err(_) => format!("{recorded}-{}", self.tag),
        }
    }

    /// A number made of the tag. It leaves the version of a UUID as it is.
    fn salt(&self) -> u128 {
        let hash = self
            .tag
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        u128::from(hash & 0xffff_ffff_ffff)
    }

    /// A text with another domain, if the whole of it is an e-mail address, an address of the web, or a domain.
    fn text(&self, text: &str) -> String {
        if let Some((local, domain)) = text.rsplit_once('@').filter(|(local, _)| !local.is_empty()) {
            return match self.domain(domain) {
                Some(domain) if !text.contains(char::is_whitespace) => format!("{local}@{domain}"),
                _ => text.to_owned(),
            };
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let (host, path) = rest.split_at(rest.find(['/', '?', '#', ':']).unwrap_or(rest.len()));
            return self.domain(host).map_or_else(|| text.to_owned(), |host| format!("{scheme}://{host}{path}"));
        }
        self.domain(text).unwrap_or_else(|| text.to_owned())
    }

    /// A domain in place of another, below a reserved one, so that nobody's mail server is named. `None` if the text is no
    /// domain.
    fn domain(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        let is_label = |label: &&str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-')
        };
        let (last, others) = labels.split_last()?;
        let is_domain = !others.is_empty() && labels.iter().all(is_label) && last.chars().all(char::is_alphabetic);
        if !is_domain || last.chars().count() < 2 {
            return None;
        }
        let (www, others) = match others {
            ["www", rest @ ..] if !rest.is_empty() => ("www.", rest),
            others => ("", others),
        };
        let kept: String = others.join("-").chars().take(MAX_KEPT).collect();
        Some(format!("{www}{kept}-{}.example", self.tag))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rewriter() -> Rewriter {
        Rewriter::new("7f3a", &[("passphrase".to_owned(), "maple".to_owned())].into())
    }

    #[test]
    fn m22_ids_addresses_and_domains_are_rewritten_everywhere_in_the_same_way() {
        let body = rewriter()
            .request(&json!({
                "ID": "3000", "ExternalID": "", "ResellerID": "2000", "ResellerExternalID": "", "Name": "Rivers Roofing",
                "Code": "DIRECT", "Phone": "+44 1632 960001", "WebSite": "https://www.rivers.com/about",
                "Email": "office@rivers.com", "Description": "Version 1.0", "IsTest": false,
                "SyncOptions": { "username": "office@rivers.com", "domain": "Rivers.com", "tenant_prefix": "rivers", "role": "1" },
                "ContactDetails": { "ID": "3000", "FirstName": "Jo", "Email": "jo@mail.rivers.co.uk" }, "ExtraDetails": {},
            }))
            .unwrap();
        assert_eq!((&body["ID"], &body["ResellerID"]), (&json!("3000-7f3a"), &json!("2000-7f3a")));
        assert_eq!((&body["ExternalID"], &body["Name"]), (&json!(""), &json!("Rivers Roofing")));
        assert_eq!((&body["Code"], &body["Phone"]), (&json!("DIRECT-7f3a"), &json!("+44 1632 960001")));
        assert_eq!(body["WebSite"], "https://www.rivers-7f3a.example/about");
        assert_eq!((&body["Email"], &body["IsTest"]), (&json!("office@rivers-7f3a.example"), &json!(false)));
        let options = &body["SyncOptions"];
        assert_eq!((&options["username"], &options["domain"]), (&body["Email"], &json!("rivers-7f3a.example")));
        assert_eq!((&options["tenant_prefix"], &options["role"]), (&json!("rivers7f3a"), &json!("1")));
        assert_eq!((&body["ContactDetails"]["ID"], &body["Description"]), (&body["ID"], &json!("Version 1.0")));
        assert_eq!(body["ContactDetails"]["Email"], "jo@mail-rivers-co-7f3a.example");
        let id = "0197c1de-3b1c-7c55-8a5e-0f5d8f6e1234";
        let again = rewriter().request(&json!({ "ID": id })).unwrap();
        let now = again["ID"].as_str().unwrap();
        assert!(now != id && now.starts_with("0197c1de-3b1c-7c55-8a5e-") && now.len() == id.len(), "{now}");
    }

    #[test]
    fn m22_external_ids_are_those_that_the_new_build_gave_and_no_others_are_sent() {
        let mut rewriter = rewriter();
        let request = json!({ "ID": "1", "ExternalID": "c-1", "ExtraDetails": { "tenant": "1" } });
        let error = rewriter.request(&request).unwrap_err();
        assert!(error.contains("ExternalID c-1"), "{error}");
        rewriter.learn_customer("c-1", "n-7", Some(&json!({ "tenant": "7" }))).unwrap();
        let body = rewriter.request(&request).unwrap();
        assert_eq!((&body["ExternalID"], &body["ExtraDetails"]), (&json!("n-7"), &json!({ "tenant": "7" })));
        let of_reseller = json!({ "ExternalID": "", "ResellerExternalID": "c-1", "ExtraDetails": {} });
        let body = rewriter.request(&of_reseller).unwrap();
        assert_eq!((&body["ResellerExternalID"], &body["ExtraDetails"]), (&json!("n-7"), &json!({})));
        assert!(rewriter.request(&json!({ "ResellerExternalID": "c-2" })).is_err());
    }

    #[test]
    fn m22_one_customer_has_one_id_and_no_two_share_one() {
        let mut rewriter = rewriter();
        rewriter.learn_customer("c-1", "n-1", None).unwrap();
        assert_eq!(rewriter.learn_customer("c-1", "n-1", None), Ok(()), "the same again");
        let other = rewriter.learn_customer("c-1", "n-2", None).unwrap_err();
        assert!(other.contains("the id is n-2, before it was n-1"), "{other}");
        let shared = rewriter.learn_customer("c-2", "n-1", None).unwrap_err();
        assert!(shared.contains("n-1 is the id of two customers"), "{shared}");
    }

    #[test]
    fn m22_hidden_values_are_given_or_made_up_and_choices_stay() {
        let mut rewriter = rewriter();
        let listed =
            json!({ "Fields": [{ "ID": "domain_kind", "Definition": { "ID": "domain_kind", "Kind": "List" } }] });
        rewriter.learn_options(&Exchange::answered(String::new(), 200, listed.to_string()));
        let options = json!({ "passphrase": HIDDEN, "pin": HIDDEN, "domain_kind": "own", "remarks": "as before" });
        let body = rewriter.request(&json!({ "SyncOptions": options })).unwrap();
        let expected =
            json!({ "passphrase": "maple", "pin": "hidden-7f3a", "domain_kind": "own", "remarks": "as before" });
        assert_eq!(body["SyncOptions"], expected);
    }
}
