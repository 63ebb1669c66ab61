//! `bag_unpack`: the properties of a dynamic column as columns.

use std::collections::BTreeMap;

use crate::bind::{Binder, Keys, Projected, aggregate, convert};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Aggregate, AggregateCall, Expr, GroupState, Output, PerGroup, Relation};
use crate::syntax::ast;
use crate::value::{Dynamic, Json, PathStep, Type, Value};

use super::call::{constant_or, invalid, named_column};
use super::{Call, Lowering, Plugin};

pub static BAG_UNPACK: Plugin = Plugin {
    name: "bag_unpack",
    syntax: "T | evaluate bag_unpack(Column [, OutputColumnPrefix] [, columnsConflict] [, ignoredProperties]) [: OutputSchema]",
    summary: "Makes the top-level properties of a dynamic column to columns.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        r#"datatable(d:dynamic, n:long)[dynamic({"b":"x","a":1}), 1, dynamic({"a":2.5}), 2] | evaluate bag_unpack(d, "p_")"#,
        "1 | 1.0 | x\n2 | 2.5 | ",
    )],
    differs: "",
};

const OPTIONS: [&str; 3] = ["OutputColumnPrefix", "columnsConflict", "ignoredProperties"];

/// More columns than this are refused.
const MAX_COLUMNS: usize = 10_000;

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let source = named_column(binder, &input, call.required(0, "the column to unpack")?)?;
    if source.ty != Type::Dynamic {
        let message = format!("`{}` is a {}: only a dynamic can be unpacked", source.name, source.ty);
        return Err(Diagnostic::error(Code::ARGUMENT_TYPE, call.span, message).help("read text with `parse_json(…)` first"));
    }
    let options = Options::read(binder, &call)?;
    match call.schema.take() {
        Some((columns, with_input)) => Ok(declared(binder, input, &source, &columns, with_input, &options)),
        None => undeclared(binder, input, &source, &options, &call),
    }
}

struct Options {
    prefix: String,
    conflict: Conflict,
    ignored: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

impl Options {
    fn read(binder: &mut Binder, call: &Call<'_>) -> Result<Options> {
        let positional = call.positional(&OPTIONS);
        let expr = |at: usize, name: &str| call.named(name).or_else(|| positional.get(at).map(|a| &a.value));
        let prefix = constant_or(binder, expr(1, OPTIONS[0]), Value::string(""))?.to_text().into_owned();
        let conflict_expr = expr(2, OPTIONS[1]);
        let conflict = match (constant_or(binder, conflict_expr, Value::string("error"))?.as_str(), conflict_expr) {
            (Some("error" | ""), _) | (_, None) => Conflict::Error,
            (Some("replace_source"), _) => Conflict::ReplaceSource,
            (Some("keep_source"), _) => Conflict::KeepSource,
            (_, Some(expr)) => return Err(invalid(expr, "this is one of \"error\", \"replace_source\", \"keep_source\"")),
        };
        let ignored = match constant_or(binder, expr(3, OPTIONS[2]), Value::Null)? {
            Value::Dynamic(array) => array.elements().unwrap_or_default().iter().map(|v| v.to_text().into_owned()).collect(),
            _ => Vec::new(),
        };
        Ok(Options { prefix, conflict, ignored })
    }
}

fn keep(output: &Output) -> (Output, Expr) {
    (output.clone(), Expr::Column { id: output.id, ty: output.ty })
}

/// A property as a value of a type.
fn property(source: &Output, key: &str, ty: Type) -> Expr {
    let base = Box::new(Expr::Column { id: source.id, ty: Type::Dynamic });
    convert(Expr::Path { base, steps: vec![PathStep::Key(key.to_owned())] }, ty)
}

/// With a schema the columns are known: a plain projection of paths.
fn declared(
    binder: &mut Binder,
    input: Relation,
    source: &Output,
    columns: &[ast::ColumnDecl],
    with_input: bool,
    options: &Options,
) -> Relation {
    let mut projected = Projected::default();
    let is_declared = |name: &str| columns.iter().any(|c| c.name.name == name);
    if with_input {
        projected.items = input.outputs.iter().filter(|o| o.id != source.id && !is_declared(&o.name)).map(keep).collect();
    }
    for column in columns {
        let name = &column.name.name;
        let there = input.outputs.iter().find(|o| o.name == *name && o.id != source.id);
        let expr = match (there, name.strip_prefix(options.prefix.as_str())) {
            // A column that the input has already is meant, unless the properties replace it.
            (Some(o), _) if options.conflict != Conflict::ReplaceSource => convert(Expr::Column { id: o.id, ty: o.ty }, column.ty),
            (_, Some(key)) if !options.ignored.iter().any(|i| i == key) => property(source, key, column.ty),
            _ if column.ty == Type::String => Expr::constant(Type::String, Value::string("")),
            _ => Expr::null(column.ty),
        };
        let output = binder.output(name.clone(), column.ty);
        projected.items.push((output, expr));
    }
    projected.relation(input)
}

fn undeclared(binder: &mut Binder, input: Relation, source: &Output, options: &Options, call: &Call<'_>) -> Result<Relation> {
    let mut projected = Projected::default();
    projected.items = input.outputs.iter().filter(|o| o.id != source.id).map(keep).collect();
    let Some(properties) = properties(binder, &input, source)? else {
        // Without data nobody knows the columns: names that are not found are looked up in the bag.
        projected.items.retain(|(o, _)| !o.name.is_empty());
        let open = binder.output("", Type::Dynamic);
        projected.items.push((open, Expr::Column { id: source.id, ty: Type::Dynamic }));
        return Ok(projected.relation(input));
    };
    if properties.len() > MAX_COLUMNS {
        let message = format!("the bags have {} properties, at most {MAX_COLUMNS} can be columns", properties.len());
        return Err(Diagnostic::error(Code::RUNTIME, call.span, message).help("name the wanted ones in a schema: `: (Name:string, …)`"));
    }
    for (key, ty) in properties.into_iter().filter(|(key, _)| !options.ignored.contains(key)) {
        let name = format!("{}{key}", options.prefix);
        let output = binder.output(if name.is_empty() { "Column1" } else { name.as_str() }, ty);
        let expr = property(source, &key, ty);
        match (projected.items.iter().position(|(o, _)| o.name == output.name), options.conflict) {
            (None, _) => projected.items.push((output, expr)),
            // In the property's place, as Kusto's documentation shows it.
            (Some(at), Conflict::KeepSource) => {
                let kept = projected.items.remove(at);
                projected.items.push(kept);
            }
            (Some(at), Conflict::ReplaceSource) => {
                projected.items.remove(at);
                projected.items.push((output, expr));
            }
            (Some(_), Conflict::Error) => {
                let message = format!("the input has a column `{}` already", output.name);
                return Err(Diagnostic::error(Code::DUPLICATE_COLUMN, call.span, message)
                    .help("give a prefix, or `columnsConflict = 'replace_source'` or `'keep_source'`"));
            }
        }
    }
    Ok(projected.relation(input))
}

/// The properties that the bags of a column have, by name, with the types of their values. `None` when there is no data.
fn properties(binder: &mut Binder, input: &Relation, source: &Output) -> Result<Option<Vec<(String, Type)>>> {
    let output = (binder.fresh(), Type::Dynamic);
    let call = AggregateCall {
        aggregate: &PROPERTIES,
        arguments: vec![Expr::Column { id: source.id, ty: Type::Dynamic }],
        filter: None,
        outputs: vec![output],
    };
    let mut projected = Projected::default();
    projected.items.push((binder.output("properties", Type::Dynamic), Expr::Column { id: output.0, ty: Type::Dynamic }));
    let relation = aggregate(input.clone(), Keys { columns: Vec::new() }, vec![call], projected);
    let Some(batch) = binder.evaluate(&relation, Default::default())? else { return Ok(None) };
    let found = match batch.columns.first().filter(|_| batch.rows > 0).map(|c| c.value(0)) {
        Some(Value::Dynamic(bag)) => bag.json(),
        _ => Json::Null,
    };
    let Json::Object(members) = found else { return Ok(Some(Vec::new())) };
    let typed = members.into_iter().map(|(name, ty)| match ty {
        Json::String(ty) => (name, Type::parse(&ty).unwrap_or(Type::Dynamic)),
        _ => (name, Type::Dynamic),
    });
    Ok(Some(typed.collect()))
}

/// The properties of bags and their types, as a bag of type names.
static PROPERTIES: Aggregate = Aggregate {
    name: "properties",
    signatures: &["(bag:dynamic) -> dynamic"],
    make: |_| Ok(PerGroup::boxed(vec![Type::Dynamic], Properties::default)),
    ..Aggregate::NEW
};

#[derive(Default)]
struct Properties(BTreeMap<String, Option<Type>>);

impl Properties {
    fn see(&mut self, name: String, ty: Option<Type>) {
        let known = self.0.entry(name).or_insert(None);
        *known = match (*known, ty) {
            (None, other) | (other, None) => other,
            (Some(a), Some(b)) => Some(a.widest(b).unwrap_or(Type::Dynamic)),
        };
    }
}

impl GroupState for Properties {
    fn update(&mut self, arguments: &[Value<'_>]) {
        let Some(Value::Dynamic(bag)) = arguments.first() else { return };
        if let Json::Object(members) = bag.json() {
            for (name, value) in members {
                self.see(name, type_of(&value));
            }
        }
    }

    fn merge(&mut self, later: Properties) {
        later.0.into_iter().for_each(|(name, ty)| self.see(name, ty));
    }

    fn finish(&self) -> Vec<Value<'static>> {
        let name = |ty: Option<Type>| Json::String(ty.unwrap_or(Type::Dynamic).name().to_owned());
        let bag = Json::Object(self.0.iter().map(|(key, ty)| (key.clone(), name(*ty))).collect());
        vec![Value::Dynamic(Dynamic::from_text(bag.text()))]
    }
}

fn type_of(value: &Json) -> Option<Type> {
    match value {
        Json::Array(_) | Json::Object(_) => Some(Type::Dynamic),
        scalar => scalar.clone().into_scalar().ty(),
    }
}
