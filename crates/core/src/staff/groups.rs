//! Roles of staff by the groups that the company's identity provider names at a sign-in.

use std::collections::BTreeMap;

use super::{Role, StaffAccount, StaffChange, names, put_account, sorted};
use crate::kernel::customer::IdentityKey;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::staff::event::StaffEvent;

/// What a provider says of the groups of a person who signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Groups {
    /// Nothing: the claim is missing.
    #[default]
    NotSent,
    /// The groups.
    Listed(Vec<String>),
    /// There are too many for a token, so that the provider names none (Entra: `_claim_names`).
    TooMany,
}

/// How someone proved who they are, as the provider says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strength {
    /// The class of the sign-in (`acr`).
    pub class: Option<String>,
    /// The methods that were used (`amr`).
    pub methods: Vec<String>,
}

impl Strength {
    /// Whether the class or one of the methods is among those that are accepted. If none is named, every sign-in is.
    pub fn satisfies(&self, accepted: &[String]) -> bool {
        let is_said = |one: &String| self.class.as_ref() == Some(one) || self.methods.contains(one);
        accepted.is_empty() || accepted.iter().any(is_said)
    }
}

/// Why someone has no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRole {
    /// The provider does not name groups.
    #[error("Your company account does not say which groups you are in.")]
    NotSent,
    /// The provider names no groups, because they are too many.
    #[error("You are in more groups than fit into a sign-in, so your company account names none of them.")]
    TooMany,
    /// No group has a role.
    #[error("None of the groups of your company account may use the console.")]
    NoneMapped,
    /// The provider does not say that they proved who they are by what is required.
    #[error("Your company account let you in with less proof than the console needs, such as a password alone.")]
    TooWeak,
}

impl NoRole {
    /// What the operator can do.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NotSent => "have the identity provider send the claim of staff.groups_claim in the ID token",
            Self::TooMany => "have the identity provider send only the groups that are assigned to this application",
            Self::NoneMapped => "put the person into a group of [staff.roles]",
            Self::TooWeak => {
                "have the identity provider ask for a second factor in this application, and say so in acr or amr as \
                 staff.required_strength names it"
            }
        }
    }
}

/// The roles of someone in these groups. Names are compared exactly: two groups may differ in letter case only.
///
/// # Errors
/// [`NoRole`]: why there are none.
pub fn roles_by_group(groups: &Groups, mapped: &BTreeMap<String, Vec<Role>>) -> Result<Vec<Role>, NoRole> {
    let groups = match groups {
        Groups::NotSent => return Err(NoRole::NotSent),
        Groups::TooMany => return Err(NoRole::TooMany),
        Groups::Listed(groups) => groups,
    };
    let roles: Vec<Role> = groups.iter().filter_map(|group| mapped.get(group)).flatten().copied().collect();
    if roles.is_empty() { Err(NoRole::NoneMapped) } else { Ok(sorted(&roles)) }
}

/// Someone who signed in at the company's provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Issuer and subject.
    pub identity: IdentityKey,
    /// Login of a new account, which no other account has.
    pub login: String,
    /// The name.
    pub name: String,
}

/// Gives an account the roles of its groups; creates it if there is none and there are roles. Unlike a change by staff, this may
/// take the role from the last administrator: who left the group must not get in. `None`: there is no account.
pub fn follow_groups(
    known: Option<StaffAccount>,
    colleague: Colleague,
    roles: &[Role],
    mut operator: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> (Option<StaffAccount>, Plan) {
    let roles = sorted(roles);
    match known {
        Some(account) if account.roles == roles => (Some(account), operator.finish()),
        Some(account) => {
            operator.note(StaffEvent::StaffRolesChanged { login: account.login.clone(), roles: names(&roles) });
            let change = StaffChange::SetRoles { id: account.id, roles: roles.clone() };
            operator.push(change, "the groups at the company's identity provider are other ones");
            (Some(StaffAccount { roles, ..account }), operator.finish())
        }
        None if roles.is_empty() => (None, operator.finish()),
        None => {
            let Colleague { identity, login, name } = colleague;
            let account = StaffAccount {
                id: stamp.id(),
                login,
                name,
                password_hash: String::new(),
                roles,
                created_at: stamp.now,
                last_sign_in_at: None,
                person: None,
                identity: Some(identity),
            };
            (Some(account.clone()), put_account(account, false, operator))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped() -> BTreeMap<String, Vec<Role>> {
        let roles = [("admins", vec![Role::Administrator]), ("desk", vec![Role::Support, Role::Warehouse])];
        roles.into_iter().map(|(group, roles)| (group.to_owned(), roles)).collect()
    }

    fn roles(groups: &[&str]) -> Result<Vec<Role>, NoRole> {
        roles_by_group(&Groups::Listed(groups.iter().map(|group| (*group).to_owned()).collect()), &mapped())
    }

    #[test]
    fn p06_a_sign_in_is_strong_enough_by_its_class_or_one_of_its_methods() {
        let accepted = ["mfa".to_owned(), "urn:level:2".to_owned()];
        let strength = |class: Option<&str>, methods: &[&str]| Strength {
            class: class.map(ToOwned::to_owned),
            methods: methods.iter().map(|&it| it.to_owned()).collect(),
        };
        assert!(strength(None, &["pwd", "mfa"]).satisfies(&accepted));
        assert!(strength(Some("urn:level:2"), &[]).satisfies(&accepted));
        for weak in [strength(None, &[]), strength(None, &["pwd", "MFA"]), strength(Some("urn:level:1"), &["pwd"])] {
            assert!(!weak.satisfies(&accepted), "{weak:?}");
            assert!(weak.satisfies(&[]), "nothing is required");
        }
    }

    #[test]
    fn p06_an_account_has_the_roles_of_all_its_groups() {
        assert_eq!(
            roles(&["desk", "others", "admins", "desk"]),
            Ok(vec![Role::Administrator, Role::Support, Role::Warehouse])
        );
        assert_eq!(roles(&["desk"]), Ok(vec![Role::Support, Role::Warehouse]));
    }

    #[test]
    fn p06_an_account_without_a_mapped_group_has_no_role_and_a_reason() {
        for none in [&[][..], &["others"], &["Admins"], &["admins "], &["admin"]] {
            assert_eq!(roles(none), Err(NoRole::NoneMapped), "{none:?}");
        }
        assert_eq!(roles_by_group(&Groups::NotSent, &mapped()), Err(NoRole::NotSent));
        assert_eq!(roles_by_group(&Groups::TooMany, &mapped()), Err(NoRole::TooMany));
    }
}
