"""A paper as one HTML page: nothing is loaded from elsewhere, nothing runs, everything is escaped; it prints on A4."""

from base64 import b64encode
from html import escape

from bot.documents.paper import Paper, Photo, Section

_STYLE = """
@page { size: A4 %s; margin: 15mm; }
* { box-sizing: border-box; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff;
  font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.3; border-bottom: 2px solid #111; padding-bottom: .4rem; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; break-after: avoid; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: #555; } dd { margin: 0; }
table { width: 100%%; border-collapse: collapse; }
table.even { table-layout: fixed; }
th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top; white-space: pre-line; }
th { background: #f0f0f0; font-weight: 600; }
td { overflow-wrap: anywhere; } td:not(:last-child):first-child { white-space: nowrap; }
tr, figure { break-inside: avoid; } thead { display: table-header-group; }
figure { display: inline-block; width: 48%%; margin: .5rem 1%% .5rem 0; vertical-align: top; }
img { max-width: 100%%; max-height: 110mm; } figcaption, footer { font-size: .85rem; color: #555; }
footer { margin-top: 1.5rem; border-top: 1px solid #999; padding-top: .4rem; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; } }
"""
#: Should anything slip through the escaping, a browser still loads and runs nothing.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def as_page(paper: Paper) -> str:
    """*paper* as HTML."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in paper.facts)
    body = [
        f"<h1>{escape(paper.title)}</h1>",
        f"<dl>{facts}</dl>",
        *(_section(s) for s in paper.sections if s.rows),
        _photos(paper.photos),
        f"<footer>{escape(paper.footer)}</footer>" if paper.footer else "",
    ]
    style = _STYLE % ("landscape" if paper.landscape else "portrait")
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(paper.title)}</title><style>{style}</style></head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body></html>\n"
    )


def _section(section: Section) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in section.rows)
    widths = "".join(f'<col style="width:{width}%">' for width in section.widths)
    table = f'<table class="even"><colgroup>{widths}</colgroup>' if widths else "<table>"
    return f"<h2>{escape(section.title)}</h2>\n{table}<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>"


def _photos(photos: tuple[Photo, ...]) -> str:
    if not photos:
        return ""
    return "<h2>照片</h2>\n" + "\n".join(
        f'<figure><img alt="{escape(p.caption)}" src="data:image/jpeg;base64,{b64encode(p.data).decode()}">'
        f"<figcaption>{escape(p.caption)}</figcaption></figure>"
        for p in photos
    )
