//! The text operators: `has`, `contains`, `startswith` … in all their variants, `=~` and `!~`, the `like` family and `:`.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use crate::plan::{Arguments, ColumnFunction, Example, Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

use super::needle::{Mode, Needle};

/// Whether the text of each row passes. Null is an empty text.
pub fn test_text(operand: &Operand, rows: usize, test: impl Fn(&str) -> bool) -> Column {
    let bits = match operand {
        Operand::Column(column) if column.ty() == Type::String => {
            let texts = column.strings();
            BooleanBuffer::collect_bool(rows, |row| test(texts.value(row)))
        }
        Operand::Column(column) => BooleanBuffer::collect_bool(rows, |row| test(&column.value(row).to_text())),
        Operand::Constant(value, _) if test(&value.to_text()) => BooleanBuffer::new_set(rows),
        Operand::Constant(..) => BooleanBuffer::new_unset(rows),
    };
    Column::new(Type::Bool, Arc::new(BooleanArray::new(bits, None)))
}

/// The text of a constant argument of any type.
pub fn constant_text(arguments: &Arguments, index: usize) -> Option<Cow<'_, str>> {
    arguments.constants.get(index)?.as_ref().map(Value::to_text)
}

/// Prepares for a constant right side, or makes a needle per row.
fn prepare(arguments: &Arguments, make: impl Fn(&str) -> Needle + Send + Sync + 'static, negated: bool) -> Result<ColumnFunction, String> {
    if let Some(text) = constant_text(arguments, 1) {
        let needle = make(&text);
        return Ok(Box::new(move |operands, rows| test_text(&operands[0], rows, |hay| needle.is_match(hay) != negated)));
    }
    Ok(Box::new(move |operands, rows| {
        let test = |row| make(&operands[1].value(row).to_text()).is_match(&operands[0].value(row).to_text()) != negated;
        let bits = BooleanBuffer::collect_bool(rows, test);
        Column::new(Type::Bool, Arc::new(BooleanArray::new(bits, None)))
    }))
}

/// `*` at an end of the pattern stands for any text; elsewhere it is itself.
fn like(pattern: &str, case_sensitive: bool) -> Needle {
    let open = (pattern.starts_with('*'), pattern.len() > 1 && pattern.ends_with('*'));
    let mode = match open {
        (true, true) => Mode::Contains,
        (true, false) => Mode::EndsWith,
        (false, true) => Mode::StartsWith,
        (false, false) => Mode::Equals,
    };
    Needle::new(&pattern[usize::from(open.0)..pattern.len() - usize::from(open.1)], mode, case_sensitive)
}

/// `column:"text"`: like `has`, where `*` at an end opens that end.
fn colon(pattern: &str) -> Needle {
    let open = (pattern.starts_with('*'), pattern.len() > 1 && pattern.ends_with('*'));
    let mode = match open {
        (true, true) => Mode::Contains,
        (true, false) => Mode::HasSuffix,
        (false, true) => Mode::HasPrefix,
        (false, false) => Mode::Has,
    };
    Needle::new(&pattern[usize::from(open.0)..pattern.len() - usize::from(open.1)], mode, false)
}

const BASE: Function = Function {
    category: "Scalar operators",
    signatures: &["(text:stringordynamic, search:stringordynamic) -> bool"],
    nulls: Nulls::Pass,
    ..Function::NEW
};

const fn entry(name: &'static str, summary: &'static str, kernel: Kernel, examples: &'static [Example]) -> Function {
    Function { name, summary, kernel, examples, ..BASE }
}

const fn with_alias(function: Function, aliases: &'static [&'static str]) -> Function {
    Function { aliases, ..function }
}

pub static EQUAL_TILDE: Function = entry(
    "=~",
    "Whether two texts are equal but for case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Equals, false), false)),
    &[("'Straße' =~ 'STRAßE'", "True"), ("'STRASSE' =~ 'straße'", "False")],
);
pub static NOT_EQUAL_TILDE: Function = entry(
    "!~",
    "Whether two texts differ in more than case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Equals, false), true)),
    &[("'a' !~ 'A'", "False")],
);
pub static HAS: Function = entry(
    "has",
    "Whether the text holds a whole term, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Has, false), false)),
    &[("'foo.BAR baz' has 'bar'", "True"), ("'foobar' has 'bar'", "False")],
);
pub static NOT_HAS: Function = entry(
    "!has",
    "Whether the text does not hold a term, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Has, false), true)),
    &[("'foobar' !has 'bar'", "True")],
);
pub static HAS_CS: Function = entry(
    "has_cs",
    "Whether the text holds a whole term.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Has, true), false)),
    &[("'foo.BAR baz' has_cs 'bar'", "False")],
);
pub static NOT_HAS_CS: Function = entry(
    "!has_cs",
    "Whether the text does not hold a term.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Has, true), true)),
    &[("'BAR' !has_cs 'bar'", "True")],
);
pub static HASPREFIX: Function = entry(
    "hasprefix",
    "Whether a term of the text starts so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasPrefix, false), false)),
    &[("'North Carolina' hasprefix 'caro'", "True")],
);
pub static NOT_HASPREFIX: Function = entry(
    "!hasprefix",
    "Whether no term of the text starts so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasPrefix, false), true)),
    &[("'North Carolina' !hasprefix 'lina'", "True")],
);
pub static HASPREFIX_CS: Function = entry(
    "hasprefix_cs",
    "Whether a term of the text starts so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasPrefix, true), false)),
    &[("'North Carolina' hasprefix_cs 'caro'", "False")],
);
pub static NOT_HASPREFIX_CS: Function = entry(
    "!hasprefix_cs",
    "Whether no term of the text starts so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasPrefix, true), true)),
    &[("'North Carolina' !hasprefix_cs 'caro'", "True")],
);
pub static HASSUFFIX: Function = entry(
    "hassuffix",
    "Whether a term of the text ends so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasSuffix, false), false)),
    &[("'North Carolina' hassuffix 'TH'", "True")],
);
pub static NOT_HASSUFFIX: Function = entry(
    "!hassuffix",
    "Whether no term of the text ends so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasSuffix, false), true)),
    &[("'North Carolina' !hassuffix 'caro'", "True")],
);
pub static HASSUFFIX_CS: Function = entry(
    "hassuffix_cs",
    "Whether a term of the text ends so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasSuffix, true), false)),
    &[("'North Carolina' hassuffix_cs 'TH'", "False")],
);
pub static NOT_HASSUFFIX_CS: Function = entry(
    "!hassuffix_cs",
    "Whether no term of the text ends so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::HasSuffix, true), true)),
    &[("'North Carolina' !hassuffix_cs 'TH'", "True")],
);
pub static CONTAINS: Function = entry(
    "contains",
    "Whether the text holds another, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Contains, false), false)),
    &[("'foobar' contains 'OBA'", "True")],
);
pub static NOT_CONTAINS: Function = with_alias(
    entry(
        "!contains",
        "Whether the text does not hold another, ignoring case.",
        Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Contains, false), true)),
        &[("'foobar' !contains 'OBA'", "False")],
    ),
    &["notcontains"],
);
pub static CONTAINS_CS: Function = with_alias(
    entry(
        "contains_cs",
        "Whether the text holds another.",
        Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Contains, true), false)),
        &[("'foobar' contains_cs 'OBA'", "False")],
    ),
    &["containscs"],
);
pub static NOT_CONTAINS_CS: Function = with_alias(
    entry(
        "!contains_cs",
        "Whether the text does not hold another.",
        Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::Contains, true), true)),
        &[("'foobar' !contains_cs 'OBA'", "True")],
    ),
    &["notcontainscs"],
);
pub static STARTSWITH: Function = entry(
    "startswith",
    "Whether the text starts so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::StartsWith, false), false)),
    &[("'Alpha' startswith 'al'", "True")],
);
pub static NOT_STARTSWITH: Function = entry(
    "!startswith",
    "Whether the text does not start so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::StartsWith, false), true)),
    &[("'Alpha' !startswith 'ph'", "True")],
);
pub static STARTSWITH_CS: Function = entry(
    "startswith_cs",
    "Whether the text starts so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::StartsWith, true), false)),
    &[("'Alpha' startswith_cs 'al'", "False")],
);
pub static NOT_STARTSWITH_CS: Function = entry(
    "!startswith_cs",
    "Whether the text does not start so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::StartsWith, true), true)),
    &[("'Alpha' !startswith_cs 'al'", "True")],
);
pub static ENDSWITH: Function = entry(
    "endswith",
    "Whether the text ends so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::EndsWith, false), false)),
    &[("'Alpha' endswith 'HA'", "True")],
);
pub static NOT_ENDSWITH: Function = entry(
    "!endswith",
    "Whether the text does not end so, ignoring case.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::EndsWith, false), true)),
    &[("'Alpha' !endswith 'ph'", "True")],
);
pub static ENDSWITH_CS: Function = entry(
    "endswith_cs",
    "Whether the text ends so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::EndsWith, true), false)),
    &[("'Alpha' endswith_cs 'HA'", "False")],
);
pub static NOT_ENDSWITH_CS: Function = entry(
    "!endswith_cs",
    "Whether the text does not end so.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| Needle::new(t, Mode::EndsWith, true), true)),
    &[("'Alpha' !endswith_cs 'HA'", "True")],
);
pub static LIKE: Function = entry(
    "like",
    "Whether the text equals a pattern with `*` at its ends, ignoring case. Undocumented.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| like(t, false), false)),
    &[("'Alpha' like 'al*'", "True")],
);
pub static NOT_LIKE: Function = entry(
    "notlike",
    "The opposite of `like`. Undocumented.",
    Kernel::PrepareColumns(|_, a| prepare(a, |t| like(t, false), true)),
    &[("'Alpha' notlike '*ph*'", "False")],
);
pub static LIKE_CS: Function = with_alias(
    entry(
        "like_cs",
        "`like`, case-sensitive. Undocumented.",
        Kernel::PrepareColumns(|_, a| prepare(a, |t| like(t, true), false)),
        &[("'Alpha' like_cs 'al*'", "False")],
    ),
    &["likecs"],
);
pub static NOT_LIKE_CS: Function = with_alias(
    entry(
        "notlike_cs",
        "The opposite of `like_cs`. Undocumented.",
        Kernel::PrepareColumns(|_, a| prepare(a, |t| like(t, true), true)),
        &[("'Alpha' notlike_cs 'al*'", "True")],
    ),
    &["notlikecs"],
);
pub static COLON: Function = entry(
    ":",
    "In `search`: whether the text holds a term, where `*` at an end opens that end.",
    Kernel::PrepareColumns(|_, a| prepare(a, colon, false)),
    &[],
);

/// In the order of the reference.
pub const FUNCTIONS: &[&Function] = &[
    &EQUAL_TILDE,
    &NOT_EQUAL_TILDE,
    &HAS,
    &NOT_HAS,
    &HAS_CS,
    &NOT_HAS_CS,
    &HASPREFIX,
    &NOT_HASPREFIX,
    &HASPREFIX_CS,
    &NOT_HASPREFIX_CS,
    &HASSUFFIX,
    &NOT_HASSUFFIX,
    &HASSUFFIX_CS,
    &NOT_HASSUFFIX_CS,
    &CONTAINS,
    &NOT_CONTAINS,
    &CONTAINS_CS,
    &NOT_CONTAINS_CS,
    &STARTSWITH,
    &NOT_STARTSWITH,
    &STARTSWITH_CS,
    &NOT_STARTSWITH_CS,
    &ENDSWITH,
    &NOT_ENDSWITH,
    &ENDSWITH_CS,
    &NOT_ENDSWITH_CS,
    &LIKE,
    &NOT_LIKE,
    &LIKE_CS,
    &NOT_LIKE_CS,
    &COLON,
];
