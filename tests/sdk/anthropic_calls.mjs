// The calls of Anthropic's official SDK that `client.mjs` knows.

import { load } from "./packages.mjs";

export const { default: Client, APIError } = load("@anthropic-ai/sdk");

export const calls = {
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

export function described(error) {
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
