//! The table of plugins that `evaluate` calls. A plugin is one constant in one file and one row in the list here.

mod active_users_count;
mod activity_counts_metrics;
mod activity_engagement;
mod activity_metrics;
mod bag_unpack;
mod basket;
mod call;
mod dcount_intersect;
mod diffpatterns;
mod events;
mod funnel;
mod geo_lookup;
mod infer_storage_schema;
mod ip_lookup;
mod narrow;
mod new_activity_metrics;
mod pairs;
mod patterns;
mod pivot;
mod rolling_percentile;
mod rows_near;
mod schema_merge;
mod sequence_detect;
mod service;
mod session_count;
mod simple;
mod sliding_window_counts;

pub use events::group_rows;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Example, Relation};
use crate::syntax::ast::{Argument, ColumnDecl};

const PLUGINS: &[&Plugin] = &[
    &active_users_count::ACTIVE_USERS_COUNT,
    &activity_counts_metrics::ACTIVITY_COUNTS_METRICS,
    &activity_engagement::ACTIVITY_ENGAGEMENT,
    &activity_metrics::ACTIVITY_METRICS,
    &basket::AUTOCLUSTER,
    &bag_unpack::BAG_UNPACK,
    &basket::BASKET,
    &dcount_intersect::DCOUNT_INTERSECT,
    &diffpatterns::DIFFPATTERNS,
    &funnel::FUNNEL_SEQUENCE,
    &funnel::FUNNEL_SEQUENCE_COMPLETION,
    &geo_lookup::GEO_LINE_LOOKUP,
    &geo_lookup::GEO_POLYGON_LOOKUP,
    &infer_storage_schema::INFER_STORAGE_SCHEMA,
    &ip_lookup::IPV4_LOOKUP,
    &ip_lookup::IPV6_LOOKUP,
    &narrow::NARROW,
    &new_activity_metrics::NEW_ACTIVITY_METRICS,
    &pivot::PIVOT,
    &rolling_percentile::ROLLING_PERCENTILE,
    &rows_near::ROWS_NEAR,
    &schema_merge::SCHEMA_MERGE,
    &sequence_detect::SEQUENCE_DETECT,
    &session_count::SESSION_COUNT,
    &simple::ESTIMATE_ROWS_COUNT,
    &simple::IDENTITY,
    &simple::PREVIEW,
    &sliding_window_counts::SLIDING_WINDOW_COUNTS,
    &service::AI_CHAT_COMPLETION,
    &service::AI_CHAT_COMPLETION_PROMPT,
    &service::AI_EMBEDDINGS,
    &service::AI_EMBED_TEXT,
    &service::AZURE_DIGITAL_TWINS,
    &service::COSMOSDB_SQL_REQUEST,
    &service::CSHARP,
    &service::DAX_REQUEST,
    &service::EXECUTE_QUERY,
    &service::EXECUTE_SHOW_COMMAND,
    &service::EXTERNAL_DATATABLE,
    &service::HTTP_REQUEST,
    &service::HTTP_REQUEST_POST,
    &service::IDENTITY_V3,
    &service::DIFFPATTERNS_TEXT,
    &service::INFER_STORAGE_SCHEMA_WITH_SUGGESTIONS,
    &service::MYSQL_REQUEST,
    &service::POSTGRESQL_REQUEST,
    &service::PYTHON,
    &service::R,
    &service::SQL_REQUEST,
];

/// A table function behind `evaluate`.
pub struct Plugin {
    pub name: &'static str,
    /// `T | evaluate bag_unpack(Column [, Prefix])`
    pub syntax: &'static str,
    pub summary: &'static str,
    pub lowering: Lowering,
    /// Whole queries and their results; run as tests.
    pub examples: &'static [Example],
    pub differs: &'static str,
}

/// What becomes of a call.
pub enum Lowering {
    /// Lowers it to the plan: to relations where they can say it, else to an `Apply` of a `Transform`.
    /// Where the result's columns depend on the data and none are given, `Binder::evaluate` reads the input now.
    Bind(fn(&mut Binder, Call<'_>) -> Result<Relation>),
    /// The same for a plugin that gives several tables: the first is what operators behind it read, all are shown where it is the last.
    Tables(fn(&mut Binder, Call<'_>) -> Result<Vec<Relation>>),
    /// Known, and refused with this reason ("it needs …").
    Refused(&'static str),
}

/// A call of a plugin as it is written.
pub struct Call<'a> {
    /// The table on its left, if any.
    pub input: Option<Relation>,
    pub arguments: &'a [Argument],
    /// The columns after `: (…)`, where given; with `*` in front the input's columns come first.
    pub schema: Option<(Vec<ColumnDecl>, bool)>,
    pub span: Span,
}

/// Every plugin, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Plugin> {
    PLUGINS.iter().copied()
}

/// Finds a plugin by its name.
pub fn find(name: &str) -> Option<&'static Plugin> {
    all().find(|plugin| plugin.name == name)
}
