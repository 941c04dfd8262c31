"""One plain page in the look of the house, light and dark, that needs no script; and how its forms are read."""

from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse

from core.domain.errors import BadInput
from core.domain.workspace import WorkspaceKind
from pages.parts.look import DARK, KINDS, LIGHT

_LONGEST: Final = 16 * 1024
_MOST_FIELDS: Final = 20
_RULES: Final = """
@font-face{font-family:Plex;src:url(/app/static/plex-sans.woff2);font-weight:100 700}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/20px Plex,system-ui,sans-serif;box-shadow:inset 0 3px 0 var(--mode)}
body.live{min-height:100vh;box-shadow:inset 0 6px 0 var(--mode),inset 0 0 0 3px var(--mode)}
main{max-width:440px;margin:0 auto;padding:56px 24px 48px}
h1{font-size:20px;line-height:26px;font-weight:600;margin:20px 0 6px}
h2{font-size:14px;line-height:18px;font-weight:600;margin:36px 0 6px;padding-top:18px;border-top:1px solid var(--line)}
p{margin:0 0 12px;color:var(--muted)}p b{color:var(--ink);font-weight:500}
label{display:block;margin:14px 0 4px;font-weight:500}
label.tick{display:flex;gap:8px;align-items:center;font-weight:400}
input[type=password],input[type=text]{display:block;margin-top:4px;width:100%;height:40px;padding:0 10px;font:inherit;color:var(--ink);background:var(--bg);border:1px solid var(--line);border-radius:6px}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--info);outline-offset:2px}
button{margin-top:18px;min-height:40px;padding:0 16px;font:inherit;font-weight:500;border-radius:6px;border:1px solid var(--accent);background:var(--accent);color:var(--onaccent);cursor:pointer}
button.quiet{background:var(--bg);color:var(--ink);border-color:var(--line)}
a{color:var(--info)}
.mode{display:inline-flex;gap:6px;height:30px;align-items:center;padding:0 10px;border-radius:6px;background:var(--mode);color:#fff;font-weight:600;font-size:13px;letter-spacing:.04em}
.mode span{font-weight:400;letter-spacing:0}
.note{margin:16px 0;padding:10px 12px;border-radius:0 6px 6px 0;border-left:3px solid var(--warn);background:var(--warnbg);color:var(--ink)}
.note.red{background:var(--badbg);border-color:var(--loss)}.note.good{background:var(--infobg);border-color:var(--info)}
code{font:13px/20px ui-monospace,monospace;overflow-wrap:anywhere}
ol.codes{columns:2;padding-left:24px;margin:12px 0}ol.codes li{padding:2px 0}
svg.qr{display:block;width:222px;height:222px;margin:16px 0;background:#fff}
nav{margin-top:40px}
"""


def sheet(title: str, body: str, kind: WorkspaceKind, status: int = 200) -> HTMLResponse:
    """The body is markup of ours; what came from elsewhere is escaped in it."""
    word, _, words = KINDS[kind]
    return HTMLResponse(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><meta name='color-scheme' content='light dark'>"
        f"<title>{escape(word)} · {escape(title)} · Quarterdeck</title>"
        f"<link rel='icon' href='/app/static/{kind}.png'><style>{_colours(kind)}{_RULES}</style></head>"
        f"<body class='{kind}'><main><div class='mode'><img src='/app/static/{kind}.png' alt='' width='16' height='16'>"
        f"{escape(word)}<span>{escape(words)}</span></div>"
        f"<h1>{escape(title)}</h1>{body}</main></body></html>",
        status_code=status,
    )


def note(words: str, weight: str = "red") -> str:
    """What the desk said to what was typed before."""
    role = "alert" if weight == "red" else "status"
    return f"<div class='note {weight}' role='{role}'>{escape(words)}</div>" if words else ""


def field(name: str, label: str, kind: str = "password", hint: str = "off", *, first: bool = False) -> str:
    """One thing to type."""
    more = " inputmode='numeric'" if hint == "one-time-code" else ""
    focus = " autofocus" if first else ""
    return (
        f"<label>{escape(label)}<input name='{name}' type='{kind}' autocomplete='{hint}' autocapitalize='off' "
        f"spellcheck='false' maxlength='1024' required{more}{focus}></label>"
    )


def form(address: str, what: str, fields: str, button: str, style: str = "") -> str:
    """It goes to this window and nowhere else."""
    return (
        f"<form method='post' action='{escape(address)}'><input type='hidden' name='what' value='{escape(what)}'>"
        f"{fields}<button class='{style}'>{escape(button)}</button></form>"
    )


async def typed(request: Request) -> Mapping[str, str]:
    """What was typed into a form of ours. Who does not say that he is a page of this window is none."""
    own = f"http://{request.headers.get('host', '').lower()}"
    if request.headers.get("origin", "").lower() != own or request.headers.get("sec-fetch-site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        raise BadInput(
            "That did not come from a page of this window. Nothing was done: open it here and type it again."
        )
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _LONGEST:
            raise BadInput("That is too long to be a passphrase. Nothing was done.")
    try:
        fields = parse_qs(content.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadInput("That is no form of this window. Nothing was done.") from error
    return {name: values[-1] for name, values in fields.items()}


def _colours(kind: WorkspaceKind) -> str:
    def names(colours: Mapping[str, str]) -> str:
        return ";".join(f"--{name}:{value}" for name, value in ({**colours, "mode": colours[kind]}).items())

    return (
        f":root{{color-scheme:light dark;{names(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{names(DARK)}}}}}"
    )
