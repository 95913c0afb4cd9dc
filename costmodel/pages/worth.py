"""Whether it is worth it, as the brief says it: of costs and benefits, and what would have to be true."""

from __future__ import annotations

from typing import Any

from costmodel.analysis.not_counted import after_horizon, costs_not_counted
from costmodel.analysis.results import Results
from costmodel.analysis.switching import RESULT, internal_rate_of_return, meeting_headlines, one_in, switching_of
from costmodel.numbers import in_prose
from costmodel.pages.switches import as_markdown as as_markdown_switches


def worth(results: Results, reached: set[str]) -> dict[str, Any] | None:
    """What is shown of benefits and what is hoped: break-even in plain words, switching values, what has no value.

    Args:
        reached: the lines that the brief rests on.
    """
    document = results.costing.files.base.document
    if RESULT not in results.costing.model.lines or document.appraisal is None:
        return None
    streams = document.benefits.streams if document.benefits else {}
    plain = []
    for name, stream in streams.items():
        people = one_in(results, name) if stream.method == "bottom-up" else None
        if people is None or stream.reached is None:
            continue
        noun = results.line(stream.reached).unit
        value = in_prose(results.value(f"{name}_value_each"))
        if people >= 1:
            plain.append(
                f"It breaks even if 1 in {people:.1f} {noun} reached avoids one year of a problem that costs {value}."
            )
        else:
            plain.append(
                f"It does not break even if all {noun} reached avoid one year of a problem that costs {value}."
            )
    rate = internal_rate_of_return(results)
    return {
        "counterfactual": document.appraisal.counterfactual,
        "paid_by": document.appraisal.paid_by,
        "edition": _edition(results, document.appraisal.edition),
        "prices": str(document.appraisal.price_base),
        "base_year": document.appraisal.present_value_base.prose,
        "flows": document.appraisal.discounting,
        "not_counted": [said for said in (costs_not_counted(results), after_horizon(results)) if said],
        "plain": plain,
        "rate": None if rate is None else f"{rate * 100:.1f}%",
        "switches": as_markdown_switches(switching_of(results)),
        "meeting": _meeting(results),
        "beside": [s.label for s in streams.values() if not s.in_headline],
        "unmonetised": [
            {"says": effect.says, "direction": effect.direction, "size": effect.size, "reason": effect.reason}
            for effect in (document.benefits.unmonetised if document.benefits else ())
        ],
        "illustrative": [
            line.label
            for name, held in results.costing.assumptions.items()
            if (line := results.line(name)).section in ("benefits", "appraisal")
            and name in reached
            and held.grounds[results.costing.scenarios.index(results.scenario)].grade == "illustrative"
        ],
    }


def _meeting(results: Results) -> list[str]:
    """What each assumption of a chain would have to be for it to come to a headline that stands beside it."""
    at = results.costing.scenarios.index(results.scenario)
    return [as_markdown_switches(found.switching[at]) for found in results.costed.once(meeting_headlines)]


def _edition(results: Results, name: str) -> str:
    """The title of an edition of guidance, from the source of its rates."""
    held = results.costing.assumptions
    ground = next(a.grounds[0] for key, a in held.items() if key.startswith("discount_rate_"))
    return ground.place or name
