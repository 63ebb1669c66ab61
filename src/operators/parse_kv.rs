//! `parse-kv`: extracts keys and values from text.

use std::any::Any;

use crate::bind::{Binder, Projected, convert};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Example, Expr as Bound, Relation};
use crate::syntax::ast::{ColumnDecl, Expr, ExprKind, Ident, Node, OperatorParameter, Property};
use crate::syntax::{Parser, Printer};
use crate::value::{Json, PathStep, Type, Value};

use super::Operator;

#[derive(Debug)]
pub struct ParseKv {
    pub parameters: Vec<OperatorParameter>,
    pub value: Expr,
    pub columns: Vec<ColumnDecl>,
    pub properties: Vec<Property>,
}

impl Operator for ParseKv {
    const NAMES: &'static [&'static str] = &["parse-kv"];
    const SUMMARY: &'static str = "Extracts keys and values from text.";
    const SYNTAX: &'static str = "T | parse-kv Expression as (Key: Type, ...) [with (Property = Value, ...)]";
    const EXAMPLES: &'static [Example] = &[
        (
            "print s='id:7, name: Bo' | parse-kv s as (name:string, id:long) with (pair_delimiter=',', kv_delimiter=':') | project name, id",
            "Bo | 7",
        ),
        ("print s='a=\"x;y\";a=2' | parse-kv s as (a:string) with (pair_delimiter=';', kv_delimiter='=', quote='\"') | project a", "x;y"),
    ];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ParseKv> {
        let parameters = parser.parameters(&["kind", "flags", "hint."])?;
        let value = parser.expression()?;
        parser.expect_word("as")?;
        let (columns, _) = parser.schema()?;
        let properties = if parser.eat_word("with") { parser.properties()? } else { Vec::new() };
        Ok(ParseKv { parameters, value, columns, properties })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let shown = input.outputs.clone();
        let (input, text) = binder.over(input, |binder| binder.scalar(&self.value))?;
        if text.ty() != Type::String && text.ty() != Type::Dynamic {
            let message = format!("only a string can be parsed, this is a {}", text.ty());
            return Err(Diagnostic::error(Code::ARGUMENT_TYPE, self.value.span, message));
        }
        let keys = self.columns.iter().map(|c| Json::String(c.name.name.clone())).collect();
        let mut arguments = vec![convert(text, Type::String), Bound::constant(Type::Dynamic, Json::Array(keys).into_dynamic())];
        for (name, ty) in PROPERTIES {
            arguments.push(self.property(binder, name, *ty)?);
        }
        let found = binder.internal("parse_kv", arguments, Type::Dynamic, span)?;
        // The values are found once, in a column of its own.
        let array = binder.output("", Type::Dynamic);
        let mut with_found = Projected::keep(&input.outputs);
        with_found.items.push((array.clone(), found));
        let input = with_found.relation(input);
        let mut projected = Projected::keep(&shown);
        for (i, column) in self.columns.iter().enumerate() {
            let array = Box::new(Bound::Column { id: array.id, ty: Type::Dynamic });
            let element = convert(Bound::Path { base: array, steps: vec![PathStep::Index(i as i64)] }, Type::String);
            let output = binder.output(column.name.name.clone(), column.ty);
            projected.declare(output, convert(element, column.ty), true, column.name.span)?;
        }
        Ok(projected.relation(input))
    }
}

/// The properties after `with`, in the order in which the function takes them.
const PROPERTIES: &[(&str, Type)] = &[
    ("pair_delimiter", Type::String),
    ("kv_delimiter", Type::String),
    ("quote", Type::String),
    ("escape", Type::String),
    ("greedy", Type::Bool),
    ("regex", Type::String),
];

impl ParseKv {
    fn property(&self, binder: &mut Binder, name: &str, ty: Type) -> Result<Bound> {
        let given = self.properties.iter().find(|p| p.name.name == name).and_then(|p| p.values.first());
        let value = match given {
            Some(value) if matches!(value.kind, ExprKind::Literal { .. }) || ty == Type::String => binder.constant(value)?,
            Some(value) => Value::Bool(matches!(&value.kind, ExprKind::Name(word) if word == "true")),
            None if ty == Type::Bool => Value::Bool(false),
            None => Value::string(""),
        };
        Ok(Bound::constant(ty, value))
    }
}

impl Node for ParseKv {
    fn print(&self, printer: &mut Printer) {
        printer.word("parse-kv");
        printer.parameters(&self.parameters);
        printer.expression(&self.value);
        printer.word("as ");
        printer.schema(&self.columns, false);
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
