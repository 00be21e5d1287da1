//! Faults of the SMTP side, switched on by a test or a demo.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// One fault, as `POST /_sim/faults` takes it: `{"kind": "temporary", "to": "someone@example.com", "times": 2}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Part of the address of the recipients it hits, in any letter case. `None`: everybody.
    #[serde(default)]
    pub to: Option<String>,
    /// How often it hits. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
}

/// A step of an SMTP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The first line, before the sender says anything.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS, which is offered only while a fault awaits it.
    Starttls,
    /// AUTH.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The content, before the dot that ends it: it is not read.
    Content,
    /// The reply to the whole message. Unless it is rejected, the message arrives.
    Message,
}

impl Step {
    /// The step that a command takes.
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

/// What a fault does to an SMTP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Nobody listens: the kernel refuses connections, until the faults are cleared. Knows neither `to` nor `times`.
    Refuse,
    /// The recipient is refused for now: 451.
    Temporary,
    /// The recipient is refused for good: 550.
    Permanent,
    /// The message arrives, and the connection breaks before the reply: the sender cannot know.
    DropAfterData,
    /// From a step on, nothing is said any more, and the connection stays.
    Silent {
        /// Which.
        step: Step,
    },
    /// The connection breaks instead of the reply to a step.
    Drop {
        /// Which.
        step: Step,
    },
    /// A step is refused.
    Reject {
        /// Which.
        step: Step,
        /// The code of the reply: 4xx for now, 5xx for good.
        code: u16,
    },
    /// The message arrives, but the reply takes a while.
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

/// The faults that are on.
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

    /// Waits until connections are (or are no longer) to be refused.
    pub(super) async fn refusing(&self, wanted: bool) {
        // The sender lives as long as the board, so the wait ends only with the change.
        drop(self.refusing.subscribe().wait_for(|refusing| *refusing == wanted).await);
    }

    /// The fault that hits a step.
    pub(super) fn at_step(&self, step: Step, recipients: &[String]) -> Option<FaultKind> {
        self.strike(recipients, |kind| kind.step() == Some(step))
    }

    /// Whether a fault awaits a step.
    pub(super) fn awaits(&self, step: Step) -> bool {
        self.lock().iter().any(|fault| fault.kind.step() == Some(step) && fault.times != Some(0))
    }

    /// The fault that hits a recipient at `RCPT`.
    pub(super) fn at_recipient(&self, recipient: &str) -> Option<FaultKind> {
        self.strike(&[recipient.to_owned()], |kind| matches!(kind, FaultKind::Temporary | FaultKind::Permanent))
    }

    /// Whether the connection breaks after the message.
    pub(super) fn drops_after_data(&self, recipients: &[String]) -> bool {
        self.strike(recipients, |kind| kind == FaultKind::DropAfterData).is_some()
    }

    /// How long the reply to the message takes.
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
