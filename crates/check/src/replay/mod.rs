//! Holds another build of a vendor against a recorded conversation (`M22`).
//!
//! The recorded calls are made again, one after the other. What differs is reported like the rules of a check. Customers
//! that were created are deleted again, as a check deletes its own.

mod compare;
mod rewrite;
mod rules;

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::account::Account;
use crate::answer::{Exchange, shortened};
use crate::recording::{CallEnd, RecordedCall, Recording};
use crate::report::{Finding, Outcome, Report};
use crate::rules::Rule;
use crate::run::Run;
use crate::vendor::{CannotCheck, Target};
use crate::{cleanup, probes, seconds};
use compare::{Endpoint, concerned, differences};
use rewrite::Rewriter;

pub use rules::REPLAY_RULES;

/// Maximum number of differences of one rule that are listed.
const LISTED: usize = 5;

/// Makes the calls of a recording again, and compares the answers. Always ends with a report, as a check does.
///
/// # Errors
/// [`CannotCheck`] if nothing answers.
pub async fn replay(target: Target, recording: &Recording) -> Result<Report, CannotCheck> {
    let (within, cleanup_within) = (target.within, target.cleanup);
    let given = target.options.clone();
    let mut run = Run::begin(target)?;
    let mut replay = Replay::new(Rewriter::new(run.tag(), &given));
    let until = Instant::now() + within;
    if probes::transport::reachable(&mut run).await? {
        let calls = async {
            // Only an Exists that tells accounts apart shows afterwards what is left.
            probes::exists::before(&mut run).await;
            for (at, call) in recording.calls.iter().enumerate() {
                replay.call(&mut run, at + 1, call).await;
            }
        };
        if timeout_at(until, calls).await.is_err() {
            run.stop(format!("the time limit of {} was reached", seconds(within)));
        }
    }
    cleanup::all(&mut run, Instant::now() + cleanup_within).await;
    let findings = replay.findings(run.stopped());
    Ok(run.report_of_replay(findings))
}

/// What was found about a rule.
#[derive(Debug)]
struct Tally {
    rule: &'static Rule,
    /// Number of calls that were compared.
    compared: usize,
    differences: Vec<String>,
    /// Request, recorded answer and answer of the first difference.
    first: Option<[String; 3]>,
}

/// A replay in progress.
struct Replay {
    rewriter: Rewriter,
    tallies: Vec<Tally>,
    /// Accounts that were sent to Synchronize, by their recorded ids.
    synchronized: BTreeSet<String>,
    /// Accounts that are customers now, and were not when it was recorded.
    ahead: BTreeSet<String>,
    /// Number of calls that were made again and compared.
    compared: usize,
    /// Calls that were not compared, each with the reason.
    skipped: Vec<String>,
}

impl Replay {
    fn new(rewriter: Rewriter) -> Self {
        let tally = |rule: &&'static Rule| Tally { rule, compared: 0, differences: Vec::new(), first: None };
        Self {
            rewriter,
            tallies: REPLAY_RULES.iter().map(tally).collect(),
            synchronized: BTreeSet::new(),
            ahead: BTreeSet::new(),
            compared: 0,
            skipped: Vec::new(),
        }
    }

    /// Makes a recorded call again, and compares the answer.
    async fn call(&mut self, run: &mut Run, number: usize, call: &RecordedCall) {
        let Some(endpoint) = Endpoint::parse(&call.endpoint) else {
            return self.skip(number, call, "a replay does not know this endpoint");
        };
        if call.outcome == CallEnd::NotSent {
            return self.skip(number, call, "the recorded vendor was not reached");
        }
        let body = match self.rewriter.request(&call.request) {
            Ok(body) => body,
            Err(why) => return self.skip(number, call, &why),
        };
        let recorded = call.exchange();
        let account = text(&call.request, "ID");
        let was_sent = self.synchronized.contains(account);
        let answer = send(run, endpoint, body).await;
        if endpoint == Endpoint::Exists && !was_sent {
            // Whoever it finds was there before this replay, and is not deleted by it.
            if let (Some(1), Some(id)) = (answer.code(), answer.result()) {
                run.protect(id);
            }
            if recorded.code() == Some(1) {
                let why = "the recorded vendor found a customer whose creation is not recorded";
                return self.skip(number, call, why);
            }
        }
        if endpoint == Endpoint::Exists && self.ahead.contains(account) && recorded.code() == Some(0) {
            return self.skip(number, call, "Synchronize has created this customer, unlike the recorded vendor");
        }
        if endpoint == Endpoint::Synchronize && !is_trial(&call.request) {
            self.synchronized.insert(account.to_owned());
            if answer.created().is_ok() && recorded.created().is_err() {
                self.ahead.insert(account.to_owned());
            } else {
                self.ahead.remove(account);
            }
        }
        if call.outcome == CallEnd::Lost {
            self.learn(endpoint, call, &recorded, &answer).ok();
            return self.skip(number, call, "the recorded vendor's answer was lost");
        }
        self.compared += 1;
        let concerned = concerned(endpoint, &recorded);
        for tally in self.tallies.iter_mut().filter(|tally| concerned.contains(&tally.rule)) {
            tally.compared += 1;
        }
        for (rule, found) in differences(endpoint, &recorded, &answer) {
            self.differs(rule, number, endpoint, &found, &recorded, &answer);
        }
        if let Err(found) = self.learn(endpoint, call, &recorded, &answer) {
            self.differs(rules::IDS, number, endpoint, &found, &recorded, &answer);
        }
    }

    /// Notes what the answer says about ids.
    fn learn(
        &mut self,
        endpoint: Endpoint,
        call: &RecordedCall,
        recorded: &Exchange,
        now: &Exchange,
    ) -> Result<(), String> {
        let extra = now.member(&["AccountExtraInfo"]);
        match endpoint {
            Endpoint::SyncOptions => {
                self.rewriter.learn_options(recorded);
                self.rewriter.learn_options(now);
            }
            Endpoint::Synchronize if !is_trial(&call.request) => {
                if let (Ok(before), Ok(after)) = (recorded.created(), now.created()) {
                    return self.rewriter.learn_customer(before, after, extra);
                }
            }
            Endpoint::Exists if recorded.code() == Some(1) && now.code() == Some(1) => {
                if let (Some(before), Some(after)) = (recorded.result(), now.result()) {
                    return self.rewriter.learn_customer(before, after, extra);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn skip(&mut self, number: usize, call: &RecordedCall, why: &str) {
        self.skipped.push(format!("call {number}, {}: {why}", call.endpoint));
    }

    fn differs(
        &mut self,
        rule: &'static Rule,
        number: usize,
        endpoint: Endpoint,
        found: &str,
        recorded: &Exchange,
        now: &Exchange,
    ) {
        for tally in self.tallies.iter_mut().filter(|tally| tally.rule.id == rule.id) {
            tally.differences.push(format!("call {number}, {}: {}", endpoint.as_str(), shortened(found)));
            tally.first.get_or_insert_with(|| [now.sent.clone(), recorded.received(), now.received()]);
        }
    }

    /// The findings, in the order of the rules. `stopped`: why calls at the end were not made.
    fn findings(self, stopped: Option<&str>) -> Vec<Finding> {
        let Self { tallies, compared, skipped, .. } = self;
        let finding = |tally: Tally| {
            let (outcome, wrong) = match (&stopped, tally.rule) {
                (Some(why), rule) if rule.id == rules::SENT.id => (Outcome::NotAsked, Some((*why).to_owned())),
                (None, rule) if rule.id == rules::SENT.id && compared == 0 => {
                    (Outcome::NotAsked, Some(format!("no call could be compared\n{}", listed(&skipped))))
                }
                (None, rule) if rule.id == rules::SENT.id && !skipped.is_empty() => {
                    (Outcome::NotApplicable, Some(format!("not compared:\n{}", listed(&skipped))))
                }
                (None, rule) if rule.id == rules::SENT.id => (Outcome::Kept, None),
                (_, rule) if !tally.differences.is_empty() => {
                    let outcome = if rule.binding { Outcome::Broken } else { Outcome::Advice };
                    (outcome, Some(listed(&tally.differences)))
                }
                (Some(why), _) if tally.compared == 0 => (Outcome::NotAsked, Some((*why).to_owned())),
                (None, _) if tally.compared == 0 => {
                    (Outcome::NotApplicable, Some("no call of the recording shows it".to_owned()))
                }
                _ => (Outcome::Kept, None),
            };
            let [sent, recorded, received] = tally.first.map_or([None, None, None], |first| first.map(Some));
            Finding { rule: *tally.rule, outcome, wrong, sent, recorded, received }
        };
        tallies.into_iter().map(finding).collect()
    }
}

/// Makes a call, and has the run note what there is to be deleted.
async fn send(run: &mut Run, endpoint: Endpoint, body: Value) -> Exchange {
    let account = Account { id: text(&body, "ID").to_owned(), body };
    match endpoint {
        Endpoint::SyncOptions => run.call(endpoint.as_str(), None).await,
        Endpoint::Exists => run.exists(&account).await,
        Endpoint::Synchronize if is_trial(&account.body) => run.call(endpoint.as_str(), Some(&account.body)).await,
        Endpoint::Synchronize => run.synchronize_alike(&account).await,
        Endpoint::Delete => {
            let answer = run.call(endpoint.as_str(), Some(&account.body)).await;
            if answer.succeeded().is_ok() {
                run.forget_id(text(&account.body, "ExternalID"));
            }
            answer
        }
    }
}

/// Whether a request creates nothing.
fn is_trial(request: &Value) -> bool {
    ["IsTest", "CheckOnly"].iter().any(|name| request[*name] == Value::Bool(true))
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

/// The first of these, one a line, and how many there are besides.
fn listed(all: &[String]) -> String {
    let mut lines: Vec<String> = all.iter().take(LISTED).cloned().collect();
    if all.len() > LISTED {
        lines.push(format!("and {} more", all.len() - LISTED));
    }
    lines.join("\n")
}
