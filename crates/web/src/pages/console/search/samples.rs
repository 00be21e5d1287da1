//! Sample states of the search.

use crate::pages::Tone;
use crate::pages::console::samples::{crm, desk};
use crate::pages::console::{Badge, CustomerHit, DeviceHit, RecordHit, RequestHit, ReturnRow, Search};
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago};
use crate::pages::work_orders::WorkRow;

impl Sample for Search {
    fn samples() -> Vec<(String, Self)> {
        let nothing_found = Self {
            query: "meyr".to_owned(),
            customers: Vec::new(),
            records: Vec::new(),
            devices: Vec::new(),
            request: None,
            customer_return: None,
            work_order: None,
            truncated: false,
        };
        let found = Self {
            query: "meyer".to_owned(),
            customers: vec![CustomerHit {
                url: "/console/customers/0199".to_owned(),
                name: "Jo Meyer".to_owned(),
                email: Some("jo.meyer@example.com".into()),
                systems: vec!["Sunfield ID".to_owned(), "Freshservice".to_owned(), "Freshsales".to_owned()],
                devices: 2,
                since: ago(40 * DAY),
            }],
            records: vec![
                RecordHit {
                    url: "/console/records/freshservice/requester/2002".to_owned(),
                    system: desk(),
                    kind: "requester".to_owned(),
                    external_id: "2002".to_owned(),
                    name: "Robin Meyer".to_owned(),
                    email: Some("robin.meyer@example.org".into()),
                    invitation: Badge::new("Invited", Tone::Plain),
                },
                RecordHit {
                    url: "/console/records/freshsales/contact/70012".to_owned(),
                    system: crm(),
                    kind: "contact".to_owned(),
                    external_id: "70012".to_owned(),
                    name: "Meyer Roofing".to_owned(),
                    email: None,
                    invitation: Badge::new("Not invited", Tone::Warn),
                },
            ],
            devices: vec![
                DeviceHit {
                    url: "/console/devices/1041".to_owned(),
                    name: "Hybrid inverter, Meyer garage".to_owned(),
                    serial: Some("PC 5048 0017 22".into()),
                    state: Badge::new("In Use", Tone::Good),
                    owner: Some("Jo Meyer".into()),
                    owner_url: Some("/console/customers/0199".into()),
                },
                DeviceHit {
                    url: "/console/devices/1042".to_owned(),
                    name: "Hybrid inverter (spare for Meyer)".to_owned(),
                    serial: None,
                    state: Badge::new("In Stock", Tone::Plain),
                    owner: None,
                    owner_url: None,
                },
            ],
            request: None,
            customer_return: None,
            work_order: None,
            truncated: true,
        };
        let ticket_named = Self {
            query: "INC-248".to_owned(),
            request: Some(RequestHit {
                url: "/console/requests/0199".to_owned(),
                subject: "The inverter hums at noon".to_owned(),
                ticket: "248".to_owned(),
                person: "Jo Meyer".to_owned(),
                updated_at: ago(2 * DAY),
            }),
            ..nothing_found.clone()
        };
        let return_named = Self {
            query: "R-7K3M-9QXD".to_owned(),
            customer_return: Some(ReturnRow {
                url: "/console/returns/0199".to_owned(),
                number: "R-7K3M-9QXD".to_owned(),
                customer: "Jo Meyer".to_owned(),
                customer_url: "/console/customers/0199".to_owned(),
                units: vec!["1 × Hybrid inverter: Repair".to_owned()],
                status: Badge::new("In progress", Tone::Plain),
                next: "Repair".to_owned(),
                updated_at: ago(2 * DAY),
            }),
            ..nothing_found.clone()
        };
        let work_order_named = Self {
            query: "W-7K3M-9QXD".to_owned(),
            work_order: Some(WorkRow {
                url: "/console/work-orders/0199".to_owned(),
                number: "W-7K3M-9QXD".to_owned(),
                subject: "The inverter hums at noon".to_owned(),
                kind: "Repair".to_owned(),
                customer: "Jo Meyer".to_owned(),
                address: None,
                when: Some("Tue 3 Mar 2026, 09:00–10:00".to_owned()),
                state: Badge::new("Accepted", Tone::Good),
                assignee: Some("Sam Example".to_owned()),
                assignee_unable: false,
            }),
            ..nothing_found.clone()
        };
        vec![
            ("found".to_owned(), found),
            ("work-order-named".to_owned(), work_order_named),
            ("return-named".to_owned(), return_named),
            ("ticket-named".to_owned(), ticket_named),
            ("nothing-found".to_owned(), nothing_found),
        ]
    }
}

inventory::submit! { PageSamples::of::<Search>(Shown::Staff("/console")) }
