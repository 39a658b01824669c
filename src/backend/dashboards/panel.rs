//! A panel: what it shows, in which unit, and which numbers of the plan count as too much or too little.

use std::borrow::Cow;

use crate::format::data::{Data, Map};
use crate::map;

/// What readings are, as Grafana names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number of things.
    Count,
    /// Bytes, shown in KiB, MiB, GiB.
    Bytes,
    /// A length of time in seconds.
    Seconds,
    /// A share, 1 for all of it.
    Share,
    /// A share in hundredths.
    Percent,
    /// Requests a second.
    Requests,
    /// Operations a second.
    Operations,
    /// Degrees Celsius.
    Celsius,
}

impl Unit {
    /// Grafana's identifier (packages/grafana-data, `valueFormats/categories.ts`).
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Count => "short",
            Self::Bytes => "bytes",
            Self::Seconds => "s",
            Self::Share => "percentunit",
            Self::Percent => "percent",
            Self::Requests => "reqps",
            Self::Operations => "ops",
            Self::Celsius => "celsius",
        }
    }
}

/// How readings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Lines over time.
    Series,
    /// One number.
    Stat,
    /// One number between a minimum and a maximum.
    Gauge,
    /// A line for each thing.
    Table,
}

/// What a reading means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Good,
    /// Somebody should look at it in working hours.
    Warning,
    /// Somebody has to act.
    Bad,
}

impl Level {
    const fn colour(self) -> &'static str {
        match self {
            Self::Good => "green",
            Self::Warning => "orange",
            Self::Bad => "red",
        }
    }
}

/// From where on a reading means something.
#[derive(Debug, Clone)]
pub(super) struct Thresholds {
    mode: &'static str,
    base: Level,
    steps: Vec<(String, Level)>,
}

impl Thresholds {
    /// What is higher is worse: `steps` are in rising order.
    pub(super) fn rising<const N: usize>(steps: [(&dyn ToString, Level); N]) -> Self {
        Self {
            mode: "absolute",
            base: Level::Good,
            steps: steps.into_iter().map(|(value, level)| (value.to_string(), level)).collect(),
        }
    }

    /// What is lower is worse: below the first step it is bad.
    pub(super) fn falling<const N: usize>(steps: [(&dyn ToString, Level); N]) -> Self {
        Self { base: Level::Bad, ..Self::rising(steps) }
    }

    /// The same, with steps that are hundredths of the way from the minimum to the maximum.
    pub(super) const fn of_the_range(mut self) -> Self {
        self.mode = "percentage";
        self
    }

    fn into_data<'p>(self) -> Map<'p> {
        let mut steps = vec![map! { "color" => self.base.colour(), "value" => Data::Null }];
        steps.extend(
            self.steps
                .into_iter()
                .map(|(value, level)| map! { "color" => level.colour(), "value" => number(&value) }),
        );
        map! { "mode" => self.mode, "steps" => steps }
    }
}

/// A number of the plan or of the conventions, which are texts of digits.
fn number<'p>(digits: &str) -> Data<'p> {
    digits.parse().map_or_else(|_| digits.parse().map_or(Data::Null, Data::Float), Data::Int)
}

/// A query of Prometheus.
#[derive(Debug)]
pub(super) struct Target {
    /// The expression.
    pub(super) expr: String,
    /// What its series are called; labels in double braces.
    pub(super) legend: Cow<'static, str>,
}

/// A column of a table of things.
#[derive(Debug)]
pub(super) struct Column {
    /// What stands above it.
    pub(super) title: &'static str,
    /// Its unit.
    pub(super) unit: Unit,
    /// What its readings mean.
    pub(super) thresholds: Option<Thresholds>,
}

/// A panel.
#[derive(Debug)]
pub(super) struct Panel<'p> {
    pub(super) title: Cow<'p, str>,
    pub(super) description: String,
    pub(super) unit: Unit,
    pub(super) shape: Shape,
    pub(super) targets: Vec<Target>,
    /// Columns of the grid, of [`super::grid::COLUMNS`].
    pub(super) width: u32,
    /// Lines of the grid.
    pub(super) height: u32,
    /// The alerts that watch the same.
    pub(super) alerts: Vec<&'static str>,
    thresholds: Option<Thresholds>,
    min: Option<u32>,
    max: Option<String>,
    columns: Vec<Column>,
    /// The title and the address behind the names in a table's first column.
    link: Option<(&'static str, String)>,
    hidden: &'static [&'static str],
}

impl<'p> Panel<'p> {
    fn new(shape: Shape, title: impl Into<Cow<'p, str>>, unit: Unit, description: impl Into<String>) -> Self {
        let (width, height) = match shape {
            Shape::Series => (8, 8),
            Shape::Stat | Shape::Gauge => (4, 5),
            Shape::Table => (24, 9),
        };
        Self {
            title: title.into(),
            description: description.into(),
            unit,
            shape,
            targets: Vec::new(),
            width,
            height,
            alerts: Vec::new(),
            thresholds: None,
            min: Some(0),
            max: None,
            columns: Vec::new(),
            link: None,
            hidden: &[],
        }
    }

    /// Lines over time. The description says what good looks like.
    pub(super) fn series(title: impl Into<Cow<'p, str>>, unit: Unit, good: impl Into<String>) -> Self {
        Self::new(Shape::Series, title, unit, good)
    }

    /// One number.
    pub(super) fn stat(title: impl Into<Cow<'p, str>>, unit: Unit, good: impl Into<String>) -> Self {
        Self::new(Shape::Stat, title, unit, good)
    }

    /// One number between 0 and a maximum.
    pub(super) fn gauge(
        title: impl Into<Cow<'p, str>>,
        unit: Unit,
        max: &dyn ToString,
        good: impl Into<String>,
    ) -> Self {
        Self { max: Some(max.to_string()), ..Self::new(Shape::Gauge, title, unit, good) }
    }

    /// A line for each thing; [`Panel::column`] adds what is shown of it.
    pub(super) fn table(title: impl Into<Cow<'p, str>>, good: impl Into<String>) -> Self {
        Self::new(Shape::Table, title, Unit::Count, good)
    }

    /// Adds a query.
    pub(super) fn target(mut self, expr: impl Into<String>, legend: impl Into<Cow<'static, str>>) -> Self {
        self.targets.push(Target { expr: expr.into(), legend: legend.into() });
        self
    }

    /// Adds a query and the column that shows its readings.
    pub(super) fn column(mut self, expr: String, column: Column) -> Self {
        self.targets.push(Target { expr, legend: Cow::Borrowed(column.title) });
        self.columns.push(column);
        self
    }

    /// What the readings mean.
    pub(super) fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = Some(thresholds);
        self
    }

    /// The alerts that watch the same; their runbooks are linked.
    pub(super) fn alerts(mut self, alerts: impl IntoIterator<Item = &'static str>) -> Self {
        self.alerts.extend(alerts);
        self
    }

    /// Readings below 0 are possible, and worth to be seen.
    pub(super) const fn signed(mut self) -> Self {
        self.min = None;
        self
    }

    /// Its width in the grid.
    pub(super) const fn wide(mut self, width: u32) -> Self {
        self.width = width;
        self
    }

    /// The title and address that names in a table lead to.
    pub(super) fn leads_to(mut self, title: &'static str, address: String) -> Self {
        self.link = Some((title, address));
        self
    }

    /// Labels that a table does not show.
    pub(super) const fn hides(mut self, labels: &'static [&'static str]) -> Self {
        self.hidden = labels;
        self
    }

    /// The panel as Grafana reads it. `interval` is the time between two readings, below which no range may fall.
    pub(super) fn into_data(
        self,
        id: u32,
        place: Map<'p>,
        interval: &str,
        runbook: &dyn Fn(&str) -> Option<String>,
    ) -> Map<'p> {
        let kind = match self.shape {
            Shape::Series => "timeseries",
            Shape::Stat => "stat",
            Shape::Gauge => "gauge",
            Shape::Table => "table",
        };
        let instant = self.shape != Shape::Series;
        let mut data = Map::with_capacity(12);
        data.push("id", id);
        data.push("type", kind);
        data.push("title", self.title);
        data.push("description", self.description);
        data.push("gridPos", place);
        data.push("datasource", source());
        let links: Vec<Map<'_>> = self
            .alerts
            .iter()
            .filter_map(|alert| {
                runbook(alert).map(|url| map! { "title" => format!("Runbook: {alert}"), "url" => url, "targetBlank" => true })
            })
            .collect();
        if !links.is_empty() {
            data.push("links", links);
        }
        let targets: Vec<Map<'_>> = (self.targets.into_iter().enumerate())
            .map(|(index, target)| {
                let mut query = map! { "refId" => reference(index), "expr" => target.expr };
                if self.shape == Shape::Table {
                    query.push("format", "table");
                } else {
                    query.push("legendFormat", target.legend);
                }
                query.push("interval", interval.to_owned());
                query.push(if instant { "instant" } else { "range" }, true);
                query
            })
            .collect();
        data.push("targets", targets);
        let mut defaults = map! { "unit" => self.unit.id() }.with_some("min", self.min);
        if let Some(max) = self.max {
            defaults.push("max", number(&max));
        }
        let has_thresholds = self.thresholds.is_some();
        if let Some(thresholds) = self.thresholds {
            defaults.push("thresholds", thresholds.into_data());
        }
        if self.shape == Shape::Series {
            let style = if has_thresholds { "dashed" } else { "off" };
            let style = map! { "mode" => style };
            defaults.push(
                "custom",
                map! { "fillOpacity" => 8, "showPoints" => "never", "thresholdsStyle" => style },
            );
        }
        let overrides = overrides(&self.columns, self.link);
        data.push("fieldConfig", map! { "defaults" => defaults, "overrides" => overrides });
        data.push("options", options(self.shape));
        if self.shape == Shape::Table {
            data.push("transformations", transformations(&self.columns, self.hidden));
        }
        data
    }
}

/// The data source that is chosen at the top of the dashboard.
fn source<'p>() -> Map<'p> {
    map! { "type" => "prometheus", "uid" => "${datasource}" }
}

/// `A`, `B`, ..., `Z`, `AA`: the name of a query in its panel.
fn reference(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        let letter = u8::try_from(index % 26).map_or('A', |letter| char::from(b'A' + letter));
        name.insert(0, letter);
        if index < 26 {
            return name;
        }
        index = index / 26 - 1;
    }
}

fn options<'p>(shape: Shape) -> Map<'p> {
    let last = map! { "calcs" => ["lastNotNull"] };
    match shape {
        Shape::Series => map! {
            "legend" => map! { "displayMode" => "list", "placement" => "bottom", "showLegend" => true },
            "tooltip" => map! { "mode" => "multi", "sort" => "desc" },
        },
        Shape::Stat => map! { "colorMode" => "value", "graphMode" => "none", "reduceOptions" => last },
        Shape::Gauge => map! { "reduceOptions" => last, "showThresholdMarkers" => true },
        Shape::Table => map! { "cellHeight" => "sm", "showHeader" => true },
    }
}

/// The units and colours of a table's columns, and where the names in it lead.
fn overrides<'p>(columns: &[Column], link: Option<(&'static str, String)>) -> Vec<Map<'p>> {
    let of = |name: &'static str, properties: Vec<Map<'p>>| {
        map! { "matcher" => map! { "id" => "byName", "options" => name }, "properties" => properties }
    };
    let mut found: Vec<Map<'p>> = Vec::with_capacity(columns.len() + 1);
    if let Some((title, url)) = link {
        let links = [map! { "title" => title, "url" => url }];
        found.push(of("service", vec![map! { "id" => "links", "value" => links }]));
    }
    for column in columns {
        let mut properties = vec![map! { "id" => "unit", "value" => column.unit.id() }];
        if let Some(thresholds) = column.thresholds.clone() {
            properties.push(map! { "id" => "thresholds", "value" => thresholds.into_data() });
            let cell = map! { "type" => "color-text" };
            properties.push(map! { "id" => "custom.cellOptions", "value" => cell });
        }
        found.push(of(column.title, properties));
    }
    found
}

/// One line for each thing: the queries' answers side by side, without what every line would repeat.
fn transformations<'p>(columns: &[Column], hidden: &'static [&'static str]) -> Vec<Map<'p>> {
    let renamed: Map<'p> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            // A single query's column has no letter.
            let value =
                if columns.len() == 1 { "Value".to_owned() } else { format!("Value #{}", reference(index)) };
            (value, column.title)
        })
        .collect();
    let excluded: Map<'p> = ["Time"].iter().chain(hidden).map(|label| (*label, true)).collect();
    vec![
        map! { "id" => "merge", "options" => Map::new() },
        map! { "id" => "organize", "options" => map! { "excludeByName" => excluded, "renameByName" => renamed } },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_named_as_spreadsheets_name_columns() {
        for (index, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(reference(index), name);
        }
    }
}
