//! Panics, also those that something catches: each one is a fault.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static NOTED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs a story, and tells which panics there were on its thread. None: one of them ended it.
pub fn noted<T>(story: impl FnOnce() -> T) -> (Option<T>, Vec<String>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let noted = NOTED.with_borrow_mut(|noted| noted.as_mut().map(|noted| noted.push(info.to_string())));
            if noted.is_none() {
                usual(info);
            }
        }));
    });
    NOTED.set(Some(Vec::new()));
    let told = panic::catch_unwind(AssertUnwindSafe(story)).ok();
    (told, NOTED.take().unwrap_or_default())
}
