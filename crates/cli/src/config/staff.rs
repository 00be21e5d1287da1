//! `[staff]`: sign-in of staff at the company's own identity provider, whose groups decide the roles.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use anyhow::{Context, bail, ensure};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tessera_core::staff::Role;
use tessera_hub::CompanySignIn;

use super::IdentityProvider;

/// Sign-in of staff at the company's provider.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// The provider, by its name in `[[identity_providers]]`. Customers are not offered it.
    pub provider: String,
    /// The claim with the groups: a name, or a path such as `realm_access.roles`.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// What is accepted as proof: classes (`acr`) and methods (`amr`) that the provider names. Empty: any sign-in.
    #[serde(default)]
    pub required_strength: Vec<String>,
    /// How long a session lasts, in minutes.
    #[serde(default = "session_minutes")]
    pub session_minutes: NonZeroU32,
    /// Whom to ask for access.
    pub contact: Option<String>,
    /// The roles of each group.
    pub roles: BTreeMap<String, Roles>,
}

/// One role or several.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Roles {
    One(String),
    Many(Vec<String>),
}

fn groups_claim() -> String {
    "groups".to_owned()
}

/// A working morning.
fn session_minutes() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(239)
}

impl Staff {
    /// The settings, if they fit the providers.
    ///
    /// # Errors
    /// If there is no such provider, or a group has no known role.
    pub fn checked(&self, providers: &[IdentityProvider]) -> anyhow::Result<CompanySignIn> {
        ensure!(
            providers.iter().any(|provider| provider.name == self.provider),
            "staff.provider: there is no `{}` in [[identity_providers]]",
            self.provider
        );
        ensure!(!self.groups_claim.trim().is_empty(), "staff.groups_claim is empty; leave it out to use `groups`");
        ensure!(
            self.required_strength.iter().all(|it| !it.trim().is_empty()),
            "staff.required_strength: an entry is empty; name values of acr or amr, such as `mfa`"
        );
        ensure!(!self.roles.is_empty(), "staff.roles: give at least one group a role; otherwise nobody gets in");
        let roles = self.roles.iter().map(|(group, roles)| Ok((group.clone(), roles.known(group)?)));
        Ok(CompanySignIn {
            provider: self.provider.clone(),
            roles: roles.collect::<anyhow::Result<_>>()?,
            required_strength: self.required_strength.clone(),
            session_lifetime: SignedDuration::from_mins(i64::from(self.session_minutes.get())),
            contact: self.contact.clone(),
        })
    }
}

impl Roles {
    fn known(&self, group: &str) -> anyhow::Result<Vec<Role>> {
        let names = match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names.as_slice(),
        };
        if group.trim().is_empty() || names.is_empty() {
            bail!("staff.roles: a group has a name and at least one role");
        }
        let all = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        let role =
            |name: &String| name.parse().with_context(|| format!("staff.roles: `{group}`: the roles are {}", all()));
        names.iter().map(role).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const EXAMPLE: &str = include_str!("../../../../examples/tessera.toml");

    fn with(section: &str) -> Result<tessera_hub::CompanySignIn, String> {
        let config: Config = toml::from_str(&format!("{EXAMPLE}\n{section}")).map_err(|error| error.to_string())?;
        let staff = config.staff.expect("there is a section");
        staff.checked(&config.identity_providers).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn p06_groups_are_given_one_role_or_several() {
        let section = "[staff]\nprovider = 'customers'\n[staff.roles]\n'admins' = 'administrator'\n'desk' = ['support', 'auditor']";
        let company = with(section).unwrap();
        let roles: Vec<Vec<&str>> =
            company.roles.values().map(|roles| roles.iter().map(|role| role.as_str()).collect()).collect();
        assert_eq!(roles, [vec!["administrator"], vec!["support", "auditor"]]);
        assert_eq!(company.session_lifetime.as_mins(), 240);
    }

    #[test]
    fn p06_a_provider_or_role_that_does_not_exist_is_refused_with_its_key() {
        for (section, key) in [
            ("[staff]\nprovider = 'company'\n[staff.roles]\na = 'support'", "staff.provider"),
            ("[staff]\nprovider = 'customers'\n[staff.roles]\n", "staff.roles"),
            ("[staff]\nprovider = 'customers'\n[staff.roles]\na = 'boss'", "administrator, support"),
            ("[staff]\nprovider = 'customers'\n[staff.roles]\na = []", "at least one role"),
            (
                "[staff]\nprovider = 'customers'\nrequired_strength = ['']\n[staff.roles]\na = 'support'",
                "staff.required_strength",
            ),
            ("[staff]\nprovider = 'customers'\ngroups_claim = ' '\n[staff.roles]\na = 'support'", "staff.groups_claim"),
        ] {
            let error = with(section).unwrap_err();
            assert!(error.contains(key), "{error}");
        }
    }
}
