//! The shape of a scalar function's entry, and of the code behind it.

use std::fmt;
use std::sync::Arc;

use crate::value::{Column, DateTime, Json, Type, Value};

/// A scalar function: one constant holds everything that the binder, the executor, the reference and the tests need.
pub struct Function {
    pub name: &'static str,
    /// Obsolete or undocumented names for the same function.
    pub aliases: &'static [&'static str],
    /// The heading in the reference, e.g. `String functions`.
    pub category: &'static str,
    /// Overloads in the notation of Microsoft's parser, tried in order:
    /// `(text:string, start:integer, [length:integer], arg:scalar, ...) -> string`. See `Signature::parse`.
    pub signatures: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    pub nulls: Nulls,
    pub kernel: Kernel,
    /// Differs from row to row or run to run (`rand`, `new_guid`): never computed ahead as a constant.
    pub volatile: bool,
    /// The result type where the signature says `Custom`.
    pub returns: Option<FunctionReturns>,
    /// Of a function with several results (`series_stats`): suffix and type of each. Its kernel returns one dynamic array with an
    /// element per result, which the binder spreads over columns named `function_argument_suffix`. A single suffix that starts with
    /// `*` (`array_sort_asc`) stands for one result per array argument, named `argument_suffix`; with one array the kernel
    /// returns it as it is.
    pub columns: &'static [(&'static str, Type)],
    /// Expression and the text of its value; run as tests.
    pub examples: &'static [Example],
    /// How the result differs from Kusto's; empty when it does not.
    pub differs: &'static str,
}

/// An expression (or a whole query) and its expected result as text: columns separated by ` | `, rows by line feeds.
pub type Example = (&'static str, &'static str);

impl Function {
    /// For `..Function::NEW` in constants.
    pub const NEW: Function = Function {
        name: "",
        aliases: &[],
        category: "",
        signatures: &[],
        summary: "",
        nulls: Nulls::Propagate,
        kernel: Kernel::Refused("it has no implementation"),
        volatile: false,
        returns: None,
        columns: &[],
        examples: &[],
        differs: "",
    };
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The type of a result from the types and the constants of the arguments.
pub type FunctionReturns = fn(&[Type], &[Option<Value<'static>>]) -> Type;

/// What a null argument does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// A null in any argument makes the result null (empty for string) without calling the kernel.
    Propagate,
    /// The kernel gets nulls as `Value::Null` and decides.
    Pass,
}

/// A function of one row. Text of the result may borrow from the arguments.
pub type RowFunction = Box<dyn for<'a> Fn(&[Value<'a>]) -> Value<'a> + Send + Sync>;

/// A function of whole columns that was prepared for its constants: arguments, number of rows.
pub type ColumnFunction = Box<dyn Fn(&[Operand], usize) -> Column + Send + Sync>;

/// The code behind a function. Lifting to columns, null propagation and constants are the executor's work, written once.
#[derive(Clone, Copy)]
pub enum Kernel {
    /// From the values of one row.
    Row(for<'a> fn(&[Value<'a>]) -> Value<'a>),
    /// Looks at the constant arguments once (compiles a regex, parses a format), then goes row by row.
    /// An error is a message for the query's author.
    Prepare(fn(&Context, &Arguments) -> Result<RowFunction, String>),
    /// Whole columns at once, for hot functions. Nulls are the kernel's own business.
    Columns(fn(&Context, &[Operand], usize) -> Column),
    /// Both: looks at the constant arguments once, then goes column by column. Nulls are the kernel's own business.
    PrepareColumns(fn(&Context, &Arguments) -> Result<ColumnFunction, String>),
    /// The binder turns the call into something else (`toscalar`, `materialize`, `column_ifexists`, `prev` …).
    Binder,
    /// Known, and refused with this reason ("it needs …").
    Refused(&'static str),
}

/// What the binder knows of a call's arguments.
pub struct Arguments {
    pub types: Vec<Type>,
    /// The value of each argument that is constant.
    pub constants: Vec<Option<Value<'static>>>,
}

impl Arguments {
    /// The constant text of argument `index`, if it is a constant string.
    pub fn constant_str(&self, index: usize) -> Option<&str> {
        self.constants.get(index)?.as_ref()?.as_str()
    }
}

/// Knows where addresses are.
pub trait Places: fmt::Debug + Send + Sync {
    /// Country, state, city, latitude and longitude, as far as they are known; `None` for an address that is not.
    fn find(&self, address: std::net::IpAddr) -> Option<Json>;
}

/// What holds for a whole run.
#[derive(Clone, Debug)]
pub struct Context {
    /// Every `now()` and `ago()` of a run agrees.
    pub now: DateTime,
    /// Where addresses are, for `geo_info_from_ip_address`.
    pub places: Option<Arc<dyn Places>>,
    /// Whether `externaldata` may read addresses.
    pub network: bool,
}

/// An argument of a columnar kernel.
#[derive(Clone, Debug)]
pub enum Operand {
    Column(Column),
    /// The same value in every row.
    Constant(Value<'static>, Type),
}

impl Operand {
    pub fn ty(&self) -> Type {
        match self {
            Operand::Column(column) => column.ty(),
            Operand::Constant(_, ty) => *ty,
        }
    }

    pub fn value(&self, row: usize) -> Value<'_> {
        match self {
            Operand::Column(column) => column.value(row),
            Operand::Constant(value, _) => value.borrowed(),
        }
    }

    /// As a column of `rows` rows.
    pub fn column(&self, rows: usize) -> Column {
        match self {
            Operand::Column(column) => column.clone(),
            Operand::Constant(value, ty) => Column::constant(*ty, value, rows),
        }
    }
}
