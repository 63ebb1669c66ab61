//! Writes statements and whole queries.

use super::super::ast::*;
use super::Printer;

impl Printer {
    /// `( where x | take 1 )`.
    pub fn contextual(&mut self, body: &Expr) {
        self.word("(");
        self.expression(body);
        self.raw(")");
    }

    pub fn block(&mut self, statements: &[Statement]) {
        self.word("{");
        self.statements(statements);
        self.word("}");
    }

    pub fn query(&mut self, query: &Query) {
        self.statements(&query.statements);
    }

    pub fn statements(&mut self, statements: &[Statement]) {
        for (i, statement) in statements.iter().enumerate() {
            if i > 0 {
                self.raw(";\n");
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.word("let");
                self.assignment(name, Some(value));
            }
            StatementKind::Set { name, value } => {
                self.word("set");
                self.assignment(name, value.as_ref());
            }
            StatementKind::QueryParameters(parameters) => {
                self.word("declare query_parameters");
                self.parenthesised(parameters, Printer::parameter);
            }
            StatementKind::Pattern { name, definition } => {
                self.word("declare pattern");
                self.name(&name.name);
                if let Some(pattern) = definition {
                    self.pattern(pattern);
                }
            }
            StatementKind::Alias { name, value } => {
                self.word("alias database");
                self.assignment(name, Some(value));
            }
            StatementKind::Restrict(items) => {
                self.word("restrict access to");
                self.parenthesised(items, Printer::operand);
            }
            StatementKind::Expression(expr) => self.expression(expr),
        }
    }

    fn assignment(&mut self, name: &Ident, value: Option<&Expr>) {
        self.name(&name.name);
        if let Some(value) = value {
            self.word("=");
            self.expression(value);
        }
    }

    pub fn parameter(&mut self, parameter: &Parameter) {
        self.name(&parameter.name.name);
        self.raw(":");
        match &parameter.kind {
            ParameterKind::Scalar(ty) => self.raw(ty.name()),
            ParameterKind::Tabular { columns, open } => self.schema(columns, *open),
        }
        if let Some(default) = &parameter.default {
            self.word("=");
            self.expression(default);
        }
    }
}
