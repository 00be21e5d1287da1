//! Vendors of the marketplace that the hub runs. They make another customer whenever they are asked without an external id, so
//! that a call that is sent twice shows.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use tessera_hub::ports::{ServiceManagers, VendorCallError, VendorCheck, VendorFindings, VendorReply, VendorRequest};
use tokio::sync::oneshot;

use super::{Link, World};
use crate::weather::Fault;

/// A vendor.
#[derive(Debug, Default)]
pub struct Vendor {
    /// Its customers.
    pub customers: Vec<VendorCustomer>,
    made: u64,
}

/// A customer of a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorCustomer {
    /// Its id at the vendor.
    pub external_id: String,
    /// The account that it was made for.
    pub account: String,
}

/// The vendors as one process of the hub reaches them.
#[derive(Debug)]
pub struct Vendors(pub Link);

#[async_trait]
impl ServiceManagers for Vendors {
    async fn call(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError> {
        self.0.life.point().await;
        let course = self.0.course();
        let (tell, answer) = oneshot::channel();
        let (world, address, within) = (self.0.world.clone(), request.address.clone(), request.within);
        let body: Value = request.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        tokio::spawn(async move {
            tokio::time::sleep(course.there).await;
            let said = course.happens.then(|| carry_out(&world, &address, &body));
            tokio::time::sleep(course.back).await;
            if course.fault == Some(Fault::Silent) {
                tokio::time::sleep(within).await;
            }
            let _ = tell.send(said);
        });
        let answer = tokio::time::timeout(request.within, answer).await;
        self.0.life.point().await;
        if let Some(fault) = course.fault {
            self.0.world.scene.note(format_args!("vendor {}: {fault:?}", request.address));
        }
        let reply = |status, body: &str| Ok(VendorReply { status, body: body.as_bytes().to_vec() });
        match (answer, course.fault) {
            (Ok(Ok(Some(said))), None | Some(Fault::Slow)) => reply(200, &said.to_string()),
            (Ok(Ok(Some(_))), Some(Fault::Garbled)) => reply(200, "<html>We will be back soon.</html>"),
            (_, Some(Fault::Busy)) => reply(429, ""),
            (_, Some(Fault::Broken)) => reply(500, r#"{"Code":0}"#),
            (_, Some(Fault::Unauthorized)) => reply(401, ""),
            (_, Some(Fault::Down)) => Err(VendorCallError::NotSent("simulated".to_owned())),
            _ => Err(VendorCallError::Lost("simulated".to_owned())),
        }
    }

    async fn check(&self, _check: &VendorCheck) -> Result<VendorFindings, String> {
        Err("stories check no vendor".to_owned())
    }
}

fn carry_out(world: &Arc<World>, address: &str, body: &Value) -> Value {
    let (base, operation) = address.rsplit_once("/API/Accounts/").unwrap_or_default();
    world.scene.note(format_args!("vendor {base} {operation} of {}", body["ID"]));
    let mut truth = world.truth();
    let vendor = truth.vendors.entry(base.to_owned()).or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (id, account) = (text("ExternalID"), text("ID"));
    let fits = |it: &&VendorCustomer| if id.is_empty() { it.account == account } else { it.external_id == id };
    let found = vendor.customers.iter().find(fits).map(|it| it.external_id.clone());
    match (operation, found) {
        ("SyncOptions", _) => json!({ "Fields": [] }),
        ("Exists", Some(found)) => json!({ "ErrorCode": 1, "ErrorMessage": "", "Results": found }),
        ("Exists", None) => json!({ "Code": 0, "Message": "", "Result": "" }),
        ("Synchronize", None) if !id.is_empty() => json!({ "Code": -14, "Message": "There is no such customer." }),
        ("Synchronize", Some(found)) if !id.is_empty() => json!({ "Code": 0, "Message": "", "Result": found }),
        ("Synchronize", _) => json!({ "Code": 0, "Message": "", "Result": vendor.create(account) }),
        ("Delete", found) => {
            vendor.customers.retain(|it| Some(&it.external_id) != found.as_ref());
            json!({ "Code": 0, "Message": "" })
        }
        _ => json!({ "Code": -1, "Message": "not supported" }),
    }
}

impl Vendor {
    fn create(&mut self, account: String) -> String {
        self.made += 1;
        let external_id = format!("c-{}", self.made);
        self.customers.push(VendorCustomer { external_id: external_id.clone(), account });
        external_id
    }
}
