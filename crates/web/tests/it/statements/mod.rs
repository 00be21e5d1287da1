//! No query per row: a list of a hundred rows takes as many statements as a list of one, apart from lookups of the ids
//! in its rows, which are batched.
#![expect(clippy::print_stdout, reason = "how many statements each list takes")]

mod api;
mod console;
mod failed_jobs;
mod portal;
pub mod rows;

use testkit::portal::PortalUser;
use testkit::{Colleague, TestApp};

/// Number of rows in the end.
const MANY: usize = 100;
/// Number of ids per statement.
const IDS: usize = 25;

/// A list under test.
struct List {
    path: String,
    /// A text that occurs in each row.
    mark: &'static str,
    /// Rows per page.
    size: usize,
    /// Kinds of objects that are looked up by the ids in the rows.
    named: usize,
}

impl List {
    fn new(path: impl Into<String>, mark: &'static str, size: usize) -> Self {
        Self { path: path.into(), mark, size, named: 0 }
    }

    fn naming(self, kinds: usize) -> Self {
        Self { named: kinds, ..self }
    }

    /// Number of additional statements allowed for the lookups of a page.
    fn more(&self) -> u64 {
        let sets = self.size.min(MANY).div_ceil(IDS);
        (self.named * sets).try_into().unwrap()
    }
}

/// The visitor.
enum Visitor<'a> {
    Staff(&'a mut Colleague),
    Customer(&'a mut PortalUser),
    /// An API key or a token.
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

/// Number of statements for each list when this many rows exist.
async fn asked(app: &TestApp, mut visitor: Visitor<'_>, lists: &[List], rows: usize) -> Vec<u64> {
    let mut asked = Vec::new();
    for List { path, mark, size, .. } in lists {
        // The first visit may record the use of the session.
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
