//! Looks at a query without running it: what is wrong with it, what it names, how it would run.

use crate::bind::BoundQuery;
use crate::diagnostic::{Diagnostic, Result};
use crate::lint::Linter;
use crate::syntax;
use crate::value::Schema;

use super::catalog::Known;
use super::{Session, schema};

impl Session {
    /// Parses and binds without reading data. The schema is that of the last statement, as in Microsoft's editor, where it binds.
    pub fn check(&self, text: &str) -> (Vec<Diagnostic>, Option<Schema>) {
        match self.checked(text) {
            Ok(bound) => (bound.warnings, bound.results.get(bound.main).map(|table| schema(&table.relation))),
            Err(error) => (vec![*error], None),
        }
    }

    /// Binds with the rules of `lint` looking on; what they advise is among the warnings.
    fn checked(&self, text: &str) -> Result<BoundQuery> {
        let unread = Known::new(self, false);
        let tree = self.parse(text)?;
        let context = self.context_of(&tree);
        unread.settle(text, || {
            let mut linter = Linter::new(text);
            let mut binder = self.binder(&unread, &context);
            binder.observer = Some(&mut linter);
            let mut bound = binder.query(&tree)?;
            bound.warnings.extend(linter.finish(&tree));
            Ok(bound)
        })
    }

    /// Each stage as text: the query as it was understood, the plan, the optimised plan.
    pub fn explain(&self, text: &str) -> std::result::Result<String, Vec<Diagnostic>> {
        let known = Known::new(self, true);
        let tree = self.parse(text).map_err(|error| vec![*error])?;
        let bound = self.bind(text, &known).map_err(|error| vec![*error])?;
        let mut out = format!("-- query\n{}\n", syntax::print(&tree));
        for table in bound.results {
            out.push_str("-- plan\n");
            out.push_str(&table.relation.to_string());
            out.push_str("\n-- optimised\n");
            let plan = self.optimize(table.relation);
            out.push_str(&plan.to_string());
            out.push('\n');
            let sharing = self.executor().sharing(&plan).map_err(|error| vec![*error])?;
            if sharing > 1 {
                out.push_str(&format!("-- {sharing} scans share a pass\n"));
            }
        }
        Ok(out)
    }

    /// The tables that a query names, without reading data. What is wrong with the query is told beside them.
    pub fn tables_of(&self, text: &str, parameters: &[(String, String)]) -> (Vec<String>, Result<()>) {
        let known = Known::new(self, false).with_parameters(parameters);
        let bound = self.bind(text, &known).map(drop);
        (known.tables(), bound)
    }
}
