//! Synchronize, Exists and Delete of a marketplace.

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

use super::{Account, BREATH, Load};
use crate::hubs::MARKETPLACE;

const DONE: i64 = 0;
const EXISTS: i64 = 1;
/// The e-mail domain belongs to the customer of another account.
const TAKEN: i64 = -80_011;
/// Busy, unavailable, not confirmed: the platform calls again.
const AGAIN: [i64; 3] = [-90_020, -90_021, -90_022];
/// The pause before the platform calls again.
const BEFORE_NEXT_TRY: Duration = Duration::from_millis(100);
/// Maximum number of times the platform calls.
const ATTEMPTS: usize = 600;

impl Load {
    /// Everything that the marketplace does with account `n`.
    pub(super) async fn serve_account(&self, n: u64) -> anyhow::Result<()> {
        let plan = self.0.schedule.account(n);
        let mut account = if plan.pair { self.pair(n).await? } else { self.single(n).await? };
        self.exists(&account).await?;
        sleep(BREATH).await;
        if plan.updates {
            account.name += ", renamed";
            let id = account.accepted.first().context("no account was accepted")?.clone();
            let answer = self.call("Synchronize", &body(&id, &account)).await?;
            ensure!(answer["Code"] == DONE && answer["Result"] == account.external_id, "an update: {answer}");
            self.0.ledger.count("marketplace updates");
        }
        if plan.deletes {
            let order = json!({ "ExternalID": account.external_id, "ExtraDetails": {} });
            let answer = self.call("Delete", &order).await?;
            ensure!(answer["Code"] == DONE, "a deletion: {answer}");
            account.deleted = true;
            self.0.ledger.count("marketplace deletions");
        }
        self.0.ledger.note(|entries| entries.accounts.push(account));
        Ok(())
    }

    async fn single(&self, n: u64) -> anyhow::Result<Account> {
        let mut account = Account { n, name: format!("Company {n}"), ..Account::default() };
        let id = format!("account-{n}");
        let answer = self.call("Synchronize", &body(&id, &account)).await?;
        ensure!(answer["Code"] == DONE, "a new account: {answer}");
        answer["Result"].as_str().unwrap_or_default().clone_into(&mut account.external_id);
        account.accepted.push(id);
        self.0.ledger.count("marketplace accounts");
        Ok(account)
    }

    /// Two accounts of one e-mail domain at the same time: one customer.
    async fn pair(&self, n: u64) -> anyhow::Result<Account> {
        let mut account = Account { n, name: format!("Company {n}"), ..Account::default() };
        let ids = [format!("account-{n}-a"), format!("account-{n}-b")];
        let bodies = ids.each_ref().map(|id| body(id, &account));
        let (one, other) = tokio::join!(self.call("Synchronize", &bodies[0]), self.call("Synchronize", &bodies[1]));
        for (id, answer) in ids.into_iter().zip([one?, other?]) {
            match answer["Code"].as_i64() {
                Some(DONE) => {
                    answer["Result"].as_str().unwrap_or_default().clone_into(&mut account.external_id);
                    account.accepted.push(id);
                }
                Some(TAKEN) => {}
                _ => bail!("one account of a pair: {answer}"),
            }
            self.0.ledger.count("marketplace accounts");
        }
        Ok(account)
    }

    async fn exists(&self, account: &Account) -> anyhow::Result<()> {
        let id = account.accepted.first().context("no account was accepted")?;
        let answer = self.call("Exists", &body(id, account)).await?;
        ensure!(
            answer["Code"] == EXISTS && answer["Result"] == account.external_id,
            "an acknowledged account does not exist: {answer}"
        );
        self.0.ledger.count("marketplace exists");
        Ok(())
    }

    /// Calls an operation until it is answered with something else than "again".
    pub(crate) async fn call(&self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        let path = format!("/API/Accounts/{operation}");
        for _ in 0..ATTEMPTS {
            let answer = self.0.client.send((Method::POST, &path), |request| {
                let request = request.header("X-CloudPlatform-ApplicationId", MARKETPLACE.0);
                request.header("X-CloudPlatform-APIKey", STANDARD.encode(MARKETPLACE.1)).json(body)
            });
            let answer = answer.await?;
            ensure!(answer.status == 200, "{operation}: {}", answer.status);
            let answer = answer.json();
            if !answer["Code"].as_i64().is_some_and(|code| AGAIN.contains(&code)) {
                return Ok(answer);
            }
            sleep(BEFORE_NEXT_TRY).await;
        }
        bail!("{operation} was not answered")
    }
}

/// An account as the platform sends it.
fn body(id: &str, account: &Account) -> Value {
    let Account { n, name, external_id, .. } = account;
    let email = format!("{id}@company-{n}.example");
    json!({
        "ID": id, "ExternalID": external_id, "ResellerID": "", "ResellerExternalID": "", "Name": name,
        "Code": format!("C-{n}"), "Phone": "+44 1632 960000", "Email": email,
        "SyncOptions": { "username": email, "domain": format!("company-{n}.example") },
        "ContactDetails": { "ID": "1", "FirstName": "Jo", "LastName": "Example", "Email": email },
        "Address": { "Address1": "1 Example Street", "City": "Example", "PostCode": "00000", "Country": { "Code": "US" } },
        "ExtraDetails": {},
    })
}
