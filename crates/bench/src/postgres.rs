//! Durable applies on PostgreSQL: through the store, compared with bare connections that run the same statements.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Context;
use futures_util::future::{join, join_all};
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Load, Places};
use tessera_store::bench::{self, Statement};
use tessera_store::technical::Predecessors;
use tessera_store::{Store, Worker};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::applies::{CALLERS, ISSUER, TRIAL, fitting, lowered, through_store};
use crate::people::{self, Ready};
use crate::report::{against, row, section};
use crate::stats::{Latencies, Repeats, rate};

/// Runs the measurement and prints it. `url` names a database in which a separate schema is created and dropped.
pub async fn run(url: &str, repeats: usize) -> anyhow::Result<()> {
    let admin = connect(url).await?;
    let mut settings = Vec::new();
    for setting in ["server_version", "fsync", "synchronous_commit", "full_page_writes"] {
        let value: String = admin.query_one(&format!("SHOW {setting}"), &[]).await?.get(0);
        settings.push(format!("{setting} {value}"));
    }
    let schema = format!("bench_{}", Uuid::now_v7().simple());
    admin.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
    section(&format!("Durable applies, PostgreSQL ({})", settings.join(", ")));
    let measured = measure(url, &schema, repeats).await;
    admin.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await?;
    measured
}

async fn measure(url: &str, schema: &str, repeats: usize) -> anyhow::Result<()> {
    let mut next = 0;
    for (delay, what) in [(0, "as it is"), (2000, "commit_delay 2 ms: the server waits before it writes its journal")] {
        row("", what);
        let separator = if url.contains('?') { '&' } else { '?' };
        let options = format!("-csearch_path={schema} -ccommit_delay={delay} -ccommit_siblings=0");
        let url = format!("{url}{separator}options={}", options.replace(' ', "%20").replace('=', "%3D"));
        let store = Store::open(&url).await?;
        for callers in CALLERS {
            let trial = prepare(&store, next..next + TRIAL).await?;
            let count = fitting(through_store(&store, trial, callers).await?.0);
            next += TRIAL;
            let (mut applies, mut bare, mut ratios) = (Repeats::default(), Repeats::default(), Repeats::default());
            let mut latencies = Vec::new();
            for _ in 0..repeats {
                let ready = prepare(&store, next..next + count).await?;
                let (through, times) = through_store(&store, ready, callers).await?;
                next += count;
                let ready = prepare(&store, next..next + count).await?;
                let beside = through_bare(&url, ready, callers).await?;
                next += count;
                latencies.extend(times);
                applies.add(through);
                bare.add(beside);
                ratios.add(through / beside);
            }
            let latencies = Latencies::new(latencies).sentence();
            row(&format!("store, {callers} callers, applies/s"), &format!("{}   {latencies}", applies.sentence(0)));
            row(&format!("  bare, {callers} connections, applies/s"), &bare.sentence(0));
            against("  store to bare", &ratios.sentence(2), "≥ 0.7", ratios.median() >= 0.7);
        }
    }
    Ok(())
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("cannot connect to PostgreSQL")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Writes the first half of these activations, and marks their jobs as claimed.
async fn prepare(store: &Store, customers: std::ops::Range<u64>) -> anyhow::Result<Vec<(u64, Ready)>> {
    let (mut plans, mut ready) = (Vec::new(), Vec::new());
    for customer in customers {
        let (plan, waiting) = people::invite_and_claim(customer, ISSUER)?;
        plans.push(bench::lower(&plan));
        ready.push((customer, waiting));
    }
    for some in plans.chunks(100) {
        bench::batch(store, some.concat()).await?;
    }
    let now = ready.last().map(|(_, ready)| ready.activation.created_at).context("the requester is invited")?;
    // The notices of the last steps are claimed, too. No job waits behind them.
    let (places, load) = (Places::unreserved(10_000), Load::default());
    let worker = Worker {
        id: WorkerId(Uuid::now_v7()),
        name: "bench".to_owned(),
        process: String::new(),
        beat: 0,
        started_at: now,
    };
    store.technical().add_worker(&worker, Predecessors::All, now).await?;
    loop {
        let due = store.due_jobs(now, &places.room(&load)).await?;
        if due.is_empty() {
            break;
        }
        for some in due.chunks(25) {
            store.technical().claim_jobs(worker.id, some).await?;
        }
    }
    Ok(ready)
}

/// One connection per caller, with prepared statements. All statements of a transaction are sent before the first
/// answer is awaited.
async fn through_bare(url: &str, ready: Vec<(u64, Ready)>, callers: usize) -> anyhow::Result<f64> {
    let statements = lowered(ready)?;
    let count = statements.len();
    let mut shares: Vec<Vec<Vec<Statement>>> = (0..callers).map(|_| Vec::new()).collect();
    for (at, one) in statements.into_iter().enumerate() {
        shares[at % callers].push(one);
    }
    let mut clients = Vec::new();
    for share in shares {
        let client = connect(url).await?;
        let mut prepared = HashMap::new();
        for statement in share.iter().flatten() {
            if !prepared.contains_key(statement.sql.name) {
                prepared.insert(statement.sql.name, client.prepare(statement.sql.text).await?);
            }
        }
        clients.push((client, prepared, share));
    }
    let began = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|(client, prepared, share)| {
            tokio::spawn(async move {
                for statements in share {
                    let runs = statements.iter().map(async |statement| {
                        let values: Vec<&(dyn ToSql + Sync)> =
                            statement.values.iter().map(|value| value as _).collect();
                        client.execute(&prepared[statement.sql.name], &values).await
                    });
                    let (begun, runs) = join(client.batch_execute("BEGIN"), join_all(runs)).await;
                    begun?;
                    runs.into_iter().collect::<Result<Vec<_>, _>>()?;
                    client.batch_execute("COMMIT").await?;
                }
                Ok::<_, anyhow::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(rate(count, began.elapsed()))
}
