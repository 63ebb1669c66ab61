//! KQL's ten scalar types and their names.

/// A scalar type of KQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    DateTime,
    TimeSpan,
    String,
    Guid,
    Dynamic,
}

impl Type {
    pub const ALL: [Type; 10] = [
        Type::Bool,
        Type::Int,
        Type::Long,
        Type::Real,
        Type::Decimal,
        Type::DateTime,
        Type::TimeSpan,
        Type::String,
        Type::Guid,
        Type::Dynamic,
    ];

    /// The canonical name, as `getschema` and the Kusto response print it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Long => "long",
            Type::Real => "real",
            Type::Decimal => "decimal",
            Type::DateTime => "datetime",
            Type::TimeSpan => "timespan",
            Type::String => "string",
            Type::Guid => "guid",
            Type::Dynamic => "dynamic",
        }
    }

    /// The type that a name or one of its aliases (`boolean`, `double`, `int64`, `date`, `time`, `uuid` …) stands for.
    pub fn parse(name: &str) -> Option<Type> {
        Some(match name {
            "bool" | "boolean" => Type::Bool,
            "int" | "int32" | "uint" | "uint32" | "int8" | "uint8" | "int16" | "uint16" => Type::Int,
            "long" | "int64" | "ulong" | "uint64" => Type::Long,
            "real" | "double" | "float" => Type::Real,
            "decimal" => Type::Decimal,
            "datetime" | "date" => Type::DateTime,
            "timespan" | "time" => Type::TimeSpan,
            "string" => Type::String,
            "guid" | "uuid" | "uniqueid" => Type::Guid,
            "dynamic" => Type::Dynamic,
            _ => return None,
        })
    }

    pub fn is_integer(self) -> bool {
        matches!(self, Type::Int | Type::Long)
    }

    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Int | Type::Long | Type::Real | Type::Decimal)
    }

    /// Numbers, datetime and timespan: what `sum`, `avg` and arithmetic take.
    pub fn is_summable(self) -> bool {
        self.is_numeric() || matches!(self, Type::DateTime | Type::TimeSpan)
    }

    /// The wider of two numeric types (int < long < real < decimal), or the common type if they are equal.
    pub fn widest(self, other: Type) -> Option<Type> {
        if self == other {
            return Some(self);
        }
        let rank = |t: Type| [Type::Int, Type::Long, Type::Real, Type::Decimal].iter().position(|n| *n == t);
        Some(if rank(self)? > rank(other)? { self } else { other })
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
