//! The open connections, and which one gives way when there are too many.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::app::ConnectionLimits;

/// The open connections of a process.
#[derive(Debug)]
pub(crate) struct Connections {
    in_all: usize,
    per_client: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next_id: u64,
    /// Counts what happened, so that the connection that has waited longest is known.
    moment: u64,
    by_id: BTreeMap<u64, Connection>,
}

#[derive(Debug)]
struct Connection {
    client: IpAddr,
    /// Since when it waits for a request. `None`: a request is under way.
    waits_since: Option<u64>,
    gives_way: Arc<Notify>,
}

impl Connections {
    /// Behind a proxy all connections belong to the proxy, so that they are counted in all only.
    pub(crate) fn new(limits: ConnectionLimits, behind_proxy: bool) -> Arc<Self> {
        let per_client = if behind_proxy { usize::MAX } else { limits.per_client };
        Arc::new(Self { in_all: limits.in_all.max(1), per_client: per_client.max(1), open: Mutex::default() })
    }

    /// Admits a connection. If there are too many, of this client or in all, the one that has waited longest for a request
    /// gives way. `None`: requests are under way on all of them, and this one has to be closed.
    pub(crate) fn admit(self: &Arc<Self>, client: IpAddr) -> Option<Admitted> {
        let mut open = self.open();
        let of_client = |it: &Connection| it.client == client;
        if self.per_client < usize::MAX && open.by_id.values().filter(|it| of_client(it)).count() >= self.per_client {
            open.make_room(of_client)?;
        }
        if open.by_id.len() >= self.in_all {
            open.make_room(|_| true)?;
        }
        let (id, gives_way) = (open.next_id, Arc::<Notify>::default());
        open.next_id += 1;
        let waits_since = Some(open.now());
        open.by_id.insert(id, Connection { client, waits_since, gives_way: gives_way.clone() });
        Some(Admitted { connections: self.clone(), id, gives_way })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn now(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    fn make_room(&mut self, among: impl Fn(&Connection) -> bool) -> Option<()> {
        let waiting = self.by_id.iter().filter(|(_, it)| among(it));
        let (_, id) = waiting.filter_map(|(id, it)| Some((it.waits_since?, *id))).min()?;
        self.by_id.remove(&id).map(|it| it.gives_way.notify_one())
    }
}

/// A connection that was admitted. It counts until it is dropped, or gives way.
#[derive(Debug)]
pub(crate) struct Admitted {
    connections: Arc<Connections>,
    id: u64,
    gives_way: Arc<Notify>,
}

impl Admitted {
    /// Completes when the connection has to give way.
    pub(crate) async fn gives_way(&self) {
        self.gives_way.notified().await;
    }

    /// A request has begun.
    pub(crate) fn works(&self) {
        if let Some(connection) = self.connections.open().by_id.get_mut(&self.id) {
            connection.waits_since = None;
        }
    }

    /// A request has been answered.
    pub(crate) fn waits(&self) {
        let mut open = self.connections.open();
        let now = open.now();
        if let Some(connection) = open.by_id.get_mut(&self.id) {
            connection.waits_since = Some(now);
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.connections.open().by_id.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn limits(in_all: usize, per_client: usize) -> ConnectionLimits {
        ConnectionLimits { in_all, per_client, ..ConnectionLimits::default() }
    }

    fn has_to_go(connection: &Admitted) -> bool {
        connection.gives_way().now_or_never().is_some()
    }

    #[test]
    fn h01_the_connection_that_waits_longest_gives_way_and_none_with_a_request() {
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse::<IpAddr>().unwrap());
        let connections = Connections::new(limits(3, 2), false);
        let first = connections.admit(one).unwrap();
        let second = connections.admit(one).unwrap();
        first.works();
        let third = connections.admit(one).expect("the second gives way");
        assert!(has_to_go(&second) && !has_to_go(&first) && !has_to_go(&third));
        third.works();
        assert!(connections.admit(one).is_none(), "both have requests under way");
        let neighbour = connections.admit(other).expect("another client has connections of its own");
        first.waits();
        let last = connections.admit(other).expect("the neighbour has waited longest of all");
        assert!(has_to_go(&neighbour) && !has_to_go(&first));
        drop(last);
        connections.admit(other).expect("one has ended").works();
    }

    #[test]
    fn h01_behind_a_proxy_connections_are_counted_in_all() {
        let proxy = "192.0.2.1".parse().unwrap();
        let connections = Connections::new(limits(3, 1), true);
        let open: Vec<_> = (0..4).map(|_| connections.admit(proxy).unwrap()).collect();
        assert_eq!(open.iter().map(has_to_go).collect::<Vec<_>>(), [true, false, false, false]);
    }
}
