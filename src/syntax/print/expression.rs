//! Writes expressions, with the parentheses that they need.

use super::super::ast::*;
use super::super::expression::precedence;
use super::super::print_literal;
use super::Printer;
use super::names::{RESERVED, is_word, operator_word};

impl Printer {
    fn wildcard(&mut self, name: &str) {
        self.word(name);
    }

    pub fn expression(&mut self, expr: &Expr) {
        self.within(expr, 0);
    }

    /// Where a primary expression or a pipeline in parentheses stands.
    pub fn operand(&mut self, expr: &Expr) {
        self.within(expr, 9);
    }

    /// Writes an expression in parentheses if it binds less than its place asks.
    pub(super) fn within(&mut self, expr: &Expr, least: u8) {
        let strength = match &expr.kind {
            ExprKind::Binary { op, .. } => precedence(*op),
            ExprKind::In { .. } | ExprKind::Between { .. } => 3,
            ExprKind::Unary { .. } => 8,
            ExprKind::Pipe { .. } | ExprKind::Function { .. } => 0,
            _ => 10,
        };
        let open = strength < least;
        if open {
            self.word("(");
        }
        self.bare(expr);
        if open {
            self.raw(")");
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal { value, ty } => self.word(&print_literal::literal(value, *ty)),
            ExprKind::Malformed { text, .. } => self.word(text),
            ExprKind::TypeOf(ty) => self.word(&format!("typeof({ty})")),
            ExprKind::Schema { columns, open } => {
                self.word("typeof");
                self.schema(columns, *open);
            }
            ExprKind::Name(name) => self.name(name),
            ExprKind::Wildcard(name) => self.wildcard(name),
            ExprKind::Member { object, name } => {
                self.within(object, 9);
                // The path of a pattern is a text, not a name with wildcards.
                match &object.kind {
                    ExprKind::Call { name: callee, .. } if callee.name != "database" && name.name.contains('*') => {
                        self.raw(&format!(".[{}]", print_literal::quoted(&name.name)));
                    }
                    _ => self.member_name(name),
                }
            }
            ExprKind::MethodCall { object, name, arguments } => {
                self.within(object, 9);
                self.member_name(name);
                self.arguments(arguments);
            }
            ExprKind::Element { object, index } => {
                self.within(object, 9);
                self.raw("[");
                self.expression(index);
                self.raw("]");
            }
            ExprKind::Call { name, arguments } => {
                self.callee(&name.name);
                self.arguments(arguments);
            }
            ExprKind::Unary { op, operand } => {
                self.word(if *op == UnaryOp::Minus { "-" } else { "+" });
                self.within(operand, 8);
            }
            ExprKind::Binary { op, left, right, .. } => self.binary(*op, left, right),
            ExprKind::In { op, left, items, .. } => {
                self.within(left, 3);
                self.word(in_word(*op));
                self.parenthesised(items, Printer::expression);
            }
            ExprKind::Between { negated, value, low, high } => {
                self.within(value, 3);
                self.word(if *negated { "!between (" } else { "between (" });
                self.expression(low);
                self.word("..");
                self.expression(high);
                self.raw(")");
            }
            ExprKind::Pipe { source, operators } => self.pipe(source.as_deref(), operators),
            ExprKind::Function { parameters, body, view } => {
                if *view {
                    self.word("view");
                }
                self.parenthesised(parameters, Printer::parameter);
                self.block(body);
            }
            ExprKind::EntityGroup(items) => {
                self.word("entity_group [");
                self.list(items, Printer::operand);
                self.raw("]");
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        let strength = precedence(op);
        self.within(left, strength);
        self.word(&operator_word(op));
        // `and` and `or` are rebuilt as a balanced tree whatever their grouping.
        self.within(right, if strength <= 2 { strength } else { strength + 1 });
    }

    /// The name of a function: a keyword may stand here bare.
    fn callee(&mut self, name: &str) {
        if is_word(name) && !RESERVED.contains(&name) { self.word(name) } else { self.name(name) }
    }

    fn member_name(&mut self, name: &Ident) {
        self.raw(".");
        if name.name.contains('*') || is_word(&name.name) {
            self.raw(&name.name);
        } else {
            self.raw(&format!("[{}]", print_literal::quoted(&name.name)));
        }
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        self.raw("(");
        self.list(arguments, |p, argument| {
            if let Some(name) = &argument.name {
                p.name(&name.name);
                p.word("=");
            }
            p.expression(&argument.value);
        });
        self.raw(")");
    }
}

fn in_word(op: InOp) -> &'static str {
    match op {
        InOp::In { case_sensitive: true, negated: false } => "in",
        InOp::In { case_sensitive: true, negated: true } => "!in",
        InOp::In { case_sensitive: false, negated: false } => "in~",
        InOp::In { case_sensitive: false, negated: true } => "!in~",
        InOp::HasAny => "has_any",
        InOp::HasAll => "has_all",
    }
}
