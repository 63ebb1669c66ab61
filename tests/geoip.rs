//! `--geoip FILE`: places of addresses from a database in MaxMind's format, written here.

use std::process::{Command, Output};

/// A value of the format's data section.
enum Data {
    Map(Vec<(&'static str, Data)>),
    List(Vec<Data>),
    Text(&'static str),
    Real(f64),
    Number(u8, u64),
}

const MAP: u8 = 7;
const UINT16: u8 = 5;
const UINT32: u8 = 6;
const UINT64: u8 = 9;
const LIST: u8 = 11;

/// The type and the size of what follows; sizes stay below 29.
fn head(kind: u8, size: usize, out: &mut Vec<u8>) {
    let size = u8::try_from(size).unwrap();
    assert!(size < 29);
    match kind {
        0..=7 => out.push(kind << 5 | size),
        _ => out.extend([size, kind - 7]),
    }
}

impl Data {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Data::Map(members) => {
                head(MAP, members.len(), out);
                for (name, value) in members {
                    Data::Text(name).write(out);
                    value.write(out);
                }
            }
            Data::List(items) => {
                head(LIST, items.len(), out);
                items.iter().for_each(|item| item.write(out));
            }
            Data::Text(text) => {
                head(2, text.len(), out);
                out.extend(text.bytes());
            }
            Data::Real(value) => {
                head(3, 8, out);
                out.extend(value.to_be_bytes());
            }
            Data::Number(kind, value) => {
                let bytes: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
                head(*kind, bytes.len(), out);
                out.extend(bytes);
            }
        }
    }
}

/// A database of IPv4 in which one network, given by its bits, has the place.
fn database(network: &str, place: &Data) -> Vec<u8> {
    let nodes = network.len() as u32;
    let mut out = Vec::new();
    for (at, bit) in network.chars().enumerate() {
        // Either the next node, or the data behind the tree; the other side has nothing, which is the number of nodes.
        let next = if at + 1 == network.len() { nodes + 16 } else { at as u32 + 1 };
        let sides = if bit == '0' { [next, nodes] } else { [nodes, next] };
        sides.iter().for_each(|side| out.extend(&side.to_be_bytes()[1..]));
    }
    out.extend([0; 16]);
    place.write(&mut out);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    Data::Map(vec![
        ("node_count", Data::Number(UINT32, nodes.into())),
        ("record_size", Data::Number(UINT16, 24)),
        ("ip_version", Data::Number(UINT16, 4)),
        ("database_type", Data::Text("Test-City")),
        ("languages", Data::List(vec![Data::Text("en")])),
        ("binary_format_major_version", Data::Number(UINT16, 2)),
        ("binary_format_minor_version", Data::Number(UINT16, 0)),
        ("build_epoch", Data::Number(UINT64, 1_700_000_000)),
        ("description", Data::Map(vec![("en", Data::Text("for tests"))])),
    ])
    .write(&mut out);
    out
}

fn named(name: &'static str) -> Data {
    Data::Map(vec![("names", Data::Map(vec![("en", Data::Text(name)), ("de", Data::Text("anders"))]))])
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kalypso")).args(arguments).output().unwrap()
}

#[test]
fn places_are_found_in_the_database() {
    let place = Data::Map(vec![
        ("country", named("Iceland")),
        ("subdivisions", Data::List(vec![named("Capital Region")])),
        ("city", named("Reykjavik")),
        ("location", Data::Map(vec![("latitude", Data::Real(64.25)), ("longitude", Data::Real(-21.5))])),
    ]);
    let file = tempfile::Builder::new().suffix(".mmdb").tempfile().unwrap();
    // 203.0.113.0/24
    std::fs::write(file.path(), database("110010110000000001110001", &place)).unwrap();
    let path = file.path().to_str().unwrap();
    let query = "print a = geo_info_from_ip_address('203.0.113.9'), b = geo_info_from_ip_address('192.0.2.1'), c = geo_info_from_ip_address('none')";
    let output = run(&["--geoip", path, "--format", "ndjson", query]);
    let expected = "{\"a\":{\"country\":\"Iceland\",\"state\":\"Capital Region\",\"city\":\"Reykjavik\",\"latitude\":64.25,\"longitude\":-21.5},\"b\":{},\"c\":null}\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_a_database_it_says_so() {
    let output = run(&["print geo_info_from_ip_address('203.0.113.9')"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--geoip FILE"));
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let output = run(&["--geoip", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "print 1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Cargo.toml is no database of places"));
}
