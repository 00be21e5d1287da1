//! Reads of work orders and parts.

use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId, ServiceRequestId, WorkFileId, WorkOrderId};
use tessera_core::work_orders::file::WorkFile;
use tessera_core::work_orders::{State, WorkNote, WorkOrder};
use uuid::Uuid;

use super::rows::{file, note, work_order};
use super::sql;
use crate::engine::{Row, Value};
use crate::kernel::reads::{read_all, read_one};
use crate::returns::reads::containing;
use crate::{Reads, StoreError, Undecodable, values};

/// Filter of a list of work orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WorkOrderFilter {
    /// Those that are not over, also those that were given back.
    #[default]
    Open,
    /// Those that are open or were given back.
    ToAssign,
    /// Those that someone has taken on.
    UnderWay,
    /// Finished ones.
    Done,
    /// Cancelled ones.
    Cancelled,
    /// All.
    All,
}

/// Units of a part at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartStock {
    /// The place.
    pub place: PlaceId,
    /// The part's code.
    pub part: String,
    /// Number of units.
    pub quantity: i64,
}

impl WorkOrderFilter {
    /// Every filter.
    pub const ALL: [Self; 6] = [Self::Open, Self::ToAssign, Self::UnderWay, Self::Done, Self::Cancelled, Self::All];

    /// The name in query strings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToAssign => "to_assign",
            Self::UnderWay => "under_way",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::All => "all",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text)
    }

    /// The states to select, one per placeholder of the statement.
    const fn states(self) -> [State; 7] {
        use State::{Accepted, Cancelled, Done, OnTheWay, Open, Refused, Working};
        match self {
            Self::Open => [Open, Accepted, OnTheWay, Working, Refused, Refused, Refused],
            Self::ToAssign => [Open, Refused, Refused, Refused, Refused, Refused, Refused],
            Self::UnderWay => [Accepted, OnTheWay, Working, Working, Working, Working, Working],
            Self::Done => [Done; 7],
            Self::Cancelled => [Cancelled; 7],
            Self::All => State::ALL,
        }
    }
}

impl Reads {
    /// A work order.
    pub async fn work_order(&self, id: WorkOrderId) -> Result<Option<WorkOrder>, StoreError> {
        read_one(self.one(sql::WORK_ORDER, values![id]).await?, work_order)
    }

    /// The work order with this number.
    pub async fn work_order_by_number(&self, number: &str) -> Result<Option<WorkOrder>, StoreError> {
        read_one(self.one(sql::WORK_ORDER_BY_NUMBER, values![number]).await?, work_order)
    }

    /// What a person has to do, by appointment.
    pub async fn work_orders_due(&self, assignee: PersonId, limit: usize) -> Result<Vec<WorkOrder>, StoreError> {
        read_all(self.query(sql::WORK_ORDERS_DUE, values![assignee, number(limit)]).await?, work_order)
    }

    /// What nobody has yet, by appointment.
    pub async fn work_orders_free(&self, limit: usize) -> Result<Vec<WorkOrder>, StoreError> {
        read_all(self.query(sql::WORK_ORDERS_FREE, values![number(limit)]).await?, work_order)
    }

    /// A page of a person's work orders, newest first.
    pub async fn work_orders_of_assignee(
        &self,
        assignee: PersonId,
        (filter, search): (WorkOrderFilter, &str),
        before: Option<WorkOrderId>,
        limit: usize,
    ) -> Result<Vec<WorkOrder>, StoreError> {
        let mut values = values![assignee, before.unwrap_or(WorkOrderId(Uuid::max()))];
        values.extend(filter.states().map(|state| Value::from(state.as_str())));
        values.extend(values![containing(search), number(limit)]);
        read_all(self.query(sql::WORK_ORDERS_OF_ASSIGNEE, values).await?, work_order)
    }

    /// A page of all work orders, newest first.
    pub async fn work_orders(
        &self,
        (filter, search): (WorkOrderFilter, &str),
        before: Option<WorkOrderId>,
        limit: usize,
    ) -> Result<Vec<WorkOrder>, StoreError> {
        let mut values: Vec<Value> = filter.states().iter().map(|state| Value::from(state.as_str())).collect();
        values.extend(values![before.unwrap_or(WorkOrderId(Uuid::max())), containing(search), number(limit)]);
        read_all(self.query(sql::WORK_ORDERS_BY_STATE, values).await?, work_order)
    }

    /// The work orders of a service request, oldest first.
    pub async fn work_orders_of_request(&self, request: ServiceRequestId) -> Result<Vec<WorkOrder>, StoreError> {
        read_all(self.query(sql::WORK_ORDERS_OF_REQUEST, values![request]).await?, work_order)
    }

    /// The newest work orders of a customer.
    pub async fn work_orders_of_customer(
        &self,
        customer: CustomerId,
        limit: usize,
    ) -> Result<Vec<WorkOrder>, StoreError> {
        read_all(self.query(sql::WORK_ORDERS_OF_CUSTOMER, values![customer, number(limit)]).await?, work_order)
    }

    /// The notes and steps of a work order, in order.
    pub async fn work_notes(&self, of: WorkOrderId) -> Result<Vec<WorkNote>, StoreError> {
        read_all(self.query(sql::WORK_NOTES, values![of]).await?, note)
    }

    /// The files of a work order, without their content.
    pub async fn work_files(&self, of: WorkOrderId) -> Result<Vec<WorkFile>, StoreError> {
        read_all(self.query(sql::WORK_FILES, values![of]).await?, file)
    }

    /// A file with its content.
    pub async fn work_file(&self, of: WorkOrderId, id: WorkFileId) -> Result<Option<(WorkFile, Vec<u8>)>, StoreError> {
        read_one(self.one(sql::WORK_FILE, values![of, id]).await?, |row| Ok((file(row)?, row.get("bytes")?)))
    }

    /// The parts at a place, by code.
    pub async fn part_stock(&self, place: PlaceId) -> Result<Vec<PartStock>, StoreError> {
        read_all(self.query(sql::PART_STOCK, values![place]).await?, stock)
    }

    /// The parts at all places of an owner, by place and code.
    pub async fn part_stocks(&self, owner: CustomerId) -> Result<Vec<PartStock>, StoreError> {
        read_all(self.query(sql::PART_STOCKS, values![owner]).await?, stock)
    }

    /// The units of a part at a place.
    pub async fn part_quantity(&self, place: PlaceId, part: &str) -> Result<i64, StoreError> {
        let found = read_one(self.one(sql::PART_QUANTITY, values![place, part]).await?, |row| row.get("quantity"))?;
        Ok(found.unwrap_or(0))
    }
}

fn stock(row: &Row) -> Result<PartStock, Undecodable> {
    Ok(PartStock { place: row.id("place_id")?, part: row.get("part")?, quantity: row.get("quantity")? })
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
