//! A marketplace synchronizes an account (`M07`, `M20`).

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::marketplace::{Account, Answer, Code, Operation};
use tessera_hub::Hub;
use tessera_hub::marketplace::{AccountRequest, IncomingCall, Order};
use testkit::TestHub;

fn account(id: &str) -> AccountRequest {
    let account = Account {
        name: "Acme".to_owned(),
        email: Some("acme@example.com".to_owned()),
        options: BTreeMap::from([("username".to_owned(), "acme@example.com".to_owned())]),
        ..Account::default()
    };
    AccountRequest {
        id: id.to_owned(),
        external_id: String::new(),
        account,
        raw: json!({ "ID": id, "Name": "Acme" }),
        is_test: false,
    }
}

async fn synchronize(world: &TestHub, request: &AccountRequest) -> Answer {
    synchronize_at(&world.hub, request).await
}

async fn synchronize_at(hub: &Hub, request: &AccountRequest) -> Answer {
    let call = IncomingCall {
        marketplace: hub.marketplace("market").unwrap(),
        operation: Some(Operation::Synchronize),
        account_id: Some(request.id.clone()),
        is_test: request.is_test,
        request: String::new(),
        at: hub.env.now(),
        began: Instant::now(),
    };
    hub.carry_out(&call, Order::Synchronize(request)).await.answer
}

fn customer(answer: &Answer) -> CustomerId {
    let Answer::Synchronized { customer_id, .. } = answer else { panic!("{answer:?}") };
    *customer_id
}

#[testkit::both_databases]
async fn m07_m20_a_new_account_makes_one_customer_however_often_it_is_sent(world: TestHub) {
    let first = customer(&synchronize(&world, &account("3000")).await);
    assert_eq!(customer(&synchronize(&world, &account("3000")).await), first);
    world.hub.run_pending().await;
    let kept = world.store.customer(first).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.email.as_deref()), ("Acme", Some("acme@example.com")));
}

#[testkit::both_databases]
async fn m20_a_test_call_is_answered_and_makes_nothing(world: TestHub) {
    let request = AccountRequest { is_test: true, ..account("3001") };
    let would_be = customer(&synchronize(&world, &request).await);
    assert_eq!(world.store.customer(would_be).await.unwrap(), None);
}

#[testkit::both_databases]
async fn m20_concurrent_calls_at_two_processes_make_one_customer_per_domain(world: TestHub) {
    let neighbour = world.neighbour().await;
    for pair in 0..60 {
        let named = |id: String| {
            let mut request = account(&id);
            request.account.email = Some(format!("{id}@example.com"));
            request.account.options = BTreeMap::from([
                ("username".to_owned(), format!("{id}@example.com")),
                ("domain".to_owned(), format!("pair-{pair}.example.com")),
            ]);
            request
        };
        let (one, other) = (named(format!("a{pair}")), named(format!("b{pair}")));
        let (one, other) = tokio::join!(synchronize_at(&world.hub, &one), synchronize_at(&neighbour.hub, &other));
        let answers = [&one, &other];
        let made = answers.iter().filter(|answer| matches!(answer, Answer::Synchronized { .. })).count();
        let is_taken = |answer: &Answer| matches!(answer, Answer::Refused(error) if error.code == Code::CustomerTaken);
        let taken = answers.iter().filter(|answer| is_taken(answer)).count();
        assert_eq!((made, taken), (1, 1), "pair {pair}: {one:?} {other:?}");
    }
    world.leave_jobs();
}
