//! Approval workflows (`P09`): the steps that a kind of request passes before it is sent to the service team. Defined
//! by the customer's administrator without code. A request keeps the steps it started with.

mod error;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CustomerId, PersonId};
use crate::kernel::input;

pub use error::{WorkflowChangeError, WorkflowError};

/// Maximum number of steps of a workflow.
pub const MAX_STEPS: usize = 10;
/// Maximum length of a field's label, in characters.
pub const MAX_LABEL_LENGTH: usize = 80;
/// Maximum length of a reason or answer, in characters.
pub const MAX_ANSWER_LENGTH: usize = 1_000;

/// The workflow of one customer for one kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// The customer.
    pub customer_id: CustomerId,
    /// Configured code of the kind of request.
    pub kind: String,
    /// Version, from 1.
    pub version: i64,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Time of the last change.
    pub changed_at: Timestamp,
    /// Actor of the last change.
    pub changed_by: String,
}

/// One step of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A person must approve.
    Approval {
        /// The approver.
        person: PersonId,
        /// The approver's name when the step was defined.
        name: String,
    },
    /// A person is notified by e-mail.
    Notice {
        /// The recipient.
        person: PersonId,
        /// The recipient's name when the step was defined.
        name: String,
    },
    /// The person must choose the place; there is no default.
    RequirePlace,
    /// The request must answer an additional field.
    RequireField {
        /// The field's label.
        label: String,
    },
}

impl Step {
    /// The step in words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Approval { name, .. } => format!("{name} approves it"),
            Self::Notice { name, .. } => format!("{name} is notified by e-mail"),
            Self::RequirePlace => "A place is chosen".to_owned(),
            Self::RequireField { label } => format!("“{label}” is filled in"),
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

/// A step of a running workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step as defined when the request was opened.
    pub step: Step,
    /// Its state.
    pub state: State,
}

/// State of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Not reached.
    Later,
    /// Pending: waiting for its person.
    Now,
    /// Completed.
    Done {
        /// Time of completion.
        at: Timestamp,
        /// Name of the person who completed it.
        by: String,
    },
    /// Declined; the workflow ended.
    Declined {
        /// Time of the rejection.
        at: Timestamp,
        /// Name of the person who declined.
        by: String,
        /// Reason.
        reason: String,
    },
}

/// The workflow of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Version of the workflow that it started with; 0 if there was none.
    pub version: i64,
    /// The steps with their states.
    pub steps: Vec<Taken>,
}

/// State of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// All steps are completed: the request is sent to the service team.
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
        /// Name of the approver.
        by: &'a str,
        /// Reason.
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

/// Input of a new request that steps can require.
#[derive(Debug, Clone, Copy)]
pub struct StepAnswer<'a> {
    /// Whether the person chose the place, instead of the default.
    pub place_chosen: bool,
    /// The answers, by field label.
    pub answers: &'a [(String, String)],
}

/// Required input that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The place.
    Place,
    /// An additional field, by label.
    Field(String),
}

/// A person with their name.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The person's id.
    pub person: PersonId,
    /// Their name.
    pub name: &'a str,
    /// Whether they may decide for an approver who cannot.
    pub administers: bool,
}

/// A decision about an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Approved.
    Approve,
    /// Declined, with the reason.
    Decline(&'a str),
}

impl Run {
    /// Starts a workflow. An approval by the person who opens the request counts as given.
    ///
    /// # Errors
    /// All required input that is missing.
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
    /// If no approval is pending, if another person must decide, or if a rejection has no reason.
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
                let reason = input::text(reason.trim(), MAX_ANSWER_LENGTH).map_err(|_| WorkflowError::NoReason)?;
                State::Declined { at: now, by: by.name.to_owned(), reason }
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
            let is_answer = |answer: &str| input::text(answer, usize::MAX).is_ok();
            let answered = given.answers.iter().any(|(name, answer)| name == label && is_answer(answer));
            (!answered).then(|| Missing::Field(label.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
