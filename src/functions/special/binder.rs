//! Functions that the binder turns into something else: it knows the columns and the subqueries.

use crate::plan::{Function, Kernel};

pub static TOSCALAR: Function = Function {
    name: "toscalar",
    category: "Flow control functions",
    signatures: &["(expression:scalar) -> Parameter0"],
    summary: "The first value of a table, as a constant.",
    kernel: Kernel::Binder,
    examples: &[("toscalar(range x from 5 to 9 step 1)", "5")],
    ..Function::NEW
};

pub static COLUMN_IFEXISTS: Function = Function {
    name: "column_ifexists",
    aliases: &["columnifexists"],
    category: "Metadata functions",
    signatures: &["(column_name:string, defaultValue:scalar) -> Parameter1"],
    summary: "The column of this name, or the default where there is none.",
    kernel: Kernel::Binder,
    examples: &[("print x=1 | project y=column_ifexists('z', 2)", "2")],
    ..Function::NEW
};
