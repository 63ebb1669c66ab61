//! `graph-mark-components`: numbers the connected components of a graph.

use std::any::Any;

use super::graph::{Components, Graph};
use crate::bind::{Binder, parameters};
use crate::diagnostic::{Result, Span};
use crate::plan::{Relation, RelationKind};
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::Type;
use std::sync::Arc;

use super::Operator;

#[derive(Debug)]
pub struct GraphMarkComponents {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for GraphMarkComponents {
    const NAMES: &'static [&'static str] = &["graph-mark-components"];
    const SUMMARY: &'static str = "Numbers the connected components of a graph.";
    const SYNTAX: &'static str = "G | graph-mark-components [kind = Kind] [with_component_id = Name]";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'p','q'] | make-graph a --> b with_node_id=n | graph-mark-components with_component_id=c | graph-to-table nodes",
        "x | 0\ny | 0\np | 1\nq | 1",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphMarkComponents> {
        let parameters = parser.parameters(&["kind", "with_component_id", "hint."])?;
        Ok(GraphMarkComponents { parameters })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let mut graph = Graph::from_input(input, span)?;
        let strong = parameters::choice(&self.parameters, "kind", false, &[("weak", false), ("strong", true)])?;
        let name = parameters::text(&self.parameters, "with_component_id").map_or("ComponentId".to_owned(), |(name, _)| name);
        let mut outputs: Vec<_> = graph.nodes.outputs.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
        outputs.push(binder.output(name, Type::Long));
        let inputs = vec![binder.freshen(&graph.edges), graph.nodes];
        let kind = RelationKind::Apply { inputs, transform: Arc::new(Components { strong }) };
        graph.nodes = Relation { outputs, ordered: false, kind };
        Ok(graph.into_relation())
    }
}

impl Node for GraphMarkComponents {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-mark-components");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
