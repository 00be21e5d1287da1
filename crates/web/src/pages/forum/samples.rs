//! Sample states of the forum.

use crate::locale::{rejected, text};
use crate::pages::community::{Choice, Complaint};
use crate::pages::forum::{
    Board, BoardForm, BoardLine, Boards, Post, PostModeration, Reply, ReportForm, ReportLine, Reports, ReportsLink,
    Topic, TopicLine, TopicModeration, Write,
};
use crate::pages::news::Attached;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago, states};

const FORUM: &str = "/portal/customer/forum";
const HTML: &str = "<p>Rain washes panels. <strong>Dust</strong> under trees does not go by itself.</p>\n";

fn file(removable: bool) -> Attached {
    Attached {
        url: "/portal/customer/attachments/1".to_owned(),
        name: "roof in spring.jpg".to_owned(),
        size: "312 KB".to_owned(),
        remove_action: removable.then(|| "/portal/customer/news/1/attachments/1/remove".to_owned()),
    }
}

impl Sample for Boards {
    fn samples() -> Vec<(String, Self)> {
        let search_url = "/portal/customer/search".to_owned();
        let none = Self { boards: Vec::new(), reports: None, new_url: None, search_url };
        let kept = Self { new_url: Some(format!("{FORUM}/boards/new")), ..none.clone() };
        let line = BoardLine {
            url: format!("{FORUM}/boards/1"),
            name: "Batteries".to_owned(),
            description: "Storing the sun for the evening.".to_owned(),
            closed: false,
            last_at: Some(ago(HOUR)),
        };
        let old = BoardLine { closed: true, last_at: None, description: String::new(), ..line.clone() };
        let reports = Some(ReportsLink { url: format!("{FORUM}/reports"), open: 2 });
        states([("some", Self { boards: vec![line, old], reports, ..kept.clone() }), ("none", none), ("kept", kept)])
    }
}

inventory::submit! { PageSamples::of::<Boards>(Shown::Customer("/portal/customer/forum")) }

impl Sample for Board {
    fn samples() -> Vec<(String, Self)> {
        let line = TopicLine {
            url: format!("{FORUM}/topics/1"),
            title: "Which cable for a second battery?".to_owned(),
            author: "Ada L.".to_owned(),
            posts: 4,
            last_at: ago(HOUR),
            pinned: true,
            locked: true,
        };
        let plain = TopicLine { pinned: false, locked: false, posts: 1, ..line.clone() };
        let some = Self {
            name: "Batteries".to_owned(),
            description: "Storing the sun for the evening.".to_owned(),
            closed: false,
            topics: vec![line, plain],
            new_url: Some(format!("{FORUM}/boards/1/new")),
            older_url: Some(format!("{FORUM}/boards/1?before=1.1")),
            edit_url: Some(format!("{FORUM}/boards/1/change")),
            back_url: FORUM.to_owned(),
        };
        let closed =
            Self { closed: true, topics: Vec::new(), new_url: None, older_url: None, edit_url: None, ..some.clone() };
        states([("some", some), ("closed", closed)])
    }
}

inventory::submit! { PageSamples::of::<Board>(Shown::Customer("/portal/customer/forum")) }

impl Sample for BoardForm {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            action: format!("{FORUM}/boards/new"),
            fresh: true,
            version: 0,
            name: String::new(),
            description: String::new(),
            everybody: true,
            places: places(),
            other_places: 0,
            closed: false,
            error: None,
            back_url: FORUM.to_owned(),
            back_label: text!("search-forum"),
        };
        let changed = Self {
            action: format!("{FORUM}/boards/1/change"),
            fresh: false,
            version: 2,
            name: "Batteries".to_owned(),
            description: "Storing the sun for the evening.".to_owned(),
            everybody: false,
            other_places: 2,
            closed: true,
            error: Some(Complaint::new(
                "changed_meanwhile",
                rejected("someone else has changed this board in the meantime; open it again"),
            )),
            back_url: format!("{FORUM}/boards/1"),
            back_label: "Batteries".to_owned(),
            ..fresh.clone()
        };
        let refused =
            Self { error: Some(Complaint::new("name", rejected("The name: Write something here."))), ..fresh.clone() };
        let nobody = Self {
            everybody: false,
            places: Vec::new(),
            error: Some(Complaint::new("place", "Choose everybody, or add at least one place.")),
            ..fresh.clone()
        };
        states([("fresh", fresh), ("changed", changed), ("refused", refused), ("nobody", nobody)])
    }
}

inventory::submit! { PageSamples::of::<BoardForm>(Shown::Customer("/portal/customer/forum")) }

impl Sample for Write {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            heading: text!("portal-forum-board-new-topic"),
            action: format!("{FORUM}/boards/1/new"),
            title: Some(String::new()),
            body: String::new(),
            error: Some(Complaint::new(
                "forum",
                rejected("That was a lot in a short time. Wait a few minutes, then send it again."),
            )),
            until: None,
            button: text!("forum-begin-topic"),
            back_url: format!("{FORUM}/boards/1"),
            back_label: "Batteries".to_owned(),
        };
        let edit = Self {
            heading: text!("forum-edit-post"),
            title: None,
            body: "I used 25 mm².".to_owned(),
            error: None,
            until: Some(ago(-9)),
            button: text!("portal-contacts-form-save"),
            ..fresh.clone()
        };
        states([("fresh", fresh), ("edit", edit)])
    }
}

inventory::submit! { PageSamples::of::<Write>(Shown::Customer("/portal/customer/forum")) }

fn places() -> Vec<Choice> {
    let choice = |label: &str, chosen| Choice { value: label.to_lowercase(), label: label.to_owned(), chosen };
    vec![choice("Garage", true), choice("Workshop", false)]
}

fn post(number: u32, author: &str) -> Post {
    let url = |what: &str| Some(format!("{FORUM}/posts/{number}/{what}"));
    Post {
        anchor: format!("post-{number}"),
        author: author.to_owned(),
        house: false,
        mine: false,
        at: ago(HOUR),
        edited_at: None,
        html: HTML.to_owned(),
        hidden: None,
        attachments: Vec::new(),
        edit_url: None,
        report_url: url("report"),
        moderate_url: None,
    }
}

impl Sample for Topic {
    fn samples() -> Vec<(String, Self)> {
        let mine = Post {
            mine: true,
            edited_at: Some(ago(3)),
            attachments: vec![file(false)],
            edit_url: Some(format!("{FORUM}/posts/2/edit")),
            report_url: None,
            ..post(2, "Jo Meyer")
        };
        let gone = Post { html: String::new(), hidden: Some(text!("forum-post-hidden")), ..post(3, "Ben S.") };
        let house = Post { house: true, ..post(4, "Agnes Keller") };
        let read = Self {
            title: "Which cable for a second battery?".to_owned(),
            board: "Batteries".to_owned(),
            board_url: format!("{FORUM}/boards/1"),
            pinned: false,
            locked: false,
            hidden: None,
            posts: vec![post(1, "Ada L."), mine, gone, house],
            earlier_url: None,
            later_url: Some(format!("{FORUM}/topics/1?from=5")),
            follows: true,
            follow_action: Some(format!("{FORUM}/topics/1/follow")),
            reply: Some(Reply { action: format!("{FORUM}/topics/1/reply"), body: String::new(), error: None }),
            closed_because: None,
            moderation: None,
        };
        let moderated = Self {
            pinned: true,
            locked: true,
            hidden: Some("Off topic".to_owned()),
            posts: vec![Post { moderate_url: Some(format!("{FORUM}/posts/1/moderate")), ..post(1, "Ada L.") }],
            earlier_url: Some(format!("{FORUM}/topics/1")),
            later_url: None,
            follow_action: None,
            reply: None,
            closed_because: Some(rejected("This topic is locked: you can read it, but not write in it.")),
            moderation: Some(TopicModeration { action: format!("{FORUM}/topics/1/moderate"), boards: places() }),
            ..read.clone()
        };
        states([("read", read), ("moderated", moderated)])
    }
}

inventory::submit! { PageSamples::of::<Topic>(Shown::Customer("/portal/customer/forum")) }

impl Sample for ReportForm {
    fn samples() -> Vec<(String, Self)> {
        let form = Self {
            action: format!("{FORUM}/posts/1/report"),
            author: "Ada L.".to_owned(),
            excerpt: "Buy cheap cables at…".to_owned(),
            why: String::new(),
            error: None,
            back_url: format!("{FORUM}/topics/1"),
        };
        states([("form", form)])
    }
}

inventory::submit! { PageSamples::of::<ReportForm>(Shown::Customer("/portal/customer/forum")) }

impl Sample for Reports {
    fn samples() -> Vec<(String, Self)> {
        let line = ReportLine {
            url: format!("{FORUM}/posts/1/moderate"),
            title: "Which cable for a second battery?".to_owned(),
            excerpt: "Buy cheap cables at…".to_owned(),
            author: "Ben Smith".to_owned(),
            why: "Advertising".to_owned(),
            reporter: "Ada Lovelace".to_owned(),
            at: ago(HOUR),
        };
        let none = Self { reports: Vec::new(), back_url: FORUM.to_owned() };
        states([("some", Self { reports: vec![line], ..none.clone() }), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<Reports>(Shown::Customer("/portal/customer/forum")) }

impl Sample for PostModeration {
    fn samples() -> Vec<(String, Self)> {
        let shown = Self {
            title: "Which cable for a second battery?".to_owned(),
            back_url: format!("{FORUM}/topics/1"),
            author: "Ben S.".to_owned(),
            at: ago(HOUR),
            html: HTML.to_owned(),
            hidden: None,
            muted: None,
            action: format!("{FORUM}/posts/1/moderate"),
            mute_action: format!("{FORUM}/posts/1/mute"),
            error: Some(Complaint::new("reason", rejected("The reason: Write something here."))),
        };
        let hidden = Self {
            hidden: Some("Hidden by staff:agnes: Advertising".to_owned()),
            muted: Some("Cannot write until 28 Nov 2026, 14:05 UTC: Advertising".to_owned()),
            error: None,
            ..shown.clone()
        };
        states([("shown", shown), ("hidden", hidden)])
    }
}

inventory::submit! { PageSamples::of::<PostModeration>(Shown::Customer("/portal/customer/forum")) }
