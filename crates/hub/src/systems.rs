//! The outside systems: their roles, and the kinds of records they own.

use tessera_core::kernel::job::Upstream;
use tessera_core::kernel::record::{Kind, RecordKey};

use crate::Hub;
use crate::ports::Health;

/// The role of an outside system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Requesters, assets and tickets.
    ServiceDesk,
    /// Contacts.
    Crm,
    /// Sign-in.
    IdentityProvider,
}

/// An outside system, as shown to staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideSystem {
    /// Its role.
    pub role: Role,
    /// Its address.
    pub address: String,
    /// Its health.
    pub health: Health,
}

impl Hub {
    /// Every outside system.
    pub fn systems(&self) -> Vec<OutsideSystem> {
        let mut all = vec![
            OutsideSystem {
                role: Role::ServiceDesk,
                address: self.desk.address().to_string(),
                health: self.desk.health(),
            },
            OutsideSystem { role: Role::Crm, address: self.crm.address().to_string(), health: self.crm.health() },
        ];
        all.extend(self.providers.iter().map(|provider| OutsideSystem {
            role: Role::IdentityProvider,
            address: provider.issuer().to_owned(),
            health: provider.health(),
        }));
        all
    }

    /// The health of each outside system, as measured by the hub.
    pub fn health(&self) -> Vec<Health> {
        self.systems().into_iter().map(|system| system.health).collect()
    }

    /// The role of the system with this configured name.
    pub fn role_of(&self, system: &str) -> Option<Role> {
        if system == self.desk.name() {
            Some(Role::ServiceDesk)
        } else if system == self.crm.name() {
            Some(Role::Crm)
        } else {
            self.provider(system).map(|_| Role::IdentityProvider)
        }
    }

    /// The system with this configured name, as jobs depend on it.
    pub(crate) fn upstream_named(&self, system: &str) -> Option<Upstream> {
        match self.role_of(system)? {
            Role::ServiceDesk => Some(Upstream::ServiceDesk),
            Role::Crm => Some(Upstream::Crm),
            Role::IdentityProvider => None,
        }
    }

    /// The system that owns records of this kind. `None` for users and accounts: each identity provider and marketplace
    /// has its own.
    pub fn system_of(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Requester | Kind::Asset => Some(self.desk.name()),
            Kind::Contact => Some(self.crm.name()),
            Kind::User | Kind::Account => None,
        }
    }

    /// Whether a record belongs to the system that owns records of its kind, so that it can be read there.
    pub fn can_read(&self, key: &RecordKey) -> bool {
        self.system_of(key.kind) == Some(key.system.as_str())
    }
}
