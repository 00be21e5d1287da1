//! State of a check: the vendor, the findings, and the accounts to clean up.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::account::{Account, Attempt, Made, SeenOption};
use crate::answer::{Exchange, shortened};
use crate::reading::Notes;
use crate::report::{Against, Finding, LeftBehind, Outcome, Report};
use crate::rules::{self, RULES, Rule};
use crate::vendor::{CannotCheck, Target, Twist, Vendor};

/// The codes whose message is shown to customers.
pub const CUSTOMER_BAND: std::ops::RangeInclusive<i64> = -89_999..=-80_000;

/// Why an answer of Exists shows nothing.
pub const UNRELIABLE: &str = "Exists did not say of an unknown account that it does not exist (E1)";

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
    /// The operations that accepted a call of the contract.
    accepted: BTreeSet<String>,
    /// Whether Exists has found a customer.
    exists_finds: bool,
    /// The accounts that have the sync options of another test account.
    alike: BTreeSet<String>,
    /// The rules that are being checked and need several calls.
    in_progress: Vec<&'static Rule>,
    stopped: Option<String>,
    unreached: Option<&'static str>,
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
            accepted: BTreeSet::new(),
            exists_finds: false,
            alike: BTreeSet::new(),
            in_progress: Vec::new(),
            stopped: None,
            unreached: None,
        })
    }

    /// What makes the names of this run unique.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Why the run ended early, if it did.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
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
        if !exchange.is_json() {
            return;
        }
        if exchange.notes.is_empty() {
            return self.record(rules::SPELLING, exchange, Ok(()));
        }
        let notes: Vec<&str> = self.notes.iter().map(String::as_str).collect();
        let found = Finding {
            rule: *rules::SPELLING,
            outcome: Outcome::Advice,
            wrong: Some(notes.join("; ")),
            sent: Some(exchange.sent.clone()),
            recorded: None,
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
        if is_accepted(operation, exchange) {
            self.accepted.insert(operation.to_owned());
        }
        if operation == "Exists" && exchange.code() == Some(1) && exchange.result().is_some() {
            self.exists_finds |= self.is_kept(rules::ABSENT);
        }
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
        self.record(rules::STATUS, exchange, expected);
    }

    /// Whether the vendor has accepted a call of the contract at this operation.
    pub fn accepts(&self, operation: &str) -> bool {
        self.accepted.contains(operation)
    }

    /// Whether Exists tells accounts that exist from others, as far as is known.
    pub fn exists_is_plausible(&self) -> bool {
        self.is_kept(rules::ABSENT) && !self.is_broken(rules::ASKING)
    }

    /// Whether Exists has found a customer.
    pub fn exists_finds(&self) -> bool {
        self.exists_finds
    }

    /// Whether the answer of Exists shows if a customer is there: it has found one, and none that is not there.
    pub fn exists_shows(&self) -> bool {
        self.exists_is_plausible() && self.exists_finds
    }

    /// Synchronizes an account, which must get an id of its own, and records it for deletion.
    pub async fn synchronize(&mut self, account: &Account) -> Exchange {
        let exchange = self.synchronize_alike(account).await;
        if let Ok(id) = exchange.created()
            && let Some(other) = self.other_with(account, id)
        {
            let found = format!("{other} and {} both got the id {id}", account.id);
            self.judge(rules::DISTINCT, &exchange, Err(found));
        }
        exchange
    }

    /// Synchronizes an account that may be linked to another account's customer, and records it for deletion.
    pub async fn synchronize_alike(&mut self, account: &Account) -> Exchange {
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
        self.mention(account);
        self.attempts.iter_mut().filter(|it| it.account.id == account.id).for_each(|it| it.awaited = true);
    }

    /// Records what Synchronize answered.
    pub fn remember(&mut self, account: &Account, exchange: &Exchange) {
        let clear = exchange.created().is_ok() || exchange.refused().is_ok() || exchange.is_refused_by_status();
        for attempt in self.attempts.iter_mut().filter(|it| it.account.id == account.id) {
            attempt.awaited = false;
            if !clear {
                attempt.unclear = Some(exchange.outcome());
            }
        }
        if let Ok(id) = exchange.created() {
            let extra = exchange.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
            self.schedule_deletion(account, id, extra);
        }
    }

    fn schedule_deletion(&mut self, account: &Account, id: &str, extra: Value) {
        if !self.made.iter().any(|made| made.account.id == account.id && made.external_id == id) {
            let account = account.with("Description", "");
            self.made.push(Made { account, external_id: id.to_owned(), extra });
        }
    }

    /// Removes a customer that does not exist from those to be deleted.
    pub fn forget(&mut self, account: &Account, id: &str) {
        self.made.retain(|made| made.account.id != account.id || made.external_id != id);
    }

    /// Removes a customer of whichever account, which is deleted, from those to be deleted.
    pub fn forget_id(&mut self, external_id: &str) {
        self.made.retain(|made| made.external_id != external_id);
    }

    /// Protects a customer that was there before the check.
    pub fn protect(&mut self, external_id: &str) {
        self.not_ours.insert(external_id.to_owned());
    }

    /// Whether the customer was there before the check.
    pub fn is_protected(&self, external_id: &str) -> bool {
        self.not_ours.contains(external_id)
    }

    /// Whether Synchronize has answered this id for the account.
    pub fn has_answered(&self, account: &Account, external_id: &str) -> bool {
        self.made.iter().any(|made| made.account.id == account.id && made.external_id == external_id)
    }

    /// Another account for which Synchronize has answered this id.
    pub fn other_with(&self, account: &Account, external_id: &str) -> Option<&str> {
        let other = self.made.iter().find(|made| made.account.id != account.id && made.external_id == external_id);
        other.map(|made| made.account.id.as_str())
    }

    /// Records that the account has the sync options of another test account, so that Exists may find that one.
    pub fn note_alike(&mut self, account: &Account) {
        self.alike.insert(account.id.clone());
    }

    /// Whether the account has the sync options of another test account.
    pub fn is_alike(&self, account: &Account) -> bool {
        self.alike.contains(&account.id)
    }

    fn mention(&mut self, account: &Account) {
        if !self.attempts.iter().any(|it| it.account.id == account.id) {
            let account = account.with("Description", "").with("ExternalID", "");
            self.attempts.push(Attempt { account, awaited: false, unclear: None });
        }
    }

    /// Asks whether an account exists.
    pub async fn exists(&mut self, account: &Account) -> Exchange {
        self.mention(account);
        self.call("Exists", Some(&account.body)).await
    }

    /// Makes a call of the contract before the deadline.
    pub async fn ask(&mut self, until: Instant, operation: &str, body: &Value) -> Result<Exchange, String> {
        let twist = Twist::default();
        let call = self.vendor.call(operation, Some(body), &twist);
        let exchange = timeout_at(until, call).await.map_err(|_| "the time for cleaning up was over".to_owned())?;
        self.look(operation, &exchange);
        Ok(exchange)
    }

    /// Records the outcome of a rule that a call of the contract shows. A call that failed on the way shows nothing but
    /// that.
    pub fn judge(&mut self, rule: &'static Rule, exchange: &Exchange, verdict: Result<(), String>) {
        if exchange.is_answer() {
            self.record(rule, exchange, verdict);
        } else {
            self.skip(rule, &exchange.outcome());
        }
    }

    /// Records the outcome of a rule about a customer that Exists must find.
    pub fn judge_found(&mut self, rule: &'static Rule, exchange: &Exchange, verdict: Result<(), String>) {
        if verdict.is_ok() && !self.is_kept(rules::ABSENT) {
            return self.skip(rule, UNRELIABLE);
        }
        self.judge(rule, exchange, verdict);
    }

    /// Records what came of a call that the contract does not describe. A refusal or a failure shows something only if
    /// the vendor accepts the calls that the contract does describe.
    pub fn judge_oddly(
        &mut self,
        rule: &'static Rule,
        operation: &str,
        exchange: &Exchange,
        verdict: Result<(), String>,
    ) {
        if self.accepts(operation) || (exchange.is_answer() && verdict.is_err()) {
            self.record(rule, exchange, verdict);
        } else {
            self.skip(rule, &format!("{operation} accepted no call of the contract"));
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
            recorded: None,
            received: exchange.map(Exchange::received),
        };
        match self.findings.iter_mut().find(|known| known.rule.id == rule.id) {
            Some(known) if known.outcome >= outcome => {}
            Some(known) => *known = finding,
            None => self.findings.push(finding),
        }
    }

    /// Records which rules the next calls check together. A rule whose calls were not all made is not kept.
    pub fn begin_rules(&mut self, rules: &[&'static Rule]) {
        self.in_progress = rules.to_vec();
    }

    /// Records why the remaining rules are not checked.
    pub fn stop(&mut self, why: impl Into<String>) {
        let why = why.into();
        for rule in std::mem::take(&mut self.in_progress) {
            self.skip(rule, &why);
        }
        self.stopped = Some(why);
    }

    /// Records why the rules that no probe reaches are not checked.
    pub fn cannot_reach(&mut self, why: &'static str) {
        self.unreached = Some(why);
    }

    /// All findings, in the order of the rules. Rules that no probe reached are reported as not checked.
    pub fn report(mut self) -> Report {
        let unreached = self.unreached.unwrap_or("an earlier answer made it impossible");
        let why = self.stopped.clone().unwrap_or_else(|| unreached.to_owned());
        for rule in RULES {
            if !self.findings.iter().any(|finding| finding.rule.id == rule.id) {
                self.skip(rule, &why);
            }
        }
        self.findings.sort_by_key(|finding| RULES.iter().position(|rule| rule.id == finding.rule.id));
        let address = self.vendor.address().to_owned();
        Report::new(Against::Contract, address, self.calls, self.stopped, self.findings, self.left_behind)
    }

    /// The report of a replay: its findings, and whether the customers that it created are deleted.
    pub fn report_of_replay(self, mut findings: Vec<Finding>) -> Report {
        findings.extend(self.findings.into_iter().filter(|finding| finding.rule.id == rules::TIDY.id));
        let address = self.vendor.address().to_owned();
        Report::new(Against::Recording, address, self.calls, self.stopped, findings, self.left_behind)
    }
}

/// Whether the answer accepts a call of the contract.
fn is_accepted(operation: &str, exchange: &Exchange) -> bool {
    match operation {
        "SyncOptions" => exchange.lists_options(),
        "Synchronize" => exchange.created().is_ok(),
        "Exists" => exchange.code().is_some_and(|code| code >= 0),
        _ => exchange.succeeded().is_ok(),
    }
}
