//! What this process counts of its own work, for the metrics. A label is one of a few known words: nothing in here names
//! a person.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::credentials::{MfaOutcome, SignInOutcome};
use crate::jobs::JobOutcome;
use crate::{CallbackError, HubError, SignedIn, StaffSignInOutcome};

/// Counters since the start of the process.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Runs of jobs.
    pub job_runs: Family<JobRun, Counter>,
    /// E-mails, each attempt by itself.
    pub emails: Family<Ended, Counter>,
    /// Activations that ended.
    pub activations: Family<Ended, Counter>,
    /// Sign-ins with local staff accounts although staff sign in at the company's identity provider.
    pub break_glass_sign_ins: Counter,
    /// Attempts to sign in.
    pub sign_ins: Family<SignInEnded, Counter>,
}

/// How the run of a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct JobRun {
    /// The kind of job.
    pub kind: &'static str,
    /// How the run ended.
    pub outcome: &'static str,
}

/// How something ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Ended {
    /// How it ended.
    pub outcome: &'static str,
}

/// How an attempt to sign in ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct SignInEnded {
    /// What was presented.
    pub method: &'static str,
    /// How it ended.
    pub outcome: &'static str,
}

/// How e-mails end.
const EMAIL_OUTCOMES: [&str; 4] = ["sent", "failed", "in_doubt", "capped"];
/// How activations end.
const ACTIVATION_OUTCOMES: [&str; 2] = ["done", "refused"];
/// How people sign in.
const METHODS: [&str; 5] = ["password", "second_step", "passkey", "identity_provider", "staff"];
/// How attempts to sign in end.
const SIGN_IN_OUTCOMES: [&str; 3] = ["succeeded", "rejected", "failed"];

impl Counted {
    /// All counters at zero. Those with few labels exist from the start, so that their first increase is seen.
    pub(crate) fn new() -> Self {
        let counted = Self {
            job_runs: Family::default(),
            emails: Family::default(),
            activations: Family::default(),
            break_glass_sign_ins: Counter::default(),
            sign_ins: Family::default(),
        };
        for outcome in EMAIL_OUTCOMES {
            drop(counted.emails.get_or_create(&Ended { outcome }));
        }
        for outcome in ACTIVATION_OUTCOMES {
            drop(counted.activations.get_or_create(&Ended { outcome }));
        }
        for method in METHODS {
            for outcome in SIGN_IN_OUTCOMES {
                drop(counted.sign_ins.get_or_create(&SignInEnded { method, outcome }));
            }
        }
        counted
    }

    /// Counts a run of a job. `retried`: it failed and is tried again.
    pub(crate) fn job(&self, kind: &'static str, ended: &JobOutcome, retried: bool) {
        let outcome = match ended {
            JobOutcome::Already | JobOutcome::Done => "done",
            JobOutcome::Wait(..) => "deferred",
            JobOutcome::Failed { .. } if retried => "retried",
            JobOutcome::Failed { .. } | JobOutcome::GivenUp(_) => "failed",
            JobOutcome::InDoubt(_) => "in_doubt",
        };
        self.job_runs.get_or_create(&JobRun { kind, outcome }).inc();
    }

    /// Counts an attempt to send an e-mail.
    pub(crate) fn email(&self, ended: &JobOutcome) {
        match ended {
            JobOutcome::Already | JobOutcome::Done => self.email_outcome("sent"),
            JobOutcome::InDoubt(_) => self.email_outcome("in_doubt"),
            JobOutcome::Wait(..) | JobOutcome::Failed { .. } | JobOutcome::GivenUp(_) => self.email_outcome("failed"),
        }
    }

    /// Counts an e-mail that was not sent because strangers asked for too many.
    pub(crate) fn capped_email(&self) {
        self.email_outcome("capped");
    }

    fn email_outcome(&self, outcome: &'static str) {
        self.emails.get_or_create(&Ended { outcome }).inc();
    }

    /// Counts an activation that ended.
    pub(crate) fn activation(&self, done: bool) {
        let outcome = if done { "done" } else { "refused" };
        self.activations.get_or_create(&Ended { outcome }).inc();
    }

    /// Counts an attempt with a password or a passkey. A right password to which the second step is still missing is
    /// not counted: that step is.
    pub(crate) fn sign_in(&self, method: &'static str, ended: &Result<SignInOutcome, HubError>) {
        let outcome = match ended {
            Ok(SignInOutcome::Half(_)) => return,
            Ok(SignInOutcome::In(..)) => "succeeded",
            Ok(SignInOutcome::Inactive(_) | SignInOutcome::Wrong) => "rejected",
            Err(_) => "failed",
        };
        self.sign_in_outcome(method, outcome);
    }

    /// Counts an attempt at the second step.
    pub(crate) fn second_step(&self, ended: &Result<MfaOutcome, HubError>) {
        let outcome = match ended {
            Ok(MfaOutcome::In(..)) => "succeeded",
            Ok(MfaOutcome::Wrong(_) | MfaOutcome::Over) => "rejected",
            Err(_) => "failed",
        };
        self.sign_in_outcome("second_step", outcome);
    }

    /// Counts a callback from an identity provider. One that goes on at the provider is not counted: its end is.
    pub(crate) fn callback(&self, ended: &Result<SignedIn, CallbackError>) {
        let outcome = match ended {
            Err(CallbackError::GoOn(_)) => return,
            // Anybody can send any number of callbacks without a sign-in that was begun, so they are not logged.
            Err(CallbackError::Rejected { purpose: None, .. }) => {
                let ended = SignInEnded { method: "identity_provider", outcome: "rejected" };
                self.sign_ins.get_or_create(&ended).inc();
                return;
            }
            Ok(_) => "succeeded",
            Err(CallbackError::Rejected { .. }) => "rejected",
            Err(CallbackError::Hub(_)) => "failed",
        };
        self.sign_in_outcome("identity_provider", outcome);
    }

    /// Counts an attempt of a member of staff.
    pub(crate) fn staff_sign_in(&self, ended: &Result<StaffSignInOutcome, HubError>) {
        let outcome = match ended {
            Ok(StaffSignInOutcome::In(_)) => "succeeded",
            Ok(StaffSignInOutcome::Wrong) => "rejected",
            Err(_) => "failed",
        };
        self.sign_in_outcome("staff", outcome);
    }

    /// The log has a line for each, which names nobody. What can be guessed is limited before, and so are these lines.
    fn sign_in_outcome(&self, method: &'static str, outcome: &'static str) {
        tracing::info!(method, outcome, "sign-in");
        self.sign_ins.get_or_create(&SignInEnded { method, outcome }).inc();
    }
}
