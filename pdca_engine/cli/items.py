"""`pdca items`: the everyday work. Each verb lives with its kind: looking, changing, whole registers."""

from __future__ import annotations

from pdca_engine.cli.command import noun
from pdca_engine.cli.items_change import add_changes
from pdca_engine.cli.items_look import add_looks
from pdca_engine.cli.items_register import add_registers

app = noun("Items: list, show, create, advance, import, export.", "事项：列出、查看、创建、推进、导入、导出。")
add_looks(app)
add_changes(app)
add_registers(app)
