//! The section `[people]`: licences, seats and role functions.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_hub::{Counting, SeatRule, SeatRules};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// The licence type granted by an activation, or `none`.
    pub activation_licence: String,
    /// Seat limits by licence type. A licence without an entry is unlimited.
    pub seats: BTreeMap<String, Seats>,
    /// Idle time in minutes after which a session's seat becomes free.
    pub seat_idle_minutes: i64,
    /// Whether an unknown user may submit a registration request.
    pub self_registration: bool,
    /// The role function for writing news.
    pub news_edit_function: String,
    /// The role function for moderating the forum.
    pub forum_moderate_function: String,
    /// The role function for editing the contacts of one's organisation.
    pub contact_edit_function: String,
}

impl Default for People {
    fn default() -> Self {
        let RoleFunctions { news_edit, forum_moderate, contact_edit } = RoleFunctions::default();
        Self {
            activation_licence: LicenceType::Custportal.as_str().to_owned(),
            seats: BTreeMap::new(),
            seat_idle_minutes: 30,
            self_registration: true,
            news_edit_function: news_edit,
            forum_moderate_function: forum_moderate,
            contact_edit_function: contact_edit,
        }
    }
}

/// The seat limit of a licence.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Seats {
    /// Number of seats.
    pub count: u32,
    /// `concurrent` limits sessions, `named` limits people.
    #[serde(default)]
    pub counting: SeatCounting,
}

/// The counting mode of seats.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatCounting {
    #[default]
    Concurrent,
    Named,
}

impl People {
    /// The names of the portal's role functions.
    pub fn role_functions(&self) -> RoleFunctions {
        RoleFunctions {
            news_edit: self.news_edit_function.clone(),
            forum_moderate: self.forum_moderate_function.clone(),
            contact_edit: self.contact_edit_function.clone(),
        }
    }

    /// The licence type granted by an activation. `None`: no licence, until staff grant one.
    pub fn activation_licence(&self) -> anyhow::Result<Option<LicenceType>> {
        match self.activation_licence.as_str() {
            "none" => Ok(None),
            code => licence("people.activation_licence", code).map(Some),
        }
    }

    /// The seat limits of all licences.
    pub fn seats(&self) -> anyhow::Result<SeatRules> {
        let rules = self.seats.iter().map(|(code, seats)| {
            let counting = match seats.counting {
                SeatCounting::Concurrent => Counting::Concurrent,
                SeatCounting::Named => Counting::Named,
            };
            let licence = licence("people.seats", code)?;
            Ok((licence.as_str(), SeatRule { count: seats.count, counting }))
        });
        let rules = rules.collect::<anyhow::Result<_>>()?;
        Ok(SeatRules { rules, idle: SignedDuration::from_mins(self.seat_idle_minutes) })
    }
}

fn licence(field: &str, code: &str) -> anyhow::Result<LicenceType> {
    LicenceType::parse(code).with_context(|| {
        format!("{field}: unknown licence type {code}; did you mean {}?", LicenceType::nearest(code).as_str())
    })
}
