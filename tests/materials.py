# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What people hand in beside their texts: answers, links, files and pictures."""

import io
import zipfile
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile
from django_scopes import scopes_disabled

from pretalx.person.models import ProfilePicture
from pretalx.submission.domain.question import save_answer
from pretalx.submission.models import Answer, Question, Resource

PACKAGE = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/ppt/presentation.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/>{}</Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships">{}</Relationships>'
)
RELATION = '<Relationship Id="rId{}" Type="' + OFFICE + '/{}" Target="{}"/>'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"


def _slide(text):
    return (
        f'<p:sld xmlns:p="{SLIDES}" xmlns:a="{DRAWING}"><p:cSld><p:spTree><p:sp>'
        f"<p:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody>"
        "</p:sp></p:spTree></p:cSld></p:sld>"
    )


def pptx(*slides):
    """A presentation with one text on each slide, as bytes."""
    types = "".join(
        f'<Override PartName="/ppt/slides/slide{number}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.presentationml.slide+xml"/>'
        for number in range(1, len(slides) + 1)
    )
    ids = "".join(
        f'<p:sldId id="{255 + number}" r:id="rId{number}"/>'
        for number in range(1, len(slides) + 1)
    )
    relations = "".join(
        RELATION.format(number, "slide", f"slides/slide{number}.xml")
        for number in range(1, len(slides) + 1)
    )
    parts = {
        "[Content_Types].xml": PACKAGE.format(types),
        "_rels/.rels": RELATIONS.format(
            RELATION.format(1, "officeDocument", "ppt/presentation.xml")
        ),
        "ppt/presentation.xml": (
            f'<p:presentation xmlns:p="{SLIDES}" xmlns:r="{OFFICE}">'
            f"<p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": RELATIONS.format(relations),
    }
    for number, text in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(text)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def pdf(*pages):
    """A PDF with one line of Latin text on each page, as bytes."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        words = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        stream = f"BT /F1 14 Tf 40 400 Td ({words}) Tj ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 720 450] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
        f"startxref\n{len(data)}\n%%EOF\n"
    )
    return data + end.encode()


def image(colour=(20, 90, 160), size=(320, 200)):
    """A picture of one colour, as a PNG."""
    from PIL import Image  # noqa: PLC0415 -- pretalx has it

    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


@scopes_disabled()
def question(event, variant="text", target="submission", text="What else?"):
    return Question.objects.create(
        event=event, variant=variant, target=target, question=text
    )


@scopes_disabled()
def answer(question, value, target):
    """Answer a custom field, or change the answer, as pretalx's forms do."""
    field = "submission" if question.target == "submission" else "speaker"
    existing = Answer.objects.filter(question=question, **{field: target}).first()
    if isinstance(value, tuple):
        value = ContentFile(value[1], name=value[0])
    return save_answer(
        question=question, value=value, target_object=target, existing=existing
    )


@scopes_disabled()
def link(talk, address="https://example.org/", description="More about it"):
    return Resource.objects.create(
        submission=talk, link=address, description=description
    )


@scopes_disabled()
def upload(talk, data, name="slides.pdf", description="Slides"):
    resource = Resource(submission=talk, description=description)
    resource.resource.save(name, ContentFile(data), save=False)
    resource.save()
    return resource


@scopes_disabled()
def replace(resource, data, name="slides.pdf"):
    """Upload another file in the place of one, as pretalx's form does."""
    resource.resource = ContentFile(data, name=name)
    resource.save()
    return resource


@scopes_disabled()
def session_image(talk, data=None):
    talk.image.save("image.png", ContentFile(data or image()), save=False)
    talk.save()


@scopes_disabled()
def profile_picture(profile, data=None):
    picture = ProfilePicture(user=profile.user)
    picture.avatar.save("me.png", ContentFile(data or image()), save=False)
    picture.save()
    profile.profile_picture = picture
    profile.save()
    return picture
