//! Invoices, as their source has them (`P09`).

use tessera_core::invoices::{self, Bill, Delivered, Known, Owner, Unmatched};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::plan::Plan;
use tessera_store::Conflict;
use testkit::Database;
use testkit::store::{conflict, stamp};

fn reading(delivered: Delivered, known: Option<&Known>, seconds: i64) -> Plan {
    let date = "2026-09-01".parse().unwrap();
    let bill = Bill {
        number: "N-1".to_owned(),
        date,
        due: None,
        total: Money { minor: 100, currency: Currency::parse("EUR").unwrap() },
        tax: None,
        lines: Vec::new(),
        delivered,
        customer: "a".to_owned(),
        place: None,
    };
    let owner = Owner::Unmatched(Unmatched::NoCustomer);
    invoices::observe("books", bill, known, &owner, None, date, stamp(seconds))
}

#[testkit::both_databases]
async fn p09_what_is_new_about_an_invoice_is_noted_by_one_of_two_readings(Database { store, .. }: Database) {
    store.apply(&reading(Delivered::Open, None, 10)).await.unwrap();
    let known = store.invoice_known("books", "N-1").await.unwrap();
    let (first, second) = (reading(Delivered::Paid, known.as_ref(), 20), reading(Delivered::Paid, known.as_ref(), 30));
    store.apply(&first).await.unwrap();
    assert_eq!(conflict(store.apply(&second).await), Conflict::Invoice);
}
