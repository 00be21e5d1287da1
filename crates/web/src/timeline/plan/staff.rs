//! Changes of staff accounts and API keys.

use tessera_core::staff::StaffChange;

use super::Describe;

impl Describe for StaffChange {
    fn describe(&self) -> String {
        match self {
            Self::Create { account: it, .. } => format!("create staff account {}", it.login),
            Self::SetPassword(it) => format!("set the password of staff account {}", it.login),
            Self::PutApiKey { name, .. } => format!("issue API key {name}"),
        }
    }
}
