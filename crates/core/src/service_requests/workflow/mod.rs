//! A customer's own workflows (`P09`): the steps that a request of one kind takes before it reaches the service team. Defined by the
//! customer's administrator, without code; a request keeps the steps it began with.

mod error;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CustomerId, PersonId};

pub use error::{WorkflowChangeError, WorkflowError};

/// The most steps of one workflow.
pub const MAX_STEPS: usize = 10;
/// The longest name of a field, in characters.
pub const MAX_LABEL_LENGTH: usize = 80;
/// The longest reason or answer, in characters.
pub const MAX_ANSWER_LENGTH: usize = 1_000;

/// The steps of one kind of request of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Whose.
    pub customer_id: CustomerId,
    /// The kind of request, by its configured code.
    pub kind: String,
    /// Counts changes, from 1.
    pub version: i64,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A person must approve.
    Approval {
        /// Who.
        person: PersonId,
        /// Their name when the step was defined.
        name: String,
    },
    /// A person is notified by mail.
    Notice {
        /// Who.
        person: PersonId,
        /// Their name when the step was defined.
        name: String,
    },
    /// The request has to say at which place, by choice and not by default.
    RequirePlace,
    /// The request has to answer something more.
    RequireField {
        /// What.
        label: String,
    },
}

impl Step {
    /// The step in words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Approval { name, .. } => format!("{name} approves it"),
            Self::Notice { name, .. } => format!("{name} is told by e-mail"),
            Self::RequirePlace => "It says at which place".to_owned(),
            Self::RequireField { label } => format!("It answers “{label}”"),
        }
    }
}

/// Errors of a workflow's definition, in words for its author.
pub fn check(steps: &[Step]) -> Result<(), String> {
    if steps.len() > MAX_STEPS {
        return Err(format!("A workflow has at most {MAX_STEPS} steps."));
    }
    let mut labels = BTreeSet::new();
    for step in steps {
        let Step::RequireField { label } = step else { continue };
        let length = label.trim().chars().count();
        if length == 0 || length > MAX_LABEL_LENGTH {
            return Err(format!("A field needs a name of 1 to {MAX_LABEL_LENGTH} characters."));
        }
        if !labels.insert(label.trim().to_lowercase()) {
            return Err(format!("There are two fields “{}”; give each a name of its own.", label.trim()));
        }
    }
    Ok(())
}

/// A step that a request takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step, as it was defined when the request began.
    pub step: Step,
    /// How far it is.
    pub state: State,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Its turn has not come.
    Later,
    /// It waits for its person.
    Now,
    /// It is done.
    Done {
        /// When.
        at: Timestamp,
        /// Who did it, by name.
        by: String,
    },
    /// It ended the request.
    Declined {
        /// When.
        at: Timestamp,
        /// Who did it, by name.
        by: String,
        /// Why.
        reason: String,
    },
}

/// A request on its way through its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The version of the workflow it began with; 0: there was none.
    pub version: i64,
    /// The steps.
    pub steps: Vec<Taken>,
}

/// State of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Every step is taken: the request goes to the service team.
    Passed,
    /// It waits for an approval.
    Approval {
        /// The approver.
        person: PersonId,
        /// Their name.
        name: &'a str,
    },
    /// An approver declined.
    Declined {
        /// Who, by name.
        by: &'a str,
        /// Why.
        reason: &'a str,
    },
}

/// Effects of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Notify the approver.
    Ask(PersonId),
    /// Notify a person of the request.
    Tell(PersonId),
}

/// Data of a new request.
#[derive(Debug, Clone, Copy)]
pub struct StepAnswer<'a> {
    /// Whether the place was chosen, not taken as the usual one.
    pub place_chosen: bool,
    /// The answers, by the field's name.
    pub answers: &'a [(String, String)],
}

/// Something that a step wants and the request does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The place.
    Place,
    /// A field.
    Field(String),
}

/// A person with their name.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: &'a str,
    /// Whether they may decide in another's place, since that other cannot.
    pub administers: bool,
}

/// An answer to an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Yes.
    Approve,
    /// No, and why.
    Decline(&'a str),
}

impl Run {
    /// Starts a workflow. An approval by the person who opens the request counts as given.
    ///
    /// # Errors
    /// Everything that a step wants and the request does not say.
    pub fn begin(
        workflow: Option<&Workflow>,
        given: StepAnswer<'_>,
        opener: By<'_>,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), Vec<Missing>> {
        let Some(workflow) = workflow else { return Ok((Self::default(), Vec::new())) };
        let missing: Vec<Missing> = workflow.steps.iter().filter_map(|step| lacking(step, given)).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let taken = |step: &Step| {
            let done = match step {
                Step::RequirePlace | Step::RequireField { .. } => true,
                Step::Approval { person, .. } => *person == opener.person,
                Step::Notice { .. } => false,
            };
            let state = if done { State::Done { at: now, by: opener.name.to_owned() } } else { State::Later };
            Taken { step: step.clone(), state }
        };
        let mut run = Self { version: workflow.version, steps: workflow.steps.iter().map(taken).collect() };
        let effects = run.go_on(now);
        Ok((run, effects))
    }

    /// Current state.
    pub fn standing(&self) -> Standing<'_> {
        for taken in &self.steps {
            match (&taken.state, &taken.step) {
                (State::Declined { by, reason, .. }, _) => return Standing::Declined { by, reason },
                (State::Now, Step::Approval { person, name }) => return Standing::Approval { person: *person, name },
                _ => {}
            }
        }
        Standing::Passed
    }

    /// The approver of the pending approval.
    pub fn awaited(&self) -> Option<PersonId> {
        match self.standing() {
            Standing::Approval { person, .. } => Some(person),
            Standing::Passed | Standing::Declined { .. } => None,
        }
    }

    /// Records the answer to the pending approval.
    ///
    /// # Errors
    /// When no approval is pending, when another person must give it, or when a rejection has no reason.
    pub fn decide(&mut self, by: By<'_>, verdict: Verdict<'_>, now: Timestamp) -> Result<Vec<Effect>, WorkflowError> {
        let open =
            self.steps.iter_mut().find(|taken| taken.state == State::Now).ok_or(WorkflowError::NothingAwaited)?;
        let theirs = matches!(&open.step, Step::Approval { person, .. } if *person == by.person);
        if !theirs && !by.administers {
            return Err(WorkflowError::NotYours);
        }
        open.state = match verdict {
            Verdict::Approve => State::Done { at: now, by: by.name.to_owned() },
            Verdict::Decline(reason) => {
                let reason = reason.trim();
                if reason.is_empty() || reason.chars().count() > MAX_ANSWER_LENGTH {
                    return Err(WorkflowError::NoReason);
                }
                State::Declined { at: now, by: by.name.to_owned(), reason: reason.to_owned() }
            }
        };
        Ok(if matches!(verdict, Verdict::Approve) { self.go_on(now) } else { Vec::new() })
    }

    /// Runs every step up to the next one that needs a person.
    fn go_on(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        for taken in self.steps.iter_mut().filter(|taken| taken.state == State::Later) {
            match &taken.step {
                Step::Approval { person, .. } => {
                    taken.state = State::Now;
                    effects.push(Effect::Ask(*person));
                    break;
                }
                Step::Notice { person, name } => {
                    effects.push(Effect::Tell(*person));
                    taken.state = State::Done { at: now, by: name.clone() };
                }
                Step::RequirePlace | Step::RequireField { .. } => {}
            }
        }
        effects
    }
}

fn lacking(step: &Step, given: StepAnswer<'_>) -> Option<Missing> {
    match step {
        Step::RequirePlace if !given.place_chosen => Some(Missing::Place),
        Step::RequireField { label } => {
            let answered = given.answers.iter().any(|(name, answer)| name == label && !answer.trim().is_empty());
            (!answered).then(|| Missing::Field(label.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
