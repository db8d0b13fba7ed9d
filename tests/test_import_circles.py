"""No file imports one that imports it, by whatever way: which one is read first would decide what works."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def test_no_files_import_one_another() -> None:
    """Imports within functions count, those for types alone do not."""
    graph = grimp.build_graph("fastface_core", "fastface_desktop", exclude_type_checking_imports=True)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 700
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))
