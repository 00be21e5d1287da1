//! Lowers changes of devices to statements.

use tessera_core::devices::Device;
use tessera_core::devices::change::DeviceChange;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for DeviceChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Put(device) => to.push(put_device(device)),
            Self::Drop { system, external_id, read_at } => {
                to.push(Statement::any(sql::DEVICE_DROP, values![system, external_id, *read_at]));
            }
            Self::Take { system, external_id, holder } => {
                to.push(Statement::one(sql::DEVICE_TAKE, values![system, external_id, holder], Conflict::Record));
            }
            Self::Assign { customer_id, device, at } => {
                let values = values![*customer_id, &device.system, &device.external_id, *at];
                to.push(Statement::any(sql::DEVICE_ASSIGN, values));
            }
            Self::Unassign { customer_id, device, at, leaving } => {
                let values = values![*at, json(leaving), *customer_id, &device.system, &device.external_id];
                to.push(Statement::any(sql::DEVICE_UNASSIGN, values));
            }
            Self::PutPlace { system, external_id, place: Some(place) } => {
                to.push(Statement::any(sql::DEVICE_PLACE_PUT, values![system, external_id, *place]));
            }
            Self::PutPlace { system, external_id, place: None } => {
                to.push(Statement::any(sql::DEVICE_PLACE_CLEAR, values![system, external_id]));
            }
        }
    }
}

fn put_device(device: &Device) -> Statement {
    let values = values![
        &device.system,
        &device.external_id,
        device.holder.as_deref(),
        &device.name,
        device.serial.as_deref(),
        device.inverter_serial.as_deref(),
        device.state.as_deref(),
        device.product.as_deref(),
        device.vendor.as_deref(),
        device.inverter_vendor.as_deref(),
        device.asset_type.as_deref(),
        device.assigned_on,
        device.read_at,
    ];
    Statement::any(sql::DEVICE_PUT, values)
}
