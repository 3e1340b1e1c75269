"""The small files that the demo puts to its items as evidence: text, tables, and one-page PDF documents."""

from __future__ import annotations

from io import BytesIO

_OBJECTS = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    "<< /Length {length} >>\nstream\n{page}\nendstream",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
)


def demo_file(name: str, text: str) -> BytesIO:
    """The file `name` with that text, in the form its ending names: `.pdf` (ASCII text only), `.csv` as Excel likes it, plain text."""
    if name.endswith(".pdf"):
        return BytesIO(_pdf(text))
    return BytesIO(text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))


def _pdf(text: str) -> bytes:
    """One A4 page, a line of text each; with its table of objects, so that every reader opens it."""
    page = "BT /F1 14 Tf 72 760 Td 22 TL\n" + "\n".join(f"({_escaped(line)}) '" for line in text.splitlines()) + "\nET"
    written, places = "%PDF-1.4\n", []
    for number, content in enumerate(_OBJECTS, 1):
        places.append(len(written))
        body = content.format(length=len(page), page=page) if "{page}" in content else content
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    written += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    written += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{written.index('xref')}\n%%EOF\n"
    return written.encode("ascii")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
