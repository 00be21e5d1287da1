//! How changes of jobs are written.

use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;

use super::sql;
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
            Self::Enqueue(job) => to.push(enqueue(job)),
            Self::Finish { id, attempt, at } => {
                to.push(Statement::one(sql::JOB_FINISH, values![*at, *id, *attempt], Conflict::Job));
            }
        }
    }
}

fn enqueue(job: &Job) -> Statement {
    let values = values![job.id, job.task.key(), json(&job.task), job.task.lane() as i64, job.run_at, job.created_at];
    Statement::any(sql::JOB_ENQUEUE, values)
}
