//! Sample states of the forum's pages for staff.

use crate::pages::Tone;
use crate::pages::community::Choice;
use crate::pages::console::{Badge, BoardForm, BoardRow, ForumBoards, ForumPost};
use crate::pages::forum::ReportLine;
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};

const PAGE: &str = "/console/boards";

fn choice(label: &str) -> Choice {
    Choice { value: "0193".to_owned(), label: label.to_owned(), chosen: true }
}

impl Sample for ForumBoards {
    fn samples() -> Vec<(String, Self)> {
        let row = BoardRow {
            url: format!("{PAGE}/1"),
            name: "Batteries".to_owned(),
            description: "Storing the sun for the evening.".to_owned(),
            audience: "Everyone".to_owned(),
            state: Badge::new("Open", Tone::Good),
            changed_at: ago(DAY),
            changed_by: "staff:agnes".to_owned(),
        };
        let report = ReportLine {
            url: format!("{PAGE}/posts/1"),
            title: "Which cable for a second battery?".to_owned(),
            excerpt: "Buy cheap cables at…".to_owned(),
            author: "Ben Smith".to_owned(),
            why: "Advertising".to_owned(),
            reporter: "Ada Lovelace".to_owned(),
            at: ago(HOUR),
        };
        let none = Self { boards: Vec::new(), new_url: format!("{PAGE}/new"), reports: Vec::new() };
        let some = Self { boards: vec![row], reports: vec![report], ..none.clone() };
        vec![("some".to_owned(), some), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<ForumBoards>(Shown::Staff("/console/boards")) }

impl Sample for BoardForm {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            action: format!("{PAGE}/new"),
            fresh: true,
            version: 0,
            name: String::new(),
            description: String::new(),
            everybody: true,
            places: Vec::new(),
            more_places: String::new(),
            closed: false,
            error: None,
        };
        let refused = Self {
            fresh: false,
            version: 2,
            name: "Batteries".to_owned(),
            everybody: false,
            places: vec![choice("Workshop")],
            more_places: "nowhere".to_owned(),
            closed: true,
            error: Some("“nowhere” is no id of a place. Copy it from the place’s page.".to_owned()),
            ..fresh.clone()
        };
        vec![("fresh".to_owned(), fresh), ("refused".to_owned(), refused)]
    }
}

inventory::submit! { PageSamples::of::<BoardForm>(Shown::Staff("/console/boards")) }

impl Sample for ForumPost {
    fn samples() -> Vec<(String, Self)> {
        let shown = Self {
            title: "Which cable for a second battery?".to_owned(),
            author: "Ben Smith".to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            at: ago(HOUR),
            edited_at: Some(ago(3)),
            html: "<p>Buy cheap cables.</p>".to_owned(),
            hidden: None,
            muted: None,
            action: format!("{PAGE}/posts/1"),
            mute_action: format!("{PAGE}/posts/1/mute"),
            topic_action: format!("{PAGE}/posts/1/topic"),
            locked: false,
            pinned: false,
            topic_hidden: false,
            boards: vec![choice("Panels")],
        };
        let hidden = Self {
            edited_at: None,
            hidden: Some("Hidden by staff:agnes: Advertising".to_owned()),
            muted: Some("Cannot write until 28 Nov 2026, 14:05 UTC: Advertising".to_owned()),
            locked: true,
            pinned: true,
            topic_hidden: true,
            boards: Vec::new(),
            ..shown.clone()
        };
        vec![("shown".to_owned(), shown), ("hidden".to_owned(), hidden)]
    }
}

inventory::submit! { PageSamples::of::<ForumPost>(Shown::Staff("/console/boards")) }
