//! From a predicate to needles.

use crate::plan::{Expr, ScanColumn};
use crate::value::{Type, Value, may_show};

use super::super::route::Pseudo;

/// Byte strings of which every matching record contains at least one. Where there are none nothing matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needles {
    pub any_of: Vec<String>,
    /// Letters match in either case.
    pub any_case: bool,
    /// A needle may match a column name of a CSV file, which its rows do not repeat.
    pub whole_record: bool,
}

/// More needles than this are slower to search than records are to parse.
const MOST: usize = 64;

/// The needles of each conjunct of a predicate that has some: any one of the sets will do as a filter.
pub fn candidates(predicate: &Expr, columns: &[ScanColumn]) -> Vec<Needles> {
    match predicate {
        Expr::Call { function, arguments, .. } if function.name == "and" => arguments.iter().flat_map(|a| candidates(a, columns)).collect(),
        other => needles(other, columns).into_iter().filter(|needles| !needles.any_of.is_empty()).collect(),
    }
}

/// The needles of a predicate over a scan's columns. `None`: any record may match.
pub fn needles(predicate: &Expr, columns: &[ScanColumn]) -> Option<Needles> {
    let Expr::Call { function, arguments, .. } = predicate else { return None };
    match function.name {
        "and" => arguments.iter().filter_map(|a| needles(a, columns)).max_by_key(Needles::worth),
        "or" => arguments.iter().map(|a| needles(a, columns)).reduce(|a, b| a?.or(b?))?,
        "search_values" => {
            // The operator is the last argument, the text the one before.
            let mode = arguments.last()?.as_constant()?.as_str()?.to_owned();
            let (case, _) = operator(&mode)?;
            let subject = Subject::of(arguments.first()?, columns)?;
            let needle = subject.needle(arguments.get(1)?.as_constant()?.as_str()?)?;
            Some(Needles { any_of: vec![needle], any_case: case == Case::Any, whole_record: true })
        }
        name => {
            let (case, all) = operator(name)?;
            let (subject, values) = arguments.split_first()?;
            let texts: Vec<String> = values.iter().map(constants).collect::<Option<Vec<_>>>()?.concat();
            if !texts.is_empty() && texts.iter().all(|text| never_holds(name, subject, text, columns)) {
                return Some(Needles { any_of: Vec::new(), any_case: false, whole_record: false });
            }
            let subject = Subject::of(subject, columns)?;
            let found = texts.iter().map(|text| subject.needle(text));
            let any_of = if all { vec![found.flatten().max_by_key(String::len)?] } else { found.collect::<Option<Vec<_>>>()? };
            let any_case = case == Case::Any || subject.folded;
            (!any_of.is_empty() && any_of.len() <= MOST).then_some(Needles { any_of, any_case, whole_record: subject.whole_record })
        }
    }
}

/// More needles than this are no filter even where a record is parsed for many queries at once.
const MOST_TOGETHER: usize = 4096;

/// The needles of many predicates together: a record without any of them matches none.
pub fn together(predicates: &[Expr], columns: &[ScanColumn]) -> Option<Needles> {
    let each: Option<Vec<Needles>> = predicates.iter().map(|predicate| needles(predicate, columns)).collect();
    each?.into_iter().reduce(Needles::with).filter(|all| (1..=MOST_TOGETHER).contains(&all.any_of.len()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Same,
    Any,
}

/// How an operator compares, and whether all of its values must be there. Only operators whose match contains the value's text.
fn operator(name: &str) -> Option<(Case, bool)> {
    Some(match name {
        "==" | "in" | "has_cs" | "contains_cs" | "startswith_cs" | "endswith_cs" | "hasprefix_cs" | "hassuffix_cs" => (Case::Same, false),
        "=~" | "in~" | "has" | "contains" | "startswith" | "endswith" | "hasprefix" | "hassuffix" | "has_any" => (Case::Any, false),
        "has_all" => (Case::Any, true),
        _ => return None,
    })
}

/// No number, time or the like shows the text.
fn never_holds(operator: &str, subject: &Expr, text: &str, columns: &[ScanColumn]) -> bool {
    let Expr::Call { function, arguments, .. } = subject else { return false };
    let ("tostring", [Expr::Column { id, .. }]) = (function.name, arguments.as_slice()) else { return false };
    let Some(column) = columns.iter().find(|c| c.id == *id && Pseudo::of(c).is_none()) else { return false };
    let whole = matches!(operator, "has" | "has_cs" | "has_any" | "has_all");
    !may_show(column.ty, text, whole)
}

/// The texts of a constant: of a string, or of the strings in an array.
fn constants(value: &Expr) -> Option<Vec<String>> {
    match value.as_constant()? {
        Value::String(text) => Some(vec![text.to_string()]),
        Value::Dynamic(dynamic) => serde_json::from_str(dynamic.text()).ok(),
        _ => None,
    }
}

/// What is compared: text of a column, or of a place in one.
struct Subject {
    /// Numbers may be written in another way than they are in the record.
    dynamic: bool,
    folded: bool,
    whole_record: bool,
}

impl Subject {
    fn of(expr: &Expr, columns: &[ScanColumn]) -> Option<Subject> {
        match expr {
            Expr::Column { id, ty: ty @ (Type::String | Type::Dynamic) } => {
                let column = columns.iter().find(|c| c.id == *id && Pseudo::of(c).is_none())?;
                let dynamic = *ty == Type::Dynamic || column.ty != Type::String;
                let text = matches!(column.ty, Type::String | Type::Dynamic);
                text.then_some(Subject { dynamic, folded: false, whole_record: column.column.is_empty() })
            }
            Expr::Path { base, .. } => Some(Subject { dynamic: true, ..Subject::of(base, columns)? }),
            Expr::Call { function, arguments, .. } => match (function.name, arguments.as_slice()) {
                ("tostring", [text]) => Subject::of(text, columns),
                ("tolower", [text]) => Some(Subject { folded: true, ..Subject::of(text, columns)? }),
                ("name_value", [array, _]) => Some(Subject { dynamic: true, ..Subject::of(array, columns)? }),
                // Whichever of them it is.
                ("coalesce", all) => all.iter().map(|text| Subject::of(text, columns)).reduce(|a, b| Some(a?.or(b?)))?,
                _ => None,
            },
            _ => None,
        }
    }

    fn or(self, other: Subject) -> Subject {
        Subject {
            dynamic: self.dynamic || other.dynamic,
            folded: self.folded || other.folded,
            whole_record: self.whole_record || other.whole_record,
        }
    }

    /// The longest part of a text that stands in the record as it is.
    fn needle(&self, text: &str) -> Option<String> {
        let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | ' ')));
        let usable = parts.filter(|part| part.len() >= 3 && !(self.dynamic && may_be_number(part)));
        usable.max_by_key(|part| part.len()).map(str::to_owned)
    }
}

/// The text may be a part of a number, which `tostring` may write in another way than the record does.
fn may_be_number(text: &str) -> bool {
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'e' | b'E'));
    numeric && text.bytes().filter(|b| *b == b'.').count() < 2
}

impl Needles {
    pub fn worth(&self) -> (usize, std::cmp::Reverse<usize>) {
        // Beyond some length a needle gets no rarer; then fewer are better.
        (self.any_of.iter().map(|n| n.len().min(8)).min().unwrap_or(0), std::cmp::Reverse(self.any_of.len()))
    }

    /// The longest text that stands in all of several needles, as the only one: `breakglass` of `breakglass1@x` and `breakglass2@x`.
    pub fn shared(&self) -> Option<Needles> {
        const SHORTEST: usize = 4;
        let (first, others) = self.any_of.split_first().filter(|(_, others)| !others.is_empty())?;
        let fold = |text: &str| if self.any_case { text.to_ascii_lowercase() } else { text.to_owned() };
        let (first, others) = (fold(first), others.iter().map(|text| fold(text)).collect::<Vec<_>>());
        let lengths = (SHORTEST..=first.len()).rev();
        let parts = lengths.flat_map(|length| (0..=first.len() - length).map(move |at| (at, at + length)));
        let texts = parts.filter_map(|(from, to)| first.get(from..to));
        let found = texts.into_iter().find(|part| others.iter().all(|other| other.contains(part)))?;
        Some(Needles { any_of: vec![found.to_owned()], ..*self })
    }

    fn or(self, other: Needles) -> Option<Needles> {
        Some(self.with(other)).filter(|all| all.any_of.len() <= MOST)
    }

    fn with(mut self, other: Needles) -> Needles {
        self.any_of.extend(other.any_of);
        self.any_of.sort();
        self.any_of.dedup();
        self.any_case |= other.any_case;
        self.whole_record |= other.whole_record;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::plan::{ColumnId, Function};

    fn call(name: &'static str, arguments: Vec<Expr>) -> Expr {
        let function: &'static Function = Box::leak(Box::new(Function { name, ..Function::NEW }));
        Expr::Call { function, arguments, ty: Type::Bool, span: Span::default() }
    }

    fn text(value: &str) -> Expr {
        Expr::constant(Type::String, Value::string(value.to_owned()))
    }

    fn column(id: u32, ty: Type) -> Expr {
        Expr::Column { id: ColumnId(id), ty }
    }

    fn derived(predicate: &Expr) -> Option<String> {
        let scan = |id, ty| ScanColumn { id: ColumnId(id), column: format!("C{id}"), steps: Vec::new(), ty };
        let found = needles(predicate, &[scan(0, Type::String), scan(1, Type::Dynamic), scan(2, Type::Long)])?;
        Some(format!("{}{}", found.any_of.join("|"), if found.any_case { " i" } else { "" }))
    }

    #[test]
    fn only_what_every_match_contains() {
        let equal = |value: &str| call("==", vec![column(0, Type::String), text(value)]);
        let has = |value: &str| call("has", vec![column(0, Type::String), text(value)]);
        assert_eq!(derived(&equal("a/New-InboxRule\"b")).as_deref(), Some("New-InboxRule"));
        assert_eq!(derived(&equal("")), None);
        assert_eq!(derived(&equal("ü/ä")), None);
        assert_eq!(derived(&call("and", vec![equal("abc"), has("longer")])).as_deref(), Some("longer i"));
        assert_eq!(derived(&call("or", vec![equal("abc"), has("longer")])).as_deref(), Some("abc|longer i"));
        assert_eq!(derived(&call("or", vec![equal("abc"), call("!=", vec![column(0, Type::String), text("x")])])), None);
        assert_eq!(derived(&call("!=", vec![column(0, Type::String), text("abcdef")])), None);
        assert_eq!(derived(&call("in", vec![column(0, Type::String), text("one"), text("two")])).as_deref(), Some("one|two"));
        assert_eq!(derived(&call("in", vec![column(0, Type::String), text("one"), text("")])), None);
        let either = call("coalesce", vec![column(0, Type::String), call("name_value", vec![column(1, Type::Dynamic), text("Name")])]);
        assert_eq!(derived(&call("has", vec![either, text("needle")])).as_deref(), Some("needle i"));
    }

    #[test]
    fn numbers_inside_of_dynamics_are_not_text() {
        let equal = |ty, id, value: &str| call("==", vec![call("tostring", vec![column(id, ty)]), text(value)]);
        assert_eq!(derived(&equal(Type::Dynamic, 1, "1000")), None);
        assert_eq!(derived(&equal(Type::Dynamic, 1, "10.1.1.1")).as_deref(), Some("10.1.1.1"));
        assert_eq!(derived(&equal(Type::String, 0, "1000")).as_deref(), Some("1000"));
        assert_eq!(derived(&equal(Type::Long, 2, "1000")), None);
        // No number holds such a text, so it stands in the other column.
        let either = |value: &str| call("or", vec![equal(Type::Long, 2, value), equal(Type::String, 0, value)]);
        assert_eq!(derived(&either("1000")), None);
        assert_eq!(derived(&either("needle")).as_deref(), Some("needle"));
    }
}
