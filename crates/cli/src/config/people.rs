//! `[people]`: what people may use, and how many.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::SignedDuration;
use serde::Deserialize;
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_hub::{Counting, SeatRule, SeatRules};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// What somebody who activates may use: a licence type, or `none`.
    pub activation_licence: String,
    /// How many may use a licence, by licence type; those not listed: any number.
    pub seats: BTreeMap<String, Seats>,
    /// After how long without a request a session's seat is free for others.
    pub seat_idle_minutes: i64,
    /// Whether somebody who is not known may ask to be let in.
    pub self_registration: bool,
    /// The role function with which somebody writes in the news.
    pub news_edit_function: String,
    /// The role function with which somebody moderates the forum.
    pub forum_moderate_function: String,
    /// The role function with which somebody keeps the contacts of their organisation.
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

/// How many may use a licence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seats {
    /// How many.
    pub count: u32,
    /// `concurrent`: so many sessions at once; `named`: so many people.
    #[serde(default)]
    pub counting: SeatCounting,
}

/// How seats are counted.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatCounting {
    #[default]
    Concurrent,
    Named,
}

impl People {
    /// What the role functions of the portal are called.
    pub fn role_functions(&self) -> RoleFunctions {
        RoleFunctions {
            news_edit: self.news_edit_function.clone(),
            forum_moderate: self.forum_moderate_function.clone(),
            contact_edit: self.contact_edit_function.clone(),
        }
    }

    /// The licence type; none: nothing, until staff decide.
    pub fn activation_licence(&self) -> anyhow::Result<Option<LicenceType>> {
        match self.activation_licence.as_str() {
            "none" => Ok(None),
            code => licence("people.activation_licence", code).map(Some),
        }
    }

    /// How licences are counted.
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
