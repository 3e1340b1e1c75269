// The editor in the place of the textarea. It lives in a shadow root, where its styles are sheets and no page rule forbids them.

const SURFACE = {
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "14px", height: "100%" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace', lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-wash)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "8px", boxShadow: "var(--lift)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "5px 10px", lineHeight: "1.35" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", marginLeft: "1em" },
  ".cm-completionInfo": { padding: "6px 10px", maxWidth: "26rem" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeft: "4px solid var(--bad)", fontFamily: "var(--font)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--accent-ink)", borderRadius: "6px", padding: "3px 9px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px", backgroundColor: "var(--bad-wash)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline dashed var(--warn)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "var(--ink)", backgroundColor: "var(--raised)", backgroundImage: "none", border: "1px solid var(--line-strong)", borderRadius: "6px", padding: "3px 8px" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", color: "var(--soft)", border: "1px solid var(--line)" },
};
const PHRASES = {
  zh: {
    "Find": "查找", "Replace": "替换", "next": "下一个", "previous": "上一个", "all": "全部", "match case": "区分大小写", "regexp": "正则",
    "by word": "全词", "replace": "替换", "replace all": "全部替换", "close": "关闭", "Completions": "补全", "Diagnostics": "问题",
    "No diagnostics": "没有问题", "Fold line": "折叠", "Unfold line": "展开", "Control character": "控制字符", "current match": "当前匹配",
    "on line": "所在行", "replaced match on line $": "已替换第 $ 行", "replaced $ matches": "已替换 $ 处",
  },
};

/** Put an editor beside `textarea` into `host`. `heard` is called with every new text, `moved` with the problems at the cursor. */
export function openEditor(cm, host, textarea, { complete, language, say, heard, moved }) {
  const root = host.attachShadow({ mode: "open" });
  const { tags } = cm;
  const colours = cm.HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)", fontWeight: "600" },
    { tag: [tags.string, tags.content], color: "var(--ink)" },
    { tag: [tags.number, tags.bool, tags.keyword], color: "var(--act)" },
    { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--soft)" },
  ]);
  let problems = [];
  const here = (view) => {
    const at = view.state.selection.main.head;
    return problems.filter((one) => one.from <= at && at <= one.to);
  };
  const write = (view) => {
    const one = here(view).find((problem) => problem.suggestion);
    if (!one) return false;
    view.dispatch({ changes: { from: one.from, to: one.to, insert: one.suggestion }, selection: { anchor: one.from + one.suggestion.length } });
    return true;
  };
  const view = new cm.EditorView({
    root,
    parent: root,
    state: cm.EditorState.create({
      doc: textarea.value,
      extensions: [
        cm.lineNumbers(), cm.foldGutter(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.drawSelection(),
        cm.history(), cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(), cm.highlightSelectionMatches(), cm.lintGutter(),
        cm.autocompletion({ override: [complete], icons: false }), cm.yaml(), cm.indentUnit.of("  "), cm.syntaxHighlighting(colours),
        cm.EditorView.theme(SURFACE), cm.EditorState.phrases.of(PHRASES[language] ?? {}),
        cm.EditorView.contentAttributes.of({ "aria-label": say.label, tabindex: "0", spellcheck: "false" }),
        cm.keymap.of([
          { key: "Alt-Enter", run: write },
          ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.lintKeymap, ...cm.searchKeymap, ...cm.foldKeymap, ...cm.historyKeymap,
          ...cm.defaultKeymap, cm.indentWithTab,
        ]),
        cm.EditorView.domEventHandlers({ beforeinput: over(cm), keydown: leaving, focus: (_, view) => view.setTabFocusMode(false) }),
        cm.EditorView.updateListener.of((update) => {
          if (update.docChanged) problems = problems.map((one) => ({ ...one, from: update.changes.mapPos(one.from), to: update.changes.mapPos(one.to) }));
          if (update.docChanged) heard(update.state.doc.toString());
          if (update.docChanged || update.selectionSet) moved(here(update.view));
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    show: (marks) => {
      problems = marks.map((mark) => placed(view.state.doc, mark));
      view.dispatch(cm.setDiagnostics(view.state, problems.map((one) => diagnostic(one, say))));
      moved(here(view));
    },
    go: (line, column) => {
      const { from } = placed(view.state.doc, { line, column, length: 0 });
      view.dispatch({ selection: { anchor: from }, effects: cm.EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
  };
}

/** Typing over a selection is done here: the browser would carry the old look over in a style attribute, which the page's rules forbid. */
function over(cm) {
  return (event, view) => {
    const { main } = view.state.selection, text = event.data;
    if (event.inputType !== "insertText" || !text || main.empty || view.composing) return false;
    event.preventDefault();
    const plain = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const taken = view.state.facet(cm.EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, plain));
    if (!taken) view.dispatch(plain());
    return true;
  };
}

/** Escape lets the next Tab leave the editor; any other key takes that back. */
function leaving(event, view) {
  if (event.key === "Escape") view.setTabFocusMode(true);
  else if (!["Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key)) view.setTabFocusMode(false);
  return false;
}

/** A problem with its place in the document: the server counts characters, the editor counts UTF-16 units. */
function placed(doc, mark) {
  const line = doc.line(Math.min(Math.max(mark.line, 1), doc.lines));
  const signs = [...line.text];
  const units = (count) => signs.slice(0, Math.max(count, 0)).join("").length;
  const from = line.from + units(mark.column - 1);
  return { ...mark, from, to: Math.max(from, line.from + units(mark.column - 1 + mark.length)) };
}

function diagnostic(one, say) {
  const replace = (view, from, to) => view.dispatch({ changes: { from, to, insert: one.suggestion } });
  return {
    from: one.from,
    to: one.to,
    severity: one.severity,
    source: one.code,
    message: one.message,
    actions: one.suggestion ? [{ name: `${say.write} ${one.suggestion}`, apply: replace }] : [],
  };
}
