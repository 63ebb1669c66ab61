//! Writes a syntax tree back as KQL text that parses to the same tree.

use super::ast::*;
use super::expression::precedence;
use super::print_literal;

/// Writes a syntax tree back as KQL text that parses to the same tree.
#[derive(Default)]
pub struct Printer {
    pub text: String,
}

/// Words that are not safe as bare names everywhere.
const RESERVED: &[&str] = &[
    "and",
    "or",
    "in",
    "between",
    "matches",
    "by",
    "with",
    "on",
    "to",
    "from",
    "step",
    "of",
    "asc",
    "desc",
    "nulls",
    "where",
    "project",
    "true",
    "false",
    "True",
    "False",
    "TRUE",
    "FALSE",
    "let",
    "set",
    "declare",
    "alias",
    "restrict",
    "view",
    "limit",
    "default",
    "as",
    "kind",
    "entity_group",
    "typeof",
    "id",
    "order",
    "partition",
    "dynamic",
    "datetime",
    "date",
    "time",
    "timespan",
    "guid",
    "select",
    "SELECT",
    "like",
    "notlike",
    "notcontains",
    "containscs",
    "notcontainscs",
    "has",
    "contains",
    "startswith",
    "endswith",
    "hasprefix",
    "hassuffix",
    "has_any",
    "has_all",
    "optional",
    "output",
    "declare",
    "pack",
    "project-smart",
    "like_cs",
    "likecs",
    "has_cs",
    "contains_cs",
    "hasprefix_cs",
    "hassuffix_cs",
    "startswith_cs",
    "endswith_cs",
    "notin",
    "nothas",
];

fn is_word(name: &str) -> bool {
    let start = name.strip_prefix('$').unwrap_or(name);
    start.starts_with(|c: char| c.is_alphabetic() || c == '_') && start.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_braced(name: &str) -> bool {
    name.strip_prefix('{').and_then(|n| n.strip_suffix('}')).is_some_and(is_word)
}

impl Printer {
    /// Writes a word, with a space before it where one is needed.
    pub fn word(&mut self, word: &str) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '(', '[', '\n', '.', '{']) {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// Writes text that clings to what stands before it.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Items with commas between them.
    pub fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Printer, &T)) {
        for (i, one) in items.iter().enumerate() {
            if i > 0 {
                self.raw(",");
            }
            item(self, one);
        }
    }

    /// `(a, b)` after a space.
    pub fn parenthesised<T>(&mut self, items: &[T], item: impl FnMut(&mut Printer, &T)) {
        self.word("(");
        self.list(items, item);
        self.raw(")");
    }

    /// A name, in brackets where it needs them.
    pub fn name(&mut self, name: &str) {
        let keyword = RESERVED.contains(&name) || super::parser::NOT_NAMES.contains(&name) || crate::operators::find(name).is_some();
        if is_word(name) && !keyword || is_braced(name) || name == "$" {
            self.word(name);
        } else {
            self.word(&format!("[{}]", print_literal::quoted(name)));
        }
    }

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
    fn within(&mut self, expr: &Expr, least: u8) {
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

    fn pipe(&mut self, source: Option<&Expr>, operators: &[Operator]) {
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

/// The word or sign of an operator, which is also what the table of functions has it under.
pub fn operator_word(op: BinaryOp) -> String {
    let word = match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::EqualTilde => "=~",
        BinaryOp::NotEqualTilde => "!~",
        BinaryOp::Colon => ":",
        BinaryOp::MatchesRegex => "matches regex",
        BinaryOp::Like { case_sensitive, negated } => {
            return variant("like", case_sensitive, if negated { "not" } else { "" });
        }
        BinaryOp::Text { op, case_sensitive, negated } => {
            let word = match op {
                TextOp::Has => "has",
                TextOp::HasPrefix => "hasprefix",
                TextOp::HasSuffix => "hassuffix",
                TextOp::Contains => "contains",
                TextOp::StartsWith => "startswith",
                TextOp::EndsWith => "endswith",
            };
            return variant(word, case_sensitive, if negated { "!" } else { "" });
        }
    };
    word.to_string()
}

fn variant(word: &str, case_sensitive: bool, not: &str) -> String {
    format!("{not}{word}{}", if case_sensitive { "_cs" } else { "" })
}
