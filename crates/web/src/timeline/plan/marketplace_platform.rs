//! Changes of the marketplace's platform.

use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::import::ImportChange;

use super::{Describe, or_dash, sending};

impl Describe for PlatformChange {
    fn describe(&self) -> String {
        match self {
            Self::CreateAccount(it) => format!("create marketplace account {} ({})", it.id, it.profile.name),
            Self::UpdateAccount { id, profile, .. } => format!("change marketplace account {id} ({})", profile.name),
            Self::Attach(reseller) => format!("marketplace account {reseller} gets a customer"),
            Self::SetAccountState { id, from, to, .. } if from == to => format!("marketplace account {id} is in use"),
            Self::SetAccountState { id, to, .. } => format!("marketplace account {id} becomes {}", <&str>::from(to)),
            Self::PutValues { account, values, .. } => {
                let fields: Vec<&str> = values.keys().map(String::as_str).collect();
                format!("store custom fields of marketplace account {account}: {}", fields.join(", "))
            }
            Self::CreateServiceManager { service_manager, .. } => {
                format!("create service manager {}", service_manager.name)
            }
            Self::SaveServiceManager { service_manager, .. } => {
                format!("save the settings of service manager {}", service_manager.name)
            }
            Self::PutFields { id, fields, .. } => {
                format!("store {} custom fields of service manager {id}", fields.len())
            }
            Self::NoteFetchError { id, error, .. } => format!("service manager {id} has no sync options: {error}"),
            Self::DeleteServiceManager { id, .. } => format!("delete service manager {id}"),
            Self::RequestOperation(it) => {
                format!("request operation {} of marketplace account {}", <&str>::from(it.kind), it.account)
            }
            Self::BeginAttempt(id) => format!("begin an attempt of operation {id}"),
            Self::AwaitRetry { id, outcome } => {
                format!("operation {id} waits for another attempt: {}", or_dash(outcome.message.as_deref()))
            }
            Self::EndOperation { id, state, outcome, .. } => {
                let message = or_dash(outcome.message.as_deref());
                let state = if outcome.cancelled { "cancelled" } else { state.into() };
                format!("operation {id} ends as {state}: {message}")
            }
            Self::RetryOperation(id) => format!("try operation {id} again"),
            Self::GoOn { operation, account, .. } => {
                format!("operation {operation} goes on for marketplace account {account}")
            }
            Self::MarkSent { account, at, .. } => format!("calls for marketplace account {account}: {}", sending(*at)),
            Self::PutLink { link: it, .. } => {
                format!("marketplace account {} is customer {}", it.account, or_dash(it.external_id.as_deref()))
            }
            Self::EndLink { account, service_manager, .. } => {
                format!("marketplace account {account} is deleted at service manager {service_manager}")
            }
            Self::KeepNotification { id, .. } => format!("keep e-mail {id} of a vendor until it is sent"),
            Self::DropNotification(id) => format!("delete e-mail {id} of a vendor"),
            Self::KeepCall(it) => {
                format!("keep a call of service manager {}: {}", it.service_manager, it.operation.as_str())
            }
            Self::Import(change) => change.describe(),
        }
    }
}

impl Describe for ImportChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(import, _) => format!("a trial run of {} lines of accounts", import.lines),
            Self::Move { id, to, .. } => format!("import {id} is {}", to.as_ref()),
            Self::Done { id, line, account } => format!("line {line} of import {id} is marketplace account {account}"),
            Self::LeaveOut { id, line, why } => format!("line {line} of import {id} is left out: {why}"),
        }
    }
}
