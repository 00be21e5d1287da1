//! Lowers changes of the marketplace's platform to statements.

use jiff::Timestamp;
use tessera_core::kernel::ids::{AccountOperationId, ServiceManagerId};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::{
    AccountOperation, AccountState, MarketplaceAccount, OperationState, Outcome, ServiceManager, ServiceManagerCall,
    VendorLink,
};

use super::sql;
use crate::engine::{Sql, Statement, Value};
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for PlatformChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::CreateAccount(account) => to.push(create_account(account)),
            Self::UpdateAccount { id, version, profile, reseller } => {
                to.push(one(sql::ACCOUNT_UPDATE, values![json(profile), *reseller, *id, *version]));
            }
            Self::Attach(reseller) => to.push(one(sql::ACCOUNT_ATTACH, values![*reseller])),
            Self::SetAccountState { id, version, from, to: state, attached, at } => {
                let deleted_at = (*state == AccountState::Deleted).then_some(*at);
                let (from, state): (&str, &str) = (from.into(), state.into());
                to.push(one(sql::ACCOUNT_STATE, values![state, *id, *version, from, *attached, deleted_at]));
            }
            Self::PutValues { account, service_manager, values: entered, at } => {
                to.push(stays(*service_manager));
                for (field, value) in entered {
                    to.push(if value.trim().is_empty() {
                        Statement::any(sql::ACCOUNT_VALUE_REMOVE, values![*account, *service_manager, field])
                    } else {
                        let values = values![*account, *service_manager, field, value, *at];
                        Statement::any(sql::ACCOUNT_VALUE_PUT, values)
                    });
                }
            }
            Self::CreateServiceManager { service_manager, name_key } => {
                to.push(create_service_manager(service_manager, name_key));
            }
            Self::SaveServiceManager { service_manager, name_key } => {
                to.push(save_service_manager(service_manager, name_key));
            }
            Self::PutFields { id, version, fields, at } => {
                let values = values![json(fields), *at, *version, *id];
                to.push(Statement::one(sql::SERVICE_MANAGER_FIELDS, values, Conflict::ServiceManager));
            }
            Self::NoteFetchError { id, version, error } => {
                let values = values![error, *id, *version];
                to.push(Statement::any(sql::SERVICE_MANAGER_FETCH_ERROR, values));
            }
            Self::DeleteServiceManager { id, version } => delete_service_manager(*id, *version, to),
            Self::RequestOperation(operation) => {
                to.extend(operation.service_manager.map(stays));
                to.push(request(operation));
            }
            Self::BeginAttempt(id) => to.push(one(sql::OPERATION_BEGIN, values![*id])),
            Self::AwaitRetry { id, outcome } => {
                to.push(one(sql::OPERATION_AWAIT, values![outcome.code, outcome.message.as_deref(), *id]));
            }
            Self::EndOperation { id, state, outcome, at } => to.push(end(*id, *state, outcome, *at)),
            Self::RetryOperation(id) => to.push(one(sql::OPERATION_RETRY, values![*id])),
            Self::GoOn { operation, account, state } => {
                let state: &str = state.into();
                to.push(one(sql::OPERATION_GOES_ON, values![*operation]));
                to.push(one(sql::ACCOUNT_STAYS, values![*account, state]));
            }
            Self::MarkSent { account, service_manager, was, at } => {
                to.push(one(sql::VENDOR_LINK_SENT, values![*account, *service_manager, *at, *was]));
            }
            Self::PutLink { link, was } => to.push(put_link(link, *was)),
            Self::EndLink { account, service_manager, was, at } => {
                to.push(one(sql::VENDOR_LINK_END, values![*at, *account, *service_manager, *was]));
            }
            Self::KeepNotification { id, sealed, at } => {
                to.push(Statement::one(sql::NOTIFICATION_KEEP, values![*id, sealed, *at], Conflict::Exists));
            }
            Self::DropNotification(id) => to.push(Statement::any(sql::NOTIFICATION_DROP, values![*id])),
            Self::KeepCall(call) => to.push(keep_call(call)),
            Self::Import(change) => change.lower(to),
        }
    }
}

/// The service manager to which a new row refers is not deleted.
fn stays(service_manager: ServiceManagerId) -> Statement {
    Statement::one(sql::SERVICE_MANAGER_STAYS, values![service_manager], Conflict::ServiceManager)
}

fn delete_service_manager(id: ServiceManagerId, version: i64, to: &mut Vec<Statement>) {
    to.push(Statement::one(sql::SERVICE_MANAGER_GOES, values![id, version], Conflict::ServiceManager));
    let with_it =
        [sql::VALUES_DELETE, sql::VENDOR_LINKS_DELETE, sql::OPERATIONS_DELETE, sql::SERVICE_MANAGER_CALLS_DELETE];
    to.extend(with_it.map(|statement| Statement::any(statement, values![id])));
    to.push(Statement::one(sql::SERVICE_MANAGER_DELETE, values![id], Conflict::ServiceManager));
}

/// A change of one row of an account, its links or its operations.
fn one(statement: Sql, values: Vec<Value>) -> Statement {
    Statement::one(statement, values, Conflict::MarketplaceAccount)
}

fn end(id: AccountOperationId, state: OperationState, outcome: &Outcome, at: Timestamp) -> Statement {
    let Outcome { code, message, customer_message, external_id, cancelled } = outcome;
    let (state, message, customer): (&str, _, _) = (state.into(), message.as_deref(), customer_message.as_deref());
    one(sql::OPERATION_END, values![state, *code, message, customer, external_id.as_deref(), *cancelled, at, id])
}

fn create_account(it: &MarketplaceAccount) -> Statement {
    let state: &str = it.state.into();
    let values = values![
        it.id,
        it.reseller,
        it.is_reseller,
        it.attached,
        json(&it.profile),
        state,
        it.version,
        it.created_at,
        &it.created_by,
    ];
    one(sql::ACCOUNT_CREATE, values)
}

fn request(it: &AccountOperation) -> Statement {
    let kind: &str = it.kind.into();
    let values = values![it.id, kind, it.account, it.service_manager, &it.requested_by, it.created_at];
    one(sql::OPERATION_REQUEST, values)
}

fn put_link(it: &VendorLink, was: Option<Timestamp>) -> Statement {
    let values = values![
        it.account,
        it.service_manager,
        it.external_id.as_deref(),
        json(&it.extra),
        it.existed,
        it.sent_at,
        it.linked_at,
        it.deleted_at,
        was,
    ];
    one(sql::VENDOR_LINK_PUT, values)
}

fn create_service_manager(it: &ServiceManager, name_key: &str) -> Statement {
    let values = values![
        it.id,
        &it.name,
        name_key,
        json(&it.settings),
        &it.sealed,
        json(&it.fields),
        it.fetched_version,
        it.version,
        it.created_at,
        it.changed_at,
        &it.changed_by,
    ];
    Statement::one(sql::SERVICE_MANAGER_CREATE, values, Conflict::Name)
}

fn save_service_manager(it: &ServiceManager, name_key: &str) -> Statement {
    let values = values![
        &it.name,
        name_key,
        json(&it.settings),
        &it.sealed,
        it.version,
        it.changed_at,
        &it.changed_by,
        it.id,
        it.version - 1,
    ];
    Statement::one(sql::SERVICE_MANAGER_SAVE, values, Conflict::ServiceManager)
}

fn keep_call(it: &ServiceManagerCall) -> Statement {
    let outcome: &str = it.outcome.into();
    let values = values![
        it.id,
        it.service_manager,
        it.account,
        it.operation_id,
        it.operation.as_str(),
        &it.track_id,
        it.at,
        it.micros,
        outcome,
        it.status,
        it.code,
        &it.request,
        &it.answer,
    ];
    Statement::one(sql::SERVICE_MANAGER_CALL_KEEP, values, Conflict::Exists)
}
