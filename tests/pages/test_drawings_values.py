"""What a chart draws is as large as its value, and its figures are rounded half up, as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan

import pytest
from chart_examples import (
    AREAS,
    CHOICES,
    COST,
    FORTY,
    LONG,
    NET,
    STEPS,
    SWINGS,
    TWELVE,
    YEARS,
    by_year,
    columns,
    counted,
    series,
)

from costmodel.pages.axes import thinned, value_axis
from costmodel.pages.charts_by_year import columns_by_year, costs_and_benefits, lines_by_year
from costmodel.pages.charts_of_rows import NamedValue, bridge, largest_rows, options_side_by_side, tornado
from costmodel.pages.drawing import Caption, Figure, Patch, Stroke
from costmodel.pages.letters import length, shortened, wrapped
from costmodel.workbook.styles import PALETTE


def boxes(figure: Figure, colour: str = PALETTE[0]) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the patches of a colour, without the small squares before names."""
    found = [mark.corners for mark in figure.marks if isinstance(mark, Patch) and mark.fill == colour]
    sides = [
        (min(x for x, _ in at), min(y for _, y in at), max(x for x, _ in at), max(y for _, y in at)) for at in found
    ]
    return [side for side in sides if (side[2] - side[0], side[3] - side[1]) != (10, 10)]


def texts(figure: Figure) -> list[str]:
    return [mark.text for mark in figure.marks if isinstance(mark, Caption)]


def heights(figure: Figure, colour: str = PALETTE[0]) -> list[float]:
    return [bottom - top for _, top, _, bottom in boxes(figure, colour)]


def widths(figure: Figure, colour: str = PALETTE[0]) -> list[float]:
    return [right - left for left, _, right, _ in boxes(figure, colour)]


def test_a_column_is_as_high_as_its_value() -> None:
    first, second, third = heights(columns(1e6, 2e6, 3e6))
    assert (second, third) == pytest.approx((2 * first, 3 * first))


def test_parts_of_a_column_stand_on_one_another_and_those_below_0_hang_from_it() -> None:
    figure = columns_by_year(by_year(YEARS[:1], series(First=(3e6,), Second=(2e6,), Less=(-1e6,))))
    (_, top, _, zero), (_, high, _, on), (_, hangs, _, low) = (boxes(figure, colour)[0] for colour in PALETTE[:3])
    assert on == pytest.approx(top)
    assert hangs == pytest.approx(zero)
    assert (zero - top, on - high, low - hangs) == pytest.approx((3 * (low - hangs), 2 * (low - hangs), low - hangs))


def test_figures_stand_on_columns_where_there_is_room_for_all() -> None:
    assert {"15.2", "28.1", "44.5", "52.8"} <= set(texts(columns_by_year(COST)))
    many = columns(*(1.234e6 + at for at in range(40)))
    assert not any(text.startswith("1.23") for text in texts(many))
    assert "1.23" not in texts(columns_by_year(by_year(YEARS[:1], series(First=(3e6,), Less=(-1.77e6,)))))


def test_costs_go_down_benefits_go_up_and_the_line_is_what_they_come_to() -> None:
    figure = costs_and_benefits(NET)
    line = next(mark.through for mark in figure.marks if isinstance(mark, Stroke) and mark.colour == PALETTE[2])
    zero = boxes(figure, PALETTE[1])[0][1]
    unit = heights(figure, PALETTE[1])[0] / 15
    assert [(zero - y) / unit for _, y in line] == pytest.approx([-15, -43, -28, 2, 13, 18])
    saved = boxes(figure, PALETTE[1])[-1]
    assert saved[3] == pytest.approx(boxes(figure)[2][1]), "a cost below 0 goes up, on the benefit"


def test_lines_pass_through_their_values_and_each_has_a_shape_of_its_own() -> None:
    figure = lines_by_year(by_year(YEARS, series(Up=(0, 1, 2, 4), Same=(4, 4, 4, 4))))
    lines = {mark.colour: mark.through for mark in figure.marks if isinstance(mark, Stroke) and mark.width > 2}
    up, same = lines[PALETTE[0]], lines[PALETTE[1]]
    assert up[3] == same[3]
    assert up[0][1] - up[2][1] == pytest.approx((up[0][1] - up[3][1]) / 2)
    corners = [
        {len(mark.corners) for mark in figure.marks if isinstance(mark, Patch) and mark.fill == colour}
        for colour in PALETTE[:2]
    ]
    assert corners == [{24}, {4}]


def test_bars_of_options_are_as_long_as_their_values_and_start_from_one_line() -> None:
    figure = options_side_by_side(CHOICES)
    costs, net = widths(figure), widths(figure, PALETTE[2])
    assert costs[1] / costs[0] == pytest.approx(181 / 133)
    assert net[0] / costs[0] == pytest.approx(57.7 / 133)
    assert boxes(figure, PALETTE[2])[0][2] == pytest.approx(boxes(figure)[0][0])


def test_the_largest_rows_come_first_and_the_rest_are_counted() -> None:
    figure = largest_rows(replace(AREAS, rows=AREAS.rows[::-1], most=3))
    assert widths(figure) == sorted(widths(figure), reverse=True)
    assert len(widths(figure)) == 3
    assert texts(figure)[-1].startswith("And 150 more authorities, of 1.15 million or less each.")


def test_each_step_of_a_bridge_starts_where_the_last_one_ended() -> None:
    figure = bridge(STEPS)
    (start, end), (up,), (down,) = boxes(figure), boxes(figure, PALETTE[3]), boxes(figure, PALETTE[1])
    assert up[0] == pytest.approx(start[2])
    assert down[2] == pytest.approx(up[2])
    assert down[0] == pytest.approx(end[2])
    assert {"£87.8 million", "+£15.4 million", "-£12.9 million", "£90.3 million"} <= set(texts(figure))


def test_a_bridge_whose_steps_do_not_lead_to_its_end_is_refused() -> None:
    with pytest.raises(ValueError, match="the steps lead to"):
        bridge(replace(STEPS, end=NamedValue(label="Realistic", value=90_347_920)))


@pytest.mark.parametrize(("steps", "said"), [((1.4e6, 1.4e6), True), ((1e6, 2e6), False)])
def test_a_bridge_says_when_its_figures_do_not_add_as_they_are_shown(steps: tuple[float, float], said: bool) -> None:
    chart = replace(
        STEPS, figure=lambda value: f"£{value / 1e6:.0f} million",
        start=NamedValue(label="Before", value=0), steps=tuple(NamedValue(label="Step", value=step) for step in steps),
        end=NamedValue(label="After", value=sum(steps)),
    )  # fmt: skip
    assert ("Figures are rounded" in bridge(chart).description) is said


def test_a_tornado_has_the_widest_on_top_and_both_ends_about_where_the_result_stands() -> None:
    figure = tornado(SWINGS)
    centre = next(mark.through[0][0] for mark in figure.marks if isinstance(mark, Stroke) and mark.width == 2)
    first, *_ = boxes(figure)
    assert first[0] == pytest.approx(centre)
    assert first[2] - first[0] == max(widths(figure))
    assert "low £89 million, high £91 million" in texts(figure)
    assert "As published: £87.8 million" in texts(figure)
    assert "And 3 more, which move it by less." in texts(tornado(replace(SWINGS, most=2)))


# The axis


@pytest.mark.parametrize(
    ("values", "unit", "words", "ticks"),
    [
        ([15e6, 52.8e6], "£", "£ million", ("0", "20", "40", "60")),
        ([0, 9_999], "£", "£", ("0", "2,000", "4,000", "6,000", "8,000", "10,000")),
        ([250_000], "£ (2024 prices)", "£ thousand (2024 prices)", ("0", "50", "100", "150", "200", "250")),
        ([1.2e9], "£", "£ billion", ("0.0", "0.5", "1.0", "1.5")),
        ([1e12], "£", "£ trillion", ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([1e-3], "£", "£", ("0.0000", "0.0002", "0.0004", "0.0006", "0.0008", "0.0010")),
        ([30_300], "people", "people", ("0", "10,000", "20,000", "30,000", "40,000")),
        ([3.4e6], "people", "million people", ("0", "1", "2", "3", "4")),
        ([0.14], "share of salary", "share of salary", ("0%", "5%", "10%", "15%")),
        ([-1.2e6, 3e5], "£", "£ million", ("-1.5", "-1.0", "-0.5", "0.0", "0.5")),
        ([-4, -2], "teams", "teams", ("-4", "-3", "-2", "-1", "0")),
        ([0, 0], "£", "£", ("0", "1")),
    ],
)
def test_an_axis_has_round_figures_in_the_scale_that_suits(
    values: list[float], unit: str, words: str, ticks: tuple[str, ...]
) -> None:
    axis = value_axis(values, unit)
    assert (axis.unit, axis.texts) == (words, ticks)
    assert axis.ticks[0] <= min(values)
    assert axis.ticks[-1] >= max(values)


def test_a_figure_on_a_mark_is_rounded_half_up_and_none_is_shown_as_0_that_is_not() -> None:
    axis = value_axis([10_250_000], "£")
    assert axis.text(10_250_000) == "10.3"
    assert axis.text(-10_250_000) == "-10.3"
    assert axis.text(40_000) == ""
    assert axis.text(0) == "0"


def test_names_along_an_axis_are_thinned_evenly_and_the_last_is_kept_where_it_fits() -> None:
    def shown(spacing: float) -> list[int]:
        named = thinned(FORTY, [spacing * at for at in range(40)], 12)
        return [at for at, held in enumerate(named) if held]

    assert shown(80) == list(range(40))
    assert shown(14) == [0, 5, 10, 15, 20, 25, 30, 35, 39][: len(shown(14))]
    assert shown(6.5) == [0, 10, 20, 30, 39]
    assert shown(1) == [0]


# Texts


def test_a_text_is_shortened_to_its_room_and_never_longer_than_it() -> None:
    assert shortened("Pay uplift", 200, 14) == "Pay uplift"
    assert shortened(LONG, 200, 14).endswith("…")
    assert length(shortened(LONG, 200, 14), 14) <= 200
    assert wrapped("Labour costs of teams", 100, 14, 2) == ("Labour costs", "of teams")
    assert wrapped("Labour costs of teams coming in", 100, 14, 2) == ("Labour costs", "of teams co…")
    assert wrapped("", 100, 14, 2) == ("",)


# What is refused


@pytest.mark.parametrize(
    "make",
    [
        lambda: columns(nan),
        lambda: columns(inf),
        lambda: columns_by_year(by_year((), series(Total=()))),
        lambda: columns_by_year(by_year(YEARS, ())),
        lambda: columns_by_year(by_year(YEARS, series(Total=(1.0,)))),
        lambda: columns_by_year(by_year(FORTY, (*TWELVE, TWELVE[0]))),
        lambda: lines_by_year(by_year(YEARS, series(Total=(1.0,)))),
        lambda: costs_and_benefits(replace(NET, costs=(1.0,))),
        lambda: largest_rows(replace(AREAS, rows=())),
        lambda: tornado(replace(SWINGS, swings=())),
        lambda: bridge(replace(STEPS, start=NamedValue(label="", value=nan))),
        lambda: columns_by_year(COST, 319),
    ],
)
def test_what_cannot_be_drawn_honestly_is_refused(make: Callable[[], Figure]) -> None:
    with pytest.raises(ValueError):
        make()


def test_a_chart_of_counts_shows_its_figures_in_words() -> None:
    figure = largest_rows(replace(AREAS, rows=AREAS.rows[:1]))
    assert figure.description == "A bar: Authority of Somewhere 0, 1.5 million."
    assert counted(1.5e6) in texts(figure)
