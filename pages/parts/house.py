"""Settings to read: the workspace's folder, versions, and the licences of what the desk is built on."""

from pages.parts.desk import desk
from pages.parts.marks import mini, rows, section
from pages.parts.words import room


def folder() -> None:
    told = desk().settings.about()
    section("Data folder", told.folder)
    heads = (("What", "strong"), ("Size", "r"), ("What it is", "l quiet wide"))
    mini("Data folder", heads, [[one.name, room(one.size), one.words] for one in told.kept])
    total = sum(one.size for one in told.kept)
    rows([("In all", room(total), ""), ("Free on that disk", room(told.free), "")])


def versions() -> None:
    told = desk().settings.about()
    section("Versions")
    rows([(name, version, "") for name, version in told.versions.items()])
    section("Packages", "what is installed of what the desk was tested with")
    mini("Packages", (("Package", "strong"), ("Version", "l")), [[one.name, one.version] for one in told.packages])


def licences() -> None:
    told = desk().settings.about()
    section("Licences", "as each package names its own; the whole text lies with the package")
    heads = (("Package", "strong"), ("Version", "quiet"), ("Licence", "l wide"))
    mini("Licences", heads, [[one.name, one.version, one.licence] for one in told.packages])
