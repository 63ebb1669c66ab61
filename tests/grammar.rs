//! Holds `grammar/kql.pest` and the parser to the same answers: both accept a query or both reject it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kalypso::syntax::{Options, parse_with};
use pest_vm::Vm;

/// Of ten thousand queries of the corpora, how many the two must agree on. It only rises.
const AGREE: usize = 10_000;

/// The same for damaged queries: damage may make a date that the grammar, which has no calendar, lets through.
const AGREE_WHEN_DAMAGED: usize = 9_990;

/// Why the parser may reject what the grammar accepts: the grammar knows how a value is written, not which values there are, and does
/// not count levels. No other disagreement is allowed.
const KNOWN: [&str; 3] = ["is not a", "beyond the range of long", "nests deeper"];

/// Deep queries recurse deep, in the grammar's interpreter even more than in the parser.
const STACK: usize = 512 << 20;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn grammar() -> Vm {
    let text = std::fs::read_to_string(root().join("grammar/kql.pest")).expect("the grammar is there");
    match pest_meta::parse_and_optimize(&text) {
        Ok((_, rules)) => Vm::new(rules),
        Err(errors) => panic!("the grammar does not hold: {}", errors.iter().map(|e| e.to_string()).collect::<Vec<_>>().join("\n")),
    }
}

/// What the two disagree on among `queries`, with what they said.
fn disagreements(queries: Vec<(String, String)>) -> Vec<String> {
    let compare = move || {
        let vm = grammar();
        let mut slowest = (Duration::ZERO, String::new());
        let (mut found, mut accepted) = (Vec::new(), 0);
        for (id, query) in &queries {
            let begun = Instant::now();
            let by_grammar = vm.parse("query", query).err().map(|e| e.to_string());
            slowest = slowest.max((begun.elapsed(), id.clone()));
            let by_parser = parse_with(query, Options { headless: true, ..Options::default() }).err().map(|e| e.message.clone());
            accepted += usize::from(by_parser.is_none());
            if by_grammar.is_some() != by_parser.is_some() {
                found.push(format!("{id}\n  grammar: {}\n  parser: {}", said(by_grammar), said(by_parser)));
            }
        }
        println!(
            "{} queries, {accepted} accepted by the parser; the grammar took longest for {}: {:?}",
            queries.len(),
            slowest.1,
            slowest.0
        );
        found
    };
    std::thread::Builder::new().stack_size(STACK).spawn(compare).expect("a thread").join().expect("no panic")
}

fn said(error: Option<String>) -> String {
    error.unwrap_or_else(|| "accepts".to_owned())
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

/// The ```kql blocks of a document.
fn blocks(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let parts = text.split("\n```kql").skip(1).filter_map(|part| {
        let (_, body) = part.split_once('\n')?;
        Some(body.split("\n```").next().unwrap_or(body).to_owned())
    });
    parts.enumerate().map(|(at, body)| (format!("{}#{}", path.display(), at + 1), body)).collect()
}

/// The `query` of every line of a corpus, or nothing when it is not there.
fn corpus(name: &str, seen: &mut HashSet<String>) -> Vec<(String, String)> {
    let Ok(text) = std::fs::read_to_string(root().join("../shared").join(name)) else {
        println!("skipped: there is no ../shared/{name}");
        return Vec::new();
    };
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let queries = lines.filter_map(|line| Some((line.get("id")?.to_string(), line.get("query")?.as_str()?.to_owned())));
    queries.filter(|(_, query)| seen.insert(query.clone())).collect()
}

#[test]
fn agrees_on_the_documents() {
    let mut paths = vec![root().join("README.md")];
    documents(&root().join("tests/spec"), &mut paths);
    let queries: Vec<_> = paths.iter().flat_map(|p| blocks(p)).collect();
    assert!(queries.len() > 10, "only {} queries were found in the documents", queries.len());
    require("of the documents", AGREE, queries);
}

#[test]
fn agrees_on_the_corpora() {
    let mut seen = HashSet::new();
    let mut queries = corpus("conformance/parse-dev.jsonl", &mut seen);
    queries.extend(corpus("queries/dev.jsonl", &mut seen));
    require("of the corpora", AGREE, queries);
}

/// Every disagreement has a known reason, and there are few.
fn require(what: &str, least: usize, queries: Vec<(String, String)>) {
    let count = queries.len();
    let found = disagreements(queries);
    println!("{count} queries {what}, {} disagreements\n{}", found.len(), found.join("\n"));
    let known = |d: &&String| d.contains("grammar: accepts") && KNOWN.iter().any(|reason| d.contains(reason));
    let unknown = found.iter().filter(|d| !known(d)).count();
    assert_eq!(unknown, 0, "disagreements without a known reason, of {count} queries {what}:\n{}", found.join("\n"));
    assert!((count - found.len()) * 10_000 >= count * least, "{} disagreements, of {count} queries {what}", found.len());
}

/// The query with one piece (a word or a sign) left out or doubled, chosen by the query's length.
fn damaged(query: &str) -> String {
    let mut pieces: Vec<&str> = query.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let at = query.len().wrapping_mul(7919) % pieces.len().max(1);
    match pieces.get(at) {
        Some(piece) if query.len().is_multiple_of(2) => pieces.insert(at, piece),
        Some(_) => drop(pieces.remove(at)),
        None => {}
    }
    pieces.concat()
}

/// Most queries of the corpora are right; this looks at what is nearly right.
#[test]
fn agrees_on_damaged_queries() {
    let mut seen = HashSet::new();
    let mut queries = corpus("conformance/parse-dev.jsonl", &mut seen);
    queries.extend(corpus("queries/dev.jsonl", &mut seen));
    let queries = queries.into_iter().map(|(id, query)| (id, damaged(&query))).collect();
    require("with a piece damaged", AGREE_WHEN_DAMAGED, queries);
}

#[test]
fn names_every_operator() {
    let text = std::fs::read_to_string(root().join("grammar/kql.pest")).expect("the grammar is there");
    let names = kalypso::operators::TABLE.iter().flat_map(|row| row.names);
    let missing: Vec<_> = names.filter(|name| !text.contains(&format!("\"{name}\""))).collect();
    assert!(missing.is_empty(), "the grammar does not name {missing:?}");
}

/// The examples of the reference: hundreds of short queries that are always there, whole and damaged.
#[test]
fn agrees_on_the_reference() {
    let mut texts: Vec<&str> = Vec::new();
    let mut add = |examples: &'static [kalypso::plan::Example]| texts.extend(examples.iter().map(|(text, _)| *text));
    kalypso::functions::all().for_each(|f| add(f.examples));
    kalypso::aggregates::all().for_each(|a| add(a.examples));
    kalypso::windows::all().for_each(|w| add(w.examples));
    kalypso::plugins::all().for_each(|p| add(p.examples));
    kalypso::operators::TABLE.iter().for_each(|o| add(o.examples));
    let named = |text: String| (text.clone(), text);
    require("of the reference", AGREE, texts.iter().map(|text| named((*text).to_owned())).collect());
    require("of the reference, damaged", AGREE_WHEN_DAMAGED, texts.iter().map(|text| named(damaged(text))).collect());
}

/// Forms that are rare in real queries, and mistakes that a loose grammar would let through.
#[test]
fn agrees_on_rare_forms() {
    let queries = [
        "T | where by == 1 and where in (1, 2,) or a !in~ ('x') + 1",
        "T | make-graph a --> b with N on id | graph-match (x)-[e*1..3]->(y)<--(z) where x.a == 1 project x.a",
        "T | make-graph a -- b with_node_id = id partitioned-by p ( graph-to-table nodes as N with_node_id=i, edges )",
        "T | scan with_match_id=m order by t asc partition by u declare (x:long = 0) with (step a optional: true; step b output=all: x > 1 => y = 2;)",
        "T | top-nested 3 of a with others = 'rest' by count() desc, top-nested of b by max(c)",
        "T | fork a=(where x | count) (take 1)",
        "T | facet by a, b with (where c == 1)",
        "T | partition hint.strategy=native by a { T | where b == 1; }",
        "T | mv-apply with_itemindex=i x = a to typeof(long), b on (where x > 1 | summarize sum(x))",
        "T | make-series n = count() default = 0, avg(x) on t from ago(1d) to now() step 1h by a",
        "T | render timechart title='x' with (kind=stacked, ycolumns=a, b, c)",
        "T | parse kind=regex flags=Ui a with * 'x' 'y' b:long * c",
        "T | parse-kv a as (x:string, y:long) with (pair_delimiter=';', quote='\"')",
        "find withsource=s in (A*, database('d').B) where x has 'y' project a, b:string, pack(*) project-away c",
        "search kind=case_sensitive in (A, *B) x:'y' and not(z)",
        "union kind=outer withsource=s A, B*, (C | take 1), cluster('c').database('d').*E",
        "let f = view (n:long = 1, T:(*), U:(a:string)) { let x = n; T | take x }; f(1, T, U)",
        "declare query_parameters(a:long = 1, b:string); set querytrace; restrict access to (A, B.*); T",
        "declare pattern p = (a:string)[b:string] { ('x').['y'] = { T | take 1; }; }; p('x').y",
        "declare pattern p = (a:string) { ('x') = { print 1 } ('y') = { print 2 };; }; declare pattern q; p('x')",
        "declare pattern p = (a:string) { ('x') { print 1 } }",
        "print toscalar kind=nooptimization (T | count), toscalar(T), toscalar, kind = 1",
        "T datascope=all | where datascope == 1",
        "inline_external_table(a:long) kind=storage partition by (d:datetime = startofday(t), s:string) pathformat=('d=' f('x', d)) dataformat=csv (h@'x', 'y') with (includeHeaders='All') | take 1",
        "inline_external_table kind=delta ('x') | take 1",
        "inline_external_table | take 1",
        "T | where ['a b'] = 1 and b | where (a, b) = 1 | where a.b = 1",
        "T | mv-expand a to typeof(DateTime), b to typeof(STRING)",
        "print datetime(soon), time(1h, 2m), int(x)",
        "print dynamic([datetime(soon)])",
        "alias database d = cluster('c').database('e'); entity_group [a, b]",
        "print dynamic({'a': [1, -2.5, null, datetime(2024-01-01),], b: h@'c'}), 1e3, 0x1F, 2.5h, ['odd name'], 1..2",
        "print `````` | ```\n#a\n``` | 'b' ",
        "# a comment\nT // another\n # and one more\n| take 1",
        "T | where a = 1",
        "T | where has 'x'",
        "T | where in~ ('x')",
        "T | where a between (1 .. 2) and b !between (1..2) == true",
        "T | where datetime(x) > 1",
        "T | extend x = (1, 2)",
        "T | extend (a, b) = f(c)",
        "T | extend asc = 1",
        "datatable(first:long)[1]",
        "print ['first'] = 1, x = datetime(Wed, 28 Apr 2021 15:05:02 GMT), datetime(4/28/2021 2:08 PM), datetime(2015-14)",
        "T | project-away",
        "T | project",
        "T | project-away a, b*, *c, d.e* | project-reorder a granny-desc, * asc",
        "T | sort by a desc nulls",
        "T | unknown a",
        "T | where (a",
        "T | where a AND b",
        "T T",
        "let x = 1 let y = 2",
        "select a from T",
        "print 'a\\q'",
        "print \u{201c}a\u{201d}",
        "print 12abc, 1.5abc",
        "| where a == 1 | count",
        "where a == 1",
        "count",
        "count | where a",
        "range(1, 2)",
        "print range(1, 2)",
        "",
        ";;",
    ];
    require("of rare forms", AGREE, queries.iter().map(|q| (q.to_string(), q.to_string())).collect());
}

/// Parentheses in parentheses must not make the grammar start over at every level, right or wrong.
#[test]
fn deep_queries_take_no_time() {
    let deep = |open: &str, close: &str, inner: &str| format!("T | where {}{inner}{}", open.repeat(40), close.repeat(40));
    let queries = [deep("(", ")", "a"), deep("(", ")", "a b"), deep("f(", ")", "a ="), deep("a[", "]", "1 2"), deep("a in (", ")", ")")];
    let named: Vec<_> = queries.iter().map(|q| (q.clone(), q.clone())).collect();
    let begun = Instant::now();
    require("of deep nesting", AGREE, named);
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
}
