//! `externaldata` over http: with permission only, whatever the file is wrapped in, and errors that tell no secret.
#![cfg(feature = "network")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kalypso")).args(["-f", "csv", "--no-header"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A server of this test, which answers until the test is over; its address.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().for_each(|stream| serve(stream.unwrap())));
    address
}

fn serve(mut stream: TcpStream) {
    let mut line = String::new();
    BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
    let path = line.split(' ').nth(1).unwrap().split('?').next().unwrap();
    let (status, headers, body) = match path {
        "/plain.csv" => ("200 OK", "", b"a,1\nb,2\n".to_vec()),
        "/packed.tsv.gz" => ("200 OK", "Content-Type: application/gzip\r\n", packed(b"c\t3\n")),
        "/moved" => ("302 Found", "Location: /plain.csv\r\n", Vec::new()),
        "/torn.csv" => ("200 OK", "Content-Length: 100\r\n", b"d,4\n".to_vec()),
        _ => ("404 Not Found", "", Vec::new()),
    };
    let length = if headers.contains("Content-Length") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    write!(stream, "HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n").unwrap();
    stream.write_all(&body).unwrap();
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn addresses_are_read_with_permission() {
    let host = server();
    let query = format!("externaldata(k:string, n:long)['{host}/plain.csv?sig=s3cret', h@'{host}/packed.tsv.gz', '{host}/moved']");
    let refused = run(&[&query]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("KQL0201") && said.contains("--allow-network"), "{said}");
    let read = run(&["--allow-network", &query]);
    assert_eq!((read.status.code(), text(&read.stdout)), (Some(0), "a,1\nb,2\nc,3\na,1\nb,2\n"), "{}", text(&read.stderr));
}

#[test]
fn what_goes_wrong_is_named_without_secrets() {
    let host = server();
    let authority = host.trim_start_matches("http://");
    let cases = [
        (format!("{host}/nothing.csv?sig=s3cret"), "the other side answered 404"),
        (format!("{host}/torn.csv"), "cannot read"),
        (format!("http://me:s3cret@{authority}/nothing.csv"), "404"),
        (format!("{host}/plain.csv;impersonate"), "cannot sign in"),
        ("http://127.0.0.1:1/a.csv?sig=s3cret".to_owned(), "cannot read http://127.0.0.1:1/a.csv:"),
        ("abfss://lake@account/a.csv".to_owned(), "only local files, http and https"),
    ];
    for (address, why) in cases {
        let output = run(&["--allow-network", &format!("let place = '{address}'; externaldata(k:string)[place]")]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{address}: {said}");
        // The query itself is drawn below the error.
        let message = said.lines().next().unwrap_or_default();
        assert!(message.contains(why) && !message.contains("s3cret"), "{address}: {said}");
    }
}
