"""`pdca workflows simulate` and `test`: a workflow tried out in memory, before anything is published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pdca_engine.cli.command import Call, command
from pdca_engine.cli.happenings import tell_played, tell_surprises
from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line, print_json, read_bytes
from pdca_engine.cli.trouble import and_then
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.paper.problems import Problem, as_json, as_text
from pdca_engine.definition.paper.story import Story
from pdca_engine.definition.playing.cover import Reach, cover
from pdca_engine.definition.playing.happening_words import played_data
from pdca_engine.definition.playing.perform import Played, perform
from pdca_engine.errors import WorkflowBroken
from pdca_engine.services.playing import papers_for, read_playable, read_script


def add_tries(app: typer.Typer) -> None:
    """Put the verbs on the noun."""
    command(app, "simulate", "在冻结时钟上演练脚本中的步骤；显示每次拒绝与定时器，不作任何保存。", acts=False)(simulate)
    command(app, "test", "演练 `examples:` 中的故事，并生成覆盖每个流转的路径。", acts=False)(test)


def simulate(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("The workflow.", "工作流文件。"))],
    script: Annotated[Path, typer.Option(help=say("The story to play, as under `examples:`.", "要演练的故事，格式同 `examples:`。"))],
) -> None:
    """Play a script's steps on a frozen clock: each refusal, effect and timer is shown, nothing is stored."""
    compiled = playable(call, file)
    played = perform(compiled, _story(call, script, compiled), papers_for(compiled.workflow))
    if call.json:
        print_json({"workflow": compiled.workflow.id, **played_data(played, language())})
    else:
        tell_played(played)
    if played.surprises:
        raise typer.Exit(1)


def playable(call: Call, file: Path) -> Compiled:
    """The workflow in a file, ready to be played. WorkflowBroken after its problems were told."""
    text = read_bytes(file)
    compiled, problems = read_playable(text, str(file))
    if compiled is None:
        _tell(call, problems, file, text)
        with and_then(f"pdca workflows check {file}"):
            raise WorkflowBroken(name=str(file), count=len(problems), **as_json(problems, language()))
    return compiled


def _story(call: Call, script: Path, compiled: Compiled) -> Story:
    text = read_bytes(script)
    story, problems = read_script(text, str(script), compiled.workflow)
    if story is None:
        _tell(call, problems, script, text)
        if call.json:
            print_json(as_json(problems, language()))
        raise typer.Exit(1)
    return story


def _tell(call: Call, problems: tuple[Problem, ...], file: Path, text: bytes) -> None:
    if not call.json:
        line(as_text(problems, {str(file): text.decode("utf-8", "replace")}, language()))


@dataclass(frozen=True, slots=True)
class Tested:
    """What one file came to: its examples played, its transitions reached."""

    file: Path
    workflow: str
    bare: bool
    played: tuple[Played, ...]
    reached: tuple[Reach, ...]

    @property
    def passed(self) -> bool:
        """Whether every example went as told and every transition was covered, or lacks only facts that are unknown here."""
        return not any(one.surprises for one in self.played) and all(one.covered or one.excused for one in self.reached)


def test(
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=say("YAML files.", "YAML 文件。"))],
) -> None:
    """Play the stories under `examples:`, and generate paths that cover every transition."""
    tested = [_test(playable(call, file), file) for file in files]
    passed = all(one.passed for one in tested)
    if call.json:
        print_json({"passed": passed, "files": [_as_data(one) for one in tested]})
    else:
        for one in tested:
            _tell_tested(one)
    if not passed:
        raise typer.Exit(1)


def _test(compiled: Compiled, file: Path) -> Tested:
    workflow, papers = compiled.workflow, papers_for(compiled.workflow)
    if not any(state.initial for state in workflow.states.values()):
        return Tested(file, workflow.id, True, (), ())  # an abstract pattern without a beginning
    played = tuple(perform(compiled, story, papers) for story in workflow.examples)
    return Tested(file, workflow.id, False, played, cover(compiled, papers))


def _as_data(one: Tested) -> dict[str, Any]:
    reached = [
        {
            "transition": reach.transition,
            "covered": reach.covered,
            "path": list(reach.path),
            "only_unknown_facts": reach.excused,
            "refusals": [refusal.as_data(language()) for refusal in reach.refusals],
        }
        for reach in one.reached
    ]
    head = {"file": str(one.file), "workflow": one.workflow, "bare": one.bare, "passed": one.passed}
    return {**head, "examples": [played_data(played, language()) for played in one.played], "transitions": reached}


def _tell_tested(one: Tested) -> None:
    if one.bare:
        line(
            say(
                f"{one.file}: abstract and without a beginning, so nothing can be played", f"{one.file}：抽象工作流，没有初始状态，无法演练"
            )
        )
        return
    good, covered = sum(not played.surprises for played in one.played), sum(reach.covered for reach in one.reached)
    line(
        say(
            f"{one.file}: {good} of {len(one.played)} examples as told, {covered} of {len(one.reached)} transitions covered",
            f"{one.file}：示例 {len(one.played)} 个，符合 {good} 个；流转 {len(one.reached)} 个，覆盖 {covered} 个",
        )
    )
    for played in one.played:
        if played.surprises:
            line(f"  {played.story.name.get(language())}")
            tell_surprises(played.surprises)
    for reach in one.reached:
        if not reach.covered:
            line(f"  {_why_not(reach)}")


def _why_not(reach: Reach) -> str:
    codes = "; ".join(f"{one.code} {one.sentence(language())}" for one in reach.refusals)
    why = codes or say("no item came to a state it starts from", "没有事项到达其出发状态")
    if reach.excused:
        return say(f"–  {reach.transition}: needs facts that are unknown here: {why}", f"–  {reach.transition}：需要此处未知的事实：{why}")
    return say(f"✗  {reach.transition} could not be reached: {why}", f"✗  {reach.transition} 无法到达：{why}")
