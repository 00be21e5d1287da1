//! State of a check: the vendor, the findings, and the accounts to clean up.

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::account::{Account, SeenOption};
use crate::answer::{Exchange, shortened};
use crate::report::{Finding, Outcome, Report};
use crate::rules::{self, RULES, Rule};
use crate::vendor::{CannotCheck, Target, Twist, Vendor};

/// The codes whose message is shown to customers.
pub const CUSTOMER_BAND: std::ops::RangeInclusive<i64> = -89_999..=-80_000;

/// A customer created by the check.
#[derive(Debug, Clone)]
pub struct Made {
    /// The account's id.
    pub account: String,
    /// The external id from the vendor.
    pub external_id: String,
    /// The extra values that the vendor wants to get back.
    pub extra: Value,
}

/// A check in progress.
#[derive(Debug)]
pub struct Run {
    /// The vendor.
    pub vendor: Vendor,
    /// The vendor's options.
    pub options: Vec<SeenOption>,
    /// The created customers, to be deleted.
    pub made: Vec<Made>,
    /// Accounts whose Synchronize got no answer, so that it is unknown whether they exist.
    unsure: Vec<Account>,
    tag: String,
    numbered: usize,
    calls: usize,
    findings: Vec<Finding>,
    stopped: Option<String>,
}

impl Run {
    /// Prepares a check.
    pub fn begin(target: Target) -> Result<Self, CannotCheck> {
        let tag = uuid::Uuid::now_v7().simple().to_string();
        Ok(Self {
            vendor: Vendor::new(target)?,
            options: Vec::new(),
            made: Vec::new(),
            unsure: Vec::new(),
            tag: tag.chars().skip(20).collect(),
            numbered: 0,
            calls: 0,
            findings: Vec::new(),
            stopped: None,
        })
    }

    /// A new test account.
    pub fn account(&mut self) -> Account {
        self.numbered += 1;
        Account::new(&self.tag, self.numbered, &self.options, self.vendor.options())
    }

    /// Calls the vendor like a platform.
    pub async fn call(&mut self, operation: &str, body: Option<&Value>) -> Exchange {
        self.call_with(operation, body, &Twist::default()).await
    }

    /// Calls the vendor with a deviation.
    pub async fn call_with(&mut self, operation: &str, body: Option<&Value>, twist: &Twist) -> Exchange {
        let exchange = self.vendor.call(operation, body, twist).await;
        self.look(operation, &exchange);
        exchange
    }

    /// Checks the rules that apply to every answer.
    pub fn look(&mut self, operation: &str, exchange: &Exchange) {
        self.calls += 1;
        let status = match exchange.status {
            Some(200) => Ok(()),
            Some(status) => Err(format!("the status is {status}")),
            None => Err(exchange.body.clone()),
        };
        let broke_off = status.is_err();
        self.judge(rules::STATUS, exchange, status);
        // The options have rules of their own; an answer with another status is not an answer of the contract at all.
        let list = exchange.member(&["Fields"]).is_some() || exchange.body.trim_start().starts_with('[');
        let options = operation == "SyncOptions" && list;
        if !options && !broke_off {
            let code = exchange.code().map(drop).ok_or_else(|| match &exchange.json {
                None => "the answer is no JSON object".to_owned(),
                Some(_) => "neither Code nor ErrorCode is there as a number".to_owned(),
            });
            self.judge(rules::CODE, exchange, code);
        }
    }

    /// Synchronizes an account, records it for deletion, and returns the answer.
    pub async fn synchronize(&mut self, account: &Account) -> Exchange {
        self.expect(account);
        let exchange = self.call("Synchronize", Some(&account.body)).await;
        self.remember(account, &exchange);
        exchange
    }

    /// Records that the next request may create an account.
    pub fn expect(&mut self, account: &Account) {
        self.unsure.push(account.without("Description"));
    }

    /// Records an account that was created according to the answer.
    pub fn remember(&mut self, account: &Account, exchange: &Exchange) {
        if exchange.code().is_some() {
            self.unsure.retain(|unsure| unsure.id != account.id);
        }
        if let Ok(id) = exchange.created()
            && !self.made.iter().any(|made| made.external_id == id)
        {
            let extra = exchange.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
            self.made.push(Made { account: account.id.clone(), external_id: id.to_owned(), extra });
        }
    }

    /// Asks whether an account exists.
    pub async fn exists(&mut self, account: &Account) -> Exchange {
        self.call("Exists", Some(&account.body)).await
    }

    /// Deletes a customer like a platform, by external id.
    pub async fn delete(&mut self, made: &Made) -> Exchange {
        let body = json!({ "ExternalID": made.external_id, "ExtraDetails": made.extra });
        self.call("Delete", Some(&body)).await
    }

    /// Records the outcome of a rule. A broken rule stays broken.
    pub fn judge(&mut self, rule: &'static Rule, exchange: &Exchange, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => self.note(rule, Outcome::Kept, None, Some(exchange)),
            Err(wrong) => self.note(rule, Outcome::Broken, Some(wrong), Some(exchange)),
        }
    }

    /// Records a recommendation.
    pub fn advise(&mut self, rule: &'static Rule, exchange: &Exchange, why: &str) {
        self.note(rule, Outcome::Advice, Some(why.to_owned()), Some(exchange));
    }

    /// Records why a rule could not be checked.
    pub fn skip(&mut self, rule: &'static Rule, why: &str) {
        self.note(rule, Outcome::Skipped, Some(why.to_owned()), None);
    }

    fn note(&mut self, rule: &'static Rule, outcome: Outcome, wrong: Option<String>, exchange: Option<&Exchange>) {
        let finding = Finding {
            rule: *rule,
            outcome,
            wrong: wrong.as_deref().map(shortened),
            sent: exchange.map(|exchange| exchange.sent.clone()),
            received: exchange.map(Exchange::received),
        };
        match self.findings.iter_mut().find(|known| known.rule.id == rule.id) {
            Some(known) if known.outcome == Outcome::Broken => {}
            Some(known) => *known = finding,
            None => self.findings.push(finding),
        }
    }

    /// Deletes the created customers until the deadline. Looks up accounts that may have been created first.
    pub async fn clean_up(&mut self, until: Instant) {
        for account in std::mem::take(&mut self.unsure) {
            let exchange = self.ask_until(until, "Exists", &account.body).await;
            if let (Some(1), Some(id)) = (exchange.code(), exchange.result()) {
                self.made.push(Made { account: account.id, external_id: id.to_owned(), extra: json!({}) });
            }
        }
        for made in std::mem::take(&mut self.made) {
            let body = json!({ "ExternalID": made.external_id, "ExtraDetails": made.extra });
            let exchange = self.ask_until(until, "Delete", &body).await;
            let verdict = match exchange.code() {
                Some(0) => Ok(()),
                _ => Err(format!("account {} (ExternalID {}) is still there", made.account, made.external_id)),
            };
            self.judge(rules::TIDY, &exchange, verdict);
        }
    }

    async fn ask_until(&mut self, until: Instant, operation: &str, body: &Value) -> Exchange {
        match timeout_at(until, self.vendor.call(operation, Some(body), &Twist::default())).await {
            Ok(exchange) => {
                self.look(operation, &exchange);
                exchange
            }
            Err(_) => Exchange {
                sent: operation.to_owned(),
                status: None,
                body: "no answer: the time for cleaning up is over".to_owned(),
                json: None,
            },
        }
    }

    /// Records why the remaining rules are not checked.
    pub fn stop(&mut self, why: impl Into<String>) {
        self.stopped = Some(why.into());
    }

    /// All findings, in the order of the rules. Rules that no probe reached are reported as skipped.
    pub fn report(mut self) -> Report {
        for rule in RULES {
            if !self.findings.iter().any(|finding| finding.rule.id == rule.id) {
                let why = self.stopped.clone();
                self.skip(rule, why.as_deref().unwrap_or("an earlier answer left nothing to ask this with"));
            }
        }
        self.findings.sort_by_key(|finding| RULES.iter().position(|rule| rule.id == finding.rule.id));
        Report::new(self.vendor.address().to_owned(), self.calls, self.findings)
    }
}
