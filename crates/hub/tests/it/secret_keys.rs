//! Replacing the installation's secret key (`H01`): what is stored is encrypted anew, while the hub works and however often this is
//! interrupted, and what the old key made still works.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{Notification, ServiceManager, ServiceManagerDraft};
use tessera_core::persons::Person;
use tessera_hub::doctor::Verdict;
use tessera_hub::{Hub, Offered, SecretKey, ServiceManagerSecrets};
use tessera_store::technical::SealedPosition;
use testkit::{CLI, JO, MACHINE, Neighbour, TestHub, run_sql, tables_containing};

use crate::sign_in::{code, with_password};

const NEW: &str = "fedcba9876543210fedcba9876543210";
const THIRD: &str = "a third key of thirty-two letters or more";

/// Long enough for another code of an authenticator app.
const NEXT_CODE: std::time::Duration = std::time::Duration::from_mins(1);

fn key(text: &str) -> SecretKey {
    SecretKey::new(&SecretString::from(text)).unwrap()
}

/// The key of the first process.
fn old(world: &TestHub) -> SecretKey {
    world.hub.config.secret_key.clone()
}

/// A process whose current key is this one, and which knows others.
async fn with_keys(world: &TestHub, current: SecretKey, others: &[SecretKey]) -> Neighbour {
    let keys = current.with_others(others.to_vec()).unwrap();
    world.neighbour_with(|config| config.secret_key = keys).await
}

/// A vendor whose server is down.
async fn vendor(hub: &Hub, name: &str) -> ServiceManager {
    let settings = ServiceManagerSettings {
        base_url: "http://127.0.0.1:9".to_owned(),
        application_id: "application".to_owned(),
        ..ServiceManagerSettings::default()
    };
    let secrets =
        ServiceManagerSecrets { api_key: SecretString::from(format!("key of {name}")), settings: BTreeMap::new() };
    let draft = ServiceManagerDraft { name: name.to_owned(), settings };
    hub.create_service_manager(draft, &secrets, &JO).await.unwrap()
}

/// Saves a vendor with another API key.
async fn save(hub: &Hub, vendor: &ServiceManager, api_key: Option<&str>) {
    let draft = ServiceManagerDraft { name: vendor.name.clone(), settings: vendor.settings.clone() };
    let api_key = api_key.map(SecretString::from);
    hub.save_service_manager(vendor.id, draft, api_key, None, &JO).await.unwrap();
}

/// Whether the hub can read the secrets of a vendor: otherwise they cannot be kept when it is saved.
async fn reads(hub: &Hub, vendor: &ServiceManager) -> bool {
    let draft = ServiceManagerDraft { name: vendor.name.clone(), settings: vendor.settings.clone() };
    hub.save_service_manager(vendor.id, draft, None, None, &JO).await.is_ok()
}

/// Ada with an authenticator app.
async fn with_app(world: &TestHub) -> (Person, Offered) {
    let person = with_password(world).await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let first = code(world, &offered);
    world.hub.add_second_factor(&person, offered.key_id, &first, None).await.unwrap().unwrap();
    world.hub.run_pending().await;
    (person, offered)
}

async fn enters(world: &TestHub, hub: &Hub, person: &Person, offered: &Offered) -> bool {
    hub.reauthenticate_by_code(person, &code(world, offered), Channel::Portal).await.unwrap()
}

#[testkit::both_databases]
async fn h01_replacing_the_key_can_be_interrupted_after_every_step_and_leaves_nothing_of_the_old_one(world: TestHub) {
    world.leave_jobs();
    let (person, offered) = with_app(&world).await;
    let vendors = [vendor(&world.hub, "Maple").await, vendor(&world.hub, "Cedar").await];
    let template = Notification { enabled: true, subject: "Welcome".to_owned(), body: "Your account".to_owned() };
    world.hub.send_test_notification(vendors[0].id, &template, None, "jo@example.com", &JO).await.unwrap();
    world.hub.request_password_link("somebody@example.com").await.unwrap();
    let (old, new) = (old(&world), key(NEW));
    let places = tables_containing(&world.database, old.id()).await;
    assert_eq!(places, ["credentials", "jobs", "service_managers", "vendor_notifications"]);

    // Each step runs in a process that dies after it.
    let (mut from, mut moved) = (Some(SealedPosition::default()), 0);
    while let Some(position) = from {
        let killed = with_keys(&world, new.clone(), std::slice::from_ref(&old)).await;
        let step = killed.hub.reencrypt(position).await.unwrap();
        assert!(killed.hub.key_status().await.unwrap().unreadable.is_empty());
        moved += step.values;
        from = step.next;
    }
    assert_eq!(moved, 5);
    let after = with_keys(&world, new.clone(), std::slice::from_ref(&old)).await;
    assert_eq!(after.hub.reencrypt(SealedPosition::default()).await.unwrap().values, 0, "what is done stays done");
    let status = after.hub.reencrypt_all(&CLI).await.unwrap();
    assert_eq!((status.done, status.remaining(), status.unreadable.len()), (5, 0, 0));
    assert_eq!(tables_containing(&world.database, old.id()).await, [] as [&str; 0]);

    // The old key is not needed any more.
    world.advance(NEXT_CODE);
    let alone = with_keys(&world, new, &[]).await;
    assert!(enters(&world, &alone.hub, &person, &offered).await);
    for vendor in &vendors {
        assert!(reads(&alone.hub, vendor).await);
    }
    alone.hub.run_pending().await;
    assert!(alone.hub.key_status().await.unwrap().unreadable.is_empty());
}

#[testkit::both_databases]
async fn h01_a_replaced_key_is_on_the_operators_timeline(world: TestHub) {
    world.leave_jobs();
    vendor(&world.hub, "Maple").await;
    let rotating = with_keys(&world, key(NEW), &[old(&world)]).await;
    let before = world.store.whole_timeline(CustomerId::OPERATOR).await.unwrap().len();
    rotating.hub.reencrypt_all(&CLI).await.unwrap();
    rotating.hub.reencrypt_all(&CLI).await.unwrap();
    let entries = world.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
    assert_eq!(entries.len(), before + 1, "once: the second time there was nothing to do");
    let last = format!("{:?}", entries.last().unwrap());
    assert!(last.contains(key(NEW).id()), "{last}");
}

#[testkit::both_databases]
async fn h01_the_key_is_replaced_while_a_hub_with_the_old_one_saves_secrets(world: TestHub) {
    world.leave_jobs();
    let (old, new) = (old(&world), key(NEW));
    let serving = with_keys(&world, old.clone(), std::slice::from_ref(&new)).await;
    let rotating = with_keys(&world, new.clone(), std::slice::from_ref(&old)).await;
    let mut vendors = Vec::new();
    for name in ["Maple", "Cedar", "Birch"] {
        vendors.push(vendor(&serving.hub, name).await);
    }
    let saving = async {
        for round in 0..4 {
            for vendor in &vendors {
                save(&serving.hub, vendor, Some(&format!("key {round} of {}", vendor.name))).await;
            }
        }
    };
    let rotating_meanwhile = async {
        for _ in 0..4 {
            rotating.hub.reencrypt_all(&CLI).await.unwrap();
        }
    };
    tokio::join!(saving, rotating_meanwhile);
    for hub in [&serving.hub, &rotating.hub] {
        assert!(hub.key_status().await.unwrap().unreadable.is_empty(), "both read everything");
    }

    // The hub is restarted with the new key as its current one.
    let restarted = with_keys(&world, new.clone(), std::slice::from_ref(&old)).await;
    assert_eq!(restarted.hub.reencrypt_all(&CLI).await.unwrap().remaining(), 0);
    assert_eq!(tables_containing(&world.database, old.id()).await, [] as [&str; 0]);
    let alone = with_keys(&world, new, &[]).await;
    for vendor in &vendors {
        assert!(reads(&alone.hub, vendor).await, "{}", vendor.name);
    }
}

#[testkit::both_databases]
async fn h01_with_a_wrong_key_each_secret_is_named_with_the_remedy_and_none_is_lost(world: TestHub) {
    world.leave_jobs();
    let (person, offered) = with_app(&world).await;
    let maple = vendor(&world.hub, "Maple").await;
    let old = old(&world);
    world.advance(NEXT_CODE);
    let wrong = with_keys(&world, key(THIRD), &[key(NEW)]).await;
    let status = wrong.hub.reencrypt_all(&CLI).await.unwrap();
    assert_eq!((status.done, status.remaining()), (0, 0));
    let named: Vec<_> = status.unreadable.iter().map(|it| format!("{}: {}", it.what, it.why)).collect();
    for (what, text) in [("Maple", &named[0]), ("authenticator app", &named[1])] {
        assert!(text.contains(what) && text.contains(old.id()) && text.contains("[[secret.other_keys]]"), "{text}");
    }
    let finding = wrong.hub.doctor().await.findings.into_iter().find(|it| it.check == "secret_keys").unwrap();
    assert_eq!(finding.verdict, Verdict::Fail);
    let said = format!("{finding:?}");
    assert!(
        said.contains("Maple") && said.contains("Nothing is lost") && said.contains("tessera key status"),
        "{said}"
    );
    assert!(!enters(&world, &wrong.hub, &person, &offered).await);
    assert!(!reads(&wrong.hub, &maple).await);

    assert!(enters(&world, &world.hub, &person, &offered).await, "with the right key all is as it was");
    assert!(reads(&world.hub, &maple).await);
}

#[testkit::both_databases]
async fn h01_doctor_warns_while_secrets_are_under_an_old_key(world: TestHub) {
    world.leave_jobs();
    vendor(&world.hub, "Maple").await;
    let rotating = with_keys(&world, key(NEW), &[old(&world)]).await;
    let verdict = async || {
        let found = rotating.hub.doctor().await.findings.into_iter().find(|it| it.check == "secret_keys");
        found.unwrap().verdict
    };
    assert_eq!(verdict().await, Verdict::Warn);
    rotating.hub.reencrypt_all(&CLI).await.unwrap();
    assert_eq!(verdict().await, Verdict::Ok);
}

#[testkit::both_databases]
async fn h01_secrets_of_an_earlier_version_which_do_not_name_their_key_are_encrypted_anew(world: TestHub) {
    world.leave_jobs();
    let (person, offered) = with_app(&world).await;
    let maple = vendor(&world.hub, "Maple").await;
    let old = old(&world);
    let named = old.id().len() + 2;
    run_sql(&world.database, &format!("UPDATE service_managers SET sealed = substr(sealed, {named})")).await;
    run_sql(&world.database, "UPDATE credentials SET factor_sealed = NULL").await;

    // The secret of the app was derived: one of the first invitations proves with which key. Others are tried in vain.
    let without = with_keys(&world, key(NEW), &[key(THIRD)]).await;
    assert_eq!(without.hub.reencrypt_all(&CLI).await.unwrap().unreadable.len(), 2);
    let rotating = with_keys(&world, key(NEW), &[key(THIRD), old]).await;
    assert_eq!(rotating.hub.key_status().await.unwrap().left, BTreeMap::from([(String::new(), 2)]));
    let status = rotating.hub.reencrypt_all(&CLI).await.unwrap();
    assert_eq!((status.done, status.remaining(), status.unreadable.len()), (2, 0, 0));
    world.advance(NEXT_CODE);
    let alone = with_keys(&world, key(NEW), &[]).await;
    assert!(enters(&world, &alone.hub, &person, &offered).await);
    assert!(reads(&alone.hub, &maple).await);
}

#[testkit::both_databases]
async fn a10_links_of_the_old_key_work_while_it_is_configured(world: TestHub) {
    world.leave_jobs();
    let person = with_password(&world).await;
    let lena = world.requester("Lena").with_account().create().await;
    let invited = world.hub.invite(lena.requester, &MACHINE).await.unwrap();
    world.hub.send_password_link(person.id, &JO).await.unwrap();

    // The e-mails are sent by a process that has the new key.
    let after = with_keys(&world, key(NEW), &[old(&world)]).await;
    after.hub.run_pending().await;
    let stored = world.store.invitation(invited.id).await.unwrap().unwrap();
    let token = after.hub.token_of_invitation(&stored);
    assert!(invited.url.ends_with(&token));
    assert_eq!(world.emailed_token("invitation", "/url"), token);
    assert_eq!(after.hub.open_invitation(&token).await.unwrap().refusal, None);
    assert!(after.hub.open_one_time_link(&world.emailed_token("one_time_link", "/url")).await.unwrap().is_ok());
    let alone = with_keys(&world, key(NEW), &[]).await;
    assert_ne!(alone.hub.token_of_invitation(&stored), token, "it can no longer be derived");
    assert_eq!(alone.hub.open_invitation(&token).await.unwrap().refusal, None, "but a link that was sent works");
}

#[testkit::both_databases]
async fn p03_a_recovery_code_of_the_old_key_works_while_it_is_configured(world: TestHub) {
    world.leave_jobs();
    let (person, _) = with_app(&world).await;
    let codes = world.hub.renew_recovery_codes(&person, None).await.unwrap();
    let code = |at: usize| tessera_core::credentials::normal_code(&codes[at]);
    let alone = with_keys(&world, key(NEW), &[]).await;
    assert!(!alone.hub.reauthenticate_by_code(&person, &code(0), Channel::Portal).await.unwrap());
    let after = with_keys(&world, key(NEW), &[old(&world)]).await;
    assert!(after.hub.reauthenticate_by_code(&person, &code(0), Channel::Portal).await.unwrap());
    assert!(!after.hub.reauthenticate_by_code(&person, &code(0), Channel::Portal).await.unwrap(), "once");
}

#[test]
fn h01_keys_are_named_alike_in_every_process() {
    let text = SecretString::from(NEW);
    assert_eq!(SecretKey::new(&text).unwrap().id(), key(NEW).id());
    assert!(!key(NEW).id().contains(&text.expose_secret()[..6]));
}
