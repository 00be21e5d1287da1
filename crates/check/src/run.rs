//! State of a check: the vendor, the findings, and the accounts to clean up.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::account::{Account, SeenOption};
use crate::answer::{Exchange, shortened};
use crate::reading::Notes;
use crate::report::{Finding, LeftBehind, Outcome, Report};
use crate::rules::{self, RULES, Rule};
use crate::vendor::{CannotCheck, Target, Twist, Vendor};

/// The codes whose message is shown to customers.
pub const CUSTOMER_BAND: std::ops::RangeInclusive<i64> = -89_999..=-80_000;

/// A customer created by the check.
#[derive(Debug, Clone)]
pub struct Made {
    /// The account.
    pub account: Account,
    /// The external id from the vendor.
    pub external_id: String,
    /// The extra values that the vendor wants to get back.
    pub extra: Value,
}

/// An account that the vendor was asked about, and that it may have created.
#[derive(Debug)]
pub struct Attempt {
    /// The account.
    pub account: Account,
    /// Whether Synchronize was sent and not answered with a code.
    pub unanswered: bool,
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
    /// Every account that the vendor has received.
    pub attempts: Vec<Attempt>,
    /// Test accounts that are, or may be, still there.
    pub left_behind: Vec<LeftBehind>,
    /// Customers that the check did not create, and must not delete.
    not_ours: BTreeSet<String>,
    tag: String,
    numbered: usize,
    calls: usize,
    findings: Vec<Finding>,
    notes: Notes,
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
            attempts: Vec::new(),
            left_behind: Vec::new(),
            not_ours: BTreeSet::new(),
            tag: tag.chars().skip(20).collect(),
            numbered: 0,
            calls: 0,
            findings: Vec::new(),
            notes: Notes::new(),
            stopped: None,
        })
    }

    /// A new test account.
    pub fn account(&mut self) -> Account {
        self.numbered += 1;
        Account::new(&self.tag, self.numbered, &self.options, self.vendor.options())
    }

    /// Whether the vendor has created a customer.
    pub fn has_made_any(&self) -> bool {
        !self.made.is_empty()
    }

    /// Makes a call of the contract, and checks the rules that apply to every answer.
    pub async fn call(&mut self, operation: &str, body: Option<&Value>) -> Exchange {
        let exchange = self.vendor.call(operation, body, &Twist::default()).await;
        self.look(operation, &exchange);
        exchange
    }

    /// Makes a call that the contract does not describe. Only the rule that it is made for is about its answer.
    pub async fn call_oddly(&mut self, operation: &str, body: Option<&Value>, twist: &Twist) -> Exchange {
        self.send_oddly(operation, body.map(ToString::to_string), twist).await
    }

    /// Sends a body that the contract does not describe.
    pub async fn send_oddly(&mut self, operation: &str, body: Option<String>, twist: &Twist) -> Exchange {
        let exchange = self.vendor.send(operation, body, twist).await;
        self.count(&exchange);
        exchange
    }

    /// Counts a call, and collects the notes on its answer.
    pub fn count(&mut self, exchange: &Exchange) {
        self.calls += 1;
        self.notes.extend(exchange.notes.iter().cloned());
        if exchange.notes.is_empty() {
            return self.judge(rules::SPELLING, exchange, Ok(()));
        }
        let notes: Vec<&str> = self.notes.iter().map(String::as_str).collect();
        let found = Finding {
            rule: *rules::SPELLING,
            outcome: Outcome::Advice,
            wrong: Some(notes.join("; ")),
            sent: Some(exchange.sent.clone()),
            received: Some(exchange.received()),
        };
        self.findings.retain(|finding| finding.rule.id != rules::SPELLING.id);
        self.findings.push(found);
    }

    /// Checks the rules that apply to every answer to a call of the contract.
    pub fn look(&mut self, operation: &str, exchange: &Exchange) {
        self.count(exchange);
        let Some(status) = exchange.status else {
            return self.record(rules::ANSWERED, exchange, Err(exchange.body.clone()));
        };
        self.record(rules::ANSWERED, exchange, Ok(()));
        self.look_at_status(status, exchange);
        if operation != "SyncOptions" {
            let code = exchange.code().map(drop).ok_or_else(|| match exchange.object() {
                None => "the answer is not a JSON object".to_owned(),
                Some(_) => "there is neither Code nor ErrorCode as a whole number".to_owned(),
            });
            self.judge(rules::CODE, exchange, code);
        }
    }

    /// Checks for HTTP status 200.
    pub fn look_at_status(&mut self, status: u16, exchange: &Exchange) {
        let expected = if status == 200 { Ok(()) } else { Err(format!("the status is {status}")) };
        self.judge(rules::STATUS, exchange, expected);
    }

    /// Synchronizes an account, and records it for deletion.
    pub async fn synchronize(&mut self, account: &Account) -> Exchange {
        self.attempt(account);
        let exchange = self.call("Synchronize", Some(&account.body)).await;
        self.remember(account, &exchange);
        exchange
    }

    /// Synchronizes an account with a body or headers that the contract does not describe.
    pub async fn synchronize_oddly(&mut self, account: &Account, body: &Value, twist: &Twist) -> Exchange {
        self.attempt(account);
        let exchange = self.call_oddly("Synchronize", Some(body), twist).await;
        self.remember(account, &exchange);
        exchange
    }

    /// Records that the next request may create an account.
    pub fn attempt(&mut self, account: &Account) {
        self.mention(account, true);
    }

    /// Records what Synchronize answered.
    pub fn remember(&mut self, account: &Account, exchange: &Exchange) {
        if exchange.code().is_some() {
            self.attempts.iter_mut().filter(|it| it.account.id == account.id).for_each(|it| it.unanswered = false);
        }
        if let Ok(id) = exchange.created() {
            let extra = exchange.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
            self.to_delete(account, id, extra);
        }
    }

    fn to_delete(&mut self, account: &Account, id: &str, extra: Value) {
        if !self.made.iter().any(|made| made.account.id == account.id && made.external_id == id) {
            let account = account.with("Description", "");
            self.made.push(Made { account, external_id: id.to_owned(), extra });
        }
    }

    /// Removes a customer that does not exist from those to be deleted.
    pub fn forget(&mut self, account: &Account, id: &str) {
        self.made.retain(|made| made.account.id != account.id || made.external_id != id);
    }

    /// Protects a customer that was there before the check.
    pub fn protect(&mut self, external_id: &str) {
        self.not_ours.insert(external_id.to_owned());
    }

    /// Whether the customer was there before the check.
    pub fn is_protected(&self, external_id: &str) -> bool {
        self.not_ours.contains(external_id)
    }

    fn mention(&mut self, account: &Account, unanswered: bool) {
        match self.attempts.iter_mut().find(|it| it.account.id == account.id) {
            Some(known) => known.unanswered |= unanswered,
            None => self.attempts.push(Attempt { account: account.with("Description", ""), unanswered }),
        }
    }

    /// Asks whether an account exists.
    pub async fn exists(&mut self, account: &Account) -> Exchange {
        self.mention(account, false);
        self.call("Exists", Some(&account.body)).await
    }

    /// Records the outcome of a rule that a call of the contract shows. Without an answer, only the rule that every call
    /// gets one is broken.
    pub fn judge(&mut self, rule: &'static Rule, exchange: &Exchange, verdict: Result<(), String>) {
        match exchange.status {
            Some(_) => self.record(rule, exchange, verdict),
            None => self.skip(rule, &exchange.body),
        }
    }

    /// Records the outcome of a rule, whether there was an answer or not.
    pub fn record(&mut self, rule: &'static Rule, exchange: &Exchange, verdict: Result<(), String>) {
        let outcome = match (&verdict, rule.binding) {
            (Ok(()), _) => Outcome::Kept,
            (Err(_), true) => Outcome::Broken,
            (Err(_), false) => Outcome::Advice,
        };
        self.note(rule, outcome, verdict.err(), Some(exchange));
    }

    /// Records that a rule is kept.
    pub fn keep(&mut self, rule: &'static Rule) {
        self.note(rule, Outcome::Kept, None, None);
    }

    /// Records a recommendation.
    pub fn advise(&mut self, rule: &'static Rule, exchange: &Exchange, why: &str) {
        self.note(rule, Outcome::Advice, Some(why.to_owned()), Some(exchange));
    }

    /// Records why a rule could not be checked.
    pub fn skip(&mut self, rule: &'static Rule, why: &str) {
        self.note(rule, Outcome::NotAsked, Some(why.to_owned()), None);
    }

    /// Records why there is nothing that the rule is about.
    pub fn does_not_apply(&mut self, rule: &'static Rule, why: &str) {
        self.note(rule, Outcome::NotApplicable, Some(why.to_owned()), None);
    }

    /// Whether a rule was checked and is kept.
    pub fn is_kept(&self, rule: &'static Rule) -> bool {
        self.findings.iter().any(|finding| finding.rule.id == rule.id && finding.outcome == Outcome::Kept)
    }

    /// Whether a rule was found broken.
    pub fn is_broken(&self, rule: &'static Rule) -> bool {
        self.findings.iter().any(|finding| finding.rule.id == rule.id && finding.outcome == Outcome::Broken)
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
            Some(known) if known.outcome >= outcome => {}
            Some(known) => *known = finding,
            None => self.findings.push(finding),
        }
    }

    /// Records why the remaining rules are not checked.
    pub fn stop(&mut self, why: impl Into<String>) {
        self.stopped = Some(why.into());
    }

    /// All findings, in the order of the rules. Rules that no probe reached are reported as not checked.
    pub fn report(mut self) -> Report {
        let why = self.stopped.clone().unwrap_or_else(|| "an earlier answer made it impossible".to_owned());
        for rule in RULES {
            if !self.findings.iter().any(|finding| finding.rule.id == rule.id) {
                self.skip(rule, &why);
            }
        }
        self.findings.sort_by_key(|finding| RULES.iter().position(|rule| rule.id == finding.rule.id));
        let address = self.vendor.address().to_owned();
        Report::new(address, self.calls, self.stopped, self.findings, self.left_behind)
    }
}
