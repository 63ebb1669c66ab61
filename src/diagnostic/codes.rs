//! The registry of diagnostic codes: one row a code; `kalypso explain KQL0101` style help reads it.

/// A stable code, `KQL` and four digits. The Kusto code beside it helps a search engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(pub u16);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KQL{:04}", self.0)
    }
}

/// Code, Kusto's own code, what it means. Kusto's stand only where its documentation, its published messages, or measurements with its
/// emulator that somebody published (github.com/mmaitre314/duckdb-kql, named in the row) show them: a wrong one would lead a search
/// astray.
pub const REGISTRY: &[(Code, &str, &str)] = &[
    (Code::SYNTAX, "SYN0002", "The text is not KQL at this point"),
    (Code::LITERAL, "", "A literal is malformed (an unterminated string, an illegal escape, a number out of range)"),
    (Code::TOO_DEEP, "", "The query nests deeper than the parser allows"),
    (Code::UNKNOWN_COLUMN, "SEM0100", "No column, variable or function has this name"),
    (Code::UNKNOWN_TABLE, "SEM0100", "No table has this name"),
    (Code::UNKNOWN_FUNCTION, "SEM0260", "No function has this name"),
    (Code::ARGUMENT_COUNT, "SEM0219", "The function takes another number of arguments"),
    (Code::ARGUMENT_TYPE, "", "The argument has a type that the function does not take"),
    (Code::OPERAND_TYPE, "SEM0064", "The operator does not apply to operands of these types"),
    (Code::ARITHMETIC, "SEM0001", "The operands of an arithmetic operator have types that do not go together"),
    (Code::NOT_SCALAR, "", "A scalar is expected here, not a table"),
    (Code::NOT_TABULAR, "SEM0003", "A table is expected here, not a scalar"),
    // duckdb-kql, tests/test_extract_all.py: "failed to cast argument 2 to scalar constant".
    (Code::NOT_CONSTANT, "SEM0040", "The expression must be constant"),
    (Code::DUPLICATE_COLUMN, "", "Two columns have the same name"),
    (Code::INVALID_ARGUMENT, "", "The argument has a value that is not allowed"),
    (Code::INVALID_PARAMETER, "", "The operator has no such parameter, or not with this value"),
    (Code::AGGREGATE_CONTEXT, "", "An aggregate stands where none may, or is missing where one must stand"),
    // duckdb-kql, docs/mv-expand-proposal.md: "order operator: key can't be of dynamic type".
    (Code::SORT_KEY, "SEM0480", "A key to sort by is dynamic"),
    // duckdb-kql, docs/mv-expand-proposal.md and docs/TRANSLATION.md R17: a group key "is of a 'dynamic' type"; "Cannot compare dynamic
    // values without explicit cast".
    (Code::UNTYPED, "SEM0001", "A dynamic is grouped by, or compared with a dynamic, without a conversion"),
    // duckdb-kql, tests/test_type_domains.py.
    (Code::BRANCHES, "SEM0525", "The values that a function chooses among have no common type"),
    // duckdb-kql, docs/TRANSLATION.md R18.
    (Code::EXPANDED, "SEM0447", "Only a dynamic can be expanded"),
    // duckdb-kql, docs/TRANSLATION.md R19 and tests/test_parse.py.
    (Code::PARSE_PATTERN, "SEM0476", "The pattern of `parse` leaves open where a column ends"),
    // duckdb-kql, docs/code-review/review-2026-08-24-adversarial.md: "Let with the same name was already used in current context".
    (Code::LET_AGAIN, "SEM0079", "Two `let` statements give one name"),
    (Code::NOT_SORTED, "", "A window function needs rows in a fixed order: sort or serialize first"),
    (Code::JOIN_CONDITION, "", "The join condition is not an equality of a left and a right column"),
    (Code::UNSUPPORTED, "", "Valid KQL that Kalypso does not run yet"),
    (Code::NEEDS_SERVICE, "", "Valid KQL that needs the Kusto service itself"),
    (Code::MISSING_PARAMETER, "", "A declared query parameter has no value"),
    // duckdb-kql, tests/test_let_function.py: its own name is unknown to a function.
    (Code::RECURSION, "SEM0260", "A function calls itself"),
    (Code::PATTERN, "SEM0036", "A declared pattern has no query for these arguments"),
    (Code::UNSHOWN_COLUMN, "", "No sampled record shows this column: it is read as dynamic"),
    (Code::INFERRED_VIEW, "", "The table's rows are made from records that Microsoft does not make it from"),
    (Code::NAMED_TYPE, "", "`RecordType` is compared with a number where an export has its name"),
    (Code::RUNTIME, "", "The query failed while it ran"),
    (Code::MEMORY, "", "The query held more rows or memory, made a longer text, or took more time, than it may"),
    (
        Code::LINT_CONTAINS,
        "KS500",
        "`contains` where `has` would do: it searches every text from end to end, where a word can be looked up",
    ),
    (Code::LINT_IS_NULL, "KS501", "`isnull` of a string, which is never null: `isempty` is meant"),
    (Code::LINT_TO_BOOL, "KS504", "`tobool` of a number: a comparison is meant"),
    (Code::LINT_SUM_OF_NULLS, "KS505", "A sum of sums or differences: a row counts for nothing where either side is null"),
    (Code::LINT_FORMAT_DATETIME, "KS506", "`format_datetime` in a comparison: texts are compared where times are meant"),
    (Code::LINT_OBSOLETE, "KS507", "An obsolete name of a function"),
    (Code::LINT_JOIN_KIND, "KS508", "`join` without a kind: the default drops rows of the left side whose key comes twice"),
    (Code::LINT_STDEV_TIMESPAN, "KS509", "`stdev` of timespans is a number, not a timespan"),
    (Code::LINT_HIDDEN_VARIABLE, "KS510", "A variable is not seen where a column has its name"),
    (Code::LINT_PARTITION_STRATEGY, "KS513", "`partition` without a strategy: Kusto's legacy one refuses more than 64 parts"),
    (Code::LINT_IPV4_TERM, "KS514", "An IPv4 address is looked for as text, where `has_ipv4` and its kin know its bounds"),
    (Code::LINT_COUNT_DISTINCT, "KS515", "`count_distinct` where the estimate of `dcount` may do"),
    (Code::LINT_STRLEN_DYNAMIC, "KS516", "`strlen` of an array or a bag counts the characters of its JSON text"),
    (Code::LINT_LETTER_CASE, "", "Comparing in any case with a constant that has no letters"),
    (Code::LINT_UNUSED_LET, "", "A `let` that nothing uses"),
    (Code::LINT_TOLOWER, "", "Comparing `tolower(x)` or `toupper(x)`, where `=~` says the same"),
    (Code::LINT_REGEX_LITERAL, "", "A regular expression that is plain text"),
];

impl Code {
    pub const SYNTAX: Code = Code(1);
    pub const LITERAL: Code = Code(2);
    pub const TOO_DEEP: Code = Code(3);
    pub const UNKNOWN_COLUMN: Code = Code(100);
    pub const UNKNOWN_TABLE: Code = Code(101);
    pub const UNKNOWN_FUNCTION: Code = Code(102);
    pub const ARGUMENT_COUNT: Code = Code(103);
    pub const ARGUMENT_TYPE: Code = Code(104);
    pub const OPERAND_TYPE: Code = Code(105);
    pub const NOT_SCALAR: Code = Code(106);
    pub const NOT_TABULAR: Code = Code(107);
    pub const NOT_CONSTANT: Code = Code(108);
    pub const DUPLICATE_COLUMN: Code = Code(109);
    pub const INVALID_ARGUMENT: Code = Code(110);
    pub const INVALID_PARAMETER: Code = Code(111);
    pub const AGGREGATE_CONTEXT: Code = Code(112);
    pub const NOT_SORTED: Code = Code(113);
    pub const JOIN_CONDITION: Code = Code(114);
    pub const RECURSION: Code = Code(115);
    pub const MISSING_PARAMETER: Code = Code(116);
    pub const PATTERN: Code = Code(117);
    pub const ARITHMETIC: Code = Code(118);
    pub const SORT_KEY: Code = Code(119);
    pub const UNTYPED: Code = Code(120);
    pub const EXPANDED: Code = Code(121);
    pub const PARSE_PATTERN: Code = Code(122);
    pub const LET_AGAIN: Code = Code(123);
    pub const BRANCHES: Code = Code(124);
    pub const UNSHOWN_COLUMN: Code = Code(150);
    pub const INFERRED_VIEW: Code = Code(151);
    pub const NAMED_TYPE: Code = Code(152);
    pub const UNSUPPORTED: Code = Code(200);
    pub const NEEDS_SERVICE: Code = Code(201);
    pub const RUNTIME: Code = Code(300);
    pub const MEMORY: Code = Code(301);
    pub const LINT_CONTAINS: Code = Code(400);
    pub const LINT_IS_NULL: Code = Code(401);
    pub const LINT_TO_BOOL: Code = Code(402);
    pub const LINT_SUM_OF_NULLS: Code = Code(403);
    pub const LINT_FORMAT_DATETIME: Code = Code(404);
    pub const LINT_OBSOLETE: Code = Code(405);
    pub const LINT_JOIN_KIND: Code = Code(406);
    pub const LINT_STDEV_TIMESPAN: Code = Code(407);
    pub const LINT_HIDDEN_VARIABLE: Code = Code(408);
    pub const LINT_PARTITION_STRATEGY: Code = Code(409);
    pub const LINT_IPV4_TERM: Code = Code(410);
    pub const LINT_COUNT_DISTINCT: Code = Code(411);
    pub const LINT_STRLEN_DYNAMIC: Code = Code(412);
    pub const LINT_LETTER_CASE: Code = Code(420);
    pub const LINT_UNUSED_LET: Code = Code(421);
    pub const LINT_TOLOWER: Code = Code(422);
    pub const LINT_REGEX_LITERAL: Code = Code(423);

    /// The code of Microsoft's engine for the same mistake, or an empty string.
    pub fn kusto(self) -> &'static str {
        REGISTRY.iter().find(|(code, _, _)| *code == self).map_or("", |(_, kusto, _)| kusto)
    }
}
