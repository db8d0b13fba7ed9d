"""`fastface serve`: who is let in, what is taken, and what comes of it."""

import http.client
import json
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fastface_core.batch.rows import Row
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.serving.desk import Desk
from fastface_core.serving.schema import openapi
from fastface_core.serving.server import LARGEST, Server
from fastface_core.studio.make import Studio
from fastface_core.studio.resident import ResidentEngine

PORTRAIT = Path(__file__).resolve().parents[2] / "examples" / "portrait.jpg"
ORDER = {
    "person": "Ada",
    "photos": [str(PORTRAIT)],
    "prompt": "a portrait",
    "preset": "baseline",
    "checkpoint": "starter",
    "size": [64, 64],
    "steps": 1,
    "seed": 5,
    "count": 2,
}
TOKEN = "t" * 40


@dataclass
class Service:
    server: Server
    library: Library
    out: Path

    def ask(
        self, method: str, path: str, body: object = None, *, token: str | None = TOKEN, host: str | None = None
    ) -> tuple[int, Any]:
        """The code, and what was answered: an object, or bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Host": host} if host else {}
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if answer.getheader("Content-Type") == "application/json" else content


@pytest.fixture
def service(home: Path, tmp_path: Path) -> Generator[Service]:
    with Library() as library:
        desk = Desk(Studio(ResidentEngine("cpu"), lambda: library), library, tmp_path / "out")
        with Server(desk, TOKEN, 0) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            yield Service(server, library, tmp_path / "out")
            server.shutdown()
            thread.join()
        desk.close()


def test_only_whoever_has_the_token_is_let_in(service: Service) -> None:
    assert service.server.server_address[0] == "127.0.0.1"
    for token in (None, "wrong", TOKEN[:-1], "é"):
        assert service.ask("GET", "/orders", token=token)[0] == 401
    assert service.ask("POST", "/orders", ORDER, token=None)[0] == 401
    assert service.ask("GET", "/orders", host="evil.example")[0] == 403
    assert service.ask("GET", "/orders", host=f"localhost:{service.server.server_port}") == (200, [])


def test_what_cannot_be_made_is_said_and_not_taken(service: Service) -> None:
    service.library.people.add("Bo")
    for body, code, says in (
        (b"{", 400, "object in JSON"),
        ([ORDER], 400, "object in JSON"),
        (b"[" * 9000, 400, "object in JSON"),
        (b" " * (LARGEST + 1), 413, "at most"),
        ({**ORDER, "colour": "red"}, 400, "colour"),
        ({**ORDER, "photos": ["gone.jpg"]}, 400, "gone.jpg"),
        ({**ORDER, "prompt": ["a", "b"]}, 400, "one person"),
        ({"person": "Bo", "prompt": "x"}, 403, "No permission of Bo"),
        ({"person": "Nobody", "prompt": "x"}, 400, "Nobody"),
    ):
        found, answer = service.ask("POST", "/orders", body)
        assert found == code
        assert says in answer["error"]
        assert answer["hint"]
    for path in ("/", "/orders/" + "0" * 32, "/orders/../x", "/orders/" + "0" * 32 + "/pictures/0"):
        assert service.ask("GET", path)[0] == 404
        assert service.ask("DELETE", path)[0] == 404
    assert service.ask("GET", "/orders") == (200, [])


def test_an_order_is_followed_to_its_pictures(service: Service) -> None:
    code, state = service.ask("POST", "/orders", ORDER)
    assert (code, state["error"]) == (202, None)
    path = f"/orders/{state['id']}"
    _, events = service.ask("GET", f"{path}/events")
    states = [json.loads(line[6:]) for line in events.decode().splitlines() if line.startswith("data: ")]
    assert states[-1]["status"] == "done"
    assert {one["status"] for one in states} <= {"waiting", "running", "done"}
    assert any(one["step"] == 1 for one in states)
    assert service.ask("GET", path) == (200, states[-1])
    assert [one["seed"] for one in states[-1]["pictures"]] == [5, 6]
    code, png = service.ask("GET", f"{path}/pictures/1")
    assert code == 200
    (file,) = service.out.rglob("*-6.png")
    assert png == file.read_bytes()
    assert service.ask("GET", f"{path}/pictures/2")[0] == 404
    assert service.library.gallery.count(Query()) == 2
    # The same order again is answered by what is there, and a long one ends when it is asked to.
    _, again = service.ask("POST", "/orders", ORDER)
    _, long = service.ask("POST", "/orders", {**ORDER, "seed": 50, "count": 900})
    _, waits = service.ask("POST", "/orders", {**ORDER, "seed": 2000})
    assert service.ask("DELETE", f"/orders/{waits['id']}")[1]["status"] == "cancelled"
    service.ask("GET", f"/orders/{again['id']}/events")
    service.ask("DELETE", f"/orders/{long['id']}")
    service.ask("GET", f"/orders/{long['id']}/events")
    ends = {state["id"]: state["status"] for state in service.ask("GET", "/orders")[1]}
    assert [ends[one["id"]] for one in (again, long, waits)] == ["done", "cancelled", "cancelled"]
    assert len(list(service.out.rglob("*-5*.png"))) < 900


def test_the_schema_says_what_is_taken(service: Service) -> None:
    code, schema = service.ask("GET", "/openapi.json")
    assert code == 200
    assert schema == json.loads(json.dumps(openapi()))
    schemas = schema["components"]["schemas"]
    assert set(schemas["Row"]["properties"]) == set(Row.model_fields)
    text = json.dumps(schema)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= schemas.keys()
