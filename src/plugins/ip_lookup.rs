//! `ipv4_lookup` and `ipv6_lookup`: finds the networks of a table that an address lies in.

use std::collections::{BTreeMap, HashMap};

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::functions::network::{V4, V6};
use crate::plan::{Relation, Transform};
use crate::syntax::ast::{Argument, ExprKind};
use crate::value::{Batch, Type, Value, encode_value};

use super::call::{apply, column_at, columns_of, failed, flag, shown};
use super::pairs::Pairs;
use super::{Call, Lowering, Plugin};

pub static IPV4_LOOKUP: Plugin = Plugin {
    name: "ipv4_lookup",
    syntax: "T | evaluate ipv4_lookup(LookupTable, SourceIPv4Key, IPv4LookupKey [, ExtraKey, …] [, return_unmatched])",
    summary: "Joins addresses with the rows of a table whose network (CIDR) they lie in.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Family::V4)),
    examples: &[(
        "datatable(ip:string)['10.1.2.3', '8.8.8.8'] | evaluate ipv4_lookup((datatable(net:string, n:string)['10.0.0.0/8','ours']), ip, net, return_unmatched=true)",
        "10.1.2.3 | 10.0.0.0/8 | ours\n8.8.8.8 |  | ",
    )],
    differs: "",
};

pub static IPV6_LOOKUP: Plugin = Plugin {
    name: "ipv6_lookup",
    syntax: "T | evaluate ipv6_lookup(LookupTable, SourceIPv6Key, IPv6LookupKey [, return_unmatched])",
    summary: "Joins IPv6 or IPv4 addresses with the rows of a table whose network (CIDR) they lie in.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Family::V6)),
    examples: &[(
        "datatable(ip:string)['2001:db8::1'] | evaluate ipv6_lookup((datatable(net:string, n:string)['2001:db8::/32','doc']), ip, net)",
        "2001:db8::/32 | doc | 2001:db8::1",
    )],
    differs: "",
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    V4,
    /// IPv4 addresses count as their mapped form.
    V6,
}

const UNMATCHED: &str = "return_unmatched";

fn bind(binder: &mut Binder, mut call: Call<'_>, family: Family) -> Result<Relation> {
    let left = shown(call.table(binder)?);
    let mut arguments = call.positional(&[UNMATCHED]);
    let mut unmatched = call.named(UNMATCHED);
    if unmatched.is_none() && arguments.len() > 3 && arguments.last().is_some_and(|a| is_bool(a)) {
        unmatched = arguments.pop().map(|a| &a.value);
    }
    let outer = flag(binder, unmatched)?;
    let [table, source, key, extra @ ..] = arguments.as_slice() else {
        return Err(Diagnostic::error(Code::ARGUMENT_COUNT, call.span, "a lookup needs a table, the address and the table's network"));
    };
    let table = binder.subquery(&table.value)?;
    let right = shown(binder.freshen(&table));
    let address = column_at(binder, &left, &source.value)?;
    let network = column_at(binder, &right, &key.value)?;
    let mut keys = Vec::new();
    for argument in extra {
        let right_at = column_at(binder, &right, &argument.value)?;
        let name = &right.outputs[right_at].name;
        match left.outputs.iter().position(|o| o.name == *name) {
            Some(at) => keys.push((at, right_at)),
            None => {
                let message = format!("the table on the left has no column `{name}`");
                return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, argument.value.span, message));
            }
        }
    }
    let kept: Vec<usize> = (0..right.outputs.len()).filter(|at| !keys.iter().any(|(_, r)| r == at)).collect();
    let found: Vec<(String, Type)> = kept.iter().map(|at| (right.outputs[*at].name.clone(), right.outputs[*at].ty)).collect();
    let columns = match family {
        Family::V4 => [columns_of(&left), found].concat(),
        Family::V6 => [found, columns_of(&left)].concat(),
    };
    Ok(apply(binder, vec![left, right], columns, Lookup { family, address, network, keys, kept, outer }))
}

fn is_bool(argument: &Argument) -> bool {
    matches!(argument.value.kind, ExprKind::Literal { ty: Type::Bool, .. })
}

#[derive(Debug)]
struct Lookup {
    family: Family,
    /// The places of the columns.
    address: usize,
    network: usize,
    /// Columns of both sides that must agree.
    keys: Vec<(usize, usize)>,
    /// The right side's columns that show.
    kept: Vec<usize>,
    outer: bool,
}

/// The rows of networks with prefixes of one length, by the network's bits and the extra keys.
type Networks = HashMap<(u128, Vec<u8>), Vec<u32>>;

impl Transform for Lookup {
    fn name(&self) -> &str {
        match self.family {
            Family::V4 => "ipv4_lookup",
            Family::V6 => "ipv6_lookup",
        }
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [left, right] = inputs.as_slice() else { return Err(failed(self.name(), "it takes two tables")) };
        let networks = self.networks(right);
        let mut pairs = Pairs::default();
        for row in 0..left.rows {
            let mut found = Vec::new();
            if let Some(address) = self.parse(&left.columns[self.address].value(row)) {
                let key = key_of(left, self.keys.iter().map(|(l, _)| *l), row);
                // The longest prefix first.
                for (prefix, rows) in networks.iter().rev() {
                    let network = V6 { prefix: *prefix, ..address }.network();
                    found.extend(rows.get(&(network, key.clone())).into_iter().flatten());
                }
            }
            pairs.add(row, found, self.outer);
        }
        let (of_left, of_right) = (pairs.left(left), pairs.right(right, &self.kept));
        let columns = match self.family {
            Family::V4 => [of_left, of_right].concat(),
            Family::V6 => [of_right, of_left].concat(),
        };
        Ok(Batch { columns, rows: pairs.rows() })
    }
}

impl Lookup {
    fn networks(&self, right: &Batch) -> BTreeMap<u32, Networks> {
        let mut networks: BTreeMap<u32, Networks> = BTreeMap::new();
        for row in 0..right.rows {
            let Some(network) = self.parse(&right.columns[self.network].value(row)) else { continue };
            let key = key_of(right, self.keys.iter().map(|(_, r)| *r), row);
            networks.entry(network.prefix).or_default().entry((network.network(), key)).or_default().push(row as u32);
        }
        networks
    }

    /// An address with or without a prefix, in 128 bits.
    fn parse(&self, value: &Value<'_>) -> Option<V6> {
        let text = value.as_str()?;
        match self.family {
            Family::V4 => V4::parse(text).map(V6::from),
            Family::V6 => V6::parse(text),
        }
    }
}

fn key_of(batch: &Batch, columns: impl Iterator<Item = usize>, row: usize) -> Vec<u8> {
    let mut key = Vec::new();
    columns.for_each(|c| encode_value(&batch.columns[c].value(row), &mut key));
    key
}
