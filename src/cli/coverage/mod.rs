//! `functions --coverage`: all that Microsoft's Kusto has, and what Kalypso makes of it.

mod names;

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Session, SessionOptions};
use crate::plan::{Function, Kernel};
use crate::plugins::Lowering;
use crate::{aggregates, functions, operators, plugins, windows};

use super::arguments::OutputArguments;
use super::reference::write;
use super::status::{Failure, Status};
use names::{Kind, NAMES};

/// What becomes of a name.
enum Answer {
    Same,
    Differs(String),
    Refused(String),
    /// Nobody here knows it.
    Missing,
}

pub fn run(output: &OutputArguments) -> Result<Status, Failure> {
    let session = Session::open(SessionOptions::default()).map_err(|error| Failure::usage(error.0))?;
    let mut rows = Vec::new();
    for (kind, names) in NAMES {
        for name in names.split(", ") {
            let (status, remark) = match answer(*kind, name, &session) {
                Answer::Same => ("same", String::new()),
                Answer::Differs(how) => ("differs", how),
                Answer::Refused(why) => ("refused", why),
                Answer::Missing => ("missing", String::new()),
            };
            rows.push([full_name(*kind, name), kind.title().to_owned(), status.to_owned(), remark]);
        }
    }
    write(["Name", "Kind", "Status", "Remark"], &rows, output)
}

fn full_name(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Join => format!("join kind={name}"),
        Kind::Chart => format!("render {name}"),
        _ => name.to_owned(),
    }
}

fn answer(kind: Kind, name: &str, session: &Session) -> Answer {
    match kind {
        Kind::Function | Kind::Aggregate | Kind::Window => callable(name, session),
        Kind::ScalarOperator => functions::find(name).map_or_else(|| tried(&operation(name), session), of_function),
        Kind::Operator => operator(name),
        Kind::Plugin => plugins::find(name).map_or(Answer::Missing, |plugin| match plugin.lowering {
            Lowering::Refused(why) => Answer::Refused(why.to_owned()),
            Lowering::Bind(_) | Lowering::Tables(_) => of_remark(plugin.differs),
        }),
        Kind::Join => tried(&format!("print x = 1 | join kind={name} (print x = 1) on x"), session),
        Kind::Chart => tried(&format!("print x = 1 | render {name}"), session),
        Kind::Type => tried(&format!("datatable(x: {name}) []"), session),
        Kind::Statement => STATEMENTS.iter().find(|(n, _)| *n == name).map_or(Answer::Missing, |(_, text)| tried(text, session)),
    }
}

/// Statements, each in a text that has one.
const STATEMENTS: [(&str, &str); 7] = [
    ("alias", "alias database d = cluster('c').database('d'); print 1"),
    ("batch (;)", "print 1; print 2"),
    ("let", "let x = 1; print x"),
    ("pattern", "declare pattern p = (a: string) { ('x') = { print 1 }; }; p('x')"),
    ("query parameters", "declare query_parameters(x: long = 1); print x"),
    ("restrict", "let t = view () { print 1 }; restrict access to (t); t"),
    ("set", "set notruncation; print 1"),
];

/// Functions of graphs, each in a condition that calls it: `graph-match` knows them, no table does.
const IN_GRAPHS: [(&str, &str); 7] = [
    ("all", "all(e, w > 0)"),
    ("any", "any(e, w > 0)"),
    ("inner_nodes", "all(inner_nodes(e), n > 0)"),
    ("map", "array_length(map(e, w)) > 0"),
    ("node_degree_in", "node_degree_in(a) >= 0"),
    ("node_degree_out", "node_degree_out(a) >= 0"),
    ("node_id", "node_id(a) != ''"),
];

fn callable(name: &str, session: &Session) -> Answer {
    if let Some((_, condition)) = IN_GRAPHS.iter().find(|(n, _)| *n == name) {
        let graph = "let nodes = datatable(n: long, id: string) []; datatable(s: string, t: string, w: long) [] \
                     | make-graph s --> t with nodes on id | graph-match (a)-[e*1..3]->(b) where";
        return tried(&format!("{graph} {condition} project a.n"), session);
    }
    let function = functions::find(name).map(of_function);
    let aggregate = || aggregates::find(name).map(|aggregate| of_remark(aggregate.differs));
    let window = || windows::find(name).map(|_| Answer::Same);
    function.or_else(aggregate).or_else(window).unwrap_or(Answer::Missing)
}

fn of_function(function: &Function) -> Answer {
    match function.kernel {
        Kernel::Refused(why) => Answer::Refused(why.to_owned()),
        _ => of_remark(function.differs),
    }
}

fn of_remark(differs: &str) -> Answer {
    if differs.is_empty() { Answer::Same } else { Answer::Differs(differs.to_owned()) }
}

fn operator(name: &str) -> Answer {
    operators::find(name).map_or(Answer::Missing, |row| of_remark(row.differs))
}

/// An operator in an expression.
fn operation(name: &str) -> String {
    match name {
        "between" | "!between" => format!("print x = 1 | where x {name} (1 .. 2)"),
        "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all" => format!("print x = 'a' | where x {name} ('a')"),
        _ => format!("print x = 'a' | where x {name} 'a'"),
    }
}

/// The answer of the binder.
fn tried(text: &str, session: &Session) -> Answer {
    let (said, bound) = session.check(text);
    let unavailable = |d: &&Diagnostic| bound.is_none() || d.code == Code::NEEDS_SERVICE;
    match said.iter().find(unavailable) {
        Some(diagnostic) => Answer::Refused(diagnostic.message.clone()),
        None => Answer::Same,
    }
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Kind::Operator => "tabular operator",
            Kind::Statement => "statement",
            Kind::Type => "data type",
            Kind::Join => "kind of join",
            Kind::Chart => "chart",
            Kind::ScalarOperator => "scalar operator",
            Kind::Function => "function",
            Kind::Aggregate => "aggregate",
            Kind::Window => "window function",
            Kind::Plugin => "plugin",
        }
    }
}
