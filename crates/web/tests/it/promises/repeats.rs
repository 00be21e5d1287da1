//! Repeated requests, one after another and concurrently (`H04`).

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADA, CLI, EVE, TestApp};

use super::{count, failed_jobs, history_of, ids, keyed, post, work};
use crate::api::device_writes::{id_of, in_desk, new_device, outcome, put, swept};

#[testkit::both_databases]
async fn a08_a09_h04_a_device_write_repeated_32_times_with_one_key_is_applied_once(app: TestApp) {
    app.activated(ADA).await;
    app.activated(EVE).await;
    swept(&app).await;
    // Two different requests race for one key. One wins, and every repetition of the other is rejected.
    let bodies = [new_device("ONCE-1"), new_device("ONCE-2")];
    let all = join_all((0..32).map(|n| post(&app, "/devices", "make", &bodies[n % 2]))).await;
    let (mut even, mut odd) = (Vec::new(), Vec::new());
    for (n, answer) in all.into_iter().enumerate() {
        if n.is_multiple_of(2) { even.push(answer) } else { odd.push(answer) }
    }
    let (taken, refused, serial) = if even[0].status == 202 { (even, odd, "ONCE-1") } else { (odd, even, "ONCE-2") };
    assert_eq!(ids(&taken, 202).len(), 1, "one write");
    for answer in &refused {
        answer.problem(422, "idempotency_key_reused");
    }
    work(&app).await;
    let made = outcome(&app, &taken[0]).await;
    assert_eq!(made["state"], "done", "{made}");
    let posts = app.desk.faults().requests();
    assert_eq!(posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count(), 1);

    // Rejected because another write is pending. The same request under its key succeeds as soon as that is done.
    let device = id_of(&app, serial).await;
    let first = put(&app, &device, json!({ "requester_id": EVE.requester }), None).await;
    assert_eq!(first.status, 202);
    let order = json!({ "requester_id": ADA.requester });
    for answer in join_all((0..8).map(|_| put(&app, &device, order.clone(), Some("hand")))).await {
        answer.problem(409, "write_pending");
    }
    assert_eq!(outcome(&app, &first).await["state"], "done");
    let handed = join_all((0..32).map(|_| put(&app, &device, order.clone(), Some("hand")))).await;
    let ids = ids(&handed, 202);
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(outcome(&app, &handed[0]).await["state"], "done");
    assert_eq!(in_desk(&app, &device).await["user_id"], 1001);
    put(&app, &device, json!({ "requester_id": EVE.requester }), Some("hand"))
        .await
        .problem(422, "idempotency_key_reused");
    put(&app, &id_of(&app, "HIB-S1").await, order.clone(), Some("hand")).await.problem(422, "idempotency_key_reused");

    // The device has moved on. The repeated first request gets its answer without being executed again.
    let away = put(&app, &device, json!({ "requester_id": null }), None).await;
    assert_eq!(outcome(&app, &away).await["state"], "done");
    let late = put(&app, &device, order, Some("hand")).await;
    assert_eq!((late.status, ids.contains(late.json()["id"].as_str().unwrap())), (202, true), "{}", late.body);
    work(&app).await;
    assert!(in_desk(&app, &device).await["user_id"].is_null());
    let told = history_of(&app, ADA).await;
    assert_eq!((count(&told, "device_assigned"), count(&told, "device_unassigned")), (2, 1), "{told:?}");
    assert_eq!(failed_jobs(&app).await, [] as [Value; 0]);
}

#[testkit::both_databases]
async fn p09_h04_a_return_and_its_step_repeated_32_times_with_one_key_apply_once(app: TestApp) {
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let device = app.display_id("HIB-A1").to_string();
    let order = json!({ "customer_id": ada, "lines": [{ "reason": "repair", "device_id": device }] });
    let opened = join_all((0..32).map(|_| post(&app, "/returns", "open", &order))).await;
    let opened = ids(&opened, 201);
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(count(&history_of(&app, ADA).await, "return"), 1);
    let other = json!({ "customer_id": ada, "lines": [{ "reason": "credit", "device_id": device }] });
    post(&app, "/returns", "open", &other).await.problem(422, "idempotency_key_reused");
    // The unit is on an open return, so the request is rejected, also when repeated.
    let refused = join_all((0..4).map(|_| post(&app, "/returns", "next", &other))).await;
    assert!(refused.iter().all(|answer| answer.status == 409), "{refused:?}");

    let steps = format!("/returns/{}/lines/1/steps", opened.first().unwrap());
    let received = json!({ "step": "receive" });
    let received = join_all((0..32).map(|_| post(&app, &steps, "dock", &received))).await;
    assert_eq!(ids(&received, 200), opened);
    post(&app, &steps, "dock", &json!({ "step": "repair" })).await.problem(422, "idempotency_key_reused");
    post(&app, &steps, "ship", &json!({ "step": "ship" })).await.problem(409, "step_out_of_order");
    assert_eq!(post(&app, &steps, "bench", &json!({ "step": "repair" })).await.status, 200);
    let shipped = join_all((0..8).map(|_| async {
        let step = json!({ "step": "ship" });
        post(&app, &steps, "ship", &step).await
    }))
    .await;
    assert_eq!(ids(&shipped, 200), opened, "in order by now");
    assert_eq!(count(&history_of(&app, ADA).await, "return"), 5, "opened, three steps, closed");

    // The unit is free. The request that was rejected under its key now succeeds, once.
    let again = join_all((0..8).map(|_| post(&app, "/returns", "next", &other))).await;
    let again = ids(&again, 201);
    assert!(again.len() == 1 && again.is_disjoint(&opened), "{again:?}");
    assert_eq!(ids(&[post(&app, "/returns", "open", &order).await], 201), opened, "the first one is what it was");

    // Keys are scoped to an API key.
    let machine = app.hub.put_api_key("second", &CLI).await.unwrap();
    let theirs = json!({ "customer_id": ada, "lines": [{ "reason": "credit", "model": "Battery module" }] });
    let send = || keyed(&app, Method::POST, "/returns", (&machine, "open"), &theirs);
    let theirs = ids(&join_all((0..4).map(|_| send())).await, 201);
    assert!(theirs.len() == 1 && theirs.is_disjoint(&opened) && theirs.is_disjoint(&again), "{theirs:?}");
    app.hub.run_pending().await;
}
