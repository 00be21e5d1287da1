//! Property tests: for any workflow and any sequence of decisions, the result follows from the decisions.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn person(number: u8) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(number)))
}

fn by(number: u8, administers: bool) -> By<'static> {
    By { person: person(number), name: "Somebody", administers }
}

fn workflow(steps: Vec<Step>) -> Workflow {
    let (customer_id, changed_by) = (CustomerId(Uuid::from_u128(9)), "person:1".to_owned());
    Workflow { customer_id, kind: "fault".to_owned(), version: 3, steps, changed_at: NOW, changed_by }
}

fn step() -> impl Strategy<Value = Step> {
    let name = "N".to_owned();
    let other = name.clone();
    prop_oneof![
        (1..6_u8).prop_map(move |it| Step::Approval { person: person(it), name: name.clone() }),
        (1..6_u8).prop_map(move |it| Step::Notice { person: person(it), name: other.clone() }),
        Just(Step::RequirePlace),
        (0..3_u8).prop_map(|it| Step::RequireField { label: format!("Field {it}") }),
    ]
}

fn all_given() -> Vec<(String, String)> {
    (0..3).map(|it| (format!("Field {it}"), "an answer".to_owned())).collect()
}

proptest! {
    #[test]
    fn p09_a_request_is_approved_exactly_when_every_approver_agrees(
        steps in prop::collection::vec(step(), 0..MAX_STEPS),
        answers in prop::collection::vec((1..8_u8, any::<bool>(), any::<bool>()), 0..60),
    ) {
        let workflow = workflow(steps.clone());
        let given = StepAnswer { place_chosen: true, answers: &all_given() };
        let (mut run, mut effects) = Run::begin(Some(&workflow), given, by(1, false), NOW).unwrap();
        let mut declined = false;
        for (who, administers, yes) in answers {
            let before = run.clone();
            let awaited = run.awaited();
            let verdict = if yes { Verdict::Approve } else { Verdict::Decline("too dear") };
            match run.decide(by(who, administers), verdict, NOW) {
                Ok(more) => {
                    prop_assert!(awaited == Some(person(who)) || (administers && awaited.is_some()));
                    declined |= !yes;
                    prop_assert!(yes || more.is_empty(), "nobody is told after a refusal");
                    effects.extend(more);
                }
                Err(refused) => {
                    prop_assert_eq!(&run, &before, "what does not count changes nothing");
                    let expected = if awaited.is_none() { WorkflowError::NothingAwaited } else { WorkflowError::NotYours };
                    prop_assert_eq!(refused, expected);
                }
            }
        }
        let is_declined = matches!(run.standing(), Standing::Declined { .. });
        prop_assert_eq!(is_declined, declined);
        let undone = run.steps.iter().filter(|taken| !matches!(taken.state, State::Done { .. })).count();
        prop_assert_eq!(run.standing() == Standing::Passed, undone == 0);
        // At most one approval is pending, and every step before it is done.
        let waiting: Vec<usize> = (0..run.steps.len()).filter(|at| run.steps[*at].state == State::Now).collect();
        prop_assert!(waiting.len() <= 1);
        if let Some(at) = waiting.first() {
            let all_before = run.steps[..*at].iter().all(|taken| matches!(taken.state, State::Done { .. }));
            prop_assert!(all_before);
        }
        // Each person is notified once for each reached step that names them.
        let reached = |taken: &&Taken| taken.state != State::Later;
        let asked = run.steps.iter().filter(reached).filter(|taken| matches!(&taken.step, Step::Approval { person: it, .. } if *it != person(1)));
        prop_assert_eq!(asked.count(), effects.iter().filter(|effect| matches!(effect, Effect::Ask(_))).count());
        let told = run.steps.iter().filter(reached).filter(|taken| matches!(taken.step, Step::Notice { .. }));
        prop_assert_eq!(told.count(), effects.iter().filter(|effect| matches!(effect, Effect::Tell(_))).count());
        // A running request keeps its original steps, also after serialisation.
        prop_assert_eq!(run.steps.iter().map(|taken| taken.step.clone()).collect::<Vec<_>>(), steps);
        let kept: Run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
        prop_assert_eq!(kept, run);
    }

    #[test]
    fn p09_invalid_steps_are_all_reported_at_once(steps in prop::collection::vec(step(), 0..MAX_STEPS)) {
        let workflow = workflow(steps.clone());
        let given = StepAnswer { place_chosen: false, answers: &[("Field 1".to_owned(), "  ".to_owned())] };
        let wanted = steps.iter().filter(|step| matches!(step, Step::RequirePlace | Step::RequireField { .. })).count();
        match Run::begin(Some(&workflow), given, by(1, false), NOW) {
            Ok(_) => prop_assert_eq!(wanted, 0),
            Err(missing) => prop_assert_eq!(missing.len(), wanted),
        }
    }
}

#[test]
fn p09_without_a_workflow_a_request_passes() {
    let given = StepAnswer { place_chosen: false, answers: &[] };
    let (run, effects) = Run::begin(None, given, by(1, false), NOW).unwrap();
    assert_eq!((run.standing(), effects), (Standing::Passed, Vec::new()));
}

#[test]
fn p09_a_rejection_requires_a_reason() {
    let workflow = workflow(vec![Step::Approval { person: person(2), name: "Bo".to_owned() }]);
    let given = StepAnswer { place_chosen: true, answers: &[] };
    let (mut run, effects) = Run::begin(Some(&workflow), given, by(1, false), NOW).unwrap();
    assert_eq!(effects, [Effect::Ask(person(2))]);
    assert_eq!(run.decide(by(2, false), Verdict::Decline("  "), NOW), Err(WorkflowError::NoReason));
    assert_eq!(run.decide(by(2, false), Verdict::Decline(" too dear "), NOW), Ok(Vec::new()));
    assert_eq!(run.standing(), Standing::Declined { by: "Somebody", reason: "too dear" });
}

#[test]
fn p09_a_definition_is_checked() {
    let field = |label: &str| Step::RequireField { label: label.to_owned() };
    assert_eq!(check(&[Step::RequirePlace, field("Order number")]), Ok(()));
    assert!(check(&[field(" ")]).is_err());
    assert!(check(&[field("Cost"), field(" cost ")]).unwrap_err().contains("two fields"));
    assert!(check(&vec![Step::RequirePlace; MAX_STEPS + 1]).is_err());
}
