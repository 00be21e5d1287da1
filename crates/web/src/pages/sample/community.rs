//! Sample states of news, forum, search and profile.

use super::super::community::{Choice, Complaint};
use super::super::{Chrome, RenderError, Renderer, Tone};
use super::{DAY, HOUR, Sample, ago, of};
use crate::pages::forum::{
    Board, BoardLine, Boards, Post, PostModeration, Reply, ReportForm, ReportLine, Reports, ReportsLink, Topic,
    TopicLine, TopicModeration, Write,
};
use crate::pages::news::{Attached, DeskLine, NewsCard, NewsDesk, NewsForm, NewsList, NewsPost};
use crate::pages::profile::{ConfirmEmail, Contact, ContactForm, Contacts, EmailForm, Happened, Profile, Timeline};
use crate::pages::search::{Group, Hit, PortalSearch};

const BLOG: &str = "/portal/customer/blog";
const FORUM: &str = "/portal/customer/forum";
const PROFILE: &str = "/portal/customer/profile";
const HTML: &str = "<p>Rain washes panels. <strong>Dust</strong> under trees does not go by itself.</p>\n";

/// All of them.
pub(crate) fn pages(
    renderer: &Renderer,
    customer: &Chrome,
    made: &mut Vec<(String, String)>,
) -> Result<(), RenderError> {
    let at = |path: &str| Chrome { path: path.to_owned(), ..customer.clone() };
    of::<NewsList>(renderer, "portal-news", &at(BLOG), made)?;
    of::<NewsPost>(renderer, "portal-news-post", &at(BLOG), made)?;
    of::<NewsDesk>(renderer, "portal-news-desk", &at(BLOG), made)?;
    of::<NewsForm>(renderer, "portal-news-form", &at(BLOG), made)?;
    of::<Boards>(renderer, "portal-forum", &at(FORUM), made)?;
    of::<Board>(renderer, "portal-forum-board", &at(FORUM), made)?;
    of::<Write>(renderer, "portal-forum-write", &at(FORUM), made)?;
    of::<Topic>(renderer, "portal-forum-topic", &at(FORUM), made)?;
    of::<ReportForm>(renderer, "portal-forum-report", &at(FORUM), made)?;
    of::<Reports>(renderer, "portal-forum-reports", &at(FORUM), made)?;
    of::<PostModeration>(renderer, "portal-forum-moderate", &at(FORUM), made)?;
    of::<PortalSearch>(renderer, "portal-search", &at("/portal/customer/search"), made)?;
    of::<Profile>(renderer, "portal-profile", &at(PROFILE), made)?;
    of::<EmailForm>(renderer, "portal-profile-email", &at(PROFILE), made)?;
    of::<ConfirmEmail>(renderer, "portal-profile-email-confirm", &at(PROFILE), made)?;
    of::<Contacts>(renderer, "portal-contacts", &at(PROFILE), made)?;
    of::<ContactForm>(renderer, "portal-contact-form", &at(PROFILE), made)?;
    of::<Timeline>(renderer, "portal-timeline", &at(PROFILE), made)
}

fn states<T, const N: usize>(states: [(&str, T); N]) -> Vec<(String, T)> {
    states.into_iter().map(|(name, state)| (name.to_owned(), state)).collect()
}

fn file(removable: bool) -> Attached {
    Attached {
        url: "/portal/customer/attachments/1".to_owned(),
        name: "roof in spring.jpg".to_owned(),
        size: "312 KB".to_owned(),
        remove_action: removable.then(|| format!("{BLOG}/1/attachments/1/remove")),
    }
}

fn places() -> Vec<Choice> {
    let choice = |label: &str, chosen| Choice { value: label.to_lowercase(), label: label.to_owned(), chosen };
    vec![choice("Garage", true), choice("Workshop", false)]
}

impl Sample for NewsList {
    fn samples() -> Vec<(String, Self)> {
        let card = NewsCard {
            url: format!("{BLOG}/1"),
            title: "Clean panels bring more".to_owned(),
            excerpt: "Rain washes panels. Dust under trees does not go by itself…".to_owned(),
            author: "Agnes Keller".to_owned(),
            at: ago(3 * DAY),
        };
        let none = Self {
            posts: Vec::new(),
            older_url: None,
            edit_url: None,
            feed_url: format!("{BLOG}/feed"),
            search_url: "/portal/customer/search".to_owned(),
        };
        let some = Self {
            posts: vec![card.clone(), NewsCard { author: String::new(), ..card }],
            older_url: Some(format!("{BLOG}?before=1.1")),
            edit_url: Some(format!("{BLOG}/desk")),
            ..none.clone()
        };
        states([("some", some), ("none", none)])
    }
}

impl Sample for NewsPost {
    fn samples() -> Vec<(String, Self)> {
        let read = Self {
            title: "Clean panels bring more".to_owned(),
            html: format!("{HTML}<h2>When</h2>\n<ul>\n<li>In spring</li>\n</ul>\n"),
            author: "Agnes Keller".to_owned(),
            at: ago(3 * DAY),
            edited_at: Some(ago(HOUR)),
            attachments: vec![file(false)],
            back_url: BLOG.to_owned(),
            edit_url: None,
        };
        let mine =
            Self { edit_url: Some(format!("{BLOG}/1/edit")), edited_at: None, attachments: Vec::new(), ..read.clone() };
        states([("read", read), ("editor", mine)])
    }
}

impl Sample for NewsDesk {
    fn samples() -> Vec<(String, Self)> {
        let none = Self { posts: Vec::new(), new_url: format!("{BLOG}/new"), back_url: BLOG.to_owned() };
        let line = DeskLine {
            url: format!("{BLOG}/1/edit"),
            title: "Clean panels bring more".to_owned(),
            state: "Published".to_owned(),
            tone: Tone::Good,
            updated_at: ago(HOUR),
        };
        states([("some", Self { posts: vec![line], ..none.clone() }), ("none", none)])
    }
}

impl Sample for NewsForm {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            action: format!("{BLOG}/new"),
            fresh: true,
            published: false,
            title: String::new(),
            body: String::new(),
            everybody: true,
            places: places(),
            other_places: 0,
            version: 0,
            error: Some(Complaint::new("title", "The title: Write something here.")),
            attachments: Vec::new(),
            attach_action: None,
            preview: None,
            back_url: format!("{BLOG}/desk"),
        };
        let kept = Self {
            fresh: false,
            published: true,
            title: "Clean panels bring more".to_owned(),
            body: "Rain washes panels.".to_owned(),
            everybody: false,
            other_places: 2,
            version: 3,
            error: None,
            attachments: vec![file(true)],
            attach_action: Some(format!("{BLOG}/1/attach")),
            preview: Some(HTML.to_owned()),
            ..fresh.clone()
        };
        states([("kept", kept), ("fresh", fresh)])
    }
}

impl Sample for Boards {
    fn samples() -> Vec<(String, Self)> {
        let none = Self { boards: Vec::new(), reports: None, search_url: "/portal/customer/search".to_owned() };
        let line = BoardLine {
            url: format!("{FORUM}/boards/1"),
            name: "Batteries".to_owned(),
            description: "Storing the sun for the evening.".to_owned(),
            closed: false,
            last_at: Some(ago(HOUR)),
        };
        let old = BoardLine { closed: true, last_at: None, description: String::new(), ..line.clone() };
        let reports = Some(ReportsLink { url: format!("{FORUM}/reports"), open: 2 });
        states([("some", Self { boards: vec![line, old], reports, ..none.clone() }), ("none", none)])
    }
}

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
            back_url: FORUM.to_owned(),
        };
        let closed = Self { closed: true, topics: Vec::new(), new_url: None, older_url: None, ..some.clone() };
        states([("some", some), ("closed", closed)])
    }
}

impl Sample for Write {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            heading: "New topic".to_owned(),
            action: format!("{FORUM}/boards/1/new"),
            title: Some(String::new()),
            body: String::new(),
            error: Some(Complaint::new(
                "forum",
                "That was a lot in a short time. Wait a few minutes, then send it again.",
            )),
            until: None,
            button: "Begin the topic".to_owned(),
            back_url: format!("{FORUM}/boards/1"),
            back_label: "Batteries".to_owned(),
        };
        let edit = Self {
            heading: "Edit your post".to_owned(),
            title: None,
            body: "I used 25 mm².".to_owned(),
            error: None,
            until: Some(ago(-9)),
            button: "Save".to_owned(),
            ..fresh.clone()
        };
        states([("fresh", fresh), ("edit", edit)])
    }
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
        let gone =
            Post { html: String::new(), hidden: Some("A moderator hid this post.".to_owned()), ..post(3, "Ben S.") };
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
            closed_because: Some(
                "This topic is locked: it can be read, but nothing is written here any more.".to_owned(),
            ),
            moderation: Some(TopicModeration { action: format!("{FORUM}/topics/1/moderate"), boards: places() }),
            ..read.clone()
        };
        states([("read", read), ("moderated", moderated)])
    }
}

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
            error: Some(Complaint::new("reason", "The reason: Write something here.")),
        };
        let hidden = Self {
            hidden: Some("Hidden by staff:agnes: Advertising".to_owned()),
            muted: Some("May not write until 28 Nov 2026, 14:05 UTC: Advertising".to_owned()),
            error: None,
            ..shown.clone()
        };
        states([("shown", shown), ("hidden", hidden)])
    }
}

impl Sample for PortalSearch {
    fn samples() -> Vec<(String, Self)> {
        let hit = |title: &str, excerpt: &str, at| Hit {
            url: format!("{FORUM}/posts/1"),
            title: title.to_owned(),
            excerpt: excerpt.to_owned(),
            at,
        };
        let group = |label: &str, hit: Hit, more| Group { label: label.to_owned(), hits: vec![hit], more };
        let found = Self {
            q: "battery".to_owned(),
            groups: vec![
                group("Devices", hit("Battery, garage", "Serial number BT 5048", None), false),
                group("Forum", hit("Which cable for a second battery?", "I used 25 mm².", Some(ago(DAY))), true),
            ],
            asked: true,
        };
        let nothing = Self { groups: Vec::new(), ..found.clone() };
        let empty = Self { q: String::new(), asked: false, ..nothing.clone() };
        states([("found", found), ("nothing", nothing), ("empty", empty)])
    }
}

impl Sample for Profile {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            person_id: "P-7K3F-9QX2".to_owned(),
            action: PROFILE.to_owned(),
            name: "Jo Meyer".to_owned(),
            phone: "+27 21 555 0101".to_owned(),
            told_of_replies: true,
            error: None,
            email: Some("jo@example.com".to_owned()),
            waiting: Some("jo.new@example.org".to_owned()),
            email_url: format!("{PROFILE}/email"),
            places: vec!["Garage".to_owned(), "Workshop".to_owned()],
            contacts_url: Some("/portal/customer/contacts".to_owned()),
            methods_url: "/portal/customer/identities".to_owned(),
            timeline_url: "/portal/customer/timeline".to_owned(),
        };
        let bare = Self {
            phone: "12".to_owned(),
            told_of_replies: false,
            error: Some(Complaint::new(
                "phone",
                "Your telephone number: write at least four digits, or leave it empty.",
            )),
            email: None,
            waiting: None,
            places: vec!["Home".to_owned()],
            contacts_url: None,
            ..usual.clone()
        };
        states([("usual", usual), ("bare", bare)])
    }
}

impl Sample for EmailForm {
    fn samples() -> Vec<(String, Self)> {
        let form = Self {
            email: Some("jo@example.com".to_owned()),
            typed: "jo".to_owned(),
            action: format!("{PROFILE}/email"),
            error: Some(Complaint::new("email", "That is no e-mail address. Write one like name@example.com.")),
            recent: true,
            prove_action: "/portal/customer/identities/confirm".to_owned(),
            back_url: PROFILE.to_owned(),
        };
        let stale = Self { recent: false, error: None, email: None, ..form.clone() };
        states([("form", form), ("stale", stale)])
    }
}

impl Sample for ConfirmEmail {
    fn samples() -> Vec<(String, Self)> {
        let open = Self {
            email: Some("jo.new@example.org".to_owned()),
            action: format!("{PROFILE}/email/kq3v"),
            back_url: PROFILE.to_owned(),
        };
        let dead = Self { email: None, ..open.clone() };
        states([("open", open), ("dead", dead)])
    }
}

impl Sample for Contacts {
    fn samples() -> Vec<(String, Self)> {
        let contact = Contact {
            url: "/portal/customer/contacts/1".to_owned(),
            name: "Sam Porter".to_owned(),
            email: Some("sam@example.com".to_owned()),
            phone: None,
            place: Some("Workshop".to_owned()),
        };
        let none = Self {
            contacts: Vec::new(),
            new_url: "/portal/customer/contacts/new".to_owned(),
            back_url: PROFILE.to_owned(),
        };
        states([("some", Self { contacts: vec![contact], ..none.clone() }), ("none", none)])
    }
}

impl Sample for ContactForm {
    fn samples() -> Vec<(String, Self)> {
        let form = Self {
            action: "/portal/customer/contacts/new".to_owned(),
            fresh: true,
            name: String::new(),
            email: "sam".to_owned(),
            phone: String::new(),
            places: places(),
            error: Some(Complaint::new("contact_email", "That is no e-mail address. Write one like name@example.com.")),
            back_url: "/portal/customer/contacts".to_owned(),
        };
        states([("form", form)])
    }
}

impl Sample for Timeline {
    fn samples() -> Vec<(String, Self)> {
        let event = |minutes, text: &str| Happened { at: ago(minutes), text: text.to_owned() };
        let some = Self {
            events: vec![
                event(3, "Jo Meyer changed their telephone number"),
                event(2 * DAY, "Hybrid inverter, garage was added to your devices"),
            ],
            older_url: Some("/portal/customer/timeline?before=7".to_owned()),
            elsewhere: false,
            back_url: PROFILE.to_owned(),
        };
        let none = Self { events: Vec::new(), older_url: None, ..some.clone() };
        let elsewhere = Self { elsewhere: true, ..none.clone() };
        states([("some", some), ("none", none), ("elsewhere", elsewhere)])
    }
}
