//! Operations that do not succeed: each ends, and says what it needs.

use serde_json::json;
use testkit::TestApp;

use super::{RunningVendor, account, connect, connection, create, later, operation, put, request, state};

const HOUR: u64 = 3600;

/// An operation at a vendor that nobody can reach.
async fn unreachable(app: &TestApp, vendor: &str, email: &str) -> String {
    let saved = connection("Example Cloud", "http://127.0.0.1:9");
    assert_eq!(put(app, &format!("/service-managers/{vendor}"), &saved).await.status, 200);
    let id = create(app, account("Acme", email)).await;
    request(app, &id, vendor, json!({})).await
}

#[testkit::both_databases]
async fn m20_an_operation_at_a_vendor_that_stays_away_ends_and_says_what_it_needs(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    later(&app, 30).await;
    let id = unreachable(&app, &vendor, "acme@example.com").await;
    app.hub.run_pending().await;
    // Calls of a vendor that fails again and again pause, and these pauses are no failed attempts.
    for _ in 0..60 {
        if state(&operation(&app, &id).await) == "failed" {
            break;
        }
        later(&app, HOUR).await;
    }
    let failed = operation(&app, &id).await;
    assert_eq!((state(&failed), &failed["cancelled"]), ("failed", &json!(false)), "{failed}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("Try it again when the vendor can be reached"), "{message}");
    assert_eq!(failed["customer_message"], "Contact your support department");
    later(&app, HOUR).await;
    assert_eq!(operation(&app, &id).await["attempts"], failed["attempts"], "nothing more is tried");

    let saved = connection("Example Cloud", &running.url());
    assert_eq!(put(&app, &format!("/service-managers/{vendor}"), &saved).await.status, 200);
    assert_eq!(app.api.order(&format!("/operations/{id}/retry"), &app.api_key).await.status, 202);
    later(&app, HOUR).await;
    later(&app, HOUR).await;
    let done = operation(&app, &id).await;
    assert_eq!((state(&done), running.vendor.customers().len()), ("done", 1), "{done}");
    later(&app, 60).await;
}
