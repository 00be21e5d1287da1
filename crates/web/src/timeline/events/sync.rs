//! Wording of the timeline events of synchronisation: requesters, merged records, reviews and sweeps.

use tessera_core::sync::event::{Ruling, SyncEvent};
use tessera_core::sync::sweep::Decision;

use super::Wording;
use crate::locale::text;

impl Wording for SyncEvent {
    fn staff(&self) -> String {
        match self {
            Self::ContactAmbiguous { email, candidates, .. } => {
                format!("{candidates} CRM contacts have the e-mail {email}; waiting for a decision")
            }
            Self::ReviewDecided { ruling, note: Some(note), .. } => {
                format!("Review decided: {} ({note})", self::ruling(ruling))
            }
            Self::ReviewDecided { ruling, note: None, .. } => format!("Review decided: {}", self::ruling(ruling)),
            Self::RequesterDeactivated { record } => {
                format!("{record} was deactivated in the service desk; its devices are not shown")
            }
            Self::RequesterReactivated { record } => {
                format!("{record} is active in the service desk again; its devices are shown again")
            }
            Self::RequesterConverted { record } => {
                format!("{record} is an agent of the service desk now; the link and its devices stay")
            }
            Self::RecordMerged { from, into } => format!("{from} was merged into {into}; the link moved with it"),
            Self::MergeDisputed { from, into, .. } => {
                format!("{from} was merged into {into}, which is another customer's; waiting for a decision")
            }
            Self::OtherContactFound { email, linked, others, .. } => {
                format!("{others} other CRM contact(s) have the e-mail {email}; {linked} stays linked until a decision")
            }
            Self::SweepRequested { sweep, system, kind, dry_run } => {
                let what = if *dry_run { "A dry run of a sweep" } else { "A sweep" };
                format!("{what} of {kind} in {system} was requested: {sweep}")
            }
            Self::SweepDecided { sweep, system, kind, decision, changes } => {
                let did = match decision {
                    Decision::Apply => "applied",
                    Decision::Discard => "discarded",
                };
                let changes = if *changes == 1 { "1 change".to_owned() } else { format!("{changes} changes") };
                format!("{changes} of a sweep of {kind} in {system} {did} (sweep {sweep})")
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::RequesterDeactivated { .. } => Some(text!("timeline-on-hold")),
            Self::RequesterReactivated { .. } => Some(text!("timeline-active-again")),
            Self::SweepDecided { .. }
            | Self::SweepRequested { .. }
            | Self::ContactAmbiguous { .. }
            | Self::ReviewDecided { .. }
            | Self::RequesterConverted { .. }
            | Self::RecordMerged { .. }
            | Self::MergeDisputed { .. }
            | Self::OtherContactFound { .. } => None,
        }
    }
}

fn ruling(ruling: &Ruling) -> String {
    match ruling {
        Ruling::IsTheirs { record } => format!("{record} is this customer's"),
        Ruling::NoneIs => "none of the candidates is this customer".to_owned(),
        Ruling::AccountOf { account, candidate } => format!("{account} belongs to the customer with {candidate}"),
        Ruling::NewCustomer { account } => format!("{account} is a new customer"),
        Ruling::SignInOf { requester_id, decided_by } => {
            format!("the sign-in belongs to requester {requester_id}, decided by {decided_by}")
        }
    }
}
