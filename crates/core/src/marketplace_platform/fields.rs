//! The custom fields of accounts that a vendor defines: what a refresh changes, and the values that are sent.

use std::collections::BTreeMap;

use super::account::AccountProfile;
use super::error::PlatformError;
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::option::USERNAME;
use crate::marketplace::{OptionKind, SyncOption, values};

/// Maximum length of an entered value, in characters.
pub const MAX_VALUE_LENGTH: usize = 4000;

/// A field that a refresh changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRef {
    /// Id.
    pub id: String,
    /// Label.
    pub name: String,
}

/// What a refresh changes in a group of fields (`M05`). Entered values are always kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldDifference {
    /// New fields.
    pub added: Vec<FieldRef>,
    /// Fields with another definition. Their values are checked at the next synchronization.
    pub changed: Vec<FieldRef>,
    /// Fields that are gone. Their values stay, are not sent, and count again when the field returns.
    pub removed: Vec<FieldRef>,
}

/// The difference of two definitions of a group.
pub fn difference(before: &[SyncOption], after: &[SyncOption]) -> FieldDifference {
    let field = |option: &SyncOption| FieldRef { id: option.id.clone(), name: option.name.clone() };
    let in_list = |list: &[SyncOption], id: &str| list.iter().find(|option| option.id == id).cloned();
    let mut difference = FieldDifference::default();
    for option in after {
        match in_list(before, &option.id) {
            None => difference.added.push(field(option)),
            Some(old) if old != *option => difference.changed.push(field(option)),
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|option| in_list(after, &option.id).is_none());
    difference.removed.extend(gone.map(field));
    difference
}

/// Checks what someone enters. A group that was never fetched is not known yet: then its values are checked when they
/// are sent.
///
/// # Errors
/// [`PlatformError::Invalid`] with every problem.
pub fn check_entered(fields: Option<&[SyncOption]>, entered: &BTreeMap<String, String>) -> Result<(), PlatformError> {
    let mut problems = Vec::new();
    for (id, value) in entered {
        let option = fields.map(|fields| fields.iter().find(|option| option.id == *id));
        let problem = match option {
            Some(None) => Some("this service manager has no such option".to_owned()),
            Some(Some(option)) if !value.trim().is_empty() => values::check(option, value.trim()).err(),
            _ if value.chars().count() > MAX_VALUE_LENGTH => Some(format!("at most {MAX_VALUE_LENGTH} characters")),
            _ => None,
        };
        let shortened: String = id.chars().take(100).collect();
        problems.extend(problem.map(|problem| FieldProblem::new(format!("sync_options.{shortened}"), problem)));
    }
    if problems.is_empty() { Ok(()) } else { Err(PlatformError::Invalid(problems)) }
}

/// The values to send: those entered for fields that exist, the e-mail address for `username` (`M02`), and the default
/// choice of a list.
///
/// # Errors
/// [`PlatformError::Invalid`] if a required one is missing, or one does not fit its field any more.
pub fn filled(
    fields: &[SyncOption],
    entered: &BTreeMap<String, String>,
    account: &AccountProfile,
) -> Result<BTreeMap<String, String>, PlatformError> {
    let (mut filled, mut problems) = (BTreeMap::new(), Vec::new());
    for option in fields {
        let value = entered.get(&option.id).map(|value| value.trim()).filter(|value| !value.is_empty());
        let value = value.map(ToOwned::to_owned).or_else(|| automatic(option, account));
        let problem = match &value {
            Some(value) => values::check(option, value).err(),
            None if option.required && option.id.eq_ignore_ascii_case(USERNAME) => {
                Some("give the account, or its primary contact, an e-mail address".to_owned())
            }
            None => option.required.then(|| format!("“{}” is required", option.name)),
        };
        problems.extend(problem.map(|problem| FieldProblem::new(format!("sync_options.{}", option.id), problem)));
        filled.extend(value.map(|value| (option.id.clone(), value)));
    }
    if problems.is_empty() { Ok(filled) } else { Err(PlatformError::Invalid(problems)) }
}

fn automatic(option: &SyncOption, account: &AccountProfile) -> Option<String> {
    if option.id.eq_ignore_ascii_case(USERNAME) {
        return account.entered_email().map(ToOwned::to_owned);
    }
    let default = option.values.iter().find(|choice| choice.default);
    default.filter(|_| option.kind == OptionKind::List).map(|choice| choice.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplace::Choice;
    use crate::marketplace_platform::PrimaryContact;

    fn option(id: &str) -> SyncOption {
        SyncOption { id: id.to_owned(), name: id.to_uppercase(), ..SyncOption::default() }
    }

    fn entered(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn m05_a_refresh_says_which_fields_came_changed_and_went() {
        let before = [option("domain"), option("role"), option("size")];
        let after = [option("domain"), SyncOption { required: true, ..option("role") }, option("region")];
        let found = difference(&before, &after);
        let ids = |fields: &[FieldRef]| fields.iter().map(|field| field.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&found.added), ["region"]);
        assert_eq!(ids(&found.changed), ["role"]);
        assert_eq!(ids(&found.removed), ["size"]);
        let turned = [before[2].clone(), before[0].clone(), before[1].clone()];
        assert_eq!(difference(&before, &turned), FieldDifference::default(), "order is no change");
    }

    #[test]
    fn m02_username_is_the_accounts_address_or_else_its_contacts() {
        let fields = [SyncOption { required: true, ..option("username") }];
        let contact = PrimaryContact { email: Some("jo@example.com".to_owned()), ..PrimaryContact::default() };
        let mut account = AccountProfile { contact: Some(contact), ..AccountProfile::default() };
        let username =
            |account: &AccountProfile, typed| filled(&fields, &typed, account).map(|it| it["username"].clone());
        assert_eq!(username(&account, BTreeMap::new()).as_deref(), Ok("jo@example.com"));
        account.email = Some("office@example.com".to_owned());
        assert_eq!(username(&account, BTreeMap::new()).as_deref(), Ok("office@example.com"));
        let typed = entered(&[("username", "acme-admin")]);
        assert_eq!(username(&account, typed).as_deref(), Ok("acme-admin"), "what staff enter counts");
        assert!(username(&AccountProfile::default(), BTreeMap::new()).is_err(), "nothing is made up");
    }

    #[test]
    fn m05_values_of_a_field_that_is_gone_are_not_sent() {
        let values = entered(&[("domain", " acme.example "), ("gone", "kept")]);
        let sent = filled(&[option("domain")], &values, &AccountProfile::default()).unwrap();
        assert_eq!(sent, entered(&[("domain", "acme.example")]));
    }

    #[test]
    fn m07_required_and_unsuitable_options_are_named() {
        let choice = |id: &str, default| Choice { id: id.into(), name: id.into(), default, ..Choice::default() };
        let role = SyncOption {
            kind: OptionKind::List,
            values: vec![choice("1", true), choice("2", false)],
            ..option("role")
        };
        let fields = [SyncOption { required: true, ..option("domain") }, role];
        let Err(PlatformError::Invalid(problems)) =
            filled(&fields, &entered(&[("role", "9")]), &AccountProfile::default())
        else {
            panic!("accepted")
        };
        let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(named, ["sync_options.domain", "sync_options.role"]);
        let sent = filled(&fields, &entered(&[("domain", "a.example")]), &AccountProfile::default()).unwrap();
        assert_eq!(sent["role"], "1", "the default choice");
        assert!(check_entered(Some(&fields), &entered(&[("colour", "red")])).is_err());
        assert_eq!(check_entered(None, &entered(&[("colour", "red")])), Ok(()), "nothing is known of the fields yet");
        assert_eq!(check_entered(Some(&fields), &entered(&[("role", "")])), Ok(()), "blank takes a value back");
    }
}
