//! The process is killed in the middle of its work and started again: nothing is lost, and nothing is done twice.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Databases;

use crate::company::{ADA, BEN, Company, EVE, Serving, Wait};
use crate::gate::Gate;

const ASSETS: &str = "/api/v2/assets";
const NEW: &str = "NEW-7";

/// Whether the process is killed where it hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Undisturbed,
    Killed,
}

impl Life {
    /// From now on the next such answer does not reach the hub.
    fn lies_in_wait(self, gate: &Gate, method: &'static str, path: &str, skip: usize) {
        if self == Self::Killed {
            gate.hold(method, path, skip);
        }
    }

    /// Kills the hub while it waits for that answer, and starts it again on the same database.
    async fn strikes(self, company: &Company, gate: &Gate, hub: Serving) -> Serving {
        if self == Self::Undisturbed {
            return hub;
        }
        gate.reached().await;
        hub.kill().await;
        company.serve().await
    }
}

/// Two activate, a device is made and given away, and a sweep finds what was changed meanwhile.
async fn live(company: &Company, life: Life) -> Value {
    let mut hub = company.serve().await;
    company.swept().await;
    let ben = company.token(BEN).await;
    company.quiet().await;
    company.signs_in("ben", &ben, "ben@example.com", false).await;
    company.quiet().await;

    let ada = company.token(ADA).await;
    company.quiet().await;
    life.lies_in_wait(&company.crm_gate, "GET", "/crm/sales/api/", 0);
    assert_eq!(company.signs_in("ada", &ada, "ada@example.com", false).await["linkStatus"], "pending");
    hub = life.strikes(company, &company.crm_gate, hub).await;
    company.quiet().await;
    assert_eq!(company.signs_in("ada", &ada, "ada@example.com", false).await["linkStatus"], "linked");

    life.lies_in_wait(&company.desk_gate, "POST", ASSETS, 0);
    let device = json!({
        "name": "PACE 5 kW",
        "fields": { "product": "PACE", "vendor": "Wetility", "asset_state": "In Use", "serial_number": NEW },
        "requester_id": ADA,
    });
    let (status, asked) = company.call(Method::POST, "/devices", Some(device)).await;
    assert_eq!(status, 202, "{asked}");
    hub = life.strikes(company, &company.desk_gate, hub).await;
    let made = written(company, &asked).await;

    life.lies_in_wait(&company.desk_gate, "PUT", ASSETS, 0);
    let path = format!("/devices/{made}/holder");
    let (status, asked) = company.call(Method::PUT, &path, Some(json!({ "requester_id": BEN }))).await;
    assert_eq!(status, 202, "{asked}");
    hub = life.strikes(company, &company.desk_gate, hub).await;
    assert_eq!(written(company, &asked).await, made);
    company.quiet().await;

    company.moves("HIB-A1", None);
    company.moves("HIB-B1", Some(1001));
    company.moves("HIB-S7", Some(1001));
    company.moves("HIB-S400", Some(1002));
    life.lies_in_wait(&company.desk_gate, "GET", ASSETS, 2);
    let (status, begun) = company.call(Method::POST, "/sweeps", Some(json!({ "kinds": ["assets"] }))).await;
    assert_eq!(status, 202, "{begun}");
    hub = life.strikes(company, &company.desk_gate, hub).await;
    company.quiet().await;
    let state = told(company).await;
    drop(hub);
    state
}

/// Waits until a write is done; the asset's id.
async fn written(company: &Company, asked: &Value) -> String {
    let path = format!("/device-writes/{}", asked["id"].as_str().unwrap());
    let mut wait = Wait::until("the write is done");
    loop {
        let write = company.get(&path).await;
        match write["state"].as_str() {
            Some("done") => return write["device_id"].as_str().unwrap().to_owned(),
            Some("waiting") => wait.a_moment().await,
            _ => panic!("{write}"),
        }
    }
}

/// How everything ended, without ids and times that differ from life to life.
async fn told(company: &Company) -> Value {
    let mut customers = Vec::new();
    for requester in [ADA, BEN, EVE] {
        let Some(id) = company.customer_of(requester).await else { continue };
        let shown = company.get(&format!("/customers/{id}")).await;
        let timeline = company.get(&format!("/customers/{id}/timeline?limit=200")).await;
        let all = |list: &Value, name: &str| {
            let mut all: Vec<String> = list.as_array().unwrap().iter().map(|item| item[name].to_string()).collect();
            all.sort();
            all
        };
        customers.push(json!({
            "name": shown["name"],
            "links": all(&shown["links"], "external_id"),
            "devices": all(&shown["devices"], "serial"),
            "timeline": all(&timeline["items"], "event"),
            "verified": timeline["verified"],
        }));
    }
    let sweeps = company.get("/sweeps").await;
    let sweep = &sweeps["items"][0];
    let mut mails: Vec<String> =
        company.mail.messages().iter().map(|it| format!("{:?} {}", it.to, it.subject)).collect();
    mails.sort();
    json!({
        "customers": customers,
        "sweep": [&sweep["kind"], &sweep["state"], &sweep["seen"], &sweep["missing"]],
        "mails": mails,
        "failed": company.get("/jobs?state=failed").await,
    })
}

#[testkit::both_databases]
async fn h04_a_killed_process_goes_on_where_it_was(databases: Databases) {
    let [one, two] = [databases.empty().await, databases.empty().await];
    let (calm, killed) = (Company::on(&one).await, Company::on(&two).await);
    let expected = live(&calm, Life::Undisturbed).await;
    let ended = live(&killed, Life::Killed).await;
    assert_eq!(expected["customers"].as_array().unwrap().len(), 2, "{expected:#}");
    assert_eq!(expected["sweep"][1], "finished", "{expected:#}");
    assert_eq!(ended, expected, "{ended:#}");
    assert_eq!(killed.desk_gate.writes(), calm.desk_gate.writes(), "the service desk saw each write once");
    assert_eq!(killed.desk_gate.writes().len(), 2, "{:?}", killed.desk_gate.writes());
    assert_eq!((calm.count_of(NEW), killed.count_of(NEW)), (1, 1));
    assert!(killed.run(&["audit", "verify"]).await.status.success());
}
