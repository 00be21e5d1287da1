//! A marketplace that synchronizes its accounts, asks for them, and deletes them. It sends a call again until it is answered.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;
use tessera_core::marketplace::{self, Answer, Code, Operation};
use tessera_hub::Hub;
use tessera_hub::marketplace::{AccountRequest, Deletion, IncomingCall, Order};

use super::{Account, Client};
use crate::company::MARKETPLACE;

impl Client {
    pub(super) async fn market(&self, number: u64) {
        // Two accounts are of one company.
        let domain = if number < 2 { "acme.example.com" } else { "other.example.com" };
        let mut account = Account {
            id: format!("A{number}"),
            domain: domain.to_owned(),
            known: None,
            unsure: false,
            was_deleted: false,
        };
        for version in 0..=self.world.scene.clients.below(4) {
            tokio::time::sleep(self.world.scene.clients.short(20_000)).await;
            match self.world.scene.clients.below(10) {
                0 if account.known.is_some() => self.delete(&mut account).await,
                1 | 2 => self.exists(&account).await,
                _ => self.synchronize(&mut account, version).await,
            }
        }
        self.acknowledged().accounts.push(account);
    }

    async fn synchronize(&self, account: &mut Account, version: u64) {
        let request = request(account, &format!("Acme {version}"));
        for tries in 0.. {
            match self.call(account, Asked::Synchronize(request.clone())).await {
                Some(Answer::Synchronized { customer_id, .. }) => {
                    (account.known, account.unsure) = (Some((customer_id, request.account.name)), false);
                    return;
                }
                // A rule says no: another account has this company.
                Some(Answer::Refused(error)) if !is_temporary(error.code) => return,
                _ => account.unsure = true,
            }
            if !self.again(tries).await {
                return;
            }
        }
    }

    async fn exists(&self, account: &Account) {
        let request = request(account, "Acme");
        let answer = self.call(account, Asked::Exists(request)).await;
        if let (Some(Answer::Absent), Some((customer, _)), false) = (answer, &account.known, account.unsure) {
            self.world.scene.broken(format!("account {} of {customer} is said not to exist", account.id));
        }
    }

    async fn delete(&self, account: &mut Account) {
        let Some((customer, _)) = account.known.clone() else { return };
        account.was_deleted = true;
        for tries in 0.. {
            let deletion =
                Deletion { external_id: customer.to_string(), account_id: account.id.clone(), is_test: false };
            match self.call(account, Asked::Delete(deletion)).await {
                Some(Answer::Deleted { .. }) => {
                    (account.known, account.unsure) = (None, false);
                    return;
                }
                _ => account.unsure = true,
            }
            if !self.again(tries).await {
                return;
            }
        }
    }

    async fn call(&self, account: &Account, asked: Asked) -> Option<Answer> {
        let (id, operation) = (account.id.clone(), asked.operation());
        let answer = self.ask(move |hub, _| async move {
            let call = incoming(&hub, operation, id);
            let order = match &asked {
                Asked::Synchronize(request) => Order::Synchronize(request),
                Asked::Exists(request) => Order::Exists(request),
                Asked::Delete(deletion) => Order::Delete(deletion),
            };
            hub.carry_out(&call, order).await.answer
        });
        let answer = answer.await;
        let text = answer.as_ref().map_or_else(|| "no answer".to_owned(), |answer| answer.code().to_string());
        self.world.scene.note(format_args!("client {} of {}: {text}", operation.as_str(), account.id));
        answer
    }
}

/// A call of the platform.
enum Asked {
    Synchronize(AccountRequest),
    Exists(AccountRequest),
    Delete(Deletion),
}

impl Asked {
    const fn operation(&self) -> Operation {
        match self {
            Self::Synchronize(_) => Operation::Synchronize,
            Self::Exists(_) => Operation::Exists,
            Self::Delete(_) => Operation::Delete,
        }
    }
}

const fn is_temporary(code: Code) -> bool {
    matches!(code, Code::Busy | Code::Unavailable | Code::Unconfirmed)
}

fn incoming(hub: &Hub, operation: Operation, id: String) -> IncomingCall<'_> {
    IncomingCall {
        marketplace: hub.marketplace(MARKETPLACE).expect("it is configured"),
        operation: Some(operation),
        account_id: Some(id),
        is_test: false,
        request: String::new(),
        at: hub.env.now(),
        began: Instant::now(),
    }
}

fn request(account: &Account, name: &str) -> AccountRequest {
    let options = BTreeMap::from([("domain".to_owned(), account.domain.clone())]);
    let external_id = account.known.as_ref().map(|(customer, _)| customer.to_string()).unwrap_or_default();
    AccountRequest {
        id: account.id.clone(),
        external_id,
        account: marketplace::Account {
            name: name.to_owned(),
            email: Some(format!("{}@{}", account.id.to_lowercase(), account.domain)),
            options,
            ..marketplace::Account::default()
        },
        raw: json!({ "ID": account.id, "Name": name }),
        is_test: false,
    }
}
