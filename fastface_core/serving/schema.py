"""The one description of the interface, in the form of OpenAPI 3.1."""

from fastface_core import __version__
from fastface_core.batch.rows import Row
from fastface_core.serving.desk import State

_REF = "#/components/schemas/{model}"


def openapi() -> dict[str, object]:
    """The schema of everything that `fastface serve` answers."""
    order, state = (
        {"$ref": "#/components/schemas/Row"},
        {"$ref": "#/components/schemas/State"},
    )
    order_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths: dict[str, object] = {
        "/openapi.json": {"get": {"summary": "This description.", "responses": {"200": _json({"type": "object"})}}},
        "/orders": {
            "get": {
                "summary": "All orders that are remembered.",
                "responses": {"200": _json({"type": "array", "items": state}), **_errors("401")},
            },
            "post": {
                "summary": "Orders pictures of one person.",
                "requestBody": {"required": True, "content": {"application/json": {"schema": order}}},
                "responses": {"202": _json(state), **_errors("400", "401", "403", "413", "503")},
            },
        },
        "/orders/{id}": {
            "parameters": [order_id],
            "get": {"summary": "How far an order is.", "responses": {"200": _json(state), **_errors("401", "404")}},
            "delete": {
                "summary": "Stops an order after its step; what is made stays.",
                "responses": {"200": _json(state), **_errors("401", "404")},
            },
        },
        "/orders/{id}/events": {
            "parameters": [order_id],
            "get": {
                "summary": "The order's state after each change, up to its end, as server-sent events.",
                "responses": {
                    "200": {
                        "description": "Events named state.",
                        "content": {"text/event-stream": {"schema": {"type": "string"}}},
                    },
                    **_errors("401", "404"),
                },
            },
        },
        "/orders/{id}/pictures/{number}": {
            "parameters": [
                order_id,
                {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}},
            ],
            "get": {
                "summary": "A picture of an order that is done, from 0.",
                "responses": {
                    "200": {"description": "The file.", "content": {"image/png": {}}},
                    **_errors("401", "404"),
                },
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "FastFace", "version": __version__},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_schemas(Row), **_schemas(State), "Problem": _PROBLEM},
        },
    }


_PROBLEM = {
    "type": "object",
    "required": ["error", "hint"],
    "properties": {"error": {"type": "string"}, "hint": {"type": "string"}},
}


def _schemas(model: type[Row] | type[State]) -> dict[str, object]:
    schema = model.model_json_schema(ref_template=_REF)
    inner: dict[str, object] = schema.pop("$defs", {})
    return {**inner, model.__name__: schema}


def _json(schema: object) -> dict[str, object]:
    return {"description": "As asked.", "content": {"application/json": {"schema": schema}}}


def _errors(*codes: str) -> dict[str, object]:
    problem = {"$ref": "#/components/schemas/Problem"}
    return {code: {"description": "Why not.", "content": {"application/json": {"schema": problem}}} for code in codes}
