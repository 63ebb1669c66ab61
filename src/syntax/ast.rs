//! The syntax tree. It says what was written, not what it means: names are not resolved, types not known.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::value::{Type, Value};

/// A name as it is meant: `['a b']`, `["a b"]` and `a` lose their brackets.
#[derive(Clone, Debug)]
pub struct Ident {
    pub name: String,
    pub span: Span,
}

/// A whole text: statements separated by semicolons.
#[derive(Clone, Debug)]
pub struct Query {
    pub statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `let name = value`; the value may be a scalar, a pipeline or a `Function`.
    Let {
        name: Ident,
        value: Expr,
    },
    /// `set option` or `set option = value`.
    Set {
        name: Ident,
        value: Option<Expr>,
    },
    /// `declare query_parameters(name:type = default, …)`.
    QueryParameters(Vec<Parameter>),
    /// `declare pattern …`; without a definition where only the name was promised.
    Pattern {
        name: Ident,
        definition: Option<Arc<Pattern>>,
    },
    /// `alias database name = cluster(…).database(…)`.
    Alias {
        name: Ident,
        value: Expr,
    },
    /// `restrict access to (…)`.
    Restrict(Vec<Expr>),
    Expression(Expr),
}

/// `(a:string)[b:string] { ("x").["y"] = { T }; }`.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub parameters: Vec<Parameter>,
    pub path: Option<Parameter>,
    pub rules: Vec<PatternRule>,
}

/// The query for some arguments and a path, which are texts.
#[derive(Clone, Debug)]
pub struct PatternRule {
    pub arguments: Vec<Expr>,
    pub path: Option<Expr>,
    pub body: Vec<Statement>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal with its type; `Value::Null` for `int(null)` and the like.
    Literal {
        value: Value<'static>,
        ty: Type,
    },
    /// A literal whose text is no value of its type (`datetime(soon)`), with the error that it is to run it.
    Malformed {
        text: String,
        error: Box<Diagnostic>,
    },
    /// `typeof(long)`; also the bare type in `to typeof(long)`.
    TypeOf(Type),
    /// `typeof(a:long, b:string)`, and `(*)` as `open`.
    Schema {
        columns: Vec<ColumnDecl>,
        open: bool,
    },
    /// A column, variable, table or function without arguments; also `$left`, `$right`.
    Name(String),
    /// A name with `*` in it: `Device*`, `*`. A lone `*` in `* has "x"` or `arg_max(t, *)` is this too.
    Wildcard(String),
    /// `object.name` or `object.['name']`.
    Member {
        object: Box<Expr>,
        name: Ident,
    },
    /// `object.function(arguments)`: `cluster("c").database("d").table("t")`.
    MethodCall {
        object: Box<Expr>,
        name: Ident,
        arguments: Vec<Argument>,
    },
    /// `object[index]` or `object.[index]`.
    Element {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    Call {
        name: Ident,
        arguments: Vec<Argument>,
    },
    /// `-x`, `+x`.
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `left in (a, b)` and its kin; a single item may be a pipeline or a dynamic array.
    In {
        op: InOp,
        op_span: Span,
        left: Box<Expr>,
        items: Vec<Expr>,
    },
    /// `value between (low .. high)`.
    Between {
        negated: bool,
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    /// `source | operator | operator`. Without a source, the first operator is one that makes rows (`print`, `range`,
    /// `datatable`, `union`, `search`, `find`, `externaldata` …) or, at the head of a whole query, any operator.
    Pipe {
        source: Option<Box<Expr>>,
        operators: Vec<Operator>,
    },
    /// `(a:long, T:(x:string)) { body }`, or `view () { body }`; only as the value of `let`.
    Function {
        parameters: Vec<Parameter>,
        body: Vec<Statement>,
        view: bool,
    },
    /// `a = expression` inside call arguments is `Argument`; elsewhere (`extend`, `by`) operators use `NamedExpr`.
    /// `entity_group [ … ]`.
    EntityGroup(Vec<Expr>),
}

#[derive(Clone, Debug)]
pub struct Argument {
    pub name: Option<Ident>,
    pub value: Expr,
}

/// `name = value`, `(a, b) = value`, or a bare `value`.
#[derive(Clone, Debug)]
pub struct NamedExpr {
    pub names: Vec<Ident>,
    pub value: Expr,
}

/// `name:type`.
#[derive(Clone, Debug)]
pub struct ColumnDecl {
    pub name: Ident,
    pub ty: Type,
}

/// A parameter of a function or query: `name:type = default`, or tabular `name:(column:type, …)`, `name:(*)`.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Ident,
    pub kind: ParameterKind,
    pub default: Option<Expr>,
}

#[derive(Clone, Debug)]
pub enum ParameterKind {
    Scalar(Type),
    Tabular { columns: Vec<ColumnDecl>, open: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Minus,
    Plus,
}

/// Binary operators. Aliases (`<>`, `notcontains`, `hasprefix` as a word of its own …) are folded into these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Or,
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotEqualTilde,
    /// `:` in `search`.
    Colon,
    MatchesRegex,
    /// `has`, `contains`, `startswith` … with their variants.
    Text {
        op: TextOp,
        case_sensitive: bool,
        negated: bool,
    },
    Like {
        case_sensitive: bool,
        negated: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOp {
    Has,
    HasPrefix,
    HasSuffix,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InOp {
    In { case_sensitive: bool, negated: bool },
    HasAny,
    HasAll,
}

/// One step of a pipeline. What stands in it is the operator's own business (`Node`).
#[derive(Clone, Debug)]
pub struct Operator {
    /// The word that the author wrote (`order`, `mvexpand` …).
    pub name: Ident,
    pub span: Span,
    pub node: Arc<dyn Node>,
}

/// The syntax of one operator, defined in its own file in `operators/`.
pub trait Node: fmt::Debug + Send + Sync + Any {
    /// Writes the operator back as KQL, its name included.
    fn print(&self, printer: &mut super::Printer);
    fn as_any(&self) -> &dyn Any;
}

/// `name = value` parameters of an operator (`kind=inner`, `hint.strategy=shuffle`, `isfuzzy=true`, `withsource=T`).
#[derive(Clone, Debug)]
pub struct OperatorParameter {
    pub name: Ident,
    pub value: Expr,
}

/// A sort key: `value desc nulls last`. What was not written is `None`.
#[derive(Clone, Debug)]
pub struct SortExpr {
    /// Rare: `top 5 by n = x`.
    pub name: Option<Ident>,
    pub value: Expr,
    pub descending: Option<bool>,
    pub nulls_first: Option<bool>,
}

/// A property in `with (name = value, …)`; `ycolumns = a, b` has two values.
#[derive(Clone, Debug)]
pub struct Property {
    pub name: Ident,
    pub values: Vec<Expr>,
}
