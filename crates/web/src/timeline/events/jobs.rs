//! Wording of the timeline events of jobs: what staff decided about them.

use tessera_core::kernel::job::Upstream;
use tessera_core::kernel::job::event::JobEvent;

use super::Wording;

impl Wording for JobEvent {
    fn staff(&self) -> String {
        match self {
            Self::JobDismissed { kind, error, in_doubt: false, .. } => {
                format!("A failed job was dismissed: {kind} ({error})")
            }
            Self::JobDismissed { kind, error, in_doubt: true, .. } => {
                format!("A job in doubt was settled: {kind} ({error})")
            }
            Self::JobRetried { kind, in_doubt: false, .. } => format!("A failed job was retried: {kind}"),
            Self::JobRetried { kind, in_doubt: true, .. } => format!("A job in doubt was sent again: {kind}"),
            Self::JobsRetried { kind, system, jobs } => {
                let of = kind.as_deref().or(system.map(upstream)).unwrap_or("every kind");
                let jobs = if *jobs == 1 { "1 failed job".to_owned() } else { format!("{jobs} failed jobs") };
                format!("{jobs} retried: {of}")
            }
            Self::SystemPaused { system } => format!("Background work of the {} was paused", upstream(*system)),
            Self::SystemResumed { system } => format!("Background work of the {} was resumed", upstream(*system)),
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}

const fn upstream(system: Upstream) -> &'static str {
    match system {
        Upstream::ServiceDesk => "service desk",
        Upstream::Crm => "CRM",
        Upstream::Mail => "mail server",
        Upstream::Invoices => "invoice source",
    }
}
