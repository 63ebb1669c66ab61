//! Functions of the query itself and of the service that runs it.

mod assert;
mod binder;
mod estimate_data_size;
mod geoip;
mod service;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &assert::ASSERT,
    &binder::COLUMN_IFEXISTS,
    &service::CURRENT_CLUSTER_ENDPOINT,
    &service::CURRENT_DATABASE,
    &service::CURRENT_NODE_ID,
    &service::CURRENT_PRINCIPAL,
    &service::CURRENT_PRINCIPAL_DETAILS,
    &service::CURRENT_PRINCIPAL_IS_MEMBER_OF,
    &service::CURSOR_AFTER,
    &service::CURSOR_BEFORE_OR_AT,
    &service::CURSOR_CURRENT,
    &estimate_data_size::ESTIMATE_DATA_SIZE,
    &service::EXTENT_ID,
    &service::EXTENT_TAGS,
    &geoip::GEO_INFO_FROM_IP_ADDRESS,
    &service::INGESTION_TIME,
    &service::ROWSTORE_ORDINAL_RANGE,
    &service::ROW_ID,
    &binder::TOSCALAR,
];
