"""The results of one size: a Markdown table, and whether what must hold does."""

from statistics import mean, stdev


def row(cells):
    return f"| {' | '.join(cells)} |"


class Table:
    """For each contestant and set, what each draw gave. A contestant is left out of a set in which it lacks draws."""

    def __init__(self, results, names, size, numbers, contestants):
        self.size, self.names, self.found = size, names, {}
        for contestant in contestants:
            for name in names:
                draws = [results.get(name, size, number, contestant) for number in numbers]
                if all(draws):
                    self.found[contestant, name] = draws
        self.contestants = [contestant for contestant in contestants if self.sets(contestant)]

    def sets(self, *contestants):
        """The sets that all of these were measured on."""
        return [name for name in self.names if all((contestant, name) in self.found for contestant in contestants)]

    def accuracies(self, contestant, name):
        return [100 * draw["accuracy"] for draw in self.found[contestant, name]]

    def accuracy(self, contestant, names):
        return mean(mean(self.accuracies(contestant, name)) for name in names)

    def deviation(self, contestant, name):
        values = self.accuracies(contestant, name)
        return stdev(values) if len(values) > 1 else 0.0

    def seconds(self, contestant, names, what="seconds"):
        return mean(draw[what] for name in names for draw in self.found[contestant, name])

    def processor(self, contestant, names):
        return self.seconds(contestant, names, "processor")

    def cell(self, contestant, name):
        if (contestant, name) not in self.found:
            return "–"
        spread = f" ± {self.deviation(contestant, name):.1f}" if len(self.found[contestant, name]) > 1 else ""
        return f"{self.accuracy(contestant, [name]):.1f}{spread}"

    def lines(self):
        size = self.size.replace("-", " ") if self.size.endswith("-rows") else f"{self.size} rows per label"
        yield from ("", f"### {size}", "", row(["accuracy, %", *self.contestants]), "|---" * (len(self.contestants) + 1) + "|")
        for name in self.names:
            yield row([name, *(self.cell(each, name) for each in self.contestants)])
        yield from self.means("**all sets**", self.names)
        common = self.sets(*self.contestants)
        if common and common != self.names:
            yield from self.means(f"**{', '.join(common)}**", common)

    def means(self, title, names):
        """Three rows: mean accuracy, and the mean time to train on a draw."""
        having = [set(names) <= set(self.sets(each)) for each in self.contestants]
        rows = {"mean": self.accuracy, "seconds a draw": self.seconds, "processor seconds a draw": self.processor}
        for what, mean_of in rows.items():
            yield row([f"{title}, {what}", *(f"{mean_of(each, names):.1f}" if has else "–" for each, has in zip(self.contestants, having))])


def checks(table, peers_base):
    """Rows (contestant, what must hold, what was measured, whether it holds). `peers_base` is the name of the folder that the peers start from."""
    for tenor in (each for each in table.contestants if each.startswith("tenor ")):
        if names := table.sets(tenor, "setfit"):
            yield from against_setfit(table, tenor, names)
        if names := table.sets(tenor, "lr"):
            gap, name = min((table.accuracy(tenor, [name]) - table.accuracy("lr", [name]), name) for name in names)
            yield tenor, "no set more than 0.5 points below logistic regression", f"{gap:+.1f} on {name}", gap >= -0.5
        original = " ".join(["tenor", peers_base, *tenor.split()[2:]])
        if tenor != original and (names := table.sets(tenor, original)):
            gap = table.accuracy(tenor, names) - table.accuracy(original, names)
            yield tenor, f"mean at most 1.5 points below {original}", f"{gap:+.1f}", gap >= -1.5


def against_setfit(table, tenor, names):
    gap = table.accuracy(tenor, names) - table.accuracy("setfit", names)
    yield tenor, "mean at least SetFit's", f"{gap:+.1f}", gap >= 0
    # In standard deviations of SetFit's draws.
    gaps = {name: table.accuracy(tenor, [name]) - table.accuracy("setfit", [name]) for name in names}
    deviations, name = min((gaps[name] / max(table.deviation("setfit", name), 1e-9), name) for name in names)
    yield tenor, "no set more than 1 sd below SetFit", f"{gaps[name]:+.1f}, {deviations:+.1f} sd on {name}", deviations >= -1
    share, processor = (time(tenor, names) / time("setfit", names) for time in (table.seconds, table.processor))
    yield tenor, "at most a fifth of SetFit's time", f"{share:.3f}; of its processor time {processor:.3f}", share <= 0.2


def check_lines(tables, peers_base):
    yield from ("", "### What must hold", "", row(["rows per label", "contestant", "", "measured", "holds"]), "|---|---|---|---|---|")
    for table in tables:
        for tenor, what, measured, holds in checks(table, peers_base):
            yield row([table.size, tenor, what, measured, "yes" if holds else "**no**"])
