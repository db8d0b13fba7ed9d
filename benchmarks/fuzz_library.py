"""The library's files and its database, as `benchmarks/fuzz.py` reads them, with valid samples."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzz_parser import Parser, in_file
from benchmarks.mutations import of_json, of_zip
from fastface_core.compare import records
from fastface_core.compare.axes import NumberAxis
from fastface_core.compare.grid import Grid
from fastface_core.domain.attention_maps import AttentionMaps
from fastface_core.library.archive import open_archive
from fastface_core.library.database import Database
from fastface_core.library.library import Library
from fastface_core.library.people.files import PersonFile, reading_from_bytes
from fastface_core.library.people.vault import Vault
from fastface_core.library.queries import Query
from fastface_core.presets import files as preset_files
from fastface_core.validation import parse_json

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def _reading() -> bytes:
    about = {
        "version": 2,
        "model": "m",
        "same_person": 0.4,
        "photos": [
            {
                "sha256": "a" * 64,
                "face": 1,
                "faces_found": 1,
                "box": [1, 2, 3, 4],
                "score": 0.9,
                "quality": {
                    "size": 300.0, "sharpness": 200.0, "yaw": 1.0, "pitch": 1.0, "roll": 1.0, "brightness": 0.5
                },
                "measures": None,
            }
        ],
    }  # fmt: skip
    buffer = BytesIO()
    np.savez(
        buffer,
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        embeddings=np.zeros((1, 512), np.float32),
        points=np.zeros((1, 5, 2), np.float32),
        crops=np.zeros((1, 224, 224, 3), np.uint8),
    )
    return buffer.getvalue()


def library(home: Path) -> list[Parser]:
    person = {
        "version": 1,
        "uid": "a" * 32,
        "name": "Ada",
        "notes": "x",
        "consent": {"text": "yes", "given": "2030-01-02", "expires": "2031-01-02"},
        "cover": "b" * 64,
        "created": NOW.isoformat(),
        "photos": [{"sha256": "b" * 64, "suffix": ".jpg", "face": 1, "taken": None}],
    }
    reading = _reading()
    maps = BytesIO()
    blocks: dict[str, Any] = {"before.down": np.zeros((1, 2), np.float32)}
    np.savez(maps, index=0, seed=5, branches=np.array(["i"]), **blocks)
    database = home / "base.db"
    with closing(Database(database)) as made:
        made.copy_to(home / "sample.db")
    sample = _with_rows(home / "sample.db", home)
    grid = Grid(
        preset=preset_files.built_in()["baseline"],
        prompt="a person",
        seeds=(1,),
        columns=NumberAxis(setting="adapter_strength", values=(0.4, 0.8)),
        checkpoint="starter",
    ).model_dump(mode="json")
    comparison = {
        "version": 1,
        "id": "a" * 16,
        "created": NOW.isoformat(),
        "hashes": ["x"],
        "folder": "/x",
        "grid": grid,
    }

    def gallery(data: bytes) -> object:
        folder = home / "gallery"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "library.db").write_bytes(data)
        with Library(folder, recover=False) as library:
            page = library.gallery.page(Query(text="sea"), limit=10)
            library.scanner.rows()
            library.gallery.duplicates()
            return [library.gallery.details(row.id) for row in page.rows]

    def backup(file: Path) -> object:
        with open_archive(file, home) as archive:
            return [
                archive.take(name, home / "unpacked")
                for name in archive.sums
                if not (home / "unpacked" / name).exists()
            ]

    vault = home / "vault" / "vault.json"
    return [
        Parser("person", [json.dumps(person).encode()], lambda data: parse_json(PersonFile, data, "The file"), of_json),
        Parser("measures of a person", [reading], reading_from_bytes, of_zip, weight=0.3),
        Parser("attention maps", [maps.getvalue()], in_file(home / "m.npz", AttentionMaps.load), of_zip, weight=0.5),
        Parser("lock", [_vault(vault)], in_file(vault, lambda file: Vault(file).exists), of_json),
        Parser(
            "comparison",
            [json.dumps(comparison).encode()],
            in_file(records.records_folder() / "a.json", lambda _: records.kept()),
            of_json,
        ),
        Parser("database", [sample], gallery, weight=0.01),
        Parser("backup", [_backup(sample)], in_file(home / "b.zip", backup), of_zip, weight=0.3),
    ]


def _with_rows(path: Path, home: Path) -> bytes:
    with closing(Database(path)) as database, database.change() as connection:
        connection.execute("INSERT INTO folders (path) VALUES (?)", (str(home),))
        for seed in range(5):
            connection.execute(
                "INSERT INTO pictures (folder_id, name, pixels, width, height, created) VALUES (1, ?, ?, 8, 8, ?)",
                (f"{seed}.png", bytes([seed]) * 32, 10**12 + seed),
            )
            connection.execute(
                "INSERT INTO details (picture_id, prompt, note, search) VALUES (?, 'sea', '{}', 'sea')", (seed + 1,)
            )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


def _vault(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    Vault(file).create("a passphrase")
    return file.read_bytes()


def _backup(database: bytes) -> bytes:
    buffer = BytesIO()
    digest = hashlib.sha256(database).hexdigest()
    contents = {"version": 1, "pictures": None, "sha256": {"library/library.db": digest}}
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("library/library.db", database)
        archive.writestr("contents.json", json.dumps(contents))
    return buffer.getvalue()
