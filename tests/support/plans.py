"""A plan that the SMS manager and the sponsor both have to adopt."""

PLAN = """
workflow: plan
title: {en: Plan, zh: 计划}
key: PLN
fields:
  cost: {type: number, title: {en: Cost, zh: 费用}}
states:
  draft:   {phase: plan, initial: true, title: {en: Draft, zh: 草稿}}
  adopted: {phase: plan, final: achieved, title: {en: Adopted, zh: 已采纳}}
transitions:
  adopt:
    title: {en: Adopt, zh: 采纳}
    from: draft
    to: adopted
    approvals: {from: [sms_manager, sponsor], all: true}
    needs: {fields: [cost]}
    then: [{notify: owner}]
"""
