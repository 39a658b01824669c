//! Where panels stand: from left to right and from top to bottom, never over each other.

use super::panel::Panel;
use crate::format::data::Map;
use crate::map;

/// Columns of Grafana's grid.
pub(super) const COLUMNS: u32 = 24;

/// What stands in a dashboard, in order.
#[derive(Debug, Default)]
pub(super) struct Grid<'p>(Vec<Item<'p>>);

#[derive(Debug)]
enum Item<'p> {
    Row(&'static str),
    Panel(Box<Panel<'p>>),
}

impl<'p> Grid<'p> {
    /// Begins a row with a title.
    pub(super) fn row(&mut self, title: &'static str) {
        self.0.push(Item::Row(title));
    }

    /// Adds a panel after the last.
    pub(super) fn add(&mut self, panel: Panel<'p>) {
        self.0.push(Item::Panel(Box::new(panel)));
    }

    /// Adds panels after the last.
    pub(super) fn extend(&mut self, panels: impl IntoIterator<Item = Panel<'p>>) {
        panels.into_iter().for_each(|panel| self.add(panel));
    }

    /// The alerts whose runbooks panels link.
    #[cfg(test)]
    pub(super) fn alerts(&self) -> impl Iterator<Item = &'static str> {
        let panels =
            self.0.iter().filter_map(|item| if let Item::Panel(panel) = item { Some(panel) } else { None });
        panels.flat_map(|panel| panel.alerts.iter().copied())
    }

    /// The panels as Grafana reads them, each with its place and number.
    pub(super) fn into_data(self, interval: &str, runbook: &dyn Fn(&str) -> Option<String>) -> Vec<Map<'p>> {
        let (mut x, mut y, mut line) = (0, 0, 0);
        (1..)
            .zip(self.0)
            .map(|(id, item)| match item {
                Item::Row(title) => {
                    (x, y, line) = (0, y + line, 0);
                    let place = place(x, y, COLUMNS, 1);
                    y += 1;
                    map! { "id" => id, "type" => "row", "title" => title, "collapsed" => false, "gridPos" => place, "panels" => Vec::<Map<'_>>::new() }
                }
                Item::Panel(panel) => {
                    let width = panel.width.clamp(1, COLUMNS);
                    if x + width > COLUMNS {
                        (x, y, line) = (0, y + line, 0);
                    }
                    let place = place(x, y, width, panel.height);
                    line = line.max(panel.height);
                    x += width;
                    panel.into_data(id, place, interval, runbook)
                }
            })
            .collect()
    }
}

fn place<'p>(x: u32, y: u32, width: u32, height: u32) -> Map<'p> {
    map! { "h" => height, "w" => width, "x" => x, "y" => y }
}
