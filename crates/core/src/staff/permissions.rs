//! What a member of staff or a machine may do. Staff have roles and API keys have scopes; both are permissions, which name an area
//! of work and whether it may be changed or only read (OWASP ASVS 8.2).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use strum::{IntoStaticStr, VariantArray};

/// An area of work. Each page of the console and each operation of the admin API belongs to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Area {
    /// Customers, their records, invitations, reviews and invoices.
    Customers,
    /// Devices and stock.
    Devices,
    /// Service requests.
    Requests,
    /// Returns.
    Returns,
    /// Persons, their licences, places and registrations, and previews of their portal.
    Persons,
    /// Boards of the forum.
    Community,
    /// Marketplaces, their accounts, vendors and orders.
    Marketplace,
    /// Outside systems, sweeps and background jobs.
    Operations,
    /// Staff and API keys.
    Administration,
}

impl Area {
    /// Every area.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in scopes.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What may be done in an area. Who may change may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Read only.
    Read,
    /// Read and change.
    Change,
}

/// The permission to read or change an area. Its text is the scope of an API key: `devices:read`, or `devices` for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// The area.
    pub area: Area,
    /// What may be done there.
    pub level: Level,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.area.as_str())?;
        if self.level == Level::Read { f.write_str(":read") } else { Ok(()) }
    }
}

/// A text that is neither a scope nor a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not known")]
pub struct UnknownName(pub String);

impl FromStr for Permission {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let (name, level) = text.strip_suffix(":read").map_or((text, Level::Change), |name| (name, Level::Read));
        let area = Area::ALL.iter().find(|area| area.as_str() == name);
        area.map(|&area| Self { area, level }).ok_or_else(|| UnknownName(text.to_owned()))
    }
}

/// A role of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Administrator,
    /// Helps customers.
    Support,
    /// Runs the installation.
    Operator,
    /// Keeps the forum.
    Moderator,
    /// Keeps stock and returns.
    Warehouse,
    /// Reads everything and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in the database, the API and the CLI.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The name on pages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Support => "Support",
            Self::Operator => "Operator",
            Self::Moderator => "Moderator",
            Self::Warehouse => "Warehouse",
            Self::Auditor => "Auditor",
        }
    }

    /// What the role is for, in a sentence.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Administrator => "Does everything, and decides what others may do.",
            Self::Support => "Helps customers: links, invitations, persons, devices, requests and returns.",
            Self::Operator => "Runs the installation: systems, sweeps, background jobs and marketplaces.",
            Self::Moderator => "Keeps the boards of the forum.",
            Self::Warehouse => "Keeps stock and handles returns.",
            Self::Auditor => "Reads everything and changes nothing.",
        }
    }

    /// What the role permits in an area. `None`: nothing.
    pub const fn level(self, area: Area) -> Option<Level> {
        use Area::{
            Administration, Community, Customers, Devices, Marketplace, Operations, Persons, Requests, Returns,
        };
        use Level::{Change, Read};
        match (self, area) {
            (Self::Administrator, _)
            | (Self::Support, Customers | Devices | Requests | Returns | Persons)
            | (Self::Operator, Operations | Marketplace)
            | (Self::Moderator, Community)
            | (Self::Warehouse, Devices | Returns) => Some(Change),
            (Self::Auditor, _)
            | (Self::Support, Community | Marketplace | Operations)
            | (Self::Operator, Customers | Devices | Requests | Returns | Persons)
            | (Self::Warehouse, Customers) => Some(Read),
            (Self::Support, Administration)
            | (Self::Operator, Community | Administration)
            | (
                Self::Moderator,
                Customers | Devices | Requests | Returns | Persons | Marketplace | Operations | Administration,
            )
            | (Self::Warehouse, Requests | Persons | Community | Marketplace | Operations | Administration) => None,
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text).ok_or_else(|| UnknownName(text.to_owned()))
    }
}

/// Everything that someone may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeMap<Area, Level>);

impl Permissions {
    /// The permissions of some roles.
    pub fn of_roles(roles: &[Role]) -> Self {
        let granted = roles.iter().flat_map(|role| {
            Area::ALL.iter().filter_map(|&area| role.level(area).map(|level| Permission { area, level }))
        });
        granted.collect()
    }

    /// Every permission.
    pub fn all() -> Self {
        Self::of_roles(&[Role::Administrator])
    }

    /// What is permitted in an area. `None`: nothing.
    pub fn level(&self, area: Area) -> Option<Level> {
        self.0.get(&area).copied()
    }

    /// Whether a permission is among them.
    pub fn allow(&self, wanted: Permission) -> bool {
        self.level(wanted.area).is_some_and(|level| level >= wanted.level)
    }

    /// Whether nothing is permitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The permissions, one per area.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().map(|(&area, &level)| Permission { area, level })
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(granted: T) -> Self {
        let mut all = BTreeMap::new();
        for Permission { area, level } in granted {
            let known = all.entry(area).or_insert(level);
            *known = level.max(*known);
        }
        Self(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(role: Role, area: Area, level: Level) -> bool {
        Permissions::of_roles(&[role]).allow(Permission { area, level })
    }

    #[test]
    fn roles_permit_what_their_work_needs_and_no_more() {
        for &area in Area::ALL {
            assert!(may(Role::Administrator, area, Level::Change), "{area:?}");
            assert!(may(Role::Auditor, area, Level::Read) && !may(Role::Auditor, area, Level::Change), "{area:?}");
        }
        for &role in Role::ALL {
            let changes_staff = may(role, Area::Administration, Level::Change);
            assert_eq!(changes_staff, role == Role::Administrator, "{role:?}");
        }
        assert!(
            may(Role::Support, Area::Customers, Level::Change) && !may(Role::Support, Area::Operations, Level::Change)
        );
        assert!(!may(Role::Moderator, Area::Customers, Level::Read));
        assert!(
            may(Role::Warehouse, Area::Customers, Level::Read) && !may(Role::Warehouse, Area::Persons, Level::Read)
        );
    }

    #[test]
    fn roles_are_documented_as_they_are() {
        let documented = include_str!("../../../../docs/security.md");
        let titles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        assert!(documented.contains(&format!("| area | {} |", titles.join(" | "))));
        for area in Area::ALL {
            let level = |role: &Role| match role.level(*area) {
                None => "–",
                Some(Level::Read) => "read",
                Some(Level::Change) => "change",
            };
            let levels: Vec<&str> = Role::ALL.iter().map(level).collect();
            let row = format!("| `{}` | {} |", area.as_str(), levels.join(" | "));
            assert!(documented.contains(&row), "docs/security.md lacks {row}");
        }
    }

    #[test]
    fn several_roles_permit_what_each_of_them_permits() {
        for &one in Role::ALL {
            for &other in Role::ALL {
                let both = Permissions::of_roles(&[one, other]);
                for &area in Area::ALL {
                    assert_eq!(both.level(area), one.level(area).max(other.level(area)), "{one:?} {other:?} {area:?}");
                }
            }
        }
        assert!(Permissions::of_roles(&[]).is_empty());
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for &area in Area::ALL {
            for level in [Level::Read, Level::Change] {
                let permission = Permission { area, level };
                assert_eq!(permission.to_string().parse(), Ok(permission));
            }
        }
        for unknown in ["", ":read", "devices:write", "Devices", "devices ", "*"] {
            assert!(unknown.parse::<Permission>().is_err(), "{unknown}");
        }
    }
}
