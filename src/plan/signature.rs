//! Signatures in the notation of Microsoft's parser: `(text:string, [length:integer], arg:scalar, ...) -> string`.

use crate::value::Type;

/// One overload of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    pub returns: Returns,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub accepts: Accepts,
    pub optional: bool,
    /// Followed by `...`: may be given any number of times (at least once unless optional).
    pub repeats: bool,
}

/// What a parameter takes. A parameter of an exact type gets its argument converted to that type where KQL converts implicitly;
/// the groups get it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    Exactly(Type),
    /// int, long, real, decimal.
    Number,
    /// int, long.
    Integer,
    /// Numbers, datetime, timespan.
    Summable,
    /// Any scalar.
    Scalar,
    NotDynamic,
    Orderable,
    NumberOrBool,
    StringOrDynamic,
    StringOrArray,
    IntegerOrArray,
    NotRealOrBool,
    /// Dynamic, expected to hold an array or a bag.
    Array,
    Bag,
    /// All arguments of this kind are converted to their common type.
    CommonScalar,
    CommonScalarOrDynamic,
    CommonOrderable,
    /// `typeof(…)`.
    TypeLiteral,
    Tabular,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    Type(Type),
    /// The type of the argument with this index.
    Parameter(usize),
    /// The same, int promoted to long.
    Promoted(usize),
    /// The common type of the `common…` arguments.
    Common,
    /// The widest of the numeric arguments, and never int.
    Widest,
    /// The type that the last argument, a `typeof(…)`, names.
    Literal,
    Custom,
}

impl Signature {
    /// Parses the notation. The tables of functions are tested to parse, so a malformed one is a bug: it yields no parameters.
    pub fn parse(text: &str) -> Signature {
        let (parameters, returns) = text.split_once("->").unwrap_or((text, "Custom"));
        let mut parsed: Vec<Parameter> = Vec::new();
        let inner = parameters.trim().trim_start_matches(|c: char| c != '(').trim_start_matches('(').trim_end_matches(')');
        for part in inner.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            if part == "..." || part == "...]" {
                if let Some(last) = parsed.last_mut() {
                    last.repeats = true;
                }
                continue;
            }
            let optional = part.starts_with('[');
            let part = part.trim_matches(['[', ']']);
            let (name, kind) = part.split_once(':').unwrap_or((part, "scalar"));
            parsed.push(Parameter { name: name.to_owned(), accepts: Accepts::parse(kind.trim()), optional, repeats: false });
        }
        Signature { parameters: parsed, returns: Returns::parse(returns.trim()) }
    }
}

impl Accepts {
    fn parse(kind: &str) -> Accepts {
        match kind {
            "number" => Accepts::Number,
            "integer" => Accepts::Integer,
            "summable" => Accepts::Summable,
            "notdynamic" => Accepts::NotDynamic,
            "orderable" => Accepts::Orderable,
            "numberorbool" => Accepts::NumberOrBool,
            "stringordynamic" => Accepts::StringOrDynamic,
            "stringorarray" => Accepts::StringOrArray,
            "integerorarray" => Accepts::IntegerOrArray,
            "notrealorbool" => Accepts::NotRealOrBool,
            "dynamicarray" => Accepts::Array,
            "dynamicbag" => Accepts::Bag,
            "commonscalar" => Accepts::CommonScalar,
            "commonscalarordynamic" => Accepts::CommonScalarOrDynamic,
            "commonorderable" => Accepts::CommonOrderable,
            "type" => Accepts::TypeLiteral,
            "tabular" => Accepts::Tabular,
            other => Type::parse(other).map_or(Accepts::Scalar, Accepts::Exactly),
        }
    }
}

impl Returns {
    fn parse(text: &str) -> Returns {
        match text {
            "Parameter0" => Returns::Parameter(0),
            "Parameter1" => Returns::Parameter(1),
            "Parameter2" => Returns::Parameter(2),
            "Parameter0Promoted" => Returns::Promoted(0),
            "Parameter0Array" => Returns::Type(Type::Dynamic),
            "Common" | "CommonNonDynamic" => Returns::Common,
            "Widest" => Returns::Widest,
            "ParameterNLiteral" | "Parameter0Literal" | "Parameter1Literal" => Returns::Literal,
            other => Type::parse(other).map_or(Returns::Custom, Returns::Type),
        }
    }
}
