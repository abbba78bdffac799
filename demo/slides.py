# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The slides of one talk, as a PDF like the ones that speakers upload."""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = landscape(A4)
MARGIN = 60
INK, ACCENT, GREY = HexColor("#1b2733"), HexColor("#1f5f7a"), HexColor("#6c7782")


def as_pdf(*, pages, author):
    """One page for each entry, with its ``title`` and ``lines``."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setTitle(pages[0]["title"])
    canvas.setAuthor(author)
    for number, page in enumerate(pages, start=1):
        canvas.setFillColor(ACCENT)
        canvas.rect(0, HEIGHT - 16, WIDTH, 16, stroke=0, fill=1)
        canvas.setFont("Helvetica-Bold", 32)
        canvas.drawString(MARGIN, HEIGHT - 100, page["title"])
        canvas.setFillColor(INK)
        canvas.setFont("Helvetica", 20)
        for position, line in enumerate(page["lines"]):
            canvas.drawString(MARGIN, HEIGHT - 170 - 42 * position, line)
        canvas.setFillColor(GREY)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(MARGIN, 30, f"{author} – {number}/{len(pages)}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()
