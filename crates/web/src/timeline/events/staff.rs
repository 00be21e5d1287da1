//! Wording of the timeline events of staff accounts and API keys.

use tessera_core::staff::event::StaffEvent;

use super::Wording;

impl Wording for StaffEvent {
    fn staff(&self) -> String {
        match self {
            Self::StaffAdded { login, roles } if roles.is_empty() => format!("Staff account {login} added"),
            Self::StaffAdded { login, roles } => format!("Staff account {login} added ({})", roles.join(", ")),
            Self::StaffRolesChanged { login, roles } if roles.is_empty() => {
                format!("Staff account {login} deactivated: it no longer has a role")
            }
            Self::StaffRolesChanged { login, roles } => {
                format!("The roles of staff account {login} are now: {}", roles.join(", "))
            }
            Self::StaffBreakGlass { login } => {
                format!(
                    "Local staff account {login} signed in, although staff sign in at the company’s identity provider"
                )
            }
            Self::StaffRemoved { login } => format!("Staff account {login} removed"),
            Self::StaffPasswordSet { login } => format!("The password of staff account {login} was set"),
            Self::ApiKeyIssued { name, scopes } if scopes.is_empty() => format!("API key {name} issued"),
            Self::ApiKeyIssued { name, scopes } => format!("API key {name} issued ({})", scopes.join(", ")),
            Self::ApiKeyRevoked { name } => format!("API key {name} revoked"),
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}
