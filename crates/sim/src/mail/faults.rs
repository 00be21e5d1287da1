//! SMTP faults, switched on by a test or a demo.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A fault, as in `POST /_sim/faults`: `{"kind": "temporary", "to": "someone@example.com", "times": 2}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Kind of fault.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Part of the affected recipients' address. Case-insensitive. `None`: all recipients.
    #[serde(default)]
    pub to: Option<String>,
    /// Number of times that it applies. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
}

/// A step of an SMTP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The greeting, which the server sends first.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS. Offered only while a fault for it is on.
    Starttls,
    /// AUTH.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The content, before the final dot. It is not read.
    Content,
    /// The reply to the whole message. Unless it is rejected, the message arrives.
    Message,
}

impl Step {
    /// The step of a command.
    pub(super) fn of_command(verb: &str) -> Option<Self> {
        Some(match verb {
            "EHLO" | "HELO" => Self::Ehlo,
            "STARTTLS" => Self::Starttls,
            "AUTH" => Self::Auth,
            "MAIL" => Self::Mail,
            "RCPT" => Self::Rcpt,
            "DATA" => Self::Data,
            _ => return None,
        })
    }
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Connections are refused by the kernel until the faults are cleared. Ignores `to` and `times`.
    Refuse,
    /// The recipient is rejected temporarily: 451.
    Temporary,
    /// The recipient is rejected permanently: 550.
    Permanent,
    /// The message arrives, and the connection is closed before the reply, so that the sender cannot know the outcome.
    DropAfterData,
    /// The server is silent from a step on, and keeps the connection open.
    Silent {
        /// The step.
        step: Step,
    },
    /// The connection is closed in place of the reply to a step.
    Drop {
        /// The step.
        step: Step,
    },
    /// A step is rejected.
    Reject {
        /// The step.
        step: Step,
        /// Reply code: 4xx for temporary, 5xx for permanent.
        code: u16,
    },
    /// The message arrives, but the reply is delayed.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
}

impl FaultKind {
    const fn step(self) -> Option<Step> {
        match self {
            Self::Silent { step } | Self::Drop { step } | Self::Reject { step, .. } => Some(step),
            _ => None,
        }
    }
}

/// The active faults.
#[derive(Debug, Default)]
pub(super) struct FaultBoard {
    active: Mutex<Vec<Fault>>,
    refusing: watch::Sender<bool>,
}

impl FaultBoard {
    pub(super) fn add(&self, fault: Fault) {
        if fault.kind == FaultKind::Refuse {
            self.refusing.send_replace(true);
        }
        self.lock().push(fault);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
        self.refusing.send_replace(false);
    }

    pub(super) fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// Waits until refusing connections is switched on or off.
    pub(super) async fn refusing(&self, wanted: bool) {
        // The sender lives as long as the board, so the wait ends only with the change.
        drop(self.refusing.subscribe().wait_for(|refusing| *refusing == wanted).await);
    }

    /// The fault that applies to a step. Counts it.
    pub(super) fn at_step(&self, step: Step, recipients: &[String]) -> Option<FaultKind> {
        self.strike(recipients, |kind| kind.step() == Some(step))
    }

    /// Whether a fault for a step is on.
    pub(super) fn awaits(&self, step: Step) -> bool {
        self.lock().iter().any(|fault| fault.kind.step() == Some(step) && fault.times != Some(0))
    }

    /// The fault that applies to a recipient at `RCPT`. Counts it.
    pub(super) fn at_recipient(&self, recipient: &str) -> Option<FaultKind> {
        self.strike(&[recipient.to_owned()], |kind| matches!(kind, FaultKind::Temporary | FaultKind::Permanent))
    }

    /// Whether the connection is closed after the message.
    pub(super) fn drops_after_data(&self, recipients: &[String]) -> bool {
        self.strike(recipients, |kind| kind == FaultKind::DropAfterData).is_some()
    }

    /// Delay of the reply to the message.
    pub(super) fn delay(&self, recipients: &[String]) -> Duration {
        match self.strike(recipients, |kind| matches!(kind, FaultKind::Delay { .. })) {
            Some(FaultKind::Delay { ms }) => Duration::from_millis(ms),
            _ => Duration::ZERO,
        }
    }

    fn strike(&self, recipients: &[String], fits: impl Fn(FaultKind) -> bool) -> Option<FaultKind> {
        let mut active = self.lock();
        let names = |to: &String| recipients.iter().any(|one| one.to_lowercase().contains(&to.to_lowercase()));
        let hits = |fault: &Fault| fits(fault.kind) && fault.times != Some(0) && fault.to.as_ref().is_none_or(names);
        let fault = active.iter_mut().find(|fault| hits(fault))?;
        fault.times = fault.times.map(|times| times - 1);
        Some(fault.kind)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
