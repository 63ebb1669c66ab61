//! The pages that Kalypso writes, opened in a real browser: hostile text stays text, and nothing is loaded from anywhere.
//! Where no headless Chromium is installed, this says so and passes.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "headless_shell"];

/// Runs a browser on a page; `None` where there is none.
fn browser(page: &Path, arguments: &[&str]) -> Option<std::process::Output> {
    let profile = tempfile::tempdir().unwrap();
    let run = |name: &&str| {
        Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=3000"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .arg(format!("file://{}", page.display()))
            .output()
            .ok()
    };
    let found = BROWSERS.iter().find_map(run);
    if found.is_none() {
        eprintln!("skipped: no headless Chromium is installed");
    }
    found
}

/// Records whose every text tries to run, to load, to break out or to turn the page around.
fn hostile(folder: &Path, port: u16) {
    let texts = [
        "<script>document.title='owned'</script>".to_owned(),
        "</td></table><img src=x onerror=\"document.title='owned'\">".to_owned(),
        format!("<img src=http://127.0.0.1:{port}/seen>"),
        format!("<link rel=stylesheet href=http://127.0.0.1:{port}/seen><style>@import 'http://127.0.0.1:{port}/seen'</style>"),
        "\"><svg onload=\"document.title='owned'\">".to_owned(),
        "javascript:document.title='owned'".to_owned(),
        "</style></title></textarea><iframe srcdoc='<script>top.document.title=1</script>'>".to_owned(),
        "\u{202e}gnp.exe".to_owned(),
    ];
    let record = |(n, text): (usize, &String)| {
        serde_json::json!({
            "Id": format!("00000000-0000-0000-0000-{n:012}"), "CreationTime": format!("2024-03-01T0{n}:00:00"), "RecordType": 1,
            "Workload": text, "Operation": "New-InboxRule", "UserId": text, "ClientIP": text, "ObjectId": text,
        })
        .to_string()
    };
    let lines: Vec<String> = texts.iter().enumerate().map(record).collect();
    fs::write(folder.join("audit.json"), lines.join("\n")).unwrap();
    let rule =
        format!("// ---\n// name: {0}\n// description: {0}\n// severity: High\n// ---\nwhere Operation == \"New-InboxRule\"", texts[0]);
    fs::write(folder.join("hostile.kql"), rule).unwrap();
}

#[test]
fn hostile_text_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    hostile(folder.path(), listener.local_addr().unwrap().port());
    let kalypso = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kalypso")).current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    kalypso(&["sweep", "hostile.kql", "--input", "audit.json", "--out", "out", "--now", "2024-03-02", "-q"]);
    kalypso(&["inventory", "audit.json", "-o", "inventory.html"]);
    for page in ["out/report.html", "inventory.html"] {
        let page = folder.path().join(page);
        let Some(output) = browser(&page, &["--dump-dom"]) else { return };
        let dom = String::from_utf8_lossy(&output.stdout);
        assert!(dom.contains("</html>"), "{page:?}: {}", String::from_utf8_lossy(&output.stderr));
        let title = dom.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title).unwrap();
        assert!(title.contains("Kalypso") || title.contains("weep") || title.contains("nventory"), "{title}");
        for element in ["<script", "<img", "<iframe", "<link"] {
            assert!(!dom.contains(element), "{page:?} holds {element}");
        }
        assert!(!dom.contains('\u{202e}'), "{page:?} can be turned around");
    }
    let report = folder.path().join("out/report.html");
    let dom = String::from_utf8_lossy(&browser(&report, &["--dump-dom"]).unwrap().stdout).into_owned();
    assert!(dom.contains("&lt;script&gt;document.title='owned'&lt;/script&gt;"), "the text is not shown");
    assert!(listener.accept().is_err(), "the page asked for something");
}

#[test]
fn the_report_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    hostile(folder.path(), 9);
    let mut sweep = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    sweep.current_dir(folder.path()).args(["sweep", "hostile.kql", "--input", "audit.json", "--out", "out", "--now", "2024-03-02", "-q"]);
    assert!(sweep.status().unwrap().success());
    let picture = folder.path().join("report.png");
    let screenshot = format!("--screenshot={}", picture.display());
    if browser(&folder.path().join("out/report.html"), &[&screenshot, "--window-size=1200,1600"]).is_none() {
        return;
    }
    // A blank page of this size packs into fewer bytes than this.
    let bytes = fs::metadata(&picture).map_or(0, |picture| picture.len());
    assert!(bytes > 30_000, "a picture of {bytes} bytes");
}
