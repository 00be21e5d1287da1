//! Sample states of news.

use crate::locale::{rejected, text};
use crate::pages::Tone;
use crate::pages::community::{Choice, Complaint};
use crate::pages::news::{Attached, DeskLine, FeedEntry, NewsCard, NewsDesk, NewsFeed, NewsForm, NewsList, NewsPost};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago, states};

const NEWS: &str = "/portal/customer/news";
const HTML: &str = "<p>Rain washes panels. <strong>Dust</strong> under trees does not go by itself.</p>\n";

fn file(removable: bool) -> Attached {
    Attached {
        url: "/portal/customer/attachments/1".to_owned(),
        name: "roof in spring.jpg".to_owned(),
        size: "312 KB".to_owned(),
        remove_action: removable.then(|| format!("{NEWS}/1/attachments/1/remove")),
    }
}

fn places() -> Vec<Choice> {
    let choice = |label: &str, chosen| Choice { value: label.to_lowercase(), label: label.to_owned(), chosen };
    vec![choice("Garage", true), choice("Workshop", false)]
}

impl Sample for NewsList {
    fn samples() -> Vec<(String, Self)> {
        let card = NewsCard {
            url: format!("{NEWS}/1"),
            title: "Clean panels produce more".to_owned(),
            excerpt: "Rain washes panels. Dust under trees does not go by itself…".to_owned(),
            author: "Agnes Keller".to_owned(),
            at: ago(3 * DAY),
        };
        let none = Self {
            posts: Vec::new(),
            older_url: None,
            edit_url: None,
            feed_url: format!("{NEWS}/feed"),
            search_url: "/portal/customer/search".to_owned(),
        };
        let some = Self {
            posts: vec![card.clone(), NewsCard { author: String::new(), ..card }],
            older_url: Some(format!("{NEWS}?before=1.1")),
            edit_url: Some(format!("{NEWS}/desk")),
            ..none.clone()
        };
        states([("some", some), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<NewsList>(Shown::Customer("/portal/customer/news")) }

impl Sample for NewsPost {
    fn samples() -> Vec<(String, Self)> {
        let read = Self {
            title: "Clean panels produce more".to_owned(),
            html: format!("{HTML}<h2>When</h2>\n<ul>\n<li>In spring</li>\n</ul>\n"),
            author: "Agnes Keller".to_owned(),
            at: ago(3 * DAY),
            edited_at: Some(ago(HOUR)),
            attachments: vec![file(false)],
            back_url: NEWS.to_owned(),
            edit_url: None,
        };
        let mine =
            Self { edit_url: Some(format!("{NEWS}/1/edit")), edited_at: None, attachments: Vec::new(), ..read.clone() };
        states([("read", read), ("editor", mine)])
    }
}

inventory::submit! { PageSamples::of::<NewsPost>(Shown::Customer("/portal/customer/news")) }

impl Sample for NewsDesk {
    fn samples() -> Vec<(String, Self)> {
        let none = Self { posts: Vec::new(), new_url: format!("{NEWS}/new"), back_url: NEWS.to_owned() };
        let line = DeskLine {
            url: format!("{NEWS}/1/edit"),
            title: "Clean panels produce more".to_owned(),
            state: text!("portal-news-form-published"),
            tone: Tone::Good,
            updated_at: ago(HOUR),
        };
        states([("some", Self { posts: vec![line], ..none.clone() }), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<NewsDesk>(Shown::Customer("/portal/customer/news")) }

impl Sample for NewsForm {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            action: format!("{NEWS}/new"),
            fresh: true,
            published: false,
            title: String::new(),
            body: String::new(),
            everybody: true,
            places: places(),
            other_places: 0,
            version: 0,
            error: Some(Complaint::new("title", rejected("The title: Write something here."))),
            attachments: Vec::new(),
            attach_action: None,
            preview: None,
            back_url: format!("{NEWS}/desk"),
        };
        let kept = Self {
            fresh: false,
            published: true,
            title: "Clean panels produce more".to_owned(),
            body: "Rain washes panels.".to_owned(),
            everybody: false,
            other_places: 2,
            version: 3,
            error: None,
            attachments: vec![file(true)],
            attach_action: Some(format!("{NEWS}/1/attach")),
            preview: Some(HTML.to_owned()),
            ..fresh.clone()
        };
        states([("kept", kept), ("fresh", fresh)])
    }
}

inventory::submit! { PageSamples::of::<NewsForm>(Shown::Customer("/portal/customer/news")) }

impl Sample for NewsFeed {
    fn samples() -> Vec<(String, Self)> {
        let entry = FeedEntry {
            url: format!("https://hub.example.com{NEWS}/1"),
            id: "urn:uuid:0197".to_owned(),
            title: "Clean panels produce more".to_owned(),
            excerpt: "Rain washes panels. Dust under trees does not go by itself…".to_owned(),
            published_at: ago(3 * DAY),
            updated_at: ago(HOUR),
        };
        let some = Self {
            feed_url: format!("https://hub.example.com{NEWS}/feed"),
            list_url: format!("https://hub.example.com{NEWS}"),
            updated_at: ago(HOUR),
            posts: vec![entry],
        };
        vec![("some".to_owned(), some)]
    }
}

inventory::submit! { PageSamples::of::<NewsFeed>(Shown::Customer("/portal/customer/news")) }
