//! Prints where to click, once everything answers.
#![expect(clippy::print_stdout, reason = "this is the command's answer")]

use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::employees::{EDITOR, EMPLOYEES, KEEPER, TECHNICIAN};
use super::stand_ins::{APP_CLIENT_ID, APP_REDIRECT, FRESHSALES_KEY, FRESHSERVICE_KEY, StandIns};
use crate::demo::marketplace;

/// The addresses and credentials that a person or a test needs to begin.
pub struct StartupInfo {
    hub: Url,
    json: Value,
    walk: String,
}

impl StartupInfo {
    /// Collects the information.
    pub fn new(config: &tessera_hub::Config, stand_ins: &StandIns, api_key: &str, staff: (&str, &str)) -> Self {
        let hub = &config.public_url;
        let base = hub.as_str().trim_end_matches('/');
        let users: Vec<Value> = stand_ins
            .world
            .known_users()
            .map(|(_, email, password)| json!({ "email": email, "password": password }))
            .collect();
        let known = stand_ins.world.known_users().find(|(person, ..)| !person.devices.is_empty());
        let vendor = marketplace::connection_settings(config);
        let resident = stand_ins.resident.as_ref();
        let at_home = resident.map_or_else(String::new, |it| {
            let (email, password, (editor, editors)) = (&it.email, it.password, (EDITOR.login, EDITOR.password));
            format!(
                "

  One customer has been here for a while, with a request, a return, invoices, news and a forum:
                           sign in at {base}/portal/customer as {email} / {password}
                           and as the editor of the news with person ID {editor} / {editors}"
            )
        });
        let mut json = json!({
            "hub": base,
            "console": format!("{base}/console"),
            "portal": format!("{base}/portal/customer"),
            "storefront": format!("{base}/shop"),
            "freshservice": stand_ins.freshservice.url(),
            "freshsales": stand_ins.freshsales.url(),
            "idp": stand_ins.idp.url(),
            "mail": stand_ins.mail.url(),
            "freshservice_api_key": FRESHSERVICE_KEY,
            "freshsales_api_key": FRESHSALES_KEY,
            "admin_api_key": api_key,
            "vendor": vendor,
            "example_cloud": stand_ins.example_cloud.url(),
            "b2c": { "link": stand_ins.policy_link },
            "app_client": { "issuer": stand_ins.issuer, "client_id": APP_CLIENT_ID, "redirect_uri": APP_REDIRECT },
            "staff": { "login": staff.0, "password": staff.1 },
            "idp_users": users,
            "resident": resident.map(|it| json!({ "email": it.email, "password": it.password, "requester_id": it.person.requester_id.to_string() })),
        });
        for employee in EMPLOYEES {
            json[employee.work] = json!({ "login": employee.login, "password": employee.password });
        }
        let (name, email, password, requester) = known.map_or_else(
            || ("a customer".to_owned(), String::new(), String::new(), String::new()),
            |(person, email, password)| {
                (person.full_name(), email.to_owned(), password.to_owned(), person.requester_id.to_string())
            },
        );
        let walk = format!(
            "Tessera is running, with stand-ins for every outside system and fictional people.

  1. Invite a customer     {base}/console
                           sign in as {login} / {staff_password}
                           search for {name} (requester {requester}) and press \"Invite\"
                           or let the service desk do it: {desk}
  2. Read their mail       {mail}
  3. Follow the link       sign in as {email} / {password},
                           or sign up with any other address
  4. See the devices       {base}/portal/customer
  5. Buy something         {base}/shop
                           fill in the Service Details of Example Cloud, and watch the order;
                           {example_cloud} makes the next one fail{at_home}

  Warehouse Portal         {base}/portal/warehouse
                           sign in with person ID {worker} / {workers};
                           {editor} / {editors} has several portals, and a menu to switch
  Tech Portal              {base}/portal/tech
                           sign in with person ID {technician} / {technicians}
  Storefront               {base}/shop
  CRM                      {crm}
  Identity provider        {idp}
  Link through a policy    {policy_link}{requester}
  Marketplace, vendor side tessera check-vendor {base} \\
                           --application-id {application_id} --api-key {vendor_key}
  Marketplace, platform    {base}/console/service-managers: two vendors, ourselves and Example Cloud
  A vendor with faults     {example_cloud}
  API                      {base}/api/v1/openapi.json
                           Authorization: Bearer {api_key}

Press Ctrl+C to stop.",
            login = staff.0,
            worker = KEEPER.login,
            workers = KEEPER.password,
            technician = TECHNICIAN.login,
            technicians = TECHNICIAN.password,
            editor = EDITOR.login,
            editors = EDITOR.password,
            staff_password = staff.1,
            desk = stand_ins.freshservice.url(),
            crm = stand_ins.freshsales.url(),
            mail = stand_ins.mail.url(),
            idp = stand_ins.issuer,
            example_cloud = stand_ins.example_cloud.url(),
            policy_link = stand_ins.policy_link,
            application_id = vendor["application_id"].as_str().unwrap_or_default(),
            vendor_key = vendor["api_key"].as_str().unwrap_or_default(),
        );
        Self { hub: hub.clone(), json, walk }
    }

    /// Adds members to the ready file.
    pub fn add(&mut self, members: &Map<String, Value>) {
        if let Some(json) = self.json.as_object_mut() {
            json.extend(members.clone());
        }
    }

    /// Waits until the hub answers.
    pub async fn wait(&self) -> anyhow::Result<()> {
        wait(&self.hub).await
    }

    /// Writes the ready file, and prints the instructions.
    pub fn tell(self, ready_file: Option<&Path>) -> anyhow::Result<()> {
        if let Some(path) = ready_file {
            write_ready_file(path, &self.json)?;
        }
        println!("{}", self.walk);
        Ok(())
    }
}

/// Writes a ready file. It is renamed into place, so that it is never read half-written.
pub(super) fn write_ready_file(path: &Path, json: &Value) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, json.to_string())
        .and_then(|()| std::fs::rename(&part, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Waits until the hub answers. The listener is already bound, so this connects immediately and waits for the answer.
pub(super) async fn wait(hub: &Url) -> anyhow::Result<()> {
    let status = status_of(hub, "/readyz").await.context("the hub does not answer")?;
    anyhow::ensure!(status == 200, "the hub is not ready: /readyz answers with status {status}");
    Ok(())
}

/// The status with which the hub answers at a path.
pub(super) async fn status_of(hub: &Url, path: &str) -> anyhow::Result<u16> {
    let address = (hub.host_str().unwrap_or("127.0.0.1"), hub.port().unwrap_or(80));
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", address.0, address.1);
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let head = String::from_utf8_lossy(&answer);
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    status.context("the answer is not HTTP")
}
