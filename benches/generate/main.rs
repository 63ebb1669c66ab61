//! Writes realistic audit records of any size in every framing, the same for the same seed.
//!
//! ```sh
//! cargo run --release --example generate -- --size 200MB --framing ndjson --out /tmp/audit.ndjson
//! cargo run --example generate -- --story --out fixtures/tenant
//! ```

mod framing;
mod records;
mod story;
mod tenant;

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Parser;

#[derive(Parser)]
#[command(about = "Writes generated Microsoft 365 audit records")]
struct Arguments {
    /// About how many bytes of raw records: `500KB`, `200MB`, `2GB`.
    #[arg(long, default_value = "10MB", value_parser = bytes)]
    size: u64,
    #[arg(long, value_enum, default_value_t = framing::Framing::Ndjson)]
    framing: framing::Framing,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write the small tenant with a story instead, into a folder.
    #[arg(long)]
    story: bool,
    /// The file, or for `gz-folder` and `--story` the folder.
    #[arg(long)]
    out: PathBuf,
}

fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "" | "B" => 1,
        "KB" | "K" => 1 << 10,
        "MB" | "M" => 1 << 20,
        "GB" | "G" => 1 << 30,
        unit => return Err(format!("`{unit}` is no unit: B, KB, MB or GB")),
    };
    digits.parse::<u64>().map(|n| n * factor).map_err(|e| e.to_string())
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    if arguments.story {
        return story::write(&arguments.out);
    }
    let mut records = records::Records::new(arguments.seed, arguments.size);
    if let framing::Framing::GzFolder = arguments.framing {
        return framing::gz_folder(&mut records, &arguments.out);
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&arguments.out)?);
    framing::write(&mut records, arguments.framing, &mut out)?;
    out.flush()
}
