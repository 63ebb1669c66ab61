//! The table of tabular operators. An operator is one file here (syntax, printing, lowering, reference) and one row below.

pub mod as_;
pub mod assert_schema;
pub mod consume;
pub mod count;
pub mod datatable;
pub mod distinct;
pub mod evaluate;
pub mod execute_and_cache;
pub mod extend;
pub mod external_files;
mod externaldata;
pub mod facet;
pub mod find;
pub mod fork;
pub mod getschema;
pub mod graph;
mod graph_mark_components;
pub mod graph_match;
pub mod graph_pattern;
pub mod graph_query;
mod graph_shortest_paths;
pub mod graph_to_table;
pub mod graph_walk;
mod graph_where_edges;
pub mod graph_where_nodes;
mod inline_external_table;
pub mod invoke;
pub mod join;
pub mod lookup;
pub mod macro_expand;
pub mod make_graph;
pub mod make_series;
pub mod mv_apply;
pub mod mv_expand;
pub mod parse;
pub mod parse_kv;
pub mod parse_where;
pub mod partition;
pub mod print;
pub mod project;
pub mod project_away;
pub mod project_by_names;
pub mod project_keep;
pub mod project_rename;
pub mod project_reorder;
pub mod range_;
pub mod reduce;
pub mod render;
pub mod rewrite;
mod sample;
pub mod sample_distinct;
pub mod scan;
mod scan_steps;
pub mod search;
pub mod serialize;
mod series_arrays;
pub mod sort;
pub mod summarize;
pub mod take;
pub mod top;
pub mod top_hitters;
pub mod top_nested;
mod top_nested_others;
pub mod union;
pub mod where_;

use std::sync::Arc;

use crate::bind::{Binder, ResultTable};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Example, Relation};
use crate::syntax::Parser;
use crate::syntax::ast::{Ident, Node};

/// A tabular operator: how it is written and what it means.
pub trait Operator: Node + Sized {
    /// The name of the reference first, then other words for the same (`take`, `limit`).
    const NAMES: &'static [&'static str];
    const SUMMARY: &'static str;
    /// `T | take NumberOfRows`
    const SYNTAX: &'static str;
    const EXAMPLES: &'static [Example] = &[];
    /// How the result differs from Kusto's; empty where it does not.
    const DIFFERS: &'static str = "";

    /// Reads what follows the operator's name, up to the next `|` or the end.
    fn parse(parser: &mut Parser, name: &Ident) -> Result<Self>;

    /// Lowers to the plan. `input` is `None` where the operator stands first.
    fn bind(&self, _binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        Err(Diagnostic::error(Code::UNSUPPORTED, span, format!("the operator `{}` is not supported yet", Self::NAMES[0])))
    }

    /// Lowers the last operator of a statement, which may give several tables and name them.
    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        Ok(vec![ResultTable { name: String::new(), relation: self.bind(binder, input, span)? }])
    }
}

/// The error of an operator whose several tables stand where one must.
fn gives_several(operator: &str, span: Span) -> Box<Diagnostic> {
    Diagnostic::error(Code::NOT_TABULAR, span, format!("`{operator}` gives several tables: it can only end a statement"))
}

/// Lowers a node over what stands before it.
type Lower<T> = fn(&dyn Node, &mut Binder, Option<Relation>, Span) -> Result<T>;

/// An operator's entry in the table.
pub struct Row {
    pub names: &'static [&'static str],
    pub summary: &'static str,
    pub syntax: &'static str,
    pub examples: &'static [Example],
    pub differs: &'static str,
    pub parse: fn(&mut Parser, &Ident) -> Result<Arc<dyn Node>>,
    pub bind: Lower<Relation>,
    pub bind_last: Lower<Vec<ResultTable>>,
}

const fn row<O: Operator>() -> Row {
    Row {
        names: O::NAMES,
        summary: O::SUMMARY,
        syntax: O::SYNTAX,
        examples: O::EXAMPLES,
        differs: O::DIFFERS,
        parse: |parser, name| Ok(Arc::new(O::parse(parser, name)?)),
        bind: |node, binder, input, span| own::<O>(node, span)?.bind(binder, input, span),
        bind_last: |node, binder, input, span| own::<O>(node, span)?.bind_last(binder, input, span),
    }
}

fn own<O: Operator>(node: &dyn Node, span: Span) -> Result<&O> {
    node.as_any().downcast_ref::<O>().ok_or_else(|| Diagnostic::error(Code::UNSUPPORTED, span, "an operator without a row in the table"))
}

pub const TABLE: &[Row] = &[
    row::<as_::As>(),
    row::<assert_schema::AssertSchema>(),
    row::<consume::Consume>(),
    row::<count::Count>(),
    row::<datatable::DataTable>(),
    row::<distinct::Distinct>(),
    row::<evaluate::Evaluate>(),
    row::<execute_and_cache::ExecuteAndCache>(),
    row::<extend::Extend>(),
    row::<externaldata::ExternalData>(),
    row::<facet::Facet>(),
    row::<find::Find>(),
    row::<fork::Fork>(),
    row::<getschema::GetSchema>(),
    row::<graph_mark_components::GraphMarkComponents>(),
    row::<graph_match::GraphMatch>(),
    row::<graph_shortest_paths::GraphShortestPaths>(),
    row::<graph_to_table::GraphToTable>(),
    row::<graph_where_edges::GraphWhereEdges>(),
    row::<graph_where_nodes::GraphWhereNodes>(),
    row::<inline_external_table::InlineExternalTable>(),
    row::<invoke::Invoke>(),
    row::<join::Join>(),
    row::<lookup::Lookup>(),
    row::<macro_expand::MacroExpand>(),
    row::<make_graph::MakeGraph>(),
    row::<make_series::MakeSeries>(),
    row::<mv_apply::MvApply>(),
    row::<mv_expand::MvExpand>(),
    row::<parse::Parse>(),
    row::<parse_kv::ParseKv>(),
    row::<parse_where::ParseWhere>(),
    row::<partition::Partition>(),
    row::<print::Print>(),
    row::<project::Project>(),
    row::<project_away::ProjectAway>(),
    row::<project_by_names::ProjectByNames>(),
    row::<project_keep::ProjectKeep>(),
    row::<project_rename::ProjectRename>(),
    row::<project_reorder::ProjectReorder>(),
    row::<range_::Range>(),
    row::<reduce::Reduce>(),
    row::<render::Render>(),
    row::<sample::Sample>(),
    row::<sample_distinct::SampleDistinct>(),
    row::<scan::Scan>(),
    row::<search::Search>(),
    row::<serialize::Serialize>(),
    row::<sort::Sort>(),
    row::<summarize::Summarize>(),
    row::<take::Take>(),
    row::<top::Top>(),
    row::<top_hitters::TopHitters>(),
    row::<top_nested::TopNested>(),
    row::<union::Union>(),
    row::<where_::Where>(),
];

/// The row of an operator's name or alias.
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.names.contains(&name))
}
