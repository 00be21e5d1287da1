//! How changes of jobs are written.

use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;

use super::{claims, sql};
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for JobChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Dismiss { id, at } => {
                to.push(Statement::one(sql::JOB_DISMISS, values![*at, *id], Conflict::Job));
            }
            Self::Revive { id, at } => {
                to.push(Statement::one(sql::JOB_REVIVE, values![*at, *id], Conflict::Job));
            }
            Self::Pause { system, at, by } => {
                let values = values![system.as_str(), *at, by];
                to.push(Statement::one(claims::SYSTEM_PAUSE, values, Conflict::Exists));
            }
            Self::Resume { system } => {
                to.push(Statement::one(claims::SYSTEM_RESUME, values![system.as_str()], Conflict::Exists));
            }
            Self::Enqueue(job) => to.push(enqueue(job)),
            Self::Finish { id, attempt, at } => {
                to.push(Statement::one(sql::JOB_FINISH, values![*at, *id, *attempt], Conflict::Job));
            }
        }
    }
}

fn enqueue(job: &Job) -> Statement {
    let (lane, pool) = (job.task.lane() as i64, job.task.pool() as i64);
    let share = job.task.share();
    let values = values![job.id, job.task.key(), json(&job.task), lane, pool, job.run_at, job.created_at, share];
    Statement::any(sql::JOB_ENQUEUE, values)
}
