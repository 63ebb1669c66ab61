//! Writes pipes, and the clauses that operators are made of.

use super::super::ast::*;
use super::Printer;
use super::names::is_word;

impl Printer {
    pub(super) fn pipe(&mut self, source: Option<&Expr>, operators: &[Operator]) {
        if let Some(source) = source {
            self.within(source, 1);
        }
        for (i, operator) in operators.iter().enumerate() {
            if i > 0 || source.is_some() {
                self.word("|");
            }
            operator.node.print(self);
        }
    }

    /// `name = value`, `(a, b) = value` or `value`.
    pub fn named(&mut self, named: &NamedExpr) {
        match named.names.as_slice() {
            [] => {}
            [one] => {
                self.name(&one.name);
                self.word("=");
            }
            many => {
                self.parenthesised(many, |p, name| p.name(&name.name));
                self.word("=");
            }
        }
        self.expression(&named.value);
    }

    pub fn named_list(&mut self, list: &[NamedExpr]) {
        self.list(list, Printer::named);
    }

    /// ` by a, b`, or nothing.
    pub fn by(&mut self, list: &[NamedExpr]) {
        if !list.is_empty() {
            self.word("by");
            self.named_list(list);
        }
    }

    pub fn columns(&mut self, columns: &[Expr]) {
        self.list(columns, Printer::operand);
    }

    pub fn parameters(&mut self, parameters: &[OperatorParameter]) {
        for parameter in parameters {
            self.word(&parameter.name.name);
            self.raw("=");
            match &parameter.value.kind {
                ExprKind::Name(name) if is_word(name) => self.raw(name),
                _ => {
                    let at = self.text.len();
                    self.expression(&parameter.value);
                    // No blank behind the equals sign, whatever the value.
                    if self.text[at..].starts_with(' ') {
                        self.text.remove(at);
                    }
                }
            }
        }
    }

    /// `(a = 1, b = x, y)`.
    pub fn properties(&mut self, properties: &[Property]) {
        self.parenthesised(properties, |p, property| {
            p.word(&property.name.name);
            p.word("=");
            p.list(&property.values, Printer::expression);
        });
    }

    pub fn schema(&mut self, columns: &[ColumnDecl], open: bool) {
        self.raw("(");
        self.list(columns, Printer::column_decl);
        if open {
            self.raw(if columns.is_empty() { "*" } else { ", *" });
        }
        self.raw(")");
    }

    pub fn column_decl(&mut self, column: &ColumnDecl) {
        self.name(&column.name.name);
        self.raw(":");
        self.raw(column.ty.name());
    }

    pub fn sort_key(&mut self, key: &SortExpr) {
        if let Some(name) = &key.name {
            self.name(&name.name);
            self.word("=");
        }
        self.expression(&key.value);
        match key.descending {
            Some(true) => self.word("desc"),
            Some(false) => self.word("asc"),
            None => {}
        }
        match key.nulls_first {
            Some(true) => self.word("nulls first"),
            Some(false) => self.word("nulls last"),
            None => {}
        }
    }
}
