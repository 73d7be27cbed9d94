"""The calls of OpenAI's official SDK that `client.py` knows."""

from openai import APIError
from openai import OpenAI as Client


def create(client, options):
    return client.chat.completions.create(**options).to_dict()


def stream(client, options):
    text = ""
    try:
        with client.chat.completions.stream(**options) as events:
            for event in events:
                if event.type == "content.delta":
                    text += event.delta
            return {"text": text, "completion": events.get_final_completion().to_dict()}
    except APIError as error:
        return {"text": text, **described(error)}


def leave(client, options):
    """Hangs up behind the first words."""
    with client.chat.completions.create(stream=True, **options) as chunks:
        for chunk in chunks:
            if words := chunk.choices[0].delta.content:
                return {"text": words}


def models(client, options):
    return [model.to_dict() for model in client.models.list(**options)]


def model(client, options):
    return client.models.retrieve(options["id"]).to_dict()


def described(error):
    return {
        "error": {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "type": error.type,
            "code": error.code,
            "param": error.param,
            "request_id": getattr(error, "request_id", None),
            "text": str(error),
        }
    }


CALLS = {
    "create": create,
    "stream": stream,
    "leave": leave,
    "models": models,
    "model": model,
}
