//! Functions of the query itself and of the service that runs it.

mod assert;
mod binder;
mod estimate_data_size;
mod geoip;
mod service;
mod undocumented;

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
    &binder::CLUSTER,
    &binder::COLUMN_NAMES_OF,
    &binder::DATABASE,
    &service::ENTITY_GROUP,
    &service::EXTERNAL_TABLE,
    &service::GRAPH,
    &binder::ISCOLUMNEXISTS,
    &service::LABELS,
    &binder::MATERIALIZE,
    &service::MATERIALIZED_VIEW,
    &service::STORED_QUERY_RESULT,
    &binder::TABLE,
    &binder::TOSCALAR,
    &undocumented::CAST,
    &undocumented::INVOKE,
    &undocumented::GEO_LENGTH_TO_S2CELL_LEVEL,
    &undocumented::GEO_LINE_S2CELL_COVERING_LEVEL,
    &undocumented::GEO_LINE_VALIDATE,
    &undocumented::GEO_POLYGON_S2CELL_COVERING_LEVEL,
    &undocumented::GEO_POLYGON_VALIDATE,
    &undocumented::HLL_NORMALIZE,
    &undocumented::IPV6_LOOKUP_RANGES,
    &undocumented::LZ4_COMPRESS,
    &undocumented::HLL_ISVALID,
    &undocumented::TDIGEST_ISVALID,
];
