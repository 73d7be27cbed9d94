"""Makes one call with Anthropic's official SDK and prints what came of it as JSON.

Arguments: base URL, name of the call, its options as JSON. `api_key` and `max_retries` among the options are the client's.
"""

import json
import sys

import anthropic


def create(client, options):
    return client.messages.create(**options).to_dict()


def stream(client, options):
    text = ""
    try:
        with client.messages.stream(**options) as events:
            for piece in events.text_stream:
                text += piece
            return {"text": text, "message": events.get_final_message().to_dict()}
    except anthropic.APIError as error:
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


def main():
    base_url, call, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    client = anthropic.Anthropic(
        base_url=base_url,
        api_key=options.pop("api_key"),
        max_retries=options.pop("max_retries"),
    )
    calls = {
        "create": create,
        "stream": stream,
        "leave": leave,
        "count": count,
        "models": models,
        "model": model,
    }
    try:
        seen = calls[call](client, options)
    except anthropic.APIError as error:
        seen = described(error)
    print(json.dumps(seen, default=str))


main()
