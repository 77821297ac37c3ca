"""Components that the page draws itself, each a module with its script beside it.

Their templates are constants: what they show comes as data and is drawn as text, so no sentence
can become markup.
"""

from __future__ import annotations

import html


def data_attributes(**texts: str) -> str:
    """Hands texts of ours to a component's script, as attributes of an element.

    They stand in the template, for a component that is hidden at first forgets its props.

    Example:
        >>> data_attributes(copy="Copy")
        'data-copy="Copy"'
    """
    return " ".join(f'data-{name}="{html.escape(text)}"' for name, text in texts.items())
