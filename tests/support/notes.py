"""A tiny workflow with every type of field and one that only some may see, for tests of what is shown."""

from pdca_engine.services.workflows import publish_workflow
from tests.support.office import Office

NOTE = """
workflow: note
title: {en: Note, zh: 记录}
key: NOTE
fields:
  amount:   {type: money, unit: CNY, title: {en: Amount, zh: 金额}}
  share:    {type: percent, title: {en: Share, zh: 占比}}
  agreed:   {type: boolean, title: {en: Agreed, zh: 已同意}}
  on_day:   {type: date, title: {en: On day, zh: 日期}}
  at:       {type: datetime, title: {en: Moment, zh: 时刻}}
  colour:   {type: choice, of: {red: {en: Red, zh: 红}, blue: {en: Blue, zh: 蓝}}, title: {en: Colour, zh: 颜色}}
  colours:  {type: choices, of: {red: {en: Red, zh: 红}, blue: {en: Blue, zh: 蓝}}, title: {en: Colours, zh: 多种颜色}}
  helpers:  {type: persons, title: {en: Helpers, zh: 协助人}}
  salary:   {type: money, title: {en: Salary, zh: 薪资}, visible_to: [admin, owner]}
states:
  open:    {phase: plan, initial: true, title: {en: Open, zh: 打开}}
  checked: {phase: check, title: {en: Checked, zh: 已检查}}
  done:    {phase: act, final: achieved, title: {en: Done, zh: 完成}}
transitions:
  look:
    title: {en: Look, zh: 查看}
    from: open
    to: checked
    by: any_staff
    input: {secret: {type: text, title: {en: Secret, zh: 秘密}, visible_to: [admin]}}
  end:  {from: checked, to: done, by: any_staff, title: {en: End, zh: 结束}, needs: {comment: true}}
"""


def publish_note(office: Office) -> None:
    """Make it known."""
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, NOTE, "note.yaml", "for a test")
