//! Claims of a provider: in the ID token, at its userinfo endpoint, in various shapes.

use serde_json::{Value, json};
use tessera_connect::oidc::Config;
use tessera_hub::ports::{IdentityProvider, SignInError};

use super::{World, why, world};
use crate::stand_in::Reply;
use crate::tokens::Key;

/// A provider whose ID tokens have neither address nor name.
async fn thin(configure: impl FnOnce(&mut Config)) -> World {
    let world = world(configure).await;
    world.behaviour.lock().unwrap().more = json!({ "userinfo_endpoint": "{base}/userinfo" });
    world
}

fn without(names: &'static [&'static str]) -> impl FnOnce(&mut Value) {
    move |claims: &mut Value| {
        for name in names {
            claims.as_object_mut().unwrap().remove(*name);
        }
    }
}

const THIN: &[&str] = &["email", "email_verified", "name"];

#[tokio::test]
async fn a03_claims_that_the_id_token_lacks_are_read_at_the_userinfo_endpoint() {
    let world = thin(|_| ()).await;
    let told = json!({ "sub": "s-1", "email": "jane@example.com", "email_verified": "True", "given_name": "Jane", "family_name": "Doe" });
    world.behaviour.lock().unwrap().userinfo = Reply::json(&told);
    let claims = world.outcome(without(THIN)).await.unwrap();
    assert_eq!((claims.email.as_deref(), claims.email_verified), (Some("jane@example.com"), true));
    assert_eq!(claims.name.as_deref(), Some("Jane Doe"));
    let asked = world.idp.seen().into_iter().find(|seen| seen.path == "/userinfo").unwrap();
    assert_eq!(asked.authorization, "Bearer a");

    // A complete token is believed alone, and standing never comes from elsewhere than the address.
    world.outcome(|_| ()).await.unwrap();
    assert_eq!(world.idp.count("/userinfo"), 1);
    let claims = world.outcome(without(&["email_verified", "name"])).await.unwrap();
    assert_eq!((claims.email_verified, claims.name.as_deref()), (false, Some("Jane Doe")));
}

#[tokio::test]
async fn a03_userinfo_of_another_subject_is_refused() {
    let world = thin(|_| ()).await;
    for told in [json!({ "sub": "s-2", "email": "eve@example.com" }), json!({ "email": "eve@example.com" })] {
        world.behaviour.lock().unwrap().userinfo = Reply::json(&told);
        assert!(why(world.outcome(without(THIN)).await).contains("another subject"), "{told}");
    }
}

#[tokio::test]
async fn a03_signed_userinfo_is_verified() {
    let world = thin(|_| ()).await;
    let answer = |key: &Key, audience: &str| {
        let told =
            json!({ "iss": world.provider.issuer(), "aud": audience, "sub": "s-1", "email": "jane@example.com" });
        Reply { status: 200, headers: vec![("content-type", "application/jwt".to_owned())], body: key.sign(&told) }
    };
    world.behaviour.lock().unwrap().userinfo = answer(&world.key, "client");
    let claims = world.outcome(without(THIN)).await.unwrap();
    assert_eq!((claims.email.as_deref(), claims.email_verified), (Some("jane@example.com"), false));
    for forged in [answer(&Key::es256("k1"), "client"), answer(&world.key, "other")] {
        world.behaviour.lock().unwrap().userinfo = forged;
        assert!(why(world.outcome(without(THIN)).await).contains("cannot be verified"));
    }
}

#[tokio::test]
async fn a03_a_userinfo_endpoint_that_refuses_leaves_a_thin_sign_in_and_one_that_is_down_none() {
    let world = thin(|_| ()).await;
    world.behaviour.lock().unwrap().userinfo = Reply::status(401);
    assert_eq!(world.outcome(without(THIN)).await.unwrap().email, None);
    world.behaviour.lock().unwrap().userinfo = Reply::status(503);
    let down = world.outcome(without(THIN)).await;
    assert!(matches!(down, Err(SignInError::ProviderUnavailable { .. })), "{down:?}");
    // Nobody is asked for what no scope asks for.
    let narrow = thin(|config| config.scopes = Vec::new()).await;
    narrow.outcome(without(THIN)).await.unwrap();
    assert_eq!(narrow.idp.count("/userinfo"), 0);
}

#[tokio::test]
async fn a03_an_answer_without_an_access_token_signs_in() {
    let world = thin(|_| ()).await;
    let started = world.provider.begin(&[]).await.unwrap();
    let token = world.key.sign(&world.claims(&started));
    // Azure AD B2C answers so when no scope of the client's own is requested.
    world.behaviour.lock().unwrap().token = Reply::json(
        &json!({ "id_token": token, "token_type": "Bearer", "not_before": 1, "id_token_expires_in": "3600" }),
    );
    world.finish(&started).await.unwrap();
}

#[tokio::test]
async fn a03_addresses_and_booleans_are_read_in_every_shape() {
    let world = world(|_| ()).await;
    let told = async |email: Value, verified: Value| {
        let claims = world
            .outcome(|claims| {
                claims["email"] = email;
                claims["email_verified"] = verified;
                claims["emails"] = json!(["other@example.com"]);
            })
            .await
            .unwrap();
        (claims.email.unwrap(), claims.email_verified)
    };
    let jane = |verified| ("jane@example.com".to_owned(), verified);
    assert_eq!(told(json!("jane@example.com"), json!(true)).await, jane(true));
    assert_eq!(told(json!(["jane@example.com"]), json!("true")).await, jane(true));
    assert_eq!(told(json!("jane@example.com"), json!("True")).await, jane(true));
    assert_eq!(told(json!("jane@example.com"), json!("yes")).await, jane(false), "only true is a yes");
    assert_eq!(told(json!("jane@example.com"), json!(1)).await, jane(false));
    let several = json!(["jane@example.com", "jo@example.com"]);
    assert_eq!(told(several, json!(true)).await, jane(false), "which of them was verified is not said");
    for nothing in [json!([]), json!(""), Value::Null, json!({})] {
        assert_eq!(told(nothing, json!(true)).await, ("other@example.com".to_owned(), false));
    }
}

const PLACEHOLDER: &str = "Not supported currently. Use oid claim.";

#[tokio::test]
async fn a03_a_placeholder_subject_is_refused_and_the_claim_to_use_is_named() {
    let world = world(|_| ()).await;
    let refusal = why(world.outcome(|claims| claims["sub"] = json!(PLACEHOLDER)).await);
    assert!(refusal.ends_with("set subject_claim = \"oid\""), "{refusal}");
    assert_eq!(world.provider.last_refusal().as_deref(), Some(refusal.as_str()));
    let guessed = |claims: &mut Value| {
        claims["sub"] = json!("undefined");
        claims["objectId"] = json!("o-1");
    };
    assert!(why(world.outcome(guessed).await).contains("subject_claim = \"objectId\""));
    assert!(why(world.outcome(|claims| claims["sub"] = json!("NULL")).await).contains("subject_claim"));
    for unusable in [Value::Null, json!(""), json!(" "), json!(true), json!("x".repeat(256))] {
        assert!(why(world.outcome(|claims| claims["sub"] = unusable).await).contains("no usable `sub`"));
    }
    world.outcome(|_| ()).await.unwrap();
    assert_eq!(world.provider.last_refusal(), None, "forgotten once somebody got in");
}

#[tokio::test]
async fn a03_the_subject_is_the_configured_claim() {
    let world = world(|config| config.subject_claim = "oid".to_owned()).await;
    let outcome = world.outcome(|claims| {
        claims["sub"] = json!(PLACEHOLDER);
        claims["oid"] = json!("o-1 ");
    });
    assert_eq!(outcome.await.unwrap().subject, "o-1 ", "unchanged");
    assert!(why(world.outcome(|_| ()).await).contains("no usable `oid`"), "never sub instead");
    world.behaviour.lock().unwrap().more = json!({ "claims_supported": ["sub", "objectId", "auth_time"] });
    let probe = world.provider.probe_metadata().await.unwrap();
    assert_eq!((probe.missing_subject.as_deref(), probe.other_subjects), (Some("oid"), vec!["objectId".to_owned()]));
    assert!(probe.tells_auth_time);
}
