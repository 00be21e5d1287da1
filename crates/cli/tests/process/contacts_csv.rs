//! A company without a CRM that has a client here: its contacts are in a CSV file.

use serde_json::Value;

use crate::company::{ADA, Company};
use testkit::Databases;

/// Whether the customer is linked with a contact, now.
async fn is_linked(company: &Company, contact: &str) -> bool {
    let id = company.customer_of(ADA).await.unwrap();
    let customer = company.get(&format!("/customers/{id}")).await;
    let mut links = customer["links"].as_array().unwrap().iter();
    links.any(|link| link["system"] == "contacts" && link["external_id"] == contact)
}

#[testkit::both_databases]
async fn a04_h04_a_contact_from_a_csv_file_is_linked_and_a_bad_line_ends_nothing(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let contacts = "id,email,name,phone\nK-1,Ada@Example.com,Ada,+44 1632 960001\nK-2,ben@example.com,Ben,\n";
    let file = company.keeps_contacts_in_a_file(contacts);
    let _hub = company.serve().await;
    let token = company.token(ADA).await;
    company.signs_in("ada", &token, "ada@example.com", false).await;
    company.quiet().await;
    assert!(is_linked(&company, "K-1").await);

    std::fs::write(&file, contacts.replace("960001", "960009")).unwrap();
    company.swept().await;
    let record = company.get("/records/contacts/contact/K-1").await;
    assert!(record.to_string().contains("+44 1632 960009"), "{record}");

    std::fs::write(&file, "id,email,name,phone\nK-2,ben@example.com,Ben,\nK-1,ada@example.com,Ada\n").unwrap();
    company.swept().await;
    assert!(is_linked(&company, "K-1").await);
    let record = company.get("/records/contacts/contact/K-1").await;
    assert_eq!((&record["missing_since"], &record["gone_at"]), (&Value::Null, &Value::Null), "nobody looked in vain");
    let doctor = company.get("/doctor").await;
    let mut checks = doctor["checks"].as_array().unwrap().iter();
    let found = checks.find(|check| check["system"] == "contacts" && check["name"] == "list_contacts").unwrap();
    assert!(found["outcome"] == "warn" && found["detail"].as_str().unwrap().contains("line 3"), "{found}");
}
