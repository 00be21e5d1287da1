//! Property test: invariants of returns hold after any sequence of actions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tessera_core::kernel::actor::{Actor, Channel};

use proptest::prelude::*;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PlaceId, ReturnId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::plan::Stamp;
use tessera_core::kernel::rejection::Rejection as _;
use tessera_core::returns::{
    self, HoldKind, LineStatus, Return, ReturnAction, ReturnDraft, ReturnDraftLine, ReturnReason, ReturnStatus, Step,
    UnitRole,
};
use uuid::Uuid;

/// A random action.
#[derive(Debug, Clone)]
enum Deed {
    Open(Vec<(u8, u8, u8)>),
    Act(u8, u8, Doing),
}

#[derive(Debug, Clone)]
enum Doing {
    Done(Step, Option<u32>, Vec<u8>),
    Identify(u8),
    Hold,
    Ask(i64),
    Resume,
    Cancel,
    Approve(u32),
    Decline(u32),
    Withdraw,
}

fn serial(n: u8) -> String {
    // Two spellings of the same serial number.
    if n.is_multiple_of(2) { format!("sn-{}", n / 2) } else { format!("SN {}", n / 2) }
}

fn doing() -> impl Strategy<Value = Doing> {
    let step = prop::sample::select(Step::ALL.to_vec());
    prop_oneof![
        6 => (step, prop::option::of(0_u32..4), prop::collection::vec(0_u8..8, 0..3))
            .prop_map(|(step, quantity, serials)| Doing::Done(step, quantity, serials)),
        1 => (0_u8..8).prop_map(Doing::Identify),
        1 => Just(Doing::Hold),
        1 => (-1_i64..300).prop_map(Doing::Ask),
        2 => Just(Doing::Resume),
        1 => Just(Doing::Cancel),
        1 => (0_u32..3).prop_map(Doing::Approve),
        1 => (0_u32..3).prop_map(Doing::Decline),
        1 => Just(Doing::Withdraw),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => prop::collection::vec((0_u8..8, 1_u8..4, 0_u8..4), 0..3).prop_map(Deed::Open),
        4 => (0_u8..6, 0_u8..3, doing()).prop_map(|(customer_return, line, doing)| Deed::Act(customer_return, line, doing)),
    ]
}

/// A model of the database with its unique constraint.
#[derive(Default)]
struct World {
    returns: Vec<Return>,
    minted: u128,
}

impl World {
    /// The database rejects a unit on two open returns.
    fn write(&mut self, customer_return: Return) -> bool {
        let taken = customer_return.units_taken();
        let others = self.returns.iter().filter(|other| other.id != customer_return.id);
        if others.flat_map(Return::units_taken).any(|key| taken.contains(&key)) {
            return false;
        }
        self.returns.retain(|other| other.id != customer_return.id);
        self.returns.push(customer_return);
        self.returns.sort_by_key(|customer_return| customer_return.id);
        true
    }

    fn stamped<T>(&mut self, make: impl FnOnce(Stamp<'_>) -> T) -> T {
        self.minted += 1;
        let id = Uuid::from_u128(self.minted << 40 | self.minted);
        let mint = move || id;
        make(Stamp {
            now: jiff::Timestamp::UNIX_EPOCH,
            reading: jiff::Timestamp::UNIX_EPOCH,
            actor: const { &Actor::Staff(Cow::Borrowed("jo")) },
            channel: Channel::Console,
            mint: &mint,
        })
    }

    fn open(&mut self, lines: &[(u8, u8, u8)]) {
        let reasons = ReturnReason::usual();
        let line = |(unit, quantity, reason): &(u8, u8, u8)| ReturnDraftLine {
            model: "PACE".into(),
            quantity: u32::from(*quantity),
            serials: if unit % 3 == 0 { Vec::new() } else { vec![serial(*unit)] },
            reason: reasons[usize::from(*reason) % reasons.len()].code.clone(),
            ..ReturnDraftLine::default()
        };
        let draft = ReturnDraft { lines: lines.iter().map(line).collect(), ..draft() };
        if let Ok((customer_return, plan)) =
            self.stamped(|stamp| returns::open(&draft, &reasons, customer(), (false, &BTreeSet::new()), stamp))
        {
            assert!(plan.changes().count() >= 3, "timeline, return, mail");
            self.write(customer_return);
        }
    }

    fn act(&mut self, customer_return: u8, line: u8, doing: Doing) -> Option<(Return, Return, ReturnAction)> {
        let before = self.returns.get(usize::from(customer_return))?.clone();
        let act = act(doing);
        let line = u32::from(line) + 1;
        let changed =
            self.stamped(|stamp| returns::change(&before, vec![(line, act.clone())], customer(), stamp)).ok()?.0;
        self.write(changed.clone()).then_some((before, changed, act))
    }
}

fn act(doing: Doing) -> ReturnAction {
    match doing {
        Doing::Done(step, quantity, serials) => {
            ReturnAction::Done { step, quantity, serials: serials.into_iter().map(serial).collect(), tracking: None }
        }
        Doing::Identify(unit) => ReturnAction::Identify { serials: vec![serial(unit)] },
        Doing::Hold => ReturnAction::Hold { note: "fan".into() },
        Doing::Ask(minor) => ReturnAction::Ask {
            amount: Money::new(minor, Currency::parse("EUR").expect("a currency")),
            note: "board".into(),
        },
        Doing::Resume => ReturnAction::Resume,
        Doing::Cancel => ReturnAction::Cancel { why: "not ours".into() },
        Doing::Approve(version) => ReturnAction::Approve { version },
        Doing::Decline(version) => ReturnAction::Decline { version, note: None },
        Doing::Withdraw => ReturnAction::Withdraw,
    }
}

fn customer() -> Customer {
    Customer::new(CustomerId(Uuid::from_u128(1)), "Rosa", Some("rosa@example.com"), jiff::Timestamp::UNIX_EPOCH)
}

fn draft() -> ReturnDraft {
    ReturnDraft {
        customer_id: CustomerId(Uuid::from_u128(1)),
        place_id: PlaceId(Uuid::from_u128(1)),
        person_id: None,
        email: None,
        lines: Vec::new(),
    }
}

/// Invariants of every return.
fn promises(customer_return: &Return) -> Result<(), TestCaseError> {
    for line in &customer_return.lines {
        // Steps are in order: no unit has a step completed before the previous one.
        let mut done: BTreeMap<Step, u32> = BTreeMap::new();
        for posting in &line.postings {
            let place = line.reason.steps.iter().position(|step| *step == posting.step);
            prop_assert!(place.is_some(), "the reason has no step {:?}", posting.step);
            *done.entry(posting.step).or_default() += posting.quantity;
            let counts: Vec<u32> = line.reason.steps.iter().map(|step| done.get(step).copied().unwrap_or(0)).collect();
            prop_assert!(counts.is_sorted_by(|before, after| before >= after), "out of order: {:?}", counts);
            prop_assert!(counts[0] <= line.quantity);
        }
        let all = line.reason.steps.iter().all(|step| line.done(*step) == line.quantity);
        prop_assert_eq!(line.status() == LineStatus::Closed, all && line.cancelled.is_none());
        prop_assert!(line.serials(UnitRole::Returned).count() <= line.quantity as usize);
        prop_assert!(line.serials(UnitRole::Replacement).count() <= line.quantity as usize);
        prop_assert!(!line.reason.sends_the_same() || line.serials(UnitRole::Replacement).next().is_none());
        let asked = line.asked().map(|asked| asked.version);
        prop_assert_eq!(
            asked.is_some(),
            line.hold.as_ref().is_some_and(|hold| hold.kind == HoldKind::Approval) && line.cancelled.is_none()
        );
    }
    let open = customer_return.lines.iter().any(|line| line.status().is_open());
    prop_assert_eq!(customer_return.status().is_open(), open);
    prop_assert!(open || customer_return.units_taken().is_empty(), "an ended return holds on to no unit");
    Ok(())
}

/// Restrictions on the effect of one action.
fn deed_was_allowed(before: &Return, after: &Return, act: &ReturnAction) -> Result<(), TestCaseError> {
    for (was, is) in before.lines.iter().zip(&after.lines) {
        if was == is {
            continue;
        }
        prop_assert!(was.status().is_open(), "an ended line does not change");
        match act {
            ReturnAction::Done { .. } => prop_assert!(was.status() != LineStatus::OnHold, "nothing is done on hold"),
            ReturnAction::Withdraw => prop_assert!(!was.has_moved(), "a customer takes back only what did not move"),
            ReturnAction::Approve { version } | ReturnAction::Decline { version, .. } => {
                prop_assert_eq!(was.asked().map(|asked| asked.version), Some(*version), "only the amount shown");
            }
            _ => {}
        }
        if matches!(act, ReturnAction::Decline { .. }) {
            prop_assert_eq!(is.hold.as_ref().map(|hold| hold.kind), Some(HoldKind::Declined), "staff decide what next");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn p09_invariants_of_returns_hold_after_any_sequence_of_actions(deeds in prop::collection::vec(deed(), 1..60)) {
        let mut world = World::default();
        for deed in deeds {
            match deed {
                Deed::Open(lines) => world.open(&lines),
                Deed::Act(customer_return, line, doing) => {
                    if let Some((before, after, act)) = world.act(customer_return, line, doing) {
                        deed_was_allowed(&before, &after, &act)?;
                    }
                }
            }
            let mut holder: BTreeMap<String, ReturnId> = BTreeMap::new();
            for customer_return in &world.returns {
                promises(customer_return)?;
                for key in customer_return.units_taken() {
                    let other = holder.insert(key.clone(), customer_return.id);
                    prop_assert_eq!(other, None, "{} is on two open returns", key);
                }
            }
        }
    }
}

fn opened(reason: &str, quantity: u32, serials: &[&str]) -> (World, Return) {
    let mut world = World::default();
    let line = ReturnDraftLine {
        model: "PACE".into(),
        quantity,
        serials: serials.iter().map(|serial| (*serial).to_owned()).collect(),
        reason: reason.into(),
        ..ReturnDraftLine::default()
    };
    let draft = ReturnDraft { lines: vec![line], ..draft() };
    let opened = world
        .stamped(|stamp| returns::open(&draft, &ReturnReason::usual(), customer(), (false, &BTreeSet::new()), stamp));
    let (customer_return, _) = opened.expect("it opens");
    (world, customer_return)
}

fn does(world: &mut World, customer_return: &Return, act: ReturnAction) -> Result<Return, returns::ReturnActionError> {
    world
        .stamped(|stamp| returns::change(customer_return, vec![(1, act)], customer(), stamp))
        .map(|(customer_return, _)| customer_return)
}

fn done(step: Step, quantity: Option<u32>) -> ReturnAction {
    ReturnAction::Done { step, quantity, serials: Vec::new(), tracking: None }
}

#[test]
fn p09_a_repair_is_received_repaired_and_shipped_unit_by_unit() {
    let (mut world, customer_return) = opened("repair", 3, &[]);
    assert_eq!(customer_return.status(), ReturnStatus::New);
    assert_eq!(does(&mut world, &customer_return, done(Step::Ship, None)).unwrap_err().code(), "step_out_of_order");
    let customer_return = does(&mut world, &customer_return, done(Step::Receive, Some(2))).unwrap();
    assert_eq!(customer_return.status(), ReturnStatus::InProgress, "the first receipt begins it");
    assert_eq!(customer_return.lines[0].next_steps(), [(Step::Receive, 1), (Step::Repair, 2)]);
    assert_eq!(does(&mut world, &customer_return, done(Step::Repair, Some(3))).unwrap_err().code(), "too_many_units");
    let customer_return = does(&mut world, &customer_return, done(Step::Repair, None)).unwrap();
    let customer_return = does(&mut world, &customer_return, done(Step::Ship, None)).unwrap();
    let customer_return = does(&mut world, &customer_return, done(Step::Receive, None)).unwrap();
    let customer_return = does(&mut world, &customer_return, done(Step::Repair, None)).unwrap();
    let customer_return = does(&mut world, &customer_return, done(Step::Ship, None)).unwrap();
    assert_eq!(customer_return.status(), ReturnStatus::Closed, "the last shipment closes it");
}

#[test]
fn p09_advance_replacement_is_shipped_first_with_its_serial_number() {
    let (mut world, customer_return) = opened("advance_replace", 1, &["A1"]);
    assert_eq!(does(&mut world, &customer_return, done(Step::Receive, None)).unwrap_err().code(), "step_out_of_order");
    let own = ReturnAction::Done { step: Step::Ship, quantity: None, serials: vec!["a-1".into()], tracking: None };
    assert_eq!(does(&mut world, &customer_return, own).unwrap_err().code(), "serial_refused");
    let other = ReturnAction::Done { step: Step::Ship, quantity: None, serials: vec!["B2".into()], tracking: None };
    let customer_return = does(&mut world, &customer_return, other).unwrap();
    assert_eq!(customer_return.units_taken(), ["serial:A1", "serial:B2"]);
    let customer_return = does(&mut world, &customer_return, done(Step::Receive, None)).unwrap();
    assert_eq!((customer_return.status(), customer_return.units_taken().len()), (ReturnStatus::Closed, 0));
}

#[test]
fn p09_approval_applies_only_to_the_amount_shown() {
    let (mut world, customer_return) = opened("repair", 1, &[]);
    let ask = |minor| act(Doing::Ask(minor));
    let customer_return = does(&mut world, &customer_return, ask(100)).unwrap();
    assert_eq!(customer_return.status(), ReturnStatus::OnHold);
    let customer_return = does(&mut world, &customer_return, ask(250)).unwrap();
    assert_eq!(
        does(&mut world, &customer_return, ReturnAction::Approve { version: 1 }).unwrap_err().code(),
        "approval_changed"
    );
    let approved = does(&mut world, &customer_return, ReturnAction::Approve { version: 2 }).unwrap();
    assert_eq!(approved.status(), ReturnStatus::New, "it goes on where it was");
    let declined = does(&mut world, &customer_return, ReturnAction::Decline { version: 2, note: None }).unwrap();
    assert_eq!(declined.status(), ReturnStatus::OnHold, "staff decide what becomes of it");
    assert_eq!(
        does(&mut world, &declined, ReturnAction::Approve { version: 2 }).unwrap_err().code(),
        "approval_changed"
    );
}

#[test]
fn p09_customer_cancels_before_any_movement_and_staff_with_a_reason() {
    let (mut world, customer_return) = opened("repair", 1, &["A1"]);
    assert!(customer_return.customer_may_cancel());
    let cancelled = does(&mut world, &customer_return, ReturnAction::Withdraw).unwrap();
    assert_eq!((cancelled.status(), cancelled.units_taken().len()), (ReturnStatus::Cancelled, 0));
    let customer_return = does(&mut world, &customer_return, done(Step::Receive, None)).unwrap();
    assert_eq!(does(&mut world, &customer_return, ReturnAction::Withdraw).unwrap_err().code(), "already_under_way");
    assert_eq!(
        does(&mut world, &customer_return, ReturnAction::Cancel { why: " ".into() }).unwrap_err().code(),
        "incomplete"
    );
    assert_eq!(
        does(&mut world, &customer_return, ReturnAction::Cancel { why: "scrapped".into() }).unwrap().status(),
        ReturnStatus::Cancelled
    );
}

#[test]
fn p09_an_invalid_draft_reports_all_errors_by_line() {
    let mut world = World::default();
    let bad =
        ReturnDraftLine { quantity: 0, reason: "wish".into(), serials: vec!["-".into()], ..ReturnDraftLine::default() };
    let draft = ReturnDraft { lines: vec![bad], ..draft() };
    let reasons = ReturnReason::usual();
    let wrong = world
        .stamped(|stamp| returns::open(&draft, &reasons, customer(), (false, &BTreeSet::new()), stamp))
        .unwrap_err();
    assert_eq!(wrong.0.len(), 4, "{wrong}");
    assert!(wrong.0.iter().all(|why| why.to_string().starts_with("line 1: ")), "{wrong}");
}
