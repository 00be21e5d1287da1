//! The machine on which the hub runs: it starts a process, kills it between any two awaits, and starts the next one on what is on disk.

use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::SignedDuration;
use tessera_core::invoices::{CustomerKey, FieldNames, Mapping};
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::readings::ReadingClock;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::jobs::WorkerIdentity;
use tessera_hub::ports::{
    ConnectError, Reach, ServiceManagers, VendorCallError, VendorCheck, VendorFindings, VendorReply, VendorRequest,
};
use tessera_hub::{Env, Hub, Invoices, Parts};
use tessera_store::Store;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;
use url::Url;

use crate::company::{self, PlainEmails};
use crate::dice::{Dice, Stream};
use crate::disk::Disk;
use crate::life::Life;
use crate::outside::{Books, Crm, DeskPort, Identity, Link, Mail, World};
use crate::scene::Scene;
use crate::weather::System;

/// How long a process may take to stop.
const STOPPING: Duration = Duration::from_secs(30);

/// One process of the hub.
#[derive(Debug)]
pub struct Process {
    /// The hub.
    pub hub: Hub,
    /// Its store.
    pub store: Store,
    life: Arc<Life>,
    identity: WorkerIdentity,
    stop: [watch::Sender<bool>; 2],
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// The machine.
#[derive(Debug)]
pub struct Host {
    world: Arc<World>,
    folder: PathBuf,
    deaths: Dice,
    ids: Arc<Dice>,
    current: Mutex<Option<Arc<Process>>>,
    processes: Mutex<u32>,
    /// How many more times the hub dies.
    deaths_left: Mutex<u32>,
    end: Notify,
}

#[derive(Debug)]
struct NoReach;

#[async_trait::async_trait]
impl Reach for NoReach {
    async fn answers(&self, _: Url) -> Result<u16, ConnectError> {
        Ok(200)
    }
}

/// The stories have no vendors.
#[derive(Debug)]
struct NoVendors;

#[async_trait::async_trait]
impl ServiceManagers for NoVendors {
    async fn call(&self, _: &VendorRequest) -> Result<VendorReply, VendorCallError> {
        Err(VendorCallError::NotSent("there is no vendor".to_owned()))
    }

    async fn check(&self, _: &VendorCheck) -> Result<VendorFindings, String> {
        Err("there is no vendor".to_owned())
    }
}

impl Host {
    /// A machine with an empty database, on which the hub will die so many times.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn new(world: Arc<World>, folder: &Path, template: &Path, deaths: u32) -> Self {
        let seed = world.scene.seed;
        fs::copy(template, folder.join("hub.db")).expect("the folder can be written");
        Self {
            world,
            folder: folder.to_owned(),
            deaths: Dice::new(seed, Stream::Deaths),
            ids: Arc::new(Dice::new(seed, Stream::Ids)),
            current: Mutex::default(),
            processes: Mutex::new(0),
            deaths_left: Mutex::new(deaths),
            end: Notify::new(),
        }
    }

    fn scene(&self) -> &Arc<Scene> {
        &self.world.scene
    }

    fn database(&self, process: u32) -> PathBuf {
        self.folder.join(if process == 0 { "hub.db".to_owned() } else { format!("hub-{process}.db") })
    }

    /// The process that runs, if one does.
    pub fn current(&self) -> Option<Arc<Process>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts processes, and lets them die, until the end.
    pub async fn run(self: Arc<Self>) {
        loop {
            let process = Arc::new(self.start());
            tokio::select! {
                biased;
                () = process.life.died() => {}
                () = self.serve(&process) => return,
            }
            *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
            self.scene().note(format_args!("the hub died"));
            process.kill().await;
            self.keep_disk();
            drop(process);
            tokio::time::sleep(self.deaths.short(8000)).await;
        }
    }

    /// Lets clients in as soon as the process knows where its clock for readings was, until the end.
    async fn serve(&self, process: &Arc<Process>) {
        while let Err(error) = process.hub.resume_readings().await {
            self.scene().note(format_args!("the hub does not start yet: {error}"));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        process.begin();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(process.clone());
        self.end.notified().await;
    }

    /// How often the hub died.
    pub fn deaths(&self) -> u32 {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner).saturating_sub(1)
    }

    /// No process dies any more. Returns the one that runs.
    pub async fn spare(&self) -> Arc<Process> {
        *self.deaths_left.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        loop {
            if let Some(process) = self.current() {
                process.life.spare();
                if !process.life.is_dead() {
                    return process;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends the running process in good order.
    pub async fn stop(&self) {
        self.end.notify_one();
        let Some(process) = self.current() else { return };
        for stop in &process.stop {
            stop.send_replace(true);
        }
        let tasks = std::mem::take(&mut *process.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            match tokio::time::timeout(STOPPING, task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.scene().broken(format!("a task of the hub panicked: {error}")),
                Err(_) => self.scene().broken("the hub does not stop".to_owned()),
            }
        }
    }

    /// What a killed process leaves on disk: the database with its log, not folded back.
    fn keep_disk(&self) {
        let number = *self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, to) = (self.database(number - 1), self.database(number));
        for suffix in ["", "-wal"] {
            let beside = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
            fs::copy(beside(&from), beside(&to)).expect("the folder can be written");
        }
    }

    fn start(&self) -> Process {
        let number = {
            let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
            *processes += 1;
            *processes - 1
        };
        let life = Arc::new(Life::new(self.next_death()));
        let disk = Disk { life: life.clone(), scene: self.scene().clone() };
        let store =
            Store::open_in_line(&self.database(number)).expect("the database opens").with_faults(Arc::new(disk));
        let hub = Hub::new(store.clone(), self.parts(&life));
        let name = if self.deaths.chance(800) { "hub".to_owned() } else { format!("hub {number}") };
        self.scene().note(format_args!("process {number} starts as {name}"));
        let identity = WorkerIdentity { name, process: format!("process {number}") };
        let (stop_jobs, _) = watch::channel(false);
        let (stop_rest, _) = watch::channel(false);
        Process { hub, store, life, identity, stop: [stop_jobs, stop_rest], tasks: Mutex::default() }
    }

    fn next_death(&self) -> Option<u64> {
        let mut left = self.deaths_left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.checked_sub(1)?;
        let longest = self.deaths.pick(&[60, 600, 3000]);
        Some(self.deaths.below(longest))
    }

    fn parts(&self, life: &Arc<Life>) -> Parts {
        let clocks: Arc<dyn tessera_core::kernel::clock::Clock> = Arc::new(HubClock(self.scene().clone()));
        let readings = Arc::new(ReadingClock::new(clocks.clone()));
        let link = |system| Link::new(system, self.world.clone(), life.clone(), readings.clone());
        Parts {
            config: company::config(),
            desk: Arc::new(DeskPort(link(System::Desk))),
            crm: Arc::new(Crm(link(System::Crm))),
            providers: vec![Arc::new(Identity(link(System::Identity)))],
            invoices: Some(invoices(Books(link(System::Invoices)))),
            mailer: Arc::new(Mail(link(System::Mail))),
            reach: Arc::new(NoReach),
            service_managers: Arc::new(NoVendors),
            emails: Arc::new(PlainEmails),
            env: Env::new(clocks, readings.clone()).with_randomness(self.ids.clone()),
        }
    }
}

#[derive(Debug)]
struct HubClock(Arc<Scene>);

impl tessera_core::kernel::clock::Clock for HubClock {
    fn now(&self) -> jiff::Timestamp {
        self.0.clocks.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.clocks.elapsed()
    }
}

fn invoices(books: Books) -> Invoices {
    Invoices {
        source: Arc::new(books),
        mapping: Mapping {
            fields: FieldNames::default(),
            currency: Currency::parse("EUR"),
            decimal: '.',
            date_format: None,
            statuses: std::collections::BTreeMap::new(),
        },
        customer: CustomerKey::Record(RecordKey::new(System::Desk.name(), Kind::Requester, "")),
        places: std::collections::BTreeMap::new(),
        every: SignedDuration::from_mins(10),
    }
}

impl Process {
    /// Begins to run jobs.
    fn begin(&self) {
        let (runs, tidies) = (self.hub.clone(), self.hub.clone());
        let (identity, jobs_stop) = (self.identity.clone(), self.stop[0].subscribe());
        let rest_stops = self.stop[1].subscribe();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.push(tokio::spawn(async move { runs.run_jobs(identity, jobs_stop).await }));
        tasks.push(tokio::spawn(async move { tidies.clean_up(rest_stops).await }));
    }

    /// Has the hub do something, as a request from outside. None: the process died before it answered.
    pub async fn ask<T, F>(&self, does: impl FnOnce(Hub, Store) -> F + Send + 'static) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (tell, answer) = oneshot::channel();
        let work = does(self.hub.clone(), self.store.clone());
        let task = tokio::spawn(async move {
            // A panic is noted where it happens; the client gets no answer.
            if let Ok(said) = AssertUnwindSafe(work).catch_unwind().await {
                let _ = tell.send(said);
            }
        });
        {
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.retain(|task| !task.is_finished());
            tasks.push(task);
        }
        answer.await.ok()
    }

    async fn kill(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.iter().for_each(JoinHandle::abort);
        for task in tasks {
            let _ = task.await;
        }
    }
}
