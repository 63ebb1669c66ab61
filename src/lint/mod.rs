//! What `kalypso check` advises: mistakes that bind and run, told by one rule a file, one row a rule in `RULES`.
//!
//! The rules that carry a code of Microsoft's (KS500 …) warn where the analyzers of the official language service do.

mod contains;
mod count_distinct;
mod fact;
mod format_datetime;
mod hidden_variable;
mod ipv4_term;
mod is_null;
mod join_kind;
mod letter_case;
mod linter;
mod obsolete;
mod partition_strategy;
mod regex_literal;
mod stdev_timespan;
mod strlen_dynamic;
mod sum_of_nulls;
mod to_bool;
mod tolower;
mod unused_let;

pub use linter::Linter;

use crate::diagnostic::{Code, Span};
use crate::syntax::ast;

use fact::Seen;

/// One rule.
pub struct Rule {
    /// Its meaning and Microsoft's code stand in the registry of diagnostics.
    pub code: Code,
    look: Look,
}

/// What a rule looks at.
enum Look {
    /// Each expression, after those inside it.
    Scalar(fn(&Seen) -> Option<Finding>),
    Operator(fn(&ast::Operator) -> Option<Finding>),
    /// The text as a whole.
    Query(fn(&ast::Query, &str) -> Vec<Finding>),
}

/// What a rule has to say.
struct Finding {
    span: Span,
    /// What is wrong, and why it matters.
    reason: String,
    /// What to write instead.
    rewrite: String,
}

impl Finding {
    fn new(span: Span, reason: impl Into<String>, rewrite: impl Into<String>) -> Finding {
        Finding { span, reason: reason.into(), rewrite: rewrite.into() }
    }
}

pub const RULES: &[Rule] = &[
    Rule { code: Code::LINT_CONTAINS, look: Look::Scalar(contains::look) },
    Rule { code: Code::LINT_IS_NULL, look: Look::Scalar(is_null::look) },
    Rule { code: Code::LINT_TO_BOOL, look: Look::Scalar(to_bool::look) },
    Rule { code: Code::LINT_SUM_OF_NULLS, look: Look::Scalar(sum_of_nulls::look) },
    Rule { code: Code::LINT_FORMAT_DATETIME, look: Look::Scalar(format_datetime::look) },
    Rule { code: Code::LINT_OBSOLETE, look: Look::Scalar(obsolete::look) },
    Rule { code: Code::LINT_JOIN_KIND, look: Look::Operator(join_kind::look) },
    Rule { code: Code::LINT_STDEV_TIMESPAN, look: Look::Scalar(stdev_timespan::look) },
    Rule { code: Code::LINT_HIDDEN_VARIABLE, look: Look::Scalar(hidden_variable::look) },
    Rule { code: Code::LINT_PARTITION_STRATEGY, look: Look::Operator(partition_strategy::look) },
    Rule { code: Code::LINT_IPV4_TERM, look: Look::Scalar(ipv4_term::look) },
    Rule { code: Code::LINT_COUNT_DISTINCT, look: Look::Scalar(count_distinct::look) },
    Rule { code: Code::LINT_STRLEN_DYNAMIC, look: Look::Scalar(strlen_dynamic::look) },
    Rule { code: Code::LINT_LETTER_CASE, look: Look::Scalar(letter_case::look) },
    Rule { code: Code::LINT_UNUSED_LET, look: Look::Query(unused_let::look) },
    Rule { code: Code::LINT_TOLOWER, look: Look::Scalar(tolower::look) },
    Rule { code: Code::LINT_REGEX_LITERAL, look: Look::Scalar(regex_literal::look) },
];
