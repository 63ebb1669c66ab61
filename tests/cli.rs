//! The command as a shell sees it: exit statuses, streams, files left behind.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn kalypso(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    command.args(arguments).env_remove("COLUMNS").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    kalypso(arguments).output().unwrap()
}

/// Runs with text on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = kalypso(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The command may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn help_and_version_are_no_errors() {
    for arguments in [&["--help"][..], &["-h"], &["--version"], &["help", "check"], &["schema", "--help"]] {
        let output = run(arguments);
        assert_eq!((status(&output), err(&output)), (0, ""), "{arguments:?}");
        assert!(out(&output).contains("kalypso"));
    }
    let help = run(&["--help"]);
    for promised in ["Exit status:", "Examples:", "--csv-safe", "parquet"] {
        assert!(out(&help).contains(promised), "{promised}");
    }
}

#[test]
fn a_command_line_without_sense_is_status_2() {
    let lines: &[&[&str]] = &[
        &[],
        &["--no-such-option", "print 1"],
        &["-f", "no-such-format", "print 1"],
        &["-f", "csv", "check"],
        &["-", "-"],
        &["--now", "noon", "print 1"],
        &["--param", "novalue", "print 1"],
        &["--query-file", "no/such/file"],
        &["--schema", "no/such/file", "print 1"],
        &["-o", "no/such/folder/file.csv", "print 1"],
        &["schema"],
        &["functions", "no_such_function"],
    ];
    for arguments in lines {
        let output = run(arguments);
        assert_eq!((status(&output), out(&output)), (2, ""), "{arguments:?}: {}", err(&output));
        assert!(!err(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_error_in_the_query_is_status_1_and_drawn() {
    let output = run(&["print x = (1"]);
    assert_eq!((status(&output), out(&output)), (1, ""));
    assert!(err(&output).contains("error[KQL") && err(&output).contains("1 | print x = (1"), "{}", err(&output));
    assert!(!err(&output).contains('\u{1b}'));
    let output = fed(&["-"], b"print '\xff'");
    assert_eq!(status(&output), 1);
    let output = fed(&["check", "-"], &b"(".repeat(1 << 20));
    assert_eq!(status(&output), 1, "{}", err(&output));
}

#[test]
fn a_file_in_the_place_of_the_query_gets_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rule.kql");
    fs::write(&path, "print 1").unwrap();
    let output = run(&[path.to_str().unwrap()]);
    assert_eq!(status(&output), 1);
    assert!(err(&output).contains("--query-file"), "{}", err(&output));
}

#[test]
fn the_reference_comes_in_every_form() {
    assert!(out(&run(&["functions"])).starts_with("Name,Category,Usage,Summary,Remark\n"));
    assert!(out(&run(&["functions", "strlen"])).starts_with("strlen("));
    assert!(out(&run(&["functions", "--format", "markdown"])).contains("### strlen"));
    assert!(out(&run(&["operators", "-f", "ndjson"])).contains("{\"Name\":\"take\""));
    assert!(err(&run(&["functions", "strle"])).contains("did you mean strlen?"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(out(&run(&["completions", shell])).contains("kalypso"));
    }
}

#[cfg(unix)]
#[test]
fn several_tables_go_where_they_have_room() {
    const QUERY: &str = "datatable(a:long, b:long)[1, 2] | facet by a, b";
    let lines = run(&["-f", "ndjson", QUERY]);
    assert_eq!(out(&lines), "{\"$table\":\"a\",\"a\":1,\"count_a\":1}\n{\"$table\":\"b\",\"b\":2,\"count_b\":1}\n");
    let csv = run(&["-f", "csv", QUERY]);
    assert_eq!(out(&csv), "a,count_a\n1,1\n\nb,count_b\n2,1\n");
    let shown = run(&["-f", "table", QUERY]);
    assert!(out(&shown).starts_with("a\na  count_a\n") && out(&shown).contains("\n\nb\nb  count_b\n"), "{}", out(&shown));
    let parquet = run(&["-f", "parquet", QUERY]);
    assert_eq!((status(&parquet), out(&parquet)), (1, ""));
    assert!(err(&parquet).contains("parquet holds one table, the query gives 2"), "{}", err(&parquet));
}

#[test]
fn stored_functions_come_from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder_name = folder.path().to_str().unwrap();
    fs::write(folder.path().join("Twice.kql"), "(T:(n:long), by:long = 2) { T | project n = n * by }").unwrap();
    fs::write(folder.path().join("Loop.kql"), "() { Loop() }").unwrap();
    fs::write(folder.path().join("Bad.kql"), "(n:long) { n + }").unwrap();
    let asked = |query: &str| run(&["--functions", folder_name, "-f", "csv", "--no-header", query]);
    let twice = asked("datatable(n:long)[1, 2] | invoke Twice() | invoke Twice(by=10)");
    assert_eq!((status(&twice), out(&twice)), (0, "20\n40\n"), "{}", err(&twice));
    let circle = asked("Loop()");
    assert_eq!(status(&circle), 1);
    assert!(err(&circle).contains("KQL0115"), "{}", err(&circle));
    let bad = asked("print Bad(1)");
    assert_eq!(status(&bad), 1);
    assert!(err(&bad).contains("the stored function `Bad` cannot be read"), "{}", err(&bad));
    fs::write(folder.path().join("Latin.kql"), b"() { 'caf\xe9' }").unwrap();
    let latin = asked("print Latin()");
    assert!(err(&latin).contains("the stored function `Latin` cannot be read") && err(&latin).contains("UTF-8"), "{}", err(&latin));
}

#[test]
fn depth_has_a_limit_that_can_be_raised() {
    let query = format!("print x = {}1{}", "(1+".repeat(900), ")".repeat(900));
    let refused = run(&["-f", "csv", "--no-header", &query]);
    assert_eq!(status(&refused), 1);
    assert!(err(&refused).contains("KQL0003") && err(&refused).contains("--max-depth"), "{}", err(&refused));
    let deep = run(&["--max-depth", "2000", "-f", "csv", "--no-header", &query]);
    assert_eq!((status(&deep), out(&deep)), (0, "901\n"), "{}", err(&deep));
    let rows = format!("range n from 1 to 3 step 1 | extend x = {}n{} | summarize sum(x)", "abs(n+".repeat(900), ")".repeat(900));
    let computed = run(&["--max-depth", "2000", "--threads", "2", "-f", "csv", "--no-header", &rows]);
    assert_eq!((status(&computed), out(&computed)), (0, "5406\n"), "{}", err(&computed));
}

#[test]
fn external_data_is_unwrapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.csv"), "a,1\nb,2\n").unwrap();
    let mut gzip = flate2::write::GzEncoder::new(fs::File::create(path("b.csv.gz")).unwrap(), flate2::Compression::fast());
    gzip.write_all(b"c,3\n").unwrap();
    gzip.finish().unwrap();
    let utf16: Vec<u8> = "\u{feff}{\"k\":\"d\",\"n\":4}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(path("c.json"), utf16).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(path("d.zip")).unwrap());
    zip.start_file("d.tsv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"e\t5\n").unwrap();
    zip.finish().unwrap();
    let parquet = run(&["-o", &path("e.parquet"), "print k='f', n=6"]);
    assert_eq!(status(&parquet), 0, "{}", err(&parquet));
    let uris = ["a.csv", "b.csv.gz", "c.json", "d.zip", "e.parquet"].map(|name| format!("'{}'", path(name))).join(", ");
    let read = run(&["-f", "csv", "--no-header", &format!("externaldata(k:string, n:long)[{uris}]")]);
    assert_eq!((status(&read), out(&read)), (0, "a,1\nb,2\nc,3\nd,4\ne,5\nf,6\n"), "{}", err(&read));
    let inline = format!("inline_external_table(k:string, n:long) kind=storage dataformat=csv ('{}') | summarize sum(n)", path("a.csv"));
    assert_eq!(out(&run(&["-f", "csv", "--no-header", &inline])), "3\n");
    let far = run(&["externaldata(a:string)['https://example.com/a.csv']"]);
    assert_eq!(status(&far), 1);
    assert!(err(&far).contains("KQL0201"), "{}", err(&far));
}

#[test]
fn the_schema_of_files_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("part-1.json"), r#"{"at":"2024-05-01T08:00:00Z","n":1,"r":1,"it's":{"k":1}}"#).unwrap();
    fs::write(folder.path().join("part-2.json"), r#"[{"at":"2024-05-02","n":2,"r":1.5,"t":"x","e":null,"b":true}]"#).unwrap();
    fs::write(folder.path().join("list.csv"), "id,when,what\n7,2024-05-01,a\n8,,2.5\n").unwrap();
    let schema = |options: &str| {
        let place = folder.path().to_str().unwrap();
        let query =
            format!("evaluate infer_storage_schema(dynamic({{'StorageContainers':['{place}/part-','{place}/list.csv'],{options}}}))");
        let output = run(&["-f", "tsv", "--no-header", &query]);
        if status(&output) == 0 { out(&output).trim_end().to_owned() } else { err(&output).lines().next().unwrap().to_owned() }
    };
    let all = schema("'DataFormat':'json','FileExtension':'.json','Mode':'all'");
    assert_eq!(all, "at:datetime, n:long, r:real, ['it\\'s']:dynamic, t:string, e:string, b:bool");
    let csv = "'DataFormat':'csv','FileNamePrefix':'list'";
    assert_eq!(schema(csv), "Column1:string, Column2:string, Column3:string");
    assert_eq!(schema(&format!("{csv},'InferenceOptions':{{'UseFirstRowAsHeader':true}}")), "id:long, when:datetime, what:string");
    assert!(schema("'DataFormat':'orc'").contains("`DataFormat` is one of csv"));
    assert!(schema("'DataFormat':'csv','FileExtension':'.gz'").contains("no file is at"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let script = format!("set -o pipefail; {} functions -f markdown | head -1", env!("CARGO_BIN_EXE_kalypso"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((status(&output), err(&output)), (0, ""));
    let script = format!("{} functions | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_kalypso"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((status(&output), err(&output)), (0, ""));
}

#[test]
fn an_output_file_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.md");
    let place = path.to_str().unwrap();
    assert_eq!(status(&run(&["functions", "-o", place])), 0);
    assert!(fs::read_to_string(&path).unwrap().starts_with("| Name |"), "the format is that of the name");
    fs::write(&path, "before").unwrap();
    assert_eq!(status(&run(&["-o", place, "print x = (1"])), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(names(folder.path()), ["out.md"]);
}

#[cfg(unix)]
#[test]
fn an_output_that_is_no_file_is_written_in_place() {
    assert_eq!(status(&run(&["functions", "-o", "/dev/null"])), 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let full = run(&["functions", "-o", "/dev/full"]);
    assert_eq!(status(&full), 4, "{}", err(&full));
}

#[cfg(unix)]
#[test]
fn nobody_has_to_listen() {
    let script = format!("{} 'print x = (1' 2>&1 >/dev/null | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_kalypso"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(status(&output), 1);
}

#[test]
fn codes_are_explained() {
    assert_eq!(out(&run(&["explain", "KQL0102"])), "KQL0102 (SEM0260 in Kusto): No function has this name\n");
    assert_eq!(out(&run(&["explain", "SEM0100"])).lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("input");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    fs::write(folder.path().join("out.csv"), "before").unwrap();
    let arguments = ["-o", "out.csv", "count", "input"];
    // The run waits for a writer that never comes.
    let mut child = kalypso(&arguments).current_dir(folder.path()).spawn().unwrap();
    while names(folder.path()).len() < 3 {
        std::thread::sleep(std::time::Duration::from_millis(10));
        assert!(child.try_wait().unwrap().is_none());
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(folder.path()), ["input", "out.csv"]);
    assert_eq!(fs::read_to_string(folder.path().join("out.csv")).unwrap(), "before");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_an_input_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let records = "{\"UserId\":\"a\"}\n{\"UserId\":\"b\"}\n";
    for name in ["-", "/dev/stdin"] {
        let output = fed(&["count", name], records.as_bytes());
        assert_eq!((status(&output), out(&output)), (0, "Count\n2\n"), "{name}: {}", err(&output));
    }
    let script = format!("{} count <(printf '{{\"UserId\":1}}\\n' | gzip) <(printf '{{\"UserId\":2}}\\n')", env!("CARGO_BIN_EXE_kalypso"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((status(&output), out(&output)), (0, "Count\n2\n"), "{}", err(&output));
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let child = kalypso(&["project UserId", fifo.to_str().unwrap()]).stdout(Stdio::piped()).spawn().unwrap();
    fs::write(&fifo, records).unwrap();
    assert_eq!(out(&child.wait_with_output().unwrap()), "UserId\na\nb\n");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_followed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ndjson"), "{\"UserId\":\"a\"}\n").unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("lost.ndjson")).unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("around")).unwrap();
    let output = run(&["count", folder.path().to_str().unwrap()]);
    assert_eq!((status(&output), out(&output)), (3, "Count\n1\n"));
    assert!(err(&output).contains("cannot be followed") && err(&output).contains("lost.ndjson"), "{}", err(&output));
    assert!(!err(&output).contains("around"), "{}", err(&output));
}

#[test]
fn a_first_record_of_any_length_shows_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let (json, csv) = (folder.path().join("a.json"), folder.path().join("a.csv"));
    let names: Vec<String> = (0..300).map(|n| format!("column{n:01000}")).collect();
    fs::write(&json, format!("[{{{}}}]", names.iter().map(|name| format!("\"{name}\":1")).collect::<Vec<_>>().join(","))).unwrap();
    fs::write(&csv, format!("{}\n{}\n", names.join(","), vec!["1"; names.len()].join(","))).unwrap();
    for path in [json, csv] {
        let output = run(&["take 1", path.to_str().unwrap()]);
        let lines: Vec<usize> = out(&output).lines().map(|line| line.split(',').count()).collect();
        assert_eq!((status(&output), lines), (0, vec![names.len(); 2]), "{}", err(&output).chars().take(300).collect::<String>());
    }
}

#[test]
fn input_that_cannot_be_read_whole_is_status_3_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    fs::write(&path, "{\"UserId\":\"=cmd()\"}\n{\"UserId\":\n{\"UserId\":\"b\"}\n").unwrap();
    let place = path.to_str().unwrap();
    let output = run(&["project UserId", place]);
    assert_eq!((status(&output), out(&output)), (3, "UserId\n=cmd()\nb\n"));
    assert!(err(&output).contains("a.ndjson at byte 20"), "{}", err(&output));
    // Even when nothing else is to be said.
    assert!(err(&run(&["-q", "count", place])).contains("a.ndjson"));
    let strict = run(&["--strict", "project UserId", place]);
    assert_eq!(status(&strict), 3, "{}", err(&strict));
    assert!(err(&strict).contains("at byte 20"), "{}", err(&strict));
}

#[test]
fn the_account_is_there_for_machines_and_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    fs::write(&path, "{\"UserId\":\"a\"}\n{\"UserId\":\"b\"}\n").unwrap();
    let place = path.to_str().unwrap();
    assert_eq!(err(&run(&["count", place])), "", "in a pipe it is silent");
    assert!(err(&run(&["--stats", "count", place])).contains("2 records"));
    let output = run(&["--stats-format", "json", "count", place]);
    let account: serde_json::Value = serde_json::from_str(err(&output)).unwrap();
    assert!(account.to_string().contains("\"records\":2"), "{account}");
}

#[test]
fn csv_can_be_kept_from_being_a_formula() {
    let query = "print a = '=1+1', b = '@x', c = 'plain'";
    assert_eq!(out(&run(&["--csv-safe", query])), "a,b,c\n'=1+1,'@x,plain\n");
    assert_eq!(out(&run(&[query])), "a,b,c\n=1+1,@x,plain\n");
}

#[test]
fn check_tells_the_columns_of_a_result() {
    let output = run(&["check", "--format", "kusto", "print a = 1, b = 'x'"]);
    let answer: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    let columns = answer["Tables"][0]["Columns"].as_array().unwrap();
    let names: Vec<&str> = columns.iter().map(|c| c["ColumnName"].as_str().unwrap()).collect();
    assert_eq!((names, answer["Tables"][0]["Rows"].as_array().map(Vec::len)), (vec!["a", "b"], Some(0)));
    // Of several statements the last has the say, and of several tables the first.
    let several = run(&["check", "--format", "csv", "print a = 1; print b = 2 | fork (count) (project b)"]);
    assert_eq!(out(&several), "Count\n");
    assert_eq!(status(&run(&["check", "--parse-only", "T | where nothing"])), 0);
    assert_eq!(status(&run(&["check", "T | where nothing"])), 1);
}

#[test]
fn a_table_begins_with_its_first_row_or_with_success() {
    assert_eq!(out(&run(&["-f", "csv", "print x = 1 | where x > 1"])), "x\n");
    assert_eq!(out(&run(&["-f", "json", "print x = 1 | where x > 1"])), "[]\n");
}

#[test]
fn explain_shows_each_stage() {
    let output = run(&["explain", "range x from 1 to 3 step 1 | where x > 1"]);
    let stages: Vec<&str> = out(&output).lines().filter(|line| line.starts_with("-- ")).collect();
    assert_eq!(stages, ["-- query", "-- plan", "-- optimised"]);
    let side = |operation: &str| format!("UnifiedAuditLog | where Operation == '{operation}' | project UserId");
    let joined = format!("{} | join ({}) on UserId", side("A"), side("B"));
    let output = run(&["explain", &joined, "fixtures/break-glass"]);
    assert_eq!(out(&output).lines().rfind(|line| line.starts_with("-- ")), Some("-- 2 scans share a pass"));
}

/// Else a long chain would pass all its columns on at each step.
#[test]
fn extends_that_do_not_build_on_each_other_are_one_step() {
    let steps = |query: &str| {
        let output = run(&["explain", query]);
        let text = out(&output);
        text[text.find("-- plan").unwrap()..text.find("-- optimised").unwrap()].matches("Project ").count()
    };
    assert_eq!(steps("range x from 1 to 3 step 1 | extend a = x + 1 | extend b = x * 2, a = x"), 1);
    assert_eq!(steps("range x from 1 to 3 step 1 | extend a = x + 1 | extend b = a * 2"), 2);
}

/// The limit is read from the kernel's account of the process, which only some systems have.
#[test]
fn a_query_that_holds_too_much_memory_is_stopped_by_name() {
    if !Path::new("/proc/self/status").exists() {
        return println!("skipped: there is no /proc/self/status");
    }
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/break-glass");
    for format in ["csv", "json", "ndjson", "kusto", "table", "markdown"] {
        let output = run(&["summarize count() by Operation", fixture, "--memory-limit", "1MB", "-f", format]);
        assert_eq!((status(&output), out(&output)), (1, ""), "{format}: no table begins, {}", err(&output));
    }
    let output = run(&["project Operation", fixture, "--memory-limit", "1MB"]);
    assert_eq!((status(&output), out(&output)), (1, ""));
    assert!(err(&output).contains("KQL0301") && err(&output).contains("--memory-limit"), "{}", err(&output));
    assert_eq!(status(&run(&["count", fixture, "--memory-limit", "2GB"])), 0);
    let output = run(&["inventory", fixture, "--memory-limit", "1MB"]);
    assert!(status(&output) == 1 && err(&output).contains("KQL0301"), "{}", err(&output));
    // In the middle of one value too, and of the pairs of one chunk.
    for query in [
        "print array_length(to_utf8(strrep(strrep(strrep('a', 1000), 1000), 100)))",
        "range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | count",
    ] {
        let output = run(&[query, "--memory-limit", "300MB"]);
        assert_eq!((status(&output), out(&output)), (1, ""), "{query}");
        assert!(err(&output).contains("KQL0301") && err(&output).contains("--memory-limit"), "{query}: {}", err(&output));
    }
    assert_eq!(status(&run(&["count", fixture, "--memory-limit", "much"])), 2);
    let told = run(&["count", fixture, "--stats-format", "json"]);
    assert!(err(&told).contains("\"peak_memory_bytes\""), "{}", err(&told));
}

/// What a file does not show can be said: the fourth or the fifth month.
#[test]
fn the_order_of_dates_can_be_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.csv");
    std::fs::write(&path, "CreationDate,UserIds,Operations,AuditData\n05/04/2024 10:00:00,a@x,UserLoggedIn,{}\n").expect("written");
    let path = path.to_str().expect("a path");
    let asked = |order: &[&str]| {
        let arguments = [&["-q", "-f", "csv", "project CreationDate", path], order].concat();
        out(&run(&arguments)).lines().nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(asked(&[]), "2024-05-04T10:00:00.0000000Z");
    assert_eq!(asked(&["--date-order", "day-first"]), "2024-04-05T10:00:00.0000000Z");
    assert_eq!(asked(&["--date-order", "month-first"]), "2024-05-04T10:00:00.0000000Z");
    let inventory = run(&["inventory", path, "--date-order", "day-first"]);
    assert!(out(&inventory).contains("day first"), "{}", out(&inventory));
    let told = run(&["TimeGenerated | count", path]);
    assert_ne!(status(&told), 0);
    let told = run(&["-f", "csv", "where TimeGenerated > ago(1d) | count", path]);
    assert!(err(&told).contains("`CreationDate` is a time of these records"), "{}", err(&told));
}
