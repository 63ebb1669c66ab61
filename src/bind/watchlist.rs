//! `_GetWatchlist('name')` and `_GetWatchlistAlias()`: Sentinel's watchlists, which here are CSV files.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Output, Relation, RelationKind};
use crate::syntax::ast::Argument;
use crate::value::{Batch, Column, Type, Value};

use super::Binder;

impl Binder<'_> {
    /// The call as a table, if it is one of the two.
    pub(super) fn watchlist_call(&mut self, name: &str, arguments: &[Argument], span: Span) -> Result<Option<Relation>> {
        match (name, arguments) {
            ("_GetWatchlist", [alias, ..]) => {
                let alias = self.constant(&alias.value)?;
                self.watchlist(alias.as_str().unwrap_or_default(), span).map(Some)
            }
            ("_GetWatchlistAlias", _) => {
                let names = self.catalog.watchlist_names();
                let rows = names.len();
                let column = Column::from_values(Type::String, names.into_iter().map(Value::string));
                Ok(Some(self.values(vec![("WatchlistAlias".to_owned(), Type::String)], Batch::new(vec![column], rows))))
            }
            _ => Ok(None),
        }
    }

    fn watchlist(&mut self, alias: &str, span: Span) -> Result<Relation> {
        let missing = format!("the watchlist `{alias}` is not known");
        let help = format!("put it into a folder as {alias}.csv, and give the folder with --watchlists");
        match self.catalog.watchlist(alias)? {
            Some((fields, batch)) => Ok(self.values(fields.into_iter().map(|f| (f.name, f.ty)).collect(), batch)),
            None if self.catalog.has_data() => Err(Diagnostic::error(Code::UNKNOWN_TABLE, span, missing).help(help)),
            None => {
                self.warn(Diagnostic::warning(Code::UNKNOWN_TABLE, span, missing).help(help));
                Ok(self.unknown_watchlist())
            }
        }
    }

    /// A watchlist of which only what all have is known; any column may be in it, and is a text: the hidden one says so.
    fn unknown_watchlist(&mut self) -> Relation {
        let columns = [("LastUpdatedTimeUTC", Type::DateTime), ("SearchKey", Type::String), ("", Type::Dynamic), ("", Type::String)];
        let outputs: Vec<Output> = columns.iter().map(|(name, ty)| self.output(*name, *ty)).collect();
        let batch = Batch::empty(columns.iter().map(|(_, ty)| *ty));
        Relation { outputs, ordered: false, kind: RelationKind::Values(std::sync::Arc::new(vec![batch])) }
    }
}
