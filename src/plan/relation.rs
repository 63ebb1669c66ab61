//! The closed set of relational operations. KQL's many operators all lower to these.

use std::fmt::Debug;
use std::sync::Arc;

use crate::diagnostic::Result;
use crate::value::{Batch, PathStep, Type};

use super::{AggregateCall, ColumnId, Expr, Series, WindowCall};

/// A column that a relation produces.
///
/// A column with an empty name is hidden: the whole record of a table whose columns are not all known. Names that no column
/// has are looked up in it, and it never shows in a result.
#[derive(Clone, Debug)]
pub struct Output {
    pub id: ColumnId,
    pub name: String,
    pub ty: Type,
}

/// A relation: what it does and the columns it produces, in order.
#[derive(Clone, Debug)]
pub struct Relation {
    pub kind: RelationKind,
    pub outputs: Vec<Output>,
    /// Rows come in an order that the query fixed (`sort`, `serialize`): window functions may run on it.
    pub ordered: bool,
}

#[derive(Clone, Debug)]
pub enum RelationKind {
    /// The records of a table, one column per wanted path.
    Scan {
        table: String,
        columns: Vec<ScanColumn>,
        predicate: Option<Expr>,
    },
    /// Rows that are already there (`datatable`, `print`, results of subqueries).
    Values(Arc<Vec<Batch>>),
    /// One column of equal steps (`range`).
    Series(Series),
    Filter {
        input: Box<Relation>,
        predicate: Expr,
    },
    /// Computes columns; also drops, renames and reorders them.
    Project {
        input: Box<Relation>,
        columns: Vec<(ColumnId, Expr)>,
    },
    /// Groups by the keys; without keys there is one row even for no input.
    Aggregate {
        input: Box<Relation>,
        keys: Vec<(ColumnId, Expr)>,
        calls: Vec<AggregateCall>,
    },
    /// Sorts stably; keeps only the first `limit` rows where given.
    Sort {
        input: Box<Relation>,
        keys: Vec<SortKey>,
        limit: Option<usize>,
    },
    /// The first `count` rows in input order.
    Limit {
        input: Box<Relation>,
        count: usize,
    },
    /// Equality join. The outputs are left's then right's columns (fresh ids on neither side), or one side's for semi and anti.
    Join {
        left: Box<Relation>,
        right: Box<Relation>,
        kind: JoinKind,
        on: Vec<(Expr, Expr)>,
    },
    /// The rows of all inputs, whose columns agree by position with the outputs.
    Union {
        inputs: Vec<Relation>,
    },
    /// `mv-expand`: a row per element.
    Unnest {
        input: Box<Relation>,
        columns: Vec<Unnest>,
        kind: UnnestKind,
        limit: Option<usize>,
        index: Option<ColumnId>,
    },
    /// Adds columns that depend on neighbouring rows.
    Window {
        input: Box<Relation>,
        calls: Vec<WindowCall>,
    },
    /// Runs `body` once per part of the rows, with `Group` inside standing for the rows of the part.
    /// The outputs are the carried columns, with their values in the part's first row, then those of the body.
    Partition {
        input: Box<Relation>,
        parts: Parts,
        carried: Vec<(ColumnId, Expr)>,
        body: Box<Relation>,
    },
    /// Inside a `Partition` body: the current group's rows.
    Group,
    /// A table function over whole tables (plugins, `scan`, `make-series`, graphs).
    Apply {
        inputs: Vec<Relation>,
        transform: Arc<dyn Transform>,
    },
}

#[derive(Clone, Debug)]
pub struct ScanColumn {
    pub id: ColumnId,
    /// The table's column, then steps into it. An empty first name is the whole record.
    pub column: String,
    pub steps: Vec<PathStep>,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub struct SortKey {
    pub expr: Expr,
    pub descending: bool,
    pub nulls_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    RightSemi,
    LeftAnti,
    RightAnti,
}

/// One expanded column of an `Unnest`.
#[derive(Clone, Debug)]
pub struct Unnest {
    pub source: Expr,
    pub output: ColumnId,
    /// What the elements are converted to.
    pub ty: Type,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnnestKind {
    /// A bag expands to bags of one property.
    Bag,
    /// A bag expands to `[key, value]` arrays.
    Array,
}

/// What makes rows a part.
#[derive(Clone, Debug)]
pub enum Parts {
    /// The same values of these. Parts come in the order of their first rows.
    Keys(Vec<Expr>),
    /// The row that an `Unnest` made them of, which stands below projections alone: this is the index of an element within its row.
    /// So the parts of a batch are whole, and a batch can go through the partition by itself.
    Elements(Expr),
}

impl Parts {
    pub fn expressions(&self) -> &[Expr] {
        match self {
            Parts::Keys(keys) => keys,
            Parts::Elements(index) => std::slice::from_ref(index),
        }
    }

    pub fn expressions_mut(&mut self) -> &mut [Expr] {
        match self {
            Parts::Keys(keys) => keys,
            Parts::Elements(index) => std::slice::from_mut(index),
        }
    }
}

/// A table function: takes its inputs whole, each as one batch in column order of its relation.
pub trait Transform: Debug + Send + Sync {
    /// For `explain`.
    fn name(&self) -> &str;
    /// The batch's columns agree with the relation's outputs.
    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch>;
}

/// The inputs of a relation of some kind, shared or to be changed.
macro_rules! below {
    ($kind:expr, $iter:ident) => {
        match $kind {
            RelationKind::Scan { .. } | RelationKind::Values(_) | RelationKind::Series(_) | RelationKind::Group => Vec::new(),
            RelationKind::Filter { input, .. }
            | RelationKind::Project { input, .. }
            | RelationKind::Aggregate { input, .. }
            | RelationKind::Sort { input, .. }
            | RelationKind::Limit { input, .. }
            | RelationKind::Unnest { input, .. }
            | RelationKind::Window { input, .. } => vec![input],
            RelationKind::Join { left, right, .. } => vec![left, right],
            RelationKind::Union { inputs } | RelationKind::Apply { inputs, .. } => inputs.$iter().collect(),
            RelationKind::Partition { input, body, .. } => vec![input, body],
        }
    };
}

impl Relation {
    /// Gives every column another identity.
    pub fn renumber(&mut self, fresh: &mut impl FnMut(ColumnId) -> ColumnId) {
        for output in &mut self.outputs {
            output.id = fresh(output.id);
        }
        match &mut self.kind {
            RelationKind::Scan { columns, predicate, .. } => {
                columns.iter_mut().for_each(|c| c.id = fresh(c.id));
                predicate.iter_mut().for_each(|p| p.renumber(fresh));
            }
            RelationKind::Values(_) | RelationKind::Series(_) | RelationKind::Group => {}
            RelationKind::Filter { predicate, .. } => predicate.renumber(fresh),
            RelationKind::Project { columns, .. } => columns.iter_mut().for_each(|(id, e)| {
                *id = fresh(*id);
                e.renumber(fresh);
            }),
            RelationKind::Aggregate { keys, calls, .. } => {
                for (id, key) in keys {
                    *id = fresh(*id);
                    key.renumber(fresh);
                }
                for call in calls {
                    call.arguments.iter_mut().chain(&mut call.filter).for_each(|e| e.renumber(fresh));
                    call.outputs.iter_mut().for_each(|(id, _)| *id = fresh(*id));
                }
            }
            RelationKind::Sort { keys, .. } => keys.iter_mut().for_each(|k| k.expr.renumber(fresh)),
            RelationKind::Limit { .. } | RelationKind::Union { .. } | RelationKind::Apply { .. } => {}
            RelationKind::Join { on, .. } => on.iter_mut().for_each(|(l, r)| {
                l.renumber(fresh);
                r.renumber(fresh);
            }),
            RelationKind::Unnest { columns, index, .. } => {
                for column in columns {
                    column.source.renumber(fresh);
                    column.output = fresh(column.output);
                }
                index.iter_mut().for_each(|id| *id = fresh(*id));
            }
            RelationKind::Window { calls, .. } => {
                for call in calls {
                    call.arguments.iter_mut().for_each(|e| e.renumber(fresh));
                    call.output = fresh(call.output);
                }
            }
            RelationKind::Partition { parts, carried, .. } => {
                parts.expressions_mut().iter_mut().for_each(|k| k.renumber(fresh));
                carried.iter_mut().for_each(|(id, e)| {
                    *id = fresh(*id);
                    e.renumber(fresh);
                });
            }
        }
        for input in self.inputs_mut() {
            input.renumber(fresh);
        }
    }

    /// Whether it reads the rows of a part of a `Partition` that it stands in.
    pub fn reads_group(&self) -> bool {
        match &self.kind {
            RelationKind::Group => true,
            RelationKind::Partition { input, .. } => input.reads_group(),
            _ => self.inputs().into_iter().any(Relation::reads_group),
        }
    }

    /// Whether `test` holds for an expression of it or of what is below it.
    pub fn any_expression(&self, test: &impl Fn(&Expr) -> bool) -> bool {
        self.expressions().into_iter().any(test) || self.inputs().into_iter().any(|input| input.any_expression(test))
    }

    /// The expressions of this relation itself, over its inputs.
    pub fn expressions(&self) -> Vec<&Expr> {
        match &self.kind {
            RelationKind::Scan { predicate, .. } => predicate.iter().collect(),
            RelationKind::Values(_)
            | RelationKind::Series(_)
            | RelationKind::Group
            | RelationKind::Limit { .. }
            | RelationKind::Union { .. }
            | RelationKind::Apply { .. } => Vec::new(),
            RelationKind::Filter { predicate, .. } => vec![predicate],
            RelationKind::Project { columns, .. } => columns.iter().map(|(_, e)| e).collect(),
            RelationKind::Aggregate { keys, calls, .. } => {
                let arguments = calls.iter().flat_map(|c| c.arguments.iter().chain(&c.filter));
                keys.iter().map(|(_, e)| e).chain(arguments).collect()
            }
            RelationKind::Sort { keys, .. } => keys.iter().map(|k| &k.expr).collect(),
            RelationKind::Join { on, .. } => on.iter().flat_map(|(l, r)| [l, r]).collect(),
            RelationKind::Unnest { columns, .. } => columns.iter().map(|c| &c.source).collect(),
            RelationKind::Window { calls, .. } => calls.iter().flat_map(|c| &c.arguments).collect(),
            RelationKind::Partition { parts, carried, .. } => parts.expressions().iter().chain(carried.iter().map(|(_, e)| e)).collect(),
        }
    }

    /// The relations right below.
    pub fn inputs(&self) -> Vec<&Relation> {
        below!(&self.kind, iter)
    }

    pub fn inputs_mut(&mut self) -> Vec<&mut Relation> {
        below!(&mut self.kind, iter_mut)
    }
}
