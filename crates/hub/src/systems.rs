//! The outside systems: which there are, what each is for, and which keeps records of which kind.

use tessera_core::kernel::record::{Kind, RecordKey};

use crate::Hub;
use crate::ports::Health;

/// What an outside system is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Requesters, assets and tickets.
    ServiceDesk,
    /// Contacts.
    Crm,
    /// Sign-in.
    IdentityProvider,
}

/// An outside system as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideSystem {
    /// What it is for.
    pub role: Role,
    /// Where it is.
    pub address: String,
    /// What it is doing.
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

    /// How each outside system is doing, as the hub sees it.
    pub fn health(&self) -> Vec<Health> {
        self.systems().into_iter().map(|system| system.health).collect()
    }

    /// What the system with this configured name is for.
    pub fn role_of(&self, system: &str) -> Option<Role> {
        if system == self.desk.name() {
            Some(Role::ServiceDesk)
        } else if system == self.crm.name() {
            Some(Role::Crm)
        } else {
            self.provider(system).map(|_| Role::IdentityProvider)
        }
    }

    /// The system that keeps records of this kind. Of users and accounts, every identity provider and marketplace keeps its own.
    pub fn system_of(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Requester | Kind::Asset => Some(self.desk.name()),
            Kind::Contact => Some(self.crm.name()),
            Kind::User | Kind::Account => None,
        }
    }

    /// Whether a record belongs to the system that keeps such records, and so can be read there.
    pub fn can_read(&self, key: &RecordKey) -> bool {
        self.system_of(key.kind) == Some(key.system.as_str())
    }
}
