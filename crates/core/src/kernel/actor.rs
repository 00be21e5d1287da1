//! The actor of a change and the channel it came through.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An actor's name, unique within its kind.
pub type Name = Cow<'static, str>;

/// The cause of a change. The database, the API and the timeline store its text form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// The hub itself, on its own schedule: `hub`.
    Hub,
    /// The user of the command line: `cli`.
    Cli,
    /// A customer who is not signed in, through a link or a form: `customer`.
    Customer,
    /// A person who registers and has no account yet: `applicant`.
    Applicant,
    /// A configured outside system, by its name: `system:freshservice`.
    System(Name),
    /// A configured marketplace, by its name: `marketplace:cloud`.
    Marketplace(Name),
    /// A member of staff, by their login: `staff:jo`.
    Staff(Name),
    /// A client of the admin API, by the name of its API key: `api_key:installer`.
    ApiKey(Name),
    /// A person signed in to the portal, by person id: `person:P-7K3F-9QX2`.
    Person(Name),
    /// A sign-in at an identity provider, by its subject: `user:…`.
    User(Name),
}

/// Parse error of an [`Actor`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” names no actor: expected hub, cli, customer, applicant, or KIND:NAME")]
pub struct UnknownActor(String);

impl Actor {
    /// A member of staff, by their login.
    pub fn staff(login: impl Into<Name>) -> Self {
        Self::Staff(login.into())
    }

    /// An outside system, by its configured name.
    pub fn system(name: impl Into<Name>) -> Self {
        Self::System(name.into())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub => f.write_str("hub"),
            Self::Cli => f.write_str("cli"),
            Self::Customer => f.write_str("customer"),
            Self::Applicant => f.write_str("applicant"),
            Self::System(name) => write!(f, "system:{name}"),
            Self::Marketplace(name) => write!(f, "marketplace:{name}"),
            Self::Staff(login) => write!(f, "staff:{login}"),
            Self::ApiKey(name) => write!(f, "api_key:{name}"),
            Self::Person(person_id) => write!(f, "person:{person_id}"),
            Self::User(subject) => write!(f, "user:{subject}"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        let unknown = || UnknownActor(text.to_owned());
        let Some((kind, name)) = text.split_once(':') else {
            return match text {
                "hub" => Ok(Self::Hub),
                "cli" => Ok(Self::Cli),
                "customer" => Ok(Self::Customer),
                "applicant" => Ok(Self::Applicant),
                _ => Err(unknown()),
            };
        };
        let make = match kind {
            "system" => Self::System,
            "marketplace" => Self::Marketplace,
            "staff" => Self::Staff,
            "api_key" => Self::ApiKey,
            "person" => Self::Person,
            "user" => Self::User,
            _ => return Err(unknown()),
        };
        Ok(make(name.to_owned().into()))
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = UnknownActor;

    fn try_from(text: String) -> Result<Self, UnknownActor> {
        text.parse()
    }
}

/// The interface or mechanism that a change came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Channel {
    /// The activation pages.
    Activation,
    /// The app and admin API.
    Api,
    /// A policy of Azure AD B2C.
    B2c,
    /// The command line.
    Cli,
    /// The staff console.
    Console,
    /// A webhook of an outside system.
    Hook,
    /// A background job.
    Job,
    /// A marketplace's account API.
    Marketplace,
    /// A message of a person's machine.
    Message,
    /// A customer's portal.
    Portal,
}

impl Channel {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn actors() -> impl Strategy<Value = Actor> {
        let name = "[ -~]{0,20}";
        prop_oneof![
            Just(Actor::Hub),
            Just(Actor::Cli),
            Just(Actor::Customer),
            Just(Actor::Applicant),
            name.prop_map(|name| Actor::System(name.into())),
            name.prop_map(|name| Actor::Marketplace(name.into())),
            name.prop_map(|name| Actor::Staff(name.into())),
            name.prop_map(|name| Actor::ApiKey(name.into())),
            name.prop_map(|name| Actor::Person(name.into())),
            name.prop_map(|name| Actor::User(name.into())),
        ]
    }

    proptest! {
        #[test]
        fn h05_actor_round_trips_through_its_text(actor in actors()) {
            prop_assert_eq!(actor.to_string().parse(), Ok(actor));
        }
    }

    #[test]
    fn h05_invalid_actor_text_is_rejected() {
        for text in ["", "jo", "robot:x", "Hub", "staff"] {
            assert!(text.parse::<Actor>().is_err(), "{text}");
        }
    }
}
