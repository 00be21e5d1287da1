//! The e-mail to a new customer of a vendor (`M12`): a template of staff with merge fields.
//!
//! A template is plain text. Values are put in as they are; the e-mail's HTML part escapes all of it, so that no value can
//! become markup.

use std::collections::BTreeMap;

use super::account::AccountProfile;

/// What customers read in place of a password that got lost with the vendor's answer, so that nobody can send it.
pub const LOST_PASSWORD: &str = "(not in this e-mail; ask us for it)";

/// Beginning and end of a merge field.
pub(super) const MARKS: (&str, &str) = ("[#", "#]");

/// The body of a template that staff leave blank.
pub fn default_body(service_manager: &str) -> String {
    format!(
        "Hi [#Contacts.FullName#],\n\nYour {service_manager} account has been activated.\n\nYour username is [#username#]."
    )
}

/// The subject of a template that staff leave blank.
pub fn default_subject(service_manager: &str) -> String {
    format!("Your {service_manager} account")
}

/// The merge fields of an e-mail: the contact, the values that were sent, and the pairs that the vendor answered.
pub fn merge_fields(
    account: &AccountProfile,
    options: &BTreeMap<String, String>,
    extra: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let pairs = options.iter().chain(extra);
    let mut fields: BTreeMap<String, String> = pairs.map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
    fields.insert("contacts.fullname".to_owned(), account.contact_name());
    fields
}

/// Puts the values of merge fields into a template. Letter case does not matter. A field without a value leaves nothing:
/// customers never read `[#key#]`. A value is not searched for further fields.
pub fn merged(template: &str, fields: &BTreeMap<String, String>) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once(MARKS.0) {
        text.push_str(before);
        let Some((key, next)) = after.split_once(MARKS.1) else {
            text.push_str(MARKS.0);
            rest = after;
            continue;
        };
        text.push_str(fields.get(&key.trim().to_lowercase()).map_or("", String::as_str));
        rest = next;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplace_platform::PrimaryContact;

    #[test]
    fn m12_merge_fields_are_replaced_and_nothing_raw_is_left() {
        let contact =
            PrimaryContact { first_name: Some("Jo".to_owned()), last_name: Some("Example".to_owned()), email: None };
        let account = AccountProfile { contact: Some(contact), ..AccountProfile::default() };
        let pair = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let mut fields = merge_fields(&account, &pair("username", "jo@example.com"), &pair("Customer_Location", "us"));
        fields.insert("password".to_owned(), "[#username#]<b>".to_owned());
        let text = "Hi [#Contacts.FullName#], [# username #] / [#Password#] in [#customer_location#][#unknown#] [#";
        assert_eq!(merged(text, &fields), "Hi Jo Example, jo@example.com / [#username#]<b> in us [#");
        assert!(merged(&default_body("Example Cloud"), &fields).contains("Your Example Cloud account"));
    }
}
