//! No query per row: a list asks the database as often for a hundred rows as for one, apart from what it looks up by the ids that its rows
//! name, many of which go into one statement.
#![expect(clippy::print_stdout, reason = "how many statements each list takes")]

mod api;
mod console;
mod failed_jobs;
mod portal;
pub mod rows;

use testkit::portal::PortalUser;
use testkit::{Colleague, TestApp};

/// How many rows there are in the end.
const MANY: usize = 100;
/// How many ids a statement takes.
const IDS: usize = 25;

/// A list that is looked at.
struct List {
    path: String,
    /// A text that each of its rows has.
    mark: &'static str,
    /// How many rows a page shows.
    size: usize,
    /// How many kinds of things are looked up by the ids that the rows name.
    named: usize,
}

impl List {
    fn new(path: impl Into<String>, mark: &'static str, size: usize) -> Self {
        Self { path: path.into(), mark, size, named: 0 }
    }

    fn naming(self, kinds: usize) -> Self {
        Self { named: kinds, ..self }
    }

    /// How many statements more than for one row it may take to look up what a page of rows names.
    fn more(&self) -> u64 {
        let sets = self.size.min(MANY).div_ceil(IDS);
        (self.named * sets).try_into().unwrap()
    }
}

/// Who looks.
enum Visitor<'a> {
    Staff(&'a mut Colleague),
    Customer(&'a mut PortalUser),
    /// With a key or a token.
    Program(&'a str),
}

impl Visitor<'_> {
    async fn open(&mut self, app: &TestApp, path: &str) -> String {
        match self {
            Self::Staff(colleague) => colleague.open(path).await.body,
            Self::Customer(user) => user.open(app, path).await.body,
            Self::Program(key) => app.api.get(path, key).await.body,
        }
    }
}

/// How many statements each list takes when there are so many rows, of which it shows a page.
async fn asked(app: &TestApp, mut visitor: Visitor<'_>, lists: &[List], rows: usize) -> Vec<u64> {
    let mut asked = Vec::new();
    for List { path, mark, size, .. } in lists {
        // The first visit may note that a session is in use.
        visitor.open(app, path).await;
        let before = app.store.effort();
        let page = visitor.open(app, path).await;
        asked.push((app.store.effort() - before).statements);
        let shown = page.matches(mark).count();
        assert!(shown >= rows.min(*size), "{shown} times `{mark}` of {rows} rows at {path}: {page}");
    }
    asked
}

fn compare(lists: &[List], one: &[u64], many: &[u64]) {
    let all = || lists.iter().zip(one.iter().zip(many));
    for (list, (one, many)) in all() {
        println!("{}: {one} statements for one row, {many} for {MANY}", list.path);
    }
    for (list, (one, many)) in all() {
        let most = one + list.more();
        assert!(*many <= most, "{}: {many} statements for {MANY} rows; {one} for one, so at most {most}", list.path);
    }
}
