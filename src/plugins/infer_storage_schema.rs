//! `infer_storage_schema`: the columns of local files, guessed from their values.

use std::path::{Path, PathBuf};

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::input::{Layout, Text, fields, files_below, records, texts};
use crate::plan::{Relation, Transform};
use crate::syntax::ast;
use crate::value::{Batch, Column, DateTime, Guid, Json, Type, Value};

use super::call::{apply, failed, invalid};
use super::{Call, Lowering, Plugin};

pub static INFER_STORAGE_SCHEMA: Plugin = Plugin {
    name: "infer_storage_schema",
    syntax: "evaluate infer_storage_schema(Options)",
    summary: "Guesses the columns of files: one row with a schema such as `externaldata` takes. The options are StorageContainers (files, \
              folders, or what their paths begin with), DataFormat, FileExtension, FileNamePrefix, Mode (any, last, all) and InferenceOptions.",
    lowering: Lowering::Bind(bind),
    examples: &[],
    differs: "It reads local files only; types are guessed from the values, by rules that Kusto does not publish.",
};

fn bind(binder: &mut Binder, call: Call<'_>) -> Result<Relation> {
    let options = call.required(0, "the options")?;
    call.at_most(1)?;
    let transform = Infer::new(binder, options)?;
    Ok(apply(binder, Vec::new(), [("CslSchema".to_owned(), Type::String)], transform))
}

/// Which of the files are looked into.
#[derive(Clone, Copy, Debug)]
enum Mode {
    First,
    Last,
    All,
}

#[derive(Debug)]
struct Infer {
    containers: Vec<String>,
    format: String,
    extension: String,
    prefix: String,
    mode: Mode,
    header: bool,
}

impl Infer {
    fn new(binder: &mut Binder, written: &ast::Expr) -> Result<Infer> {
        let value = binder.constant(written)?;
        let Some(Json::Object(members)) = value.as_dynamic().map(|options| options.json()) else {
            return Err(invalid(written, "the options are a bag: `dynamic({'StorageContainers': […], 'DataFormat': …})`"));
        };
        let option = |name: &str| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let text = |name: &str| option(name).map(plain).unwrap_or_default();
        let containers = match option("StorageContainers") {
            Some(Json::Array(items)) if !items.is_empty() => items.iter().map(plain).collect(),
            _ => return Err(invalid(written, "the option `StorageContainers` is missing: an array of files or folders")),
        };
        let mode = match text("Mode").to_ascii_lowercase().as_str() {
            "any" => Mode::First,
            "" | "last" => Mode::Last,
            "all" => Mode::All,
            other => return Err(invalid(written, format!("the option `Mode` is any, last or all, not `{other}`"))),
        };
        let format = text("DataFormat");
        if Layout::of(&format, true).is_none() {
            return Err(invalid(written, format!("the option `DataFormat` is one of {}, not `{format}`", Layout::FORMATS)));
        }
        let header = matches!(option("InferenceOptions"), Some(Json::Object(more))
            if more.iter().any(|(key, value)| key.eq_ignore_ascii_case("UseFirstRowAsHeader") && *value == Json::Bool(true)));
        Ok(Infer { containers, format, extension: text("FileExtension"), prefix: text("FileNamePrefix"), mode, header })
    }

    /// The files to look into, in the order in which they were written last.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for container in &self.containers {
            let place = container.split(';').next().unwrap_or_default();
            if let Some((scheme, _)) = place.split_once("://").filter(|(scheme, _)| *scheme != "file") {
                let message = format!("infer_storage_schema looks at local files only, not into a store at `{scheme}://…`");
                return Err(Diagnostic::error(Code::NEEDS_SERVICE, Default::default(), message));
            }
            files.extend(files_below(place.strip_prefix("file://").unwrap_or(place)));
        }
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        files.retain(|path| name(path).ends_with(&self.extension) && name(path).starts_with(&self.prefix));
        if files.is_empty() {
            return Err(failed("infer_storage_schema", format!("no file is at {}", self.containers.join(", "))));
        }
        files.sort_by_cached_key(|path| path.metadata().and_then(|data| data.modified()).ok());
        Ok(match self.mode {
            Mode::First => files.drain(..1).collect(),
            Mode::Last => files.split_off(files.len() - 1),
            Mode::All => files,
        })
    }

    fn look(&self, file: &Text, columns: &mut Columns) -> Result<()> {
        match Layout::of(&self.format, file.is_parquet) {
            Some(Layout::Records) => {
                for members in records(&file.text) {
                    members.iter().for_each(|(name, value)| columns.saw(name, of_json(value)));
                }
            }
            Some(Layout::Separated(separator)) => {
                let mut rows = fields(&file.text, separator).into_iter();
                let names = if self.header { rows.next().unwrap_or_default() } else { Vec::new() };
                for row in rows {
                    for (at, field) in row.iter().enumerate() {
                        let numbered = || format!("Column{}", at + 1);
                        columns.saw(&names.get(at).cloned().unwrap_or_else(numbered), of_text(field));
                    }
                }
            }
            Some(Layout::Lines | Layout::Whole) => columns.saw("Column1", Some(Type::String)),
            None => return Err(failed("infer_storage_schema", format!("`{}` is no {} file", file.name, self.format))),
        }
        Ok(())
    }
}

impl Transform for Infer {
    fn name(&self) -> &str {
        "infer_storage_schema"
    }

    fn apply(&self, _inputs: Vec<Batch>) -> Result<Batch> {
        let mut columns = Columns::default();
        for path in self.files()? {
            let found = texts(&path).map_err(|error| failed(self.name(), format!("`{}` cannot be read: {error}", path.display())))?;
            found.iter().try_for_each(|file| self.look(file, &mut columns))?;
        }
        Ok(Batch::new(vec![Column::from_values(Type::String, [Value::string(columns.schema())])], 1))
    }
}

fn plain(option: &Json) -> String {
    option.clone().into_scalar().to_text().into_owned()
}

/// Columns in the order in which they were seen first; no type while all values are empty.
#[derive(Default)]
struct Columns(Vec<(String, Option<Type>)>);

impl Columns {
    fn saw(&mut self, name: &str, ty: Option<Type>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, so_far)) => *so_far = both(*so_far, ty),
            None => self.0.push((name.to_owned(), ty)),
        }
    }

    fn schema(&self) -> String {
        let is_plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let columns = self.0.iter().map(|(name, ty)| {
            let name = if is_plain(name) { name.clone() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) };
            format!("{name}:{}", ty.unwrap_or(Type::String))
        });
        columns.collect::<Vec<_>>().join(", ")
    }
}

/// The type that holds values of both.
fn both(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    Some(match (a, b) {
        (None, other) | (other, None) => return other,
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) if a.is_numeric() && b.is_numeric() => a.widest(b).unwrap_or(Type::Real),
        (Some(Type::Dynamic), _) | (_, Some(Type::Dynamic)) => Type::Dynamic,
        _ => Type::String,
    })
}

fn of_json(value: &Json) -> Option<Type> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(_) => Type::Bool,
        Json::Long(_) => Type::Long,
        Json::Real(_) => Type::Real,
        Json::Decimal(_) => Type::Decimal,
        Json::DateTime(_) => Type::DateTime,
        Json::TimeSpan(_) => Type::TimeSpan,
        Json::Guid(_) => Type::Guid,
        Json::String(text) if is_datetime(text) => Type::DateTime,
        Json::String(_) => Type::String,
        Json::Array(_) | Json::Object(_) => Type::Dynamic,
    })
}

fn of_text(field: &str) -> Option<Type> {
    let field = field.trim();
    Some(match field {
        "" => return None,
        _ if field.parse::<i64>().is_ok() => Type::Long,
        _ if field.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) && field.parse::<f64>().is_ok() => Type::Real,
        _ if field.eq_ignore_ascii_case("true") || field.eq_ignore_ascii_case("false") => Type::Bool,
        _ if is_datetime(field) => Type::DateTime,
        _ if field.len() == 36 && Guid::parse(field).is_some() => Type::Guid,
        _ if field.starts_with(['{', '[']) && Json::parse(field).is_some() => Type::Dynamic,
        _ => Type::String,
    })
}

/// `2024-05-01` and what may follow: other forms of dates are too easily something else.
fn is_datetime(text: &str) -> bool {
    let mut start = text.bytes().take(5);
    start.by_ref().take(4).all(|b| b.is_ascii_digit()) && start.next() == Some(b'-') && DateTime::parse(text).is_some()
}
