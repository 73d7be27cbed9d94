// Makes one call with Anthropic's official SDK and prints what came of it as JSON.
//
// Arguments: base URL, name of the call, its options as JSON. `api_key` and `max_retries` among the options are the client's.

import { createRequire } from "node:module";

// Modules are looked for beside this file unless somebody says otherwise.
const require = createRequire(`${process.env.AIRLOCK_SDK_NODE_MODULES}/`);
const { default: Anthropic, APIError } = require("@anthropic-ai/sdk");

const calls = {
  create: (client, options) => client.messages.create(options),

  async stream(client, options) {
    let text = "";
    try {
      const events = client.messages.stream(options).on("text", (piece) => (text += piece));
      const message = await events.finalMessage();
      return { text, message };
    } catch (error) {
      return { text, ...described(error) };
    }
  },

  /** Hangs up behind the first words. */
  async leave(client, options) {
    const events = client.messages.stream(options);
    for await (const event of events) {
      if (event.type === "content_block_delta") {
        events.abort();
        return { text: event.delta.text };
      }
    }
    return { text: "" };
  },

  count: (client, options) => client.messages.countTokens(options),

  async models(client, options) {
    const models = [];
    for await (const model of client.models.list(options)) {
      models.push(model);
    }
    return models;
  },

  model: (client, options) => client.models.retrieve(options.id),
};

function described(error) {
  if (!(error instanceof APIError)) {
    throw error;
  }
  return {
    error: {
      class: error.constructor.name,
      status: error.status ?? null,
      type: error.type ?? null,
      request_id: error.requestID ?? null,
      text: error.message,
    },
  };
}

const [baseURL, call, json] = process.argv.slice(2);
const { api_key: apiKey, max_retries: maxRetries, ...options } = JSON.parse(json);
const client = new Anthropic({ baseURL, apiKey, maxRetries });
const seen = await Promise.resolve(calls[call](client, options)).catch(described);
console.log(JSON.stringify(seen));
