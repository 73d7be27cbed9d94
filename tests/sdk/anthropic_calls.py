"""The calls of Anthropic's official SDK that `client.py` knows."""

from anthropic import Anthropic as Client
from anthropic import APIError


def create(client, options):
    return client.messages.create(**options).to_dict()


def stream(client, options):
    text = ""
    try:
        with client.messages.stream(**options) as events:
            for piece in events.text_stream:
                text += piece
            return {"text": text, "message": events.get_final_message().to_dict()}
    except APIError as error:
        return {"text": text, **described(error)}


def leave(client, options):
    """Hangs up behind the first words."""
    with client.messages.stream(**options) as events:
        return {"text": next(iter(events.text_stream))}


def count(client, options):
    return client.messages.count_tokens(**options).to_dict()


def models(client, options):
    return [model.to_dict() for model in client.models.list(**options)]


def model(client, options):
    return client.models.retrieve(options["id"]).to_dict()


def described(error):
    return {
        "error": {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "type": getattr(error, "type", None),
            "request_id": getattr(error, "request_id", None),
            "text": str(error),
        }
    }


CALLS = {
    "create": create,
    "stream": stream,
    "leave": leave,
    "count": count,
    "models": models,
    "model": model,
}
