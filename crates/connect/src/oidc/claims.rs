//! Claims as providers send them: an address as a text or a list, booleans as texts, a subject that is none.

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::staff::Groups;

use crate::lenient_json::{flag, joined, scalar, text, texts};

/// Maximum length of a subject (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 255;
/// Claims that hold a user's id where `sub` does not.
const OTHER_SUBJECTS: [&str; 5] = ["oid", "objectId", "objectid", "uid", "user_id"];

/// The texts of a claim that is one text or a list of texts.
pub(super) fn one_or_many(claims: &Value, name: &str) -> Vec<String> {
    match claims.get(name) {
        Some(Value::Array(_)) => texts(claims, name),
        Some(value) => scalar(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The e-mail address, and whether the provider says that it verified it. Silence is a no, and so is a list: it would
/// not say which address was verified.
pub(super) fn address(claims: &Value) -> (Option<String>, bool) {
    let own = one_or_many(claims, "email");
    let verified = own.len() == 1 && flag(claims, "email_verified") == Some(true);
    // Azure AD B2C's user flows send `emails`.
    let email = own.into_iter().next().or_else(|| one_or_many(claims, "emails").into_iter().next());
    (email, verified)
}

/// The full name, in the first language that there is.
pub(super) fn name(claims: &Value) -> Option<String> {
    let localised = || {
        let mut names = claims.as_object()?.iter().filter(|(claim, _)| claim.starts_with("name#"));
        names.find_map(|(_, value)| scalar(value))
    };
    let parts = || joined(text(claims, "given_name"), text(claims, "family_name"));
    text(claims, "name").or_else(localised).or_else(parts)
}

/// The groups in a claim: a name, which may contain dots, or a path such as `realm_access.roles`. Of too many groups, Entra
/// sends the address of a list instead (`_claim_names`, or `hasgroups`); only the company can have it send fewer.
pub(super) fn groups(claims: &Value, claim: &str) -> Groups {
    let nested = || claim.split('.').try_fold(claims, |within, part| within.get(part));
    let listed = match claims.get(claim).or_else(nested) {
        Some(Value::Array(all)) => Some(all.iter().filter_map(scalar).collect()),
        Some(Value::String(one)) if !one.trim().is_empty() => Some(vec![one.clone()]),
        Some(Value::String(_)) => Some(Vec::new()),
        _ => None,
    };
    let elsewhere = claims.get("_claim_names").and_then(|names| names.get(claim)).is_some();
    match listed {
        _ if elsewhere || flag(claims, "hasgroups") == Some(true) => Groups::TooMany,
        Some(groups) => Groups::Listed(groups),
        None => Groups::NotSent,
    }
}

/// Reason why a subject is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SubjectError {
    /// The claim is missing, or no id.
    Missing(String),
    /// The claim has the same text for everyone. A better claim, if one is known.
    Placeholder(String, Option<String>),
}

impl std::fmt::Display for SubjectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(claim) => write!(f, "the token has no usable `{claim}`, which names the user"),
            Self::Placeholder(claim, Some(better)) => {
                write!(f, "`{claim}` has the same text for everybody; set subject_claim = \"{better}\"")
            }
            Self::Placeholder(claim, None) => {
                write!(
                    f,
                    "`{claim}` has the same text for everybody; name the claim with the user's id in subject_claim"
                )
            }
        }
    }
}

/// The subject: the text of the configured claim, unchanged. A text that stands for "no subject" would make all users
/// one.
pub(super) fn subject(claims: &Value, claim: &str) -> Result<String, SubjectError> {
    let missing = || SubjectError::Missing(claim.to_owned());
    let subject = match claims.get(claim).ok_or_else(missing)? {
        Value::String(subject) => subject.clone(),
        // A number that is not whole, or too large for one, was rounded: two users would have the same.
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => return Err(missing()),
    };
    if subject.trim().is_empty() || subject.len() > MAX_SUBJECT {
        return Err(missing());
    }
    if is_placeholder(&subject) {
        return Err(SubjectError::Placeholder(claim.to_owned(), better_claim(claims, &subject)));
    }
    Ok(subject)
}

/// Azure AD B2C sends "Not supported currently. Use oid claim."; broken mappings send the name of nothing.
fn is_placeholder(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    subject.starts_with("not supported") || matches!(subject.as_str(), "null" | "(null)" | "undefined")
}

/// The claim that the text names, or one of those that hold an id elsewhere.
fn better_claim(claims: &Value, placeholder: &str) -> Option<String> {
    let words: Vec<&str> = placeholder.split_whitespace().collect();
    let named = words
        .windows(3)
        .find(|words| words[0].eq_ignore_ascii_case("use") && words[2].to_ascii_lowercase().starts_with("claim"));
    let present = || OTHER_SUBJECTS.into_iter().find(|claim| text(claims, claim).is_some());
    named.map(|words| words[1].to_owned()).or_else(|| present().map(ToOwned::to_owned))
}

/// Claims that could name the user instead of `claim`, of those that a provider supports.
pub(super) fn other_subjects(supported: &[String], claim: &str) -> Vec<String> {
    let is_other = |name: &&String| name.as_str() != claim && OTHER_SUBJECTS.contains(&name.as_str());
    supported.iter().filter(is_other).cloned().collect()
}

/// A timestamp in seconds since 1970, with or without a fraction, as a number or as a text.
pub(super) fn seconds(claims: &Value, key: &str) -> Option<Timestamp> {
    let value = claims.get(key)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second does not matter, and the cast saturates"
    )]
    let whole = value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    Timestamp::from_second(whole).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a03_a_subject_that_is_a_number_is_read_exactly_or_refused() {
        let read = |claims: &str| subject(&serde_json::from_str(claims).unwrap(), "sub");
        assert_eq!(read(r#"{"sub": 9007199254740993}"#).as_deref(), Ok("9007199254740993"));
        assert_eq!(read(r#"{"sub": "100000000000000000001"}"#).as_deref(), Ok("100000000000000000001"));
        for rounded in ["100000000000000000001", "100000000000000000002", "1e20", "7.5"] {
            let claims = format!("{{\"sub\": {rounded}}}");
            assert_eq!(read(&claims), Err(SubjectError::Missing("sub".to_owned())), "{rounded}");
        }
    }

    #[test]
    fn p06_groups_are_read_in_every_shape() {
        let listed = |groups: &[&str]| Groups::Listed(groups.iter().map(|group| (*group).to_owned()).collect());
        let both = listed(&["admins", "desk"]);
        for (claims, claim, groups) in [
            (json!({ "groups": ["admins", "desk"] }), "groups", both.clone()),
            (json!({ "groups": "Service Desk" }), "groups", listed(&["Service Desk"])),
            (json!({ "groups": [] }), "groups", listed(&[])),
            (json!({ "groups": "" }), "groups", listed(&[])),
            (json!({ "groups": ["admins", null, {}, "desk"] }), "groups", both.clone()),
            (json!({ "realm_access": { "roles": ["admins", "desk"] } }), "realm_access.roles", both.clone()),
            (json!({ "https://example.com/groups": ["admins", "desk"] }), "https://example.com/groups", both),
            (json!({ "roles": ["admins"] }), "groups", Groups::NotSent),
            (json!({ "groups": { "admins": true } }), "groups", Groups::NotSent),
            (json!({ "realm_access": "admins" }), "realm_access.roles", Groups::NotSent),
        ] {
            assert_eq!(super::groups(&claims, claim), groups, "{claims}");
        }
    }

    #[test]
    fn p06_more_groups_than_fit_into_a_token_are_no_groups() {
        for claims in [
            json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": "https://graph.example.com" } } }),
            json!({ "hasgroups": true }),
            json!({ "hasgroups": "true", "groups": ["admins"] }),
        ] {
            assert_eq!(groups(&claims, "groups"), Groups::TooMany, "{claims}");
        }
    }

    #[test]
    fn a03_times_are_read_in_every_shape() {
        let read = |value: Value| seconds(&json!({ "exp": value }), "exp").map(Timestamp::as_second);
        for value in [json!(1_800_000_000), json!(1_800_000_000.9), json!("1800000000"), json!(" 1800000000 ")] {
            assert_eq!(read(value.clone()), Some(1_800_000_000), "{value}");
        }
        for value in [json!(null), json!(true), json!(""), json!("soon"), json!([1_800_000_000]), json!(1e300)] {
            assert_eq!(read(value.clone()), None, "{value}");
        }
    }
}
