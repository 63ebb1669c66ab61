//! Functions that look at the service, the database or where a row was ingested: there is nothing here to look at.

use crate::plan::{Function, Kernel};

const SERVICE: Kernel = Kernel::Refused("it needs a Kusto service");
const EXTENTS: Kernel = Kernel::Refused("it needs tables that are stored in extents");
const CURSORS: Kernel = Kernel::Refused("it needs a table that records database cursors");

pub static CURRENT_CLUSTER_ENDPOINT: Function = Function {
    name: "current_cluster_endpoint",
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "The address of the cluster.",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURRENT_DATABASE: Function = Function {
    name: "current_database",
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "The name of the database.",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURRENT_PRINCIPAL: Function = Function {
    name: "current_principal",
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "Who runs the query.",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURRENT_PRINCIPAL_DETAILS: Function = Function {
    name: "current_principal_details",
    category: "Metadata functions",
    signatures: &["() -> dynamic"],
    summary: "Details of who runs the query.",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURRENT_PRINCIPAL_IS_MEMBER_OF: Function = Function {
    name: "current_principal_is_member_of",
    category: "Metadata functions",
    signatures: &["(group:stringorarray, ...) -> bool"],
    summary: "Is who runs the query in one of the groups?",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURRENT_NODE_ID: Function = Function {
    name: "current_node_id",
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "The node that computes the row.",
    kernel: SERVICE,
    ..Function::NEW
};

pub static CURSOR_AFTER: Function = Function {
    name: "cursor_after",
    category: "Metadata functions",
    signatures: &["(cursor:string) -> bool"],
    summary: "Was the row ingested after the cursor?",
    kernel: CURSORS,
    ..Function::NEW
};

pub static CURSOR_BEFORE_OR_AT: Function = Function {
    name: "cursor_before_or_at",
    category: "Metadata functions",
    signatures: &["(cursor:string) -> bool"],
    summary: "Was the row ingested no later than the cursor?",
    kernel: CURSORS,
    ..Function::NEW
};

pub static CURSOR_CURRENT: Function = Function {
    name: "cursor_current",
    aliases: &["current_cursor"],
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "The current cursor.",
    kernel: CURSORS,
    ..Function::NEW
};

pub static EXTENT_ID: Function = Function {
    name: "extent_id",
    aliases: &["extentid"],
    category: "Metadata functions",
    signatures: &["() -> guid"],
    summary: "The extent that holds the row.",
    kernel: EXTENTS,
    ..Function::NEW
};

pub static EXTENT_TAGS: Function = Function {
    name: "extent_tags",
    category: "Metadata functions",
    signatures: &["() -> dynamic"],
    summary: "The tags of the extent that holds the row.",
    kernel: EXTENTS,
    ..Function::NEW
};

pub static INGESTION_TIME: Function = Function {
    name: "ingestion_time",
    category: "Metadata functions",
    signatures: &["() -> datetime"],
    summary: "When the row was ingested: the time of the file that holds it.",
    kernel: Kernel::Binder,
    differs: "It is when the file was written; null behind operators that make other rows.",
    ..Function::NEW
};

pub static ROW_ID: Function = Function {
    name: "row_id",
    category: "Metadata functions",
    signatures: &["() -> string"],
    summary: "The identity of the row.",
    kernel: EXTENTS,
    ..Function::NEW
};

pub static ROWSTORE_ORDINAL_RANGE: Function = Function {
    name: "rowstore_ordinal_range",
    category: "Metadata functions",
    signatures: &["() -> dynamic"],
    summary: "Where the row stands in the row store.",
    kernel: EXTENTS,
    ..Function::NEW
};

/// A table, graph or group that a database keeps under a name.
const fn kept(name: &'static str, signatures: &'static [&'static str], summary: &'static str) -> Function {
    Function {
        name,
        category: "Tabular functions",
        signatures,
        summary,
        kernel: Kernel::Refused("it names what a Kusto database keeps, and there is none"),
        ..Function::NEW
    }
}

pub static EXTERNAL_TABLE: Function =
    kept("external_table", &["(name:string, [mapping:scalar]) -> Custom"], "A table that a database describes and other storage holds.");
pub static MATERIALIZED_VIEW: Function =
    kept("materialized_view", &["(name:string, [max_age:timespan]) -> Custom"], "An aggregation that a database keeps up to date.");
pub static STORED_QUERY_RESULT: Function =
    kept("stored_query_result", &["(name:string) -> Custom"], "The rows of a query that a database has kept.");
pub static GRAPH: Function = kept("graph", &["(name:string, [snapshot:scalar]) -> Custom"], "A graph that a database keeps.");
pub static LABELS: Function =
    kept("labels", &["([element:scalar]) -> dynamic"], "The labels of a node or an edge of a graph that a database keeps.");
pub static ENTITY_GROUP: Function = kept("entity_group", &["(name:string) -> Custom"], "A group of databases that a database describes.");
