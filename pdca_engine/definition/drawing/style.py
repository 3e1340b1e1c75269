"""The style sheet of a diagram: every colour is a variable that the page around it may set, with a value for light, dark and print."""

from typing import Final

STYLE: Final = """
.pdca-diagram{--ink:var(--pdca-ink,#1b2430);--soft:var(--pdca-soft,#566273);--paper:var(--pdca-paper,#fff);--box:var(--pdca-box,#fff);
--line:var(--pdca-line,#4a5a70);--now:var(--pdca-now,#b45309);--plan:var(--pdca-plan,#2563eb);--do:var(--pdca-do,#0f8a5f);
--check:var(--pdca-check,#a16207);--act:var(--pdca-act,#9333ea);--none:var(--pdca-none,#64748b);
font-family:system-ui,"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
svg.pdca-diagram:root{color-scheme:light dark}
@supports (color:light-dark(#000,#fff)){@media not print{.pdca-diagram{--ink:var(--pdca-ink,light-dark(#1b2430,#e8edf4));
--soft:var(--pdca-soft,light-dark(#566273,#a3b0c2));--paper:var(--pdca-paper,light-dark(#fff,#12171f));
--box:var(--pdca-box,light-dark(#fff,#1c2430));--line:var(--pdca-line,light-dark(#4a5a70,#93a4bb));
--now:var(--pdca-now,light-dark(#b45309,#fbbf24));--plan:var(--pdca-plan,light-dark(#2563eb,#7aa7ff));
--do:var(--pdca-do,light-dark(#0f8a5f,#4ade9f));--check:var(--pdca-check,light-dark(#a16207,#facc15));
--act:var(--pdca-act,light-dark(#9333ea,#cf9bff));--none:var(--pdca-none,light-dark(#64748b,#a3b0c2))}}}
.pdca-diagram .paper{fill:var(--paper)}
.pdca-diagram .lane{fill-opacity:.06;stroke-opacity:.35;stroke-width:1}
.pdca-diagram .lane-name{font-weight:700}
.pdca-diagram .plan{fill:var(--plan);stroke:var(--plan)}.pdca-diagram .do{fill:var(--do);stroke:var(--do)}
.pdca-diagram .check{fill:var(--check);stroke:var(--check)}.pdca-diagram .act{fill:var(--act);stroke:var(--act)}
.pdca-diagram .none{fill:var(--none);stroke:var(--none)}
.pdca-diagram text,.pdca-diagram text.lane-name{stroke:none;fill:var(--ink)}
.pdca-diagram text.lane-name.plan{fill:var(--plan)}.pdca-diagram text.lane-name.do{fill:var(--do)}
.pdca-diagram text.lane-name.check{fill:var(--check)}.pdca-diagram text.lane-name.act{fill:var(--act)}
.pdca-diagram text.lane-name.none{fill:var(--none)}
.pdca-diagram .box.plan,.pdca-diagram .box.do,.pdca-diagram .box.check,.pdca-diagram .box.act,.pdca-diagram .box.none{fill:var(--box)}
.pdca-diagram .box{stroke-width:1.5}.pdca-diagram .dashed{stroke-dasharray:5 4}.pdca-diagram .inner{fill:none}
.pdca-diagram .current .box{stroke:var(--now);stroke-width:4}
.pdca-diagram .line{fill:none;stroke:var(--line);stroke-width:1.4}.pdca-diagram .casing{fill:none;stroke:var(--paper);stroke-width:5}
.pdca-diagram .head,.pdca-diagram .joint{fill:var(--line);stroke:none}
.pdca-diagram .label text{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.pdca-diagram .title{font-weight:600}.pdca-diagram text.roles,.pdca-diagram text.note{fill:var(--soft)}
.pdca-diagram .arrow:hover .line{stroke:var(--now);stroke-width:2.4}.pdca-diagram .arrow:hover .head{fill:var(--now)}
.pdca-diagram .arrow:hover text.title{fill:var(--now)}
"""
