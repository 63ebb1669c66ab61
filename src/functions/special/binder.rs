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

pub static ISCOLUMNEXISTS: Function = Function {
    name: "iscolumnexists",
    category: "Metadata functions",
    signatures: &["(column_name:string) -> bool"],
    summary: "Whether there is a column of this name.",
    kernel: Kernel::Binder,
    examples: &[("print x=1 | project y=iscolumnexists('x')", "true")],
    ..Function::NEW
};

pub static COLUMN_NAMES_OF: Function = Function {
    name: "column_names_of",
    category: "Metadata functions",
    signatures: &["(table:tabular) -> dynamic"],
    summary: "The names of a table's columns, as an array.",
    kernel: Kernel::Binder,
    examples: &[("column_names_of((print x=1, y=2))", "[\"x\",\"y\"]")],
    ..Function::NEW
};

pub static MATERIALIZE: Function = Function {
    name: "materialize",
    aliases: &["cached"],
    category: "Tabular functions",
    signatures: &["(expression:tabular) -> Custom"],
    summary: "A table that is computed once, however often the query names it.",
    kernel: Kernel::Binder,
    examples: &[("let t = materialize(range x from 1 to 2 step 1); t | count", "2")],
    ..Function::NEW
};

pub static TABLE: Function = Function {
    name: "table",
    category: "Tabular functions",
    signatures: &["(name:string) -> Custom"],
    summary: "The table of this name, which the query may compute.",
    kernel: Kernel::Binder,
    ..Function::NEW
};

pub static CLUSTER: Function = Function {
    name: "cluster",
    category: "Tabular functions",
    signatures: &["(name:string) -> Custom"],
    summary: "Tables of another cluster: `cluster('c').database('d').T` is `T`.",
    kernel: Kernel::Binder,
    differs: HERE,
    ..Function::NEW
};

pub static DATABASE: Function = Function {
    name: "database",
    category: "Tabular functions",
    signatures: &["(name:string) -> Custom"],
    summary: "Tables of another database: `database('d').T` is `T`.",
    kernel: Kernel::Binder,
    differs: HERE,
    ..Function::NEW
};

const HERE: &str = "the name is not looked at: tables are those of the inputs, wherever the query expects them";
