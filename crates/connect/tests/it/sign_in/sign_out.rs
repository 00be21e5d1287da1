//! Logout tokens of a provider.

use serde_json::{Value, json};
use tessera_hub::ports::{ProviderSignOut, SignInError};

use super::{World, world};
use crate::stand_in::start;
use crate::tokens::{Key, hs256, unsigned};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl World {
    /// What the provider says of a logout token of this type, with its claims modified by `change`.
    async fn told(&self, typ: &str, change: impl FnOnce(&mut Value)) -> Result<ProviderSignOut, SignInError> {
        let now = start().as_second();
        let mut claims = json!({ "iss": self.provider.issuer(), "aud": "client", "sub": "s-1", "sid": "at-1",
            "jti": "n-1", "iat": now, "exp": now + 120, "events": { EVENT: {} } });
        change(&mut claims);
        self.provider.read_sign_out(&self.key.sign_as(typ, &claims)).await
    }
}

fn why(outcome: Result<ProviderSignOut, SignInError>) -> String {
    match outcome.unwrap_err() {
        SignInError::Rejected { why, .. } => why,
        other => panic!("{other}"),
    }
}

fn without(claims: &mut Value, name: &str) {
    claims.as_object_mut().unwrap().remove(name);
}

#[tokio::test]
async fn a03_a_logout_token_names_the_user_the_session_or_both() {
    let world = world(|_| ()).await;
    let issuer = world.provider.issuer().to_owned();
    let both = ProviderSignOut {
        issuer,
        subject: Some("s-1".to_owned()),
        session: Some("at-1".to_owned()),
        id: "n-1".to_owned(),
    };
    for typ in ["logout+jwt", "application/logout+jwt", "JWT"] {
        assert_eq!(world.told(typ, |_| ()).await.unwrap(), both, "{typ}");
    }
    let session = ProviderSignOut { subject: None, ..both.clone() };
    assert_eq!(world.told("logout+jwt", |claims| without(claims, "sub")).await.unwrap(), session);
    let user = ProviderSignOut { session: None, ..both };
    assert_eq!(world.told("logout+jwt", |claims| without(claims, "sid")).await.unwrap(), user);
    let nobody = |claims: &mut Value| {
        without(claims, "sub");
        without(claims, "sid");
    };
    assert!(why(world.told("logout+jwt", nobody).await).contains("neither"));
}

#[tokio::test]
async fn a03_if_users_are_known_by_another_claim_the_subject_of_a_logout_token_is_that_claim() {
    let world = world(|config| config.subject_claim = "oid".to_owned()).await;
    let named = world.told("logout+jwt", |claims| claims["oid"] = json!("o-1")).await.unwrap();
    assert_eq!(named.subject.as_deref(), Some("o-1"));
    let unnamed = world.told("logout+jwt", |_| ()).await.unwrap();
    assert_eq!((unnamed.subject, unnamed.session.as_deref()), (None, Some("at-1")), "`sub` is somebody else here");
}

#[tokio::test]
async fn a03_what_is_no_logout_token_for_the_hub_is_refused() {
    let world = world(|_| ()).await;
    let now = start().as_second();
    let told = async |change: fn(&mut Value, i64)| why(world.told("logout+jwt", |claims| change(claims, now)).await);
    assert!(told(|claims, _| without(claims, "events")).await.contains("event"));
    assert!(told(|claims, _| claims["events"] = json!({ "other": {} })).await.contains("event"));
    assert!(told(|claims, _| claims["events"] = json!({ EVENT: true })).await.contains("event"));
    assert!(told(|claims, _| claims["nonce"] = json!("n")).await.contains("nonce"));
    assert!(told(|claims, _| without(claims, "jti")).await.contains("jti"));
    assert!(told(|claims, _| claims["aud"] = json!("other")).await.contains("another client"));
    assert!(told(|claims, _| claims["iss"] = json!("https://evil.example.com")).await.contains("somebody else"));
    assert!(told(|claims, now| claims["iat"] = json!(now - 3600)).await.contains("too old"));
    assert!(told(|claims, now| claims["exp"] = json!(now - 3600)).await.contains("expired"));
    assert!(why(world.told("at+jwt", |_| ()).await).contains("type"));
    let claims = json!({ "iss": world.provider.issuer(), "aud": "client", "sub": "s-1", "jti": "n", "iat": now,
        "exp": now + 120, "events": { EVENT: {} } });
    for token in [unsigned(&claims), hs256(&claims, "s3cret", "k1"), Key::es256("k1").sign_as("logout+jwt", &claims)] {
        why(world.provider.read_sign_out(&token).await);
    }
}

#[tokio::test]
async fn a03_a_logout_token_does_not_pass_for_an_id_token() {
    let world = world(|_| ()).await;
    let started = world.provider.begin(&[]).await.unwrap();
    let claims = world.claims(&started);
    world.gives(&world.key.sign_as("logout+jwt", &claims));
    assert!(super::why(world.finish(&started).await).contains("type"));
    let announced = world.outcome(|claims| without(claims, "nonce")).await;
    assert!(super::why(announced).contains("another sign-in"));
}
