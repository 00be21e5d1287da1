//! Sample sweeps.

use crate::pages::Tone;
use crate::pages::console::{AlarmNotice, Badge, ChangeRow, KindPick, SweepCard, SweepPage, Sweeps};
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago};

fn card(what: &str, text: &str, tone: Tone) -> SweepCard {
    SweepCard {
        url: "/console/sweeps/s1".to_owned(),
        what: what.to_owned(),
        system: "Freshservice".to_owned(),
        mode: "everything".to_owned(),
        dry: false,
        state: Badge::new(text, tone),
        by: "the hub".to_owned(),
        started_at: ago(20),
        finished_at: Some(ago(3)),
        seen: 1200,
        expected: None,
        changed: 41,
        takes_away: 38,
        missing: 0,
        forecast_at: None,
        paused: false,
        error: None,
        decided_by: None,
    }
}

fn under_way() -> SweepCard {
    SweepCard {
        finished_at: None,
        expected: Some(4000),
        takes_away: 0,
        forecast_at: Some(ago(-9)),
        ..card("Assets", "Under way", Tone::Plain)
    }
}

impl Sample for Sweeps {
    fn samples() -> Vec<(String, Self)> {
        let alarm = AlarmNotice {
            system: "Freshservice".to_owned(),
            text: "A sweep of assets would take 38 devices or links from customers, of 410 that are linked.".to_owned(),
            since: ago(3),
        };
        let paused = SweepCard {
            state: Badge::new("Paused", Tone::Warn),
            error: Some("Freshservice allows no more calls for the moment. Try again later.".to_owned()),
            paused: true,
            ..under_way()
        };
        let failed = SweepCard {
            error: Some("Freshservice does not accept the configured API key.".to_owned()),
            ..card("Requesters", "Stopped", Tone::Bad)
        };
        let busy = Self {
            alarms: vec![alarm],
            open: vec![under_way(), SweepCard { expected: None, ..paused }],
            waiting: vec![card("Assets", "Held by the brake", Tone::Bad)],
            past: vec![card("Contacts", "Complete", Tone::Good), failed],
            start_action: "/console/sweeps".to_owned(),
        };
        let calm = Self {
            alarms: Vec::new(),
            open: Vec::new(),
            waiting: Vec::new(),
            past: Vec::new(),
            start_action: "/console/sweeps".to_owned(),
        };
        vec![("busy".to_owned(), busy), ("calm".to_owned(), calm)]
    }
}

inventory::submit! { PageSamples::of::<Sweeps>(Shown::Staff("/console/sweeps")) }

impl Sample for SweepPage {
    fn samples() -> Vec<(String, Self)> {
        let row = |title: &str, takes| ChangeRow {
            id: title.replace(' ', "-"),
            ticked: takes,
            title: title.to_owned(),
            record: "asset 42".to_owned(),
            before: "used by: Jo Meyer (requester 2001); state: In Use".to_owned(),
            after: "used by: nobody, in stock; state: In Stock".to_owned(),
            takes,
        };
        let held = Self {
            sweep: card("Assets", "Held by the brake", Tone::Bad),
            under_way: false,
            refused: None,
            changes: vec![row("PACE 5 kW", true), row("PACE 8 kW", false)],
            count: 38,
            found: 38,
            text: String::new(),
            picked_kind: String::new(),
            kinds: kinds(""),
            filtered: false,
            url: "/console/sweeps/s1".into(),
            tick_all_url: "/console/sweeps/s1?tick=all".into(),
            tick_none_url: "/console/sweeps/s1".into(),
            export_url: "/console/sweeps/s1/changes.csv".into(),
            after: None,
            more_url: Some("/console/sweeps/s1?after=c2".into()),
            apply_action: Some("/console/sweeps/s1/apply".into()),
            discard_action: Some("/console/sweeps/s1/discard".into()),
        };
        let filtered = Self {
            refused: Some("1 of the records has changed since. Nothing was applied.".into()),
            found: 2,
            text: "PACE".into(),
            picked_kind: "asset".into(),
            kinds: kinds("asset"),
            filtered: true,
            tick_all_url: "/console/sweeps/s1?text=PACE&kind=asset&tick=all".into(),
            more_url: None,
            ..held.clone()
        };
        let nothing_found =
            Self { changes: Vec::new(), found: 0, text: "moon".into(), refused: None, ..filtered.clone() };
        let empty = Self {
            sweep: SweepCard { dry: true, changed: 0, takes_away: 0, ..card("Assets", "Complete", Tone::Good) },
            changes: Vec::new(),
            count: 0,
            found: 0,
            more_url: None,
            apply_action: None,
            discard_action: None,
            ..held.clone()
        };
        let under_way = Self { sweep: under_way(), under_way: true, ..empty.clone() };
        let done = SweepCard {
            started_at: ago(5 * HOUR),
            decided_by: Some("agnes".into()),
            ..card("Assets", "Applied", Tone::Good)
        };
        let applied = Self { sweep: done, ..under_way.clone() };
        vec![
            ("held".to_owned(), held),
            ("filtered".to_owned(), filtered),
            ("nothing-found".to_owned(), nothing_found),
            ("nothing-planned".to_owned(), empty),
            ("under-way".to_owned(), under_way),
            ("applied".to_owned(), Self { under_way: false, ..applied }),
        ]
    }
}

inventory::submit! { PageSamples::of::<SweepPage>(Shown::Staff("/console/sweeps")) }

fn kinds(picked: &str) -> Vec<KindPick> {
    ["requester", "contact", "asset"]
        .map(|kind| KindPick { value: kind.to_owned(), label: format!("{kind}s"), picked: kind == picked })
        .into()
}
