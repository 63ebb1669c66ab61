//! variance(), stdev() and covariance(), of samples and of populations.

use crate::plan::{Accumulator, Aggregate};
use crate::value::{Column, Type, Value};

use super::exact::ExactSum;
use super::fold::{Fold, Item, State};

const CATEGORY: &str = "Aggregation functions";
const ONE: &[&str] = &["(expr:summable) -> real"];
const ONE_IF: &[&str] = &["(expr:summable, predicate:bool) -> real"];
const TWO: &[&str] = &["(x:summable, y:summable) -> real"];
const TWO_IF: &[&str] = &["(x:summable, y:summable, predicate:bool) -> real"];

pub static VARIANCE: Aggregate = Aggregate {
    name: "variance",
    category: CATEGORY,
    signatures: ONE,
    summary: "The variance, the group being a sample; zero for fewer than two values. Rounded to ten places as Kusto does.",
    prefix: "variance",
    make: |_| spread(|moments, _| Value::Real(places(moments.sample()))),
    examples: &[("range x from 1 to 5 step 1 | summarize variance(x)", "2.5")],
    ..Aggregate::NEW
};

pub static VARIANCEP: Aggregate = Aggregate {
    name: "variancep",
    category: CATEGORY,
    signatures: ONE,
    summary: "The variance, the group being the whole population.",
    prefix: "variancep",
    make: |_| spread(|moments, _| Value::Real(places(moments.population()))),
    examples: &[("range x from 1 to 5 step 1 | summarize variancep(x)", "2")],
    ..Aggregate::NEW
};

pub static STDEV: Aggregate = Aggregate {
    name: "stdev",
    category: CATEGORY,
    signatures: ONE,
    summary: "The standard deviation, the group being a sample.",
    prefix: "stdev",
    make: |_| spread(|moments, _| Value::Real(places(moments.sample()).sqrt())),
    examples: &[("datatable(x:real)[1.5, 2.5, 3.5] | summarize stdev(x)", "1")],
    ..Aggregate::NEW
};

pub static STDEVP: Aggregate = Aggregate {
    name: "stdevp",
    category: CATEGORY,
    signatures: ONE,
    summary: "The standard deviation, the group being the whole population.",
    prefix: "stdevp",
    make: |_| spread(|moments, _| Value::Real(places(moments.population()).sqrt())),
    examples: &[("datatable(x:real)[1, 3] | summarize stdevp(x)", "1")],
    ..Aggregate::NEW
};

pub static COVARIANCE: Aggregate = Aggregate {
    name: "covariance",
    category: CATEGORY,
    signatures: TWO,
    summary: "The covariance of two expressions, the group being a sample.",
    prefix: "covariance",
    make: |_| spread(|moments, _| Value::Real(moments.sample())),
    examples: &[("range x from 1 to 3 step 1 | summarize covariance(x, x * 2)", "2")],
    ..Aggregate::NEW
};

pub static COVARIANCEP: Aggregate = Aggregate {
    name: "covariancep",
    category: CATEGORY,
    signatures: TWO,
    summary: "The covariance of two expressions, the group being the whole population.",
    prefix: "covariancep",
    make: |_| spread(|moments, _| Value::Real(moments.population())),
    examples: &[("range x from 1 to 4 step 1 | summarize covariancep(x, x * 2)", "2.5")],
    ..Aggregate::NEW
};

pub static VARIANCEIF: Aggregate = Aggregate {
    name: "varianceif",
    category: CATEGORY,
    signatures: ONE_IF,
    summary: "The sample variance over rows where the predicate is true.",
    prefix: "varianceif",
    filtered: Some("variance"),
    examples: &[("range x from 1 to 100 step 1 | summarize varianceif(x, x % 2 == 0)", "850")],
    ..Aggregate::NEW
};

pub static VARIANCEPIF: Aggregate = Aggregate {
    name: "variancepif",
    category: CATEGORY,
    signatures: ONE_IF,
    summary: "The population variance over rows where the predicate is true.",
    prefix: "variancepif",
    filtered: Some("variancep"),
    examples: &[("range x from 1 to 10 step 1 | summarize variancepif(x, x <= 5)", "2")],
    ..Aggregate::NEW
};

pub static STDEVIF: Aggregate = Aggregate {
    name: "stdevif",
    category: CATEGORY,
    signatures: ONE_IF,
    summary: "The sample standard deviation over rows where the predicate is true.",
    prefix: "stdevif",
    filtered: Some("stdev"),
    examples: &[("range x from 1 to 10 step 1 | summarize stdevif(x, x < 4)", "1")],
    ..Aggregate::NEW
};

pub static COVARIANCEIF: Aggregate = Aggregate {
    name: "covarianceif",
    category: CATEGORY,
    signatures: TWO_IF,
    summary: "The sample covariance over rows where the predicate is true.",
    prefix: "covarianceif",
    filtered: Some("covariance"),
    examples: &[("range x from 1 to 10 step 1 | summarize covarianceif(x, x * 2, x < 4)", "2")],
    ..Aggregate::NEW
};

pub static COVARIANCEPIF: Aggregate = Aggregate {
    name: "covariancepif",
    category: CATEGORY,
    signatures: TWO_IF,
    summary: "The population covariance over rows where the predicate is true.",
    prefix: "covariancepif",
    filtered: Some("covariancep"),
    examples: &[("range x from 1 to 10 step 1 | summarize covariancepif(x, x * 2, x < 5)", "2.5")],
    ..Aggregate::NEW
};

fn spread(finish: fn(&Moments, Type) -> Value<'static>) -> Result<Box<dyn Accumulator>, String> {
    Ok(Fold::<Moments>::boxed(Type::Real, finish))
}

/// Exact sums of x, y and xy over rows where both are not null. With one column, y is x.
#[derive(Default)]
struct Moments {
    count: i64,
    x: ExactSum,
    y: ExactSum,
    xy: ExactSum,
}

impl Moments {
    fn sample(&self) -> f64 {
        if self.count < 2 { self.least() } else { self.numerator() / (self.count as f64 * (self.count - 1) as f64) }
    }

    fn population(&self) -> f64 {
        if self.count < 1 { 0.0 } else { self.numerator() / (self.count as f64 * self.count as f64) }
    }

    /// Zero, or NaN when that is what there is.
    fn least(&self) -> f64 {
        if self.xy.round().is_finite() { 0.0 } else { f64::NAN }
    }

    /// n·Σxy − Σx·Σy, rounded once.
    fn numerator(&self) -> f64 {
        let mut sum = ExactSum::default();
        let (x, y) = (self.x.parts(), self.y.parts());
        self.xy.parts().iter().for_each(|part| sum.add_product(*part, self.count as f64));
        for a in &x {
            y.iter().for_each(|b| sum.add_product(-a, *b));
        }
        sum.round()
    }
}

impl State for Moments {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        let mut add = |row: usize, x: f64, y: f64| {
            let state: &mut Moments = &mut states[groups[row] as usize];
            state.count += 1;
            state.x.add(x);
            state.y.add(y);
            state.xy.add_product(x, y);
        };
        match arguments {
            [x] => f64::each(x, |row, x| add(row, x, x)),
            [x, y, ..] => {
                let mut others = vec![None; y.len()];
                f64::each(y, |row, y| others[row] = Some(y));
                f64::each(x, |row, x| {
                    if let Some(y) = others[row] {
                        add(row, x, y);
                    }
                });
            }
            [] => {}
        }
    }

    fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.x.merge(&later.x);
        self.y.merge(&later.y);
        self.xy.merge(&later.xy);
    }

    fn memory(&self) -> usize {
        self.x.memory() + self.y.memory() + self.xy.memory() + size_of::<i64>()
    }
}

/// Kusto rounds variances, and takes the root of the rounded one for a deviation.
fn places(variance: f64) -> f64 {
    let scaled = variance * 1e10;
    if scaled.abs() < 9e15 { scaled.round_ties_even() / 1e10 } else { variance }
}
