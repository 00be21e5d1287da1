//! Changes of staff accounts and API keys.

use tessera_core::staff::StaffChange;

use super::Describe;

impl Describe for StaffChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create staff account {}", it.login),
            Self::SetPassword(it) | Self::ChoosePassword { account: it, .. } => {
                format!("set the password of staff account {}", it.login)
            }
            Self::SetRoles { id, .. } => format!("set the roles of staff account {id}"),
            Self::Remove { login, .. } => format!("remove staff account {login}"),
            Self::PutApiKey(new) => format!("issue API key {}", new.key.name),
            Self::RevokeApiKey(id) => format!("revoke API key {id}"),
        }
    }
}
