//! Changes of work orders, and of parts.

use tessera_core::work_orders::change::WorkOrderChange;

use super::Describe;

impl Describe for WorkOrderChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(order) => format!("make work order {} at place {}", order.number, order.place_id),
            Self::Update(order) => format!("work order {} is {}", order.number, order.state.words()),
            Self::Touch { id, .. } => format!("work order {id} was changed just now"),
            Self::Log(note) => format!("keep “{}” on work order {}", note.act, note.work_order_id),
            Self::KeepFile(kept) => format!("keep {} with work order {}", kept.0.name, kept.0.work_order_id),
            Self::AddParts { place, part, quantity } => format!("put {quantity} × {part} at place {place}"),
            Self::TakeParts { place, part, quantity } => format!("take {quantity} × {part} from place {place}"),
        }
    }
}
