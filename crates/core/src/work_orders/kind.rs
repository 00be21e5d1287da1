//! Kinds of work and parts: configuration.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A kind of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkKind {
    /// Code, for example `installation`.
    pub code: String,
    /// Label for people.
    pub label: String,
    /// Whether a device is installed: finishing it assigns the device to the customer, and invites them (`A11`).
    #[serde(default)]
    pub installs: bool,
    /// Whether its service request is solved when it is finished.
    #[serde(default = "yes")]
    pub solves: bool,
    /// The check list. All of it must be done before it is finished.
    #[serde(default)]
    pub checks: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// A part that technicians have in their vans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Code, for example `mc4`.
    pub code: String,
    /// Label for people.
    pub label: String,
}

/// Configuration of work orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkSettings {
    /// The kinds of work. The first is the default in forms.
    pub kinds: Vec<WorkKind>,
    /// The parts.
    pub parts: Vec<Part>,
    /// The kind of work that a service request makes, by the code of its kind. Other requests make none by themselves.
    pub requests: BTreeMap<String, String>,
    /// Whether technicians may take on work that is nobody's.
    pub self_assign: bool,
}

/// Configuration error of work orders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkSettingsError {
    /// A code or label is missing or invalid.
    #[error("[work] “{0}”: a code needs lower-case letters, digits and _, at most 40; a label at least one letter")]
    Unnamed(String),
    /// A code is used twice.
    #[error("[work] “{0}” is there twice: every code may be used once")]
    Twice(String),
    /// An item of a check list is empty or too long.
    #[error("[work] the check list of “{0}” has an item that is empty, or longer than 200 characters")]
    Check(String),
    /// A request makes a kind of work that does not exist.
    #[error("[work.requests] {request} = “{kind}”: there is no such kind of work")]
    NoKind {
        /// The kind of request.
        request: String,
        /// The kind of work.
        kind: String,
    },
}

impl Default for WorkSettings {
    fn default() -> Self {
        let kind = |code: &str, label: &str, installs: bool, checks: &[&str]| WorkKind {
            code: code.to_owned(),
            label: label.to_owned(),
            installs,
            solves: true,
            checks: checks.iter().map(|item| (*item).to_owned()).collect(),
        };
        let part = |code: &str, label: &str| Part { code: code.to_owned(), label: label.to_owned() };
        Self {
            kinds: vec![
                kind(
                    "installation",
                    "Installation",
                    true,
                    &[
                        "Device mounted and connected",
                        "Serial number compared with the label",
                        "Customer shown how to use it",
                    ],
                ),
                kind("repair", "Repair", false, &["Device tested after the repair"]),
                kind("visit", "Visit", false, &[]),
            ],
            parts: vec![
                part("cable", "Cable, 1 m"),
                part("connector", "Connector"),
                part("fuse", "Fuse"),
                part("bracket", "Mounting bracket"),
            ],
            requests: BTreeMap::new(),
            self_assign: false,
        }
    }
}

impl WorkSettings {
    /// A kind by its code.
    pub fn kind(&self, code: &str) -> Option<&WorkKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// The kind of work that a kind of service request makes by itself.
    pub fn made_by(&self, request: &str) -> Option<&WorkKind> {
        self.kind(self.requests.get(request)?)
    }

    /// The label of a part. A part that is no longer configured is shown by its code.
    pub fn part_label<'a>(&'a self, code: &'a str) -> &'a str {
        self.parts.iter().find(|part| part.code == code).map_or(code, |part| &part.label)
    }

    /// Validates the configuration.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), WorkSettingsError> {
        named(self.kinds.iter().map(|kind| (kind.code.as_str(), kind.label.as_str())))?;
        named(self.parts.iter().map(|part| (part.code.as_str(), part.label.as_str())))?;
        for kind in &self.kinds {
            let fits = |item: &String| (1..=200).contains(&item.trim().chars().count());
            if !kind.checks.iter().all(fits) {
                return Err(WorkSettingsError::Check(kind.code.clone()));
            }
        }
        match self.requests.iter().find(|(_, kind)| self.kind(kind).is_none()) {
            Some((request, kind)) => Err(WorkSettingsError::NoKind { request: request.clone(), kind: kind.clone() }),
            None => Ok(()),
        }
    }
}

fn named<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), WorkSettingsError> {
    let mut known = BTreeSet::new();
    for (code, label) in all {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if !(1..=40).contains(&code.len()) || !code.bytes().all(plain) || label.trim().is_empty() {
            return Err(WorkSettingsError::Unnamed(code.to_owned()));
        }
        if !known.insert(code) {
            return Err(WorkSettingsError::Twice(code.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p05_default_kinds_of_work_are_valid_and_faults_are_named() {
        let usual = WorkSettings::default();
        assert_eq!(usual.check(), Ok(()));
        assert!(usual.kind("installation").unwrap().installs);
        let mut odd = usual.clone();
        odd.requests.insert("fault".to_owned(), "nothing".to_owned());
        let no_kind = WorkSettingsError::NoKind { request: "fault".to_owned(), kind: "nothing".to_owned() };
        assert_eq!(odd.check(), Err(no_kind));
        let mut twice = usual.clone();
        twice.parts.push(twice.parts[0].clone());
        assert_eq!(twice.check(), Err(WorkSettingsError::Twice("cable".to_owned())));
        let mut unnamed = usual.clone();
        unnamed.kinds[0].code = "No Code".to_owned();
        assert!(unnamed.check().is_err());
        let mut empty = usual;
        empty.kinds[1].checks.push(" ".to_owned());
        assert_eq!(empty.check(), Err(WorkSettingsError::Check("repair".to_owned())));
    }
}
