"""A chart of each kind, as a proposal has it and at its limits, for whoever looks at drawings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from costmodel.numbers import in_prose
from costmodel.pages.charts_by_year import (
    CostsAndBenefits,
    SeriesByYear,
    columns_by_year,
    costs_and_benefits,
    lines_by_year,
)
from costmodel.pages.charts_of_rows import (
    Bridge,
    Largest,
    NamedValue,
    Options,
    Swing,
    Tornado,
    bridge,
    largest_rows,
    options_side_by_side,
    tornado,
)
from costmodel.pages.drawing import Figure
from costmodel.pages.frames import ChartSeries

Made = Callable[[int], Figure]

YEARS = ("2022/23", "2023/24", "2024/25", "2025/26")
FORTY = tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(2022, 2062))
LONG = ("A label that goes on and on & says <little> about " * 11)[:500]
counted = partial(in_prose, money=False)


def series(**values: tuple[float, ...]) -> tuple[ChartSeries, ...]:
    """Series by name; an underscore is a space."""
    return tuple(ChartSeries(label=name.replace("_", " "), values=given) for name, given in values.items())


def by_year(
    years: tuple[str, ...], held: tuple[ChartSeries, ...], unit: str = "£", title: str = "By year"
) -> SeriesByYear:
    figure = in_prose if unit == "£" else counted
    return SeriesByYear(title=title, unit=unit, figure=figure, kind="cash prices", years=years, series=held)


def columns(*values: float, unit: str = "£") -> Figure:
    """Columns of one series."""
    return columns_by_year(by_year(FORTY[: len(values)], series(Total=values), unit))


COST = by_year(
    YEARS,
    series(
        Labour_costs_of_teams_fully_operational=(9_507_392, 19_585_227, 34_041_572, 52_464_367),
        Labour_costs_of_teams_coming_into_operation=(4_753_696, 6_732_422, 8_447_353, 0),
        Training=(443_100, 808_763, 1_016_505, 334_163),
        Development_programme=(500_000, 1_000_000, 1_000_000, 0),
    ),
    title="What makes up the cost of each year",
)
TWELVE = tuple(
    ChartSeries(label=f"{at} {LONG}", values=tuple((at + 1) * (-1e8 if at == 3 else 1e8) + year for year in range(40)))
    for at in range(12)
)
NET = CostsAndBenefits(
    title="Costs against benefits", unit="£", figure=in_prose, years=FORTY[:6],
    costs=(15e6, 28e6, 5e6, 0, -1e6, 0), benefits=(0, 0, 20e6, 30e6, 10e6, 5e6),
)  # fmt: skip
CHOICES = Options(
    title="Options", unit="£", figure=in_prose, options=("Do the minimum", LONG, "Larger teams"),
    series=series(Costs=(0, 133e6, 181e6), Benefits=(0, 75.6e6, 140e6), Net_present_social_value=(0, -57.7e6, -41e6)),
)  # fmt: skip
STEPS = Bridge(
    title="From published to realistic", unit="£", figure=in_prose,
    start=NamedValue(label="As published", value=87_836_029),
    steps=(
        NamedValue(label="Employer on-costs", value=15_423_211),
        NamedValue(label="Slower rollout", value=-12_911_321),
        NamedValue(label="Programme kept", value=0),
    ),
    end=NamedValue(label="Realistic", value=90_347_919),
)  # fmt: skip
SWINGS = Tornado(
    title="What moves the ask most", unit="£", figure=in_prose,
    central=NamedValue(label="As published", value=87.8e6),
    swings=(
        Swing(label="Pay uplift", low=84.9e6, high=92.6e6, ends="1% to 5%"),
        Swing(label="Employer on-costs as a share of salary", low=87.8e6, high=104.2e6, ends="14% to 38%"),
        Swing(label="People in the area of one team", low=92.2e6, high=80.2e6),
        Swing(label="Higher both ways", low=89e6, high=91e6),
        Swing(label=LONG, low=86e6, high=87e6, ends=LONG),
    ),
)  # fmt: skip
AREAS = Largest(
    title="Population", unit="people", figure=counted, noun="authorities",
    rows=tuple(NamedValue(label=f"Authority of Somewhere {at}", value=1.5e6 / (1 + at * 0.1)) for at in range(153)),
)  # fmt: skip
EXTREMES = Largest(
    title=LONG, unit="£", figure=in_prose, noun="rows", notes=(LONG,),
    rows=tuple(NamedValue(label=LONG, value=value) for value in (1e12, 1e-3, -3e11, 5, 0)),
)  # fmt: skip

EXAMPLES: dict[str, Made] = {
    "cost": partial(columns_by_year, COST),
    "twelve series": partial(columns_by_year, by_year(FORTY, TWELVE, title=LONG)),
    "one series": partial(columns_by_year, by_year(YEARS, series(Teams=(40, 80, 135, 202)), "teams")),
    "one year": partial(columns_by_year, by_year(("2022/23",), series(Share=(0.00123,)), "share of salary")),
    "below 0": partial(columns_by_year, by_year(YEARS, series(Net=(-1.2e12, 0, 1e9, -5e11)))),
    "all 0": partial(columns_by_year, by_year(YEARS, series(Net=(0, 0, 0, 0)))),
    "lines": partial(
        lines_by_year, by_year(YEARS, series(Published=(15, 28, 44, 53), Slower=(12, 20, 33, 52)), "teams")
    ),
    "twelve lines": partial(lines_by_year, by_year(FORTY, TWELVE)),
    "one line": partial(lines_by_year, by_year(("2022/23",), series(Teams=(40,)), "teams")),
    "costs and benefits": partial(costs_and_benefits, NET),
    "options": partial(options_side_by_side, CHOICES),
    "bridge": partial(bridge, STEPS),
    "tornado": partial(tornado, SWINGS),
    "areas": partial(largest_rows, AREAS),
    "extremes": partial(largest_rows, EXTREMES),
}
"""Every kind of chart by name, for a width."""
