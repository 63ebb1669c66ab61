//! The `kalypso` command.

fn main() -> std::process::ExitCode {
    kalypso::cli::main()
}
