//! Makes queries: pipelines over the two tables, an operator at a time. The binder says which columns there are after each.

use kalypso::value::Type;

use super::tables::{Tables, World};
use super::tape::Tape;

/// Name and type.
type Columns = Vec<(String, Type)>;

/// A query of up to six operators. Each prefix binds; a choice that does not bind is left out.
pub fn query(tape: &mut Tape, tables: &Tables) -> String {
    let world = World::new(tables, usize::MAX, false);
    let context = super::context();
    let columns = |text: &str| -> Option<Columns> {
        let plan = super::plan(text, &world, &context)?;
        Some(plan.outputs.iter().map(|o| (o.name.clone(), o.ty)).collect())
    };
    let mut text = tape.pick(&["T", "T", "U", "union T, U", "range l from 1 to 7 step 2"]).to_owned();
    let mut scope = columns(&text).unwrap_or_default();
    for _ in 0..1 + tape.below(6) {
        let next = format!("{text} | {}", operator(tape, &scope));
        if let Some(columns) = columns(&next).filter(|c| !c.is_empty()) {
            (text, scope) = (next, columns);
        }
        if tape.is_over() {
            break;
        }
    }
    text
}

fn operator(tape: &mut Tape, scope: &Columns) -> String {
    match tape.below(21) {
        0 => format!("where {}", scalar(tape, scope, Type::Bool, 2)),
        1 => "count".to_owned(),
        2 => format!("take {}", tape.below(6)),
        3 => format!("extend {}", named(tape, scope)),
        4 => format!("project {}, {}", column(tape, scope), named(tape, scope)),
        5 => format!("summarize {}", aggregates(tape, scope)),
        6 | 7 => format!("summarize {} by {}", aggregates(tape, scope), keys(tape, scope)),
        8 if tape.one_in(3) => "distinct *".to_owned(),
        8 => format!("distinct {}", column(tape, scope)),
        9 => format!("sort by {}", sort_keys(tape, scope)),
        10 => format!("top {} by {}", tape.below(5), sort_keys(tape, scope)),
        11 | 12 => join(tape, scope),
        13 => format!(
            "lookup kind={} (U | project s, l, extra = i) on {}",
            tape.pick(&["leftouter", "inner"]),
            tape.pick(&["s", "l", "s, l"])
        ),
        14 => union(tape, scope),
        15 | 16 => expand(tape, scope),
        17 => format!("sort by {} | extend {}", sort_keys(tape, scope), window(tape, scope)),
        18 => format!("partition by {} ({})", column(tape, scope), body(tape, scope)),
        19 => format!("project-away {}", column(tape, scope)),
        _ => format!("mv-apply e = {} on ({})", of_type(tape, scope, Type::Dynamic), body(tape, &vec![("e".to_owned(), Type::Dynamic)])),
    }
}

fn join(tape: &mut Tape, scope: &Columns) -> String {
    const KINDS: [&str; 9] =
        ["innerunique", "inner", "leftouter", "rightouter", "fullouter", "leftsemi", "rightsemi", "leftanti", "rightanti"];
    let kind = tape.pick(&KINDS);
    let right = match tape.below(3) {
        0 => "U".to_owned(),
        1 => format!("U | where {}", scalar(tape, &own(), Type::Bool, 1)),
        _ => "T | project s, l, j, again = r".to_owned(),
    };
    let on = match tape.below(6) {
        0 => "s, l".to_owned(),
        1 => format!("$left.{} == $right.s", of_type_name(tape, scope, Type::String)),
        2 => format!("$left.{} == $right.l", of_type_name(tape, scope, Type::Long)),
        _ => column(tape, scope),
    };
    format!("join kind={kind} ({right}) on {on}")
}

fn union(tape: &mut Tape, scope: &Columns) -> String {
    let other = match tape.below(3) {
        0 => "U".to_owned(),
        1 => format!("(U | where {})", scalar(tape, &own(), Type::Bool, 1)),
        _ => "(T | project s, extra = l)".to_owned(),
    };
    format!("union {}{other} | where {}", tape.pick(&["", "kind=inner ", "withsource=from "]), scalar(tape, scope, Type::Bool, 1))
}

fn expand(tape: &mut Tape, scope: &Columns) -> String {
    let index = tape.pick(&["", "with_itemindex=at ", "kind=array ", "bagexpansion=array "]);
    let first = of_type_name(tape, scope, Type::Dynamic);
    let ty = tape.pick(&["", " to typeof(long)", " to typeof(string)"]);
    let second = if tape.one_in(3) { format!(", more = {}", of_type(tape, scope, Type::Dynamic)) } else { String::new() };
    format!("mv-expand {index}{first}{ty}{second}{}", tape.pick(&["", " limit 2"]))
}

/// What runs on a part: of a partition, or of an array.
fn body(tape: &mut Tape, scope: &Columns) -> String {
    match tape.below(9) {
        0 => format!("take {}", tape.below(3)),
        1 => format!("top 2 by {}", sort_keys(tape, scope)),
        2 => format!("summarize {}", aggregates(tape, scope)),
        3 => format!("where {}", scalar(tape, scope, Type::Bool, 1)),
        4 => format!("summarize {} by {}", aggregates(tape, scope), keys(tape, scope)),
        5 | 6 => format!("where {} | {}", scalar(tape, scope, Type::Bool, 1), body(tape, scope)),
        7 => format!("mv-apply f = {} on ({})", of_type(tape, scope, Type::Dynamic), body(tape, &vec![("f".to_owned(), Type::Dynamic)])),
        _ => format!("sort by {} | extend {}", sort_keys(tape, scope), window(tape, scope)),
    }
}

fn window(tape: &mut Tape, scope: &Columns) -> String {
    match tape.below(5) {
        0 => "w = row_number()".to_owned(),
        1 => format!("w = prev({})", column(tape, scope)),
        2 => format!("w = next({}, {})", column(tape, scope), 1 + tape.below(3)),
        3 => format!("w = row_cumsum({})", of_type(tape, scope, Type::Long)),
        _ => format!("w = row_rank_dense({})", column(tape, scope)),
    }
}

fn aggregates(tape: &mut Tape, scope: &Columns) -> String {
    let count = 1 + tape.below(3);
    let one = |at: usize, tape: &mut Tape| {
        let number = tape.pick(&[Type::Long, Type::Real, Type::Int, Type::Decimal, Type::TimeSpan]);
        let number = of_type(tape, scope, number);
        let call = match tape.below(17) {
            0 => "count()".to_owned(),
            1 => format!("countif({})", scalar(tape, scope, Type::Bool, 1)),
            2 => format!("sum({number})"),
            3 => format!("sumif({number}, {})", scalar(tape, scope, Type::Bool, 1)),
            4 if tape.one_in(3) => format!("avg({})", of_type(tape, scope, Type::DateTime)),
            4 => format!("avg({number})"),
            5 => format!("min({})", column(tape, scope)),
            6 => format!("max({})", column(tape, scope)),
            7 => format!("dcount({})", column(tape, scope)),
            8 => format!("make_list({})", column(tape, scope)),
            9 => format!("make_set({})", column(tape, scope)),
            10 => format!("take_any({})", column(tape, scope)),
            11 => format!("percentile({}, {})", of_type(tape, scope, Type::Long), tape.pick(&[0, 50, 90, 100])),
            12 => format!("count_distinct({})", column(tape, scope)),
            13 => format!("variance({})", tape.pick(&["i", "r"])),
            14 => format!("maxif({}, {})", column(tape, scope), scalar(tape, scope, Type::Bool, 1)),
            15 => return format!("arg_max({}, {})", column(tape, scope), tape.pick(&["*", "s", "l"])),
            _ => return format!("arg_min({}, {})", column(tape, scope), tape.pick(&["*", "s", "l"])),
        };
        format!("a{at} = {call}")
    };
    (0..count).map(|at| one(at, tape)).collect::<Vec<_>>().join(", ")
}

fn keys(tape: &mut Tape, scope: &Columns) -> String {
    let key = |tape: &mut Tape| match tape.below(4) {
        0 => format!("k = bin({}, 2)", of_type(tape, scope, Type::Long)),
        1 => format!("k = {}", scalar(tape, scope, Type::String, 1)),
        _ => column(tape, scope),
    };
    let first = key(tape);
    if tape.one_in(3) { format!("{first}, {}", column(tape, scope)) } else { first }
}

fn sort_keys(tape: &mut Tape, scope: &Columns) -> String {
    let key = |tape: &mut Tape| {
        let order = tape.pick(&["", " asc", " desc", " asc nulls last", " desc nulls first"]);
        format!("{}{order}", column(tape, scope))
    };
    let first = key(tape);
    if tape.one_in(2) { format!("{first}, {}", key(tape)) } else { first }
}

fn named(tape: &mut Tape, scope: &Columns) -> String {
    let ty = any_type(tape);
    format!("{} = {}", tape.pick(&["x", "y", "s", "l"]), scalar(tape, scope, ty, 2))
}

fn any_type(tape: &mut Tape) -> Type {
    use Type::*;
    tape.pick(&[Long, String, Bool, Real, DateTime, TimeSpan, Dynamic, Int, Decimal, Guid])
}

/// Any column, by its name.
fn column(tape: &mut Tape, scope: &Columns) -> String {
    match scope.len() {
        0 => "1".to_owned(),
        count => quoted(&scope[tape.below(count)].0),
    }
}

fn quoted(name: &str) -> String {
    format!("['{name}']")
}

/// The name of a column of a type, or any column's.
fn of_type_name(tape: &mut Tape, scope: &Columns, ty: Type) -> String {
    let fitting: Columns = scope.iter().filter(|(_, t)| *t == ty).cloned().collect();
    column(tape, if fitting.is_empty() { scope } else { &fitting })
}

/// A column of a type, or a constant.
fn of_type(tape: &mut Tape, scope: &Columns, ty: Type) -> String {
    if scope.iter().any(|(_, t)| *t == ty) { of_type_name(tape, scope, ty) } else { constant(tape, ty) }
}

fn own() -> Columns {
    super::tables::COLUMNS.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect()
}

fn constant(tape: &mut Tape, ty: Type) -> String {
    let choices: &[&str] = match ty {
        Type::Bool => &["true", "false", "bool(null)"],
        Type::Int => &["int(1)", "int(2)", "int(null)"],
        Type::Long => &["1", "2", "0", "long(null)"],
        Type::Real => &["1.5", "0.0", "real(nan)", "real(null)"],
        Type::Decimal => &["decimal(1.5)", "decimal(null)"],
        Type::DateTime => &["datetime(2024-05-01)", "datetime(null)"],
        Type::TimeSpan => &["1h", "timespan(null)"],
        Type::String => &["'a'", "'A'", "''", "'a b'"],
        Type::Guid => &["guid(00000000-0000-0000-0000-000000000001)", "guid(null)"],
        Type::Dynamic => &["dynamic([1, 2])", "dynamic(null)", "dynamic({'a': 1})"],
    };
    tape.pick(choices).to_owned()
}

/// An expression of a type.
fn scalar(tape: &mut Tape, scope: &Columns, ty: Type, depth: usize) -> String {
    if depth == 0 || tape.one_in(4) {
        return if tape.one_in(4) { constant(tape, ty) } else { of_type(tape, scope, ty) };
    }
    let inner = |tape: &mut Tape, ty: Type| scalar(tape, scope, ty, depth - 1);
    let choose = tape.below(4);
    if choose == 0 {
        let condition = inner(tape, Type::Bool);
        return format!("iff({condition}, {}, {})", inner(tape, ty), inner(tape, ty));
    }
    if choose == 1 && !matches!(ty, Type::Bool) {
        return format!("coalesce({}, {})", inner(tape, ty), inner(tape, ty));
    }
    match ty {
        Type::Bool => predicate(tape, scope, depth),
        Type::Int => format!("toint({})", inner(tape, Type::Long)),
        Type::Long => match tape.below(5) {
            0 => format!("({} + {})", inner(tape, ty), inner(tape, ty)),
            1 => format!("({} * {})", inner(tape, ty), inner(tape, ty)),
            2 => format!("({} % {})", inner(tape, ty), inner(tape, ty)),
            3 => format!("strlen({})", inner(tape, Type::String)),
            _ => format!("array_length({})", inner(tape, Type::Dynamic)),
        },
        Type::Real => match tape.below(3) {
            0 => format!("({} + {})", inner(tape, ty), inner(tape, ty)),
            1 => format!("({} - {})", inner(tape, ty), inner(tape, ty)),
            _ => format!("toreal({})", inner(tape, Type::Int)),
        },
        Type::Decimal => format!("todecimal({})", inner(tape, Type::Int)),
        Type::DateTime => match tape.below(3) {
            0 => format!("({} + {})", inner(tape, ty), inner(tape, Type::TimeSpan)),
            1 => format!("bin({}, 1h)", inner(tape, ty)),
            _ => format!("startofday({})", inner(tape, ty)),
        },
        Type::TimeSpan => format!("({} - {})", inner(tape, Type::DateTime), inner(tape, Type::DateTime)),
        Type::String => match tape.below(5) {
            0 => format!("strcat({}, {})", inner(tape, ty), inner(tape, Type::Long)),
            1 => format!("toupper({})", inner(tape, ty)),
            2 => format!("substring({}, 0, 1)", inner(tape, ty)),
            3 => format!("tostring({}.a)", of_type_name(tape, scope, Type::Dynamic)),
            _ => {
                let ty = any_type(tape);
                format!("tostring({})", inner(tape, ty))
            }
        },
        Type::Guid => format!("toguid({})", inner(tape, Type::String)),
        Type::Dynamic => match tape.below(4) {
            0 => format!("{}.a", of_type_name(tape, scope, ty)),
            1 => format!("{}[0]", of_type_name(tape, scope, ty)),
            2 => format!("pack_array({}, {})", inner(tape, Type::Long), inner(tape, Type::String)),
            _ => format!("bag_pack('a', {})", inner(tape, Type::Long)),
        },
    }
}

fn predicate(tape: &mut Tape, scope: &Columns, depth: usize) -> String {
    let inner = |tape: &mut Tape, ty: Type| scalar(tape, scope, ty, depth - 1);
    match tape.below(9) {
        0 => {
            let ty = any_type(tape);
            let operator = tape.pick(&["==", "!=", "<", ">=", ">"]);
            format!("({} {operator} {})", inner(tape, ty), inner(tape, ty))
        }
        1 => format!("({} and {})", inner(tape, Type::Bool), inner(tape, Type::Bool)),
        2 => format!("({} or {})", inner(tape, Type::Bool), inner(tape, Type::Bool)),
        3 => format!("not({})", inner(tape, Type::Bool)),
        4 => {
            let operator = tape.pick(&["has", "contains", "startswith", "!contains", "=~", "has_cs"]);
            format!("({} {operator} {})", inner(tape, Type::String), constant(tape, Type::String))
        }
        5 => format!("isnull({})", column(tape, scope)),
        6 => format!("({} in (1, 2, -7))", inner(tape, Type::Long)),
        7 => format!("({} in ((U | where i > 0 | project s)))", inner(tape, Type::String)),
        _ => format!("({} between (0 .. 2))", inner(tape, Type::Long)),
    }
}
