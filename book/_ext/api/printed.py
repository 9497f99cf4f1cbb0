"""What is printed leaves the reference out: it is for looking things up."""

from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FOLDER = "book/api"


class LeftOut(SphinxPostTransform):
    """Takes the reference out of the single page."""

    default_priority = 1
    builders = ("singlehtml",)

    def run(self, **kwargs):
        for page in list(self.document.findall(addnodes.start_of_file)):
            if page["docname"].startswith(FOLDER):
                page.parent.remove(page)
