"""What happened in a simulation, told to a person line by line."""

from __future__ import annotations

from collections.abc import Iterator

from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line
from pdca_engine.definition.playing.happening_words import effects_of, head_of
from pdca_engine.definition.playing.perform import Played, Surprise
from pdca_engine.definition.playing.simulate import Happening


def tell_played(played: Played) -> None:
    """A story as it went, for a person."""
    line(played.story.name.get(language()))
    for number, happened in enumerate(played.steps, 1):
        for one in happened:
            line(f"{number:>3}  {one.at.astimezone(played.scene.place.zone):%Y-%m-%d %H:%M}  {head_of(one, language())}")
            for text in _below(one):
                line(f"        {text}")
    line(say(f"     ends in {played.scene.state}", f"     结束于 {played.scene.state}"))
    tell_surprises(played.surprises)


def tell_surprises(surprises: tuple[Surprise, ...]) -> None:
    """What came out otherwise."""
    for one in surprises:
        where = _where(one.step)
        line(say(f"  ✗  {where}: {one.en}", f"  ✗  {where}：{one.zh}"))


def _where(step: int | None) -> str:
    if step is None:
        return say("at the end", "结束时")
    return say(f"step {step}", f"第 {step} 步") if step else say("at the start", "开始时")


def _below(one: Happening) -> Iterator[str]:
    for refusal in one.refusals:
        yield f"{refusal.code}: {refusal.sentence(language())}"
    yield from effects_of(one, language())
