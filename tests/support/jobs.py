"""A small workflow in two versions, for whoever migrates: what is renamed, lost, new, and which timers stop, start, go on."""

from __future__ import annotations

from typing import Final

JOB: Final = """
workflow: job
title: {en: Job, zh: 工作}
key: JOB
fields:
  cost: {type: number}
  size: {type: choice, of: [small, large]}
  gone: {type: text}
  until: {type: date}
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 未开始}}
  doing: {phase: do, title: {en: Being done, zh: 进行中}}
  checking: {phase: check, title: {en: Being checked, zh: 检查中}}
  paused: {phase: none, title: {en: Paused, zh: 暂停}}
  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}
transitions:
  start: {from: open, to: doing, by: any_staff}
  pause: {from: [open, doing], to: paused, by: any_staff}
  go_on: {from: paused, to: previous, by: any_staff}
  look: {from: doing, to: checking, by: any_staff}
  end: {from: checking, to: done, by: any_staff}
timers:
  waiting: {in: open, due: {after: 2 days}, ladder: {0 days: proposer}}
  slow: {in: doing, due: {after: 10 days}, ladder: {0 days: proposer}}
  dropped: {in: [open, doing], due: {after: 30 days}, ladder: {0 days: proposer}}
"""
# `doing` is called `working`, `cost` is called `budget`, `start` is called `begin`; `large` and `gone` are no more.
JOB_2: Final = """
workflow: job
title: {en: Job, zh: 工作}
key: JOB
fields:
  budget: {type: number}
  size: {type: choice, of: [small, middle]}
  until: {type: date}
  risk: {type: choice, of: [low, high], default: low}
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 未开始}}
  working: {phase: do, title: {en: Being worked on, zh: 处理中}}
  checking: {phase: check, title: {en: Being checked, zh: 检查中}}
  paused: {phase: plan, title: {en: Paused, zh: 暂停}}
  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}
transitions:
  begin: {from: open, to: working, by: any_staff}
  pause: {from: [open, working], to: paused, by: any_staff}
  go_on: {from: paused, to: previous, by: any_staff}
  look: {from: working, to: checking, by: any_staff}
  end: {from: checking, to: done, by: any_staff}
timers:
  waiting: {in: open, due: {after: 2 days}, ladder: {0 days: proposer}}
  slow: {in: working, due: {after: 5 days}, ladder: {0 days: proposer}}
  stale: {in: working, due: {after: 20 days}, ladder: {0 days: proposer}}
"""
NAMES: Final = "states: {doing: working}\nfields: {cost: budget}\ntransitions: {start: begin}\n"
BACK: Final = "states: {working: doing}\nfields: {budget: cost}\ntransitions: {begin: start}\n"
