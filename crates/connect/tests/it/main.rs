//! Tests of the clients against stand-ins on loopback, in virtual time.

#![expect(clippy::unwrap_used, reason = "what is broken in a test ends it")]

mod bearer;
mod contacts_csv;
mod contract;
mod discipline;
mod freshsales;
mod freshservice;
mod invoices;
mod mail;
mod pace;
mod sign_in;
mod stand_in;
mod tickets;
mod tokens;

/// The clients use only the hub's ports.
#[test]
fn only_the_ports_of_the_hub_are_used() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut uses = text.split("tessera_hub::").skip(1);
            assert!(uses.all(|rest| rest.starts_with("ports")), "{}", path.display());
        }
    }
}

/// An HTTP client that calls the stand-ins directly.
fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(std::time::Duration::from_secs(10)).no_proxy().build().unwrap()
}
