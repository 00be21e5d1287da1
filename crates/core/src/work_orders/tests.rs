//! Rules of work orders: every sequence of steps, and each rejection.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::report::in_words;
use super::*;
use crate::kernel::actor::{Actor, Channel};
use crate::kernel::customer::Customer;
use crate::kernel::plan::{Plan, Stamp};
use crate::service_requests::ServiceRequest;

static UTC: TimeZone = TimeZone::UTC;
const SAM: PersonId = PersonId(Uuid::from_u128(1));
const KIM: PersonId = PersonId(Uuid::from_u128(2));
const VAN: PlaceId = PlaceId(Uuid::from_u128(3));
const SAM_ACTS: By<'_> = By::Technician { person: SAM, name: "Sam" };
const OFFICE: By<'_> = By::Office { name: "Jo" };

fn stamped<T>(make: impl FnOnce(Stamp<'_>) -> T) -> T {
    static MINTED: AtomicU64 = AtomicU64::new(1);
    let mint = || Uuid::from_u128(u128::from(MINTED.fetch_add(1, Ordering::Relaxed)) << 64 | 7);
    make(Stamp {
        now: Timestamp::UNIX_EPOCH,
        reading: Timestamp::UNIX_EPOCH,
        actor: const { &Actor::Staff(Cow::Borrowed("jo")) },
        channel: Channel::Console,
        mint: &mint,
    })
}

fn around(request: Option<&ServiceRequest>, there: i64) -> Surroundings<'_> {
    Surroundings {
        customer: Customer::new(CustomerId(Uuid::from_u128(9)), "Ada", None, Timestamp::UNIX_EPOCH),
        request,
        others: false,
        zone: &UTC,
        self_assign: false,
        vans: const { &[VAN] },
        part: Some(("Cable", there)),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "work orders and actions take it as it is")]
fn assigned(person: PersonId) -> Option<Assignee> {
    Some(Assignee { person, name: "Sam".to_owned() })
}

fn made(kind: &str, assignee: Option<Assignee>) -> WorkOrder {
    let kind = WorkSettings::default().kind(kind).unwrap().clone();
    let draft = WorkOrderDraft {
        kind,
        place_id: PlaceId(Uuid::from_u128(9)),
        request_id: None,
        return_id: None,
        subject: "The inverter hums".to_owned(),
        description: String::new(),
        device: None,
        model: None,
        window: None,
        assignee,
    };
    stamped(|stamp| create(stamp.id(), draft, OFFICE, around(None, 0), stamp)).unwrap().0
}

fn done(order: &WorkOrder, action: &Action, by: By<'_>) -> Result<WorkOrder, WorkOrderError> {
    stamped(|stamp| act(order, action, by, around(None, 5), stamp)).map(|(after, _)| after)
}

fn planned(order: &WorkOrder, action: &Action) -> Plan {
    stamped(|stamp| act(order, action, SAM_ACTS, around(None, 5), stamp)).unwrap().1
}

fn device() -> InstalledDevice {
    let (system, external_id) = ("desk".to_owned(), "41".to_owned());
    InstalledDevice { system, external_id, name: "PACE".to_owned(), serial: Some("S1".to_owned()) }
}

fn refuse() -> Action {
    Action::Refuse { reason: "The van broke down.".to_owned() }
}

/// A random action.
fn action() -> impl Strategy<Value = Action> {
    let reason = prop::sample::select(vec!["", "Rain"]).prop_map(ToOwned::to_owned);
    let quantity = 0_u32..4;
    let window = Window { from: Timestamp::UNIX_EPOCH, to: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(2) };
    prop_oneof![
        4 => Just(Action::Accept),
        4 => Just(Action::Depart),
        4 => Just(Action::Begin),
        2 => prop::option::of(Just(device())).prop_map(|installed| Action::Finish { installed }),
        1 => reason.clone().prop_map(|reason| Action::Refuse { reason }),
        3 => (0_usize..4, any::<bool>()).prop_map(|(item, done)| Action::Check { item, done }),
        2 => quantity.clone().prop_map(|quantity| Action::Use { part: "cable".to_owned(), quantity, place: VAN }),
        1 => quantity.prop_map(|quantity| Action::PutBack { part: "cable".to_owned(), quantity, place: VAN }),
        1 => prop::sample::select(vec![None, assigned(SAM), assigned(KIM)]).prop_map(Action::Assign),
        1 => prop::option::of(Just(window)).prop_map(Action::Schedule),
        1 => reason.prop_map(|reason| Action::Cancel { reason }),
    ]
}

fn is_office(action: &Action) -> bool {
    matches!(action, Action::Assign(_) | Action::Schedule(_) | Action::Cancel { .. })
}

fn step_of(action: &Action) -> Option<Step> {
    Some(match action {
        Action::Accept => Step::Accept,
        Action::Depart => Step::Depart,
        Action::Begin => Step::Begin,
        Action::Finish { .. } => Step::Finish,
        Action::Refuse { .. } => Step::Refuse,
        _ => return None,
    })
}

proptest! {
    #[test]
    fn p05_no_sequence_of_actions_takes_a_work_order_where_the_states_do_not_lead(
        actions in prop::collection::vec((action(), any::<bool>()), 1..60),
    ) {
        let mut order = made("installation", assigned(SAM));
        let mut in_van = 10_i64;
        for (action, by_office) in actions {
            let by = if by_office { OFFICE } else { SAM_ACTS };
            let outcome = stamped(|stamp| act(&order, &action, by, around(None, in_van), stamp));
            let Ok((after, plan)) = outcome else { continue };
            prop_assert!(by_office || !is_office(&action), "a technician does what only the office does");
            prop_assert!(by_office || order.assignee == assigned(SAM), "it is somebody else's");
            if let Some(step) = step_of(&action) {
                prop_assert_eq!(order.state.after(step), Some(after.state));
            }
            match &action {
                Action::Finish { .. } => {
                    prop_assert!(order.is_checked() && after.installed.is_some());
                }
                Action::Use { quantity, .. } => in_van -= i64::from(*quantity),
                Action::PutBack { quantity, .. } => in_van += i64::from(*quantity),
                Action::Assign(_) => prop_assert!(order.state != State::Working),
                _ => {}
            }
            let used: i64 = after.parts.iter().map(|part| i64::from(part.quantity)).sum();
            prop_assert_eq!(in_van + used, 10, "no part is lost or made");
            prop_assert!(in_van >= 0);
            prop_assert!(!order.state.is_over(), "nothing happens to what is over");
            prop_assert_eq!(plan.is_empty(), after == order);
            prop_assert_eq!(after.reason.is_some(), matches!(after.state, State::Refused | State::Cancelled));
            order = after;
        }
    }
}

#[test]
fn p05_every_step_that_does_not_follow_is_rejected() {
    let steps = [Action::Accept, Action::Depart, Action::Begin, Action::Finish { installed: None }, refuse()];
    for state in State::ALL {
        let order = WorkOrder { state, ..made("visit", assigned(SAM)) };
        for action in &steps {
            let step = step_of(action).unwrap();
            match (done(&order, action, SAM_ACTS), state.after(step)) {
                (Ok(after), Some(next)) => assert_eq!(after.state, next),
                (Err(error), None) => {
                    assert_eq!(error, WorkOrderError::OutOfOrder { number: order.number.clone(), state });
                }
                (outcome, next) => panic!("{state:?} {step:?}: {outcome:?}, not {next:?}"),
            }
        }
    }
}

#[test]
fn p05_a_work_order_returns_to_the_office_and_is_assigned_again() {
    let order = done(&made("visit", assigned(SAM)), &Action::Accept, SAM_ACTS).unwrap();
    assert_eq!(done(&order, &Action::Refuse { reason: " ".to_owned() }, SAM_ACTS), Err(WorkOrderError::NoReason));
    let back = done(&order, &refuse(), SAM_ACTS).unwrap();
    assert_eq!((back.state, back.reason.as_deref()), (State::Refused, Some("The van broke down.")));
    let given = done(&back, &Action::Assign(assigned(KIM)), OFFICE).unwrap();
    assert_eq!((given.state, given.reason.as_deref(), &given.assignee), (State::Open, None, &assigned(KIM)));
    assert_eq!(done(&given, &Action::Accept, SAM_ACTS), Err(WorkOrderError::NotYours));
    let nobodys = done(&given, &Action::Assign(None), OFFICE).unwrap();
    assert_eq!(done(&nobodys, &Action::Accept, SAM_ACTS), Err(WorkOrderError::Unassigned));
    assert_eq!(done(&nobodys, &Action::Accept, OFFICE), Err(WorkOrderError::Unassigned));
    let free = Surroundings { self_assign: true, ..around(None, 0) };
    let taken = stamped(|stamp| act(&nobodys, &Action::Accept, SAM_ACTS, free, stamp)).unwrap().0;
    assert_eq!((taken.state, &taken.assignee), (State::Accepted, &assigned(SAM)));
    assert!(nobodys.is_for(SAM, true) && !nobodys.is_for(SAM, false) && !given.is_for(SAM, true));
}

#[test]
fn p05_only_the_office_schedules_assigns_and_cancels() {
    let order = made("visit", assigned(SAM));
    let from = Timestamp::UNIX_EPOCH;
    let hours = |hours| Window { from, to: from + SignedDuration::from_hours(hours) };
    for action in
        [Action::Assign(None), Action::Schedule(Some(hours(1))), Action::Cancel { reason: "Moved".to_owned() }]
    {
        assert_eq!(done(&order, &action, SAM_ACTS), Err(WorkOrderError::OfficeOnly));
        done(&order, &action, OFFICE).unwrap();
    }
    for wrong in [hours(0), hours(-1), hours(24 * 15)] {
        assert_eq!(done(&order, &Action::Schedule(Some(wrong)), OFFICE), Err(WorkOrderError::Window));
    }
    let scheduled = done(&order, &Action::Schedule(Some(hours(3))), OFFICE).unwrap();
    assert_eq!(scheduled.due_at(), from);
    assert_eq!(in_words(scheduled.window.unwrap(), &UTC), "Thu 1 Jan 1970, 00:00–03:00");
}

#[test]
fn p05_finishing_needs_the_whole_check_list_and_the_device_of_an_installation() {
    let working = WorkOrder { state: State::Working, ..made("installation", assigned(SAM)) };
    let finish = |installed| Action::Finish { installed };
    let open = working.checks[0].item.clone();
    assert_eq!(done(&working, &finish(Some(device())), SAM_ACTS), Err(WorkOrderError::Unchecked(open)));
    let mut checked = working;
    for item in 0..checked.checks.len() {
        checked = done(&checked, &Action::Check { item, done: true }, SAM_ACTS).unwrap();
    }
    assert_eq!(done(&checked, &Action::Check { item: 99, done: true }, SAM_ACTS), Err(WorkOrderError::NoCheck));
    assert_eq!(done(&checked, &finish(None), SAM_ACTS), Err(WorkOrderError::NoSerial));
    let finished = done(&checked, &finish(Some(device())), SAM_ACTS).unwrap();
    assert_eq!((finished.state, finished.installed), (State::Done, Some(device())));
    let visit = WorkOrder { state: State::Working, ..made("visit", assigned(SAM)) };
    assert_eq!(done(&visit, &finish(None), SAM_ACTS).unwrap().state, State::Done);
}

#[test]
fn p05_parts_come_from_the_technicians_van_and_are_never_below_zero() {
    let order = done(&made("repair", assigned(SAM)), &Action::Accept, SAM_ACTS).unwrap();
    let take = |quantity, place| Action::Use { part: "cable".to_owned(), quantity, place };
    let back = |quantity| Action::PutBack { part: "cable".to_owned(), quantity, place: VAN };
    let few = WorkOrderError::TooFewParts { part: "Cable".to_owned(), there: 5, asked: 6 };
    assert_eq!(done(&order, &take(6, VAN), SAM_ACTS), Err(few));
    assert_eq!(done(&order, &take(0, VAN), SAM_ACTS), Err(WorkOrderError::Quantity));
    let elsewhere = PlaceId(Uuid::from_u128(99));
    assert_eq!(done(&order, &take(1, elsewhere), SAM_ACTS), Err(WorkOrderError::NotTheirVan));
    let no_van = Surroundings { vans: &[], ..around(None, 5) };
    let outcome = stamped(|stamp| act(&order, &take(1, VAN), SAM_ACTS, no_van, stamp).map(|_| ()));
    assert_eq!(outcome, Err(WorkOrderError::NoVan));
    let used = done(&order, &take(5, VAN), SAM_ACTS).unwrap();
    let unused = WorkOrderError::NotUsed { part: "Cable".to_owned(), used: 5 };
    assert_eq!(done(&used, &back(6), SAM_ACTS), Err(unused));
    assert_eq!(done(&used, &back(5), SAM_ACTS).unwrap().parts, []);
    assert!(!planned(&order, &take(1, VAN)).is_empty());
}

#[test]
fn a11_an_installed_device_is_in_the_van_or_the_customers_already() {
    let in_stock = |holder: Option<&str>, place| StockedDevice {
        device: crate::devices::Device {
            system: "desk".to_owned(),
            external_id: "41".to_owned(),
            holder: holder.map(ToOwned::to_owned),
            name: "PACE".to_owned(),
            serial: Some("S1".to_owned()),
            inverter_serial: None,
            state: None,
            product: None,
            vendor: None,
            inverter_vendor: None,
            asset_type: None,
            assigned_on: None,
            read_at: Timestamp::UNIX_EPOCH,
        },
        place,
    };
    let tried = |found: &[StockedDevice]| installed(" s1 ", found, "1001", &[VAN]);
    assert_eq!(tried(&[in_stock(None, Some(VAN))]), Ok((device(), true)));
    assert_eq!(tried(&[in_stock(Some("1001"), None)]), Ok((device(), false)));
    let typed = || "s1".to_owned();
    assert_eq!(tried(&[in_stock(Some("1002"), Some(VAN))]), Err(WorkOrderError::NotInStock(typed())));
    assert_eq!(tried(&[in_stock(None, None)]), Err(WorkOrderError::NotInVan(typed())));
    assert_eq!(tried(&[]), Err(WorkOrderError::UnknownSerial(typed())));
    let twice = [in_stock(None, Some(VAN)), in_stock(None, Some(VAN))];
    assert_eq!(tried(&twice), Err(WorkOrderError::AmbiguousSerial(typed())));
}

#[test]
fn p05_what_is_wrong_with_a_new_work_order_is_named_all_at_once() {
    let order = made("visit", None);
    let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let draft = WorkOrderDraft {
        kind: order.kind,
        place_id: order.place_id,
        request_id: None,
        return_id: None,
        subject: String::new(),
        description: "x".repeat(MAX_TEXT_LENGTH + 1),
        device: None,
        model: None,
        window: Some(Window { from, to }),
        assignee: None,
    };
    let wrong = stamped(|stamp| create(stamp.id(), draft, OFFICE, around(None, 0), stamp)).unwrap_err();
    let fields: Vec<&str> = wrong.0.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["subject", "description", "window"]);
}

#[test]
fn p16_a_work_order_number_is_recognised_however_it_is_read_aloud() {
    for typed in ["W-7K3M-9QXD", "w7k3m9qxd", "#W-7K3M-9QXD.", "work order W 7K3M 9QXD", "Work order no. W-7K3M-9QXD"] {
        assert_eq!(number_named(typed).as_deref(), Some("W-7K3M-9QXD"), "{typed}");
    }
    for typed in ["R-7K3M-9QXD", "work", "W-7K3M", "order a battery", ""] {
        assert_eq!(number_named(typed), None, "{typed}");
    }
}
