"""Makes one call with an official SDK and prints what came of it as JSON.

Arguments: the SDK, base URL, name of the call, its options as JSON. `api_key` and `max_retries` among the options are the client's.
"""

import importlib
import json
import sys


def main():
    sdk, base_url, call, options = *sys.argv[1:4], json.loads(sys.argv[4])
    calls = importlib.import_module(f"{sdk}_calls")
    client = calls.Client(
        base_url=base_url,
        api_key=options.pop("api_key"),
        max_retries=options.pop("max_retries"),
    )
    try:
        seen = calls.CALLS[call](client, options)
    except calls.APIError as error:
        seen = calls.described(error)
    print(json.dumps(seen, default=str))


main()
