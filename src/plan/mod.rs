//! What a query means: typed expressions and the closed set of relations that the optimiser and the executor match on,
//! with the shapes that entries of the open surface (functions, aggregates, window functions) take.

mod aggregate;
mod display;
mod expr;
mod function;
mod relation;
mod series;
mod signature;
mod source;
mod window;

pub use aggregate::{Accumulator, Aggregate, GroupState, PerGroup};
pub use expr::{AggregateCall, ColumnId, Expr, WindowCall};
pub use function::{Arguments, ColumnFunction, Context, Example, Function, Kernel, Nulls, Operand, Places, RowFunction};
pub use relation::{JoinKind, Output, Parts, Relation, RelationKind, ScanColumn, SortKey, Transform, Unnest, UnnestKind};
pub use series::Series;
pub use signature::{Accepts, Parameter, Returns, Signature};
pub use source::{ChunkTask, PROPERTY_ARRAYS, ScanStream, Source};
pub use window::WindowFunction;
