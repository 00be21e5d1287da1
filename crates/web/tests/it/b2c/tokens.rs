//! The claims in tokens (`A18`).

use std::sync::Arc;

use serde_json::{Value, json};
use tessera_connect::oidc::{Verifier, VerifierConfig};
use testkit::{ADA, APP_CLIENT, B2C_KEY, BEN, TestApp};

use super::{ask, subject_of, token};

#[testkit::both_databases]
async fn a18_token_claims_identify_the_customer(app: TestApp) {
    app.activated(BEN).await;
    let url = format!("{}/b2c/claims", app.url);
    let about =
        async |subject: &str| ask(&url, |r| r.header("x-api-key", B2C_KEY).json(&json!({ "objectId": subject }))).await;
    let told = about(&subject_of(&app, BEN.email)).await;
    let customer = app.customer_of(BEN.requester).await;
    let expected = json!({ "customerId": customer, "requesterId": "1002", "contactId": "5002", "deviceCount": 2 });
    assert_eq!((told.status, told.body), (200, expected));
    let nobody = about("nobody").await;
    assert_eq!((nobody.status, nobody.body), (200, json!({})));
}

#[testkit::both_databases]
async fn a18_entra_is_answered_in_its_own_format(app: TestApp) {
    app.activated(BEN).await;
    let environment = app.environment.clone();
    let issuer = app.idp_url.clone();
    let expecting = |party: Option<&str>| {
        let mut config = VerifierConfig::new("entra", &issuer, vec![APP_CLIENT.to_owned()]);
        config.authorized_parties = party.into_iter().map(ToOwned::to_owned).collect();
        Arc::new(Verifier::new(vec![config], environment.clone()).unwrap())
    };
    let (any, entra) = (expecting(None), expecting(Some("99045fe1-7639-4a75-9d4a-577b6ca3810f")));
    let hub = app.serve_b2c_with(|b2c| b2c.events = Some(any)).await;
    let strict = app.serve_b2c_with(|b2c| b2c.events = Some(entra)).await;
    let bearer = app.access_token(ADA.email).await;
    let send = async |hub: &str, event: &Value| {
        ask(&format!("{hub}/b2c/events"), |request| request.bearer_auth(&bearer).json(event)).await
    };
    let issuance = |user: &str| {
        json!({
            "type": "microsoft.graph.authenticationEvent.tokenIssuanceStart",
            "source": "/tenants/t/applications/a",
            "data": {
                "@odata.type": "microsoft.graph.onTokenIssuanceStartCalloutData",
                "authenticationContext": { "correlationId": "c", "user": { "id": user } },
            },
        })
    };
    let told = send(&hub, &issuance(&subject_of(&app, BEN.email))).await;
    let action = &told.body["data"]["actions"][0];
    assert_eq!((told.status, told.headers["content-type"].to_str().unwrap()), (200, "application/json"));
    assert_eq!(told.body["data"]["@odata.type"], "microsoft.graph.onTokenIssuanceStartResponseData");
    assert_eq!(action["@odata.type"], "microsoft.graph.tokenIssuanceStart.provideClaimsForToken");
    assert_eq!((&action["claims"]["requesterId"], &action["claims"]["deviceCount"]), (&json!("1002"), &json!("2")));
    let nobody = send(&hub, &issuance("nobody")).await;
    assert_eq!((nobody.status, &nobody.body["data"]["actions"][0]["claims"]), (200, &json!({})));

    let token = token(&app, ADA).await;
    let submitted = |given: &str| {
        let attribute = json!({ "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", "value": given, "attributeType": "directorySchemaExtension" });
        json!({
            "type": "microsoft.graph.authenticationEvent.attributeCollectionSubmit",
            "data": { "userSignUpInfo": { "attributes": { "extension_0123456789abcdef0123456789abcdef_token": attribute }, "identities": [] } },
        })
    };
    let shape = async |given: &str| {
        let told = send(&hub, &submitted(given)).await;
        assert_eq!(told.status, 200);
        assert_eq!(told.body["data"]["@odata.type"], "microsoft.graph.onAttributeCollectionSubmitResponseData");
        assert_eq!(told.body["data"]["actions"].as_array().unwrap().len(), 1);
        told.body["data"]["actions"][0].clone()
    };
    let prefix = "microsoft.graph.attributeCollectionSubmit.";
    assert_eq!(shape(&token).await["@odata.type"], format!("{prefix}continueWithDefaultBehavior"));
    assert_eq!(shape("").await["@odata.type"], format!("{prefix}continueWithDefaultBehavior"));
    let wrong = shape("wrong").await;
    assert_eq!(wrong["@odata.type"], format!("{prefix}showValidationError"));
    assert!(wrong["attributeErrors"]["extension_0123456789abcdef0123456789abcdef_token"].is_string());

    // A token of another application, no token, and a hub without configured events.
    assert_eq!(send(&strict, &issuance("nobody")).await.status, 401);
    assert_eq!(ask(&format!("{hub}/b2c/events"), |request| request.json(&issuance("nobody"))).await.status, 401);
    assert_eq!(send(&app.url, &issuance("nobody")).await.status, 404);
    assert_eq!(send(&hub, &json!({ "type": "something.else" })).await.status, 400);
    app.hub.run_pending().await;
}
