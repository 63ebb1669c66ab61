//! Reads the files of an `externaldata` and its kin, local ones and those at addresses.

use std::path::Path;
use std::sync::Arc;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::input::{Layout, Text, fields, records, texts, texts_at};
use crate::plan::{Output, Relation, RelationKind, Transform};
use crate::syntax::ast::{ColumnDecl, Expr};
use crate::value::{Batch, ColumnBuilder, Json, Type, Value};

#[derive(Debug)]
pub struct ExternalFiles {
    pub locations: Vec<(String, Span)>,
    pub columns: Vec<(String, Type)>,
    /// By the file's extension where not given.
    pub format: Option<String>,
    pub skip_first: bool,
    /// Whether addresses may be read.
    pub network: bool,
}

impl Transform for ExternalFiles {
    fn name(&self) -> &str {
        "externaldata"
    }

    fn apply(&self, _inputs: Vec<Batch>) -> Result<Batch> {
        let mut builders: Vec<ColumnBuilder> = self.columns.iter().map(|(_, ty)| ColumnBuilder::new(*ty, 0)).collect();
        let mut rows = 0;
        for (location, span) in &self.locations {
            for file in read(location, *span, self.network)? {
                rows += self.rows(&file, *span, &mut builders)?;
            }
        }
        Ok(Batch { columns: builders.into_iter().map(ColumnBuilder::finish).collect(), rows })
    }
}

/// The texts at a location: a file, or the members of an archive.
fn read(location: &str, span: Span, network: bool) -> Result<Vec<Text>> {
    let (path, access) = location.split_once(';').unwrap_or((location, ""));
    let failed = |what: &str, error: String| Diagnostic::error(Code::RUNTIME, span, format!("externaldata cannot read {what}: {error}"));
    let refused = |message: String| Diagnostic::error(Code::NEEDS_SERVICE, span, message);
    match path.split_once("://") {
        Some(("http" | "https", _)) if !network => {
            let message = format!("externaldata needs the network for {}", shown(path));
            Err(refused(message).help("allow it with --allow-network, or download the file and write its path here"))
        }
        // What follows a semicolon says how to sign in: only a secret in the address itself (`?sig=…`) works without the service.
        Some(("http" | "https", _)) if !access.is_empty() => {
            let message = format!("externaldata cannot sign in at {}: only the service can do what follows the `;`", shown(path));
            Err(refused(message).help("write an address that needs no sign-in, or one with a shared access signature"))
        }
        Some(("http" | "https", _)) => texts_at(path).map_err(|error| failed(&shown(path), error)),
        Some((scheme, _)) if scheme != "file" => {
            let message = format!("externaldata cannot read `{scheme}://…`: only local files, http and https can be read");
            Err(refused(message).help("download the file and write its path here"))
        }
        _ => {
            let path = path.strip_prefix("file://").unwrap_or(path);
            texts(Path::new(path)).map_err(|error| failed(&format!("`{path}`"), error.to_string()))
        }
    }
}

/// An address without what may be secret: who signs in, and a query.
fn shown(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.find('/').unwrap_or(rest.len());
    let from = rest[..host].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[from..])
}

impl ExternalFiles {
    /// The rows of the files as a relation.
    pub fn relation(
        binder: &mut Binder,
        columns: &[ColumnDecl],
        uris: &[Expr],
        format: Option<String>,
        skip_first: bool,
    ) -> Result<Relation> {
        let mut locations = Vec::new();
        for uri in uris {
            locations.push((binder.constant(uri)?.to_text().into_owned(), uri.span));
        }
        let outputs: Vec<Output> = columns.iter().map(|c| binder.output(c.name.name.clone(), c.ty)).collect();
        let columns = outputs.iter().map(|o| (o.name.clone(), o.ty)).collect();
        let transform = ExternalFiles { locations, columns, format, skip_first, network: binder.context.network };
        Ok(Relation { outputs, ordered: false, kind: RelationKind::Apply { inputs: Vec::new(), transform: Arc::new(transform) } })
    }

    /// Adds the rows of a file to the columns, and says how many they are.
    fn rows(&self, file: &Text, span: Span, builders: &mut [ColumnBuilder]) -> Result<usize> {
        let by_name = || file.name.rsplit_once('.').map(|(_, extension)| extension);
        let format = if file.is_parquet { "parquet" } else { self.format.as_deref().or_else(by_name).unwrap_or("csv") };
        let Some(layout) = Layout::of(format, file.is_parquet) else {
            let message = format!("externaldata cannot read the format `{format}`");
            let help = format!("it reads {}", Layout::FORMATS);
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, message).help(help));
        };
        Ok(match layout {
            Layout::Separated(separator) => self.separated(&file.text, separator, builders),
            Layout::Lines => self.lines(&file.text, builders),
            Layout::Whole => {
                self.push(builders, |at, _| if at == 0 { Value::string(file.text.clone()) } else { Value::Null });
                1
            }
            Layout::Records => self.records(&file.text, builders),
        })
    }

    fn push(&self, builders: &mut [ColumnBuilder], mut value: impl FnMut(usize, &str) -> Value<'static>) {
        for (at, (builder, (name, ty))) in builders.iter_mut().zip(&self.columns).enumerate() {
            builder.push(value(at, name).convert(*ty));
        }
    }

    fn lines(&self, text: &str, builders: &mut [ColumnBuilder]) -> usize {
        let lines = text.lines().skip(usize::from(self.skip_first));
        let mut rows = 0;
        for line in lines {
            self.push(builders, |at, _| if at == 0 { Value::string(line.to_owned()) } else { Value::Null });
            rows += 1;
        }
        rows
    }

    /// Fields go to the columns by position.
    fn separated(&self, text: &str, separator: char, builders: &mut [ColumnBuilder]) -> usize {
        let mut rows = 0;
        for fields in fields(text, separator).into_iter().skip(usize::from(self.skip_first)) {
            self.push(builders, |at, _| fields.get(at).map_or(Value::Null, |field| Value::string(field.clone())));
            rows += 1;
        }
        rows
    }

    /// Properties go to the columns by name.
    fn records(&self, text: &str, builders: &mut [ColumnBuilder]) -> usize {
        let mut rows = 0;
        for members in records(text) {
            let member = |name: &str| members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            self.push(builders, |_, name| member(name).map_or(Value::Null, Json::into_dynamic));
            rows += 1;
        }
        rows
    }
}
