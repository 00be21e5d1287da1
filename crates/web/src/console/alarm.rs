//! What is wrong with the installation, in one line on each page of the console (`H06`).

use tessera_hub::ports::Condition;
use tessera_hub::queries::overview::ConsoleState;

use super::{PAGE_SIZE, presenter};
use crate::App;

/// The line. `None`: nothing is wrong.
pub(super) fn line(app: &App, state: &ConsoleState) -> Option<String> {
    let told = systems(app).chain(work(state)).collect::<Vec<_>>().join(" · ");
    (!told.is_empty()).then(|| presenter::sentence(&told))
}

/// The outside systems whose answers do not come or cannot be used.
fn systems(app: &App) -> impl Iterator<Item = String> {
    app.hub.systems().into_iter().filter_map(|system| {
        let label = presenter::system(app, &system.health.system).label;
        match system.health.condition {
            Condition::Open { .. } => Some(format!("{label} does not answer")),
            Condition::Failing { .. } => Some(format!("{label} sends answers that cannot be used")),
            Condition::Healthy | Condition::Throttled { .. } => None,
        }
    })
}

/// The hub's own work.
fn work(state: &ConsoleState) -> impl Iterator<Item = String> {
    let ConsoleState { failed, in_doubt, clock, sweeps, held, paused, late, running, .. } = *state;
    // The jobs of a paused system are due as well.
    let nothing_runs = late && !running && paused == 0;
    [
        (clock > 0).then(|| "the clock of this machine is wrong".to_owned()),
        nothing_runs.then(|| "jobs are due, but none is running".to_owned()),
        counted(sweeps, "sweep needs attention", "sweeps need attention"),
        counted(held, "sweep is held", "sweeps are held"),
        counted(failed, "job failed", "jobs failed"),
        counted(in_doubt, "e-mail is in doubt", "e-mails are in doubt"),
        counted(paused, "system is paused", "systems are paused"),
    ]
    .into_iter()
    .flatten()
}

/// `1 job failed`, `3 jobs failed`, `50+ jobs failed`. `None`: there is none.
fn counted(count: i64, one: &str, many: &str) -> Option<String> {
    let is_all = usize::try_from(count).is_ok_and(|count| count < PAGE_SIZE);
    match count {
        ..=0 => None,
        1 => Some(format!("1 {one}")),
        _ if is_all => Some(format!("{count} {many}")),
        _ => Some(format!("{PAGE_SIZE}+ {many}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: ConsoleState) -> Vec<String> {
        work(&state).collect()
    }

    #[test]
    fn h06_the_line_names_what_is_wrong_and_counts_up_to_a_page() {
        assert_eq!(told(ConsoleState::default()), [""; 0]);
        let state = ConsoleState { failed: 1, in_doubt: 2, clock: 1, held: 50, ..ConsoleState::default() };
        let expected =
            ["the clock of this machine is wrong", "50+ sweeps are held", "1 job failed", "2 e-mails are in doubt"];
        assert_eq!(told(state), expected);
        let work = ConsoleState { reviews: 9, registrations: 9, ..ConsoleState::default() };
        assert_eq!(told(work), [""; 0], "work that waits is no alarm");
    }

    #[test]
    fn h06_late_jobs_are_an_alarm_if_nothing_runs_and_nothing_is_paused() {
        let late = ConsoleState { late: true, ..ConsoleState::default() };
        assert_eq!(told(late), ["jobs are due, but none is running"]);
        assert_eq!(told(ConsoleState { running: true, ..late }), [""; 0]);
        assert_eq!(told(ConsoleState { paused: 1, ..late }), ["1 system is paused"]);
    }
}
