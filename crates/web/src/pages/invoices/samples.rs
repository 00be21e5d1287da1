//! Sample invoices, in the portal and in the console.

use crate::locale::text;
use crate::pages::console::Badge;
use crate::pages::invoices::{FeedCard, InvoiceCard, InvoiceDesk, InvoicePage, InvoiceRow, Invoices};
use crate::pages::returns::Choice;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Tone};

const URL: &str = "/portal/customer/invoices";

fn card(number: &str, status: Badge) -> InvoiceCard {
    InvoiceCard {
        url: format!("{URL}/1"),
        number: number.to_owned(),
        status,
        date: "2 Nov 2026".to_owned(),
        due: Some("16 Nov 2026".to_owned()),
        total: "EUR\u{a0}1\u{a0}284.50".to_owned(),
    }
}

impl Sample for Invoices {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            items: vec![
                card("2026-0417", Badge::new(text!("invoices-overdue"), Tone::Warn)),
                card("2026-0391", Badge::new(text!("invoices-paid"), Tone::Good)),
            ],
            filters: vec![Choice::new("all", text!("invoices-all"), true), Choice::new("open", "Open", false)],
            search: String::new(),
            any: true,
            more_url: Some(format!("{URL}?before=1")),
        };
        let none_like = Self { items: Vec::new(), search: "fan".to_owned(), more_url: None, ..usual.clone() };
        let none = Self { any: false, search: String::new(), ..none_like.clone() };
        vec![("usual".to_owned(), usual), ("none-like".to_owned(), none_like), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<Invoices>(Shown::Customer("/portal/customer/invoices")) }

impl Sample for InvoicePage {
    fn samples() -> Vec<(String, Self)> {
        let line = |text: &str, quantity: &str, amount: &str| [text, quantity, amount].map(ToOwned::to_owned);
        let usual = Self {
            invoice: card("2026-0417", Badge::new(text!("invoices-overdue"), Tone::Warn)),
            lines: vec![
                line("Service visit, two hours", "2", "EUR\u{a0}240.00"),
                line("Power board PACE 5 kW", "1", "EUR\u{a0}839.62"),
            ],
            sums: vec![
                Fact::new(text!("invoices-tax"), "EUR\u{a0}204.88"),
                Fact::new(text!("portal-invoices-list-total"), "EUR\u{a0}1\u{a0}284.50"),
            ],
            confirmed_at: ago(HOUR),
            unconfirmed: false,
            pdf_url: format!("{URL}/1/pdf"),
            back_url: URL.to_owned(),
        };
        let gone = Self { lines: Vec::new(), unconfirmed: true, ..usual.clone() };
        vec![("usual".to_owned(), usual), ("unconfirmed".to_owned(), gone)]
    }
}

inventory::submit! { PageSamples::of::<InvoicePage>(Shown::Customer("/portal/customer/invoices")) }

impl Sample for InvoiceDesk {
    fn samples() -> Vec<(String, Self)> {
        let row = |customer: &str, customer_url: Option<&str>, note: &str| InvoiceRow {
            number: "2026-0417".to_owned(),
            date: "2 Nov 2026".to_owned(),
            total: "EUR\u{a0}1\u{a0}284.50".to_owned(),
            status: Badge::new(text!("invoices-overdue"), Tone::Warn),
            customer_url: customer_url.map(ToOwned::to_owned),
            customer: customer.to_owned(),
            notes: Some(note.to_owned()).filter(|note| !note.is_empty()).into_iter().collect(),
        };
        let failed = FeedCard {
            name: "books".to_owned(),
            state: Badge::new("Failed", Tone::Bad),
            began_at: Some(ago(HOUR)),
            rows: 412,
            error: Some("it is no JSON from here on: EOF while parsing a list at line 9 column 1".to_owned()),
            bad: vec![Fact::new("Line 7", "2026-0399: “12,x” is not an amount")],
        };
        let failing = Self {
            source: Some(failed),
            search: String::new(),
            items: vec![row("21000418006", None, "No customer here is named so.")],
            read_action: "/console/invoices/read".to_owned(),
        };
        let fresh = FeedCard {
            name: "books".to_owned(),
            state: Badge::new("Not read yet", Tone::Plain),
            began_at: None,
            rows: 0,
            error: None,
            bad: Vec::new(),
        };
        let found = Self {
            source: Some(fresh),
            search: "2026".to_owned(),
            items: vec![row("Jo Meyer", Some("/console/customers/1"), "")],
            ..failing.clone()
        };
        let none = Self { source: None, items: Vec::new(), search: String::new(), ..failing.clone() };
        vec![("failing".to_owned(), failing), ("found".to_owned(), found), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<InvoiceDesk>(Shown::Staff("/console/invoices")) }
